"""The questionnaire of a visit: one topic per screen, every question optional, each answer saved as it is given."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from cicatrix.cases.dialogue import TOPICS, Topic
from cicatrix.cases.lasting import taken_over
from cicatrix.cases.write import as_toml
from cicatrix.errors import CaseError, NotFoundError
from cicatrix.model.case import Case
from cicatrix.practice import Practice, UnitOfWork, cases, people, visits
from cicatrix.web.dependencies import CurrentPractice, CurrentSession, ReadUnit, WriteUnit
from cicatrix.web.questionnaire.given import Given, from_form, with_given
from cicatrix.web.questionnaire.screen import CaseView, Earlier, TopicView, answered_in, overview_of, screen_of, slug
from cicatrix.web.render import render
from cicatrix.web.router import Done, Pages
from cicatrix.web.work.isolated import parse_case_isolated

__all__ = ["router"]

router = Pages()


class Answers(BaseModel):
    """Answers as typed, by the questions' names; an empty text takes an answer back."""

    answers: dict[str, str | list[str]]


class Saved(BaseModel):
    """Outcome of saving some answers."""

    saved: bool
    errors: dict[str, str]
    answered: int


class TakenOver(BaseModel):
    """Questions that were answered as at the visit before."""

    names: tuple[str, ...]


@router.raw("/visits/{visit_id}/case.toml")
def case_file(unit: ReadUnit, visit_id: str) -> Response:
    """The answers as a case file."""
    visits.get(unit, visit_id)
    headers = {"Content-Disposition": 'attachment; filename="case.toml"'}
    return Response(as_toml(_case(unit, visit_id)), media_type="application/toml", headers=headers)


@router.page("/visits/{visit_id}/case", template="case.html.j2")
def overview(unit: ReadUnit, visit_id: str) -> CaseView:
    """All answers, topic by topic."""
    visit = visits.get(unit, visit_id)
    return overview_of(visit, people.get(unit, visit.person_id), _case(unit, visit_id), _earlier(unit, visit_id))


@router.raw("/visits/{visit_id}/case", role="assistant", method="POST", schema=False)
async def take_file(request: Request, practice: CurrentPractice, session: CurrentSession, visit_id: str) -> Response:
    """Import a case file."""
    sent = (await request.form(max_files=1, max_fields=10)).get("file")
    if not isinstance(sent, UploadFile) or not sent.filename:
        raise CaseError("no file was chosen", fix="choose a case file")
    name, data = Path(sent.filename).name, await sent.read()
    await sent.close()
    await run_in_threadpool(_take, practice, session.name, visit_id, name, data)
    return RedirectResponse(f"/visits/{visit_id}/case", status_code=303)


@router.action("/visits/{visit_id}/case/take-over", role="assistant")
def take_over(unit: WriteUnit, visit_id: str) -> Done:
    """Answer open questions as at the visit before, those whose answers last."""
    visits.get(unit, visit_id)
    now = _to_change(unit, visit_id)
    earlier = _earlier(unit, visit_id)
    taken: tuple[str, ...] = ()
    if earlier is not None:
        now, taken = taken_over(earlier.case, now)
    if taken:
        cases.save(unit, visit_id, now)
    return Done(f"/visits/{visit_id}/case", TakenOver(names=taken))


@router.page("/visits/{visit_id}/case/{topic}", template="case_topic.html.j2")
def screen(unit: ReadUnit, visit_id: str, topic: str) -> TopicView:
    """One topic's questions with the answers so far."""
    return _screen(unit, visit_id, _topic(topic), _case(unit, visit_id))


@router.raw("/visits/{visit_id}/case/{topic}.json", role="assistant", method="POST")
def save(unit: WriteUnit, visit_id: str, topic: str, body: Answers) -> Response:
    """Save answers of one topic; those that are not sent stay as they are. Nothing is saved where one is wrong."""
    chosen = _topic(topic)
    visits.get(unit, visit_id)
    case, errors = with_given(_to_change(unit, visit_id), chosen, body.answers)
    if not errors:
        cases.save(unit, visit_id, case)
    told = Saved(saved=not errors, errors=errors, answered=answered_in(case, chosen))
    return JSONResponse(told.model_dump(), status_code=422 if errors else 200)


@router.raw("/visits/{visit_id}/case/{topic}", role="assistant", method="POST", schema=False)
async def save_form(
    request: Request, practice: CurrentPractice, session: CurrentSession, visit_id: str, topic: str
) -> Response:
    """Save a screen and go on; a wrong answer shows the screen again with what is wrong beside it."""
    form = await request.form(max_files=0, max_fields=200)
    chosen = _topic(topic)
    given = from_form(form, chosen)
    view = await run_in_threadpool(_save_form, practice, session.name, visit_id, chosen, given)
    if view is not None:
        return await run_in_threadpool(render, request, "case_topic.html.j2", view, status=422)
    wanted = str(form.get("go", ""))
    after = wanted if wanted in {slug(one) for one in TOPICS} else ""
    return RedirectResponse(f"/visits/{visit_id}/case/{after}".rstrip("/"), status_code=303)


def _save_form(practice: Practice, actor: str, visit_id: str, topic: Topic, given: Given) -> TopicView | None:
    """Save a screen; the screen with its errors where something is wrong."""
    with practice.unit_of_work(actor) as unit:
        visits.get(unit, visit_id)
        before = _to_change(unit, visit_id)
        case, errors = with_given(before, topic, given)
        if errors:
            return _screen(unit, visit_id, topic, before, given, errors)
        cases.save(unit, visit_id, case)
    return None


def _screen(
    unit: UnitOfWork,
    visit_id: str,
    topic: Topic,
    case: Case,
    typed: Given | None = None,
    errors: dict[str, str] | None = None,
) -> TopicView:
    visit = visits.get(unit, visit_id)
    person = people.get(unit, visit.person_id)
    return screen_of(visit, person, topic, case, _earlier(unit, visit_id), typed, errors)


def _take(practice: Practice, actor: str, visit_id: str, name: str, data: bytes) -> None:
    case = parse_case_isolated(data, name, practice.work)
    with practice.unit_of_work(actor) as unit:
        cases.save(unit, visit_id, case)


def _case(unit: UnitOfWork, visit_id: str) -> Case:
    stored = cases.latest(unit, visit_id)
    return Case() if stored is None else stored.case


def _to_change(unit: UnitOfWork, visit_id: str) -> Case:
    stored = cases.to_change(unit, visit_id)
    return Case() if stored is None else stored.case


def _earlier(unit: UnitOfWork, visit_id: str) -> Earlier | None:
    """What was stated at the last visit before this one at which anything was."""
    this = visits.get(unit, visit_id)
    for visit in visits.of_person(unit, this.person_id):
        if (visit.day, visit.made_at) < (this.day, this.made_at):
            stored = cases.latest(unit, visit.id)
            if stored is not None and stored.case != Case():
                return Earlier(day=visit.day, case=stored.case)
    return None


def _topic(name: str) -> Topic:
    found = next((topic for topic in TOPICS if slug(topic) == name), None)
    if found is None:
        raise NotFoundError(f"there is no topic {name!r}", allowed=", ".join(slug(topic) for topic in TOPICS))
    return found
