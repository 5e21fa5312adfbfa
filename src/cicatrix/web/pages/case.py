"""The case of a visit as a guided form: one topic a screen, every question may be left open, saved as it goes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from cicatrix.cases.answers import AnswerError, offered, parse_answer, spoken
from cicatrix.cases.contradictions import Clash, contradictions, doubts
from cicatrix.cases.dialogue import TOPICS, Topic, with_answer
from cicatrix.cases.fields import Field, answer, fields
from cicatrix.cases.read import parse_case
from cicatrix.cases.write import as_toml
from cicatrix.errors import CaseError, NotFoundError
from cicatrix.model.case import Case
from cicatrix.model.record import RecordedPerson, Visit, WebSession
from cicatrix.record import Desk, Practice, cases, people, visits
from cicatrix.web.render import render
from cicatrix.web.router import Pages

__all__ = ["router", "slug"]

router = Pages()

NONE: Final = "none"
"""Box of a list that says that there is nothing in it, which is not the same as no answer."""

Given = Mapping[str, str | list[str]]
"""Answers as they were typed or chosen, by the names of the questions."""


class Question(BaseModel):
    """A question as it is asked."""

    name: str
    text: str
    shape: str
    offered: str
    choices: tuple[str, ...]
    given: tuple[str, ...]
    """What is answered, or was just typed; nothing where the answer is unknown."""
    error: str | None = None
    doubt: str | None = None


class TopicLink(BaseModel):
    """A topic in the list of topics."""

    slug: str
    title: str
    answered: int
    questions: int


class TopicView(BaseModel):
    """One screen of the form."""

    visit: Visit
    person: RecordedPerson
    number: int
    slug: str
    title: str
    questions: tuple[Question, ...]
    topics: tuple[TopicLink, ...]
    before: str | None
    after: str | None


class Answered(BaseModel):
    """An answer in the overview."""

    question: str
    answer: str


class Chapter(BaseModel):
    """A topic in the overview."""

    link: TopicLink
    answers: tuple[Answered, ...]


class CaseView(BaseModel):
    """What is stated at a visit."""

    visit: Visit
    person: RecordedPerson
    chapters: tuple[Chapter, ...]
    doubts: tuple[str, ...]
    """Pairs of answers that are worth a second look."""


class Answers(BaseModel):
    """Answers as typed, by the questions' names; an empty text takes an answer back."""

    answers: dict[str, str | list[str]]


class Saved(BaseModel):
    """What became of some answers."""

    saved: bool
    errors: dict[str, str]
    answered: int


def slug(topic: Topic) -> str:
    """A topic's name in addresses."""
    return re.sub(r"[^a-z]+", "-", topic.title.lower()).strip("-")


@router.raw("/visits/{visit_id}/case.toml")
def case_file(desk: Desk, visit_id: str) -> Response:
    """What is stated, as a case file."""
    visits.get(desk, visit_id)
    headers = {"Content-Disposition": 'attachment; filename="case.toml"'}
    return Response(as_toml(_case(desk, visit_id)), media_type="application/toml", headers=headers)


@router.page("/visits/{visit_id}/case", template="case.html.j2")
def overview(desk: Desk, visit_id: str) -> CaseView:
    """Everything that is stated, topic by topic."""
    visit = visits.get(desk, visit_id)
    case = _case(desk, visit_id)
    known = {field.name: field for field in fields()}
    return CaseView(
        visit=visit,
        person=people.get(desk, visit.person_id),
        chapters=tuple(
            Chapter(
                link=_link(case, topic),
                answers=tuple(
                    Answered(question=known[name].question, answer=_read(answer(case, known[name])))
                    for name in topic.names
                    if answer(case, known[name]) is not None
                ),
            )
            for topic in TOPICS
        ),
        doubts=tuple(_said(clash) for clash in doubts(case)),
    )


@router.raw("/visits/{visit_id}/case", role="assistant", method="POST", schema=False)
async def take_file(request: Request, practice: Practice, who: WebSession, visit_id: str) -> Response:
    """Take over a case file."""
    sent = (await request.form(max_files=1, max_fields=10)).get("file")
    if not isinstance(sent, UploadFile) or not sent.filename:
        raise CaseError("no file was chosen", fix="choose a case file")
    name, data = Path(sent.filename).name, await sent.read()
    await sent.close()
    await run_in_threadpool(_take, practice, who.name, visit_id, name, data)
    return RedirectResponse(f"/visits/{visit_id}/case", status_code=303)


@router.page("/visits/{visit_id}/case/{topic}", template="case_topic.html.j2")
def screen(desk: Desk, visit_id: str, topic: str) -> TopicView:
    """One topic's questions with the answers so far."""
    return _screen(desk, visit_id, _topic(topic), _case(desk, visit_id))


@router.raw("/visits/{visit_id}/case/{topic}.json", role="assistant", method="POST")
def save(desk: Desk, visit_id: str, topic: str, body: Answers) -> Response:
    """Save answers of one topic; those that are not sent stay as they are. Nothing is saved where one is wrong."""
    chosen = _topic(topic)
    visits.get(desk, visit_id)
    case, errors = _with(_to_change(desk, visit_id), chosen, body.answers)
    if not errors:
        cases.save(desk, visit_id, case)
    told = Saved(saved=not errors, errors=errors, answered=_link(case, chosen).answered)
    return JSONResponse(told.model_dump(), status_code=422 if errors else 200)


