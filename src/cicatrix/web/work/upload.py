"""The job ``upload``: from uploaded files to a stored capture with its capture check."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cicatrix.errors import CaptureError, RecordError
from cicatrix.model import Capture, LightsCapture
from cicatrix.model.capture_check import CaptureCheck
from cicatrix.practice import UnitOfWork, captures
from cicatrix.practice.workspace import upload_folder
from cicatrix.progress import Progress
from cicatrix.web.upload.limits import UploadLimits
from cicatrix.web.upload.upload_form import UploadForm
from cicatrix.web.work import Kept, Task

Coordinate = Annotated[float, Field(ge=-1.001, le=1.001)]

__all__ = ["NOT_NAMED", "PREVIEWS", "CaptureNote", "Photo", "keep", "prepare", "work"]

PREVIEWS: Final = "cicatrix-previews"
"""Folder of the previews among a capture's files; no part of the capture itself."""
NOT_NAMED: Final = "site not named"
CAPTURE: Final = "capture"
TOLD: Final = "told.json"
MOST_ADVICE: Final = 12


class Photo(BaseModel):
    """A file of the capture that can be seen."""

    name: str
    preview: str


class CaptureNote(BaseModel):
    """What is kept beside a capture."""

    coached: CaptureCheck
    photos: tuple[Photo, ...] = ()
    directions: tuple[tuple[Coordinate, Coordinate, Coordinate], ...] = ()
    """From the skin to each light: x right, y up, z to the camera."""
    left_out: tuple[str, ...] = ()
    """What was sent and is no part of the capture; it was not kept."""


class _Told(BaseModel):
    """What ``work`` found out. It comes from the process that decoded the files, so it is checked."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["card", "lights", "height"]
    site: Annotated[str, Field(max_length=100)]
    note: CaptureNote


def prepare(task: Task, unit: UnitOfWork) -> dict[str, Any]:
    """Where the files wait."""
    del unit
    incoming = upload_folder(task.practice, task.job.payload["upload"])
    if incoming is None or not incoming.is_dir():
        raise RecordError("the files that were sent are not there any more", fix="upload them again")
    return {"incoming": str(incoming), "form": task.job.payload["form"]}


def work(folder: Path, given: dict[str, Any], tell: Progress) -> None:
    """Lay the capture out, check it, and make previews; all decoding happens here."""
    from cicatrix.pipeline.check import check_capture  # noqa: PLC0415 - imported in the job's own process only
    from cicatrix.web.upload.assemble_upload import gather  # noqa: PLC0415

    form = UploadForm.model_validate(given["form"])
    capture = folder / CAPTURE
    beside = gather(Path(given["incoming"]), capture, form, UploadLimits(), tell)
    coached, seen = check_capture(capture, tell)
    if seen is None:
        raise _refusal(coached)
    used = {file.name for file in seen.files}
    left_out = (*beside, *_drop_others(capture, used))
    (folder / TOLD).write_text(
        _Told.model_validate(
            {
                "kind": coached.kind,
                "site": form.site or _stated_site(capture) or NOT_NAMED,
                "note": {
                    "coached": coached.model_dump(mode="json"),
                    "photos": _previews(capture, seen, sorted(used), tell),
                    "directions": seen.directions.round(6).tolist() if isinstance(seen, LightsCapture) else (),
                    "left_out": left_out[:100],
                },
            }
        ).model_dump_json(),
        encoding="utf-8",
    )


def keep(task: Task, unit: UnitOfWork) -> Kept:
    """Take the capture into the record."""
    try:
        told = _Told.model_validate_json((task.folder / TOLD).read_bytes())
    except ValidationError as error:
        raise RecordError("the outcome of the check is malformed", fix="upload them again") from error
    visit = str(task.job.payload["visit"])
    stored = captures.add(
        unit, visit, task.folder / CAPTURE, site=told.site, kind=told.kind, note=told.note.model_dump(mode="json")
    )
    return Kept("The capture was added.", stored.id)


def _refusal(coached: CaptureCheck) -> CaptureError:
    """Every reason to refuse a capture, one per line."""
    advice = () if coached.card is None else coached.card.advice
    reasons = [one for one in advice if one.effect == "refused"]
    lines = [f"- {'' if one.photo is None else one.photo + ': '}{one.text} {one.fix}" for one in reasons]
    more = [f"- and {len(lines) - MOST_ADVICE} more"] if len(lines) > MOST_ADVICE else []
    return CaptureError(
        "\n".join(["this capture cannot be measured, and was not added:", *lines[:MOST_ADVICE], *more]),
        fix="take these photographs again and upload them all",
    )


def _drop_others(capture: Path, used: set[str]) -> tuple[str, ...]:
    """Remove what the capture does not consist of: nothing unread goes into the record."""
    others = sorted(
        name
        for file in capture.rglob("*")
        if not file.is_dir() and (name := file.relative_to(capture).as_posix()) not in used
    )
    for name in others:
        (capture / name).unlink()
    return tuple(others)


def _stated_site(capture: Path) -> str:
    from cicatrix.capture.manifest import load_manifest  # noqa: PLC0415

    return (load_manifest(capture).optional_string("site") or "")[:100]


def _previews(folder: Path, capture: Capture, names: list[str], tell: Progress) -> tuple[Photo, ...]:
    from cicatrix.web.upload.previews import height_preview, photo_previews  # noqa: PLC0415

    out = folder / PREVIEWS
    if isinstance(capture, LightsCapture):
        made = photo_previews(folder, names, out, tell)
    else:
        made = {next(name for name in names if name != "capture.toml"): height_preview(capture, out)}
    return tuple(Photo(name=name, preview=preview) for name, preview in made.items())
