"""The list of sources, and how an entry is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from cicatrix.errors import KnowledgeError
from cicatrix.knowledge import read_sources, sources
from cicatrix.model.evidence import Figure, Source, Statement, weakest


def test_every_source_says_who_and_where() -> None:
    for key, source in sources().items():
        assert source.key == key
        assert source.address or source.seen_at or source.journal, key
        assert source.citation.strip(". ")
        assert source.status != "assumption"


def test_identifiers_are_not_shared_by_accident() -> None:
    """Two entries may be two tables of one paper, but then they are by the same authors."""
    by_doi: dict[str, set[str | None]] = {}
    for source in sources().values():
        if source.doi:
            by_doi.setdefault(source.doi.lower(), set()).add(source.authors)
    assert {doi: names for doi, names in by_doi.items() if len(names) > 1} == {}


def test_tags_of_the_notes_are_unique() -> None:
    tags = [source.tag for source in sources().values() if source.tag]
    assert len(tags) == len(set(tags)) == 201


def test_the_scales_can_name_their_sources() -> None:
    wanted = (
        "goodman_baron_2006 goodman_baron_2006_quantitative dreno_2007_ecca tan_2010_scar_s hayashi_2008 doshi_1997"
    )
    wanted += " savory_2014 tan_2017_asrat salameh_2022 waldman_2017"
    assert [key for key in wanted.split() if key not in sources()] == []


def test_clinic_lists_are_not_for_patients() -> None:
    by_tag = {source.tag: source for source in sources().values()}
    assert not any(by_tag[tag].for_patients for tag in ("BAL", "EPIL", "ALLURE", "BBO"))
    assert by_tag["NAN98"].for_patients


def test_what_was_not_checked_is_said_in_the_citation() -> None:
    assert "not checked: authors" in sources()["nanni_alster_1998"].citation


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ('[a]\nkind = "trial"\nstatus = "seen"\nabout = "x"\nurl = "https://x.org"\nextra = 1', "extra"),
        ('[a]\nkind = "trial"\nstatus = "read"\nabout = "x"\nurl = "https://x.org"', "status"),
        ('[a]\nkind = "trial"\nstatus = "seen"\nabout = "x"', "another way to find it"),
        ('[a]\nkind = "trial"\nstatus = "seen"\nurl = "https://x.org"', "what it is about"),
        ('[a]\nkind = "trial"\nstatus = "assumption"\nabout = "x"\nurl = "https://x.org"', "cannot be 'assumption'"),
        ('[a]\nkind = "trial"\nstatus = "seen"\nabout = "x"\ndoi = "doi:10.1/x"', "doi"),
        ("[a", "is not TOML"),
        ("a = 1", "must be a table"),
    ],
)
def test_a_bad_entry_is_named(tmp_path: Path, entry: str, message: str) -> None:
    text = entry if entry.startswith("a =") else f'checked = "2026-11-22"\n{entry}\n'
    (tmp_path / "sources.toml").write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=message) as caught:
        read_sources(tmp_path)
    assert "sources.toml" in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="cannot be read"):
        read_sources(tmp_path)


def test_a_statement_from_a_source_names_it() -> None:
    with pytest.raises(ValidationError, match="needs a source"):
        Statement(text="it heals", status="seen")
    assert Statement(text="it heals", status="assumption").sources == ()


def test_a_figure_is_ordered_and_has_a_number() -> None:
    with pytest.raises(ValidationError, match="needs a number"):
        Figure(text="days", status="unverified", unit="day")
    with pytest.raises(ValidationError, match="must not fall"):
        Figure(text="days", status="unverified", unit="day", low=5, value=3)
    assert Figure(text="days", status="unverified", unit="day", value=3, high=5).span == (3, 5)


def test_the_weakest_status_wins() -> None:
    assert weakest(("seen", "unverified", "secondary")) == "unverified"
    with pytest.raises(ValueError, match="no status"):
        weakest(())


def test_a_source_is_addressed_by_its_doi_first() -> None:
    plain = {"key": "a", "kind": "trial", "status": "seen", "about": "x", "checked": "2026-11-22"}
    assert Source(**plain, doi="10.1234/x", url="https://x.org").address == "https://doi.org/10.1234/x"
    assert Source(**plain, url="https://x.org").address == "https://x.org"


def test_no_citation_holds_two_full_stops_in_a_row() -> None:
    assert not [source.citation for source in sources().values() if ".." in source.citation.replace("... ", "")]
    assert any("et al. " in source.citation for source in sources().values())
