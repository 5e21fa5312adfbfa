"""The commands around the app: serve, user, record."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from datetime import date
from http.cookiejar import CookieJar
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cicatrix.cli.app import app
from cicatrix.cli.serve import first_free_port
from cicatrix.practice import open_practice, people, visits

PASSWORD = "a long enough password"  # noqa: S105 - of an account that lives for one test


def run(*words: str | Path, said: str | None = None) -> tuple[int, str]:
    """Exit code and output of a command."""
    result = CliRunner().invoke(app, [str(word) for word in words], input=said)
    return result.exit_code, result.output


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A practice with one person."""
    practice = open_practice(tmp_path / "practice")
    with practice.unit_of_work("test") as unit:
        people.add(unit, "P-001")
    practice.close()
    return practice.folder


@pytest.mark.slow
@pytest.mark.parametrize("name", ["new", "practice"])
def test_serve_prints_a_link_that_opens_the_app_and_stops_when_told(tmp_path: Path, folder: Path, name: str) -> None:
    """No person is named in what is printed; the link holds random text and is left out before looking."""
    assert folder == tmp_path / "practice"
    shown = "No people yet" if name == "new" else "P-001"
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "cicatrix", "serve", str(tmp_path / name), "--port", str(port)]
        environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
        process = subprocess.Popen(  # noqa: S603 - our own program
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
        )
        try:
            assert process.stdout is not None
            said = ""
            while "Stop with" not in said:
                line = process.stdout.readline()
                assert line, said
                said += line
            link = re.search(r"http://127\.0\.0\.1:(\d+)/\?token=\S+", said)
            assert link is not None, said
            assert int(link[1]) > port, "the port was taken"
            assert "P-001" not in said.replace(link[0], "")
            assert shown in _open(link[0])
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(f"http://127.0.0.1:{link[1]}/people.json")
            assert refused.value.code == 401
            refused.value.close()
            assert (tmp_path / name).stat().st_mode & 0o077 == 0
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)
            process.stdout.close() if process.stdout is not None else None
    assert process.returncode in {0, 130}


def _open(link: str) -> str:
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    end = time.monotonic() + 20
    while True:
        try:
            with opener.open(link) as answer:
                return str(answer.read().decode())
        except urllib.error.URLError:
            assert time.monotonic() < end
            time.sleep(0.1)


def test_other_addresses_need_an_account_first(folder: Path) -> None:
    code, said = run("serve", folder, "--host", "0.0.0.0", "--name", "clinic.example")  # noqa: S104
    assert code == 2
    assert "there is no account yet" in said
    assert "cicatrix user add" in said


def test_every_address_needs_a_name(folder: Path) -> None:
    run("user", "add", folder, "anna", "--role", "clinician", "--password-stdin", said=f"{PASSWORD}\n")
    code, said = run("serve", folder, "--host", "0.0.0.0")  # noqa: S104
    assert code == 2
    assert "--name" in said


def test_users_come_and_go(folder: Path) -> None:
    assert run("user", "add", folder, "anna", "--role", "reader", "--password-stdin", said=f"{PASSWORD}\n")[0] == 0
    assert run("user", "list", folder) == (0, "anna\treader\n")
    assert run("user", "password", folder, "anna", "--password-stdin", said="another long password\n")[0] == 0
    assert run("user", "unlock", folder, "anna")[0] == 0
    assert run("user", "remove", folder, "anna")[0] == 0
    assert run("user", "list", folder) == (0, "")


@pytest.mark.parametrize(
    ("words", "said", "told"),
    [
        (("add", "anna", "--role", "king", "--password-stdin"), f"{PASSWORD}\n", "'reader', 'assistant', 'clinician'"),
        (("add", "anna", "--role", "reader", "--password-stdin"), "short\n", "12 to 1000"),
        (("add", "anna", "--role", "reader"), None, "--password-stdin"),
        (("remove", "nobody"), None, "no account 'nobody'"),
    ],
)
def test_wrong_users_are_refused(folder: Path, words: tuple[str, ...], said: str | None, told: str) -> None:
    code, output = run("user", words[0], folder, *words[1:], said=said)
    assert code == 2
    assert told in output


def test_people_and_visits_are_listed(folder: Path, tmp_path: Path) -> None:
    from tests.practice.made import keep  # noqa: PLC0415

    practice = open_practice(folder)
    with practice.unit_of_work("test") as unit:
        person = people.by_pseudonym(unit, "P-001")
        people.change(unit, person.id, pseudonym="P-001", note="two\nlines")
        visits.add(unit, person.id, date(2026, 11, 2))
        keep(unit, tmp_path, "P-002")
    practice.close()
    assert run("record", "people", folder, "--find", "001") == (0, "P-001\ttwo lines\n")
    assert run("record", "visits", folder, "P-001") == (0, "2026-11-02\t-\t-\t-\n")
    assert run("record", "visits", folder, "P-001", "--day", "2026-11-03") == (0, "")
    assert len(run("record", "visits", folder, "P-002")[1].splitlines()[0].split("\t")) == 4
    assert run("record", "visits", folder, "P-003")[0] == 2


