"""From findings to grades, gate, plan, outlook and answer: the part of the journey that needs no capture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from cicatrix.care.gate import gate
from cicatrix.care.plan import plan
from cicatrix.care.targets import Prices
from cicatrix.cases.suppose import suppose
from cicatrix.grading import grade
from cicatrix.model.answer import Answer, Shape
from cicatrix.model.case import TreatmentId
from cicatrix.model.fading import Visit
from cicatrix.model.findings import Count, Findings
from cicatrix.model.gate import Gate
from cicatrix.model.grades import Grades
from cicatrix.model.mark import Mark
from cicatrix.model.outlook import Outlook
from cicatrix.model.plan import Plan
from cicatrix.model.scar import Scar
from cicatrix.outlook import outlook
from cicatrix.outlook.answer import answer_of
from cicatrix.outlook.answer_shapes import with_shapes

__all__ = ["Advice", "advise"]


KINDS: Final = ("icepick", "boxcar_shallow", "boxcar_deep", "rolling")

SHAPES: Final[dict[Shape, str]] = {"dips": "rolling", "pits": "icepick"}
"""Kind of scar that stands for each shape."""

SUPPOSED: Final = 30
"""Number of scars that is supposed where scars are seen from 50 cm and nobody counted; an assumption."""


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
    include: Sequence[TreatmentId] = (),
    prices: Prices | None = None,
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
    include
        Treatments that every option must hold, where nothing speaks against them.
    prices
        A clinic's own fees for one session.
    """
    grades = grade(findings)
    control = gate(findings, grades)
    findings = suppose(findings)
    made = plan(findings, control, today, scars, include=include, prices=prices) if planned else None
    expected = outlook(findings, grades, control, made, marks=marks, scars=scars, visits=visits)
    answer = None if made is None else answer_of(findings, grades, control, made, expected)
    shaped = {} if answer is None else dict(_either_shape(findings, today))
    return Advice(
        grades=grades,
        gate=control,
        plan=made,
        outlook=expected,
        answer=with_shapes(answer, shaped) if answer is not None and shaped else answer,
    )


def _either_shape(findings: Findings, today: date | None) -> Iterator[tuple[Shape, Answer]]:
    """The answer for scars that are all dips, and all pits, where scars are seen and nobody knows their kinds."""
    scars, stated = findings.scars, findings.case.scars
    counts = [getattr(scars, kind) for kind in KINDS]
    told = scars.undecided or any(count.source in ("stated", "measured") for count in counts)
    if told or stated.shape is not None:
        return
    total = sum(count.value or 0 for count in counts)
    if not total and not stated.visible_at_50cm:
        return
    for shape, kind in SHAPES.items():
        supposed = {each: Count(value=(total or SUPPOSED) if each == kind else 0, source="stated") for each in KINDS}
        other = findings.model_copy(update={"scars": scars.model_copy(update=supposed)})
        answer = advise(other, today).answer
        if answer is not None and answer.better is not None:
            yield shape, answer
