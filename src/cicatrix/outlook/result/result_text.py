"""What a forecast of results rests on, in words: scales, trials, people, and what is ours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cicatrix.knowledge import treatments, trials
from cicatrix.model.evidence import Statement
from cicatrix.model.knowledge import Target
from cicatrix.model.outcome import Outcome, Outcomes
from cicatrix.model.target_names import FIELD_NAMES
from cicatrix.outlook.result.effect import Effect
from cicatrix.outlook.result.option import controls_of
from cicatrix.outlook.result.pool import pool_of

__all__ = ["basis", "categories", "people_of", "scale_of", "sources_of"]


def basis(outcomes: Outcomes, effects: Sequence[Effect], target: Target) -> str:
    """What the figure rests on, a sentence a treatment."""
    if not effects:
        return f"Nothing in this option works on {FIELD_NAMES[target]}. {_untreated(outcomes)}"
    sentences = [_one(outcomes, effect, target) for effect in effects]
    if len(effects) > 1:
        sentences.append("Together they are taken to do less than the sum: each further one adds part of its effect.")
    sentences.append(
        "The interval holds the spread between studies, people and scars, much of it assumed, as is how results grow"
        " with sessions."
    )
    return " ".join([*sentences, _untreated(outcomes)])


def _one(outcomes: Outcomes, effect: Effect, target: Target) -> str:
    name = treatments()[effect.treatment].name
    if effect.opinion:
        return (
            f"{name}: no trial with a figure that could be used was found, opinion only; a wide assumption of ours, by"
            " how strongly it is recommended."
        )
    text = f"{name}: {effect.rule.name}, {_counted(effect.arms)}"
    pooled = pool_of(outcomes, effect.arms)
    if pooled is not None:
        text += f", pooled {100 * pooled.mean:.0f} % ({100 * pooled.low:.0f} to {100 * pooled.high:.0f} %)"
    if effect.mixed:
        text += f", not of {FIELD_NAMES[target]} alone"
    if effect.strength < 1.0:
        text += "; taken as less for them, as the evidence is weaker"
    if effect.prediction.scale == "volume_change":
        text += "; how depth and width share in it is an assumption of ours"
    elif effect.prediction.scale != "depth_change":
        text += f"; how much of that is depth is an assumption of ours ({_conversion(effect)})"
    return f"{text}."


def _conversion(effect: Effect) -> str:
    power = f"what is left, to the power {effect.rule.power:g}"
    if effect.rule.threshold is None:
        return power
    return f"as if these people were at least {100 * effect.rule.threshold:.0f} % better, then {power}"


def _counted(arms: Iterable[Outcome]) -> str:
    arms = tuple(arms)
    studies, people = len({arm.study for arm in arms}), people_of(arms)
    told = f"{people} people" if people else "an unreported number of people"
    return f"{studies} {'study' if studies == 1 else 'studies'}, {told}"


def _untreated(outcomes: Outcomes) -> str:
    rule, arms = controls_of(outcomes)
    if not arms:
        return "Without treatment no change is assumed."
    return f"Without treatment: {rule.name} in {_counted(arms)}, pulled towards no change."


def people_of(arms: Iterable[Outcome]) -> int:
    """People in some arms, nobody twice where both halves of a face were treated; 0 where none was reported."""
    people: dict[str, int] = {}
    for arm in arms:
        people[arm.study] = people.get(arm.study, 0) + (arm.n or 0)
    whole = {study: trial.n for study in people if (trial := trials().get(study)) and trial.n is not None}
    return sum(min(number, whole.get(study, number)) for study, number in people.items())


def scale_of(effects: Iterable[Effect]) -> str | None:
    """Names of the scales, each once; None where there was none."""
    names = dict.fromkeys(effect.rule.name for effect in effects if not effect.opinion)
    return "; ".join(names) or None


def sources_of(outcomes: Outcomes, effects: Sequence[Effect]) -> tuple[str, ...]:
    """Sources of the arms, of opinions, and of the untreated arms, each once."""
    keys = [key for effect in effects for arm in effect.arms for key in arm.sources]
    for effect in effects:
        own = treatments()[effect.treatment].effect_on(effect.target) if effect.opinion else None
        keys += own.sources if own else ()
    keys += [key for arm in controls_of(outcomes)[1] for key in arm.sources]
    return tuple(dict.fromkeys(keys))


def categories(effects: Sequence[Effect], target: Target) -> tuple[Statement, ...]:
    """What other trials of these treatments on this kind of scar found, on their own scales, in their own words."""
    pooled = {arm.study for effect in effects for arm in effect.arms}
    named = {effect.treatment for effect in effects}
    return tuple(
        Statement(text=f"{trial.scale}: {trial.findings}", status=trial.status, sources=trial.sources)
        for trial in trials().values()
        if trial.id not in pooled and named & set(trial.treatments) and target in trial.targets
    )
