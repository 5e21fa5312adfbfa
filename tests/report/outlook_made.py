"""An outlook with made-up but valid figures, for laying reports out. None of its numbers is a finding."""

from __future__ import annotations

from collections.abc import Sequence

from cicatrix.knowledge import treatments
from cicatrix.model import Assessment, Mark, Measured, Scar
from cicatrix.model.evidence import Statement
from cicatrix.model.knowledge import Target
from cicatrix.model.outlook import (
    AfterSession,
    Fading,
    Healing,
    Left,
    MarkFading,
    MarksOutlook,
    NewScars,
    Outlook,
    Result,
    ScarResult,
    Sign,
    SignName,
    SimulatedState,
    Simulation,
    Span,
    Timeline,
)
from cicatrix.model.plan import Days, Option

SOURCE = "alam_2014"
DAYS = (0, 30, 60, 90, 120, 180, 240, 300, 365, 450, 540, 730)
SIGN_DAYS: dict[SignName, tuple[float, float]] = {
    "closed": (1, 3),
    "redness": (5, 14),
    "swelling": (1, 4),
    "crust": (3, 8),
    "makeup": (2, 5),
    "work": (1, 4),
    "sun": (28, 28),
}


def with_outlook(assessment: Assessment) -> Assessment:
    """The assessment with an outlook over its own scars, marks and options."""
    return assessment.model_copy(update={"outlook": outlook_made(assessment)})


def outlook_made(assessment: Assessment) -> Outlook:
    """Every part that an assessment of this extent can have."""
    options = () if assessment.plan is None else assessment.plan.options
    return Outlook(
        marks=marks(assessment.marks),
        healing=tuple(healing(id_, treatment.name) for id_, treatment in treatments().items()),
        timelines=tuple(timeline(option) for option in options),
        result=tuple(result(option, at, target) for at, option in enumerate(options) for target in targets(option)),
        scars=tuple(scar_result(scar, option, at) for at, option in enumerate(options) for scar in assessment.scars),
        new_scars=NewScars(
            per_year=Measured.of(0.7, 0.1, 3.2),
            text="While acne stays as it is, about 0.7 new scars a year may come (0.1 to 3.2).",
            basis="The count of today's lesions times the share of lesions that left a scar.",
            sources=(SOURCE,),
            status="secondary",
        ),
        grade_probability={
            option.id: {"1": 0.02, "2": 0.25 + 0.1 * at, "3": 0.55 - 0.05 * at, "4": 0.18 - 0.05 * at}
            for at, option in enumerate(options)
        },
        grade_basis=None
        if not options
        else Statement(text="Grades by the depth that is left, drawn many times.", status="assumption"),
        simulation=simulation(options[-1]) if options else None,
        text="Without treatment most of the marks fade in about 3 to 14 months. With the strongest plan about half of"
        " the depth of the sunken scars is left (20 to 85 %). No plan takes them away whole.",
    )


def marks(found: Sequence[Mark]) -> MarksOutlook:
    kinds = {mark.kind for mark in found}
    return MarksOutlook(
        red=fading("red", 95.0) if kinds & {"red", "mixed"} else None,
        brown=fading("brown", 170.0) if kinds & {"brown", "mixed"} else None,
        marks=tuple(MarkFading(id=mark.id, kind=mark.kind, faded_days=Measured.of(300, 90, 800)) for mark in found),
        text="Most of these marks fade by themselves, in about 10 months (3 to 26)." if found else "No mark is known.",
    )


def fading(kind: str, half_life: float) -> Fading:
    return Fading(
        number=4,
        remaining=tuple(left(day, half_life, 1.0) for day in DAYS),
        visible=tuple(left(day, half_life, 0.6) for day in DAYS),
        half_life_days=Measured.of(half_life, half_life / 2.5, half_life * 2.5),
        faded_days=Measured.of(half_life * 2.3, half_life, half_life * 6),
        text=f"A typical {kind} mark can hardly be seen after about {half_life * 2.3 / 30:.0f} months.",
        longer=(
            Statement(text="Sun on the marks keeps them longer.", status="secondary", sources=(SOURCE,)),
            Statement(text="Picking keeps them longer.", status="assumption"),
        ),
        learned_from=0,
        basis="No published half-life was found; the curve is an assumption with a wide interval.",
        sources=(SOURCE,),
        status="assumption",
    )


def left(day: int, half_life: float, power: float) -> Left:
    def at(scale: float) -> float:
        return round(float(0.5 ** (day / (half_life * scale) * power)), 4)

    return Left(day=day, value=at(1.0), low=at(0.4), high=at(2.5))


