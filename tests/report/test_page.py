"""The page holds everything once, holds together, and asks nothing of the network."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter

import pytest

from cicatrix.model import Assessment
from cicatrix.model.note import Note
from cicatrix.report import Pictures, paint, render_html
from tests.report.dom import Element, read
from tests.report.synthetic import Dent, assessment_of, many, relief_of


@pytest.fixture(scope="module")
def tree(page: str) -> Element:
    return read(page)


def rows(tree: Element) -> list[Element]:
    return tree.one("section", id="table").one("tbody").all("tr")


def test_every_scar_has_one_row_one_card_and_one_outline_a_picture(tree: Element, assessment: Assessment) -> None:
    numbers = [str(number) for number in range(1, len(assessment.scars) + 1)]
    assert [row.attrs["data-s"] for row in rows(tree)] == numbers
    assert [card.attrs["data-s"] for card in tree.all("article")] == numbers
    overlays = tree.all("svg", klass="overlay")
    assert len(overlays) == len(tree.all("img")) == 4
    for overlay in overlays:
        assert [mark.attrs["data-s"] for mark in overlay.all("a")] == numbers


def test_ids_are_unique_and_every_inner_link_resolves(tree: Element) -> None:
    everything = tree.all()
    ids = Counter(element.attrs["id"] for element in everything if "id" in element.attrs)
    assert max(ids.values()) == 1
    targets = {element.attrs["href"] for element in everything if element.attrs.get("href", "").startswith("#")}
    references = [
        element.attrs.get(key, "") for element in everything for key in ("aria-labelledby", "aria-describedby")
    ]
    assert targets
    assert {target[1:] for target in targets} <= set(ids)
    assert {name for reference in references for name in reference.split()} <= set(ids)


def test_row_shows_value_and_interval_and_sorts_by_the_raw_number(tree: Element, assessment: Assessment) -> None:
    boxcar = assessment.scars[1]
    cell = rows(tree)[1].one("td", klass="c-depth")
    assert cell.one(klass="n").text == "0.34"
    assert cell.one(klass="ci").text == "95 % interval 0.30\N{EN DASH}0.38"
    assert float(cell.attrs["data-v"]) == boxcar.depth_mm.value


def test_raised_scar_shows_a_height_above_the_skin_and_sorts_below_every_dent(tree: Element) -> None:
    cell = rows(tree)[3].one("td", klass="c-depth")
    assert cell.one(klass="n").text == "0.30 above"
    assert float(cell.attrs["data-v"]) == -0.3
    assert tree.one("article", id="cut-4").all("dt")[0].text == "Height"


def test_linear_scar_shows_its_breadth(tree: Element) -> None:
    assert rows(tree)[6].one("td", klass="c-width").attrs["data-label"] == "Breadth, mm"
    assert "a trough: the width is its breadth" in rows(tree)[6].one("td", klass="c-notes").text


def test_undecided_scar_shows_the_candidates(tree: Element) -> None:
    cell = rows(tree)[4].one("td", klass="c-kind")
    assert cell.text.replace("\N{NO-BREAK SPACE}", " ") == "Undecided boxcar 41 %, rolling 38 %, icepick 21 %"


def test_repeated_remarks_stand_once_below_the_table(assessment: Assessment, pictures: Pictures) -> None:
    notes = (Note(code="hidden_walls", text="walls hide"),)
    scars = tuple(scar.model_copy(update={"notes": notes, "shadowed": 0.0}) for scar in assessment.scars)
    tree = read(render_html(assessment.model_copy(update={"scars": scars}), pictures))
    table = tree.one("section", id="table")
    assert table.text.count("walls hide") == 1
    assert table.one(id="note-a").text == "awalls hide"
    assert [row.one("a", klass="foot").attrs["href"] for row in rows(tree)] == ["#note-a"] * len(scars)


def test_columns_sort_with_buttons_and_say_so(tree: Element) -> None:
    heads = tree.one("section", id="table").one("thead").all("th")
    assert [len(head.all("button")) for head in heads] == [1] * 7 + [0]
    assert [head.attrs.get("aria-sort") for head in heads] == ["ascending"] + [None] * 7
    for column, head in enumerate(heads[:-1]):
        assert head.one("button").attrs["data-column"] == str(column)
    for row in rows(tree):
        assert all("data-v" in cell.attrs for cell in row.children[:-1])


def test_numbers_that_a_column_sorts_by_are_numbers(tree: Element) -> None:
    numeric = [
        int(button.attrs["data-column"])
        for button in tree.one("section", id="table").all("button")
        if button.attrs["data-order"] == "number"
    ]
    assert len(numeric) == 6
    for row in rows(tree):
        for column in numeric:
            float(row.children[column].attrs["data-v"])


def test_page_asks_nothing_of_the_network(page: str, tree: Element) -> None:
    assert not re.search(r"https?:|//[a-z]+\.|@import|url\(", page)
    for element in tree.all():
        for key in ("src", "href", "xlink:href", "action", "srcset"):
            value = element.attrs.get(key, "")
            assert value in ("", "patient.html") or value.startswith(("#", "data:")), (element.tag, value)


def test_policy_lets_only_this_script_run(page: str, tree: Element) -> None:
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = tree.one("meta", http_equiv="Content-Security-Policy").attrs["content"]
    assert policy.startswith("default-src 'none';")
    assert f"script-src 'sha256-{digest}';" in policy
    assert not [key for element in tree.all() for key in element.attrs if key.startswith("on")]


HOSTILE = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7*7 }}"


def test_hostile_texts_are_shown_and_never_run(assessment: Assessment, pictures: Pictures) -> None:
    capture = assessment.capture
    image = capture.images[0].model_copy(update={"name": HOSTILE})
    provenance = assessment.provenance.model_copy(
        update={
            "settings": {HOSTILE: HOSTILE},
            "libraries": {HOSTILE: HOSTILE},
            "inputs": (assessment.provenance.inputs[0].model_copy(update={"name": HOSTILE}),),
        }
    )
    hostile = assessment.model_copy(
        update={
            "capture": capture.model_copy(update={"site": HOSTILE, "images": (image,), "channel": HOSTILE}),
            "provenance": provenance,
            "scars": tuple(
                scar.model_copy(update={"id": HOSTILE, "notes": (Note(code="other", text=HOSTILE),)})
                for scar in assessment.scars
            ),
            "limits": (HOSTILE,),
            "not_assessed": (HOSTILE,),
        }
    )
    tree = read(render_html(hostile, pictures))
    assert len(tree.all("script")) == 1
    assert len(tree.all("img")) == 4
    assert not tree.all(onerror="alert(1)")
    assert tree.one(klass="site").text == HOSTILE
    assert HOSTILE in tree.one("section", id="limits").text
    assert HOSTILE in tree.one("title").text


def test_same_input_gives_same_bytes(assessment: Assessment, pictures: Pictures, page: str) -> None:
    assert render_html(assessment, pictures) == page


def test_page_says_what_it_is_not(tree: Element) -> None:
    notice = tree.one(klass="notice").text
    for word in ("clinician’s review", "not a diagnosis", "not a medical device", "not advice to treat yourself"):
        assert word in notice


def test_page_names_what_it_did_not_assess_and_the_limits(tree: Element, assessment: Assessment) -> None:
    text = tree.one("section", id="limits").text
    assert all(limit in text for limit in assessment.limits)
    assert "red and brown marks, active acne, published scar scales" in text


def test_page_has_landmarks_language_and_alternative_texts(tree: Element) -> None:
    assert tree.one("html").attrs["lang"] == "en"
    assert {tag: len(tree.all(tag)) for tag in ("header", "main", "footer", "h1", "nav")} == dict.fromkeys(
        ("header", "main", "footer", "h1", "nav"), 1
    )
    assert tree.one("body").all("a")[0].attrs["href"] == "#main"
    assert all(image.attrs["alt"] for image in tree.all("img"))
    for svg in tree.all("svg"):
        assert svg.attrs.get("aria-hidden") == "true" or svg.attrs["aria-label"]


def test_only_the_first_overlay_is_reached_with_the_keyboard(tree: Element) -> None:
    first, *others = tree.all("svg", klass="overlay")
    assert all("tabindex" not in mark.attrs and mark.attrs["aria-label"] for mark in first.all("a"))
    assert first.all("a")[1].attrs["aria-label"] == "Scar 2: boxcar, shallow, 3.00 mm wide, 0.34 mm deep"
    for overlay in others:
        assert overlay.attrs["aria-hidden"] == "true"
        assert all(mark.attrs["tabindex"] == "-1" for mark in overlay.all("a"))


def test_provenance_lists_files_versions_and_settings(tree: Element, assessment: Assessment) -> None:
    text = tree.one("section", id="provenance").text
    assert assessment.provenance.inputs[0].sha256 in text
    assert "numpy 2.1.0" in text
    assert 'detect = {"largest_mm": 10.0, "smallest_mm": 0.6} seed = null' in text


def test_page_without_scars_has_no_table_and_claims_no_more_than_it_knows() -> None:
    relief = relief_of(())
    tree = read(render_html(assessment_of((), relief), paint(relief)))
    assert tree.all("table", klass="bars")
    assert not tree.all("section", id="table")
    assert not tree.all("article")
    assert len(tree.all("img")) == 4
    assert "No scar was found" in tree.one(klass="summary").text
    assert "not ruled out" in tree.one(klass="summary").text


def test_page_for_one_scar_speaks_of_one() -> None:
    dents = (Dent("boxcar", 9.0, 11.0, 2.8, 0.62),)
    relief = relief_of(dents)
    tree = read(render_html(assessment_of(dents, relief), paint(relief)))
    assert "One scar was found" in tree.one(klass="summary").text
    assert tree.one("a", klass="inside").text == "Skip the 1 outline"
    assert "It lies" in tree.one("section", klass="lead").text


def test_page_for_a_height_map_shows_no_photographic_things() -> None:
    dents = (Dent("rolling", 9.0, 11.0, 5.0, 0.4),)
    relief = relief_of(dents, photographs=False)
    tree = read(render_html(assessment_of(dents, relief), paint(relief)))
    assert [view.attrs["data-view"] for view in tree.all("figure")] == ["relief", "height"]
    assert not tree.all("fieldset")
    assert not tree.all("svg", klass="dome")
    assert not tree.all("table", klass="photos")
    assert "height map" in tree.one("section", klass="lead").text


def test_two_hundred_scars_stay_below_three_megabytes() -> None:
    dents = many(200, 40.0)
    relief = relief_of(dents, size_mm=40.0, pixel_mm=0.04)
    page = render_html(assessment_of(dents, relief), paint(relief))
    assert relief.shape == (1000, 1000)
    assert len(page.encode()) < 3_000_000
    assert len(rows(read(page))) == 200


def test_scar_without_a_cut_or_an_outline_is_still_listed(assessment: Assessment, pictures: Pictures) -> None:
    scar = assessment.scars[0]
    bare = scar.model_copy(
        update={
            "outline_mm": (),
            "section": scar.section.model_copy(update={"along_mm": (), "height_mm": (), "rim_mm": ()}),
        }
    )
    tree = read(render_html(assessment.model_copy(update={"scars": (bare,)}), pictures))
    assert len(rows(tree)) == 1
    assert not tree.one("article").all("svg")
