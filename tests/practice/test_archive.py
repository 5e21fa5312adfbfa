"""Archives: out and in again, whole or not at all."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from cicatrix.errors import OutputError, RecordError
from cicatrix.practice import Practice, archive, erase, open_practice, people, results, visits
from cicatrix.practice import rigs as repeats
from cicatrix.practice.integrity import examine
from tests.practice.made import DAY, Kept, keep


@pytest.fixture
def kept(practice: Practice, tmp_path: Path) -> Kept:
    with practice.unit_of_work("anna") as unit:
        repeats.save(unit, "dome", {"n": 3})
        return keep(unit, tmp_path)


def test_out_in_and_out_again_is_the_same(practice: Practice, kept: Kept, tmp_path: Path) -> None:
    archive.export_practice(practice, "anna", tmp_path / "one.zip")
    other = open_practice(tmp_path / "other")
    told = archive.import_archive(other, "ben", tmp_path / "one.zip")
    assert told.people == ("P-001",)
    with other.unit_of_work("ben", write=False) as unit:
        assert results.assessment(unit, kept.result) == {"of": "P-001"}
    assert examine(other).sound
    archive.export_practice(other, "ben", tmp_path / "two.zip")
    other.close()
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_whoever_is_here_just_the_same_stays(practice: Practice, kept: Kept, tmp_path: Path) -> None:
    archive.export_person(practice, "anna", kept.person, tmp_path / "one.zip")
    told = archive.import_archive(practice, "anna", tmp_path / "one.zip")
    assert (told.people, told.already) == ((), ("P-001",))


def test_whoever_differs_is_refused(practice: Practice, kept: Kept, tmp_path: Path) -> None:
    archive.export_person(practice, "anna", kept.person, tmp_path / "one.zip")
    with practice.unit_of_work("anna") as unit:
        visits.add(unit, kept.person, DAY)
    with pytest.raises(RecordError, match="here already and differs"):
        archive.import_archive(practice, "anna", tmp_path / "one.zip")


def test_an_erased_person_can_be_brought_back(practice: Practice, kept: Kept, tmp_path: Path) -> None:
    archive.export_person(practice, "anna", kept.person, tmp_path / "one.zip")
    erase.person(practice, "anna", kept.person)
    archive.import_archive(practice, "anna", tmp_path / "one.zip")
    with practice.unit_of_work("anna", write=False) as unit:
        assert people.get(unit, kept.person).pseudonym == "P-001"
    assert examine(practice).sound


def _rewritten(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    with zipfile.ZipFile(path) as source:
        members = {name: source.read(name) for name in source.namelist()}
    change(members)
    out = path.with_name("changed.zip")
    with zipfile.ZipFile(out, "w") as target:
        for name, data in members.items():
            target.writestr(name, data)
    return out


def _flip(members: dict[str, bytes]) -> None:
    name = next(name for name in members if name.startswith("files/"))
    members[name] = members[name][:-1] + b"?"


def _slip(members: dict[str, bytes]) -> None:
    members["files/../../evil"] = b"x"


def _listed_slip(members: dict[str, bytes]) -> None:
    manifest = json.loads(members["manifest.json"])
    manifest["members"]["../evil"] = manifest["members"]["rows.json"]
    members["../evil"] = members["rows.json"]
    members["manifest.json"] = json.dumps(manifest).encode()


def _future(members: dict[str, bytes]) -> None:
    members["manifest.json"] = json.dumps(json.loads(members["manifest.json"]) | {"revision": "9999"}).encode()


def _lacking(members: dict[str, bytes]) -> None:
    del members["rows.json"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_flip, "damaged: its checksum differs"),
        (_slip, "does not hold what its manifest lists"),
        (_listed_slip, "the archive lists '../evil'"),
        (_future, "has the revision"),
        (_lacking, "does not hold what its manifest lists"),
    ],
)
def test_a_bad_archive_leaves_nothing_behind(
    kept: Kept, practice: Practice, tmp_path: Path, change: Callable[[dict[str, bytes]], None], said: str
) -> None:
    archive.export_person(practice, "anna", kept.person, tmp_path / "one.zip")
    other = open_practice(tmp_path / "other")
    with pytest.raises(RecordError, match=said):
        archive.import_archive(other, "ben", _rewritten(tmp_path / "one.zip", change))
    with other.unit_of_work("ben", write=False) as unit:
        assert people.find(unit).total == 0
    assert list(other.files.stored()) == []
    assert not (tmp_path / "evil").exists()
    other.close()


def test_other_files_are_refused(practice: Practice, tmp_path: Path) -> None:
    (tmp_path / "letter.zip").write_bytes(b"dear aunt")
    with pytest.raises(RecordError, match="not an archive"):
        archive.import_archive(practice, "anna", tmp_path / "letter.zip")


def test_an_archive_is_not_written_over(practice: Practice, kept: Kept, tmp_path: Path) -> None:
    (tmp_path / "one.zip").write_bytes(b"precious")
    with pytest.raises(OutputError):
        archive.export_person(practice, "anna", kept.person, tmp_path / "one.zip")
    assert (tmp_path / "one.zip").read_bytes() == b"precious"
