"""What the events in force ask for, gathered for each scar, mark and question.

Only the last word on a thing counts, so that events about different things can come in any order.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from cicatrix.errors import CorrectionError
from cicatrix.model import Assessment
from cicatrix.model.correction import AddMark, AddScar, Answer, Delete, Event, SetKind, SetMarkKind, SetOutline

__all__ = ["Draft", "drafted", "id_of"]


@dataclass(slots=True)
class Draft:
    """The last word on everything that was corrected, by id or key.

    Attributes
    ----------
    scars, marks
        Ids of what is there in the end: what was measured first, then what was added.
    lines
        Scars that are to be measured inside a new line.
    kinds, mark_kinds
        Types and colours that were set.
    added
        Scars and marks that were missed.
    gone
        Scars and marks that are none.
    answers
        Answers by their key.
    """

    scars: list[str]
    marks: list[str]
    lines: dict[str, SetOutline | AddScar] = field(default_factory=dict)
    kinds: dict[str, SetKind | AddScar] = field(default_factory=dict)
    mark_kinds: dict[str, SetMarkKind | AddMark] = field(default_factory=dict)
    added: dict[str, AddScar | AddMark] = field(default_factory=dict)
    gone: dict[str, Delete] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)


def id_of(event: AddScar | AddMark) -> str:
    """Id of what an event adds; no other event ever gives the same."""
    return f"C{event.number:02d}"


def drafted(assessment: Assessment, events: Sequence[Event]) -> Draft:
    """Gather the events in force.

    Raises
    ------
    CorrectionError
        An event is about a scar or mark that is not there (any more).
    """
    draft = Draft([scar.id for scar in assessment.scars], [mark.id for mark in assessment.marks])
    for event in events:
        _take(draft, event)
    return draft


def _take(draft: Draft, event: Event) -> None:
    match event:
        case SetKind():
            draft.kinds[_known(event.scar, draft.scars, event, "scar")] = event
        case SetOutline():
            draft.lines[_known(event.scar, draft.scars, event, "scar")] = event
        case SetMarkKind():
            draft.mark_kinds[_known(event.mark, draft.marks, event, "mark")] = event
        case AddScar():
            _add_scar(draft, event)
        case AddMark():
            _add_mark(draft, event)
        case Delete():
            _delete(draft, event)
        case Answer():
            draft.answers[event.key] = event
        case _:  # undo and redo are not in force themselves
            msg = f"event {event.number} is {event.event}; pass the events in force only"
            raise ValueError(msg)


def _add_scar(draft: Draft, event: AddScar) -> None:
    name = id_of(event)
    draft.scars.append(name)
    draft.added[name] = draft.lines[name] = event
    if event.kind is not None:
        draft.kinds[name] = event


def _add_mark(draft: Draft, event: AddMark) -> None:
    name = id_of(event)
    draft.marks.append(name)
    draft.added[name] = event
    if event.kind is not None:
        draft.mark_kinds[name] = event


def _delete(draft: Draft, event: Delete) -> None:
    name = _known(event.target, (*draft.scars, *draft.marks), event, "scar or mark")
    draft.gone[name] = event
    (draft.scars if name in draft.scars else draft.marks).remove(name)
    added = draft.added.pop(name, None)
    draft.lines.pop(name, None)
    draft.kinds.pop(name, None)
    draft.mark_kinds.pop(name, None)
    if added is not None:
        # Nothing is left of it, neither in what was measured nor in what was corrected.
        del draft.gone[name]


def _known(name: str, there: Iterable[str], event: Event, what: str) -> str:
    names = list(there)
    if name not in names:
        near = difflib.get_close_matches(name.upper(), names, n=1, cutoff=0.3)
        shown = ", ".join(names[:12]) + (f" and {len(names) - 12} more" if len(names) > 12 else "")
        raise CorrectionError(
            f"event {event.number} ({event.event}) is about {name!r}, but there is no such {what}",
            allowed=shown or f"nothing: there is no {what}",
            fix=f"did you mean {near[0]!r}?" if near else "add it first, or leave the event out",
        )
    return name