def test_a_practice_goes_out_and_comes_in(folder: Path, tmp_path: Path) -> None:
    assert run("record", "export", folder, "--out", tmp_path / "all.zip")[0] == 0
    other = tmp_path / "other"
    open_practice(other).close()
    assert run("record", "import", other, tmp_path / "all.zip") == (0, "new: 1, here already: 0, files: 0\n")
    code, said = run("record", "check", other)
    head = re.fullmatch(r"0 files, 0 that nothing refers to\nlog: (\d+:[0-9a-f]{64})\nsound\n", said)
    assert code == 0
    assert head is not None, said
    assert run("record", "check", other, "--expect", head[1])[0] == 0
    code, said = run("record", "check", other, "--expect", f"9{head[1]}")
    assert code == 1
    assert "older than it should be" in said
    assert run("record", "check", other, "--expect", "nine")[0] == 2
    code, said = run("record", "log", other, "--person", "P-001")
    assert code == 0
    assert "person.import" in said
    code, said = run("record", "erase", other, "P-001", "--yes")
    assert code == 0
    assert "erased: 0 visits" in said
    assert run("record", "erase", other, "P-001", "--yes")[0] == 2


def test_a_damaged_practice_is_told_by_the_exit_code(folder: Path, tmp_path: Path) -> None:
    practice = open_practice(folder)
    from tests.practice.made import keep  # noqa: PLC0415

    with practice.unit_of_work("test") as unit:
        keep(unit, tmp_path, "P-002")
    next(iter(practice.folder.glob("files/??/*"))).write_bytes(b"?")
    practice.close()
    code, said = run("record", "check", folder)
    assert code == 1
    assert "damaged: " in said


@pytest.mark.parametrize(
    "words",
    [
        ("record", "check"),
        ("record", "people"),
        ("user", "list"),
        ("user", "add", "anna", "--role", "reader", "--password-stdin"),
        ("user", "remove", "anna"),
    ],
    ids=" ".join,
)
def test_no_practice_is_made_by_looking_for_one(tmp_path: Path, words: tuple[str, ...]) -> None:
    code, said = run(*words[:2], tmp_path / "typo", *words[2:], said=f"{PASSWORD}\n")
    assert code == 2
    assert "there is no practice here. Allowed: a folder with a practice.db. What to do: check" in said
    assert not (tmp_path / "typo").exists()


def test_no_practice_is_made_in_a_database_without_one(folder: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.db"
    code, said = run("user", "list", folder, "--database", f"sqlite:///{empty}")
    assert code == 2
    assert "there is no practice in this database" in said
    code, said = run("user", "list", tmp_path / "typo", "--database", f"sqlite:///{folder / 'practice.db'}")
    assert code == 2
    assert "the folder that holds the practice's files" in said
    assert not (tmp_path / "typo").exists()
    assert run("user", "list", folder, "--database", f"sqlite:///{folder / 'practice.db'}") == (0, "")


def test_an_archive_makes_the_practice_that_it_goes_to(folder: Path, tmp_path: Path) -> None:
    assert run("record", "export", folder, "--out", tmp_path / "all.zip")[0] == 0
    assert run("record", "import", tmp_path / "new", tmp_path / "missing.zip")[0] == 2
    assert not (tmp_path / "new").exists()
    assert run("record", "import", tmp_path / "new", tmp_path / "all.zip")[0] == 0
    assert run("record", "people", tmp_path / "new") == (0, "P-001\t\n")


def test_an_address_of_another_machine_is_refused_and_makes_nothing(tmp_path: Path) -> None:
    code, said = run("serve", tmp_path / "new", "--host", "192.0.2.1")  # TEST-NET-1, RFC 5737
    assert code == 2
    assert "cannot listen on 192.0.2.1" in said
    assert "What to do: correct --host" in said
    assert not (tmp_path / "new").exists()


def test_a_taken_port_makes_way_for_the_next_one() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert port < first_free_port("127.0.0.1", port) < port + 20


def test_the_record_is_printed_as_json(folder: Path, tmp_path: Path) -> None:
    from tests.practice.made import keep  # noqa: PLC0415

    practice = open_practice(folder)
    with practice.unit_of_work("test") as unit:
        keep(unit, tmp_path, "P-002")
    practice.close()
    assert [one["pseudonym"] for one in json.loads(run("record", "people", folder, "--json")[1])] == ["P-001", "P-002"]
    (visit,) = json.loads(run("record", "visits", folder, "P-002", "--json")[1])
    assert set(visit) == {"day", "site", "kind", "result"}
    entries = json.loads(run("record", "log", folder, "--json", "--limit", "2")[1])
    assert len(entries) == 2
    assert {"number", "at", "actor", "action"} <= set(entries[0])
    assert json.loads(run("record", "check", folder, "--json")[1])["sound"] is True
    exported = json.loads(run("record", "export", folder, "--out", tmp_path / "a.zip", "--json")[1])
    assert exported == {"archive": str(tmp_path / "a.zip"), "bytes": (tmp_path / "a.zip").stat().st_size}
    assert json.loads(run("record", "erase", folder, "P-002", "--yes", "--json")[1])["pseudonym"] == "P-002"
    said = f"{PASSWORD}\n"
    added = run("user", "add", folder, "anna", "--role", "reader", "--password-stdin", "--json", said=said)[1]
    assert json.loads(added)["name"] == "anna"
    assert [one["role"] for one in json.loads(run("user", "list", folder, "--json")[1])] == ["reader"]


def test_a_day_that_is_none_is_refused(folder: Path) -> None:
    code, said = run("record", "visits", folder, "P-001", "--day", "tomorrow")
    assert code == 2
    assert "--day 'tomorrow' is not a day" in said
