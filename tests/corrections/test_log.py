"""Undo and redo: a log keeps everything, and says what is in force."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cicatrix.corrections import active, steps
from cicatrix.errors import CorrectionError
from cicatrix.model.correction import Event
from tests.corrections.skin import event

NEW, UNDO, REDO = "new", "undo", "redo"


def events_of(words: list[str]) -> tuple[Event, ...]:
    """A log of these steps; each new event deletes a scar named after its number."""
    return tuple(
        event("delete", number, target=f"S{number}") if word == NEW else event(word, number)
        for number, word in enumerate(words, 1)
    )


def in_force(words: list[str]) -> list[int]:
    return [each.number for each in active(events_of(words))]


def test_undo_takes_back_the_last_and_redo_puts_it_back() -> None:
    assert in_force([NEW, NEW, UNDO]) == [1]
    assert in_force([NEW, NEW, UNDO, UNDO, REDO]) == [1]
    assert in_force([NEW, NEW, UNDO, UNDO, REDO, REDO]) == [1, 2]


def test_a_new_event_ends_what_could_be_redone() -> None:
    found = steps(events_of([NEW, NEW, UNDO, NEW]))
    assert [each.number for each in found.active] == [1, 4]
    assert found.undone == ()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([UNDO], r"event 1 is an undo, but there is nothing to undo"),
        ([NEW, REDO], r"event 2 is a redo, but there is nothing to redo"),
        ([NEW, UNDO, NEW, REDO], r"event 4 is a redo, but there is nothing to redo"),
    ],
)
def test_what_cannot_be_undone_or_redone_is_refused(words: list[str], message: str) -> None:
    with pytest.raises(CorrectionError, match=message):
        active(events_of(words))


@st.composite
def logs(draw: st.DrawFn) -> list[str]:
    """Steps each of which is possible where it stands."""
    words: list[str] = []
    done = undone = 0
    for _ in range(draw(st.integers(0, 30))):
        word = draw(st.sampled_from([NEW, *[UNDO] * (done > 0), *[REDO] * (undone > 0)]))
        words.append(word)
        done += {NEW: 1, UNDO: -1, REDO: 1}[word]
        undone = {NEW: 0, UNDO: undone + 1, REDO: undone - 1}[word]
    return words


@given(logs())
def test_undoing_and_redoing_everything_changes_nothing(words: list[str]) -> None:
    before = steps(events_of(words))
    back = [*words, *[UNDO] * len(before.active)]
    assert in_force(back) == []
    assert in_force([*back, *[REDO] * len(before.active)]) == [each.number for each in before.active]


@given(logs())
def test_events_in_force_keep_their_order(words: list[str]) -> None:
    numbers = in_force(words)
    assert numbers == sorted(set(numbers))
