"""The report as a letter of two to six A4 pages: the same result as the page, set for print.

For those who change it: the parts are prepared in ``pdf_content`` and ``pdf_outlook``, and ``report.typ`` lays them
out. They travel as JSON in a file of their own, so that no text of anybody's is ever read as the typesetter's
language. Fonts are those that come with the typesetter and no date is written: the same input gives the same bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from importlib.resources import files
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cicatrix.model import Assessment
from cicatrix.report import report_text
from cicatrix.report.content import Content, content
from cicatrix.report.outlook import OutlookShown
from cicatrix.report.pdf import outlook as coming
from cicatrix.report.pdf import today
from cicatrix.report.pdf.pictures import mark_map, scar_map, simulated_pictures
from cicatrix.report.pdf.text import Cites, clean, clipped
from cicatrix.report.pdf.today import Extent
from cicatrix.report.pictures import Pictures
from cicatrix.report.references import signs
from cicatrix.report.typeset import typesetter

__all__ = ["MOST_PAGES", "render_pdf"]

MOST_PAGES: Final = 6

EXTENTS: Final = (
    Extent(scars=40, asks=6, left_out=10, inputs=12, longer=3, brief=False),
    Extent(scars=40, asks=6, left_out=10, inputs=4, longer=3, brief=True),
    Extent(scars=20, asks=5, left_out=4, inputs=4, longer=2, brief=True),
    Extent(scars=8, asks=3, left_out=0, inputs=2, longer=1, brief=True),
    Extent(scars=8, asks=3, left_out=0, inputs=2, longer=0, brief=True, tight=True),
)
"""Lists are cut further until the letter fits."""

TEMPLATES: Final = {"main.typ": "report.typ", "figures.typ": "report_figures.typ"}

LONGEST_SITE: Final = 80

NOTICE: Final = "Measurement for a clinician’s review. Not a diagnosis, not a prescription, not a medical device."

NO_GLYPH: Final = "could not be displayed"


def render_pdf(
    assessment: Assessment, pictures: Pictures, simulated: Mapping[str, NDArray[np.uint8]] | None = None
) -> bytes:
    """Set the report as a PDF of two to six A4 pages.

    Parameters
    ----------
    assessment
        What was found, and what is expected.
    pictures
        The maps, see ``paint``.
    simulated
        RGB pictures of the simulated surface by state: ``before``, ``expected``, ``better``, ``worse``.

    Returns
    -------
    bytes
        A tagged PDF; PDF/UA-1 (ISO 14289-1) unless a text holds a character that none of the fonts has. The same
        bytes for the same input and version.

    Raises
    ------
    MissingExtraError
        The typesetter is not installed.
    typst.TypstError
        The template cannot be set: a fault of this package, and not of what was given.
    """
    assessment = _with_short_site(assessment)
    prepared = content(assessment, drawn=tuple(simulated or ()))
    made = b""
    for extent in EXTENTS:
        letter, attached = letter_data(assessment, prepared, pictures, simulated or {}, extent)
        made = typeset(letter, attached)
        if _pages(made) <= MOST_PAGES:
            break
    return made


def _with_short_site(assessment: Assessment) -> Assessment:
    """Cut the only text that is shown as somebody typed it."""
    site = clipped(assessment.capture.site or "", LONGEST_SITE) or None
    return assessment.model_copy(update={"capture": assessment.capture.model_copy(update={"site": site})})


def letter_data(
    assessment: Assessment,
    prepared: Content,
    pictures: Pictures,
    simulated: Mapping[str, NDArray[np.uint8]],
    extent: Extent,
) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Everything that the template lays out, and the pictures that it shows."""
    cites = Cites()
    letter = {**_now(assessment, prepared, cites, extent), **_ahead(assessment, prepared, cites, extent)}
    attached = _attach(letter, assessment, pictures, extent)
    if letter["simulation"] is not None:
        attached |= simulated_pictures(simulated)
    # The sources come last: by now every statement has numbered its own.
    letter |= {"brief": extent.brief, "tight": extent.tight}
    letter["sources"] = cites.listed(brief=extent.brief)
    letter["notes"] = signs()
    return letter, attached


