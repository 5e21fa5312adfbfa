"""A made-up but valid outlook of a plan, and pictures to go with it: for the layout, not for their numbers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cicatrix.care.gate import gate as decide
from cicatrix.care.plan import plan as make_plan
from cicatrix.cases.join import join
from cicatrix.grading import grade
from cicatrix.grading.scar_risk import scar_risk
from cicatrix.knowledge import treatments
from cicatrix.model import Assessment
from cicatrix.model.case import TREATMENT_IDS, Case, TreatmentId
from cicatrix.model.evidence import Statement
from cicatrix.model.outlook import (
    SIGNS,
    AfterSession,
    Better,
    BetterByTarget,
    Fading,
    Healing,
    Left,
    MarkFading,
    MarksOutlook,
    MiddleHalf,
    NewScars,
    Outlook,
    PeopleResult,
    Result,
    ScarResult,
    Sign,
    SignName,
    SimulatedState,
    Simulation,
    Span,
    Timeline,
)
from cicatrix.model.plan import Days, Option, Plan, Step
from cicatrix.model.quantity import Measured
from cicatrix.outlook.answer import answer_of
from tests.care.people import case_of

SCARS = {"icepick": 4, "boxcar_shallow": 12, "boxcar_deep": 3, "rolling": 9}
CALM = {"papules": 0, "pustules": 0, "nodules": 0, "months_clear": 12.0, "picking": "sometimes"}
STATES = ("before", "expected", "better", "worse")
SOURCE = "alam_2014"


def judged(assessment: Assessment, case: Case | None = None) -> Assessment:
    """The assessment with grades, gate, plan and outlook of a person with scars and marks."""
    stated = case or case_of({"pacemaker": None}, acne=CALM, scars=SCARS, marks={"red": 8, "brown": 5})
    findings = join(stated)
    grades = grade(findings)
    control = decide(findings, grades)
    plan = make_plan(findings, control, date(2026, 11, 22))
    outlook = outlook_of(plan, [scar.id for scar in assessment.scars])
    return assessment.model_copy(
        update={
            "findings": findings,
            "acne": stated.acne,
            "grades": grades,
            "gate": control,
            "scar_risk": scar_risk(findings),
            "plan": plan,
            "outlook": outlook,
            "answer": answer_of(findings, grades, control, plan, outlook),
            "not_assessed": (),
        }
    )


def outlook_of(plan: Plan, scars: Iterable[str] = ()) -> Outlook:
    """An outlook that speaks of every option and treatment."""
    return Outlook(
        marks=MarksOutlook(
            red=fading("red", 8, 75.0),
            brown=fading("brown", 5, 130.0),
            marks=(MarkFading(id="m1", kind="red", faded_days=Measured(value=210, low=80, high=560)),),
            text="Most of these marks fade by themselves, in about 7 to 13 months.",
        ),
        healing=tuple(healing(id_) for id_ in TREATMENT_IDS),
        timelines=tuple(timeline(option, plan.event_day) for option in plan.options),
        result=tuple(result for option in plan.options for result in results(option)),
        people=tuple(people(option, at) for at, option in enumerate(plan.options)),
        scars=tuple(
            ScarResult(
                id=id_,
                option=option.id,
                depth_mm=Measured(value=0.2, low=0.1, high=0.3),
                volume_mm3=Measured(value=0.5, low=0.2, high=0.9),
            )
            for option in plan.options
            for id_ in scars
        ),
        new_scars=NewScars(
            per_year=Measured(value=0.6, low=0.1, high=2.1),
            text="While acne goes on, about one new scar in two years may be added.",
            basis="Share of lesions that left a scar in one study, times today's count.",
            sources=(SOURCE,),
            status="secondary",
        ),
        grade_probability={
            option.id: {"1": 0.02, "2": 0.3 + 0.1 * at, "3": 0.6 - 0.1 * at, "4": 0.08}
            for at, option in enumerate(plan.options)
        },
        grade_basis=Statement(text="Grades are read from what is left of the depth.", status="assumption"),
        simulation=Simulation(
            option=plan.options[-1].id if plan.options else "balanced",
            states=tuple(state(name) for name in STATES),
            text="The measured surface with the strongest plan applied. A simulation, not a photograph.",
            notes=("Colour is not simulated.",),
        ),
        text="Most scars get shallower, few vanish. About half of the depth is likely to be left.",
    )


def state(name: str) -> SimulatedState:
    return SimulatedState.model_validate(
        {
            "state": name,
            "picture": f"simulated_{name}.png",
            "removed_mm3": 0.0 if name == "before" else 3.2,
            "predicted_mm3": 0.0 if name == "before" else 3.3,
            "moved_share": 0.0 if name == "before" else 0.21,
        }
    )


def fading(colour: str, number: int, half_life: float) -> Fading:
    days = range(0, 731, 30)
    return Fading(
        number=number,
        remaining=tuple(left(day, half_life, 1.0) for day in days),
        visible=tuple(left(day, half_life, 1.6) for day in days),
        half_life_days=Measured(value=half_life, low=half_life / 2.5, high=half_life * 2.6),
        faded_days=Measured(value=half_life * 2.8, low=half_life, high=half_life * 7),
        text=f"Most {colour} marks fade by themselves in about {half_life * 2.8 / 30:.0f} months.",
        longer=(
            Statement(text="Sun darkens them.", status="seen", sources=(SOURCE,)),
            Statement(text="Picking starts new ones.", status="assumption"),
        ),
        learned_from=1 if colour == "red" else 0,
        basis="No half-life was found; a stated assumption with a wide interval.",
        status="assumption",
    )


def left(day: int, half_life: float, slower: float) -> Left:
    value, low, high = (0.5 ** (day / (half_life * slower * by)) for by in (1.0, 0.45, 2.4))
    return Left(day=day, value=value, low=min(low, value), high=max(high, value))


def days(low: float, high: float, status: Any = "seen") -> Days:
    return Days(low=low, high=high, status=status, sources=(SOURCE,) if status in ("seen", "secondary") else ())


def healing(id_: TreatmentId) -> Healing:
    closed, red, work = (0.0, 2.0), (1.0, 14.0), (0.0, 3.0)
    if id_ in ("laser_resurfacing", "dermabrasion"):
        closed, red, work = (5.0, 10.0), (14.0, 135.0), (7.0, 21.0)
    signs = {"closed": closed, "redness": red, "makeup": closed, "work": work, "sport": work, "sun": (30.0, 90.0)}
    return Healing(
        treatment=id_,
        name=treatments()[id_].name,
        closed_days=days(*closed),
        redness_days=days(*red, "secondary"),
        back_to_work_days=days(*work, "unverified"),
        signs=tuple(sign(name, *signs[name]) for name in SIGNS if name in signs),
        text="Pink and tight for some days, then dry.",
        pigment=Statement(text="Brown marks in 5 to 17 of 100 people.", status="seen", sources=(SOURCE,)),
        sources=(SOURCE,),
        status="unverified",
    )


def sign(name: SignName, low: float, high: float) -> Sign:
    return Sign(sign=name, low=low, high=high, text="Days in one study", status="seen", sources=(SOURCE,))


def timeline(option: Option, event_day: int | None) -> Timeline:
    visits = [(day, step.treatment) for step in option.steps for day in step.visits]
    reach: tuple[tuple[SignName, int, int], ...] = (
        ("closed", 1, 3),
        ("redness", 3, 14),
        ("makeup", 1, 2),
        ("work", 1, 4),
        ("sport", 3, 5),
    )
    spans = [
        Span(sign=name, first_day=day, likely_last_day=day + low, last_day=day + high, treatments=(id_,))
        for name, low, high in reach
        for day, id_ in visits
    ]
    return Timeline(
        option=option.id,
        spans=tuple(spans),
        days=max((span.last_day for span in spans), default=0),
        event_day=event_day,
        event_clear=None if event_day is None else True,
        text="Away from work and company for a few days after each visit.",
    )


def people(option: Option, at: int) -> PeopleResult:
    parts = tuple(
        BetterByTarget(
            target=target,
            treatments=tuple(dict.fromkeys(step.treatment for step in option.steps if target in step.targets)),
            better=better(0.3 + 0.1 * at + 0.05 * place),
            gone=Measured(value=0.05, low=0.01, high=0.2),
            trials=2 + place,
            people=60 + place,
            basis=f"{2 + place} trials of such scars.",
            sources=(SOURCE,),
            status="secondary",
        )
        for place, target in enumerate(("icepick", "boxcar_shallow", "boxcar_deep", "rolling"))
    )
    return PeopleResult(
        option=option.id,
        one_grade=Measured(value=0.7 + 0.05 * at, low=0.5, high=0.9),
        two_grades=Measured(value=0.3 + 0.05 * at, low=0.1, high=0.6),
        marks_at_most=Measured(value=0.02, low=0.0, high=0.1),
        better=better(0.35 + 0.1 * at),
        by_target=parts,
        basis="Trials pooled on the scale that they used.",
        sources=(SOURCE,),
        status="assumption",
    )


def better(value: float) -> Better:
    return Better(
        value=value, low=value - 0.1, high=value + 0.1, middle_half=MiddleHalf(low=value - 0.15, high=value + 0.2)
    )


def results(option: Option) -> Iterable[Result]:
    for at, target in enumerate(("rolling", "boxcar_shallow", "boxcar_deep", "icepick")):
        steps = [step for step in option.steps if target in step.targets and step.visits]
        sessions = tuple(sessions_of(steps))
        end = sessions[-1].depth if sessions else Measured(value=0.97, low=0.85, high=1.08)
        yield Result.model_validate(
            {
                "option": option.id,
                "target": target,
                "treatments": tuple(dict.fromkeys(step.treatment for step in steps)),
                "remaining": end,
                "remaining_volume": end,
                "untreated": Measured(value=0.97, low=0.85, high=1.08),
                "sessions": sessions,
                "basis": "6 trials with 214 people on the quartile scale."
                if at
                else "No trial on depth was found; an assumption.",
                "scale": "quartile scale" if at else None,
                "trials": 6 if at else 0,
                "people": 214 if at else 0,
                "categories": (
                    Statement(text="26 to 50 % better in 40 of 100 people.", status="seen", sources=(SOURCE,)),
                ),
                "sources": (SOURCE,) if at else (),
                "status": "seen" if at else "assumption",
            }
        )


def sessions_of(steps: Iterable[Step]) -> Iterable[AfterSession]:
    value = 1.0
    for step in steps:
        for number, day in enumerate(step.visits, 1):
            value *= 0.86
            depth = Measured(value=value, low=value * 0.6, high=min(value * 1.3 + 0.05, 1.1))
            yield AfterSession(treatment=step.treatment, session=number, day=day + 90, depth=depth, volume=depth)


def simulated(rows: int = 60, cols: int = 80) -> dict[str, NDArray[np.uint8]]:
    """One plain picture a state."""
    return {name: np.full((rows, cols, 3), 60 + 40 * at, np.uint8) for at, name in enumerate(STATES)}
