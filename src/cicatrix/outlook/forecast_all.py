"""From findings, gate and plan to the outlook."""

from __future__ import annotations

from collections.abc import Sequence

from cicatrix.model.fading import Visit
from cicatrix.model.findings import Findings
from cicatrix.model.gate import Gate
from cicatrix.model.grades import Grades
from cicatrix.model.mark import Mark
from cicatrix.model.outlook import Outlook
from cicatrix.model.plan import Plan
from cicatrix.model.scar import Scar
from cicatrix.outlook.fading.forecast import fade_marks
from cicatrix.outlook.healing import healing
from cicatrix.outlook.outlook_text import in_short
from cicatrix.outlook.result.forecast import result, scar_results
from cicatrix.outlook.result.grades import UNTREATED, grade_probability, todays_grade
from cicatrix.outlook.result.new_scars import new_scars
from cicatrix.outlook.result.people import people_results
from cicatrix.outlook.timeline import timeline

__all__ = ["outlook"]


def outlook(
    findings: Findings,
    grades: Grades,
    gate: Gate,
    plan: Plan | None,
    *,
    marks: Sequence[Mark] = (),
    scars: Sequence[Scar] = (),
    visits: Sequence[Visit] = (),
) -> Outlook:
    """What to expect: marks without treatment, healing after each treatment, and how far each option gets.

    Parameters
    ----------
    findings, grades, gate
        What was found, and what it means.
    plan
        The options; without a plan nothing is said of them.
    marks, scars
        What was measured.
    visits
        What was seen of the same marks later, without treatment in between.
    """
    fading = fade_marks(findings, marks, visits)
    adding = new_scars(findings, gate)
    results = () if plan is None else result(plan, findings)
    today = todays_grade(grades, findings)
    probability, basis = ({}, None) if plan is None else grade_probability(plan, findings, today)
    return Outlook(
        marks=fading,
        healing=healing(findings),
        timelines=() if plan is None else tuple(timeline(option, findings, plan.event_day) for option in plan.options),
        result=results,
        people=() if plan is None else people_results(plan, findings, today),
        scars=() if plan is None else scar_results(plan, findings, scars),
        new_scars=adding,
        grade_probability={name: shares for name, shares in probability.items() if name != UNTREATED},
        grade_untreated=probability.get(UNTREATED),
        grade_basis=basis,
        text=in_short(plan, results, probability, today),
    )
