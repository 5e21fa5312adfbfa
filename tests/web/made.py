"""Results in a practice, from reliefs with known scars, without the work of assessing a capture."""

from __future__ import annotations

import json
from pathlib import Path

from cicatrix.io.relief_archive import RELIEF_FILE, pack
from cicatrix.model import Assessment, Relief
from cicatrix.model.practice import StoredResult
from cicatrix.practice import Practice, captures, jobs, results
from cicatrix.report import paint, render_html
from cicatrix.report.annotate import annotate
from cicatrix.report.encode import png
from cicatrix.web.work.worker import process_context, work
from tests.report.synthetic import FOUR, Dent, assessment_of, relief_of

__all__ = ["assessed", "keep_result", "work_off"]


def assessed(
    dents: tuple[Dent, ...] = FOUR, *, photographs: bool = True, size_mm: float = 20.0, pixel_mm: float = 0.1
) -> tuple[Assessment, Relief]:
    """An assessment of made-up skin."""
    relief = relief_of(dents, size_mm=size_mm, pixel_mm=pixel_mm, photographs=photographs)
    return assessment_of(dents, relief), relief


def keep_result(
    practice: Practice, visit_id: str, folder: Path, found: Assessment, relief: Relief, *, pages: bool = False
) -> StoredResult:
    """Keep an assessment as the result of a capture; ``pages`` writes the report and its picture, too."""
    capture, out = folder / "capture", folder / "out"
    capture.mkdir(parents=True)
    out.mkdir()
    (capture / "capture.toml").write_text('kind = "height"\n', encoding="utf-8")
    text = found.model_dump_json(indent=1, by_alias=True) + "\n"
    (out / "assessment.json").write_text(text, encoding="utf-8")
    assert json.loads(text)["schema"] == "cicatrix/assessment/1"
    (out / RELIEF_FILE).write_bytes(pack(relief))
    if pages:
        pictures = paint(relief)
        drawn = annotate(pictures.relief, found.scars, pictures.pixel_mm)
        (out / "scars.png").write_bytes(png(drawn, pictures.pixel_mm))
        if pictures.colour is not None:
            (out / "melanin.png").write_bytes(png(pictures.colour, pictures.pixel_mm))
        (out / "report.html").write_text(render_html(found, pictures), encoding="utf-8")
    with practice.unit_of_work("test") as unit:
        stored = captures.add(unit, visit_id, capture, site=found.capture.site or "left cheek", kind=found.capture.kind)
        return results.add(unit, stored.id, None, out)


def work_off(practice: Practice) -> None:
    """Let a worker do all that waits."""

    def idle() -> bool:
        with practice.unit_of_work("test", write=False) as unit:
            return not jobs.unfinished(unit)

    work(practice, context=process_context(), stopping=idle)
