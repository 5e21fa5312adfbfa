"""The page of a comparison of two visits, and its pictures as files."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cicatrix.model.change import AgainstOutlook, Change, Changed, GradeChange, MarkChange, ScarChange, SumChange
from cicatrix.report.annotate import with_height_bar
from cicatrix.report.change_pictures import ChangePictures
from cicatrix.report.encode import data_uri, jpeg_uri, png
from cicatrix.report.numbers import MINUS, decimals, fixed
from cicatrix.report.page import page_environment, page_style
from cicatrix.report.palette import HEIGHT_ANCHORS

__all__ = ["ChangedShown", "change_view", "render_change", "write_change"]

LONGEST: Final = 1400
"""Longest side of the pictures in the page; the files keep every pixel."""

VERDICTS: Final = {
    "better": "better",
    "worse": "worse",
    "not beyond noise": "no change beyond noise",
    "cannot say": "cannot say",
}

FATES: Final = {
    "same": "",
    "split": "in several parts after",
    "merged": "in several parts before",
    "gone": "not found after",
    "new": "not found before",
    "outside": "outside the other picture, or cut off by its edge",
}

SCRIPT: Final = """\
for (const box of document.querySelectorAll('.slide')) {
  const range = box.querySelector('input');
  const show = () => box.style.setProperty('--at', range.value + '%');
  range.addEventListener('input', show);
  show();
}
"""


@dataclass(frozen=True, slots=True)
class ChangedShown:
    """One changed quantity, ready to read."""

    before: str
    after: str
    change: str
    interval: str
    percent: str
    smallest: str
    verdict: str
    code: str


def changed_shown(changed: Changed | None) -> ChangedShown | None:
    """Round to the digits that the interval supports; changes carry their sign."""
    if changed is None:
        return None
    places = decimals(0.5 * (changed.change.high - changed.change.low))
    percent = ""
    if changed.percent is not None:
        percent = f"{_signed(changed.percent.value, 0)} %"
    return ChangedShown(
        before="–" if changed.before is None else fixed(changed.before, places),
        after="–" if changed.after is None else fixed(changed.after, places),
        change=_signed(changed.change.value, places),
        interval=f"{_signed(changed.change.low, places)} to {_signed(changed.change.high, places)}",
        percent=percent,
        smallest=fixed(changed.smallest, places),
        verdict=VERDICTS[changed.verdict],
        code=changed.verdict.replace(" ", "-"),
    )


def _signed(value: float, places: int) -> str:
    text = fixed(value, places)
    return text if text.startswith(MINUS) or float(text.replace(MINUS, "-")) == 0 else f"+{text}"


def change_view(change: Change) -> dict[str, object]:
    """Everything that the page says besides its pictures, ready for a template."""
    rows: tuple[ScarChange | MarkChange, ...] = (*change.scars, *change.marks)
    return {
        "change": change,
        "days": change.days,
        "scars": [_scar(row) for row in change.scars if row.fate != "outside"],
        "marks": [_mark(row) for row in change.marks if row.fate != "outside"],
        "outside": sum(row.fate == "outside" for row in rows),
        "sums": [_sum(row) for row in change.sums],
        "grades": [_grade(row) for row in change.grades],
        "outlook": [_against(row) for row in change.outlook],
        "noise": _noise(change),
    }


def _scar(row: ScarChange) -> dict[str, object]:
    kinds = dict.fromkeys(kind for kind in (row.kind_before, row.kind_after) if kind is not None)
    return {
        "ids": _ids(row),
        "kind": " / ".join(kinds),
        "fate": FATES[row.fate],
        "depth": changed_shown(row.depth),
        "volume": changed_shown(row.volume),
        "width": changed_shown(row.width),
        "verdict": VERDICTS[row.verdict],
        "code": row.verdict.replace(" ", "-"),
        "notes": row.notes,
    }


def _mark(row: MarkChange) -> dict[str, object]:
    return {
        "ids": _ids(row),
        "kind": row.kind,
        "fate": FATES[row.fate],
        "contrast": changed_shown(row.contrast),
        "area": changed_shown(row.area),
        "verdict": VERDICTS[row.verdict],
        "code": row.verdict.replace(" ", "-"),
        "notes": row.notes,
    }


def _ids(row: ScarChange | MarkChange) -> str:
    return f"{row.before_id or '–'} → {row.after_id or '–'}"


def _sum(row: SumChange) -> dict[str, object]:
    return {"name": row.name, "unit": row.unit, "of": row.of, "changed": changed_shown(row.changed)}


def _grade(row: GradeChange) -> dict[str, object]:
    return {
        "name": row.name,
        "before": _range(row.before),
        "after": _range(row.after),
        "verdict": VERDICTS[row.verdict],
        "code": row.verdict.replace(" ", "-"),
        "noise": row.noise_text,
        "source": row.source,
        "status": row.status,
    }


def _range(grade: tuple[int, int] | None) -> str:
    if grade is None:
        return "–"
    return str(grade[0]) if grade[0] == grade[1] else f"{grade[0]} to {grade[1]}"


def _against(row: AgainstOutlook) -> dict[str, str]:
    def share(low: float, value: float, high: float) -> str:
        return f"{100 * value:.0f} % ({100 * low:.0f} to {100 * high:.0f})"

    return {
        "what": row.what,
        "day": "" if row.day is None else str(row.day),
        "forecast": share(row.forecast.low, row.forecast.value, row.forecast.high),
        "came": share(row.came.low, row.came.value, row.came.high),
        "verdict": row.verdict,
    }


def _noise(change: Change) -> str:
    if change.noise_from == "repeatability":
        named = f" “{change.rig}”" if change.rig else ""
        return (
            f"Smallest detectable changes come from repeated captures with the rig{named}, and from the intervals of "
            "the measurement where those are wider."
        )
    return (
        "Smallest detectable changes come from the intervals of the measurement, which were set on simulated skin. "
        "Repeated captures of one skin with this rig would tell better (cicatrix repeatability)."
    )


def render_change(change: Change, pictures: ChangePictures) -> str:
    """Lay a comparison out as one self-contained HTML page: nothing is fetched from anywhere.

    Parameters
    ----------
    change
        The comparison; every text in it is escaped.
    pictures
        As from ``draw_change``.
    """
    digest = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode("ascii")
    pairs: list[tuple[str, str, str]] = [
        ("relief", jpeg_uri(pictures.before, LONGEST), jpeg_uri(pictures.after, LONGEST))
    ]
    if pictures.before_colour is not None and pictures.after_colour is not None:
        pairs.append(("colour", jpeg_uri(pictures.before_colour, LONGEST), jpeg_uri(pictures.after_colour, LONGEST)))
    rows, cols = pictures.after.shape[:2]
    return (
        page_environment()
        .get_template("change.html.j2")
        .render(
            **change_view(change),
            style=page_style(),
            script=SCRIPT,
            script_hash=digest,
            pairs=pairs,
            map=data_uri(pictures.change, LONGEST),
            ratio=f"{cols} / {rows}",
            limit=f"{pictures.limit_mm:.2f}",
            ramp=", ".join(HEIGHT_ANCHORS),
            site=(change.site or "").strip() or None,
        )
    )


def write_change(change: Change, pictures: ChangePictures, out: Path) -> tuple[Path, ...]:
    """Write ``comparison.json``, ``comparison.html`` and the pictures to a folder that is there.

    Returns
    -------
    tuple[Path, ...]
        Besides the two: ``change.png`` with its colour bar, ``before_registered.png`` and ``after.png`` (relief under
        one light), and, where both captures have colour, ``before_colour.png`` and ``after_colour.png``.
    """
    drawn = {
        "change.png": with_height_bar(pictures.change, pictures.limit_mm),
        "before_registered.png": pictures.before,
        "after.png": pictures.after,
        "before_colour.png": pictures.before_colour,
        "after_colour.png": pictures.after_colour,
    }
    files: dict[str, bytes] = {
        "comparison.json": (change.model_dump_json(indent=1, by_alias=True) + "\n").encode("utf-8"),
        "comparison.html": render_change(change, pictures).encode("utf-8"),
    }
    files |= {name: png(picture, pictures.pixel_mm) for name, picture in drawn.items() if picture is not None}
    written: Sequence[Path] = [out / name for name in files]
    for path, content in zip(written, files.values(), strict=True):
        path.write_bytes(content)
    return tuple(written)
