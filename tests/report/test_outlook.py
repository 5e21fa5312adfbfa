"""The outlook on the clinician's page: all of the record is there, drawn to scale, and gone where there is none."""

from __future__ import annotations

import pytest

from cicatrix.model import Assessment
from cicatrix.model.outlook import MarksOutlook, Outlook
from cicatrix.model.plan import Plan
from cicatrix.report import Pictures, paint, render_html
from cicatrix.report.healing import COMPARED
from cicatrix.report.results import GRADE_WORDS
from tests.report.dom import Element, read
from tests.report.foreseen import judged, outlook_of, simulated
from tests.report.synthetic import assessment_of, relief_of

PARTS = ("results", "simulation", "healing", "fading", "compare")


@pytest.fixture(scope="module")
def whole(assessment: Assessment) -> Assessment:
    return judged(assessment)


@pytest.fixture(scope="module")
def tree(whole: Assessment, pictures: Pictures) -> Element:
    return read(render_html(whole, pictures, simulated()))


@pytest.fixture(scope="module")
def outlook(whole: Assessment) -> Outlook:
    assert whole.outlook is not None
    return whole.outlook


@pytest.fixture(scope="module")
def plan(whole: Assessment) -> Plan:
    assert whole.plan is not None
    return whole.plan


def plain(element: Element) -> str:
    return element.text.replace("\N{NO-BREAK SPACE}", " ")


def sections(tree: Element) -> list[str]:
    return [section.attrs["id"] for section in tree.one("main").all("section")]


def test_the_answer_stands_before_everything_else(tree: Element, whole: Assessment, outlook: Outlook) -> None:
    assert whole.answer is not None
    lead = tree.one("main").all("section")[0]
    verdict, *rest = whole.answer.parts
    assert lead.one("p", klass="summary").text.startswith(verdict.text)
    said = [entry.text for entry in lead.one("dl", klass="figures").all("dd")]
    assert len(said) == len(rest)
    for text, part in zip(said, rest, strict=True):
        assert part.text[-15:] in text
    assert outlook.text in tree.one("section", id="results").text
    assert plain(lead.one("dl", klass="keyfigures")).startswith("Scars measured7 ")


def test_parts_come_in_the_order_of_a_consultation(tree: Element) -> None:
    order = ["answer", "gate", "pictures", "grades", "plan", *PARTS, "limits", "sources"]
    assert [name for name in sections(tree) if name in order] == order


def test_every_contents_link_leads_to_a_part(tree: Element) -> None:
    links = [link.attrs["href"][1:] for link in tree.one("nav").all("a")]
    assert set(links) <= {"answer", *sections(tree)}
    assert set(PARTS) <= set(links)


def test_every_option_has_its_improvement_and_grades_in_the_table(tree: Element, outlook: Outlook, plan: Plan) -> None:
    side = tree.one("section", id="plan").one("table", klass="side")
    cells = len(plan.options)
    for row in side.one("tbody").all("tr"):
        assert len(row.all("td")) == cells
    treated = [part.better for one in outlook.people for part in one.by_target if part.treatments]
    assert len(side.all("svg", klass="better")) == len(treated) + cells
    assert len(side.all("svg", klass="strip4")) == cells
    text = plain(side)
    for better in (*treated, *(one.better for one in outlook.people)):
        assert f"{100 * better.value:.0f} %" in text
        assert f"{100 * better.middle_half.low:.0f} to {100 * better.middle_half.high:.0f} %" in text


def test_strips_of_grades_fill_their_width_in_proportion(tree: Element, outlook: Outlook, plan: Plan) -> None:
    for strip, option in zip(tree.all("svg", klass="strip4"), plan.options, strict=True):
        shares = outlook.grade_probability[option.id]
        widths = [float(part.attrs["width"].rstrip("%")) for part in strip.all("rect")]
        assert widths == pytest.approx([100 * shares[grade] for grade in ("1", "2", "3", "4")])
        assert sum(widths) == pytest.approx(100)
        for grade, word in GRADE_WORDS.items():
            assert f"grade {grade} ({word})" in strip.attrs["aria-label"]


def test_bars_of_improvement_are_drawn_to_scale(tree: Element, outlook: Outlook) -> None:
    bar, better = tree.all("svg", klass="better")[0], outlook.people[0].better
    band, line, dot = bar.one("rect", klass="range"), bar.one("line", klass="interval"), bar.one("circle")

    def place(element: Element, name: str) -> float:
        return float(element.attrs[name].rstrip("%")) / 100

    start = place(band, "x")
    drawn = [start, start + place(band, "width"), place(line, "x1"), place(line, "x2"), place(dot, "cx")]
    wanted = [better.middle_half.low, better.middle_half.high, better.low, better.high, better.value]
    assert drawn == pytest.approx(wanted, abs=2e-4)


def test_results_name_basis_trials_people_and_categories(tree: Element, outlook: Outlook) -> None:
    section = tree.one("section", id="results")
    text = plain(section)
    for result in outlook.result:
        assert result.basis in text
        assert all(category.text in text for category in result.categories)
    assert "Scale: quartile scale; trials: 6; people: 214." in text
    drawn = [result for result in outlook.result if result.sessions]
    charts = section.all("svg", klass="multiple")
    assert len(charts) == len(drawn)
    for chart in charts:
        # One dot for today and one a session, one whisker a session.
        dots, whiskers = (chart.one("path", klass=name).attrs["d"] for name in ("dots", "whisker"))
        assert dots.count("M") == whiskers.count("M") + 1 > 1


