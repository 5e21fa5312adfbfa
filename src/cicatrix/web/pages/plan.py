"""What follows from a result: the plan, the outlook, and the same in plain words for the person."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field
from starlette.responses import Response

from cicatrix.cases.dialogue import TOPICS
from cicatrix.errors import NotFoundError
from cicatrix.model import Assessment
from cicatrix.model.gate import Gate
from cicatrix.model.outlook import Outlook
from cicatrix.model.plan import Plan
from cicatrix.practice import UnitOfWork, captures, people, results, visits
from cicatrix.report.calendar import as_calendar
from cicatrix.report.page import page_style
from cicatrix.report.parts import Part, render_part
from cicatrix.web.corrected import corrected_assessment
from cicatrix.web.dependencies import ReadUnit
from cicatrix.web.questionnaire.screen import slug
from cicatrix.web.router import Pages

__all__ = ["router"]

router = Pages()


class Ask(BaseModel):
    """A question that is open, and where it is asked."""

    question: str
    why: str
    address: str


class Following(BaseModel):
    """What follows from a result."""

    id: str
    person_id: str
    pseudonym: str
    visit_id: str
    day: str
    site: str
    what: Literal["plan", "outlook", "patient"]
    answer: str
    ask: tuple[Ask, ...]
    options: tuple[str, ...]
    simulated: bool
    """Whether there are pictures of the simulation; there are none after a correction."""
    gate: Gate | None
    plan: Plan | None
    outlook: Outlook | None
    html: str = Field(exclude=True)
    command: str
    python: str


@router.page("/results/{result_id}/plan", template="following.html.j2")
def plan(unit: ReadUnit, result_id: str) -> Following:
    """Options side by side, what must be settled first, why not the others, and what would change this."""
    return _following(unit, result_id, "plan")


@router.page("/results/{result_id}/outlook", template="following.html.j2")
def outlook(unit: ReadUnit, result_id: str) -> Following:
    """What fades, how the skin heals, and what is likely to be left."""
    return _following(unit, result_id, "outlook")


@router.page("/results/{result_id}/patient", template="following.html.j2")
def patient(unit: ReadUnit, result_id: str) -> Following:
    """The same result in plain words, for the person and for print."""
    return _following(unit, result_id, "patient")


@router.raw("/results/{result_id}/plan/{option}.ics")
def calendar(unit: ReadUnit, result_id: str, option: str) -> Response:
    """An option of the plan as a calendar, from the plan's first day, or from the visit's where none was stated."""
    stored = results.get(unit, result_id)
    found = corrected_assessment(unit, result_id).plan
    chosen = next((one for one in (() if found is None else found.options) if one.id == option), None)
    if chosen is None:
        raise NotFoundError(f"there is no option {option!r} in this plan")
    start = stored.start or visits.get(unit, captures.get(unit, stored.capture_id).visit_id).day
    headers = {"Content-Disposition": f'attachment; filename="{option}.ics"'}
    return Response(as_calendar(chosen, start), media_type="text/calendar", headers=headers)


@router.raw("/report.css")
def style() -> Response:
    """Style sheet of the report's parts."""
    return Response(page_style(), media_type="text/css")


def _following(unit: UnitOfWork, result_id: str, what: Part) -> Following:
    stored = results.get(unit, result_id)
    capture = captures.get(unit, stored.capture_id)
    visit = visits.get(unit, capture.visit_id)
    found = corrected_assessment(unit, result_id)
    pictures = _pictures(found, result_id, {file.name for file in stored.files})
    start = f" --start {stored.start}" if stored.start else ""
    stated = " --case case.toml" if stored.case_id else ""
    return Following(
        id=result_id,
        person_id=visit.person_id,
        pseudonym=people.get(unit, visit.person_id).pseudonym,
        visit_id=visit.id,
        day=visit.day.isoformat(),
        site=capture.site,
        what=what,
        answer="" if found.answer is None else found.answer.text,
        ask=_asks(found, visit.id),
        options=() if found.plan is None else tuple(option.id for option in found.plan.options),
        simulated=bool(pictures),
        gate=found.gate,
        plan=found.plan,
        outlook=found.outlook,
        html=render_part(found, what, pictures),
        command=_command(what, stated, start),
        python=_python(what),
    )


def _pictures(found: Assessment, result_id: str, names: set[str]) -> dict[str, str]:
    simulation = None if found.outlook is None else found.outlook.simulation
    states = () if simulation is None else simulation.states
    return {one.state: f"/results/{result_id}/files/{one.picture}" for one in states if one.picture in names}


def _asks(found: Assessment, visit_id: str) -> tuple[Ask, ...]:
    """Open questions with the screen of the form on which they stand."""
    places = {name: slug(topic) for topic in TOPICS for name in topic.names}
    asks = () if found.plan is None else found.plan.ask
    return tuple(
        Ask(
            question=one.question,
            why=one.why,
            address=f"/visits/{visit_id}/case/{places[one.key]}" if one.key in places else f"/visits/{visit_id}/case",
        )
        for one in asks
    )


def _command(what: Part, stated: str, start: str) -> str:
    if what == "patient":
        return f"cicatrix assess CAPTURE{stated}{start} --out out    # out/patient.html"
    return f"cicatrix assess CAPTURE{stated}{start} --out out\ncicatrix {what} case.toml{start}  # the case alone"


def _python(what: Part) -> str:
    part = {"plan": "assessment.plan", "outlook": "assessment.outlook", "patient": "assessment"}[what]
    return (
        "from pathlib import Path\n\nfrom cicatrix.pipeline.assess import assess_folder\n\n"
        'assessment = assess_folder(Path("CAPTURE"), Path("out"), case_file=Path("case.toml"))\n'
        f"{part}"
    )
