"""The command that writes the card, and the page that it writes."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from typer.testing import CliRunner

from cicatrix.cli.app import app
from cicatrix.model.card import DICTIONARY, GREY, RULER_MM, card_layout
from cicatrix.report.card import PAPERS, Paper, card_pdf, marker_cells

DPI = 300
MM = DPI / 25.4

needs_pdftoppm = pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="pdftoppm (poppler) is not installed")


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["card", *arguments])
    return result.exit_code, result.stdout, result.stderr


def rasterised(pdf: bytes, folder: Path, page: int = 1) -> NDArray[np.uint8]:
    (folder / "card.pdf").write_bytes(pdf)
    subprocess.run(  # noqa: S603 - our own file
        [shutil.which("pdftoppm") or "", "-r", str(DPI), "-f", str(page), "-l", str(page), "-png", "card.pdf", "page"],
        cwd=folder,
        check=True,
    )
    (picture,) = folder.glob("page-*.png")
    image = cv2.imread(str(picture), cv2.IMREAD_COLOR_RGB)
    assert image is not None
    return np.asarray(image, dtype=np.uint8)


def card_mm(points: NDArray[np.float64], paper: Paper) -> NDArray[np.float64]:
    """Places of the card's frame of points in the picture of a page."""
    width, height = PAPERS[paper]
    # OpenCV's coordinates are those of pixels' middles.
    return np.stack([(points[:, 0] + 0.5) / MM - width / 2, height / 2 - (points[:, 1] + 0.5) / MM], axis=1)


@needs_pdftoppm
@pytest.mark.parametrize(("window", "paper"), [((40, 40), "a4"), ((20, 55), "letter"), ((70, 70), "letter")])
def test_the_page_prints_every_marker_where_the_layout_says(
    window: tuple[int, int], paper: Paper, tmp_path: Path
) -> None:
    layout = card_layout(window)
    image = rasterised(card_pdf(window, paper), tmp_path)
    dictionary = cv2.aruco.getPredefinedDictionary(getattr(cv2.aruco, DICTIONARY))
    settings = cv2.aruco.DetectorParameters()
    settings.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    corners, ids, _ = cv2.aruco.ArucoDetector(dictionary, settings).detectMarkers(image)
    assert sorted(ids.ravel().tolist()) == sorted(marker.id for marker in layout.markers)
    for found, id_ in zip(corners, ids.ravel().tolist(), strict=True):
        seen = card_mm(found[0].astype(np.float64), paper)
        off = [np.abs(seen - marker.corners_mm()).max() for marker in layout.markers if marker.id == id_]
        assert min(off) < 0.05


@needs_pdftoppm
def test_fields_patches_and_ruler_are_printed_true(tmp_path: Path) -> None:
    layout = card_layout()
    image = rasterised(card_pdf(), tmp_path)
    width, height = PAPERS["a4"]

    def pixel(x_mm: float, y_mm: float) -> list[int]:
        row, col = int((height / 2 - y_mm) * MM), int((width / 2 + x_mm) * MM)
        values: list[int] = image[row, col].tolist()
        return values

    for field in layout.fields:
        expected = GREY if field.material == "grey" else (255, 255, 255)
        assert np.abs(np.subtract(pixel(field.rect.x_mm, field.rect.y_mm), expected)).max() <= 1
    for patch in layout.patches:
        for dx, dy in ((-0.49, -0.49), (0.49, 0.49)):
            place = (patch.rect.x_mm + dx * patch.rect.width_mm, patch.rect.y_mm + dy * patch.rect.height_mm)
            assert np.abs(np.subtract(pixel(*place), patch.srgb)).max() <= 2
    # The ruler's own line is the longest dark run below the card.
    below = image[int((height / 2 + layout.outer_mm[1] / 2 + 2) * MM) :].max(axis=2) < 128
    assert abs(max(_longest_run(row) for row in below) / MM - RULER_MM) < 0.3


def _longest_run(row: NDArray[np.bool_]) -> int:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], row, [False]]).astype(np.int8)))
    return int((edges[1::2] - edges[::2]).max(initial=0))


def test_the_same_card_has_the_same_bytes() -> None:
    assert card_pdf((25, 30), "letter") == card_pdf((25, 30), "letter")
    assert card_pdf((25, 30), "letter") != card_pdf((25, 30), "a4")


@needs_pdftoppm
def test_the_second_page_fits_on_either_paper(tmp_path: Path) -> None:
    for paper in PAPERS:
        folder = tmp_path / paper
        folder.mkdir()
        pdf = card_pdf((40, 40), paper)
        assert b"/Count 2/" in pdf
        ink = rasterised(pdf, folder, page=2).min(axis=2) < 250
        margin = np.ones_like(ink)
        margin[int(5 * MM) : -int(5 * MM), int(5 * MM) : -int(5 * MM)] = False
        assert not ink[margin].any()
        assert ink.mean() > 0.01


def test_a_markers_cells_have_a_black_border() -> None:
    cells = marker_cells(0)
    assert cells.shape == (7, 7)
    assert not cells[[0, -1]].any()
    assert not cells[:, [0, -1]].any()
    assert cells[1:-1, 1:-1].any()


def test_the_command_writes_a_pdf(tmp_path: Path) -> None:
    out = tmp_path / "card.pdf"
    code, said, _ = run("--out", str(out), "--window", "30x50", "--paper", "letter")
    assert (code, said.strip()) == (0, str(out))
    assert out.read_bytes() == card_pdf((30, 50), "letter")


def test_the_layout_is_printed_as_json() -> None:
    code, said, _ = run("--json", "--window", "30x50")
    layout = json.loads(said)
    assert (code, layout["window_mm"], layout["outer_mm"]) == (0, [30, 50], [102, 122])
    assert len(layout["markers"]) == len(card_layout((30, 50)).markers)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), ["--out is missing", "cicatrix card --out card.pdf"]),
        (("--out", "card.png"), ["card.png", "ends in .pdf"]),
        (("--out", "card.pdf", "--window", "10x40"), ["'10x40'", "20 to 70", "--window 40x40"]),
        (("--out", "card.pdf", "--window", "40"), ["'40'", "20 to 70"]),
        (("--out", "card.pdf", "--window", "40.5x40"), ["'40.5x40'", "whole mm"]),
        (("--out", "no/such/folder/card.pdf"), ["no/such/folder/card.pdf", "a folder that exists"]),
        (("--out", "card.pdf", "--paper", "a5"), ["a5", "letter"]),
    ],
)
def test_a_wrong_option_is_named_with_what_is_allowed(
    arguments: tuple[str, ...], told: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, complaint = run(*arguments)
    assert code == 2
    assert [part for part in told if part not in complaint] == []
    assert list(tmp_path.iterdir()) == []
