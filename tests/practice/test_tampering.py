"""What was changed past the program shows, and an older or torn copy of the database does."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from cicatrix.practice import Practice, accounts, erase, log, open_practice, people, visits
from cicatrix.practice import rigs as repeats
from cicatrix.practice.integrity import Health, LogHead, examine
from cicatrix.practice.migrate import migrate
from tests.practice.made import DAY, keep

TRIGGERS = "SELECT name FROM sqlite_master WHERE type = 'trigger'"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A practice with two people, of whom one was erased, an account, a rig and changes."""
    practice = open_practice(tmp_path / "practice")
    with practice.unit_of_work("anna") as unit:
        accounts.add(unit, "carl", "reader", "a long enough password")
        repeats.save(unit, "dome", {"n": 3})
        gone = keep(unit, tmp_path / "gone", "P-000")
        kept = keep(unit, tmp_path / "kept", "P-001")
        visits.change(unit, kept.visit, day=DAY, note="seen again")
        people.change(unit, kept.person, pseudonym="P-001b", note="")
    erase.person(practice, "anna", gone.person)
    practice.close()
    return tmp_path / "practice"


def check(folder: Path, expected: LogHead | None = None) -> Health:
    practice = open_practice(folder)
    health = examine(practice, expected=expected)
    practice.close()
    return health


def tamper(folder: Path, *statements: str) -> None:
    """Change the database with every trigger taken away, as somebody with the file can."""
    with closing(sqlite3.connect(folder / "practice.db")) as database:
        for (name,) in database.execute(TRIGGERS).fetchall():
            database.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            assert database.execute(statement).rowcount > 0, statement
        database.commit()


def test_a_practice_that_nobody_touched_is_sound(folder: Path) -> None:
    health = check(folder)
    assert health.sound, health
    assert health.head.number > 10


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", "'2020-01-01 00:00:00.000000'"),
        ("actor", "'ben'"),
        ("action", "'visit.nothing'"),
        ("subject", "'ff'"),
        ("person_id", "'ff'"),
        ("detail", "'{}'"),
        ("salt", "'ff'"),
        ("content", "'ff'"),
        ("chain", "'ff'"),
        ("number", "900"),
    ],
)
def test_every_column_of_the_log_is_chained(folder: Path, column: str, value: str) -> None:
    tamper(folder, f"UPDATE log_entry SET {column} = {value} WHERE action = 'visit.change'")  # noqa: S608
    assert check(folder).broken_log


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE edit SET event = '{}'",
        "UPDATE edit SET actor = 'mallory'",
        "UPDATE stated_case SET \"case\" = '{}'",
        "UPDATE result SET cicatrix = '9.9.9'",
        "UPDATE result SET start = NULL",
        "UPDATE holding SET name = 'patient.html' WHERE name = 'assessment.json'",
        "UPDATE visit SET day = '2026-01-01'",
        "UPDATE visit SET note = ''",
        "UPDATE person SET pseudonym = 'P-002'",
        "UPDATE capture SET kind = 'height'",
        "UPDATE site SET name = 'right cheek'",
        "UPDATE account SET role = 'clinician'",
        "UPDATE repeatability SET repeat = '{\"n\": 9}'",
        "DELETE FROM edit",
        "DELETE FROM holding WHERE name = 'raw/north.jpg'",
        "INSERT INTO edit SELECT 'x', result_id, 7, event, actor, made_at FROM edit",
        "INSERT INTO account SELECT 'x', 'mallory', 'clinician', password, 0, NULL, made_at FROM account",
    ],
)
def test_a_row_that_was_changed_added_or_removed_shows(folder: Path, change: str) -> None:
    tamper(folder, change)
    health = check(folder)
    assert health.changed_rows or health.missing_rows
    assert not health.sound


def test_an_entry_that_was_emptied_without_an_erasure_shows(folder: Path) -> None:
    empty = (
        "UPDATE log_entry SET salt = NULL, detail = NULL, person_id = NULL, subject = {0} WHERE action = 'visit.add'"
    )
    tamper(folder, empty.format("''") + " AND person_id IS NOT NULL")
    assert check(folder).broken_log


