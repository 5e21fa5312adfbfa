"""A small piece of skin with scars and marks, measured once, and events for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

import numpy as np
from pydantic import TypeAdapter

from cicatrix.model import Assessment, Case, HeightCapture, LightsCapture, Relief
from cicatrix.model.correction import Event, Outline
from cicatrix.phantom import Phantom, PhantomSettings, make_phantom
from cicatrix.pipeline.assess import assess
from tests.care.people import case_of

AT = datetime(2026, 11, 2, 10, 15, tzinfo=UTC)

SETTINGS = PhantomSettings(
    size_mm=16.0,
    pixel_mm=0.05,
    lights=6,
    icepick=1,
    boxcar=2,
    rolling=1,
    raised=1,
    red_marks=1,
    brown_marks=1,
    gloss=0.0,
    file_format="tiff",
)

_EVENT: TypeAdapter[Event] = TypeAdapter(Event)


@cache
def skin() -> Phantom:
    """What is really there."""
    return make_phantom(7, SETTINGS)


@cache
def case() -> Case:
    """What was stated."""
    return case_of(scars={"keloid": 0, "hypertrophic": 0})


@cache
def heights() -> tuple[Assessment, Relief]:
    """The scars measured on the true surface."""
    capture = HeightCapture(height_mm=skin().height_mm.astype(np.float32), pixel_mm=SETTINGS.pixel_mm, files=())
    return assess(capture, case())


@cache
def photographs() -> tuple[Assessment, Relief]:
    """Scars and marks measured on photographs; the relief as it comes back from a file, without them."""
    made = skin()
    assert made.images is not None
    assert made.directions is not None
    capture = LightsCapture(
        images=np.ascontiguousarray(made.images, dtype=np.float32),
        directions=made.directions,
        linear=True,
        pixel_mm=SETTINGS.pixel_mm,
        files=(),
        quality=(),
    )
    assessment, relief = assess(capture, case())
    return assessment, replace(relief, shots=None)


def event(name: str, number: int = 1, /, **fields: Any) -> Event:
    """An event of the clinician Anna."""
    return _EVENT.validate_python({"event": name, "number": number, "actor": "anna", "at": AT, **fields})


def log(*events: tuple[str, dict[str, Any]]) -> tuple[Event, ...]:
    """Numbered events."""
    return tuple(event(name, number, **fields) for number, (name, fields) in enumerate(events, 1))


def ring(x_mm: float, y_mm: float, radius_mm: float, points: int = 24) -> Outline:
    """A circle."""
    turn = 2.0 * np.pi * np.arange(points) / points
    x, y = np.round(x_mm + radius_mm * np.cos(turn), 3), np.round(y_mm + radius_mm * np.sin(turn), 3)
    return tuple((float(a), float(b)) for a, b in zip(x, y, strict=True))
