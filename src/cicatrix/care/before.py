"""What comes before any step of one person's plan, and when to make the plan again."""

from __future__ import annotations

from cicatrix.care.condition_values import TRUE, Answers, holds
from cicatrix.knowledge.first import first_book
from cicatrix.model.plan import Days, First, PlanAgain

__all__ = ["again_of", "first_of"]


def first_of(answers: Answers) -> tuple[First, ...]:
    """What comes before any step, most urgent first: of each kind what holds for sure, and only the most urgent.

    Parameters
    ----------
    answers
        Of one person, from ``care.condition_values.answers_of``.
    """
    rows = [row for row in first_book().first if int(holds(row.parsed, answers).max()) == TRUE]
    by_kind = {row.kind: row for row in reversed(rows)}
    return tuple(
        First(text=row.text, status=row.status, sources=row.sources, kind=row.kind, rule=row.id)
        for row in rows
        if by_kind[row.kind] is row
    )


def again_of(answers: Answers) -> tuple[PlanAgain, ...]:
    """When to make the plan again, because something must pass first.

    Parameters
    ----------
    answers
        Of one person, from ``care.condition_values.answers_of``.
    """
    rows = [row for row in first_book().again if int(holds(row.parsed, answers).max()) == TRUE]
    return tuple(
        PlanAgain(
            key=row.key,
            text=row.text,
            after_days=Days(low=row.low_days, high=row.high_days, status=row.status, sources=row.sources),
        )
        for row in rows
    )
