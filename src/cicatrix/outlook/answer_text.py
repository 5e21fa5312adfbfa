"""The sentences of the answer, in their fixed order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from cicatrix.model.answer import Answer, Cost, MainRisk, Span
from cicatrix.model.durations import DAYS_PER_MONTH
from cicatrix.model.knowledge import Target
from cicatrix.model.outlook import Better
from cicatrix.model.plan import OPTION_NAMES
from cicatrix.model.target_names import SHORT_NAMES
from cicatrix.model.wording import joined, plural, two_digits

__all__ = [
    "RISKS",
    "better_text",
    "by_target_text",
    "chance_text",
    "cost_text",
    "percent",
    "removable_text",
    "risk_text",
    "time_text",
]

GRADES: Final = {1: "flat marks", 2: "mild", 3: "moderate", 4: "severe"}
"""Goodman and Baron's grades in a word."""

RISKS: Final = {"brown_marks": "brown marks for some months", "pale_marks": "pale patches that can last"}
"""What can happen to the colour of the skin, by the event of a risk."""

FEW: Final = 0.005
"""Below this fraction fewer than 1 of 100 people are meant."""

MANY, MOST = 0.4, 0.5
"""Fractions of people from which "many" and "most" are written."""

UNGRADED: Final = (
    "How many end with flat marks at most depends on how far the scars are seen today, which was not said."
)
"""Over all grades that may be today's the chance runs from hardly any to most: no number would help."""

CLEARLY: Final = 0.35
"""Fraction of better appearance from which scars are called clearly better."""


def removable_text(figures: Answer, today: int | None, *, marks_only: bool, held_back: bool) -> str:
    """Whether the scars can be removed, in one sentence.

    Parameters
    ----------
    figures
        The figures of the answer.
    today
        Today's Goodman-Baron grade; None when it is not known.
    marks_only
        True where there are marks and no scars.
    held_back
        True where something must pass before the usual treatments are open.
    """
    removable = figures.removable
    if removable is None:
        return "We cannot say yet: no scars and no marks were counted."
    if removable == "nothing_to_treat":
        return "There is nothing to treat: no scars and no marks were found."
    if marks_only:
        return "Partly: these are marks and not scars. Most marks fade, but some may stay."
    scars = f"{GRADES[today]} scars like these" if today in (2, 3, 4) else "scars like these"
    if figures.better is None:
        return f"Not now: {scars} are rarely removed, and nothing that is open now treats them."
    now = " with what is open to you now" if held_back else ""
    if removable == "partly":
        return f"Partly: {scars} go away in full in some people{now}, and others get {_clearly(figures.better)} better."
    lead = f"No: {scars} are not removed" if removable == "no" else f"Rarely: {scars} seldom go away in full"
    return f"{lead}{now}, {_how_many(figures, today)}."


def _clearly(better: Better) -> str:
    return "clearly" if better.value >= CLEARLY else "somewhat"


def _how_many(figures: Answer, today: int | None) -> str:
    """How many people get better, in words that follow the figures.

    Below grade 3 a grade gained means flat marks, so that how much better the scars look says more.
    """
    one_grade, better = figures.chance.one_grade, figures.better
    if one_grade is not None and today in (3, 4):
        words = ((MOST, "but most people get clearly better"), (MANY, "but many people get clearly better"))
        return next((said for limit, said in words if one_grade.value >= limit), "and some people get clearly better")
    if better is None:
        return "but they can get better"
    return f"but they can get {_clearly(better)} better"


def chance_text(figures: Answer, today: int | None) -> str | None:
    """Natural frequencies: at least one grade, at least two, marks at most."""
    chance, said = figures.chance, []
    if chance.one_grade is not None and today != 2:
        grades = f" (from {GRADES[today]} to {GRADES[today - 1]} or better)" if today in (3, 4) else ""
        said.append(f"{_people(chance.one_grade.value)} gain at least one grade{grades}")
    if chance.two_grades is not None:
        said.append(f"{_people(chance.two_grades.value)} gain two")
    if chance.marks_at_most is not None and today is not None:
        said.append(f"{_people(chance.marks_at_most.value)} end with flat marks at most")
    if not said or figures.option is None:
        return None
    depends = "" if today is not None else f" {UNGRADED}"
    return f"Of 100 people who follow the {OPTION_NAMES[figures.option]} plan, {joined(said)}.{depends}"


