"""What is kept comes back, stays as it was, and goes when it should."""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from cicatrix.errors import NotFoundError, RecordError
from cicatrix.model.case import Case, Person
from cicatrix.practice import Practice, captures, cases, edits, erase, jobs, log, open_practice, people, results, visits
from cicatrix.practice import rigs as repeats
from cicatrix.practice.integrity import examine
from cicatrix.practice.tables import Base
from tests.practice.made import a_result, keep


def test_what_is_kept_comes_back(practice: Practice, tmp_path: Path) -> None:
    with practice.unit_of_work("anna") as unit:
        kept = keep(unit, tmp_path)
    with practice.unit_of_work("ben", write=False) as unit:
        assert people.get(unit, kept.person).pseudonym == "P-001"
        assert visits.get(unit, kept.visit).day == date(2026, 11, 2)
        capture = captures.get(unit, kept.capture)
        assert [file.name for file in capture.files] == ["capture.toml", "raw/north.jpg"]
        assert capture.site == "left cheek"
        stated = cases.latest(unit, kept.visit)
        assert stated is not None
        assert stated.case == Case(person=Person(age=29, skin_type=4))
        assert results.assessment(unit, kept.result) == {"of": "P-001"}
        assert results.get(unit, kept.result).start == date(2026, 11, 2)
        assert [edit.event for edit in edits.events(unit, kept.result)] == [{"event": "delete", "target": "S01"}]
        laid = captures.lay_out(unit, kept.capture, tmp_path / "again")
    assert (laid / "raw" / "north.jpg").read_bytes() == b"a photograph"


def test_an_error_undoes_the_whole_transaction(practice: Practice) -> None:
    def work() -> None:
        with practice.unit_of_work("anna") as unit:
            people.add(unit, "P-001")
            visits.get(unit, "nowhere")

    with pytest.raises(NotFoundError, match="no visit 'nowhere'"):
        work()
    with practice.unit_of_work("anna", write=False) as unit:
        assert people.find(unit).total == 0
        assert log.entries(unit).total == 0


def test_equal_contents_are_kept_once(practice: Practice, tmp_path: Path) -> None:
    with practice.unit_of_work("anna") as unit:
        keep(unit, tmp_path, "P-001")
        keep(unit, tmp_path, "P-002")
    assert len(list(practice.files.stored())) == 4  # capture.toml, photograph, and a result each


def test_a_case_is_never_overwritten(practice: Practice, tmp_path: Path) -> None:
    with practice.unit_of_work("anna") as unit:
        kept = keep(unit, tmp_path)
        later = cases.save(unit, kept.visit, Case(person=Person(age=30)))
        again = cases.save(unit, kept.visit, Case(person=Person(age=30)))
    assert later.id == again.id != kept.case
    with practice.unit_of_work("anna", write=False) as unit:
        assert cases.get(unit, kept.case).case.person.age == 29


@pytest.mark.parametrize("table", ["result", "edit", "log_entry"])
@pytest.mark.parametrize("change", ["DELETE FROM {0}", "UPDATE {0} SET {1} = {1}"])
def test_the_database_itself_keeps_what_is_fixed(practice: Practice, tmp_path: Path, table: str, change: str) -> None:
    with practice.unit_of_work("anna") as unit:
        keep(unit, tmp_path)
    key = "number" if table == "log_entry" else "id"
    with pytest.raises(DBAPIError, match="is not changed"), practice.unit_of_work("anna") as unit:
        unit.session.execute(text(change.format(table, key)))


def test_erasing_takes_everything_but_what_others_share(practice: Practice, tmp_path: Path) -> None:
    with practice.unit_of_work("anna") as unit:
        gone = keep(unit, tmp_path, "P-001")
        stays = keep(unit, tmp_path, "P-002")
        jobs.add(unit, "assess", {"capture": gone.capture}, person_id=gone.person)
    told = erase.person(practice, "anna", gone.person)
    assert (told.pseudonym, told.visits, told.captures, told.results) == ("P-001", 1, 1, 1)
    assert told.files == 1  # its result; the photograph is the other's, too
    with practice.unit_of_work("anna", write=False) as unit:
        assert people.find(unit).total == 1
        assert results.assessment(unit, stays.result) == {"of": "P-002"}
        left = log.entries(unit, limit=100).items
        assert not any("P-001" in str(entry) or gone.person in str(entry) for entry in left)
        assert log.verify(unit).broken == []
    health = examine(practice)
    assert health.sound
    assert health.orphans == ()


def test_an_erasing_that_was_cut_short_is_finished_when_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    practice = open_practice(tmp_path / "practice")
    with practice.unit_of_work("anna") as unit:
        kept = keep(unit, tmp_path)
    with monkeypatch.context() as cut:
        cut.setattr(erase, "finish", lambda *_: 0)
        erase.person(practice, "anna", kept.person)
    assert len(list(practice.files.stored())) == 3
    practice.close()
    again = open_practice(tmp_path / "practice")
    assert list(again.files.stored()) == []
    again.close()


