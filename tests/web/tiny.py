"""Captures that are small enough to be assessed in a moment, and jobs about them."""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from cicatrix.model.practice import Job
from cicatrix.practice import Practice, jobs
from cicatrix.practice.workspace import uploads
from cicatrix.web.upload.upload_form import NAMES, UploadForm, stored_as

__all__ = ["HEIGHT_TOML", "ask_upload", "height_files", "height_map", "send", "zipped"]

HEIGHT_TOML = b'kind = "height"\npixel_mm = 0.1\nfile = "heights.npy"\nheight_unit = "mm"\nsite = "left cheek"\n'


def height_map(depth_mm: float = 0.3, side: int = 64) -> bytes:
    """A flat patch with one round dent, 0.1 mm a pixel, as NPY."""
    y, x = np.mgrid[:side, :side] * 0.1
    middle = side * 0.05
    dent = -depth_mm * np.exp(-((x - middle) ** 2 + (y - middle) ** 2) / 0.5)
    out = io.BytesIO()
    np.save(out, dent.astype(np.float32))
    return out.getvalue()


def height_files(depth_mm: float = 0.3) -> dict[str, bytes]:
    """A whole capture of that patch."""
    return {"capture.toml": HEIGHT_TOML, "heights.npy": height_map(depth_mm)}


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def send(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Lay files down as an upload does."""
    folder.mkdir(parents=True)
    for number, data in enumerate(files.values()):
        (folder / stored_as(number)).write_bytes(data)
    (folder / NAMES).write_text(json.dumps(list(files)), encoding="utf-8")
    return folder


def ask_upload(practice: Practice, visit_id: str, files: Mapping[str, bytes], **form: Any) -> Job:
    """Lay files down and ask for the job that takes them."""
    token = uuid.uuid4().hex
    send(uploads(practice) / token, files)
    payload = {"upload": token, "visit": visit_id, "form": UploadForm(**form).model_dump(mode="json")}
    with practice.unit_of_work("anna") as unit:
        return jobs.add(unit, "upload", payload)
