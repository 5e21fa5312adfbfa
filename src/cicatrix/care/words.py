"""Plain words for patients: questions, names, and the answer in two sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cicatrix.care.targets import MARKS, PITTED, RAISED, Aims, benefit
from cicatrix.knowledge import treatments, trials
from cicatrix.model.case import Case, TreatmentId
from cicatrix.model.gate import Gate
from cicatrix.model.knowledge import Target
from cicatrix.model.plan import Option

__all__ = ["TARGET_NAMES", "answer", "listed", "months", "names", "question"]

TARGET_NAMES: Final[dict[Target, str]] = {
    "icepick": "narrow pits",
    "boxcar_shallow": "shallow pits",
    "boxcar_deep": "deep pits",
    "rolling": "wide hollows",
    "hypertrophic": "raised scars",
    "keloid": "keloids",
    "red": "red marks",
    "brown": "brown marks",
    "acne": "acne",
}

SHORT_NAMES: Final[dict[TreatmentId, str]] = {
    "fractional_laser_ablative": "fractional laser",
    "fractional_laser_nonablative": "mild fractional laser",
    "rf_microneedling": "heated needles",
    "intralesional_steroid": "steroid shots",
    "filler": "filler",
}

NEVER: Final = {"person.resurfacing_months_since": " If it never was: answer 60."}
"""How to say never where a number is asked for."""

MONTH_DAYS: Final = 30.4375


def question(key: str) -> str:
    """The question of a key of the case file, as the case file asks it."""
    section, _, name = key.partition(".")
    record = Case.model_fields[section].annotation
    described = record.model_fields[name].description if record is not None else None
    return " ".join((described or key).split()) + NEVER.get(key, "")


def names(ids: Sequence[TreatmentId]) -> str:
    """Names of treatments, as in a sentence."""
    return listed([treatments()[id_].name for id_ in ids])


def listed(parts: Sequence[str]) -> str:
    """Words joined by commas and "and"."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else list(parts))


def months(days: float) -> str:
    """Days as months, or as weeks when they are few."""
    if days < 2 * MONTH_DAYS:
        weeks = max(1, round(days / 7))
        return f"{weeks} week{'' if weeks == 1 else 's'}"
    return f"{round(days / MONTH_DAYS)} months"


def answer(aims: Aims, options: Sequence[Option], gate: Gate, open_questions: int, excluded: int) -> str:
    """Two sentences: what can be expected to go and what will stay; how long it takes, and what comes first."""
    first = _first(gate, open_questions)
    if not aims.counts:
        return f"No scars or marks were stated or measured, so there is nothing to plan yet. First, {first}."
    able = [option for option in options if any(step.targets for step in option.steps if step.stage != "acne")]
    if not able:
        waits = f"{excluded} treatments wait or are ruled out" if excluded else "nothing fits what was asked for"
        return f"Nothing can be offered for {_found(aims)} yet: {waits}. First, {first}."
    return f"{_outcome(aims, able[-1])} {_time(able)} first, {first}."


def _found(aims: Aims) -> str:
    return listed([f"{count} {TARGET_NAMES[target]}" for target, count in _ranked(aims) if target != "acne"]) or "acne"


def _ranked(aims: Aims) -> list[tuple[Target, int]]:
    order = (*PITTED, *RAISED, *MARKS, "acne")
    return sorted(
        aims.counts.items(), key=lambda item: (item[0] in MARKS or item[0] == "acne", -item[1], order.index(item[0]))
    )


def _outcome(aims: Aims, option: Option) -> str:
    """What can be expected of the strongest option, for the kind of scar that there is most of and has a figure."""
    ranked = [
        (target, count, _best_figure(option, target)) for target, count in _ranked(aims) if _treats(option, target)
    ]
    target, count, plain = next((told for told in ranked if told[2]), ranked[0])
    one = count == 1
    what = f"The {TARGET_NAMES[target].removesuffix('s')}" if one else f"The {count} {TARGET_NAMES[target]}"
    if target in MARKS:
        start = f"{what} can fade, though {'a trace' if one else 'some'} may stay"
    else:
        start = f"{what} can get better, but part of {'it' if one else 'them'} will stay"
    return f"{start}: {plain}." if plain else f"{start}; no good figure was found."


def _best_figure(option: Option, target: Target) -> str | None:
    """What a study found of the treatment that does most for a target."""
    able = [step.treatment for step in option.steps if target in step.targets and step.stage != "protect"]
    able = sorted(able, key=lambda id_: -benefit(id_, target))
    told = ((id_, _plain(id_, target)) for id_ in able)
    return next((f"with {_short(id_)}, {text}" for id_, text in told if text), None)


def _short(id_: TreatmentId) -> str:
    """A treatment's name in a sentence, without what stands in brackets."""
    if id_ in SHORT_NAMES:
        return SHORT_NAMES[id_]
    plain = treatments()[id_].name.partition(" (")[0]
    return plain if plain.startswith("TCA") else plain[0].lower() + plain[1:]


def _treats(option: Option, target: Target) -> bool:
    return any(target in step.targets for step in option.steps)


def _plain(id_: TreatmentId, target: Target) -> str | None:
    effect = treatments()[id_].effect_on(target)
    trial = trials().get(effect.trial) if effect and effect.trial else None
    return trial.plain if trial else None


def _time(options: Sequence[Option]) -> str:
    days, visits = sorted(option.days for option in options), sorted(option.visits for option in options)
    short, long = months(days[0]), months(days[-1])
    span = short if short == long else f"{short} to {long}"
    if short != long and short.endswith("months") and long.endswith("months"):
        span = f"{short.removesuffix(' months')} to {long}"
    many = f"{visits[0]}" if visits[0] == visits[-1] else f"{visits[0]} to {visits[-1]}"
    return f"It takes about {span} and {many} visit{'' if visits[-1] == 1 else 's'};"


def _first(gate: Gate, open_questions: int) -> str:
    if gate.state == "not_controlled":
        return "get the acne calm"
    if open_questions:
        return f"answer {open_questions} open question{'' if open_questions == 1 else 's'}"
    return "talk the plan over with a doctor"