def _now(assessment: Assessment, prepared: Content, cites: Cites, extent: Extent) -> dict[str, Any]:
    plan, outlook = assessment.plan, assessment.outlook
    settle = today.settle(prepared.gate, prepared.plan, cites, extent.asks)
    table = today.scar_table(assessment, outlook, extent.scars)
    # In the order of reading, so that the numbers of the sources rise.
    grades = today.grade_lines(prepared.grades, cites)
    options = today.option_columns(plan, cites)
    left_out, unlisted = today.left_out(plan, cites, extent.left_out)
    missing = [name for name in assessment.not_assessed if name != "outlook" or outlook is None]
    return {
        "site": assessment.capture.site,
        "capture": report_text.capture_sentence(assessment.capture),
        "field": report_text.field(assessment.capture.model_copy(update={"site": None})),
        "version": assessment.provenance.cicatrix,
        "notice": NOTICE,
        "answer": asdict(today.answer(assessment, prepared.answer, cites)),
        "settle": None if settle is None else asdict(settle),
        "checklist": today.checklist(prepared.plan),
        "facts": [asdict(fact) for fact in prepared.figures],
        "grades": [asdict(line) for line in grades],
        "options": [asdict(option) for option in options],
        "left_out": [asdict(item) for item in left_out],
        "unlisted": unlisted,
        "plan_notice": None if plan is None else plan.notice,
        "table": None if table is None else asdict(table),
        "missing": [report_text.SECTIONS.get(name, name) for name in missing],
        "limits": [clipped(limit, 600) for limit in assessment.limits],
        "provenance": today.provenance(assessment, extent.inputs),
    }


def _ahead(assessment: Assessment, prepared: Content, cites: Cites, extent: Extent) -> dict[str, Any]:
    plan, found = assessment.plan, prepared.outlook
    marks = None if found is None else found.marks
    improvements = coming.improvements(found, cites)
    basis = None if found is None or found.grade_basis is None else cites.told(found.grade_basis)
    healing = coming.healing_lines(found, prepared.comparison, plan, cites)
    return {
        "timelines": [asdict(each) for each in coming.days(plan, found)],
        "improvements": [asdict(group) for group in improvements],
        "strips": [asdict(strip) for strip in coming.strips(found)],
        "grade_basis": None if basis is None else asdict(basis),
        "simulation": coming.simulation(None if found is None else found.simulation),
        "healing": [asdict(line) for line in healing],
        "curves": [asdict(curve) for curve in coming.curves(marks, cites, extent.longer)],
        "marks_text": None if marks is None else marks.text,
        "new_scars": _new_scars(found, cites),
        "outlook_notice": None if found is None else found.notice,
    }


def _new_scars(found: OutlookShown | None, cites: Cites) -> dict[str, Any] | None:
    if found is None or found.new_scars is None:
        return None
    basis = cites.told(found.new_scars.basis)
    return {"text": found.new_scars.text, "basis": asdict(basis)}


def _attach(letter: dict[str, Any], assessment: Assessment, pictures: Pictures, extent: Extent) -> dict[str, bytes]:
    """Add the maps: scars first, marks later; marks first where there is no scar."""
    main, file = scar_map(assessment, pictures, extent.scars)
    attached = {main.file: file}
    marks = None
    if pictures.colour is not None and (assessment.marks or assessment.dark_spots):
        marks, file = mark_map(assessment, pictures.colour)
        attached[marks.file] = file
    if marks is not None and not assessment.scars:
        main, marks = marks, None
    letter["map"], letter["mark_map"] = asdict(main), None if marks is None else asdict(marks)
    return attached


def typeset(letter: Mapping[str, Any], attached: Mapping[str, bytes]) -> bytes:
    """Set the letter, with the promise of PDF/UA-1 where the fonts have every character."""
    typst = typesetter()
    folder = files("cicatrix.report") / "templates"
    inputs: Any = {name: (folder / template).read_bytes() for name, template in TEMPLATES.items()}
    inputs |= {**attached, "letter.json": json.dumps(clean(letter)).encode("ascii")}
    try:
        made = typst.compile(inputs, format="pdf", ignore_system_fonts=True, pdf_standards=["ua-1"])
    except typst.TypstError as error:
        if NO_GLYPH not in error.message:
            raise
        made = typst.compile(inputs, format="pdf", ignore_system_fonts=True)
    return bytes(made)


def _pages(made: bytes) -> int:
    """Number of pages, as the typesetter notes it in the metadata (XMP, ISO 16684-1)."""
    noted = re.search(rb"<xmpTPg:NPages>(\d+)</xmpTPg:NPages>", made)
    if noted is None:
        msg = "the typesetter noted no number of pages"
        raise ValueError(msg)
    return int(noted[1])
