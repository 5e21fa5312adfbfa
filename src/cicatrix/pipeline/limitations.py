"""What the numbers of one capture cannot say, in plain words; only what applies to it."""

from __future__ import annotations

from collections.abc import Sequence

from cicatrix.model import Scar
from cicatrix.model.card_reading import CardReading
from cicatrix.model.note import noted
from cicatrix.model.relief import LightFit
from cicatrix.model.wording import upper_first

__all__ = ["limits"]


def limits(
    scars: Sequence[Scar], *, photographs: bool, light: LightFit | None = None, card: CardReading | None = None
) -> tuple[str, ...]:
    """Limits of what was measured, each a sentence or two for a clinician.

    Parameters
    ----------
    scars
        What was found.
    photographs
        Whether the surface comes from photographs, and not from a height map.
    light
        How the photographs agree with the stated lights, as in ``Relief.light``.
    card
        Reading of the printed card; None without one.
    """
    said = [
        "Depth and width are measured against the skin right around each scar, not against the face as a whole.",
        (
            "A scar's type is judged from its geometry alone: width, walls and floor. Whether stretching the skin "
            "flattens it, how it feels and how old it is are not in the pictures."
        ),
    ]
    if photographs:
        said += _of_depths(scars)
        said += _of_card(card)
        said.append("Height over several centimetres (the form of the face) is not measured, only local relief.")
        said.append(
            "Marks are found by colour alone: whether a mark is fresh, raised, sore or older than its scar is not in "
            "the pictures. A patch that fills a scar is taken for the scar's own colour. On very dark, shiny skin pale "
            "brown marks drown in the shine and are missed more often."
        )
    if light == "flat-fielded":
        said.append(
            "The light was uneven beyond what the stated directions explain, so each picture was evened out first. "
            "Depths then rest on the stated light directions alone; check lights.lp, or state light_distance_mm."
        )
    if any(scar.at_edge for scar in scars):
        said.append("Scars at the edge of the picture are measured in their visible part only.")
    return tuple(said)


def _of_card(card: CardReading | None) -> list[str]:
    """What scale and light from the printed card rest on."""
    if card is None:
        return []
    said = [
        (
            "Scale and light come from the printed card: lengths are as true as its print"
            f"{'' if card.print_scale != 1.0 else ', which was not corrected here'}, and depths as true as the "
            "torch\u2019s places, whose intervals are part of theirs."
        )
    ]
    if card.verdict == "wider":
        said.append("The photographs have the faults listed with them; all intervals are widened by 50 %.")
    if card.colour is not None and not card.colour.corrected:
        said.append("Colours are as the camera gave them: the printed patches did not allow a correction.")
    return said


def _of_depths(scars: Sequence[Scar]) -> list[str]:
    """What the depths from photographs rest on."""
    fitted = [scar for scar in scars if scar.depth_from == "shadows"]
    measured = [scar for scar in scars if scar.depth_from == "shading"]
    said = []
    if fitted:
        said.append(
            f"{_scars(fitted)} fitted to shading and cast shadows, because light does not reach steep walls whole: the "
            "depth is that of the smooth shape that explains the photographs best. A shape unlike all that are "
            "tried, such as an overhang or a tunnel, may reach beyond the interval."
        )
    dark = [scar for scar in fitted if noted(scar.notes, "never_lit")]
    if dark:
        floors = "the floor of one scar" if len(dark) == 1 else f"the floors of {len(dark)} scars"
        said.append(
            f"No light reached {floors}. There the depth rests on the walls and on how far the shadows reach, and its "
            "interval is wide; a light that stands higher may reach the floor."
        )
    left = _left_out(measured)
    if left:
        said.append(f"{left} not fitted to shadows: their depths come from shading alone.")
    hidden = [scar for scar in measured if noted(scar.notes, "hidden_walls")]
    if hidden:
        said.append(
            f"{_scars(hidden)} measured from shading alone although the walls are steep. Such a depth is often too "
            "small; the interval's deep end allows for it."
        )
    return said


def _left_out(measured: Sequence[Scar]) -> str:
    """Name the kinds of scar that cannot be fitted, as far as some were not."""
    kinds = []
    if any(scar.at_edge for scar in measured):
        kinds.append("scars cut by the edge of the picture")
    if any(scar.linear for scar in measured):
        kinds.append("troughs")
    words = " and ".join(kinds)
    return words and f"{upper_first(words)} were"


def _scars(some: Sequence[Scar]) -> str:
    return "One scar was" if len(some) == 1 else f"{len(some)} scars were"
