"""Plain sentences about what was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from cicatrix.model import Assessment, CaptureSummary, Kind, Scar
from cicatrix.model.note import Note, noted
from cicatrix.model.scar import DepthFrom
from cicatrix.model.wording import NBSP, counted, joined
from cicatrix.report.numbers import Shown, fixed, flipped, percent, shown

__all__ = [
    "KINDS",
    "SECTIONS",
    "brief",
    "capture_sentence",
    "count_sentence",
    "deepest_sentence",
    "depth",
    "depth_from",
    "depth_unfitted",
    "field",
    "fitted_sentence",
    "footnotes",
    "kind_counts",
    "likely",
    "name",
    "plural",
    "probability",
    "remarks",
]

KINDS: Final[tuple[Kind, ...]] = ("icepick", "boxcar", "rolling", "raised", "undecided")
"""The order in which kinds are listed everywhere."""

SECTIONS: Final = {
    "marks": "red and brown marks",
    "acne": "active acne",
    "grades": "published scar scales",
    "gate": "whether acne is under control",
    "plan": "treatment options",
    "outlook": "the expected course",
}
"""Sections of an assessment in words that need no glossary."""

DEPTH_FROM: Final[dict[DepthFrom, str]] = {
    "shadows": "shading and shadows",
    "shading": "shading alone",
    "height": "the height map",
}

MUCH_SHADOWED: Final = 0.2
"""Share of a scar without one of its lights from which a remark says so."""


def plural(count: int, noun: str) -> str:
    """``1 scar``, ``2 scars``."""
    return counted(count, noun, gap=NBSP)


def name(scar: Scar) -> str:
    """``Boxcar, shallow`` or ``Rolling, linear``."""
    words = [scar.kind.capitalize()]
    if scar.depth_class:
        words.append(scar.depth_class)
    if scar.linear:
        words.append("linear")
    return ", ".join(words)


def likely(scar: Scar, floor: float = 0.01) -> str:
    """Probabilities of the kinds, the likeliest first, without those below ``floor``."""
    ranked = sorted(scar.kind_probability.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{kind} {probability(share)}" for kind, share in ranked if share >= floor)


def probability(share: float) -> str:
    """Write a probability as a percentage; no type is ever certain."""
    return f">{NBSP}99{NBSP}%" if share >= 0.995 else percent(share)


def depth(scar: Scar) -> Shown:
    """Depth below the rim; for a raised scar its height above, as a positive number."""
    return shown(flipped(scar.depth_mm) if scar.kind == "raised" else scar.depth_mm)


def depth_from(scar: Scar) -> str:
    """Name what the depth rests on."""
    return DEPTH_FROM[scar.depth_from]


def depth_unfitted(scar: Scar) -> Shown | None:
    """Depth (or height) before the scar was fitted to shadows; None where nothing was fitted."""
    before = scar.unfitted_depth_mm
    if before is None:
        return None
    return shown(flipped(before) if scar.kind == "raised" else before)


def kind_counts(scars: Iterable[Scar]) -> dict[Kind, int]:
    """Count the scars of each kind that occurs, in the order of ``KINDS``."""
    counts = Counter(scar.kind for scar in scars)
    return {kind: counts[kind] for kind in KINDS if counts[kind]}


def count_sentence(assessment: Assessment) -> str:
    """How many scars there are, by kind."""
    scars = assessment.scars
    place = field(assessment.capture)
    if not scars:
        return (
            f"No scar was found in {place}: nothing in it is wide and deep enough to be told from the normal"
            " relief of skin. Shallower scars, and scars outside the picture, are not ruled out."
        )
    counts = kind_counts(scars)
    if len(scars) == 1:
        return f"One scar was found in {place}. Its type: {name(scars[0]).lower()}."
    kinds = joined([f"{count}{NBSP}{_counted(kind, scars)}" for kind, count in counts.items()])
    return f"{plural(len(scars), 'scar')} were found in {place}: {kinds}."


def _counted(kind: Kind, scars: Sequence[Scar]) -> str:
    classes = Counter(scar.depth_class for scar in scars if scar.kind == kind)
    split = [f"{classes[each]}{NBSP}{each}" for each in ("shallow", "deep") if classes[each]]
    whole = sum(classes.values())
    if len(split) == 2:
        return f"{kind} ({joined(split)})"
    if split and whole > 0:
        return f"{'shallow' if classes['shallow'] else 'deep'} {kind}"
    return kind


def deepest_sentence(scars: Sequence[Scar]) -> str:
    """Which scar lies deepest, and which stands highest."""
    sunken = [(scar.depth_mm.value, -at) for at, scar in enumerate(scars, 1) if scar.kind != "raised"]
    raised = [(-scar.depth_mm.value, -at) for at, scar in enumerate(scars, 1) if scar.kind == "raised"]
    sentences = []
    if sunken:
        at = -max(sunken)[1]
        whose = "It lies" if len(scars) == 1 else f"The deepest, scar{NBSP}{at}, lies"
        sentences.append(f"{whose} {depth(scars[at - 1]).sentence('mm')} below the skin around it.")
    if raised:
        at = -max(raised)[1]
        whose = "It stands" if len(scars) == 1 else f"The highest raised scar, number{NBSP}{at}, stands"
        sentences.append(f"{whose} {depth(scars[at - 1]).sentence('mm')} above the skin around it.")
    return " ".join(sentences)


def fitted_sentence(scars: Sequence[Scar]) -> str:
    """How many depths were fitted to shadows; empty where none was."""
    count = sum(scar.depth_from == "shadows" for scar in scars)
    if not count:
        return ""
    if len(scars) == 1:
        return "The depth was fitted to shading and cast shadows, because light does not reach steep walls whole."
    which = f"All {len(scars)}" if count == len(scars) else f"{count}{NBSP}of the {len(scars)}"
    rest = "" if count == len(scars) else "; the rest come from shading alone"
    verb = "was" if count == 1 else "were"
    why = "because light does not reach steep walls whole"
    return f"{which} depths {verb} fitted to shading and cast shadows, {why}{rest}."


def field(capture: CaptureSummary) -> str:
    """Name the place that was looked at, with its size."""
    size = f"{_short(capture.width_mm)}{NBSP}\N{MULTIPLICATION SIGN}{NBSP}{_short(capture.height_mm)}{NBSP}mm"
    return f"a field of {size}" + (f" ({capture.site})" if capture.site else "")


def _short(length_mm: float) -> str:
    return fixed(length_mm, 0 if length_mm >= 20 else 1)


def capture_sentence(capture: CaptureSummary) -> str:
    """Tell what the numbers rest on."""
    if capture.kind == "height":
        return "The heights come from a height map made by an instrument; there are no photographs and no colours."
    return (
        f"The surface was worked out from {plural(capture.lights, 'photograph')} under as many lights, and could"
        f" be measured in {percent(capture.coverage)} of the picture."
    )


def remarks(scar: Scar) -> tuple[Note, ...]:
    """List what to keep in mind about one scar: its own notes, and those of its flags that they do not mention."""
    flags = []
    if scar.at_edge and not noted(scar.notes, "at_edge"):
        flags.append(Note(code="at_edge", text="cut off by the edge of the picture: only a part was seen"))
    if scar.linear and not noted(scar.notes, "linear"):
        flags.append(Note(code="linear", text="a trough: the width is its breadth"))
    # A fitted depth rests on the missing lights' shadows.
    if scar.depth_from != "shadows" and scar.shadowed is not None and scar.shadowed >= MUCH_SHADOWED:
        flags.append(Note(code="light_missing", text="a light was missing over more than a fifth of it"))
    return (*scar.notes, *flags)


def brief(note: Note) -> str:
    """Leave a note's own number out, so that scars in the same case share one footnote."""
    if note.code == "never_lit":
        return "no light reached its floor: the depth rests on the walls and shadows"
    return note.text


def footnotes(remarks: Iterable[Sequence[str]], often: int = 3) -> dict[str, str]:
    """Give a letter to each remark that is made ``often`` or more times, in the order of first appearance."""
    counts = Counter(remark for each in remarks for remark in each)
    repeated = [remark for remark, count in counts.items() if count >= often]
    return {remark: _letters(at) for at, remark in enumerate(repeated)}


def _letters(at: int) -> str:
    """``a`` to ``z``, then ``aa``."""
    return chr(ord("a") + at % 26) * (1 + at // 26)
