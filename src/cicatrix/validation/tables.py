"""A study as tables: on the terminal, as the page ``docs/accuracy.md``, and as the summary in the README."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from rich import box
from rich.console import Console
from rich.table import Table

from cicatrix.validation import backtest
from cicatrix.validation.aims import aims_of, in_words
from cicatrix.validation.marks import MIN_MARK_MM
from cicatrix.validation.records import Errors, FitSummary, MarkSummary, Rate, Study, Summary
from cicatrix.validation.run import LIGHTS, NEAR_MM, SIZE_MM

__all__ = ["as_markdown", "as_summary", "print_study"]

_NONE: Final = "–"

Column = tuple[str, Callable[[Summary], str]]


def _percent(share: float) -> str:
    return f"{100.0 * share:.0f}"


def _rate(rate: Rate | None) -> str:
    if rate is None:
        return _NONE
    return f"{_percent(rate.value)} % ({_percent(rate.low)}–{_percent(rate.high)}), n = {rate.of}"


def _errors(errors: Errors | None) -> str:
    if errors is None:
        return _NONE
    return f"{_percent(errors.median)} % ({_leaning(errors)}), ≤ {_percent(errors.ninetieth)} %"


def _short(rate: Rate | None) -> str:
    return _NONE if rate is None else f"{_percent(rate.value)} %"


def _leaning(errors: Errors) -> str:
    return f"{round(100.0 * errors.bias):+d}"  # a whole number has no minus zero


def _bare(rate: Rate | None) -> str:
    return _NONE if rate is None else _percent(rate.value)


def _middle(errors: Errors | None) -> str:
    return _NONE if errors is None else _percent(errors.median)


def _lean(errors: Errors | None) -> str:
    return _NONE if errors is None else _leaning(errors)


def _share(value: float | None) -> str:
    return _NONE if value is None else f"{_percent(value)} %"


COLUMNS: Final[tuple[Column, ...]] = (
    ("found", lambda s: _rate(s.recall)),
    ("real", lambda s: _rate(s.precision)),
    ("typed", lambda s: _rate(s.typed)),
    ("depth error", lambda s: _errors(s.depth)),
    ("width error", lambda s: _errors(s.width)),
    ("depth in interval", lambda s: _short(s.depth_coverage)),
    ("width in interval", lambda s: _short(s.width_coverage)),
)

COMPACT: Final[tuple[Column, ...]] = (
    ("scars", lambda s: _NONE if s.recall is None else str(s.recall.of)),
    ("found", lambda s: _bare(s.recall)),
    ("real", lambda s: _bare(s.precision)),
    ("typed", lambda s: _bare(s.typed)),
    ("depth\nerror", lambda s: _middle(s.depth)),
    ("\nbias", lambda s: _lean(s.depth)),
    ("\nhold", lambda s: _bare(s.depth_coverage)),
    ("width\nerror", lambda s: _middle(s.width)),
    ("\nbias", lambda s: _lean(s.width)),
    ("\nhold", lambda s: _bare(s.width_coverage)),
)

MARK_COLUMNS: Final[tuple[tuple[str, Callable[[MarkSummary], str]], ...]] = (
    ("found", lambda s: _rate(s.recall)),
    ("coloured", lambda s: _rate(s.coloured)),
    ("real", lambda s: _rate(s.precision)),
    ("area error", lambda s: _errors(s.area)),
    ("area in interval", lambda s: _short(s.area_coverage)),
)

FIT_COLUMNS: Final[tuple[tuple[str, Callable[[FitSummary], str]], ...]] = (
    ("scars", lambda s: str(s.scars)),
    ("fitted", lambda s: str(s.fitted)),
    ("error before", lambda s: _errors(s.before.error)),
    ("error after", lambda s: _errors(s.after.error)),
    ("in interval before", lambda s: _short(s.before.coverage)),
    ("in interval after", lambda s: _short(s.after.coverage)),
    ("interval before", lambda s: _share(s.before.interval)),
    ("interval after", lambda s: _share(s.after.interval)),
)

FIT_SCOPE: Final = (
    "Found scars in photographs, in scope. Before: from shading alone, which does not see steep walls; after: what is "
    "reported. A scar whose photographs the relief explains as well keeps its depth and counts the same in both; "
    "“fitted” says how many did not. “Interval” is the median width of the 95 % interval as a share of the true depth. "
    "Other shapes than the textbook's have a leaning tract, a stepped floor, lopsided walls, or overlap."
)

FIT_HEADINGS: Final = {
    "type": "By type",
    "shape": "By type and shape",
    "departure": "By how the shape departs from the textbook",
}

AIMS_SCOPE: Final = (
    "What photographs are meant to reach, and what this study measured. A figure met here on "
    "phantoms is not a promise for skin."
)

HEADINGS: Final = {
    "all": "All together",
    "type": "By type",
    "tone": "By skin tone",
    "lights": "By number of lights",
    "distance": "By distance of the lights",
}
SURFACES: Final = {"photographs": "From photographs", "heights": "From height maps of the same skins"}


def print_study(study: Study, console: Console) -> None:
    """Print every table to a terminal."""
    for surface, title in SURFACES.items():
        groupings: Mapping[str, Mapping[str, Summary]] = getattr(study, surface)
        for grouping, groups in groupings.items():
            heading = f"{title}, {HEADINGS[grouping].lower()} (%)"
            table = Table(
                title=heading, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True
            )
            table.add_column("", no_wrap=True)
            for name, _ in COMPACT:
                table.add_column(name, justify="right", no_wrap=True)
            for group, summary in groups.items():
                table.add_row(_named(group), *(shown(summary) for _, shown in COMPACT))
            console.print(table)
    _print_fit(study, console)
    _print_aims(study, console)
    _print_marks(study, console)
    console.print(
        f"{_scope(study)} Errors are medians of relative errors. “Hold” is the share whose true value lies "
        "in the reported 95 % interval. Around the fit, “was” is before and “now” after it, “90 %” what nine tenths "
        "of the errors stay below, and “wide” the median width of the interval as a share of the true depth."
    )


def _print_fit(study: Study, console: Console) -> None:
    for grouping, groups in study.fit.items():
        table = Table(
            title=f"Depth before and after the fit to shadows, {FIT_HEADINGS[grouping].lower()} (%)",
            title_justify="left",
            box=box.SIMPLE_HEAD,
            pad_edge=False,
            collapse_padding=True,
        )
        table.add_column("", no_wrap=True)
        for name in (
            "scars",
            "fitted",
            "error\nwas",
            "\nnow",
            "90 %\nwas",
            "\nnow",
            "hold\nwas",
            "\nnow",
            "wide\nwas",
            "\nnow",
        ):
            table.add_column(name, justify="right", no_wrap=True)
        for group, one in groups.items():
            errors = [_middle(depths.error) for depths in (one.before, one.after)]
            worst = [_NONE if d.error is None else _percent(d.error.ninetieth) for d in (one.before, one.after)]
            hold = [_bare(depths.coverage) for depths in (one.before, one.after)]
            wide = [_NONE if d.interval is None else _percent(d.interval) for d in (one.before, one.after)]
            table.add_row(_named(group), str(one.scars), str(one.fitted), *errors, *worst, *hold, *wide)
        console.print(table)


def _print_aims(study: Study, console: Console) -> None:
    table = Table(title="Aims", title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for name in ("", "meant", "measured", "met"):
        table.add_column(name, overflow="fold")
    for aim in aims_of(study):
        table.add_row(aim.what, aim.meant, aim.measured, _met(aim.met))
    console.print(table)
    console.print(in_words(study))


def _met(met: bool | None) -> str:  # noqa: FBT001 - the answer itself
    return _NONE if met is None else "yes" if met else "no"


def _print_marks(study: Study, console: Console) -> None:
    for grouping, groups in study.marks.items():
        heading = {"all": "all together", "colour": "by colour", "tone": "by skin tone"}[grouping]
        table = Table(
            title=f"Red and brown marks, {heading} (%)", title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False
        )
        table.add_column("", no_wrap=True)
        for name in ("marks", "found", "coloured", "real", "area error", "hold"):
            table.add_column(name, justify="right", no_wrap=True)
        for group, one in groups.items():
            count = _NONE if one.recall is None else str(one.recall.of)
            rates = (_bare(one.recall), _bare(one.coloured), _bare(one.precision))
            table.add_row(_named(group), count, *rates, _middle(one.area), _bare(one.area_coverage))
        console.print(table)


def as_markdown(study: Study) -> str:
    """Write the page ``docs/accuracy.md``."""
    parts = [f"# Accuracy\n\n{_method(study)}\n", _aims_section(study)]
    for surface, title in SURFACES.items():
        parts.append(f"## {title}\n")
        groupings: Mapping[str, Mapping[str, Summary]] = getattr(study, surface)
        for grouping, groups in groupings.items():
            parts.append(f"### {HEADINGS[grouping]}\n\n{_markdown_table(groups, COLUMNS)}\n")
    return "\n".join([*parts, *_fit_section(study), *_marks_section(study), backtest.as_section()])


def _fit_section(study: Study) -> list[str]:
    if not study.fit:
        return []
    parts = [f"## Depth before and after the fit to shading and shadows\n\n{FIT_SCOPE}\n"]
    for grouping, groups in study.fit.items():
        lines = ["| | " + " | ".join(name for name, _ in FIT_COLUMNS) + " |", "| --- " * (len(FIT_COLUMNS) + 1) + "|"]
        lines += [
            f"| {_named(group)} | " + " | ".join(shown(summary) for _, shown in FIT_COLUMNS) + " |"
            for group, summary in groups.items()
        ]
        parts.append(f"### {FIT_HEADINGS[grouping]}\n\n" + "\n".join(lines) + "\n")
    return parts


def _aims_section(study: Study) -> str:
    rows = "\n".join(f"| {aim.what} | {aim.meant} | {aim.measured} | {_met(aim.met)} |" for aim in aims_of(study))
    return (
        f"## What is meant, and what falls short\n\n{AIMS_SCOPE}\n\n"
        f"| | meant | measured | met |\n| --- | --- | --- | --- |\n{rows}\n\n{in_words(study)}\n"
    )


def _marks_section(study: Study) -> list[str]:
    if not study.marks:
        return []
    parts = [f"## Red and brown marks\n\n{_marks_scope()}\n"]
    for grouping, groups in study.marks.items():
        heading = {"all": "All together", "colour": "By colour", "tone": "By skin tone"}[grouping]
        lines = ["| | " + " | ".join(name for name, _ in MARK_COLUMNS) + " |", "| --- " * (len(MARK_COLUMNS) + 1) + "|"]
        for group, summary in groups.items():
            lines.append(f"| {_named(group)} | " + " | ".join(shown(summary) for _, shown in MARK_COLUMNS) + " |")
        parts.append(f"### {heading}\n\n" + "\n".join(lines) + "\n")
    return parts


def _marks_scope() -> str:
    return (
        f"Marks at least {MIN_MARK_MM:g} mm wide are asked for. “Found” is the share of them that was reported, the "
        "middle within half a width of the real one and the width within a factor of 2.5; “coloured” the share of "
        "those that got the right colour; “real” the share of what was reported that is a mark of any size (a mole "
        "reported as a mark is a mistake)."
    )


def as_summary(study: Study) -> str:
    """Write the few lines for the README."""
    groups = {"all": study.photographs["all"]["all"]} | {
        kind: summary for kind, summary in study.photographs["type"].items() if kind != "undecided"
    }
    columns: tuple[Column, ...] = (
        ("found", lambda s: _short(s.recall)),
        ("real", lambda s: _short(s.precision)),
        ("typed", lambda s: _short(s.typed)),
        ("depth error (median)", lambda s: f"{_middle(s.depth)} %"),
        ("width error (median)", lambda s: f"{_middle(s.width)} %"),
        ("depth in interval", lambda s: _short(s.depth_coverage)),
    )
    source = f"{study.count} phantoms, seeds from {study.first_seed}, version {study.cicatrix}"
    return f"{_markdown_table(groups, columns)}\n\nMeasured on {source}."


def _markdown_table(groups: Mapping[str, Summary], columns: tuple[Column, ...]) -> str:
    lines = ["| | " + " | ".join(name for name, _ in columns) + " |", "| --- " * (len(columns) + 1) + "|"]
    for group, summary in groups.items():
        cells = " | ".join(shown(summary) for _, shown in columns)
        lines.append(f"| {_named(group)} | {cells} |")
    return "\n".join(lines)


def _named(group: str) -> str:
    return group.strip().replace("_", " ")


def _scope(study: Study) -> str:
    return (
        f"Scars at least {study.min_depth_mm:g} mm deep (or high) and {study.min_width_mm:g} mm wide are asked for. "
        "“Found” is the share of them that was reported; “real” the share of what was reported that is a scar of any "
        "size, in a row for a type the share of what was reported as that type. “Typed” is the share of those found "
        "that got the right type, one left undecided counted as half; a linear scar has the type of its cut."
    )


def _legend(study: Study) -> str:
    return (
        f"{_scope(study)} These have their 95 % interval in brackets. An error is relative: the median of its size, in "
        "brackets which way the middle one leans, and what nine tenths stay below. “In interval” is the share of "
        "scars whose true value lies in the reported 95 % interval."
    )


def _method(study: Study) -> str:
    last = study.first_seed + study.count - 1
    command = f"cicatrix validate --count {study.count} --seed {study.first_seed} --write docs/accuracy.md"
    *few, most = (str(number) for number in sorted(LIGHTS))
    lights = f"{', '.join(few)} or {most}"
    return f"""\
This page is written by `{command}` with version {study.cicatrix}; do not edit it by hand.

{study.count} phantoms (seeds {study.first_seed} to {last}, on which no threshold was set), each {SIZE_MM:g} mm wide and
high at 0.04 mm a pixel with 4 icepick, 4 boxcar, 3 rolling, 1 raised and 1 linear scar, curved, with skin lines, pores,
red and brown marks, a crease and a mole. Skin tones run from very light to very dark, {lights} lights stand 22 to 65°
above the skin, in every third capture {NEAR_MM:g} mm away and otherwise very far; gloss, noise, lens and JPEG quality
are drawn at random. In every second capture about a third of the scars leaves the textbook shapes. Each is assessed
from its JPEG files, and once more from its true height map, which shows what the photographs themselves cost.

{_legend(study)} Reported and real scars are paired, one to one, when the area that both cover is at least a fifth
of the area that either does.

What this cannot show: phantoms are rendered skin. Real skin moves between two photographs, has hair and make-up, and
its scars need not look like these. Nothing here was measured on patients."""
