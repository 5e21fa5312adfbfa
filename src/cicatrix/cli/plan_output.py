"""The plan as readable text for the terminal: the answer, the options, why not the others, what would change it."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console

from cicatrix.model.answer import Answer
from cicatrix.model.checklist import Checklist, ChecklistItem, checklist_of
from cicatrix.model.plan import Option, Plan, Step
from cicatrix.model.wording import two_digits

__all__ = ["print_answer", "print_plan"]


def print_answer(answer: Answer | None, console: Console) -> None:
    """Print the answer, one part a line."""
    for part in () if answer is None else answer.parts:
        console.print(part.text)


def print_plan(made: Plan, answer: Answer | None, console: Console) -> None:
    """Print the plan."""
    print_answer(answer, console)
    checklist = checklist_of(made)
    for option in made.options:
        _print_option(option, console)
    _print_checklist(checklist, console)
    asks = [item for item in made.ask if item.key not in checklist.keys]
    if asks:
        console.print("\nOpen questions")
        for item in asks:
            console.print(f"  {item.question} {item.why} [{item.key}]")
    for again in made.again:
        console.print(f"\n{again.text} [{again.key}]")
    if made.excluded:
        console.print("\nWhy not the others")
        for text, names in _left_out(made):
            console.print(f"  {', '.join(names)}: {text}")
    changes = [change for change in made.would_change if change.key not in checklist.keys]
    if changes:
        console.print("\nWhat would change the plan")
        for change in changes:
            console.print(f"  {change.text} [{change.key}]")
    console.print("\nThe sources of every figure are in the JSON (--json).")
    console.print(made.notice)


def _print_checklist(checklist: Checklist, console: Console) -> None:
    if checklist.first:
        console.print("\nChecklist, first: some steps come only after these")
        for item in checklist.first:
            console.print(f"  {item.text} Before: {', '.join(item.steps)}.{_key(item)}")
    if checklist.topics:
        console.print("\nChecklist: these options hold only if the answers are as usual")
        for topic, items in checklist.topics:
            console.print(f"  {topic}")
            for item in items:
                console.print(f"    {item.text} Taken as: {item.taken_as}.{_key(item)}")


def _key(item: ChecklistItem) -> str:
    return "" if item.key is None else f" [{item.key}]"


def _left_out(made: Plan) -> Iterator[tuple[str, list[str]]]:
    """Each first reason once, with the treatments that it keeps out."""
    reasons: dict[str, list[str]] = {}
    for excluded in made.excluded:
        reasons.setdefault(excluded.reasons[0].text, []).append(excluded.name)
    yield from reasons.items()


def _print_option(option: Option, console: Console) -> None:
    console.print(f"\n{option.title}: {'; '.join(_sums(option))}")
    for step in option.steps:
        for line in _lines(step):
            console.print(line)


def _sums(option: Option) -> Iterator[str]:
    yield f"{option.days} days"
    if not option.visits:
        yield "all of it at home"
        return
    yield f"{option.visits} visit{'' if option.visits == 1 else 's'}"
    downtime = option.downtime_days
    yield "days off not known for some step" if downtime is None else f"{_span(downtime.low, downtime.high)} days off"
    if option.price_usd:
        missing = " for a part of it" if option.unpriced else ""
        low, high = two_digits(option.price_usd.low), two_digits(option.price_usd.high)
        yield f"about {_span(low, high, ',.0f')} US dollars{missing}"


def _lines(step: Step) -> Iterator[str]:
    when = f"day {step.start_day}" if step.start_day == step.end_day else f"days {step.start_day} to {step.end_day}"
    how = f"{step.sessions} session{'' if step.sessions == 1 else 's'}" if step.visits else "daily"
    aims = f" for {', '.join(target.replace('_', ' ') for target in step.targets)}" if step.targets else ""
    yield f"  {when}: {step.name}, {how}{aims}"
    if step.visits:
        downtime = step.downtime_days
        yield (
            "      days off after each session are not known"
            if downtime is None
            else f"      {_span(downtime.low, downtime.high)} days off after each session"
        )
    for item in step.conditions:
        if item.kind == "only_after":  # these stand in the checklist
            continue
        yield f"      {'' if item.sure else 'if it applies: '}{item.text}"


def _span(low: float, high: float, form: str = "g") -> str:
    return f"{low:{form}}" if low == high else f"{low:{form}} to {high:{form}}"
