"""Plain words for patients: questions, names of treatments, and lengths of time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cicatrix.knowledge import treatments
from cicatrix.model.case import Case, TreatmentId
from cicatrix.model.knowledge import Target

__all__ = ["TARGET_NAMES", "listed", "months", "names", "question"]

TARGET_NAMES: Final[dict[Target, str]] = {
    "icepick": "narrow pits (icepick)",
    "boxcar_shallow": "shallow square pits (boxcar)",
    "boxcar_deep": "deep square pits (boxcar)",
    "rolling": "wide hollows (rolling)",
    "hypertrophic": "raised scars",
    "keloid": "keloids",
    "red": "red marks",
    "brown": "brown marks",
    "acne": "acne",
}

NEVER: Final = {"person.resurfacing_months_since": " If it never was: answer 60."}
"""How to say never where a number is asked for."""

MONTH_DAYS: Final = 30.4375


def question(key: str) -> str:
    """The question of a key of the case file, as the case file asks it."""
    section, _, name = key.partition(".")
    record = Case.model_fields[section].annotation
    described = record.model_fields[name].description if record is not None else None
    return " ".join((described or key).split()) + NEVER.get(key, "")


def names(ids: Sequence[TreatmentId]) -> str:
    """Names of treatments, as in a sentence."""
    return listed([treatments()[id_].name for id_ in ids])


def listed(parts: Sequence[str]) -> str:
    """Words joined by commas and "and"."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else list(parts))


def months(days: float) -> str:
    """Days as months, or as weeks when they are few."""
    if days < 2 * MONTH_DAYS:
        weeks = max(1, round(days / 7))
        return f"{weeks} week{'' if weeks == 1 else 's'}"
    return f"{round(days / MONTH_DAYS)} months"
