"""Lights a height field: shadows, Lambert's cosine, light inside the skin, light between walls, gloss.

The camera looks straight down from far away; x is to the right, y up, z to the camera. Radiance is given as the
brightness of a white matt plane under a light that stands overhead, so a plane of albedo ``a`` under a far light of
elevation ``e`` shines with ``a · sin(e)``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cicatrix.errors import InputError
from cicatrix.phantom.bounce import Bounces
from cicatrix.phantom.diffusion import Scatter
from cicatrix.phantom.filters import AREA, LINEAR, Plane, resized
from cicatrix.phantom.shadow import openness, seen_share

__all__ = ["Optics", "Renderer", "gloss", "irradiance", "normals", "render_relief"]

_F0 = 0.028
"""Reflectance of the skin's oil at normal incidence (refractive index 1.4; d'Eon and Luebke 2007)."""

_SKY_MM = 0.1
"""Width of the pixels on which the share of the sky is worked out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Optics:
    """How skin and lights behave; see ``PhantomSettings`` for the fields of the same name."""

    subsurface: float = 1.0
    interreflection: bool = True
    gloss: float = 0.6
    roughness: float = 0.35
    light_size_deg: float = 1.5
    light_distance_mm: float | None = None


def normals(height_mm: Plane, pixel_mm: float) -> Plane:
    """Unit normals of a height field.

    Parameters
    ----------
    height_mm
        ``(rows, cols)``.
    pixel_mm
        Width of a pixel.

    Returns
    -------
    NDArray[np.float32]
        ``(rows, cols, 3)``: x right, y up, z to the camera.
    """
    down, across = np.gradient(height_mm.astype(np.float32), np.float32(pixel_mm))
    out = np.dstack([-across, down, np.ones_like(down)])
    return np.asarray(out / np.linalg.norm(out, axis=2, keepdims=True), dtype=np.float32)


def _towards(height_mm: Plane, pixel_mm: float, direction: NDArray[np.float64], optics: Optics) -> tuple[Plane, Plane]:
    """Unit vectors from each point to the light, and the light's strength there relative to the middle."""
    rows, cols = height_mm.shape
    if optics.light_distance_mm is None:
        to_light = np.broadcast_to(direction.astype(np.float32), (rows, cols, 3))
        return to_light, np.ones((1, 1), dtype=np.float32)
    place = direction * optics.light_distance_mm
    x, y = _places((rows, cols), pixel_mm)
    across = np.broadcast_to(place[0] - x, (rows, cols))
    up = np.broadcast_to(place[1] - y, (rows, cols))
    way = np.dstack([across, up, place[2] - height_mm]).astype(np.float32)
    distance = np.linalg.norm(way, axis=2, keepdims=True)
    return way / distance, (np.float32(optics.light_distance_mm) / distance[:, :, 0]) ** 2


