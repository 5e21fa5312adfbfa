"""What a forecast of results rests on, in words: trials, people, and what is assumed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cicatrix.knowledge import treatments, trials
from cicatrix.model.evidence import Statement
from cicatrix.model.knowledge import Target
from cicatrix.model.outcome import Outcome, Outcomes, Transition
from cicatrix.model.quantity import Z_95
from cicatrix.model.target_names import FIELD_NAMES
from cicatrix.outlook.result.effect import Effect
from cicatrix.outlook.result.observations import fraction
from cicatrix.outlook.result.option import controls_of
from cicatrix.outlook.result.pool import Pool

__all__ = ["basis", "categories", "people_of", "scale_of", "sources_of"]

Arm = Outcome | Transition


def basis(pool: Pool, effects: Sequence[Effect], target: Target) -> str:
    """What the figure rests on, a sentence a treatment."""
    if not effects:
        return f"Nothing in this option works on {FIELD_NAMES[target]}. {_untreated(pool.outcomes)}"
    sentences = [_one(effect, target) for effect in effects]
    if len(effects) > 1:
        sentences.append("Together they are taken to do less than the sum: each further one adds part of its effect.")
    return " ".join(sentences)


def _one(effect: Effect, target: Target) -> str:
    name = treatments()[effect.treatment].name
    low, value, high = (fraction(effect.mean.mean + side * effect.mean.sd) for side in (-Z_95, 0.0, Z_95))
    mean = f"{100 * value:.0f} % better ({100 * low:.0f} to {100 * high:.0f} %)"
    if effect.opinion:
        return f"{name}: no trial of it alone was found; borrowed from other treatments, {mean}."
    text = f"{name}: {_counted(effect.arms)}; {FIELD_NAMES[target]} {mean}"
    if effect.mixed:
        text += ", though none of these trials is of them alone"
    return f"{text}."


def _counted(arms: Iterable[Arm]) -> str:
    arms = tuple(arms)
    studies, people = len({arm.study for arm in arms}), people_of(arms)
    said = f"{people} people" if people else "an unreported number of people"
    return f"{studies} {'study' if studies == 1 else 'studies'}, {said}"


def _untreated(outcomes: Outcomes) -> str:
    arms = controls_of(outcomes)
    if not arms:
        return "Without treatment no change is assumed."
    name = outcomes.scales[arms[0].scale].name
    return f"Without treatment: {name} in {_counted(arms)}, pulled towards no change."


def people_of(arms: Iterable[Arm]) -> int:
    """People in some arms, nobody twice where both halves of a face were treated; 0 where none was reported."""
    people: dict[str, dict[str, int]] = {}
    for arm in arms:
        groups = people.setdefault(arm.study, {})
        name = arm.arm.split(",")[0] if isinstance(arm, Outcome) else f"grade {arm.grade_from}"
        groups[name] = max(groups.get(name, 0), arm.n or 0)
    each = {study: sum(groups.values()) for study, groups in people.items()}
    whole = {study: trial.n for study in each if (trial := trials().get(study)) and trial.n is not None}
    return sum(min(number, whole.get(study, number)) for study, number in each.items())


def scale_of(outcomes: Outcomes, effects: Iterable[Effect]) -> str | None:
    """Names of the scales of the treatments' own trials, each once; None where there was none."""
    scales = dict.fromkeys(
        "Goodman and Baron's grades" if isinstance(arm, Transition) else outcomes.scales[arm.scale].name
        for effect in effects
        for arm in effect.arms
    )
    return "; ".join(scales) or None


def sources_of(pool: Pool, effects: Sequence[Effect]) -> tuple[str, ...]:
    """Sources of the arms, of what is recommended without any, and of the untreated arms, each once."""
    keys = [key for effect in effects for arm in effect.arms for key in arm.sources]
    for effect in effects:
        own = treatments()[effect.treatment].effect_on(effect.target) if effect.opinion else None
        keys += own.sources if own else ()
    if not effects:
        keys += [key for arm in controls_of(pool.outcomes) for key in arm.sources]
    return tuple(dict.fromkeys(keys))


def categories(effects: Sequence[Effect], target: Target) -> tuple[Statement, ...]:
    """What trials of these treatments on this kind of scar found that gave no figure to pool, in their own words."""
    pooled = {arm.study for effect in effects for arm in effect.arms}
    named = {effect.treatment for effect in effects}
    return tuple(
        Statement(text=f"{trial.scale}: {trial.findings}", status=trial.status, sources=trial.sources)
        for trial in trials().values()
        if trial.id not in pooled and named & set(trial.treatments) and target in trial.targets
        # Some were read only as far as to know that they exist.
        if any(letter.isdigit() for letter in trial.findings)
    )