@router.raw("/visits/{visit_id}/case/{topic}", role="assistant", method="POST", schema=False)
async def save_form(request: Request, practice: Practice, who: WebSession, visit_id: str, topic: str) -> Response:
    """Save a screen and go on; a wrong answer shows the screen again with what is wrong beside it."""
    form = await request.form(max_files=0, max_fields=200)
    chosen = _topic(topic)
    given = _from_form(form, chosen)
    view = await run_in_threadpool(_save_form, practice, who.name, visit_id, chosen, given)
    if view is not None:
        return await run_in_threadpool(render, request, "case_topic.html.j2", view, status=422)
    wanted = str(form.get("go", ""))
    after = wanted if wanted in {slug(one) for one in TOPICS} else ""
    return RedirectResponse(f"/visits/{visit_id}/case/{after}".rstrip("/"), status_code=303)


def _save_form(practice: Practice, actor: str, visit_id: str, topic: Topic, given: Given) -> TopicView | None:
    """Save a screen; the screen with its errors where something is wrong."""
    with practice.desk(actor) as desk:
        visits.get(desk, visit_id)
        before = _to_change(desk, visit_id)
        case, errors = _with(before, topic, given)
        if errors:
            return _screen(desk, visit_id, topic, before, given, errors)
        cases.save(desk, visit_id, case)
    return None


def _take(practice: Practice, actor: str, visit_id: str, name: str, data: bytes) -> None:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CaseError("the file is not UTF-8 text", path=name, fix="save it as UTF-8") from error
    case = parse_case(text, Path(name))
    with practice.desk(actor) as desk:
        cases.save(desk, visit_id, case)


def _case(desk: Desk, visit_id: str) -> Case:
    stored = cases.latest(desk, visit_id)
    return Case() if stored is None else stored.case


def _to_change(desk: Desk, visit_id: str) -> Case:
    stored = cases.to_change(desk, visit_id)
    return Case() if stored is None else stored.case


def _topic(name: str) -> Topic:
    found = next((topic for topic in TOPICS if slug(topic) == name), None)
    if found is None:
        raise NotFoundError(f"there is no topic {name!r}", allowed=", ".join(slug(topic) for topic in TOPICS))
    return found


def _from_form(form: FormData, topic: Topic) -> dict[str, str | list[str]]:
    """What a screen's form holds; a list that was not touched is no answer."""
    shapes = {field.name: field.shape for field in fields()}
    return {
        name: [str(one) for one in form.getlist(name)] if shapes[name] == "list" else str(form.get(name, ""))
        for name in topic.names
    }


def _with(case: Case, topic: Topic, given: Given) -> tuple[Case, dict[str, str]]:
    """The case with a topic's answers, and what is wrong with them, by question."""
    known = {field.name: field for field in fields()}
    errors = {name: "This question is not on this screen." for name in given if name not in topic.names}
    for name, text in given.items():
        if name in errors:
            continue
        try:
            case = with_answer(case, known[name], _value(known[name], text))
        except (AnswerError, ValueError) as error:
            errors[name] = _plain(error)
    for clash in contradictions(case):
        for name in clash.keys:
            if name in given and name not in errors:
                errors[name] = _said(clash)
    return case, errors


def _value(field: Field, text: str | list[str]) -> object:
    """The value of an answer; None where it was left open."""
    if isinstance(text, list):
        chosen = [one for one in text if one]
        return None if not chosen else parse_answer(field, ", ".join(chosen) if chosen != [NONE] else NONE)
    return None if not text.strip() else parse_answer(field, text)


def _plain(error: Exception) -> str:
    return str(error) if isinstance(error, AnswerError) else "This is no possible answer."


def _said(clash: Clash) -> str:
    return f"{' and '.join(_name(key) for key in clash.keys)} do not go together: {clash.why}. {_sentence(clash.fix)}"


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:].rstrip('.')}."


def _name(key: str) -> str:
    return key.rpartition(".")[2].replace("_", " ")


def _read(value: object) -> str:
    return spoken(value).replace("_", " ")


def _link(case: Case, topic: Topic) -> TopicLink:
    known = {field.name: field for field in fields()}
    return TopicLink(
        slug=slug(topic),
        title=topic.title,
        answered=sum(answer(case, known[name]) is not None for name in topic.names),
        questions=len(topic.names),
    )


def _screen(
    desk: Desk,
    visit_id: str,
    topic: Topic,
    case: Case,
    typed: Given | None = None,
    errors: Mapping[str, str] | None = None,
) -> TopicView:
    visit = visits.get(desk, visit_id)
    known = {field.name: field for field in fields()}
    at = TOPICS.index(topic)
    second = {key: _said(clash) for clash in doubts(case) for key in clash.keys}
    return TopicView(
        visit=visit,
        person=people.get(desk, visit.person_id),
        number=at + 1,
        slug=slug(topic),
        title=topic.title,
        questions=tuple(
            _question(known[name], case, (typed or {}).get(name), (errors or {}).get(name), second.get(name))
            for name in topic.names
        ),
        topics=tuple(_link(case, one) for one in TOPICS),
        before=slug(TOPICS[at - 1]) if at else None,
        after=slug(TOPICS[at + 1]) if at + 1 < len(TOPICS) else None,
    )


def _question(
    field: Field, case: Case, typed: str | list[str] | None, error: str | None, doubt: str | None
) -> Question:
    if typed is None:
        given = _written(answer(case, field))
    else:
        given = tuple(typed) if isinstance(typed, list) else (typed,) if typed else ()
    return Question(
        name=field.name,
        text=field.question,
        shape=field.shape,
        offered=offered(field),
        choices=field.choices,
        given=given,
        error=error,
        doubt=doubt,
    )


def _written(value: object) -> tuple[str, ...]:
    """An answer as the form's fields hold it."""
    if value is None:
        return ()
    if isinstance(value, tuple):
        return value or (NONE,)
    return (spoken(value),)
