"""The outlook as readable text for the terminal: the answer, each option's result, healing, and fading of marks."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table

from cicatrix.cli.plan_output import print_answer
from cicatrix.model.answer import Answer
from cicatrix.model.outlook import Fading, Healing, Outlook
from cicatrix.model.plan import Option, Plan
from cicatrix.model.quantity import Measured

__all__ = ["print_outlook"]


def print_outlook(made: Outlook, plan: Plan | None, answer: Answer | None, console: Console) -> None:
    """Print the outlook; of healing only what the options need."""
    print_answer(answer, console)
    console.print(f"\n{made.text}")
    options = () if plan is None else plan.options
    for option in options:
        _print_option(option, made, console)
    used = {step.treatment for option in options for step in option.steps}
    _print_healing([one for one in made.healing if one.treatment in used and _heals(one)], console)
    console.print(f"\n{made.marks.text}")
    for name, fading in (("Red marks", made.marks.red), ("Brown marks", made.marks.brown)):
        if fading is not None:
            _print_fading(name, fading, console)
    if made.new_scars is not None:
        console.print(f"\n{made.new_scars.text}")
    console.print("\nWhat each figure rests on, with its sources, is in the JSON (--json).")
    console.print(made.notice)


def _print_fading(name: str, fading: Fading, console: Console) -> None:
    console.print(f"\n{name}: {fading.text}")
    seen = ", ".join(f"day {left.day}: {_range(left.value, left.low, left.high)}" for left in fading.visible[1:])
    console.print(f"  still seen: {seen}")
    for reason in fading.longer:
        console.print(f"  {reason.text}")


def _print_option(option: Option, made: Outlook, console: Console) -> None:
    table = Table("scars", "depth left", "untreated", "trials", "people", title=f"\n{option.title}")
    for one in made.result:
        if one.option == option.id:
            left = _percent(one.remaining) if one.treatments else "not treated"
            counted = (str(one.trials), str(one.people)) if one.treatments else ("", "")
            table.add_row(one.target.replace("_", " "), left, _percent(one.untreated), *counted)
    if table.row_count:
        console.print(table)
    else:
        console.print(f"\n{option.title}")
    shares = made.grade_probability.get(option.id)
    if shares is not None:
        said = ", ".join(f"{grade}: {100 * share:.0f} %" for grade, share in shares.items())
        console.print(f"  Goodman-Baron grade afterwards: {said}")
    for line in made.timelines:
        if line.option == option.id:
            console.print(f"  {line.text}")


def _heals(one: Healing) -> bool:
    """Whether there is anything to heal."""
    return max(one.closed_days.high, one.redness_days.high, one.back_to_work_days.high) > 0


def _print_healing(healing: Iterable[Healing], console: Console) -> None:
    table = Table("after one session of", "skin closed", "redness", "back to work", title="\nDays of healing")
    for one in healing:
        ranges = (one.closed_days, one.redness_days, one.back_to_work_days)
        table.add_row(one.name, *(_days(days.low, days.high) for days in ranges))
    if table.row_count:
        console.print(table)


def _days(low: float, high: float) -> str:
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"


def _percent(share: Measured) -> str:
    return _range(share.value, share.low, share.high)


def _range(value: float, low: float, high: float) -> str:
    return f"{100 * value:.0f} % ({100 * low:.0f} to {100 * high:.0f} %)"
