"""The form's screens, and the overview of what is stated."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from pydantic import BaseModel

from cicatrix.cases.contradictions import doubts
from cicatrix.cases.dialogue import TOPICS, Topic
from cicatrix.cases.fields import Field, answer, fields
from cicatrix.cases.lasting import taken_over
from cicatrix.cases.parse_answer import offered, spoken
from cicatrix.model.case import Case
from cicatrix.model.practice import RecordedPerson, Visit
from cicatrix.web.questionnaire.given import Given, said, written

__all__ = ["CaseView", "Earlier", "TopicView", "answered_in", "overview_of", "screen_of", "slug"]


class Question(BaseModel):
    """A question as it is asked."""

    name: str
    text: str
    shape: str
    offered: str
    choices: tuple[str, ...]
    given: tuple[str, ...]
    """What is answered, or was just typed; nothing where the answer is unknown."""
    then: str | None = None
    """What was answered at the visit before; None where it was open, or is answered at this visit."""
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
    then: date | None
    """Day of the visit before."""


class Answered(BaseModel):
    """An answer in the overview."""

    question: str
    answer: str


class Chapter(BaseModel):
    """A topic in the overview."""

    link: TopicLink
    answers: tuple[Answered, ...]


class Lasting(BaseModel):
    """Answers of the visit before that still hold and are open at this one."""

    day: date
    count: int


class CaseView(BaseModel):
    """What is stated at a visit."""

    visit: Visit
    person: RecordedPerson
    chapters: tuple[Chapter, ...]
    doubts: tuple[str, ...]
    """Pairs of answers that are worth a second look."""
    lasting: Lasting | None


class Earlier(BaseModel):
    """What was stated at the visit before."""

    day: date
    case: Case


def slug(topic: Topic) -> str:
    """A topic's name in addresses."""
    return re.sub(r"[^a-z]+", "-", topic.title.lower()).strip("-")


def overview_of(visit: Visit, person: RecordedPerson, case: Case, earlier: Earlier | None) -> CaseView:
    """Everything that is stated, topic by topic."""
    known = {field.name: field for field in fields()}
    count = 0 if earlier is None else len(taken_over(earlier.case, case)[1])
    return CaseView(
        visit=visit,
        person=person,
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
        doubts=tuple(said(clash) for clash in doubts(case)),
        lasting=None if earlier is None or not count else Lasting(day=earlier.day, count=count),
    )


def screen_of(
    visit: Visit,
    person: RecordedPerson,
    topic: Topic,
    case: Case,
    earlier: Earlier | None,
    typed: Given | None = None,
    errors: Mapping[str, str] | None = None,
) -> TopicView:
    """One topic's questions with the answers so far.

    Parameters
    ----------
    visit, person, topic
        What it is a screen of.
    case
        What is stated.
    earlier
        What was stated at the visit before.
    typed
        What was just typed, where it could not be saved.
    errors
        What is wrong with it, by question.
    """
    known = {field.name: field for field in fields()}
    at = TOPICS.index(topic)
    second = {key: said(clash) for clash in doubts(case) for key in clash.keys}
    return TopicView(
        visit=visit,
        person=person,
        number=at + 1,
        slug=slug(topic),
        title=topic.title,
        questions=tuple(
            _question(known[name], case, (typed or {}).get(name)).model_copy(
                update={
                    "then": _then(known[name], case, earlier),
                    "error": (errors or {}).get(name),
                    "doubt": second.get(name),
                }
            )
            for name in topic.names
        ),
        topics=tuple(_link(case, one) for one in TOPICS),
        before=slug(TOPICS[at - 1]) if at else None,
        after=slug(TOPICS[at + 1]) if at + 1 < len(TOPICS) else None,
        then=None if earlier is None else earlier.day,
    )


def answered_in(case: Case, topic: Topic) -> int:
    """How many questions of a topic have an answer."""
    known = {field.name: field for field in fields()}
    return sum(answer(case, known[name]) is not None for name in topic.names)


def _read(value: object) -> str:
    return spoken(value).replace("_", " ")


def _link(case: Case, topic: Topic) -> TopicLink:
    return TopicLink(slug=slug(topic), title=topic.title, answered=answered_in(case, topic), questions=len(topic.names))


def _then(field: Field, case: Case, earlier: Earlier | None) -> str | None:
    if earlier is None or answer(case, field) is not None:
        return None
    value = answer(earlier.case, field)
    return None if value is None else _read(value)


def _question(field: Field, case: Case, typed: str | list[str] | None) -> Question:
    if typed is None:
        given = written(answer(case, field))
    else:
        given = tuple(typed) if isinstance(typed, list) else (typed,) if typed else ()
    return Question(
        name=field.name,
        text=field.question,
        shape=field.shape,
        offered=offered(field),
        choices=field.choices,
        given=given,
    )
