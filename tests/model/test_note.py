"""Notes carry a code; those of older results, which were sentences alone, are read with theirs."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from cicatrix.colour.publish import note_covers_scar, note_in_scar
from cicatrix.model import Scar
from cicatrix.model.correction import ADDED_BY_HAND, COLOUR_BY_HAND, KIND_BY_HAND, OUTLINED_BY_HAND
from cicatrix.model.note import Note, noted
from tests.report.synthetic import FOUR, assessment_of, relief_of

STORED = {
    "no light reached its floor: the shadows prove a depth of at least 0.71 mm, the rest is read from the walls": (
        "never_lit"
    ),
    "cut off by the edge of the picture: size and type cover the visible part only": "at_edge",
    "steep walls hide from the light: the depth is at least what is given and may be well above it": "hidden_walls",
    "a trough: the width is its breadth": "linear",
    "cut off by the edge of the picture: only a part was seen": "at_edge",
    "small, dark and sharply bordered: moles and freckles can look like this too": "like_a_mole",
    "lies in scar S02": "in_scar",
    "covers scar S02": "covers_scar",
    "outlined by hand": "outlined_by_hand",
    "missed by the search, added by hand": "added_by_hand",
    "type set by hand": "kind_by_hand",
    "colour set by hand": "colour_by_hand",
    "a sentence of nobody": "other",
}
"""Every sentence that 0.1.0 wrote, copied from there, and its code."""


@pytest.mark.parametrize(("sentence", "code"), STORED.items())
def test_a_stored_sentence_gets_its_code(sentence: str, code: str) -> None:
    note = Note.model_validate(sentence)
    assert (note.code, note.text) == (code, sentence)


@pytest.mark.parametrize(
    "note", [ADDED_BY_HAND, COLOUR_BY_HAND, KIND_BY_HAND, OUTLINED_BY_HAND, note_in_scar("S1"), note_covers_scar("S1")]
)
def test_a_note_survives_as_a_record_and_as_a_sentence(note: Note) -> None:
    assert Note.model_validate_json(note.model_dump_json()) == note
    assert Note.model_validate(note.text) == note


def test_a_stored_scar_opens_with_codes() -> None:
    scar = assessment_of(FOUR, relief_of(FOUR)).scars[0]
    old = json.loads(scar.model_dump_json()) | {"notes": ["a trough: the width is its breadth"]}
    notes = Scar.model_validate_json(json.dumps(old)).notes
    assert noted(notes, "linear")
    assert not noted(notes, "at_edge")


def test_an_unknown_code_is_refused() -> None:
    with pytest.raises(ValidationError, match="code"):
        Note.model_validate({"code": "dark", "text": "no light reached its floor"})
