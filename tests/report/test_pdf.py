"""The letter: two to six pages, the same bytes, every part hides when it is missing, nobody's text is read as code."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import typst
from hypothesis import given
from hypothesis import strategies as st

from cicatrix.model import Assessment, Relief
from cicatrix.model.checklist import checklist_of
from cicatrix.model.outlook import Outlook
from cicatrix.outlook import outlook
from cicatrix.report import Pictures, paint
from cicatrix.report.content import content
from cicatrix.report.pdf import render as module
from cicatrix.report.pdf.render import EXTENTS, MOST_PAGES, render_pdf
from cicatrix.report.pdf.text import BREAK, LONG_WORD, Cites, clean, clipped, runs
from cicatrix.report.pdf.today import Extent
from tests.care.people import case_of
from tests.report.foreseen import CALM, judged, simulated
from tests.report.synthetic import FOUR, assessment_of, many, relief_of

ROOT = Path(__file__).parents[2]
A4 = [0.0, 0.0, 595.276, 841.89]
"""In points, 72 an inch (ISO 216)."""
ACTIVE = {"papules": 15, "pustules": 8, "nodules": 3, "months_clear": 0.0, "picking": "often"}
GLYPHLESS = "左の頬 😀 خد الأيسر"


def pages(made: bytes) -> int:
    """Pages, counted as page objects; each is A4."""
    found = re.findall(rb"/Type\s*/Page\b", made)
    boxes = re.findall(rb"/MediaBox\s*\[([^\]]+)\]", made)
    assert [[float(end) for end in box.split()] for box in boxes] == [pytest.approx(A4, abs=0.1)] * len(found)
    return len(found)


@pytest.fixture(autouse=True)
def _no_warnings(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the typesetter warns of (a layout that does not settle, a font that is missing) fails the test."""

    def compiled(*args: Any, **options: Any) -> Any:
        made, warnings = typst.compile_with_warnings(*args, **options)
        unexpected = [warning.message for warning in warnings]
        assert not unexpected
        return made

    monkeypatch.setattr(typst, "compile", compiled)


@pytest.fixture(scope="module")
def full(assessment: Assessment) -> Assessment:
    return judged(assessment)


def letter_of(assessment: Assessment, pictures: Pictures, *, drawn: bool = True) -> dict[str, Any]:
    given_pictures = simulated() if drawn else {}
    prepared = content(assessment, drawn=tuple(given_pictures))
    letter, _ = module.letter_data(assessment, prepared, pictures, given_pictures, EXTENTS[0])
    return dict(json.loads(json.dumps(clean(letter))))


