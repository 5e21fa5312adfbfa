"""What the result page says: the answer first, then what it rests on, and where everything is to be found."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Final

from cicatrix.model import Assessment
from cicatrix.model.gate import Gate
from cicatrix.model.grades import Grades
from cicatrix.model.practice import StoredFile
from cicatrix.model.quantity import Finite, Record
from cicatrix.report import report_text
from cicatrix.report.grades import STATES
from cicatrix.web.viewer.layers import LAYERS
from cicatrix.web.viewer.outlines import MARK_COLUMNS, SCAR_COLUMNS, Column, Shape, shapes_of

__all__ = ["ResultPage", "ResultView", "Where", "result_page"]

FIRST_ROWS: Final = 200
"""Rows that are written into the page itself; scripts fetch the rest."""

MAIN_FILES: Final = ("report.html", "report.pdf", "patient.html", "assessment.json")
STILL: Final = "scars.png"
NEED_PIGMENT: Final = frozenset({"melanin", "erythema"})
ALWAYS: Final = frozenset({"relief", "height"})


class LayerShown(Record):
    """A layer of the picture."""

    name: str
    title: str
    about: str


class FileShown(Record):
    """A file of the result."""

    name: str
    size: str


class GateShown(Record):
    """Whether acne is under control."""

    answer: str
    meaning: str
    asks: int


class GradeShown(Record):
    """One grade in a line."""

    name: str
    value: str
    word: str | None


class KindShown(Record):
    """A kind of scar or mark, and how many of it there are."""

    kind: str
    name: str
    count: int


class Where(Record):
    """Where a result belongs."""

    id: str
    person_id: str
    pseudonym: str
    visit_id: str
    day: date
    capture_id: str
    site: str
    start: date | None
    has_case: bool


class ResultPage(Record):
    """What the result page shows."""

    id: str
    person_id: str
    pseudonym: str
    visit_id: str
    day: date
    capture_id: str
    site: str
    heading: str
    answer: str
    found: str
    gate: GateShown | None
    grades: tuple[GradeShown, ...]
    limits: tuple[str, ...]
    corrections: int
    may_correct: bool
    has_plan: bool
    has_outlook: bool
    has_colour: bool
    width_mm: Finite
    height_mm: Finite
    layers: tuple[LayerShown, ...]
    still: str | None
    """File that stands in for the viewer where scripts do not run."""
    kinds: tuple[KindShown, ...]
    scar_columns: tuple[Column, ...] = SCAR_COLUMNS
    mark_columns: tuple[Column, ...] = MARK_COLUMNS
    scar_rows: tuple[Shape, ...]
    mark_rows: tuple[Shape, ...]
    scar_count: int
    mark_count: int
    main_files: tuple[FileShown, ...]
    files: tuple[FileShown, ...]
    command: str
    python: str


class ResultView(ResultPage):
    """The page's twin; ``assessment`` is the whole answer, as corrected."""

    assessment: Assessment


