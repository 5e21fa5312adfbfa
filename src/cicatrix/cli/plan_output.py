"""The plan as readable text for the terminal: the answer, the options, why not the others, what would change it."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console

from cicatrix.model.answer import Answer
from cicatrix.model.plan import Option, Plan, Step

__all__ = ["print_answer", "print_plan"]


def print_answer(answer: Answer | None, console: Console) -> None:
    """Print the answer, one part a line."""
    for part in () if answer is None else answer.parts:
        console.print(part.text)


def print_plan(made: Plan, answer: Answer | None, console: Console) -> None:
    """Print the plan."""
    print_answer(answer, console)
    for option in made.options:
        _print_option(option, console)
    if made.ask:
        console.print("\nOpen questions")
        for item in made.ask:
            console.print(f"  {item.question} {item.why} [{item.key}]")
    if made.excluded:
        console.print("\nWhy not the others")
        for text, names in _left_out(made):
            console.print(f"  {', '.join(names)}: {text}")
    if made.would_change:
        console.print("\nWhat would change the plan")
        for change in made.would_change:
            console.print(f"  {change.text} [{change.key}]")
    console.print("\nThe sources of every figure are in the JSON (--json).")
    console.print(made.notice)


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
        yield f"about {_span(option.price_usd.low, option.price_usd.high, ',.0f')} US dollars{missing}"


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
        yield f"      {'' if item.sure else 'if it applies: '}{item.text}"


def _span(low: float, high: float, form: str = "g") -> str:
    return f"{low:{form}}" if low == high else f"{low:{form}} to {high:{form}}"
