"""From findings to grades, gate, plan, outlook and answer: the part of the journey that needs no capture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cicatrix.care.gate import gate
from cicatrix.care.plan import plan
from cicatrix.cases.suppose import suppose
from cicatrix.grading import grade
from cicatrix.model.answer import Answer
from cicatrix.model.fading import Visit
from cicatrix.model.findings import Findings
from cicatrix.model.gate import Gate
from cicatrix.model.grades import Grades
from cicatrix.model.mark import Mark
from cicatrix.model.outlook import Outlook
from cicatrix.model.plan import Plan
from cicatrix.model.scar import Scar
from cicatrix.outlook import outlook
from cicatrix.outlook.answer import answer_of

__all__ = ["Advice", "advise"]


@dataclass(frozen=True, slots=True)
class Advice:
    """Everything that follows from findings. ``plan`` and ``answer`` are None where no plan was wanted."""

    grades: Grades
    gate: Gate
    plan: Plan | None
    outlook: Outlook
    answer: Answer | None


def advise(
    findings: Findings,
    today: date | None = None,
    *,
    scars: Sequence[Scar] = (),
    marks: Sequence[Mark] = (),
    visits: Sequence[Visit] = (),
    planned: bool = True,
) -> Advice:
    """Grade, gate, plan, forecast and answer.

    Parameters
    ----------
    findings
        What was stated, joined with what was measured.
    today
        First day of the plan; None leaves events out of account.
    scars, marks
        What was measured, behind the findings.
    visits
        What was seen of the same marks later, without treatment in between.
    planned
        False where nothing was stated about the person, and then no plan is made.
    """
    grades = grade(findings)
    control = gate(findings, grades)
    findings = suppose(findings)
    made = plan(findings, control, today, scars) if planned else None
    expected = outlook(findings, grades, control, made, marks=marks, scars=scars, visits=visits)
    return Advice(
        grades=grades,
        gate=control,
        plan=made,
        outlook=expected,
        answer=None if made is None else answer_of(findings, grades, control, made, expected),
    )
