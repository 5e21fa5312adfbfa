"""Everything that was judged and forecast, ready to be laid out, with its sources numbered in that order."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from cicatrix.model import Assessment
from cicatrix.report import grades
from cicatrix.report.answer import AnswerShown, answer
from cicatrix.report.grades import GateShown, GradesShown, RiskShown
from cicatrix.report.healing import ComparedShown, comparison
from cicatrix.report.option_overview import SideRow, figures, side_by_side
from cicatrix.report.outlook import OutlookShown, outlook
from cicatrix.report.plan import PlanShown, plan
from cicatrix.report.quality import Fact
from cicatrix.report.references import Note, References

__all__ = ["Content", "content"]


@dataclass(frozen=True, slots=True)
class Content:
    """What a page says beyond the measurement. A part that was not assessed is None or empty."""

    answer: AnswerShown | None
    figures: tuple[Fact, ...]
    gate: GateShown | None
    grades: GradesShown | None
    risk: RiskShown | None
    plan: PlanShown | None
    side: tuple[SideRow, ...]
    outlook: OutlookShown | None
    comparison: tuple[ComparedShown, ...]
    references: tuple[Note, ...]


def content(assessment: Assessment, *, drawn: Collection[str] = ()) -> Content:
    """Lay everything out.

    Parameters
    ----------
    assessment
        What was found.
    drawn
        States of the simulation that there is a picture of.
    """
    references = References()
    answered = answer(assessment, references)
    gate = grades.gate(assessment.gate, references)
    graded = grades.grades(assessment.grades, references)
    risk = grades.scar_risk(assessment.scar_risk, references)
    planned = plan(assessment.plan, references)
    foreseen = outlook(assessment.outlook, assessment.plan, references, drawn=drawn)
    compared = comparison(assessment.outlook, assessment.plan, references)
    return Content(
        answer=answered,
        figures=figures(assessment),
        gate=gate,
        grades=graded,
        risk=risk,
        plan=planned,
        side=side_by_side(assessment.plan, planned),
        outlook=foreseen,
        comparison=compared,
        references=references.listed,
    )
