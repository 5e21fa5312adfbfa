"""The page: everything that the template shows, computed and named before it is laid out."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from importlib.resources import files
from typing import Any, Final

from jinja2 import DictLoader, Environment, StrictUndefined

from cicatrix.model import Assessment, Kind, Scar
from cicatrix.report import charts, marks, person, quality, report_text
from cicatrix.report.card_reading import card_shown
from cicatrix.report.content import content
from cicatrix.report.corrections import by_hand, corrections, kind_by_hand
from cicatrix.report.encode import data_uri
from cicatrix.report.numbers import Shown, fixed, flipped, percent, shown
from cicatrix.report.overlay import Outline, label_scale, scale_bar_mm, trace
from cicatrix.report.palette import HEIGHT_ANCHORS, STYLES, TRUST_ANCHORS, Style, colour_map
from cicatrix.report.patient import patient
from cicatrix.report.pictures import Picture, Pictures
from cicatrix.report.references import signs
from cicatrix.report.sections import Drawing, draw
from cicatrix.report.simulated import drawn_states, simulation_uris

__all__ = ["Row", "View", "judged", "page_environment", "page_style", "render_html", "render_patient"]

TEMPLATES: Final = (
    "report.html.j2",
    "patient.html.j2",
    "patient_main.html.j2",
    "part_plan.html.j2",
    "part_outlook.html.j2",
    "part_patient.html.j2",
    "macros.html.j2",
    "pictures.html.j2",
    "table.html.j2",
    "change.html.j2",
    "corrections.html.j2",
    "sections.html.j2",
    "marks.html.j2",
    "person.html.j2",
    "told.html.j2",
    "answer.html.j2",
    "checklist.html.j2",
    "gate.html.j2",
    "grades.html.j2",
    "options.html.j2",
    "outlook.html.j2",
    "drawings.html.j2",
    "simulation.html.j2",
    "sources.html.j2",
    "quality.html.j2",
    "words.html.j2",
    "repeat.html.j2",
    "style.css",
    "outlook.css",
    "report.js",
)


@dataclass(frozen=True, slots=True)
class View:
    """One picture that can be looked at."""

    key: str
    title: str
    alt: str
    source: str


@dataclass(frozen=True, slots=True)
class Row:
    """One scar, ready to read."""

    number: int
    id: str
    kind: Kind
    name: str
    sure: str
    likely: str
    raised: bool
    linear: bool
    width: Shown
    longest: Shown
    shortest: Shown
    depth: Shown
    depth_from: str
    fitted: bool
    unfitted: Shown | None
    area: Shown
    volume: Shown
    wall: Shown
    flatness: Shown
    shadowed: str | None
    remarks: tuple[str, ...]
    brief: tuple[str, ...]
    outline: Outline
    drawing: Drawing | None
    corrected: bool = False

    @property
    def label(self) -> str:
        """What a screen reader says at the outline."""
        side = "above" if self.raised else "deep"
        return f"Scar {self.number}: {self.name.lower()}, {self.width.value} mm wide, {self.depth.value} mm {side}"


@dataclass(frozen=True, slots=True)
class _Legend:
    kind: Kind
    count: int
    style: Style


def render_html(assessment: Assessment, pictures: Pictures, simulated: Mapping[str, Picture] | None = None) -> str:
    """Lay the report out as one self-contained HTML page: no file, script or font is fetched from anywhere.

    Parameters
    ----------
    assessment
        What was found. Every text in it is escaped, whatever it holds.
    pictures
        The maps, see ``paint``; they travel inside the page, no side longer than 1600 pixels.
    simulated
        An RGB picture for each state of the outlook's simulation; None where there are none.

    Returns
    -------
    str
        The same bytes for the same input and version: the page holds no date and no random name.
    """
    template = _environment().get_template("report.html.j2")
    return template.render(**_context(assessment, pictures, drawn_states(assessment, simulated)))


def render_patient(assessment: Assessment, simulated: Mapping[str, Picture] | None = None) -> str:
    """Lay the same result out in plain words for the person, as one self-contained HTML page without a script.

    Parameters
    ----------
    assessment
        What was found.
    simulated
        An RGB picture for each state of the outlook's simulation; None where there are none.
    """
    drawn = drawn_states(assessment, simulated)
    shown_to_person = patient(assessment, drawn=drawn)
    return (
        _environment()
        .get_template("patient.html.j2")
        .render(
            assessment=assessment,
            p=shown_to_person,
            references=shown_to_person.references,
            signs=signs(),
            simulated=simulation_uris(drawn),
            full=False,
            style=_style(),
            site=_site(assessment.capture.site),
        )
    )


def page_environment() -> Environment:
    """Templates of every page, with what they share."""
    return _environment()


def page_style() -> str:
    """The style sheet of every page."""
    return _style()


def _style() -> str:
    return _sources()["style.css"] + _sources()["outlook.css"]


def _site(site: str | None) -> str | None:
    return site.strip() or None if site else None


def _context(assessment: Assessment, pictures: Pictures, drawn: Mapping[str, Picture]) -> dict[str, Any]:
    capture = assessment.capture
    rows = _rows(assessment)
    return {
        "assessment": assessment,
        "capture": capture,
        "summary": _summary(assessment),
        "rows": rows,
        "corrected": corrections(assessment),
        "footnotes": report_text.footnotes(row.brief for row in rows),
        "fitted": sum(row.fitted for row in rows),
        "legend": [
            _Legend(kind, count, STYLES[kind]) for kind, count in report_text.kind_counts(assessment.scars).items()
        ],
        "styles": STYLES,
        "views": _views(pictures),
        "label_scale": f"{label_scale(len(assessment.scars)):.3f}",
        "bar_mm": scale_bar_mm(capture.width_mm),
        "limit": f"{pictures.limit_mm:g}",
        "height_ramp": _ramp(HEIGHT_ANCHORS),
        "trust_ramp": _ramp(TRUST_ANCHORS),
        "acne_stated": person.acne_stated(assessment.findings.case),
        "stated": person.stated(assessment.findings),
        **judged(assessment, drawn),
        "simulated": simulation_uris(drawn),
        "full": True,
        "colours": marks.colours(assessment, pictures.colour, pictures.pigment),
        "facts": quality.facts(capture),
        "bars": quality.bars(capture),
        "photos": quality.photos(capture),
        "dome": quality.dome(pictures.directions),
        "card": card_shown(capture.card),
        "missing": [report_text.SECTIONS.get(section, section) for section in assessment.not_assessed],
        "settings": _settings(assessment.provenance.settings),
        "script": _sources()["report.js"],
        "script_hash": _script_hash(),
        "style": _style(),
        "site": _site(capture.site),
    }


def judged(assessment: Assessment, drawn: Collection[str]) -> dict[str, Any]:
    """What was judged and forecast, with the sources that it names."""
    laid_out = content(assessment, drawn=drawn)
    return {
        **{field.name: getattr(laid_out, field.name) for field in fields(laid_out)},
        "signs": signs(),
        "skin_type": assessment.findings.case.person.skin_type,
    }


def _summary(assessment: Assessment) -> list[str]:
    return [
        report_text.count_sentence(assessment),
        report_text.deepest_sentence(assessment.scars),
        report_text.capture_sentence(assessment.capture),
        report_text.fitted_sentence(assessment.scars),
    ]


def _settings(settings: Mapping[str, Any]) -> str:
    """One setting a line, in alphabetical order."""
    lines = (f"{name} = {json.dumps(settings[name], sort_keys=True, ensure_ascii=False)}" for name in sorted(settings))
    return "\n".join(lines)


def _rows(assessment: Assessment) -> tuple[Row, ...]:
    capture = assessment.capture
    outlines = trace(assessment.scars, capture.width_mm, capture.height_mm)
    paired = zip(assessment.scars, outlines, strict=True)
    rows = tuple(_row(number, scar, outline) for number, (scar, outline) in enumerate(paired, 1))
    touched, said = by_hand(assessment), kind_by_hand(assessment)
    return tuple(
        replace(row, corrected=True, sure="set by hand" if row.id in said else row.sure) if row.id in touched else row
        for row in rows
    )


def _row(number: int, scar: Scar, outline: Outline) -> Row:
    raised = scar.kind == "raised"
    return Row(
        number=number,
        id=scar.id,
        kind=scar.kind,
        name=report_text.name(scar),
        sure=report_text.probability(scar.kind_probability.get(scar.kind, max(scar.kind_probability.values()))),
        likely=report_text.likely(scar),
        raised=raised,
        linear=scar.linear,
        width=shown(scar.width_mm),
        longest=shown(scar.longest_mm),
        shortest=shown(scar.shortest_mm),
        depth=report_text.depth(scar),
        depth_from=report_text.depth_from(scar),
        fitted=scar.depth_from == "shadows",
        unfitted=report_text.depth_unfitted(scar),
        area=shown(scar.area_mm2),
        volume=shown(flipped(scar.volume_mm3) if raised else scar.volume_mm3),
        wall=shown(scar.wall_angle_deg),
        flatness=shown(scar.floor_flatness),
        shadowed=None if scar.shadowed is None else percent(scar.shadowed),
        remarks=tuple(note.text for note in report_text.remarks(scar)),
        brief=tuple(report_text.brief(note) for note in report_text.remarks(scar)),
        outline=outline,
        drawing=draw(scar),
    )


def _views(pictures: Pictures) -> tuple[View, ...]:
    """Name the pictures that exist, the relief first."""
    known: tuple[tuple[str, str, str, Picture | None], ...] = (
        ("relief", "Shaded relief", "The skin as a matt grey surface lit from the upper left.", pictures.relief),
        ("colour", "Colour", "The skin's own colour, without shading.", pictures.colour),
        ("height", "Height", "Height of the skin: blue is deep, white is level, brown is high.", pictures.height),
        ("trusted", "Trusted lights", "Number of trusted lights: dark is few, pale is all.", pictures.trusted),
    )
    return tuple(View(key, title, alt, data_uri(one)) for key, title, alt, one in known if one is not None)


def _ramp(anchors: tuple[str, ...]) -> str:
    """Write a CSS gradient in the colours of the map."""
    table = colour_map(anchors, 17).tolist()
    return ", ".join("#{:02x}{:02x}{:02x}".format(*colour) for colour in table)


@cache
def _sources() -> Mapping[str, str]:
    folder = files("cicatrix.report") / "templates"
    return {name: (folder / name).read_text(encoding="utf-8") for name in TEMPLATES}


def _script_hash() -> str:
    """Hash of the page's only script, for its content security policy: no other script can run in the page."""
    digest = hashlib.sha256(_sources()["report.js"].encode("utf-8")).digest()
    return base64.b64encode(digest).decode("ascii")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=DictLoader(dict(_sources())),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "fixed": fixed,
        "place": charts.place,
        "fading_chart": charts.fading_chart,
        "session_chart": charts.session_chart,
    }
    return environment
