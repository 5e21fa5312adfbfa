"""A note about one scar or mark: a code that the program decides by, and the sentence that people read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, Literal

from pydantic import Field, model_validator

from cicatrix.model.quantity import Record

__all__ = ["Note", "NoteCode", "noted"]

NoteCode = Literal[
    "at_edge",
    "never_lit",
    "hidden_walls",
    "linear",
    "light_missing",
    "in_scar",
    "covers_scar",
    "like_a_mole",
    "outlined_by_hand",
    "added_by_hand",
    "kind_by_hand",
    "colour_by_hand",
    "other",
]
"""What a note is about. ``other`` is a sentence of an older result that no code is known for."""

BEGINNINGS: Final[dict[str, NoteCode]] = {
    "cut off by the edge": "at_edge",
    "no light reached its floor": "never_lit",
    "steep walls hide from the light": "hidden_walls",
    "a trough": "linear",
    "lies in scar ": "in_scar",
    "covers scar ": "covers_scar",
    "small, dark and sharply bordered": "like_a_mole",
    "outlined by hand": "outlined_by_hand",
    "missed by the search, added by hand": "added_by_hand",
    "type set by hand": "kind_by_hand",
    "colour set by hand": "colour_by_hand",
}
"""How the sentences began when results stored them alone. Do not reword them: stored results hold them."""


class Note(Record):
    """A note about one scar or mark. Results of 0.1.0 stored the sentence alone; they are read with its code."""

    code: NoteCode = Field(description="What the note is about; numbers and other texts depend on it alone.")
    text: str = Field(description="The note in plain words.")

    @model_validator(mode="before")
    @classmethod
    def _from_sentence(cls, data: Any) -> Any:
        if not isinstance(data, str):
            return data
        code = next((code for beginning, code in BEGINNINGS.items() if data.startswith(beginning)), "other")
        return {"code": code, "text": data}


def noted(notes: Iterable[Note], code: NoteCode) -> bool:
    """Whether one of the notes has this code."""
    return any(note.code == code for note in notes)
