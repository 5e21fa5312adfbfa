"""Data that a result's page loads: stored files, layers, cross-sections, and the surface."""

from __future__ import annotations

import mimetypes
from typing import Annotated, Final

from fastapi import Query
from starlette.responses import FileResponse, Response

from cicatrix.errors import NotFoundError
from cicatrix.io.relief_archive import RELIEF_FILE, unpack
from cicatrix.practice import UnitOfWork, results
from cicatrix.web.corrected import measured_assessment
from cicatrix.web.dependencies import ReadUnit
from cicatrix.web.router import Pages
from cicatrix.web.viewer import LAYERS, Planes, as_json, planes_of
from cicatrix.web.viewer.profile import profile
from cicatrix.web.viewer.ramps import ramps
from cicatrix.web.viewer.surface import surface

__all__ = ["router"]

router = Pages()

# A report carries its own style and one script, which its own policy names by hash. Alone in a sandbox without an
# origin it can neither read nor do anything here.
SANDBOX: Final = (
    "sandbox allow-scripts allow-modals; default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
    "script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
SHOWN: Final = frozenset({"text/html", "application/pdf", "image/png", "image/jpeg", "application/json"})
"""What the browser may show; everything else is handed out as a download."""

# The limits are far beyond any picture, and keep what is computed from a place finite.
Place = Annotated[float, Query(description="mm from the top left of the picture", ge=-1e6, le=1e6, allow_inf_nan=False)]


@router.raw("/results/{result_id}/files/{name}")
def result_file(unit: ReadUnit, result_id: str, name: str) -> Response:
    """A file of a result as it is kept."""
    path = results.path(unit, result_id, name)
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    shown = kind in SHOWN
    return FileResponse(
        path,
        media_type=kind if shown else "application/octet-stream",
        filename=name,
        content_disposition_type="inline" if shown else "attachment",
        headers={"content-security-policy": SANDBOX} if kind != "application/pdf" else None,
    )


@router.raw("/results/{result_id}/layers/{name}.png")
def result_layer(unit: ReadUnit, result_id: str, name: str) -> Response:
    """A layer of the picture as a plain PNG without scale or outlines, no side longer than 4096 pixels."""
    planes = _planes(unit, result_id)
    if name not in planes.layers:
        raise NotFoundError(
            f"this result has no layer {name!r}" if name in LAYERS else f"there is no layer {name!r}",
            allowed=", ".join(planes.layers),
            fix="choose one of these",
        )
    return FileResponse(planes.picture(name), media_type="image/png")


@router.raw("/results/{result_id}/ramps.json")
def result_ramps(unit: ReadUnit, result_id: str) -> Response:
    """What the colours of the layers stand for."""
    return as_json(ramps(_planes(unit, result_id)))


@router.raw("/results/{result_id}/profile.json")
def result_profile(unit: ReadUnit, result_id: str, x0: Place, y0: Place, x1: Place, y1: Place) -> Response:
    """Heights along a straight line across the picture."""
    planes = _planes(unit, result_id)
    return as_json(profile(planes.height_mm(), planes.pixel_mm, (x0, y0), (x1, y1)))


@router.raw("/results/{result_id}/surface.bin")
def result_surface(unit: ReadUnit, result_id: str, x0: Place, y0: Place, x1: Place, y1: Place) -> Response:
    """Heights of a part of the picture, at most 512 by 512 of them; see ``cicatrix.web.viewer.surface``."""
    planes = _planes(unit, result_id)
    data = surface(planes.height_mm(), planes.pixel_mm, (x0, y0, x1, y1))
    return Response(data, media_type="application/octet-stream")


def _planes(unit: UnitOfWork, result_id: str) -> Planes:
    """The result's planes; kept under the hash of its relief, so that they go when the relief goes."""
    relief = results.path(unit, result_id, RELIEF_FILE)
    folder = unit.files.folder.parent / "work" / "cache" / relief.name
    return planes_of(folder, lambda: (unpack(relief), measured_assessment(unit, result_id).scars))
