"""The questions of a case, asked one after the other. No terminal in here: text goes in, text comes out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from cicatrix.cases.contradictions import Clash, contradictions, doubts
from cicatrix.cases.fields import Field, answer, fields
from cicatrix.cases.parse_answer import AnswerError, offered, parse_answer, spoken
from cicatrix.model.case import Case

__all__ = ["HELP", "TOPICS", "Dialogue", "Topic", "with_answer"]

HELP: Final = (
    "Enter leaves a question open: its answer is then unknown, which is not no. A minus sign (-) takes an answer back. "
    "Type back for the question before, next for the next topic, quit to stop early, ? for this help."
)


@dataclass(frozen=True, slots=True)
class Topic:
    """Questions that are asked together."""

    title: str
    names: tuple[str, ...]


def _topic(title: str, section: str, keys: str) -> Topic:
    return Topic(title, tuple(f"{section}.{key}" for key in keys.split()))


TOPICS: Final = (
    _topic("The person", "person", "age sex skin_type pregnant breastfeeding smoker recent_tan"),
    _topic(
        "Medicines and allergies",
        "person",
        "isotretinoin isotretinoin_months_since anticoagulant photosensitising_drug salicylate_allergy "
        "bovine_collagen_allergy",
    ),
    _topic(
        "The skin",
        "person",
        "keloid_history herpes_history active_herpes skin_infection open_wound vitiligo psoriasis lichen_planus "
        "radiotherapy_to_area resurfacing_months_since",
    ),
    _topic(
        "Illnesses",
        "person",
        "immunosuppressed connective_tissue_disease diabetes bleeding_disorder pacemaker heart_disease kidney_disease "
        "liver_disease body_dysmorphic_disorder",
    ),
    _topic("Acne on the face today", "acne", "open_comedones closed_comedones papules pustules nodules"),
    _topic(
        "Acne over time",
        "acne",
        "months_clear years worst_severity on_treatment picking family_history_of_scars",
    ),
    _topic(
        "Acne by region, the worst lesion in each",
        "acne.regions",
        "forehead right_cheek left_cheek nose chin chest_and_upper_back",
    ),
    _topic("Marks that acne left", "marks", "red brown median_size_mm intensity median_age_months sun_protection"),
    _topic(
        "Scars",
        "scars",
        "icepick boxcar_shallow boxcar_deep rolling hypertrophic keloid papular raised_area_cm2 severity shape "
        "visible_at_50cm hidden_by_makeup flattened_by_stretching",
    ),
    _topic("Wishes", "preferences", "max_downtime_days event_date avoid budget_usd"),
)


def with_answer(case: Case, field: Field, value: Any) -> Case:
    """Return the case with one answer more, or with one taken out where ``value`` is None."""
    values = case.model_dump()
    table = values
    for name in field.loc[:-1]:
        table = table[name]
    table[field.key] = value
    return Case.model_validate(values)


class Dialogue:
    """Where a conversation stands: the case so far, and the question that is open.

    Attributes
    ----------
    case
        The answers so far.
    done
        True when every question has been asked.
    """

    def __init__(self, case: Case | None = None) -> None:
        self.case = case or Case()
        self._fields = {field.name: field for field in fields()}
        self._order = [name for topic in TOPICS for name in topic.names]
        self._at = 0

    @property
    def done(self) -> bool:
        """True when every question has been asked."""
        return self._at >= len(self._order)

    @property
    def answered(self) -> int:
        """How many questions have an answer."""
        return sum(answer(self.case, field) is not None for field in self._fields.values())

    @property
    def field(self) -> Field:
        """The open question."""
        return self._fields[self._order[self._at]]

    def heading(self) -> str:
        """Title of the topic that the open question belongs to."""
        name = self._order[self._at]
        return next(
            f"{at} of {len(TOPICS)}: {topic.title}" for at, topic in enumerate(TOPICS, 1) if name in topic.names
        )

    def question(self) -> str:
        """The open question with what may be answered, and the answer that it has already."""
        given = answer(self.case, self.field)
        now = "" if given is None else f" Now: {spoken(given)}."
        return f"{self.field.question} [{offered(self.field)}]{now}"

    def reply(self, text: str) -> str | None:
        """Take an answer, or a word such as ``back``, and move on.

        Returns
        -------
        str | None
            What to tell, such as what makes an answer doubtful that was taken.

        Raises
        ------
        AnswerError
            The answer was not taken: it is not understood, or contradicts another. The question stays open.
        """
        said = text.strip().lower()
        if said in ("?", "help"):
            return HELP
        if said == "back":
            return self.back()
        if said == "next":
            self._next_topic()
            return None
        if said in ("", "-"):
            self._leave_open(take_back=said == "-")
            return None
        return self._take(text)

    def back(self) -> str | None:
        """Return to the question before."""
        before = next((at for at in range(self._at - 1, -1, -1) if self._asked(at)), None)
        if before is None:
            return "This is the first question."
        self._at = before
        return None

    def _take(self, text: str) -> str | None:
        field = self.field
        case = with_answer(self.case, field, parse_answer(field, text))
        if clash := _about(field, contradictions(case)):
            raise AnswerError(f"{_said(case, clash)}. Answer again, or type back to correct the other answer.")
        doubt = _about(field, doubts(case))
        self.case = case
        self._forward()
        return None if doubt is None else f"Taken, but look again: {_said(case, doubt)}."

    def _leave_open(self, *, take_back: bool) -> None:
        if take_back:
            self.case = with_answer(self.case, self.field, None)
        self._forward()

    def _forward(self) -> None:
        self._at = next((at for at in range(self._at + 1, len(self._order)) if self._asked(at)), len(self._order))

    def _next_topic(self) -> None:
        name = self._order[self._at]
        topic = next(topic for topic in TOPICS if name in topic.names)
        self._at = self._order.index(topic.names[-1])
        self._forward()

    def _asked(self, at: int) -> bool:
        """Tell whether the answers so far leave a question open."""
        name = self._order[at]
        if answer(self.case, self._fields[name]) is not None:
            return True
        person, marks, scars = self.case.person, self.case.marks, self.case.scars
        counted = None not in (scars.icepick, scars.boxcar_shallow, scars.boxcar_deep, scars.rolling)
        settled = {
            "scars.severity": counted,
            "scars.shape": counted,
            "person.pregnant": person.sex == "male",
            "person.breastfeeding": person.sex == "male",
            "person.isotretinoin_months_since": person.isotretinoin in ("never", "now"),
            "marks.median_size_mm": marks.red == 0 and marks.brown == 0,
            "marks.median_age_months": marks.red == 0 and marks.brown == 0,
            "marks.intensity": marks.brown == 0,
            "marks.sun_protection": marks.red == 0 and marks.brown == 0,
            "scars.raised_area_cm2": scars.hypertrophic == 0 and scars.keloid == 0,
        }
        return not settled.get(name, False)


def _about(field: Field, clashes: tuple[Clash, ...]) -> Clash | None:
    return next((clash for clash in clashes if field.name in clash.keys), None)


def _said(case: Case, clash: Clash) -> str:
    """Both answers in plain words, and why they do not go together."""
    known = {field.name: field for field in fields()}
    said = [f"{known[name].key.replace('_', ' ')} {spoken(answer(case, known[name]))}" for name in clash.keys]
    return f"{' and '.join(said)} do not go together: {clash.why}"
