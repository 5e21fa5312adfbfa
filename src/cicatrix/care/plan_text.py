"""Plain words for patients: questions, names of treatments, and lengths of time."""

from __future__ import annotations

from collections.abc import Sequence

from cicatrix.knowledge import treatments
from cicatrix.model.case import Case, TreatmentId
from cicatrix.model.durations import DAYS_PER_MONTH
from cicatrix.model.wording import counted, joined

__all__ = ["months", "names", "question"]


def question(key: str) -> str:
    """The question of a key of the case file, as the case file asks it."""
    section, _, name = key.partition(".")
    record = Case.model_fields[section].annotation
    described = record.model_fields[name].description if record is not None else None
    return " ".join((described or key).split())


def names(ids: Sequence[TreatmentId]) -> str:
    """Names of treatments, as in a sentence."""
    return joined([treatments()[id_].name for id_ in ids])


def months(days: float) -> str:
    """Days as months, or as weeks when they are few."""
    if days < 2 * DAYS_PER_MONTH:
        weeks = max(1, round(days / 7))
        return counted(weeks, "week")
    return f"{round(days / DAYS_PER_MONTH)} months"
