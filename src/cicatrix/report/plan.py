"""The plan, ready to be laid out: the options with their calendars, why not the others, what to ask."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from cicatrix.model.checklist import Checklist, checklist_of
from cicatrix.model.durations import DAYS_PER_MONTH
from cicatrix.model.gate import Ask
from cicatrix.model.plan import Change, Days, Excluded, Expected, Money, Option, Plan, PlanAgain, Reason, Step
from cicatrix.model.target_names import FIELD_NAMES
from cicatrix.model.wording import two_digits
from cicatrix.report.numbers import fixed, months
from cicatrix.report.references import CitedText, References

__all__ = ["AT_HOME", "Left", "OptionShown", "PlanShown", "StepShown", "Tick", "dollars", "plan"]

FIGURES: Final = (
    ("minutes", "Minutes a session", "minutes"),
    ("downtime_days", "Away from work and company, after each session", "days"),
    ("closed_days", "Until the skin is closed", "days"),
    ("redness_days", "Redness", "days"),
    ("result_days", "Until the result", "days"),
)

UNKNOWN_FIGURE: Final = "no figure was found"
AT_HOME: Final = "daily, at home"


@dataclass(frozen=True, slots=True)
class Tick:
    """A month on the calendar; ``place`` is a percentage of its length."""

    label: str
    place: str


@dataclass(frozen=True, slots=True)
class StepShown:
    """One step, with its place on the calendar in percentages of its length."""

    name: str
    summary: str
    when: str
    how: str
    aims: str
    start: str
    length: str
    visits: tuple[str, ...]
    label: str
    figures: tuple[tuple[str, CitedText | None], ...]
    price: CitedText | None
    feel: CitedText | None
    conditions: tuple[CitedText, ...]
    depends: tuple[CitedText, ...]
    prepare: tuple[CitedText, ...]
    risks: tuple[CitedText, ...]
    studies: tuple[CitedText, ...]
    depth: tuple[CitedText, ...]
    differ: tuple[CitedText, ...]
    together: str | None
    instead: str | None
    credit: CitedText


@dataclass(frozen=True, slots=True)
class OptionShown:
    """One option."""

    id: str
    title: str
    facts: tuple[tuple[str, str], ...]
    steps: tuple[StepShown, ...]
    ticks: tuple[Tick, ...]
    reviews: tuple[str, ...]
    review_text: str


@dataclass(frozen=True, slots=True)
class Left:
    """A treatment that was left out, and why."""

    name: str
    reasons: tuple[CitedText, ...]


@dataclass(frozen=True, slots=True)
class PlanShown:
    """The whole section."""

    options: tuple[OptionShown, ...]
    ask: tuple[Ask, ...]
    """Open questions that are not on the checklist."""
    checklist: Checklist
    first: tuple[CitedText, ...]
    again: tuple[CitedText, ...]
    changes: tuple[Change, ...]
    left: tuple[Left, ...]
    weights: CitedText
    notice: str


def plan(made: Plan | None, references: References) -> PlanShown | None:
    """Lay out the plan; None when none was made."""
    if made is None:
        return None
    names: dict[str, str] = {step.treatment: step.name for option in made.options for step in option.steps}
    names |= {item.treatment: item.name for item in made.excluded}
    checklist = checklist_of(made)
    return PlanShown(
        options=tuple(_option(option, made.event_day, names, references) for option in made.options),
        ask=tuple(item for item in made.ask if item.key not in checklist.keys),
        checklist=checklist,
        first=tuple(references.told(item) for item in made.first),
        again=tuple(_again(item, references) for item in made.again),
        changes=tuple(item for item in made.would_change if item.key not in checklist.keys),
        left=tuple(_left(item, references) for item in made.excluded),
        weights=references.told(made.weights),
        notice=made.notice,
    )


def _again(item: PlanAgain, references: References) -> CitedText:
    days = item.after_days
    status, keys = ("assumption", ()) if days is None else (days.status, days.sources)
    return references.of(item.text, status, keys)


def _option(option: Option, event_day: int | None, names: dict[str, str], references: References) -> OptionShown:
    span = max(1.0, float(max(option.review_days, default=option.days)))
    return OptionShown(
        id=option.id,
        title=option.title,
        facts=tuple(_facts(option, event_day, names)),
        steps=tuple(_step(step, span, names, references) for step in option.steps),
        ticks=tuple(_ticks(span)),
        reviews=tuple(fixed(100 * day / span, 2) for day in option.review_days),
        review_text=" and ".join(f"day {day}" for day in option.review_days),
    )


def _facts(option: Option, event_day: int | None, names: dict[str, str]) -> Iterable[tuple[str, str]]:
    yield "Length", f"{option.days} days, about {months(option.days)}"
    yield "Visits", str(option.visits) if option.visits else "none; all of it is done at home"
    away = UNKNOWN_FIGURE + " for some step" if option.downtime_days is None else _range(option.downtime_days, "days")
    yield "Away from work and company, in all", away
    yield "Known fees", UNKNOWN_FIGURE if option.price_usd is None else f"{dollars(option.price_usd)} US dollars"
    if event_day is not None:
        yield "Day of the event", f"day {event_day}; nothing that shows is planned over it"
    if option.unpriced:
        yield "No public price", ", ".join(names[id_] for id_ in option.unpriced)


def _ticks(span: float) -> Iterable[Tick]:
    whole = int(span / DAYS_PER_MONTH)
    every = max(1, -(-whole // 8))
    for month in range(0, whole + 1, every):
        yield Tick("start" if month == 0 else f"{month} mo", fixed(100 * month * DAYS_PER_MONTH / span, 2))


def _step(step: Step, span: float, names: dict[str, str], references: References) -> StepShown:
    when = f"day {step.start_day}" if step.start_day == step.end_day else f"days {step.start_day} to {step.end_day}"
    how = _how(step)
    aims = ", ".join(FIELD_NAMES[target] for target in step.targets)
    return StepShown(
        name=step.name,
        summary=step.summary,
        when=when,
        how=how,
        aims=aims,
        start=fixed(100 * step.start_day / span, 2),
        length=fixed(100 * (step.end_day - step.start_day) / span, 2),
        visits=tuple(fixed(100 * day / span, 2) for day in step.visits),
        label=f"{step.name}: {when}, {how}",
        figures=tuple(_figures(step, references)),
        price=_price(step.price_usd, references),
        feel=None if step.feels_like is None else references.told(step.feels_like),
        conditions=tuple(references.told(item) for item in step.conditions if item.sure and item.kind == "needs"),
        depends=tuple(references.told(item) for item in step.conditions if not item.sure or item.kind == "only_after"),
        prepare=tuple(references.told(item) for item in step.prepare),
        risks=tuple(references.told(item) for item in step.risks),
        studies=tuple(
            references.of(
                f"{FIELD_NAMES[item.target].capitalize()}, {item.people}: {item.text}", item.status, item.sources
            )
            for item in _once(step)
        ),
        depth=tuple(references.told(item) for item in step.depth),
        differ=tuple(references.told(item) for item in step.disagreements),
        together=names.get(step.shares_session_with) if step.shares_session_with else None,
        instead=", ".join(names[id_] for id_ in step.alternatives if id_ in names) or None,
        credit=references.of("", step.status, step.sources),
    )


def _figures(step: Step, references: References) -> Iterable[tuple[str, CitedText | None]]:
    """Figures of a step; for what is done at home only those that there are."""
    for name, title, unit in FIGURES:
        told = _figure(getattr(step, name), unit, references)
        if told is not None or step.visits:
            yield title, told


def _once(step: Step) -> Iterable[Expected]:
    """Studies of a step, each once, at the first target that it speaks of."""
    return {item.trial: item for item in reversed(step.expected)}.values()


def _how(step: Step) -> str:
    if not step.visits:
        return AT_HOME
    if step.sessions == 1:
        return "1 session"
    return f"{step.sessions} sessions, {step.interval_days:g} days apart"


def _range(days: Days, unit: str) -> str:
    return f"{days.low:g} {unit}" if days.low == days.high else f"{days.low:g} to {days.high:g} {unit}"


def dollars(money: Money) -> str:
    """Write a range of fees, to two digits, as they are rough."""
    low, high = two_digits(money.low), two_digits(money.high)
    return f"{low:,.0f}" if low == high else f"{low:,.0f} to {high:,.0f}"


def _figure(days: Days | None, unit: str, references: References) -> CitedText | None:
    return None if days is None else references.of(_range(days, unit), days.status, days.sources)


def _price(money: Money | None, references: References) -> CitedText | None:
    return None if money is None else references.of(f"{dollars(money)} US dollars", money.status, money.sources)


def _left(item: Excluded, references: References) -> Left:
    return Left(item.name, tuple(_reason(reason, references) for reason in item.reasons))


def _reason(reason: Reason, references: References) -> CitedText:
    until = f" Waits until: {reason.until[0].lower()}{reason.until[1:]}" if reason.until else ""
    return references.of(reason.text + until, reason.status, reason.sources)
