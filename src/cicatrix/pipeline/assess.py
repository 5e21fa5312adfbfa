"""The journey, one page: capture → relief → scars → assessment → files."""

from __future__ import annotations

import json
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cicatrix import __version__
from cicatrix.capture import read_capture
from cicatrix.cases import load_case
from cicatrix.cases.join import join
from cicatrix.colour import read_colour
from cicatrix.corrections import check_fit, log_of, read_corrections
from cicatrix.corrections.replay import replay
from cicatrix.grading.scar_risk import scar_risk
from cicatrix.io.write import check_out
from cicatrix.model import (
    Assessment,
    Capture,
    CaptureSummary,
    Case,
    DarkSpot,
    InputFile,
    LightsCapture,
    Mark,
    Provenance,
    Relief,
    Scar,
    SkinTone,
)
from cicatrix.model.case import Acne
from cicatrix.model.correction import Corrected, Event
from cicatrix.outlook.surface.simulate import simulate, simulation_of
from cicatrix.pipeline.advise import advise
from cicatrix.pipeline.limitations import limits
from cicatrix.pipeline.result import Result
from cicatrix.pipeline.summary import noise_mm, summarise
from cicatrix.pipeline.thresholds import settings_in_force
from cicatrix.progress import Progress, silent
from cicatrix.relief import reconstruct
from cicatrix.scars import find_scars
from cicatrix.scars.widen import propagate_card_uncertainty

__all__ = [
    "Measurement",
    "assess",
    "assess_and_save",
    "assess_folder",
    "conclude",
    "corrected",
    "result_of_folder",
    "schema",
    "simulated",
]

LIBRARIES = ("numpy", "scipy", "numba", "opencv-python-headless", "pillow", "tifffile", "pydantic")

SECTIONS = ("marks", "acne", "grades", "gate", "plan", "outlook")
"""Sections that need more than a capture; those without an answer are named in the assessment."""


def assess_folder(
    folder: Path,
    out: Path,
    *,
    case_file: Path | None = None,
    events_file: Path | None = None,
    today: date | None = None,
    progress: Progress | None = None,
) -> Assessment:
    """Read a capture folder, assess it, and write ``assessment.json``, ``report.html`` and maps to ``out``.

    Parameters
    ----------
    folder
        A capture: a folder with a ``capture.toml``.
    out
        Folder for the results; made if it does not exist.
    case_file
        What was stated, a TOML or JSON file; None when nothing was.
    events_file
        Corrections by hand, a JSON file: they are applied to what was measured, and the log is written to
        ``corrections.json``. None without any.
    today
        First day of the plan, to keep the day of an event free; None leaves events out of account.
    progress
        Called with the step, how much of it is done and how much there is.

    Raises
    ------
    InputError
        The capture, the case or the corrections cannot be used, or ``out`` cannot be written.
    ReliefError
        The photographs do not determine the surface.
    """
    return assess_and_save(
        folder, out, case_file=case_file, events_file=events_file, today=today, progress=progress
    ).assessment


def assess_and_save(
    folder: Path | str,
    out: Path | str,
    *,
    case_file: Path | str | None = None,
    case: Case | None = None,
    events_file: Path | str | None = None,
    today: date | None = None,
    progress: Progress | None = None,
) -> Result:
    """``assess_folder``, handing out the surface too, so that it need not be reconstructed again."""
    check_out(Path(out))
    tell = progress or silent
    result = result_of_folder(
        folder, case_file=case_file, case=case, events_file=events_file, today=today, progress=progress
    )
    tell("report", 0, 1)
    result.save(out)
    tell("report", 1, 1)
    return result


def result_of_folder(
    folder: Path | str,
    *,
    case_file: Path | str | None = None,
    case: Case | None = None,
    events_file: Path | str | None = None,
    today: date | None = None,
    progress: Progress | None = None,
) -> Result:
    """Read a capture folder and assess it, with corrections and simulation; nothing is written.

    Parameters are those of ``assess_folder``; ``case`` is a case that needs no file, instead of ``case_file``.
    """
    tell = progress or silent
    source = None
    if case_file is not None:
        case, source = load_case(Path(case_file))
    log = None if events_file is None else read_corrections(Path(events_file))
    capture = read_capture(Path(folder), progress=progress)
    assessment, relief = assess(
        capture, case, today=today, stated=() if source is None else (source,), progress=progress
    )
    if log is not None:
        check_fit(log, assessment, None if events_file is None else Path(events_file))
        log = log_of(assessment, log.events)
        assessment = corrected(assessment, relief, log.events, case, today=today)
    tell("simulation", 0, 1)
    assessment, pictures = simulated(assessment, relief)
    tell("simulation", 1, 1)
    return Result(assessment, relief, pictures, log)


def assess(
    capture: Capture,
    case: Case | None = None,
    *,
    today: date | None = None,
    stated: Sequence[InputFile] = (),
    progress: Progress | None = None,
) -> tuple[Assessment, Relief]:
    """Everything that is known about a capture, and the relief that it was measured on.

    Parameters
    ----------
    capture
        What was captured.
    case
        What was stated; None when nothing was, and then no plan is made.
    today
        First day of the plan; None leaves events out of account.
    stated
        The files that the case was read from, for the record.
    progress
        Called with the step, how much of it is done and how much there is.
    """
    tell = progress or silent
    tell("relief", 0, 1)
    relief = reconstruct(capture)
    tell("relief", 1, 1)
    tell("scars", 0, 1)
    scars, relief = find_scars(relief)
    scars = propagate_card_uncertainty(scars, capture.card if isinstance(capture, LightsCapture) else None)
    tell("scars", 1, 1)
    tell("colour", 0, 1)
    colour = read_colour(relief, scars)
    tell("colour", 1, 1)
    measured = Measurement(
        provenance=_provenance(capture, relief, stated),
        capture=summarise(capture, relief, scars),
        scars=scars,
        marks=None if colour is None else colour.marks,
        spots=() if colour is None else colour.spots,
        tone=None if colour is None else colour.tone,
    )
    return conclude(measured, case, today=today), relief


