"""What one assessment hands out: the record, the surface it was measured on, and ways to look at them and keep them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from cicatrix.colour import pigment_maps
from cicatrix.corrections import as_json
from cicatrix.errors import InputError, MissingExtraError
from cicatrix.exchange.tables import mark_rows, scar_rows
from cicatrix.io.write import atomic_folder, check_out
from cicatrix.model import Assessment, Mark, Relief, Scar
from cicatrix.model.correction import CorrectionFile
from cicatrix.model.display import interval, table_html
from cicatrix.report import write_report
from cicatrix.report.annotate import annotate
from cicatrix.report.encode import jpeg_uri
from cicatrix.report.pictures import paint
from cicatrix.report.write import REPORT_PDF

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Result", "write_assessment"]

PICTURE_PX: Final = 480
"""Longest side of the picture in a notebook."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Result:
    """An assessment with the surface that it was measured on.

    Attributes
    ----------
    assessment
        Everything that was found; what ``assessment.json`` holds.
    relief
        Height of the skin in mm, ``(rows, cols)``.
    pictures
        State of the simulated surface to ``(rows, cols, 3)`` uint8 sRGB; empty where nothing is simulated.
    corrections
        Corrections by hand that made this result; None without any.

    Examples
    --------
    >>> import cicatrix as cx
    >>> result = cx.assess("examples/cheek")
    >>> [scar.kind for scar in result.scars][:2]
    ['boxcar', 'boxcar']
    """

    assessment: Assessment
    relief: Relief
    pictures: Mapping[str, NDArray[np.uint8]] = field(default_factory=dict)
    corrections: CorrectionFile | None = None

    @property
    def scars(self) -> tuple[Scar, ...]:
        """The scars, as in ``assessment.scars``."""
        return self.assessment.scars

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The marks, as in ``assessment.marks``."""
        return self.assessment.marks

    def to_frame(self, of: Literal["scars", "marks"] = "scars") -> pd.DataFrame:
        """Scars or marks as a table, one row each, with units and intervals in the columns' names.

        Parameters
        ----------
        of
            ``"scars"`` or ``"marks"``.

        Raises
        ------
        MissingExtraError
            pandas is not installed.
        InputError
            ``of`` names no table.
        """
        tables = {"scars": scar_rows, "marks": mark_rows}
        if of not in tables:
            raise InputError(f"there is no table {of!r}", allowed='"scars" or "marks"')
        try:
            import pandas  # noqa: ICN001, PLC0415 - optional, and a quarter of a second to import
        except ImportError as error:
            raise MissingExtraError("a table needs pandas", fix="run 'pip install pandas'") from error
        return pandas.DataFrame(tables[of](self.assessment))

    def save(self, out: str | Path) -> Path:
        """Write ``assessment.json``, the reports and the maps, as ``cicatrix assess --out`` does.

        Parameters
        ----------
        out
            Folder to write to; made if it does not exist. Files appear there only once all of them are complete.

        Returns
        -------
        Path
            The report for the clinician, ``report.html``.

        Raises
        ------
        OutputError
            The folder cannot be written.
        """
        folder = Path(out)
        check_out(folder)
        write_assessment(self.assessment, self.relief, folder, self.pictures, log=self.corrections)
        return folder / "report.html"

    def __repr__(self) -> str:
        return f"<Result: {self.assessment.shown()[0]}>"

    def __str__(self) -> str:
        return str(self.assessment)

    def _repr_html_(self) -> str:
        # Drawn at twice the size that is shown, for screens with dense pixels.
        small = paint(self.relief, 2 * PICTURE_PX)
        uri = jpeg_uri(annotate(small.relief, self.scars, small.pixel_mm), 2 * PICTURE_PX)
        line = self.assessment.shown()[0]
        picture = f'<img src="{uri}" width="{PICTURE_PX}" alt="{escape(line)}">'
        rows = tuple(_row(scar) for scar in self.scars)
        return f"<p><strong>{escape(line)}</strong></p>{picture}{table_html(COLUMNS, rows)}"


COLUMNS: Final = ("scar", "kind", "width, mm", "depth, mm")


def _row(scar: Scar) -> tuple[str, ...]:
    numbers: list[Any] = [scar.width_mm, scar.depth_mm]
    return (scar.id, scar.kind, *(interval(one.value, one.low, one.high) for one in numbers))


def write_assessment(
    assessment: Assessment,
    relief: Relief,
    out: Path,
    pictures: Mapping[str, NDArray[np.uint8]] | None = None,
    *,
    log: CorrectionFile | None = None,
) -> tuple[Path, ...]:
    """Write the results to ``out``; files appear there only once all of them are complete.

    Parameters
    ----------
    assessment, relief
        As from ``assess`` and ``simulated``.
    out
        Folder to write to.
    pictures
        Simulated pictures, see ``simulated``.
    log
        Corrections by hand that made this result, written to ``corrections.json``; None without any.
    """
    with atomic_folder(out) as work:
        text = assessment.model_dump_json(indent=1, by_alias=True)
        (work / "assessment.json").write_text(text + "\n", encoding="utf-8")
        pigment = pigment_maps(relief, assessment.scars)
        write_report(assessment, relief, work, pigment=pigment, simulated=pictures)
        if log is not None:
            (work / "corrections.json").write_bytes(as_json(log))
        names = sorted(file.name for file in work.iterdir())
    if REPORT_PDF not in names:  # one from an earlier run would show another result than the pages beside it
        (out / REPORT_PDF).unlink(missing_ok=True)
    return tuple(out / name for name in names)