def _places(shape: tuple[int, ...], pixel_mm: float) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Places of columns and rows from the middle of the field, y up, to be broadcast."""
    rows, cols = shape
    x = (np.arange(cols) + 0.5 - 0.5 * cols)[None, :] * pixel_mm
    y = (0.5 * rows - np.arange(rows) - 0.5)[:, None] * pixel_mm
    return x, y


def irradiance(height_mm: Plane, pixel_mm: float, direction: NDArray[np.float64], optics: Optics) -> Plane:
    """Light that falls straight from one lamp on each point of the surface.

    Parameters
    ----------
    height_mm
        ``(rows, cols)``.
    pixel_mm
        Width of a pixel.
    direction
        ``(3,)`` unit vector from the middle of the field to the light.
    optics
        Its ``light_size_deg`` and ``light_distance_mm`` count here.

    Returns
    -------
    NDArray[np.float32]
        ``(rows, cols)``, 1 for a patch at the middle that faces the light.
    """
    to_light, strength = _towards(height_mm, pixel_mm, direction, optics)
    cosine = np.maximum(np.einsum("rck,rck->rc", normals(height_mm, pixel_mm), to_light), 0.0)
    return np.asarray(strength * cosine * _seen(height_mm, pixel_mm, direction, optics), dtype=np.float32)


def _seen(height_mm: Plane, pixel_mm: float, direction: NDArray[np.float64], optics: Optics) -> Plane:
    far = optics.light_distance_mm is None
    light = direction if optics.light_distance_mm is None else direction * optics.light_distance_mm
    return seen_share(height_mm, pixel_mm, light, far=far, size_deg=optics.light_size_deg)


def gloss(normal: Plane, to_light: Plane, roughness: float, to_camera: Plane | None = None) -> Plane:
    """Reflection of an oil layer towards the camera, in the units of a white matt plane.

    Cook and Torrance's model (1982, doi:10.1145/357290.357293) with the distribution and shadowing of Walter et al.
    2007 (GGX, doi:10.2312/EGWR/EGSR07/195-206) and Schlick's Fresnel term (1994, doi:10.1111/1467-8659.1330233).

    Parameters
    ----------
    normal
        ``(rows, cols, 3)`` unit normals.
    to_light
        The same shape, unit vectors to the light.
    roughness
        Width of the slope distribution (GGX alpha).
    to_camera
        The same shape, unit vectors to the camera; None for one far overhead.

    Returns
    -------
    NDArray[np.float32]
        ``(rows, cols)``, to be multiplied by the light's strength and the share of it that is seen.
    """
    overhead = np.array([0.0, 0.0, 1.0], dtype=np.float32)
    half = to_light + (overhead if to_camera is None else to_camera)
    half /= np.linalg.norm(half, axis=2, keepdims=True)
    n_l = np.maximum(np.einsum("rck,rck->rc", normal, to_light), 0.0)
    n_v = normal[:, :, 2] if to_camera is None else np.einsum("rck,rck->rc", normal, to_camera)
    n_v = np.maximum(n_v, 1e-3)
    n_h = np.einsum("rck,rck->rc", normal, half)
    a2 = roughness**2
    lobe = a2 / (np.pi * (n_h**2 * (a2 - 1.0) + 1.0) ** 2)
    # The half vector makes one angle with the light and with the camera.
    h_v = half[:, :, 2] if to_camera is None else np.einsum("rck,rck->rc", half, to_light)
    fresnel = _F0 + (1.0 - _F0) * (1.0 - np.clip(h_v, 0.0, 1.0)) ** 5
    # Smith's shadowing divided by 4 (n·l) (n·v), then times (n·l) for the light and pi for the unit.
    shadowing = 2.0 * (n_v * np.sqrt(a2 + (1.0 - a2) * n_l**2) + n_l * np.sqrt(a2 + (1.0 - a2) * n_v**2)) + 1e-6
    return np.asarray(np.pi * lobe * fresnel * n_l / shadowing, dtype=np.float32)


def render_relief(
    height_mm: NDArray[np.floating],
    pixel_mm: float,
    directions: NDArray[np.floating],
    albedo: NDArray[np.floating],
    optics: Optics | None = None,
) -> tuple[Plane, Plane]:
    """Photograph any height field under several lights, one at a time, without a camera's faults.

    Parameters
    ----------
    height_mm
        ``(rows, cols)`` heights, positive towards the camera.
    pixel_mm
        Width of a pixel.
    directions
        ``(lights, 3)`` unit vectors from the middle of the field to each light: x right, y up, z to the camera.
    albedo
        ``(rows, cols, 3)`` or ``(3,)`` linear reflectance, 0 to 1.
    optics
        Skin and lights; ordinary facial skin when None.

    Returns
    -------
    matt, shine : NDArray[np.float32]
        ``(lights, rows, cols, 3)`` light that has been inside the skin, and ``(lights, rows, cols)`` light that the
        oil reflects, both linear. A photograph is their sum.

    Raises
    ------
    InputError
        When shapes, heights or directions make no sense.
    """
    optics = optics or Optics()
    lights = _directions(directions)
    renderer = Renderer(height_mm, pixel_mm, albedo, optics)
    pictures = [renderer.under(light, optics.light_distance_mm) for light in lights]
    return np.stack([matt for matt, _ in pictures]), np.stack([shine for _, shine in pictures])


class Renderer:
    """A height field made ready to be lit: what depends on its shape alone is worked out once.

    Parameters
    ----------
    height_mm
        ``(rows, cols)`` heights, positive towards the camera.
    pixel_mm
        Width of a pixel.
    albedo
        ``(rows, cols, 3)`` or ``(3,)`` linear reflectance, 0 to 1.
    optics
        Skin and lights; its ``light_distance_mm`` does not count here.

    Raises
    ------
    InputError
        When shapes or heights make no sense.
    """

    def __init__(
        self, height_mm: NDArray[np.floating], pixel_mm: float, albedo: NDArray[np.floating], optics: Optics
    ) -> None:
        self._height = _heights(height_mm, pixel_mm)
        self._pixel_mm, self._optics = pixel_mm, optics
        self._colour = np.broadcast_to(np.asarray(albedo, dtype=np.float32), (*self._height.shape, 3))
        self._root = np.sqrt(self._colour)
        self._normal = normals(self._height, pixel_mm)
        self._scatter = Scatter(self._height, pixel_mm, optics.subsurface)
        self._bounces = Bounces(self._height, pixel_mm) if optics.interreflection else None

    def under(
        self,
        direction: NDArray[np.float64],
        distance_mm: float | None,
        eye_mm: NDArray[np.float64] | None = None,
    ) -> tuple[Plane, Plane]:
        """Light the field with one lamp.

        Parameters
        ----------
        direction
            ``(3,)`` unit vector from the middle of the field to the lamp.
        distance_mm
            How far it stands from there; None for very far.
        eye_mm
            ``(3,)`` place of the camera from the middle of the field, for gloss; None for one far overhead.

        Returns
        -------
        matt, shine : NDArray[np.float32]
            ``(rows, cols, 3)`` and ``(rows, cols)``, see ``render_relief``.
        """
        optics = replace(self._optics, light_distance_mm=distance_mm)
        to_light, strength = _towards(self._height, self._pixel_mm, direction, optics)
        seen = _seen(self._height, self._pixel_mm, direction, optics) * strength
        direct = seen * np.maximum(np.einsum("rck,rck->rc", self._normal, to_light), 0.0)
        if optics.gloss <= 0.0:
            return self._leaving(direct), np.zeros_like(direct)
        to_camera = None if eye_mm is None else self._to_camera(eye_mm)
        return self._leaving(direct), optics.gloss * seen * gloss(self._normal, to_light, optics.roughness, to_camera)

    def under_sky(self) -> Plane:
        """Light that leaves each point under an even sky that gives a level plane as much as a lamp of strength 1.

        Returns
        -------
        NDArray[np.float32]
            ``(rows, cols, 3)``.
        """
        # The sky is wide and its shadows are soft: a coarse grid does.
        shrink = max(1, round(_SKY_MM / self._pixel_mm))
        rows, cols = self._height.shape
        small = resized(self._height, max(3, rows // shrink), max(3, cols // shrink), AREA)
        return self._leaving(resized(openness(small, self._pixel_mm * rows / small.shape[0]), rows, cols, LINEAR))

    def _leaving(self, direct: Plane) -> Plane:
        """Light that leaves the skin, of the light that falls on it straight from the lamp."""
        entering = np.repeat(direct[:, :, None], 3, axis=2)
        if self._bounces is not None:
            entering += self._bounces(direct, self._colour)
        # Half of the colour is met on the way in and half on the way out (d'Eon and Luebke 2007, 14.4.2).
        entering *= self._root
        return self._scatter(entering) * self._root

    def _to_camera(self, eye_mm: NDArray[np.float64]) -> Plane:
        x, y = _places(self._height.shape, self._pixel_mm)
        way = np.dstack([*np.broadcast_arrays(eye_mm[0] - x, eye_mm[1] - y), eye_mm[2] - self._height]).astype(
            np.float32
        )
        return np.asarray(way / np.linalg.norm(way, axis=2, keepdims=True))


def _heights(height_mm: NDArray[np.floating], pixel_mm: float) -> Plane:
    height = np.ascontiguousarray(height_mm, dtype=np.float32)
    if height.ndim != 2 or min(height.shape) < 3 or not np.isfinite(height).all():
        raise InputError(
            f"the height field has shape {height.shape}", allowed="a plane of at least 3 x 3 finite heights"
        )
    if not pixel_mm > 0.0:
        raise InputError(f"pixel_mm is {pixel_mm:g}", allowed="a number above 0")
    return height


def _directions(directions: NDArray[np.floating]) -> NDArray[np.float64]:
    lights = np.asarray(directions, dtype=np.float64)
    if (
        lights.ndim != 2
        or lights.shape[1] != 3
        or not len(lights)
        or not np.allclose(np.linalg.norm(lights, axis=1), 1.0, atol=1e-6)
    ):
        raise InputError(f"directions have shape {lights.shape}", allowed="(lights, 3) unit vectors, one or more")
    if (lights[:, 2] <= 0.0).any():
        raise InputError(f"a light stands at z = {lights[:, 2].min():g}", allowed="lights above the skin, z > 0")
    return lights
