"""The simulated after-surface: the measured relief with one option's treatments applied, and pictures of it.

Only scars that the option treats change, each within its mouth and a margin of skin around it, and each by as much as
was forecast. It is drawn under a light of the capture itself. A simulation, and labelled as one wherever it is shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from cicatrix.model.outlook import Result, ScarResult, SimulatedState, Simulation
from cicatrix.model.plan import Option, OptionId
from cicatrix.model.relief import Relief
from cicatrix.model.scar import Scar
from cicatrix.outlook.surface.basins import Basin, basins_of
from cicatrix.outlook.surface.fractions import AFTER, Change, changes_of
from cicatrix.outlook.surface.operators import mixed_shape
from cicatrix.outlook.surface.remaining_shape import remaining_mm
from cicatrix.outlook.surface.scene import reduced, scene_of

__all__ = ["STATES", "SimulatedSurface", "SimulatedSurfaces", "State", "simulate", "simulation_of"]

Plane = NDArray[np.float32]

State = Literal["before", "expected", "better", "worse"]
STATES: Final[tuple[State, ...]] = ("before", "expected", "better", "worse")


NOTES: Final = (
    (
        "Only scars that the option treats change, within their mouths and a narrow margin. Redness while healing, "
        "smoother skin between the scars, and any change of colour, of marks or of pigment are not simulated."
    ),
    (
        "How deep and how large a scar is left comes from the forecast. The shape that each treatment gives it is "
        "assumed from how the treatment works."
    ),
)


@dataclass(frozen=True, slots=True, eq=False)
class SimulatedSurface:
    """One state of the surface.

    Attributes
    ----------
    state
        ``expected`` is the middle of the forecast, ``better`` and ``worse`` are the ends of its 95 % interval.
    height_mm
        ``(rows, cols)`` relief without the form, of the measured relief's size.
    picture
        ``(rows, cols, 3)`` uint8 sRGB, no side above 800 pixels.
    removed_mm3
        Volume by which the scars became smaller, from the heights.
    predicted_mm3
        Volume that was forecast to go, from the scars' measured volumes.
    moved_share
        Share of the pixels whose height changed.
    """

    state: State
    height_mm: Plane
    picture: NDArray[np.uint8]
    removed_mm3: float
    predicted_mm3: float
    moved_share: float


@dataclass(frozen=True, slots=True, eq=False)
class SimulatedSurfaces:
    """Today's surface and the three that are simulated, in the order of ``STATES``.

    Attributes
    ----------
    option
        Whose treatments were applied.
    surfaces
        One a state.
    picture_pixel_mm
        Width of a pixel of the pictures.
    light
        Index of the photograph whose light the pictures show; None for a shaded height map.
    elevation_deg
        Height of that light above the skin.
    treated, left
        Number of scars that change, and that stay as they are.
    capped
        Number of scars whose forecast goes beyond today's depth; they are shown at today's.
    """

    option: OptionId
    surfaces: tuple[SimulatedSurface, ...]
    picture_pixel_mm: float
    light: int | None
    elevation_deg: float
    treated: int
    left: int
    capped: int

    @property
    def pictures(self) -> dict[str, NDArray[np.uint8]]:
        """Picture of each state."""
        return {surface.state: surface.picture for surface in self.surfaces}

    def surface(self, state: State) -> SimulatedSurface:
        """The surface in a state."""
        return self.surfaces[STATES.index(state)]


def simulate(
    relief: Relief,
    scars: Sequence[Scar],
    option: Option,
    results: Sequence[Result],
    scar_results: Sequence[ScarResult],
) -> SimulatedSurfaces:
    """Apply an option's treatments to the measured relief and draw it before and after.

    Parameters
    ----------
    relief
        The relief that the scars were measured on.
    scars
        The measured scars.
    option
        The option; results of other options are passed over.
    results
        Forecasts by kind of scar.
    scar_results
        Forecasts by scar.

    Returns
    -------
    SimulatedSurfaces
        Outside the treated scars and their margins every height is the measured one, bit for bit. Nowhere is a pit
        deeper or a raised scar higher than today, nor than in a worse state. The same input gives the same bytes.
    """
    changes = {change.id: change for change in changes_of(scars, option, results, scar_results)}
    basins = basins_of(relief, scars, changes)
    layers = [_apply(relief, basins, changes, left, place) for place, left in enumerate(_remaining(basins, changes))]
    today, buried = np.zeros(relief.shape, np.float32), np.zeros(relief.shape, np.bool_)
    for basin in basins:
        np.maximum(today[basin.box], basin.depth_mm, out=today[basin.box])
        buried[basin.box] |= basin.buried()
    scene = scene_of(relief, today == 0, buried)
    found = {"before": SimulatedSurface("before", relief.height_mm, scene.today, 0.0, 0.0, 0.0)}
    shape = (scene.photo.shape[0], scene.photo.shape[1])
    coarse_today = reduced(today, shape)
    for place, state in enumerate(AFTER):
        height, removed = layers[place]
        moved = height != relief.height_mm
        gone = _share_gone(np.abs(reduced(height - relief.height_mm, shape)), coarse_today)
        picture = scene.picture(reduced(height, shape), gone)
        predicted = sum(changes[basin.id].gone_mm3(place) for basin in basins)
        found[state] = SimulatedSurface(state, height, picture, removed, predicted, float(moved.mean()))
    return SimulatedSurfaces(
        option=option.id,
        surfaces=tuple(found[state] for state in STATES),
        picture_pixel_mm=scene.pixel_mm,
        light=scene.light,
        elevation_deg=_elevation(scene.lights),
        treated=len(basins),
        left=len(scars) - len(basins),
        capped=sum(changes[basin.id].capped for basin in basins),
    )


def _remaining(basins: Sequence[Basin], changes: Mapping[str, Change]) -> list[list[Plane]]:
    """Depth that is left of each scar, for each state in the order of ``AFTER``."""
    states: list[list[Plane]] = []
    cap = [basin.depth_mm for basin in basins]
    for place in range(len(AFTER)):
        cap = [_left(basin, changes[basin.id], place, most) for basin, most in zip(basins, cap, strict=True)]
        states.append(cap)
    return states


def _left(basin: Basin, change: Change, place: int, cap_mm: Plane) -> Plane:
    depth = change.depth[place]
    if depth >= 1.0 and change.volume[place] >= 1.0:
        return cap_mm
    shape = mixed_shape(basin, change.weights, max(depth, 1e-3))
    lip_mm3 = (1.0 - depth) * float(basin.lip_mm.sum(dtype=np.float64)) * basin.pixel_mm**2
    return remaining_mm(basin, shape, depth, change.gone_mm3(place) + lip_mm3, cap_mm)


def _apply(
    relief: Relief, basins: Sequence[Basin], changes: Mapping[str, Change], left: Sequence[Plane], place: int
) -> tuple[Plane, float]:
    """The relief with what has gone of each scar filled up or taken off, and its volume in mm³."""
    pits, raised = np.zeros(relief.shape, np.float32), np.zeros(relief.shape, np.float32)
    for basin, rest in zip(basins, left, strict=True):
        lower = np.float32(1.0 - changes[basin.id].depth[place]) * basin.lip_mm
        (pits if basin.sign > 0 else raised)[basin.box] += basin.depth_mm - rest - lower
    height = relief.height_mm + (pits - raised)
    moved = height - relief.height_mm
    # What was filled of pits and what was taken off raised scars; where their margins meet, each for itself.
    gone = np.where(raised == 0, moved, np.where(pits == 0, -moved, pits + raised))
    return height, float(gone.sum(dtype=np.float64)) * relief.pixel_mm**2


def _share_gone(moved_mm: Plane, today_mm: Plane) -> Plane:
    """Share of the depth that has gone at each pixel; by less where there is hardly any depth."""
    return np.asarray(np.clip(moved_mm / np.maximum(today_mm, np.float32(0.02)), 0, 1), dtype=np.float32)


def _elevation(lights: Plane) -> float:
    return float(np.degrees(np.arcsin(lights[2, lights.shape[1] // 2, lights.shape[2] // 2])))


def simulation_of(simulated: SimulatedSurfaces) -> Simulation:
    """The record of a simulation; its pictures are PNG files beside the report."""
    states = tuple(
        SimulatedState(
            state=surface.state,
            picture=f"simulated_{surface.state}.png",
            removed_mm3=round(surface.removed_mm3, 3),
            predicted_mm3=round(surface.predicted_mm3, 3),
            moved_share=round(surface.moved_share, 5),
        )
        for surface in simulated.surfaces
    )
    return Simulation(option=simulated.option, states=states, text=_text(simulated), notes=_notes(simulated))


def _text(simulated: SimulatedSurfaces) -> str:
    if simulated.treated == 0:
        return "This option changes no scar that was measured here, so the surface stays as it is."
    whole = simulated.surface("expected").removed_mm3
    scars = "1 scar is" if simulated.treated == 1 else f"{simulated.treated} scars are"
    return (
        f"A simulation, not a photograph of a result: {scars} changed as forecast on the measured surface, by "
        f"{whole:.1f} mm³ in all. The better and the worse picture are the two ends of the forecast's 95 % interval, "
        "for all scars at once."
    )


def _notes(simulated: SimulatedSurfaces) -> tuple[str, ...]:
    notes = [_light_note(simulated), *NOTES]
    if simulated.left:
        many = "1 scar stays" if simulated.left == 1 else f"{simulated.left} scars stay"
        notes.append(f"{many} exactly as measured: the option does not treat them.")
    if simulated.capped:
        notes.append(
            "For some scars the worse end of the forecast lies beyond today's depth, by natural variation; there they "
            "are drawn as they are today."
        )
    return tuple(notes)


def _light_note(simulated: SimulatedSurfaces) -> str:
    if simulated.light is None:
        return "The surface is drawn under a computed light from the upper left; no photograph was given."
    return (
        f"The pictures start from photograph {simulated.light + 1} of the capture, whose light stands "
        f"{simulated.elevation_deg:.0f}° above the skin. Low light shows scars more clearly than everyday light does."
    )
