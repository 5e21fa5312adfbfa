"""Which events of a log are in force: undo and redo as in an editor.

Undo takes back the last event in force; redo puts back what was taken back last. A new event after an undo ends what
could be redone. The log itself keeps every event.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cicatrix.errors import CorrectionError
from cicatrix.model.correction import Event, Redo, Undo

__all__ = ["Steps", "active", "steps"]


@dataclass(frozen=True, slots=True)
class Steps:
    """The events in force, oldest first, and those that can be put back, the next one last."""

    active: tuple[Event, ...]
    undone: tuple[Event, ...]


def steps(events: Sequence[Event]) -> Steps:
    """Walk through a log.

    Raises
    ------
    CorrectionError
        There is nothing that an undo or a redo could apply to.
    """
    done: list[Event] = []
    undone: list[Event] = []
    for event in events:
        if isinstance(event, Undo):
            undone.append(_last(done, event, "undo"))
        elif isinstance(event, Redo):
            done.append(_last(undone, event, "redo"))
        else:
            done.append(event)
            undone.clear()
    return Steps(tuple(done), tuple(undone))


def active(events: Sequence[Event]) -> tuple[Event, ...]:
    """The events of a log that are in force, oldest first; see ``steps``."""
    return steps(events).active


def _last(stack: list[Event], event: Event, word: str) -> Event:
    if not stack:
        raise CorrectionError(
            f"event {event.number} is {'an undo' if word == 'undo' else 'a redo'}, but there is nothing to {word}",
            allowed="an undo after an event in force, a redo after an undo with no new event since",
            fix="leave it out",
        )
    return stack.pop()