def healing(treatment: str, name: str) -> Healing:
    spread = 1 + len(name) % 4
    return Healing.model_validate(
        {
            "treatment": treatment,
            "name": name,
            "closed_days": days(1 * spread, 3 * spread),
            "redness_days": days(4 * spread, 20 * spread),
            "back_to_work_days": days(1, 4 * spread),
            "signs": tuple(
                Sign(text=f"{sign} for some days", status="secondary", sources=(SOURCE,), sign=sign, low=low, high=high)
                for sign, (low, high) in SIGN_DAYS.items()
            ),
            "text": "Like a sunburn for some days.",
            "pigment": Statement(
                text="Brown marks can follow in this skin type.", status="secondary", sources=(SOURCE,)
            ),
            "sources": (SOURCE,),
            "status": "secondary",
        }
    )


def days(low: float, high: float) -> Days:
    return Days(low=low, high=high, status="secondary", sources=(SOURCE,))


def timeline(option: Option) -> Timeline:
    spans = []
    for step in option.steps:
        for visit in step.visits:
            for sign, (low, high) in SIGN_DAYS.items():
                spans.append(
                    Span(
                        sign=sign,
                        first_day=visit,
                        likely_last_day=visit + int(low),
                        last_day=visit + int(high),
                        treatments=(step.treatment,),
                    )
                )
    last = max((span.last_day for span in spans), default=option.days)
    return Timeline(
        option=option.id,
        spans=tuple(spans),
        days=max(last, option.days),
        text=f"Signs show on at most {6 * option.visits} days in all.",
    )


def targets(option: Option) -> tuple[Target, ...]:
    found = dict.fromkeys(target for step in option.steps for target in step.targets)
    return tuple(target for target in found if target not in ("red", "brown", "acne"))


def result(option: Option, at: int, target: Target) -> Result:
    steps = [step for step in option.steps if target in step.targets]
    pooled = target in ("rolling", "boxcar_shallow")
    value = 0.75 - 0.12 * at
    return Result(
        option=option.id,
        target=target,
        treatments=tuple(step.treatment for step in steps),
        remaining=Measured.of(value, value - 0.35, min(value + 0.3, 1.05)),
        remaining_volume=Measured.of(value - 0.05, value - 0.4, value + 0.3),
        untreated=Measured.of(0.97, 0.85, 1.05),
        sessions=tuple(
            after(step.treatment, number, day, value) for step in steps for number, day in enumerate(step.visits, 1)
        ),
        basis="Pooled from 3 trials of 101 people on depth in profilometry."
        if pooled
        else "No trial on depth was found.",
        scale="depth" if pooled else None,
        trials=3 if pooled else 0,
        people=101 if pooled else 0,
        categories=(
            Statement(
                text="In one trial 60 of 100 people improved by more than half.", status="seen", sources=(SOURCE,)
            ),
        ),
        sources=(SOURCE,) if pooled else (),
        status="seen" if pooled else "assumption",
    )


def after(treatment: str, number: int, day: int, end: float) -> AfterSession:
    value = max(1 - 0.1 * number, end)
    return AfterSession.model_validate(
        {
            "treatment": treatment,
            "session": number,
            "day": day + 30,
            "depth": Measured.of(value, value - 0.3, value + 0.2),
            "volume": Measured.of(value - 0.02, value - 0.32, value + 0.2),
        }
    )


def scar_result(scar: Scar, option: Option, at: int) -> ScarResult:
    share = 0.75 - 0.12 * at
    depth, volume = scar.depth_mm.value * share, scar.volume_mm3.value * share
    return ScarResult(
        id=scar.id,
        option=option.id,
        depth_mm=Measured.of(depth, depth - abs(depth) * 0.5, depth + abs(depth) * 0.4),
        volume_mm3=Measured.of(volume, volume - abs(volume) * 0.5, volume + abs(volume) * 0.4),
    )


def simulation(option: Option) -> Simulation:
    return Simulation(
        option=option.id,
        states=tuple(
            SimulatedState(state=state, picture=f"{state}.jpg", removed_mm3=gone, predicted_mm3=gone, moved_share=share)
            for state, gone, share in (
                ("before", 0.0, 0.0),
                ("expected", 2.1, 0.12),
                ("better", 3.4, 0.12),
                ("worse", 0.6, 0.12),
            )
        ),
        text="The measured surface with the strongest plan applied, lit as in the photographs.",
        notes=("Redness, swelling and new scars are not drawn.",),
    )
