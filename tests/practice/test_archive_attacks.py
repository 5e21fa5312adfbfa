"""Hostile archives: nothing outside the practice is touched, and nothing is left in it."""

from __future__ import annotations

import copy
import errno
import json
import random
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import pytest

from cicatrix.errors import RecordError
from cicatrix.model.practice import StoredFile
from cicatrix.practice import Practice, archive, captures, open_practice, people
from cicatrix.practice import archive_container as container
from cicatrix.practice.filestore import FileStore
from cicatrix.practice.integrity import examine
from cicatrix.practice.tables import FileUseRow
from tests.practice.forge import Rows, members_of, with_rows, with_text, write
from tests.practice.made import keep

KEPT = Path(__file__).parent / "data" / "archive-0002.zip"


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[Practice]:
    opened = open_practice(tmp_path / "practice")
    yield opened
    opened.close()


@pytest.fixture
def precious(tmp_path: Path) -> Iterator[Path]:
    """A file of the user beside the practice; it has to stay as it is."""
    file = tmp_path / "precious.txt"
    file.write_text("precious")
    yield file
    assert file.read_text() == "precious"


def refused(practice: Practice, path: Path) -> str:
    """Import an archive that has to be refused and leave nothing; returns the sentence."""
    with pytest.raises(RecordError) as error:
        archive.import_archive(practice, "ben", path)
    assert "\n" not in str(error.value)
    with practice.unit_of_work("ben", write=False) as unit:
        assert people.find(unit).total == 0
    assert [file for file in practice.files.folder.rglob("*") if file.is_file()] == []
    return str(error.value)


def test_a_path_in_place_of_a_hash_deletes_nothing(practice: Practice, precious: Path, tmp_path: Path) -> None:
    def change(rows: Rows) -> None:
        rows["file"].append({"sha256": str(precious), "bytes": 1})

    assert "file" in refused(practice, with_rows(KEPT, tmp_path / "a.zip", change))


@pytest.mark.usefixtures("precious")
def test_a_relative_path_in_place_of_a_hash_deletes_nothing(practice: Practice, tmp_path: Path) -> None:
    def change(rows: Rows) -> None:
        rows["file"].append({"sha256": "../../precious.txt", "bytes": 8})
        rows["holding"][0]["sha256"] = "../../precious.txt"

    refused(practice, with_rows(KEPT, tmp_path / "a.zip", change))


@pytest.mark.parametrize("name", ["{precious}", "../../../precious.txt", "raw/../../x", "C:x", "a\\b", "", ".hidden"])
def test_a_name_that_leads_out_is_refused(practice: Practice, precious: Path, tmp_path: Path, name: str) -> None:
    def change(rows: Rows) -> None:
        rows["holding"][-1]["name"] = name.format(precious=precious)

    assert "holding" in refused(practice, with_rows(KEPT, tmp_path / "a.zip", change))


