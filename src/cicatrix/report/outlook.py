"""The outlook, ready to be laid out: what is left, healing, fading, new scars, and the simulated surface."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Literal

from cicatrix.model.outlook import NewScars, Outlook, Simulation
from cicatrix.model.plan import Option, Plan
from cicatrix.report.better import BetterRow, better
from cicatrix.report.fading import MarksShown, marks_outlook
from cicatrix.report.healing import HealingShown, TimelineShown, healing, timelines
from cicatrix.report.numbers import fixed, percent, shown
from cicatrix.report.references import CitedText, References
from cicatrix.report.results import GradesAfter, TargetRow, grades_after, results

__all__ = ["SIMULATED", "NewScarsShown", "OutlookShown", "SimulationShown", "StateShown", "outlook"]

State = Literal["before", "expected", "better", "worse"]

SIMULATED: Final[dict[State, tuple[str, str]]] = {
    "before": ("Today, measured", "The measured surface."),
    "expected": ("Expected", "As far as trials and our assumptions say on average."),
    "better": ("If it goes well", "The better end of the interval."),
    "worse": ("If it goes badly", "The worse end of the interval."),
}
"""Title of each state and what it is, in the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class StateShown:
    """One simulated surface. ``picture`` is the name of its file; ``drawn`` tells whether there is one."""

    state: State
    title: str
    meaning: str
    picture: str
    drawn: bool
    figures: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SimulationShown:
    """The simulated surfaces of one option."""

    option: str
    title: str
    text: str
    states: tuple[StateShown, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewScarsShown:
    """Scars that acne would add."""

    per_year: str
    text: str
    basis: CitedText


@dataclass(frozen=True, slots=True)
class OutlookShown:
    """The whole outlook. ``better`` and ``results`` have one cell an option, in the order of ``options``."""

    text: str
    notice: str
    options: tuple[tuple[str, str], ...]
    """Id and title of each option."""
    better: tuple[BetterRow, ...]
    results: tuple[TargetRow, ...]
    grades: tuple[GradesAfter, ...]
    grade_basis: CitedText | None
    timelines: tuple[TimelineShown, ...]
    healing: tuple[HealingShown, ...]
    marks: MarksShown | None
    new_scars: NewScarsShown | None
    simulation: SimulationShown | None


def outlook(
    found: Outlook | None, made: Plan | None, references: References, *, drawn: Collection[str] = ()
) -> OutlookShown | None:
    """Lay out the outlook; None when there is none.

    Parameters
    ----------
    found
        The outlook.
    made
        The plan whose options it speaks of; without one only what needs no option is laid out.
    references
        Numbers the sources.
    drawn
        States of the simulation that there is a picture of.
    """
    if found is None:
        return None
    options: tuple[Option, ...] = () if made is None else made.options
    return OutlookShown(
        text=found.text,
        notice=found.notice,
        options=tuple((option.id, option.title) for option in options),
        better=better(found, options, references),
        results=results(found, options, references),
        grades=grades_after(found, options),
        grade_basis=None if found.grade_basis is None else references.told(found.grade_basis),
        timelines=timelines(found, options),
        healing=healing(found, options, references),
        marks=marks_outlook(found.marks, references),
        new_scars=None if found.new_scars is None else _new_scars(found.new_scars, references),
        simulation=None if found.simulation is None else _simulation(found.simulation, options, drawn),
    )


def _new_scars(found: NewScars, references: References) -> NewScarsShown:
    basis = references.of(found.basis, found.status, found.sources)
    return NewScarsShown(shown(found.per_year).sentence(), found.text, basis)


def _simulation(found: Simulation, options: tuple[Option, ...], drawn: Collection[str]) -> SimulationShown:
    known = {state.state: state for state in found.states}
    titles = {option.id: option.title for option in options}
    return SimulationShown(
        option=found.option,
        title=titles.get(found.option, f"The {found.option} plan"),
        text=found.text,
        states=tuple(
            StateShown(
                state=state,
                title=title,
                meaning=meaning,
                picture=known[state].picture,
                drawn=state in drawn,
                figures=()
                if state == "before"
                else (
                    ("Volume gone", f"{fixed(known[state].removed_mm3, 1)} mm³"),
                    ("Predicted", f"{fixed(known[state].predicted_mm3, 1)} mm³"),
                    ("Skin that changed", percent(known[state].moved_share)),
                ),
            )
            for state, (title, meaning) in SIMULATED.items()
            if state in known
        ),
        notes=found.notes,
    )