def result_page(where: Where, assessment: Assessment, files: Sequence[StoredFile], *, may_correct: bool) -> ResultPage:
    """Lay a result out.

    Parameters
    ----------
    where
        Where it belongs.
    assessment
        What was found, as corrected.
    files
        The files of the result.
    may_correct
        Whether who looks may correct it.
    """
    drawn = shapes_of(assessment)
    scars = tuple(shape for shape in drawn.shapes if shape.what == "scar")
    marks = tuple(shape for shape in drawn.shapes if shape.what != "scar")
    names = {file.name for file in files}
    counts = Counter(shape.kind for shape in drawn.shapes)
    return ResultPage(
        **where.model_dump(include={"id", "person_id", "pseudonym", "visit_id", "day", "capture_id", "site"}),
        heading=f"Result: {where.site}, {where.day:%-d %B %Y}",
        answer=_answer(assessment, has_case=where.has_case),
        found=report_text.count_sentence(assessment),
        gate=_gate(assessment.gate),
        grades=_grades(assessment.grades),
        limits=assessment.limits,
        corrections=len({(one.what, one.id) for one in assessment.corrections}),
        may_correct=may_correct,
        has_plan=assessment.plan is not None,
        has_outlook=assessment.outlook is not None,
        has_colour=assessment.skin_tone is not None,
        width_mm=assessment.capture.width_mm,
        height_mm=assessment.capture.height_mm,
        layers=_layers(photographs=assessment.capture.kind != "height", pigment="melanin.png" in names),
        still=STILL if STILL in names else None,
        kinds=tuple(
            KindShown(kind=kind, name=style.name, count=counts[kind])
            for kind, style in drawn.styles.items()
            if counts[kind]
        ),
        scar_rows=scars[:FIRST_ROWS],
        mark_rows=marks[:FIRST_ROWS],
        scar_count=len(scars),
        mark_count=len(marks),
        main_files=tuple(_file(file) for name in MAIN_FILES for file in files if file.name == name),
        files=tuple(_file(file) for file in files),
        command=_command(where, corrected=bool(assessment.corrections)),
        python=_python(where, corrected=bool(assessment.corrections)),
    )


def _answer(assessment: Assessment, *, has_case: bool) -> str:
    if assessment.answer is not None:
        return assessment.answer.text
    why = "the case of this visit was not part of this result" if has_case else "nothing was stated about the person"
    return f"What was measured is below. There are no options of treatment, because {why}."


def _gate(found: Gate | None) -> GateShown | None:
    if found is None:
        return None
    answer, meaning = STATES[found.state]
    return GateShown(answer=answer, meaning=meaning, asks=len(found.ask))


def _grades(found: Grades | None) -> tuple[GradeShown, ...]:
    if found is None:
        return ()
    graded = [one for key in type(found).model_fields if (one := getattr(found, key)) is not None]
    return tuple(
        GradeShown(
            name=one.name,
            value=f"{one.low}" if one.value is not None else f"{one.low} to {one.high}",
            word=one.word,
        )
        for one in graded
    )


def _layers(*, photographs: bool, pigment: bool) -> tuple[LayerShown, ...]:
    """The layers that ``planes`` makes of such a result."""
    return tuple(
        LayerShown(name=name, title=layer.title, about=layer.about)
        for name, layer in LAYERS.items()
        if name in ALWAYS or (photographs and (pigment or name not in NEED_PIGMENT))
    )


def _file(file: StoredFile) -> FileShown:
    size = f"{file.bytes / 1e6:.1f} MB" if file.bytes >= 1e5 else f"{max(file.bytes / 1e3, 0.1):.1f} kB"
    return FileShown(name=file.name, size=size)


def _folder(where: Where) -> str:
    """A name for the capture's folder that no shell reads as more than a name."""
    return re.sub(r"[^\w.-]+", "-", where.site).strip("-.") or "capture"


def _command(where: Where, *, corrected: bool) -> str:
    parts = ["cicatrix", "correct --events corrections.json" if corrected else "assess", _folder(where)]
    parts += ["--case case.toml"] if where.has_case else []
    parts += [f"--start {where.start}"] if where.start else []
    return " ".join([*parts, "--out out"])


def _python(where: Where, *, corrected: bool) -> str:
    arguments = [f'Path("{_folder(where)}")', 'Path("out")']
    arguments += ['case_file=Path("case.toml")'] if where.has_case else []
    arguments += ['events_file=Path("corrections.json")'] if corrected else []
    arguments += [f"today=date.fromisoformat('{where.start}')"] if where.start else []
    imports = ["from datetime import date"] if where.start else []
    imports += ["from pathlib import Path", "", "from cicatrix.pipeline.assess import assess_folder", ""]
    return "\n".join([*imports, f"assessment = assess_folder({', '.join(arguments)})"])