@pytest.mark.parametrize("name", ["{precious}", "../precious.txt", "raw/../../precious.txt", "..\\precious.txt"])
def test_a_capture_of_an_old_database_is_not_laid_out_outside(
    practice: Practice, precious: Path, tmp_path: Path, name: str
) -> None:
    with practice.unit_of_work("anna") as unit:
        kept = keep(unit, tmp_path)
        sha256 = captures.get(unit, kept.capture).files[0].sha256
        unit.session.add(FileUseRow(owner_id=kept.capture, name=name.format(precious=precious), sha256=sha256))
    with practice.unit_of_work("anna") as unit, pytest.raises(RecordError, match="leads out of the capture's folder"):
        captures.lay_out(unit, kept.capture, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def _two_people(rows: Rows) -> None:
    """Somebody else in the archive who takes over the first one's site."""
    other = copy.deepcopy(rows["person"][0]) | {"id": "f" * 32, "pseudonym": "P-002"}
    rows["person"].append(other)
    rows["site"][0]["person_id"] = other["id"]


def _set(table: str, column: str, value: Any) -> Callable[[Rows], None]:
    def change(rows: Rows) -> None:
        rows[table][0][column] = value

    return change


def _set_table(table: str, value: Any) -> Callable[[Rows], None]:
    def change(rows: Rows) -> None:
        rows[table] = value

    return change


def _unlisted(rows: Rows) -> None:
    rows["holding"].pop()


def _double(rows: Rows) -> None:
    rows["edit"].append(rows["edit"][0])


def _same_names(rows: Rows) -> None:
    rows["holding"].append(rows["holding"][0] | {"name": rows["holding"][0]["name"].upper()})


def _no_column(rows: Rows) -> None:
    del rows["visit"][0]["note"]


def _deep(rows: Rows) -> None:
    value: Any = {}
    for _ in range(900):
        value = {"a": value}
    rows["capture"][0]["note"] = value


CHANGES: dict[str, Callable[[Rows], None]] = {
    "a table of accounts": lambda rows: rows.update(account=[]),
    "a missing column": _no_column,
    "another column": _set("person", "role", "clinician"),
    "an id that is a path": _set("person", "id", "../../x"),
    "an id that is a number": _set("person", "id", 7),
    "an id that is null": _set("person", "id", None),
    "a pseudonym with a line break": _set("person", "pseudonym", "P-1\n7 2026-01-01 carl person.erase"),
    "a pseudonym with ESC": _set("person", "pseudonym", "P-1\x1b[2J"),
    "a pseudonym with a zero": _set("person", "pseudonym", "P\0"),
    "a pseudonym with half a pair": _set("person", "pseudonym", "P\ud800"),
    "a pseudonym that is too long": _set("person", "pseudonym", "P" * 101),
    "an empty pseudonym": _set("person", "pseudonym", " "),
    "a note that is a list": _set("capture", "note", []),
    "a visit of nobody": _set("visit", "person_id", "e" * 32),
    "a visit in the future": _set("visit", "day", "2190-01-01"),
    "a day that is none": _set("visit", "day", "2026-02-30"),
    "a day in another form": _set("visit", "day", "20261102"),
    "a time without a zone": _set("visit", "made_at", "2026-11-02T10:00:00"),
    "a time at the end of all": _set("visit", "made_at", "9999-12-31T23:59:59-14:00"),
    "a time that is a number": _set("result", "made_at", 1),
    "a number that is true": _set("edit", "number", True),
    "a number below zero": _set("stated_case", "number", -1),
    "a number that is huge": _set("stated_case", "number", 10**30),
    "a case with another key": _set("stated_case", "case", {"person": {"shoe_size": 43}}),
    "an event that is none": _set("edit", "event", {"event": "format_disk"}),
    "a version that is a script": _set("result", "cicatrix", "<script>"),
    "a kind that is a path": _set("capture", "kind", "../x"),
    "a number that is infinite": _set("repeatability", "repeat", {"n": float("inf")}),
    "a result of another person's case": _two_people,
    "a file that belongs to nothing": _unlisted,
    "an edit that is there twice": _double,
    "two names for one file on some systems": _same_names,
    "an object 900 deep": _deep,
    "a length that is wrong": _set("file", "bytes", 1),
    "rows that are no list": _set_table("person", {}),
    "a row that is no object": _set_table("person", [[]]),
}


@pytest.mark.usefixtures("precious")
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_rows_that_the_program_would_not_write_are_refused(
    practice: Practice, tmp_path: Path, change: Callable[[Rows], None]
) -> None:
    if change is _deep:
        archive.import_archive(practice, "ben", with_rows(KEPT, tmp_path / "a.zip", change))  # deep, and harmless
        assert examine(practice).sound
        return
    refused(practice, with_rows(KEPT, tmp_path / "a.zip", change))


def test_the_forged_archives_differ_from_a_good_one_only_in_their_rows(practice: Practice, tmp_path: Path) -> None:
    told = archive.import_archive(practice, "ben", with_rows(KEPT, tmp_path / "a.zip", lambda _: None))
    assert told.people == ("P-001",)
    assert examine(practice).sound


def test_nothing_is_added_to_somebody_who_is_here(practice: Practice, tmp_path: Path) -> None:
    archive.import_archive(practice, "ben", KEPT)

    def change(rows: Rows) -> None:
        rows["result"].append(rows["result"][0] | {"id": "d" * 32})

    with pytest.raises(RecordError, match="here already and differs"):
        archive.import_archive(practice, "ben", with_rows(KEPT, tmp_path / "a.zip", change))


def test_files_are_not_attached_to_what_somebody_else_has(practice: Practice, tmp_path: Path) -> None:
    """An archive whose capture has the identifier of another person's result."""
    archive.import_archive(practice, "ben", KEPT)
    taken = json.loads(members_of(KEPT)["rows.json"])["result"][0]["id"]

    def change(rows: Rows) -> None:
        text, new = json.dumps({name: rows[name] for name in rows if name != "repeatability"}), {}
        for table in ("person", "site", "visit", "capture", "stated_case", "result", "edit"):
            for row in rows[table]:
                new[row["id"]] = taken if table == "capture" else "a" + row["id"][1:]
        text = re.sub("|".join(new), lambda found: new[found[0]], text)
        rows.update(json.loads(text.replace("P-001", "P-002")))

    with pytest.raises(RecordError, match="identifier in the archive is taken"):
        archive.import_archive(practice, "ben", with_rows(KEPT, tmp_path / "a.zip", change))


@pytest.mark.parametrize("seed", range(4))
def test_damaged_archives_are_refused_in_a_sentence(practice: Practice, tmp_path: Path, seed: int) -> None:
    """Bytes changed, cut, doubled; JSON values replaced: 60 tries a seed."""
    chance, good = random.Random(seed), KEPT.read_bytes()  # noqa: S311 - no secret
    members = members_of(KEPT)
    for n in range(60):
        path = tmp_path / f"{n}.zip"
        if n % 2:
            bad = bytearray(good)
            for _ in range(chance.randint(1, 8)):
                bad[chance.randrange(len(bad))] = chance.randrange(256)
            path.write_bytes(bad[: chance.randrange(len(bad))] if n % 3 == 0 else bad)
        else:
            text = bytearray(members["rows.json"])
            where = chance.randrange(len(text))
            text[where : where + chance.randint(0, 40)] = chance.choice([b"null", b"{}", b'"x"', b"1e400", b"[", b"-1"])
            write(path, with_text(members, bytes(text)))
        try:
            archive.import_archive(practice, "ben", path)
        except RecordError:
            assert [file for file in practice.files.folder.rglob("*") if file.is_file()] == []
        else:  # nothing that counts was hit
            assert examine(practice).sound
            return


def test_a_bomb_is_refused_before_it_is_unpacked(practice: Practice, tmp_path: Path) -> None:
    members = with_text(members_of(KEPT), b"[" + b" " * (100 << 20) + b"]")
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in members.items():
            target.writestr(name, data)
    assert (tmp_path / "bomb.zip").stat().st_size < 200_000
    assert "to a byte of the archive" in refused(practice, tmp_path / "bomb.zip")


def test_too_many_values_are_refused_before_they_are_parsed(
    practice: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(container, "MOST_VALUES", 1000)
    members = with_text(members_of(KEPT), b'{"person": [' + b"{}," * 1001 + b"{}]}")
    assert "larger than any" in refused(practice, write(tmp_path / "a.zip", members))


def test_a_zip_with_a_huge_directory_is_refused_unread(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(container, "LARGEST_DIRECTORY", 10)
    assert "directory has" in refused(practice, KEPT)


def test_a_disk_that_gets_full_leaves_nothing(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, left = FileStore.put_expected, [1]

    def put(store: FileStore, stream: IO[bytes], sha256: str, size: int) -> StoredFile:
        if not left:
            raise OSError(errno.ENOSPC, "No space left on device")
        left.pop()
        return whole(store, stream, sha256, size)

    monkeypatch.setattr(FileStore, "put_expected", put)
    assert "the disk is full" in refused(practice, KEPT)
    assert not left, "one file had been placed"


def test_an_archive_whose_file_is_exchanged_after_the_check_is_refused(
    practice: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(container, "_check_member", lambda *_: None)
    members = members_of(KEPT)
    name = next(name for name in members if name.startswith("files/"))
    assert "another hash" in refused(practice, write(tmp_path / "a.zip", members | {name: b"x" * len(members[name])}))


@pytest.mark.parametrize("revision", ["0001", "0002"])
def test_archives_of_earlier_revisions_are_imported(practice: Practice, revision: str) -> None:
    told = archive.import_archive(practice, "ben", KEPT.with_name(f"archive-{revision}.zip"))
    assert (told.people, told.files) == (("P-001",), 3)
    assert examine(practice).sound
    with practice.unit_of_work("ben", write=False) as unit:
        person = people.by_pseudonym(unit, "P-001")
        (capture,) = captures.of_person(unit, person.id)
    assert [file.name for file in capture.files] == ["capture.toml", "raw/north.jpg"]