def test_new_scars_are_told_with_their_basis(tree: Element, outlook: Outlook) -> None:
    assert outlook.new_scars is not None
    text = plain(tree.one("section", id="results"))
    assert outlook.new_scars.text in text
    assert "0.6 (0.1" in text
    assert outlook.new_scars.basis in text


def test_every_sign_has_a_lane_with_its_days(tree: Element, outlook: Outlook) -> None:
    section = tree.one("section", id="healing")
    lines = section.all("div", klass="timeline")
    assert len(lines) == len(outlook.timelines)
    for line, timeline in zip(lines, outlook.timelines, strict=True):
        lanes = line.all("svg", klass="lane")
        assert len(lanes) == len({span.sign for span in timeline.spans})
        assert sum(len(lane.all("rect", klass="may")) for lane in lanes) == len(timeline.spans)
        for lane in lanes:
            for bar in lane.all("rect", klass="may"):
                start, width = (float(bar.attrs[name].rstrip("%")) for name in ("x", "width"))
                assert start >= 0
                assert start + width <= 100.01
        assert timeline.text in line.text


def test_marks_fade_from_all_to_few_with_a_band_around(tree: Element, outlook: Outlook) -> None:
    section = tree.one("section", id="fading")
    text = plain(section)
    fades = section.all("div", klass="fade")
    assert [fade.one("h3").text.split()[0] for fade in fades] == ["Red", "Brown"]
    for fade, found in zip(fades, (outlook.marks.red, outlook.marks.brown), strict=True):
        assert found is not None
        points = [
            tuple(map(float, pair.split(","))) for pair in fade.one("path", klass="line").attrs["d"][1:].split("L")
        ]
        assert points[0] == (0.0, 0.0)
        assert points[-1] == pytest.approx((100.0, 100 * (1 - found.visible[-1].value)), abs=0.01)
        assert fade.one("path", klass="range").attrs["d"].endswith("Z")
        assert found.text in fade.text
        assert all(statement.text in fade.text for statement in found.longer)
    assert "learned from 1 later visit" in text
    assert "m1 red: hardly seen after 7 months (3 to 18 months)" in text


def test_five_treatments_stand_side_by_side_each_in_an_option_or_with_a_reason(tree: Element, plan: Plan) -> None:
    table = tree.one("section", id="compare").one("table")
    assert len(table.one("thead").all("th")) == len(COMPARED) == 5
    *_, last = table.one("tbody").all("tr")
    held = {step.treatment for option in plan.options for step in option.steps}
    for cell, id_ in zip(last.all("td"), COMPARED, strict=True):
        assert cell.text.startswith("Yes:" if id_ in held else "No.")
        for item in plan.excluded:
            if item.treatment == id_:
                assert item.reasons[0].text in cell.text


def test_simulated_pictures_say_that_they_are_none_of_photographs(tree: Element) -> None:
    section = tree.one("section", id="simulation")
    assert len(section.all("img")) == 4
    stamps = [stamp.text for stamp in section.all("span", klass="stamp")]
    assert stamps == ["Measured, not a photograph"] + ["Simulation, not a photograph"] * 3
    assert all("simulated" in image.attrs["alt"] for image in section.all("img")[1:])
    assert "Volume gone: 3.2 mm³" in plain(section)


def test_without_pictures_the_simulation_tells_its_figures(whole: Assessment, pictures: Pictures) -> None:
    section = read(render_html(whole, pictures)).one("section", id="simulation")
    assert section.all("img") == []
    assert "Volume gone" in section.text


def test_without_an_outlook_its_parts_are_gone(whole: Assessment, pictures: Pictures) -> None:
    tree = read(render_html(whole.model_copy(update={"outlook": None}), pictures, simulated()))
    assert not set(PARTS) & set(sections(tree))
    assert tree.all("svg", klass="rest") == []
    assert "plan" in sections(tree)


def test_without_a_plan_only_marks_are_forecast(whole: Assessment, pictures: Pictures) -> None:
    tree = read(render_html(whole.model_copy(update={"plan": None}), pictures))
    assert {"fading", "simulation"} <= set(sections(tree))
    assert not {"plan", "compare", "results", "healing"} & set(sections(tree))


def test_an_empty_outlook_shows_nothing_that_is_not_there(
    whole: Assessment, pictures: Pictures, outlook: Outlook
) -> None:
    bare = Outlook(marks=MarksOutlook(text="No marks are known."), healing=(), text="Little can be said.")
    tree = read(render_html(whole.model_copy(update={"outlook": bare}), pictures))
    assert not {"results", "simulation", "healing", "fading"} & set(sections(tree))
    assert outlook.text not in tree.text


def test_a_height_map_without_scars_can_have_an_outlook() -> None:
    relief = relief_of((), photographs=False)
    tree = read(render_html(judged(assessment_of((), relief)), paint(relief), simulated()))
    assert {"results", "healing", "compare"} <= set(sections(tree))
    assert not {"table", "cuts", "marks"} & set(sections(tree))


def test_a_plan_without_options_has_no_empty_table(whole: Assessment, pictures: Pictures, plan: Plan) -> None:
    none = plan.model_copy(update={"options": ()})
    empty = whole.model_copy(update={"plan": none, "outlook": outlook_of(none)})
    tree = read(render_html(empty, pictures))
    assert tree.one("section", id="plan").all("table") == []
    assert not {"results"} & set(sections(tree))


def test_same_outlook_same_bytes(whole: Assessment, pictures: Pictures) -> None:
    assert render_html(whole, pictures, simulated()) == render_html(whole, pictures, simulated())
