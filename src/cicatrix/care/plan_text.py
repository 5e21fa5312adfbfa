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
    return _counted([(target, count) for target, count in _ranked(aims) if target != "acne"]) or "acne"


def _ranked(aims: Aims) -> list[tuple[Target, int]]:
    order = (*PITTED, *RAISED, *MARKS, "acne")
    return sorted(
        aims.counts.items(), key=lambda item: (item[0] in MARKS or item[0] == "acne", -item[1], order.index(item[0]))
    )


def _outcome(aims: Aims, option: Option) -> str:
    """What can be expected of the strongest option: of what it treats, the figure of the kind that there is most of."""
    ranked = [(target, count) for target, count in _ranked(aims) if target != "acne"]
    treated = [(target, count) for target, count in ranked if _treats(option, target)]
    figures = ((target, _best_figure(option, target)) for target, _ in treated)
    of, plain = next(((target, told) for target, told in figures if told), (None, None))
    what, one = _in_all(treated), sum(count for _, count in treated) == 1
    if all(target in MARKS for target, _ in treated):
        start = f"The {what} can fade, though {'a trace' if one else 'some'} may stay"
    else:
        start = f"The {what} can get better, but part of {'it' if one else 'them'} will stay"
    others = [told for told in ranked if told not in treated]
    left = f"; no step treats the {_counted(others)}" if others else ""
    if of is None:
        return f"{start}; no good figure was found{left}."
    return f"{start}: {f'for {TARGET_NAMES[of]} ' if len(treated) > 1 else ''}{plain}{left}."


def _in_all(found: Sequence[tuple[Target, int]]) -> str:
    """Scars and marks, each by its kind where there is one kind."""
    scars = [told for told in found if told[0] not in MARKS]
    marks = [told for told in found if told[0] in MARKS]
    parts = ((scars, "scars"), (marks, "marks"))
    return " and ".join(
        f"{sum(count for _, count in told)} {noun}" if len(told) > 1 else _counted(told) for told, noun in parts if told
    )


def _counted(found: Sequence[tuple[Target, int]]) -> str:
    """Kinds with how many there are; a single one without the number."""
    if len(found) == 1 and found[0][1] == 1:
        return TARGET_NAMES[found[0][0]].removesuffix("s")
    return listed(
        [f"{count} {TARGET_NAMES[target].removesuffix('s' if count == 1 else '')}" for target, count in found]
    )


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