def _people(share: float) -> str:
    if share < FEW:
        return "fewer than 1"
    return f"about {round(100 * share)}"


def better_text(better: Better | None) -> str | None:
    """How much better the scars look."""
    if better is None:
        return None
    middle = better.middle_half
    half = f" In the middle half of people it is {_span(middle.low, middle.high)} %."
    return f"Expect the scars to look about {percent(better.value)} % better.{half}"


def by_target_text(by_target: Mapping[Target, Better], untreated: Sequence[Target]) -> str | None:
    """How much better by type, the best first, and what is left alone; None with a single type."""
    if len(by_target) + len(untreated) < 2:
        return None
    ranked = sorted(by_target.items(), key=lambda item: -item[1].value)
    said = [f"{SHORT_NAMES[target]} about {percent(better.value)} %" for target, better in ranked]
    left = f" It does not treat {joined([SHORT_NAMES[target] for target in untreated])}." if untreated else ""
    return f"By type: {joined(said)}.{left}" if said else None


def time_text(figures: Answer) -> str | None:
    """Months, visits and days off in one or two sentences."""
    months, visits, days_off = figures.months, figures.visits, figures.days_off
    if months is None or visits is None:
        return None
    shows = f"The result can be judged after about {_length(months.high)}."
    if not visits.high:
        return f"All of it is done at home. {shows}"
    over = f" over about {_length(months.low)}" if visits.high > 1 else ""
    said = [f"{_whole(visits)} {plural(visits.high, 'visit')}{over}"]
    if days_off is not None:
        said.append(f"{_whole(days_off)} {plural(days_off.high, 'day')} off in all")
    unknown = "" if days_off is not None else " How many days off is not known for each step."
    return f"It takes {joined(said)}.{unknown} {shows}"


def risk_text(risk: MainRisk | None, *, skin_known: bool) -> str | None:
    """The main risk in this skin."""
    if risk is None:
        return None
    lead = "The main risk in skin like yours" if skin_known else "The main risk"
    if risk.value is None or risk.low is None or risk.high is None:
        return f"{lead}: {risk.text}."
    if risk.high < FEW:
        return f"{lead}: {risk.text}, though no one in studies had them."
    low, high = round(100 * risk.low), round(100 * risk.high)
    span = f" ({low} to {high})" if low != high else ""
    return f"{lead}: {risk.text}, in {_people(risk.value)} of 100 people in studies{span}."


def cost_text(cost: Cost | None, unpriced: Sequence[str]) -> str | None:
    """Fees, rounded to two digits."""
    if cost is None:
        return "Cost: no fee is known." if unpriced else None
    low, high = two_digits(cost.low), two_digits(cost.high)
    span = f"{low:,.0f}" if low == high else f"{low:,.0f} to {high:,.0f}"
    if cost.complete:
        return f"Cost: about {span} US dollars (rough)."
    return (
        f"Cost: about {span} US dollars, without {joined([name.lower() for name in unpriced])}, whose fee is not known."
    )


def _length(months: float) -> str:
    """Months, or weeks where they are few."""
    if months < 2:
        weeks = max(1, round(months * DAYS_PER_MONTH / 7))
        return f"{weeks} {plural(weeks, 'week')}"
    return f"{round(months)} months"


def _whole(span: Span) -> str:
    return f"{span.low:g}" if span.low == span.high else f"{span.low:g} to {span.high:g}"


def percent(share: float) -> int:
    """Per cent, to the nearest 5 as the figure is no surer; below 10 as it is."""
    per_cent = 100 * share
    return round(per_cent) if abs(per_cent) < 10 else 5 * round(per_cent / 5)


def _span(low: float, high: float) -> str:
    return f"{percent(low)} to {percent(high)}"
