"""The card as a page to print: vector PDF, true to size, the same bytes every time."""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib import resources
from itertools import groupby
from typing import Any, Final, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from cicatrix.model.card import DICTIONARY, GREY, MARKER_MM, RULER_MM, CardLayout, Rect, card_layout
from cicatrix.report.typeset import typesetter

__all__ = ["PAPERS", "Paper", "card_pdf", "card_summary", "marker_cells"]

Paper = Literal["a4", "letter"]

PAPERS: Final[dict[Paper, tuple[float, float]]] = {"a4": (210.0, 297.0), "letter": (215.9, 279.4)}
"""Width and height in mm (ISO 216; ANSI/ASME Y14.1)."""

LOW_HOURS: Final = (12, 3, 6, 9)
HIGH_HOURS: Final = (2, 5, 8, 11)
LOW_CM: Final = (19, 11)
"""Aside of and above the window: 30 degrees above the card's plane, 22 cm away."""
HIGH_CM: Final = (13, 18)
"""54 degrees above the card's plane, 22 cm away: beside a camera that stands upright over the window."""


def card_pdf(window_mm: tuple[int, int] = (40, 40), paper: Paper = "a4") -> bytes:
    """Draw the card and, on a second page, how to use it.

    Parameters
    ----------
    window_mm
        Width and height of the window, whole mm.
    paper
        Size of the page; the window's middle is the middle of the page.

    Returns
    -------
    bytes
        A PDF of two pages. Fonts are those that come with the typesetter, so that the bytes depend on nothing else.

    Raises
    ------
    ValueError
        When a side of the window is out of range.
    MissingExtraError
        When the typesetter is not installed.
    """
    data = _page_data(card_layout(window_mm), paper)
    template = resources.files("cicatrix.report") / "templates" / "card.typ"
    made = typesetter().compile(
        template.read_bytes(), format="pdf", ignore_system_fonts=True, sys_inputs={"card": json.dumps(data)}
    )
    if not isinstance(made, bytes):  # pragma: no cover - only PNG and SVG come as a list of pages
        msg = f"the typesetter gave {type(made)}"
        raise TypeError(msg)
    return made


def card_summary(layout: CardLayout) -> dict[str, Any]:
    """The layout in mm as plain data, in the card's frame, with what a program needs to draw or to find it."""
    return {
        "unit": "mm",
        "frame": "origin in the middle of the window, x to the right, y up",
        "dictionary": DICTIONARY,
        **asdict(layout),
    }


def marker_cells(id_: int) -> NDArray[np.bool_]:
    """``(cells, cells)`` of a marker with its black border, True where it is white; row 0 is its top."""
    dictionary = cv2.aruco.getPredefinedDictionary(getattr(cv2.aruco, DICTIONARY))
    picture = dictionary.generateImageMarker(id_, dictionary.markerSize + 2)
    return np.asarray(picture > 127)


def _page_data(layout: CardLayout, paper: Paper) -> dict[str, Any]:
    """What the template draws."""
    squares = [(field.rect, GREY) for field in layout.fields if field.material == "grey"]
    squares += [(patch.rect, patch.srgb) for patch in layout.patches]
    return {
        "page_mm": PAPERS[paper],
        "window_mm": layout.window_mm,
        "outer_mm": layout.outer_mm,
        "ruler_mm": int(RULER_MM),
        "marker_mm": f"{MARKER_MM:g}",
        "low_hours": LOW_HOURS,
        "high_hours": HIGH_HOURS,
        "low_cm": LOW_CM,
        "high_cm": HIGH_CM,
        "markers": [{**asdict(marker), **_drawn(marker_cells(marker.id))} for marker in layout.markers],
        "fields": [_square(rect, srgb) for rect, srgb in squares],
    }


def _square(rect: Rect, srgb: tuple[int, int, int]) -> dict[str, Any]:
    return {**asdict(rect), "srgb": srgb}


def _drawn(cells: NDArray[np.bool_]) -> dict[str, Any]:
    """White runs along rows and along columns, ``(col, row, across, down)``.

    Runs in both directions leave no seam between neighbouring white cells where a viewer could show a dark hairline.
    """
    across = [(col, row, length, 1) for row, line in enumerate(cells) for col, length in _runs(line)]
    down = [(col, row, 1, length) for col, line in enumerate(cells.T) for row, length in _runs(line) if length > 1]
    return {"cells": len(cells), "white": across + down}


def _runs(line: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Start and length of each run of True."""
    runs: list[tuple[int, int]] = []
    start = 0
    for white, group in groupby(line.tolist()):
        length = len(list(group))
        if white:
            runs.append((start, length))
        start += length
    return runs
