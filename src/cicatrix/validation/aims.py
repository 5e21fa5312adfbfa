"""What the measurement is meant to reach, and whether a study reached it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from cicatrix.validation.records import Rate, Study

__all__ = ["Aim", "aims_of", "in_words"]

TIMES_AT_MOST: Final = 2.0
"""How much larger the error may be where a pit leaves the textbook shapes of its type."""

ENOUGH: Final = 20
"""Groups of fewer scars are not called out for intervals that hold too seldom: chance alone would do it."""

LEAST_HELD: Final = 0.9

Value = float | None


@dataclass(frozen=True, slots=True)
class Aim:
    """One aim and what a study measured of it."""

    what: str
    meant: str
    measured: str
    met: bool | None
    """None when the study has no case for it."""


def aims_of(study: Study) -> tuple[Aim, ...]:
    """Compare a study with every aim."""
    return (
        _at_most(study, "boxcar", "median depth error", 0.06, _median),
        _at_most(study, "boxcar", "depth error of nine tenths", 0.15, _ninetieth),
        _at_most(study, "boxcar", "median width of the depth's interval", 0.40, _interval),
        _at_most(study, "icepick", "median depth error", 0.20, _median),
        _within("icepick, depth in interval", _held(study, "icepick"), 0.90, 1.0),
        _at_most(study, "rolling", "median depth error", 0.06, _median),
        _at_most(study, "raised", "median height error", 0.10, _median),
        _within("all scars, depth in interval", study.photographs["all"]["all"].depth_coverage, 0.90, 0.99),
        _within("all scars, typed right", study.photographs["all"]["all"].typed, 0.93, 1.0),
        _other_shapes(study),
    )


def in_words(study: Study) -> str:
    """Say which aims were missed, and in which groups the intervals hold too seldom."""
    aims = aims_of(study)
    asked = [aim for aim in aims if aim.met is not None]
    missed = [aim for aim in asked if not aim.met]
    said = [f"{len(asked) - len(missed)} of {len(asked)} aims are met."]
    if missed:
        said.append("Missed: " + "; ".join(f"{aim.what} ({aim.measured}, meant {aim.meant})" for aim in missed) + ".")
    weak = _weak_groups(study)
    if weak:
        said.append(f"The interval of the depth holds less often than {100 * LEAST_HELD:.0f} % for " + ", ".join(weak))
        said[-1] += ": there it is narrower than it should be."
    return " ".join(said)


def _weak_groups(study: Study) -> list[str]:
    groups = ((name.strip(), one) for kind in study.photographs.values() for name, one in kind.items())
    low = [
        (name, one.depth_coverage)
        for name, one in groups
        if one.depth_coverage is not None and one.depth_coverage.of >= ENOUGH and one.depth_coverage.value < LEAST_HELD
    ]
    return [f"{name} ({_exact(rate.value)} of {rate.of})" for name, rate in low]


def _at_most(study: Study, kind: str, what: str, most: float, measure: Callable[[Study, str], Value]) -> Aim:
    value = measure(study, kind)
    measured = "–" if value is None else _exact(value)
    return Aim(f"{kind}, {what}", f"≤ {_percent(most)}", measured, None if value is None else value <= most)


def _within(what: str, rate: Rate | None, least: float, most: float) -> Aim:
    meant = f"≥ {_percent(least)}" if most >= 1.0 else f"{100 * least:.0f}–{_percent(most)}"
    if rate is None:
        return Aim(what, meant, "–", None)
    return Aim(what, meant, _exact(rate.value), least <= rate.value <= most)


def _other_shapes(study: Study) -> Aim:
    """Ratio of the errors type by type: the types do not leave the textbook equally often."""
    ratios = [(kind, _ratio(study, kind)) for kind in ("icepick", "boxcar", "rolling")]
    known = [(kind, ratio) for kind, ratio in ratios if ratio is not None]
    return Aim(
        "other shapes, median depth error over that of textbook shapes of the type",
        f"≤ {TIMES_AT_MOST:g}",
        ", ".join(f"{kind} {ratio:.2f}" for kind, ratio in known) or "–",
        all(ratio <= TIMES_AT_MOST for _, ratio in known) if known else None,
    )


def _ratio(study: Study, kind: str) -> Value:
    shapes = study.fit.get("shape", {})
    errors = [shapes[name].after.error if name in shapes else None for name in (f"other {kind}", f"textbook {kind}")]
    other, textbook = errors
    if other is None or textbook is None or textbook.median == 0.0:
        return None
    return other.median / textbook.median


def _median(study: Study, kind: str) -> Value:
    depth = study.photographs["type"][kind].depth
    return None if depth is None else depth.median


def _ninetieth(study: Study, kind: str) -> Value:
    depth = study.photographs["type"][kind].depth
    return None if depth is None else depth.ninetieth


def _interval(study: Study, kind: str) -> Value:
    group = study.fit.get("type", {}).get(kind)
    return None if group is None else group.after.interval


def _held(study: Study, kind: str) -> Rate | None:
    return study.photographs["type"][kind].depth_coverage


def _percent(share: float) -> str:
    return f"{100.0 * share:.0f} %"


def _exact(share: float) -> str:
    """With a decimal, so that what just misses an aim does not read like it."""
    return f"{100.0 * share:.1f} %"
