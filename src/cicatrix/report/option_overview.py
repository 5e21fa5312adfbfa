"""What was found in a few figures, and the options side by side, ready to be laid out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cicatrix.model import Assessment
from cicatrix.model.plan import Plan
from cicatrix.model.wording import NBSP
from cicatrix.report import report_text
from cicatrix.report.fading import around
from cicatrix.report.plan import AT_HOME, OptionShown, PlanShown
from cicatrix.report.quality import Fact

__all__ = ["SideRow", "figures", "side_by_side"]


@dataclass(frozen=True, slots=True)
class SideRow:
    """One row of the table of options: its name, and what each option has there."""

    name: str
    cells: tuple[tuple[str, ...], ...]
    """One cell an option: its lines."""


def figures(assessment: Assessment) -> tuple[Fact, ...]:
    """Sum up what was found in a few numbers; what is not known is left out."""
    return tuple(fact for fact in (_scars(assessment), _grade(assessment), *_fading(assessment)) if fact is not None)


def _scars(assessment: Assessment) -> Fact:
    counts = report_text.kind_counts(assessment.scars)
    told = ", ".join(f"{count}{NBSP}{kind}" for kind, count in counts.items())
    return Fact("Scars measured", str(len(assessment.scars)), told or "in the field that was looked at")


def _grade(assessment: Assessment) -> Fact | None:
    grade = None if assessment.grades is None else assessment.grades.goodman_baron_qualitative
    if grade is None:
        return None
    number = str(grade.value) if grade.value is not None else f"{grade.low} to {grade.high}"
    return Fact("Grade today", number, f"{grade.word + ', ' if grade.word else ''}Goodman and Baron, 1 to 4")


def _fading(assessment: Assessment) -> Iterable[Fact]:
    if assessment.outlook is None:
        return
    for name, fading in (("Red", assessment.outlook.marks.red), ("Brown", assessment.outlook.marks.brown)):
        if fading is not None:
            value, _, interval = around(fading.faded_days).partition(" (")
            yield Fact(f"{name} marks fade in", value, f"hardly seen then, without treatment ({interval}")


def side_by_side(made: Plan | None, shown: PlanShown | None) -> tuple[SideRow, ...]:
    """Steps, sessions and the sums of every option; empty without any option."""
    if made is None or shown is None or not made.options:
        return ()
    names = list(dict.fromkeys(name for option in shown.options for name, _ in option.facts))
    if all(option.price_usd is None for option in made.options):
        names = [name for name in names if name != "No public price"]  # it would name every step
    steps = SideRow("Steps and sessions", tuple(tuple(_steps(option)) for option in shown.options))
    facts = [SideRow(name, tuple(_fact(option, name) for option in shown.options)) for name in names]
    return (steps, *facts)


def _steps(option: OptionShown) -> Iterable[str]:
    home = [step.name for step in option.steps if step.how == AT_HOME]
    if home:
        yield f"{AT_HOME.capitalize()}: {', '.join(home)}"
    for step in option.steps:
        if step.how != AT_HOME:
            yield f"{step.name}: {step.how}"


def _fact(option: OptionShown, name: str) -> tuple[str, ...]:
    return tuple(value for key, value in option.facts if key == name) or ("none",)