def test_a_changed_log_shows(tmp_path: Path) -> None:
    practice = open_practice(tmp_path / "practice")
    with practice.unit_of_work("anna") as unit:
        keep(unit, tmp_path)
    practice.close()
    with sqlite3.connect(tmp_path / "practice" / "practice.db") as database:
        database.execute("DROP TRIGGER log_entry_no_update")
        database.execute("UPDATE log_entry SET actor = 'ben' WHERE number = 3")
    again = open_practice(tmp_path / "practice")
    health = examine(again)
    again.close()
    assert health.broken_log == (3,)
    assert not health.sound


def test_missing_and_damaged_files_show(tmp_path: Path) -> None:
    practice = open_practice(tmp_path / "practice")
    with practice.unit_of_work("anna") as unit:
        kept = keep(unit, tmp_path)
        missing, damaged = captures.get(unit, kept.capture).files
    practice.files.path(missing.sha256).unlink()
    practice.files.path(damaged.sha256).write_bytes(b"another photograph")
    practice.files.put_bytes(b"nobody's", "x")
    health = examine(practice)
    practice.close()
    assert health.missing == (missing.sha256,)
    assert health.damaged == (damaged.sha256,)
    assert len(health.orphans) == 1


def test_the_tables_are_what_the_migrations_make(practice: Practice) -> None:
    with practice.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    assert differences == []


def test_a_database_from_the_future_is_refused(tmp_path: Path) -> None:
    open_practice(tmp_path).close()
    with sqlite3.connect(tmp_path / "practice.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(RecordError, match="a later version of Cicatrix made this database"):
        open_practice(tmp_path)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "practice.db").write_bytes(b"this is a letter to my aunt" * 100)
    with pytest.raises(RecordError, match="is not a database"):
        open_practice(tmp_path)


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "here").write_text("a file")
    with pytest.raises(RecordError, match="cannot be used"):
        open_practice(tmp_path / "here")


@pytest.mark.parametrize(
    ("pseudonym", "said"), [("", "0 characters"), ("x" * 101, "101 characters"), ("P-001", "already")]
)
def test_pseudonyms_are_checked(practice: Practice, pseudonym: str, said: str) -> None:
    with practice.unit_of_work("anna") as unit:
        people.add(unit, "P-001")
    with pytest.raises(RecordError, match=said), practice.unit_of_work("anna") as unit:
        people.add(unit, pseudonym)


def test_searching_takes_signs_as_they_are(practice: Practice) -> None:
    with practice.unit_of_work("anna") as unit:
        for pseudonym in ("A%1", "A_1", "Ab1"):
            people.add(unit, pseudonym)
        assert people.find(unit, "a_").total == 1
        assert people.find(unit, "%").total == 1
        page = people.find(unit, "a", offset=1, limit=1)
    assert (page.total, len(page.items)) == (3, 1)


def test_a_visit_cannot_be_tomorrow_week(practice: Practice) -> None:
    with practice.unit_of_work("anna") as unit:
        person = people.add(unit, "P-001")
        with pytest.raises(RecordError, match="visit's day"):
            visits.add(unit, person.id, unit.now.date() + timedelta(days=7))


def test_results_of_two_people_are_not_compared(practice: Practice, tmp_path: Path) -> None:
    with practice.unit_of_work("anna") as unit:
        one, other = keep(unit, tmp_path, "P-001"), keep(unit, tmp_path, "P-002")
        with pytest.raises(RecordError, match="two people"):
            results.add_comparison(unit, one.result, other.result, a_result(tmp_path / "c"))


def test_the_latest_test_of_a_rig_counts(practice: Practice) -> None:
    with practice.unit_of_work("anna") as unit:
        repeats.save(unit, "dome", {"n": 2})
    with practice.unit_of_work("anna") as unit:
        repeats.save(unit, "dome", {"n": 3})
        latest = repeats.latest(unit, "dome")
    assert latest is not None
    assert latest.repeat == {"n": 3}


def test_times_come_back_in_utc(tmp_path: Path) -> None:
    at = datetime(2026, 11, 2, 23, 30, tzinfo=UTC)
    practice = open_practice(tmp_path, clock=lambda: at)
    with practice.unit_of_work("anna") as unit:
        made = people.add(unit, "P-001")
    with practice.unit_of_work("anna", write=False) as unit:
        assert people.get(unit, made.id).made_at == at
    practice.close()


@pytest.mark.parametrize("name", ["q?x", "p%41q", "a#b", "file:x", "name with spaces", "größe", "a;b&c=d"])
def test_a_folder_may_have_any_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    practice = open_practice(Path(name))
    with practice.unit_of_work("anna") as unit:
        people.add(unit, "P-001")
    practice.close()
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name / "practice.db").stat().st_size > 0


@pytest.mark.parametrize("text", ["P-1\n7 carl erased", "P-1\x1b[2J", "P\u200b1", "P\u202e1", "P\u00ad1"])
def test_names_have_no_characters_that_cannot_be_seen(practice: Practice, text: str) -> None:
    with practice.unit_of_work("anna") as unit:
        person = people.add(unit, "P-001")
        with pytest.raises(RecordError, match="cannot be seen"):
            people.add(unit, text)
        with pytest.raises(RecordError, match="cannot be seen"):
            visits.ensure_site(unit, person.id, text)
        with pytest.raises(RecordError, match="cannot be seen"):
            repeats.save(unit, text, {})
