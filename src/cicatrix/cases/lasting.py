"""What was stated once and holds at a later visit, until somebody says otherwise."""

from __future__ import annotations

from typing import Final

from cicatrix.cases.contradictions import contradictions
from cicatrix.cases.dialogue import with_answer
from cicatrix.cases.fields import answer, fields
from cicatrix.model.case import Case

__all__ = ["EVER", "LASTING", "taken_over"]

LASTING: Final = frozenset(
    {
        "person.sex",
        "person.skin_type",
        "person.smoker",
        "person.salicylate_allergy",
        "person.bovine_collagen_allergy",
        "person.vitiligo",
        "person.psoriasis",
        "person.lichen_planus",
        "person.connective_tissue_disease",
        "person.diabetes",
        "person.bleeding_disorder",
        "person.pacemaker",
        "person.heart_disease",
        "person.kidney_disease",
        "person.liver_disease",
        "person.body_dysmorphic_disorder",
        "acne.worst_severity",
        "acne.family_history_of_scars",
        "preferences.max_downtime_days",
        "preferences.avoid",
        "preferences.budget_usd",
    }
)
"""Questions whose answers last. Most others are of their day: pregnancy, medicines, infections, counts and times."""

EVER: Final = frozenset({"person.keloid_history", "person.herpes_history", "person.radiotherapy_to_area"})
"""Questions whether something ever was: yes lasts, no is asked again."""


def taken_over(earlier: Case, now: Case) -> tuple[Case, tuple[str, ...]]:
    """Answer open questions as at an earlier visit, those whose answers last.

    Parameters
    ----------
    earlier
        What was stated then.
    now
        What is stated already; none of it is changed.

    Returns
    -------
    tuple
        The case, and the names of the questions that were answered. An answer that contradicts what is stated already
        is left open.
    """
    taken = []
    for field in fields():
        value = answer(earlier, field)
        lasts = field.name in LASTING or (field.name in EVER and value is True)
        if not lasts or value is None or answer(now, field) is not None:
            continue
        tried = with_answer(now, field, value)
        if len(contradictions(tried)) <= len(contradictions(now)):
            now = tried
            taken.append(field.name)
    return now, tuple(taken)