def every(value: Any, name: str) -> Iterator[Any]:
    """Every value of that name, however deep."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key == name:
                yield item
            yield from every(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from every(item, name)


def numbers(refs: str) -> list[int]:
    """The numbers of ``1–3, 7``."""
    found: list[int] = []
    for part in refs.split(", ") if refs else []:
        first, _, last = part.partition("–")
        found += range(int(first), int(last or first) + 1)
    return found


def test_letter_is_a_tagged_accessible_a4_document_in_english(full: Assessment, pictures: Pictures) -> None:
    made = render_pdf(full, pictures, simulated())
    assert 2 <= pages(made) <= MOST_PAGES
    assert b"/StructTreeRoot" in made
    assert b"<pdfuaid:part>1</pdfuaid:part>" in made
    assert b"<rdf:li>en-GB</rdf:li>" in made
    assert b"Scars and marks: left cheek" in made
    assert b"/CreationDate" not in made
    assert b"/DCTDecode" in made


def without(assessment: Assessment, *names: str) -> Assessment:
    return assessment.model_copy(update={name: () if name in ("scars", "marks") else None for name in names})


@pytest.mark.parametrize(
    "names",
    [
        ("outlook",),
        ("plan",),
        ("plan", "outlook"),
        ("grades", "gate"),
        ("gate", "plan", "outlook", "grades"),
        ("scars",),
        ("scars", "plan"),
    ],
    ids=",".join,
)
def test_missing_parts_leave_no_trace(full: Assessment, pictures: Pictures, names: tuple[str, ...]) -> None:
    partial = without(full, *names)
    assert 2 <= pages(render_pdf(partial, pictures, simulated())) <= MOST_PAGES
    letter = letter_of(partial, pictures)
    gone = {
        "outlook": ("improvements", "strips", "simulation", "curves", "healing", "new_scars"),
        "plan": ("options", "left_out", "timelines", "healing"),
        "grades": ("grades",),
        "gate": () if partial.plan is not None else ("settle",),
        "scars": ("table",),
    }
    for name in names:
        for part in gone[name]:
            assert not letter[part], part


@pytest.mark.parametrize("name", ["simulation", "new_scars", "grade_basis"])
def test_missing_parts_of_the_outlook_leave_no_trace(full: Assessment, pictures: Pictures, name: str) -> None:
    assert full.outlook is not None
    partial = full.model_copy(update={"outlook": full.outlook.model_copy(update={name: None})})
    assert letter_of(partial, pictures)[name] is None
    assert 2 <= pages(render_pdf(partial, pictures, simulated())) <= MOST_PAGES


@pytest.mark.parametrize("colour", ["red", "brown"])
def test_one_colour_of_marks_gives_one_curve(full: Assessment, pictures: Pictures, colour: str) -> None:
    assert full.outlook is not None
    marks = full.outlook.marks.model_copy(update={colour: None})
    partial = full.model_copy(update={"outlook": full.outlook.model_copy(update={"marks": marks})})
    titles = [curve["title"].lower() for curve in letter_of(partial, pictures)["curves"]]
    assert len(titles) == 1
    assert not titles[0].startswith(colour)
    assert pages(render_pdf(partial, pictures)) <= MOST_PAGES


def test_simulated_pictures_are_left_out_where_none_is_given(full: Assessment, pictures: Pictures) -> None:
    assert letter_of(full, pictures, drawn=False)["simulation"] is None
    with_pictures, bare = render_pdf(full, pictures, simulated()), render_pdf(full, pictures)
    assert with_pictures.count(b"/DCTDecode") == bare.count(b"/DCTDecode") + 4


def test_height_map_alone_gives_two_pages() -> None:
    relief = relief_of(FOUR, photographs=False)
    assert pages(render_pdf(assessment_of(FOUR, relief, site=None), paint(relief))) == 2


@pytest.mark.parametrize("count", [0, 1, 60, 500])
def test_any_number_of_scars_fits_and_the_largest_are_listed(count: int) -> None:
    size_mm = 80.0 if count > 100 else 40.0
    dents = many(count, size_mm) if count else ()
    relief = relief_of(dents, size_mm=size_mm)
    crowded = judged(assessment_of(dents, relief))
    crowded = crowded.model_copy(update={"limits": crowded.limits * 4})
    made = render_pdf(crowded, paint(relief), simulated())
    assert 2 <= pages(made) <= MOST_PAGES
    letter = letter_of(crowded, paint(relief))
    if not count:
        assert letter["table"] is None
        return
    rows = [row["number"] for row in letter["table"]["rows"]]
    assert len(rows) == min(count, EXTENTS[0].scars)
    assert letter["table"]["more"] == count - len(rows)
    assert [int(shape["label"]) for shape in letter["map"]["shapes"] if shape["label"]] == rows
    volumes = [abs(scar.volume_mm3.value) for scar in crowded.scars]
    shown = [volumes[row - 1] for row in rows]
    assert min(shown) >= max([volume for at, volume in enumerate(volumes, 1) if at not in rows], default=0.0)


@pytest.mark.parametrize("lesions", [CALM, ACTIVE], ids=["calm", "active"])
def test_long_forecast_of_many_scars_fits(pictures: Pictures, lesions: dict[str, Any]) -> None:
    scars = {"icepick": 14, "boxcar_shallow": 22, "boxcar_deep": 13, "rolling": 19, "hypertrophic": 3, "keloid": 1}
    dents = many(60, 40.0)
    found = assessment_of(dents, relief_of(dents, size_mm=40.0))
    told = judged(found, case_of({}, acne=lesions, scars=scars, marks={"red": 18, "brown": 25}))
    assert told.outlook is not None
    assert told.grades is not None
    assert told.gate is not None
    foreseen = outlook(told.findings, told.grades, told.gate, told.plan, scars=told.scars)
    foreseen = foreseen.model_copy(update={"simulation": told.outlook.simulation})
    whole = told.model_copy(update={"outlook": foreseen, "limits": told.limits * 4})
    assert 2 <= pages(render_pdf(whole, pictures, simulated(300, 300))) <= MOST_PAGES


def test_lists_are_cut_until_the_letter_fits(
    full: Assessment, pictures: Pictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    roomy = render_pdf(full, pictures, simulated())
    monkeypatch.setattr(module, "MOST_PAGES", pages(roomy) - 1)
    monkeypatch.setattr(
        module, "EXTENTS", (EXTENTS[0], Extent(scars=1, asks=0, left_out=0, inputs=0, longer=0, brief=True))
    )
    assert len(render_pdf(full, pictures, simulated())) < len(roomy)


def test_no_text_of_a_stranger_is_read_as_code(relief: Relief, pictures: Pictures) -> None:
    plain = assessment_of(FOUR, relief, site="x" * 60)
    for site in (
        '#panic("no")',
        '"); #pagebreak(); #pagebreak()',
        "*_`$[",
        "\\u{0}",
        "</svg>&amp;<script>",
        "{{ 1/0 }}",
    ):
        named = assessment_of(FOUR, relief, site=site)
        assert pages(render_pdf(named, pictures)) == pages(render_pdf(plain, pictures))
        assert letter_of(named, pictures)["site"].replace(BREAK, "") == site


@pytest.mark.parametrize(
    "site", [GLYPHLESS, "\ud800\x00\x07", "\u202e right to left", "W" * 5000, "a b " * 900, " \n "]
)
def test_any_site_can_be_set(relief: Relief, pictures: Pictures, site: str) -> None:
    made = render_pdf(assessment_of(FOUR, relief, site=site), pictures)
    assert pages(made) == 2
    assert b"/StructTreeRoot" in made


def test_promise_of_accessibility_is_dropped_only_where_a_glyph_is_missing(relief: Relief, pictures: Pictures) -> None:
    promise = b"<pdfuaid:part>"
    assert promise in render_pdf(assessment_of(FOUR, relief, site="joue gauche, Ωмещ"), pictures)
    assert promise not in render_pdf(assessment_of(FOUR, relief, site=GLYPHLESS), pictures)


def test_fault_of_the_template_is_not_hidden(full: Assessment, pictures: Pictures) -> None:
    letter, attached = module.letter_data(full, content(full), pictures, {}, EXTENTS[0])
    del letter["answer"]
    with pytest.raises(typst.TypstError, match="answer"):
        module.typeset(letter, attached)


def test_every_number_points_to_a_source_and_every_source_is_cited(full: Assessment, pictures: Pictures) -> None:
    letter = letter_of(full, pictures)
    cited = [number for refs in every(letter, "refs") for number in numbers(refs)]
    listed = [source["number"] for source in letter["sources"]]
    assert listed == list(range(1, len(listed) + 1))
    assert len(listed) > 5
    assert set(cited) == set(listed)


def test_status_of_each_figure_is_carried_over(full: Assessment, pictures: Pictures) -> None:
    letter = letter_of(full, pictures)
    by_name = {line["name"]: line for line in letter["healing"]}
    assert {line["redness"]["note"] for line in by_name.values()} == {"*"}
    assert {line["work"]["note"] for line in by_name.values()} == {"‡"}
    assert {line["closed"]["note"] for line in by_name.values()} == {""}
    assert {curve["basis"]["note"] for curve in letter["curves"]} == {"°"}


def test_answer_questions_and_notices_are_those_of_the_record(full: Assessment, pictures: Pictures) -> None:
    letter = letter_of(full, pictures)
    assert full.plan is not None
    assert full.outlook is not None
    assert full.answer is not None
    assert letter["answer"]["verdict"]["text"] == full.answer.parts[0].text
    assert len(letter["answer"]["lines"]) == len(full.answer.parts) - 1
    questions = {item.text for _, items in checklist_of(full.plan).topics for item in items}
    assert questions
    said = " ".join(text for _, texts in letter["checklist"]["topics"] for text in texts)
    assert all(question in said for question in questions)
    assert letter["plan_notice"] == full.plan.notice
    assert letter["outlook_notice"] == full.outlook.notice
    assert all(limit in letter["limits"] for limit in full.limits)
    assert full.provenance.inputs[0].sha256[:8] in letter["provenance"]


def test_options_stand_side_by_side_with_all_their_steps(full: Assessment, pictures: Pictures) -> None:
    letter = letter_of(full, pictures)
    assert full.plan is not None
    for shown, option, line in zip(letter["options"], full.plan.options, letter["timelines"], strict=True):
        assert shown["title"] == line["title"] == option.title
        assert {step["name"] for step in shown["home"] + shown["steps"]} == {step.name for step in option.steps}
        assert [len(lane["visits"]) for lane in line["steps"]] == [len(step.visits) for step in option.steps]


def test_drawings_keep_within_their_frames_and_share_a_scale(full: Assessment, pictures: Pictures) -> None:
    letter = letter_of(full, pictures)
    for name in ("start", "sure", "end", "place", "low", "high", "value"):
        places = [place for place in every(letter, name) if isinstance(place, float)]
        assert places
        assert all(0 <= place <= 1 for place in places), name
    ticks = [line["ticks"] for line in letter["timelines"]]
    assert all(each == ticks[0] for each in ticks)
    axes = [group["ticks"] for group in letter["improvements"]]
    assert all(each == axes[0] for each in axes)


def test_bars_show_the_results_of_the_record(full: Assessment, pictures: Pictures) -> None:
    assert full.outlook is not None
    groups = letter_of(full, pictures)["improvements"]
    bars = [bar for group in groups for bar in group["bars"] if not bar["untreated"]]
    every_better = [part.better for one in full.outlook.people for part in one.by_target if part.treatments]
    every_better += [one.better for one in full.outlook.people]
    assert len(bars) == len(every_better)
    for one in every_better:
        expected = [one.middle_half.low, one.value, one.middle_half.high]
        assert any([bar["low"], bar["value"], bar["high"]] == pytest.approx(expected) for bar in bars)


def test_outlines_lie_where_the_scars_are(full: Assessment, pictures: Pictures) -> None:
    for shape, scar in zip(letter_of(full, pictures)["map"]["shapes"], full.scars, strict=True):
        xs = [x * full.capture.width_mm for x, _ in shape["points"]]
        ys = [y * full.capture.height_mm for _, y in shape["points"]]
        x_mm, y_mm = zip(*scar.outline_mm, strict=True)
        reach = [min(x_mm), max(x_mm), min(y_mm), max(y_mm)]
        assert [min(xs), max(xs), min(ys), max(ys)] == pytest.approx(reach, abs=0.1)


SCRIPT = """
import sys
from tests.report.foreseen import judged, simulated
from tests.report.synthetic import FOUR, assessment_of, relief_of
from cicatrix.report import paint
from cicatrix.report.pdf.render import render_pdf
relief = relief_of(FOUR)
sys.stdout.buffer.write(render_pdf(judged(assessment_of(FOUR, relief)), paint(relief), simulated()))
"""


def test_two_processes_write_the_same_bytes() -> None:
    made = [
        subprocess.run(  # noqa: S603 - our own interpreter with our own text
            [sys.executable, "-c", SCRIPT],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "SOURCE_DATE_EPOCH": seed},
            check=True,
            capture_output=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    ]
    assert made[0].startswith(b"%PDF-")
    assert made[0] == made[1]


def test_template_travels_with_the_package() -> None:
    folder = files("cicatrix.report") / "templates"
    assert all((folder / name).is_file() for name in module.TEMPLATES.values())


@given(st.lists(st.integers(1, 60)))
def test_runs_keep_every_number(given_numbers: list[int]) -> None:
    assert numbers(runs(given_numbers)) == sorted(set(given_numbers))


@given(st.text(st.characters(), max_size=200))
def test_cleaned_text_can_be_written_and_broken(text: str) -> None:
    cleaned = clean({"text": [text]})["text"][0]
    cleaned.encode("utf-8")
    assert not re.search(r"[\x00-\x1f\x7f]", cleaned)
    assert all(len(part) <= LONG_WORD for part in re.split(rf"[\s{BREAK}]", cleaned))
    assert len(cleaned.replace(BREAK, "")) == len(text.replace(BREAK, ""))


@given(st.text(max_size=300), st.integers(1, 100))
def test_clipped_text_is_no_longer_than_asked(text: str, longest: int) -> None:
    assert len(clipped(text, longest)) <= longest


def test_source_that_is_not_for_patients_gets_no_number() -> None:
    cites = Cites()
    assert cites.of("a figure", "seen", ("alam_2014",)).refs == "1"
    assert cites.of("again", "secondary", ("alam_2014",)).refs == "1"
    assert cites.of("ours", "assumption").note == "°"
    assert len(cites.listed()) == 1


def test_outlook_without_a_plan_shows_fading_only(full: Assessment, pictures: Pictures) -> None:
    assert isinstance(full.outlook, Outlook)
    letter = letter_of(without(full, "plan"), pictures)
    assert len(letter["curves"]) == 2
    assert not letter["timelines"]
    assert not letter["healing"]
