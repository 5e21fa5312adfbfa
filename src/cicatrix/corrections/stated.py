"""Answers that were given by hand, put into a case."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from cicatrix.cases.fields import Field, answer, fields
from cicatrix.cases.validate import Checker
from cicatrix.errors import CaseError, CorrectionError
from cicatrix.model.case import Case
from cicatrix.model.correction import Answer, Corrected

__all__ = ["answered"]


def answered(case: Case | None, answers: Mapping[str, Answer]) -> tuple[Case | None, tuple[Corrected, ...]]:
    """A case with answers in it, and what they replaced, in the order of the questions.

    Parameters
    ----------
    case
        What was stated; None when nothing was.
    answers
        The last answer to each question, by its key.

    Raises
    ------
    CorrectionError
        There is no such question, a value is not an answer to it, or two answers contradict each other.
    """
    if not answers:
        return case, ()
    known = {field.name: field for field in fields()}
    before = case or Case()
    values = before.model_dump()
    for key, event in answers.items():
        if key not in known:
            raise _unknown(event, known)
        _put(values, known[key], event.value)
    new = _checked(values, answers)
    rows = tuple(_row(field, before, new, answers[name]) for name, field in known.items() if name in answers)
    return (None if case is None and new == Case() else new), rows


def _put(values: dict[str, Any], field: Field, value: Any) -> None:
    *sections, key = field.loc
    for name in sections:
        values = values.setdefault(name, {})
    values[key] = list(value) if isinstance(value, tuple) else value


def _checked(values: dict[str, Any], answers: Mapping[str, Answer]) -> Case:
    try:
        return Checker(Path("answers"), {}).case(values)
    except CaseError as error:
        # The message of a case file, without the file's name.
        first = (error.problems or (error,))[0]
        numbers = ", ".join(str(event.number) for event in answers.values())
        more = f" (one of {len(error.problems)} problems)" if error.problems else ""
        raise CorrectionError(
            f"the answers of event{'s' if len(answers) > 1 else ''} {numbers} do not fit the case: {first.what}{more}",
            allowed=first.allowed,
            fix=first.fix,
        ) from error


def _unknown(event: Answer, known: Mapping[str, Field]) -> CorrectionError:
    near = difflib.get_close_matches(event.key, list(known), n=3, cutoff=0.5)
    return CorrectionError(
        f"event {event.number} answers {event.key!r}, which is not a question of a case",
        allowed="keys of the case file, such as person.skin_type",
        fix=f"did you mean {' or '.join(near)}?" if near else "look the key up with 'cicatrix schema case'",
    )


def _row(field: Field, before: Case, after: Case, event: Answer) -> Corrected:
    return Corrected(
        what="case",
        id=field.name,
        field="answer",
        measured=_plain(answer(before, field)),
        corrected=_plain(answer(after, field)),
        event=event.number,
        by=event.actor,
        at=event.at,
        note=event.note,
    )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