def test_an_emptied_entry_with_a_forged_subject_shows(folder: Path) -> None:
    tamper(folder, "UPDATE log_entry SET subject = 'forged' WHERE salt IS NULL")
    assert check(folder).broken_log


@pytest.mark.parametrize("kept", [0, 5])
def test_a_log_whose_end_was_cut_off_shows(folder: Path, kept: int) -> None:
    head = check(folder).head
    tamper(folder, f"DELETE FROM log_entry WHERE number > {kept}")  # noqa: S608
    assert check(folder).older == (head,)
    # Whoever can change the database can change the note beside it; the number and hash kept elsewhere still tell.
    (folder / "log-head.json").unlink()
    assert check(folder, head).older == (head,)


def test_a_cut_end_of_entries_about_rows_shows_without_any_note(folder: Path) -> None:
    tamper(folder, "DELETE FROM log_entry WHERE number > 5")
    (folder / "log-head.json").unlink()
    assert check(folder).changed_rows


@pytest.mark.parametrize("table", ["result", "edit", "log_entry"])
def test_fixed_rows_are_not_replaced(folder: Path, table: str) -> None:
    with (
        closing(sqlite3.connect(folder / "practice.db")) as database,
        pytest.raises(sqlite3.IntegrityError, match="is not changed"),
    ):
        database.execute(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")  # noqa: S608


def test_a_copy_without_the_write_ahead_log_shows(tmp_path: Path) -> None:
    practice = open_practice(tmp_path / "practice")
    with practice.unit_of_work("anna") as unit:
        keep(unit, tmp_path)
    shutil.copytree(tmp_path / "practice", tmp_path / "copy")
    (tmp_path / "copy" / "practice.db-wal").unlink()
    practice.close()
    health = check(tmp_path / "copy")
    assert health.older
    assert not health.sound


def test_files_without_a_database_that_names_any_show(tmp_path: Path) -> None:
    practice = open_practice(tmp_path / "practice")
    practice.files.put_bytes(b"a photograph", "x")
    health = examine(practice)
    practice.close()
    assert health.torn
    assert not health.sound


def test_a_damaged_note_beside_the_database_is_no_fault(folder: Path) -> None:
    for text in ("", "{", "[]", '{"number": "x"}', json.dumps({"number": 1})):
        (folder / "log-head.json").write_text(text)
        assert check(folder).sound


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A practice of an earlier revision, without digests in its log."""
    folder = tmp_path / "old"
    shutil.copytree(_unsealed(tmp_path / "made"), folder)
    return folder


def _unsealed(folder: Path) -> Path:
    practice = open_practice(folder)
    with practice.unit_of_work("anna") as unit:
        gone = keep(unit, folder.parent / "a", "P-000")
        keep(unit, folder.parent / "b", "P-001")
    erase.person(practice, "anna", gone.person)
    practice.close()
    with closing(sqlite3.connect(folder / "practice.db")) as database:
        for (name,) in database.execute(TRIGGERS + " AND name LIKE '%no_replace%'").fetchall():
            database.execute(f"DROP TRIGGER {name}")
        database.execute("DROP TABLE cleanup")
        database.execute("UPDATE alembic_version SET version_num = '0002'")
        database.execute("DROP TRIGGER log_entry_no_delete")
        database.execute("DELETE FROM log_entry")
        database.execute("CREATE TRIGGER log_entry_no_delete BEFORE DELETE ON log_entry BEGIN SELECT 1; END")
        database.commit()
    (folder / "log-head.json").unlink()
    return folder


def test_rows_of_an_earlier_revision_are_sealed_once_when_it_is_migrated(old: Path) -> None:
    assert check(old).sound
    practice = open_practice(old)
    with practice.unit_of_work("anna", write=False) as unit:
        actions = [entry.action for entry in log.entries(unit).items]
    practice.close()
    assert sorted(actions) == ["person.seal", "record.seal"]
    tamper(old, "UPDATE edit SET actor = 'mallory'")
    assert check(old).changed_rows


def test_migrating_by_hand_does_not_seal(old: Path) -> None:
    """Only opening a practice does, in the transaction of the migration: nothing else vouches for rows."""
    practice = Practice(None, old)
    migrate(practice.engine, old / "practice.db")
    practice.close()
    assert check(old).changed_rows