@dataclass(frozen=True, slots=True)
class Measurement:
    """What there is on the skin, measured or corrected by hand, before anything is concluded from it.

    ``marks`` is None where they were not looked for, for want of colour.
    """

    provenance: Provenance
    capture: CaptureSummary
    scars: tuple[Scar, ...]
    marks: tuple[Mark, ...] | None
    spots: tuple[DarkSpot, ...]
    tone: SkinTone | None
    corrections: tuple[Corrected, ...] = ()


def conclude(measured: Measurement, case: Case | None = None, *, today: date | None = None) -> Assessment:
    """Findings, grades, gate, plan, outlook and limits of what was measured.

    Parameters
    ----------
    measured
        What there is on the skin.
    case
        What was stated; None when nothing was, and then no plan is made.
    today
        First day of the plan; None leaves events out of account.
    """
    scars, marks, summary = measured.scars, measured.marks, measured.capture
    findings = join(case or Case(), scars, marks, summary)
    advice = advise(findings, today, scars=scars, marks=marks or (), planned=case is not None)
    sections: dict[str, Any] = {
        "marks": marks,
        "acne": findings.case.acne if findings.case.acne != Acne() else None,
        "grades": advice.grades,
        "gate": advice.gate,
        "plan": advice.plan,
        "outlook": advice.outlook,
    }
    return Assessment(
        provenance=measured.provenance,
        capture=summary,
        scars=scars,
        dark_spots=measured.spots,
        skin_tone=measured.tone,
        corrections=measured.corrections,
        findings=findings,
        scar_risk=scar_risk(findings),
        answer=advice.answer,
        not_assessed=tuple(name for name in SECTIONS if sections.get(name) is None),
        limits=limits(
            scars,
            photographs=summary.kind != "height",
            light=summary.light,
            card=summary.card,
        ),
        **{name: section for name, section in sections.items() if section is not None},
    )


def corrected(
    assessment: Assessment,
    relief: Relief,
    events: Sequence[Event],
    case: Case | None = None,
    *,
    today: date | None = None,
) -> Assessment:
    """A result as a person corrected it; everything that follows from scars, marks and case is concluded again.

    Parameters
    ----------
    assessment, relief
        As from ``assess``; the relief may come from a file, without photographs.
    events
        The log of corrections, oldest first. Where none of them is in force the result stays as it is.
    case
        What was stated, as for ``assess``.
    today
        First day of the plan, as for ``assess``.

    Raises
    ------
    CorrectionError
        An event does not fit the result, or what it outlines cannot be measured.
    """
    done = replay(assessment, relief, events, case)
    if not done.corrections:
        return assessment
    moved = [scar.outline_mm for scar in done.scars] != [scar.outline_mm for scar in assessment.scars]
    summary = assessment.capture
    if moved:
        summary = summary.model_copy(update={"relief_noise_mm": noise_mm(relief, done.scars)})
    measured = Measurement(
        provenance=assessment.provenance,
        capture=summary,
        scars=done.scars,
        marks=done.marks,
        spots=done.spots,
        tone=assessment.skin_tone,
        corrections=done.corrections,
    )
    return conclude(measured, done.case, today=today)


def simulated(assessment: Assessment, relief: Relief) -> tuple[Assessment, dict[str, NDArray[np.uint8]]]:
    """Simulate the surface after the strongest option.

    Parameters
    ----------
    assessment, relief
        As from ``assess``.

    Returns
    -------
    assessment
        The same with ``outlook.simulation``; unchanged where no option treats a measured scar.
    pictures
        ``(rows, cols, 3)`` uint8 sRGB of each state; none where nothing is simulated.
    """
    plan_, outlook_ = assessment.plan, assessment.outlook
    if plan_ is None or outlook_ is None or not plan_.options or not assessment.scars:
        return assessment, {}
    surfaces = simulate(relief, assessment.scars, plan_.options[-1], outlook_.result, outlook_.scars)
    if not surfaces.treated:
        return assessment, {}
    shown = outlook_.model_copy(update={"simulation": simulation_of(surfaces)})
    return assessment.model_copy(update={"outlook": shown}), surfaces.pictures


def schema() -> dict[str, Any]:
    """JSON Schema of ``assessment.json``."""
    return Assessment.model_json_schema(by_alias=True, mode="serialization")


def _provenance(capture: Capture, relief: Relief, stated: Sequence[InputFile]) -> Provenance:
    return Provenance(
        cicatrix=__version__,
        python=platform.python_version(),
        libraries={name: version(name) for name in LIBRARIES},
        inputs=(*capture.files, *stated),
        settings=settings_in_force()
        | {"light": relief.light, "gloss": relief.gloss, "light_distance_mm": relief.light_distance_mm},
    )


def dump_schema() -> str:
    """The JSON Schema as text, as shipped in the package."""
    return json.dumps(schema(), indent=1, sort_keys=True) + "\n"
