"""Answers as they were typed or chosen, and the case that comes of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.datastructures import FormData

from cicatrix.cases.contradictions import Clash, contradictions
from cicatrix.cases.dialogue import Topic, with_answer
from cicatrix.cases.fields import Field, fields
from cicatrix.cases.parse_answer import AnswerError, parse_answer, spoken
from cicatrix.model.case import Case

__all__ = ["Given", "from_form", "said", "with_given", "written"]

NONE: Final = "none"
"""Box of a list that says that there is nothing in it, which is not the same as no answer."""

Given = Mapping[str, str | list[str]]
"""Answers as they were typed or chosen, by the names of the questions."""


def from_form(form: FormData, topic: Topic) -> dict[str, str | list[str]]:
    """What a screen's form holds; a list that was not touched is no answer."""
    shapes = {field.name: field.shape for field in fields()}
    return {
        name: [str(one) for one in form.getlist(name)] if shapes[name] == "list" else str(form.get(name, ""))
        for name in topic.names
    }


def with_given(case: Case, topic: Topic, given: Given) -> tuple[Case, dict[str, str]]:
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
                errors[name] = said(clash)
    return case, errors


def written(value: object) -> tuple[str, ...]:
    """An answer as the form's fields hold it."""
    if value is None:
        return ()
    if isinstance(value, tuple):
        return value or (NONE,)
    return (spoken(value),)


def said(clash: Clash) -> str:
    """Answers that do not go together, in words."""
    return f"{' and '.join(_name(key) for key in clash.keys)} do not go together: {clash.why}. {_sentence(clash.fix)}"


def _value(field: Field, text: str | list[str]) -> object:
    """The value of an answer; None where it was left open."""
    if isinstance(text, list):
        chosen = [one for one in text if one]
        return None if not chosen else parse_answer(field, ", ".join(chosen) if chosen != [NONE] else NONE)
    return None if not text.strip() else parse_answer(field, text)


def _plain(error: Exception) -> str:
    return str(error) if isinstance(error, AnswerError) else "This is no possible answer."


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:].rstrip('.')}."


def _name(key: str) -> str:
    return key.rpartition(".")[2].replace("_", " ")
