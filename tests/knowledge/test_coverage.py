"""Every figure of the evidence notes is in the knowledge base, where its source is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.knowledge.coverage import Row, covered, entries, rows_of

FIGURES = Path(__file__).with_name("figures.json")
"""Rows of the notes: the first words, the sources, and every number that was read in them."""

NOTES = Path(__file__).resolve().parents[3] / "shared" / "evidence" / "treatments.md"


def frozen() -> list[Row]:
    rows = json.loads(FIGURES.read_text(encoding="utf-8"))
    return [Row(row["text"], frozenset(row["sources"]), frozenset(row["numbers"])) for row in rows]


def test_every_figure_stands_beside_its_source() -> None:
    known = entries()
    gone = {row.text: sorted(row.numbers - covered(row, known)) for row in frozen()}
    assert {text: lost for text, lost in gone.items() if lost} == {}
    assert sum(len(row.numbers) for row in frozen()) > 1000


def test_a_figure_that_is_taken_away_is_missed() -> None:
    known = [entry for entry in entries() if "alster_west_1996" not in entry.sources]
    lost = {number for row in frozen() for number in row.numbers - covered(row, known)}
    assert "81.4" in lost


def test_the_frozen_figures_are_those_of_the_notes() -> None:
    if not NOTES.is_file():
        pytest.skip("the evidence notes are not laid beside the checkout")
    known = entries()
    anywhere = frozenset[str]().union(*(entry.numbers for entry in known))
    rows = rows_of(NOTES.read_text(encoding="utf-8"))
    read = [(row.text, row.sources, covered(row, known)) for row in rows if covered(row, known)]
    assert read == [(row.text, row.sources, row.numbers) for row in frozen()]
    # What has no source in its row (figures from memory, tables without tags) stands somewhere.
    assert {row.text: sorted(row.numbers - anywhere) for row in rows if row.numbers - anywhere} == {}
