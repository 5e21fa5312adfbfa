"""All that is known of one scar, mark or dark spot, ready to read."""

from __future__ import annotations

from cicatrix.errors import NotFoundError
from cicatrix.model import Assessment, DarkSpot, Mark, Measured, Scar, Section
from cicatrix.model.correction import Corrected
from cicatrix.model.quantity import Finite, Record, Share
from cicatrix.report import report_text
from cicatrix.report.numbers import percent, shown
from cicatrix.report.palette import MARK_STYLES
from cicatrix.web.viewer.outlines import What

__all__ = ["Detail", "Fact", "Odds", "detail_of"]


class Fact(Record):
    """One number with its unit, and its 95 % interval where it has one."""

    label: str
    value: str
    interval: str = ""


class Odds(Record):
    """How likely a type is."""

    kind: str
    share: Share
    text: str


class Detail(Record):
    """What the page says of what is chosen on it."""

    id: str
    what: What
    kind: str
    depth_class: str | None = None
    name: str
    corrected: bool
    facts: tuple[Fact, ...]
    probabilities: tuple[Odds, ...] = ()
    notes: tuple[str, ...] = ()
    corrections: tuple[str, ...] = ()
    depth: Measured | None = None
    section: Section | None = None
    outline_mm: tuple[tuple[Finite, Finite], ...]


def detail_of(assessment: Assessment, name: str) -> Detail:
    """All of the scar, mark or dark spot with this id.

    Raises
    ------
    NotFoundError
        There is none.
    """
    found: tuple[Scar | Mark | DarkSpot, ...] = (*assessment.scars, *assessment.marks, *assessment.dark_spots)
    one = next((one for one in found if one.id == name), None)
    if one is None:
        raise NotFoundError(
            f"this result has no scar, mark or spot {name!r}",
            allowed="an id of the table" if found else "none: nothing was found in this picture",
            fix="load the page again; a correction may have taken it away",
        )
    corrections = tuple(each for each in assessment.corrections if each.id == name and each.what != "case")
    if isinstance(one, Scar):
        return _scar(one, corrections)
    return _mark(one, corrections)


def _scar(scar: Scar, corrections: tuple[Corrected, ...]) -> Detail:
    return Detail(
        id=scar.id,
        what="scar",
        kind=scar.kind,
        depth_class=scar.depth_class,
        name=report_text.name(scar),
        corrected=bool(corrections),
        facts=_scar_facts(scar),
        probabilities=_odds(scar.kind_probability),
        notes=tuple(note.text for note in report_text.remarks(scar)),
        corrections=tuple(told(each) for each in corrections),
        depth=scar.depth_mm,
        section=scar.section,
        outline_mm=scar.outline_mm,
    )


def _scar_facts(scar: Scar) -> tuple[Fact, ...]:
    raised = scar.kind == "raised"
    depth, before = report_text.depth(scar), report_text.depth_unfitted(scar)
    facts = [
        Fact(
            label=f"{'Height above' if raised else 'Depth below'} the rim, from {report_text.depth_from(scar)}",
            value=f"{depth.value} mm",
            interval=depth.interval,
        ),
        _fact("Breadth" if scar.linear else "Width", scar.width_mm, "mm"),
        _fact("Longest diameter", scar.longest_mm, "mm"),
        _fact("Shortest diameter", scar.shortest_mm, "mm"),
        _fact("Area", scar.area_mm2, "mm²"),
        _fact("Volume", scar.volume_mm3, "mm³"),
        _fact("Wall angle", scar.wall_angle_deg, "°"),
        _fact("Flatness of the floor, 0 to 1", scar.floor_flatness, ""),
    ]
    if before is not None:
        facts.insert(1, Fact(label="From shading alone", value=f"{before.value} mm", interval=before.interval))
    if scar.shadowed is not None:
        facts.append(Fact(label="Part of it with a light missing", value=percent(scar.shadowed)))
    return tuple(facts)


def _mark(mark: Mark | DarkSpot, corrections: tuple[Corrected, ...]) -> Detail:
    kind = mark.kind if isinstance(mark, Mark) else "spot"
    facts = [
        _fact("Area", mark.area_mm2, "mm²"),
        _fact("Width", mark.width_mm, "mm"),
        _fact("Redness against the skin around", mark.contrast.erythema, "index units"),
        _fact("Pigment against the skin around", mark.contrast.melanin, "index units"),
        _fact("Difference of colour (ΔE)", mark.contrast.delta_e, ""),
    ]
    if mark.in_scar is not None:
        facts.append(Fact(label="Lies in the scar", value=mark.in_scar))
    return Detail(
        id=mark.id,
        what="mark" if isinstance(mark, Mark) else "spot",
        kind=kind,
        name=MARK_STYLES[kind].name,
        corrected=bool(corrections),
        facts=tuple(facts),
        probabilities=_odds(mark.kind_probability) if isinstance(mark, Mark) else (),
        notes=tuple(note.text for note in mark.notes),
        corrections=tuple(told(each) for each in corrections),
        outline_mm=mark.outline_mm,
    )


def _fact(label: str, number: Measured, unit: str) -> Fact:
    text = shown(number)
    gap = "" if unit in ("", "°") else "\N{NO-BREAK SPACE}"
    return Fact(label=label, value=f"{text.value}{gap}{unit}", interval=text.interval)


def _odds(shares: dict[str, float]) -> tuple[Odds, ...]:
    ranked = sorted(shares.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Odds(kind=kind, share=share, text=report_text.probability(share)) for kind, share in ranked)


def told(one: Corrected) -> str:
    """What was measured, what stands in its place, who said so and when."""
    who = f" ({one.by}, {one.at:%Y-%m-%d})" + (f": {one.note}" if one.note else "")
    if one.field == "present":
        return ("added by hand" if one.corrected else "deleted by hand") + who
    name = one.field.rsplit("_mm", 1)[0].replace("_", " ").removesuffix(" deg")
    if isinstance(one.measured, Measured) and isinstance(one.corrected, Measured):
        before, after = shown(one.measured).sentence(), shown(one.corrected).sentence()
        return f"{name}: measured {before}, with the new outline {after}{who}"
    if isinstance(one.measured, str) or isinstance(one.corrected, str):
        return f"{name}: measured as {one.measured or 'none'}, corrected to {one.corrected or 'none'}{who}"
    return f"{name} changed{who}"
