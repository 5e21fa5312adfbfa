"""The study of comparisons as a page of tables."""

from __future__ import annotations

from collections.abc import Sequence

from cicatrix.validation.change import FADED, LESS, MOVED_MM, TURNED_DEG, VIEW_MM
from cicatrix.validation.change_records import ABOUT_MM, ChangeStudy, Spread
from cicatrix.validation.records import Rate

__all__ = ["change_aims", "change_markdown"]

MOST_CALLED = 0.05
LEAST_DETECTED = 0.9
MOST_MM = 0.1
ABOUT = "about 0.4 mm deep"


def change_aims(study: ChangeStudy) -> tuple[tuple[str, str, str, bool | None], ...]:
    """What comparisons are meant to reach: what, meant, measured, and whether it was met (None without a case)."""
    called, about = study.unchanged.get("all"), study.detected.get(ABOUT)
    sunken = [rate for name, rate in study.detected.items() if name.startswith(f"{ABOUT},") and "raised" not in name]
    both = Rate.count(sum(rate.hits for rate in sunken), sum(rate.of for rate in sunken))
    error = study.registration_mm
    strangers = study.strangers_accepted
    return (
        (
            "unchanged scars called changed",
            f"≤ {100 * MOST_CALLED:.0f} %",
            _rate(called),
            None if called is None else called.value <= MOST_CALLED,
        ),
        (
            f"scars of {ABOUT_MM[0]:g} to {ABOUT_MM[1]:g} mm that lost {100 * (1 - LESS):.0f} % called better",
            f"≥ {100 * LEAST_DETECTED:.0f} %",
            _rate(about),
            None if about is None else about.value >= LEAST_DETECTED,
        ),
        (
            "the same, sunken scars only",
            f"≥ {100 * LEAST_DETECTED:.0f} %",
            _rate(both),
            None if both is None else both.value >= LEAST_DETECTED,
        ),
        (
            "error of the registration, median",
            f"≤ {MOST_MM:g} mm",
            "–" if error is None else f"{error.median:.3f} mm",
            None if error is None else error.median <= MOST_MM,
        ),
        (
            "captures of different skins that were accepted",
            "none",
            _rate(strangers),
            None if strangers is None else strangers.hits == 0,
        ),
    )


def change_markdown(study: ChangeStudy) -> str:
    """The page, ``docs/change.md``."""
    last = study.first_seed + study.count - 1
    command = f"cicatrix validate --change --count {study.count} --seed {study.first_seed} --write docs/change.md"
    said = {True: "yes", False: "no", None: "–"}
    aims = [(what, meant, got, said[met]) for what, meant, got, met in change_aims(study)]
    parts = [
        "# Change between visits",
        f"This page is written by `{command}` with version {study.cicatrix}; do not edit it by hand.",
        _method(study, last),
        "## Aims",
        _table(("", "meant", "measured", "met"), aims),
        "## Scars that did not change",
        _table(("", "called better or worse"), [(name, _rate(rate)) for name, rate in study.unchanged.items()]),
        f"## Scars that lost {100 * (1 - LESS):.0f} % of their depth",
        _table(("", "called better"), [(name, _rate(rate)) for name, rate in study.detected.items()]),
        (
            f"Called worse: {_rate(study.called_worse)}. The 95 % interval of the change of depth holds the true one, "
            f"none or {100 * (1 - LESS):.0f} %, in {_rate(study.coverage)}. Of the scars in skin that both pictures "
            f"show, {_rate(study.unjudged)} could not be judged: most of them are cut off by the edge of a picture."
        ),
        "Smallest detectable change of the depth, as a share of it:",
        _table(("", "scars", "median", "nine tenths below"), [_spread(*one) for one in study.smallest.items()]),
        "## Marks and sums",
        (
            f"Unchanged marks called changed: {_rate(study.marks_unchanged)}. Marks that lost "
            f"{100 * (1 - FADED):.0f} % of their pigment called better: {_rate(study.marks_detected)}."
        ),
        _table(
            ("", "unchanged, called changed", "after, called better"),
            [(name, _rate(rate), _rate(study.sums_detected.get(name))) for name, rate in study.sums_unchanged.items()],
        ),
        (
            "After the treatment there are as many scars and marks as before, on the same area. Faded marks that are "
            "no longer found make their number and area smaller all the same."
        ),
        "## Registration",
        (
            f"{_registration(study)} Captures of the same skin that were refused: {_rate(study.refused)}. Captures of "
            f"different skins that were accepted: {_rate(study.strangers_accepted)}."
        ),
    ]
    return "\n\n".join(parts) + "\n"


def _method(study: ChangeStudy, last: int) -> str:
    return f"""\
{study.count} simulated skins (seeds {study.first_seed} to {last}, on which no threshold was set), each captured three
times on {VIEW_MM:g} x {VIEW_MM:g} mm: twice unchanged, once with every scar {100 * (1 - LESS):.0f} % shallower and
every mark with {100 * FADED:.0f} % of its pigment. Each capture lies up to {MOVED_MM:g} mm off along each axis and is
turned up to {TURNED_DEG:g}° (two of them up to twice that), the skin is stretched by up to 0.2 mm, the face has another
form, and lights (their number, 4 to 12, stays), noise and compression are drawn anew; at every fourth skin the later
camera has pixels of 0.05 instead of 0.04 mm. Every second skin has scars that leave the textbook shapes.

A change is said where the 95 % interval of the change excludes zero. Rates have their 95 % interval in brackets
(Wilson). Scars are counted where a verdict could be given.

What this cannot show: the skin is rendered, and between its two visits nothing but the scars and marks changed. Real
skin swells, tans, grows hair, and its texture changes with a treatment. Only repeated captures with a rig tell what
that rig can see: `cicatrix repeatability`."""


def _registration(study: ChangeStudy) -> str:
    error = study.registration_mm
    if error is None:
        return ""
    return (
        f"At the outlines of the scars the registration errs by {error.median:.3f} mm (median of {error.count} pairs "
        f"of captures, nine tenths below {error.ninetieth:.3f} mm)."
    )


def _rate(rate: Rate | None) -> str:
    if rate is None:
        return "–"
    return f"{100 * rate.value:.1f} % of {rate.of} ({100 * rate.low:.0f}–{100 * rate.high:.0f})"


def _spread(name: str, spread: Spread) -> tuple[str, str, str, str]:
    return name, str(spread.count), f"{100 * spread.median:.0f} %", f"{100 * spread.ninetieth:.0f} %"


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "| --- " * len(head) + "|"]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])
