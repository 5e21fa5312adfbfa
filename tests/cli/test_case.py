"""``cicatrix case`` and ``assess --case``: piped, at a terminal, interrupted, and refused."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cicatrix.cases import read_case
from cicatrix.cases.fields import fields
from cicatrix.cli.app import app
from cicatrix.model import Case

ROOT = Path(__file__).resolve().parents[2]


def run(*words: object, piped: str | None = None) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words], input=piped)


def test_piped_answers_make_a_case(tmp_path: Path) -> None:
    out = tmp_path / "my case.toml"
    result = run("case", "new", "--out", out, piped="34\nfemale\n4\nno\nnext\nstopped\n12\nquit\n\n")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[-1] == str(out)
    person = read_case(out).person
    assert (person.age, person.sex, person.skin_type, person.pregnant) == (34, "female", 4, False)
    assert (person.isotretinoin, person.isotretinoin_months_since) == ("stopped", 12)
    assert person.breastfeeding is None
    assert "1 of 10: The person" in result.stdout
    assert result.stdout.count("2 of 10: Medicines") == 1


def test_where_piped_answers_end_the_rest_is_unknown(tmp_path: Path) -> None:
    out = tmp_path / "case.json"
    result = run("case", "new", "--out", out, piped="34\n")
    assert result.exit_code == 0, result.output
    assert read_case(out) == Case.model_validate({"person": {"age": 34}})


def test_skipping_everything_leaves_a_form_to_fill_in(tmp_path: Path) -> None:
    out = tmp_path / "case.toml"
    result = run("case", "new", "--out", out, piped="\n" * 200)
    assert result.exit_code == 0, result.output
    assert read_case(out) == Case()
    assert "# age =" in out.read_text(encoding="utf-8")


@pytest.mark.parametrize("piped", ["34\nquit\nno\n", "quit\n"])
def test_quitting_without_saving_leaves_nothing(tmp_path: Path, piped: str) -> None:
    result = run("case", "new", "--out", tmp_path / "case.toml", piped=piped)
    assert result.exit_code == 0
    assert result.stdout.endswith("Nothing was written.\n")
    assert list(tmp_path.iterdir()) == []


def test_back_from_the_last_question_and_from_saving(tmp_path: Path) -> None:
    out = tmp_path / "case.toml"
    result = run("case", "new", "--out", out, piped="34\nquit\nback\nfemale\n" + "next\n" * 10 + "back\n500\n\n")
    assert result.exit_code == 0, result.output
    case = read_case(out)
    assert (case.person.sex, case.preferences.budget_usd) == ("female", 500)


@pytest.mark.parametrize(
    ("piped", "says"),
    [
        ("", "no question was answered"),
        ("\n\n", "no question was answered"),
        ("x\n", "person.age: 'x' is not a number"),
        ("9\n\n\nyes\n", "person.pregnant: pregnant yes and age 9 do not go together"),
    ],
)
def test_piped_answers_that_are_not_taken_end_it(tmp_path: Path, piped: str, says: str) -> None:
    # An answer that is asked for again would shift all that follow.
    result = run("case", "new", "--out", tmp_path / "case.toml", piped=piped)
    assert result.exit_code == 2
    assert says in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_not_overwritten_by_piped_answers(tmp_path: Path) -> None:
    out = tmp_path / "case.toml"
    out.write_text("mine", encoding="utf-8")
    result = run("case", "new", "--out", out, piped="34\n")
    assert (result.exit_code, out.read_text(encoding="utf-8")) == (2, "mine")
    assert "exists already" in result.stderr


def test_a_place_that_cannot_be_written_is_refused_before_any_question(tmp_path: Path) -> None:
    for out in (tmp_path, tmp_path / "nowhere" / "case.toml"):
        result = run("case", "new", "--out", out, piped="34\n")
        assert result.exit_code == 2
        assert result.stdout == ""
        assert str(out) in result.stderr


def test_answers_that_are_no_text_are_refused(tmp_path: Path) -> None:
    program = [sys.executable, "-m", "cicatrix", "case", "new", "--out", str(tmp_path / "case.toml")]
    environment = {**os.environ, "PYTHONUTF8": "1", "PYTHONIOENCODING": "utf-8:strict"}
    result = subprocess.run(program, input=b"34\n\xff\xfe\n", capture_output=True, check=False, env=environment)  # noqa: S603
    assert result.returncode == 2
    assert b"not UTF-8 text" in result.stderr
    assert list(tmp_path.iterdir()) == []


class Terminal:
    """``cicatrix case new`` at a terminal of its own."""

    def __init__(self, out: Path) -> None:
        import pty  # noqa: PLC0415 - not on every system

        self.screen = ""
        self.child, self.fd = pty.fork()
        if self.child == 0:  # pragma: no cover
            # A shell that starts the tests in the background has interrupts ignored, and children inherit that.
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.execv(sys.executable, [sys.executable, "-m", "cicatrix", "case", "new", "--out", str(out)])  # noqa: S606

    def until(self, words: str) -> None:
        """Read the screen until these words are on it."""
        assert self.comes(words, 60.0), f"{words!r} did not come: {self.screen}"

    def comes(self, words: str, seconds: float) -> bool:
        """Tell whether these words come on the screen in time."""
        end = time.monotonic() + seconds
        while words not in self.screen:
            ready, _, _ = select.select([self.fd], [], [], max(0.0, end - time.monotonic()))
            if not ready:
                return False
            self.screen += os.read(self.fd, 4096).decode("utf-8")
        return True

    def press(self, key: str, words: str) -> None:
        """Press a key that interrupts, until these words come.

        A signal that comes between Python's prompt and its read is only seen at the next key.
        """
        self.screen = ""
        for _ in range(20):
            # What came since stays on the screen: the words may come in two pieces.
            os.write(self.fd, key.encode("utf-8"))
            if self.comes(words, 2.0):
                return
        pytest.fail(f"{words!r} did not come: {self.screen}")

    def say(self, text: str) -> None:
        self.screen = ""
        os.write(self.fd, text.encode("utf-8"))

    def ended(self) -> int:
        _, status = os.waitpid(self.child, 0)
        os.close(self.fd)
        return os.waitstatus_to_exitcode(status)


at_a_terminal = pytest.mark.skipif(sys.platform == "win32", reason="there is no pty on Windows")


@at_a_terminal
@pytest.mark.parametrize("key", ["\x03", "\x04"], ids=["Ctrl-C", "Ctrl-D"])
def test_an_interrupt_at_a_terminal_leaves_nothing(tmp_path: Path, key: str) -> None:
    terminal = Terminal(tmp_path / "case.toml")
    terminal.until("> ")
    terminal.say("34\n")
    terminal.until("3 other]")
    terminal.until("> ")
    terminal.press(key, "Nothing was written.")
    assert terminal.ended() == 128 + signal.SIGINT
    assert list(tmp_path.iterdir()) == []


@at_a_terminal
def test_at_a_terminal_a_wrong_answer_is_asked_again_and_a_file_replaced_on_demand(tmp_path: Path) -> None:
    out = tmp_path / "case.toml"
    out.write_text("mine", encoding="utf-8")
    terminal = Terminal(out)
    terminal.until("Replace it at the end? [y/N]")
    terminal.say("y\n")
    terminal.until("> ")
    terminal.say("340\n")
    terminal.until("out of range")
    terminal.until("> ")
    terminal.say("34\n")
    terminal.until("> ")
    terminal.say("quit\n")
    terminal.until("Save 1 answers?")
    terminal.until("> ")
    terminal.say("\n")
    terminal.until(out.name)
    assert terminal.ended() == 0
    assert read_case(out).person.age == 34


@at_a_terminal
def test_a_file_that_may_not_be_replaced_stays(tmp_path: Path) -> None:
    out = tmp_path / "case.toml"
    out.write_text("mine", encoding="utf-8")
    terminal = Terminal(out)
    terminal.until("[y/N]")
    terminal.say("\n")
    terminal.until("stays as it is")
    assert terminal.ended() == 2
    assert out.read_text(encoding="utf-8") == "mine"


def test_check_lists_known_unknown_and_doubtful(tmp_path: Path) -> None:
    path = tmp_path / "case.toml"
    path.write_text("[person]\nage = 20\nkeloid_history = false\n[scars]\nkeloid = 1\n", encoding="utf-8")
    result = run("case", "check", path)
    assert result.exit_code == 0
    assert f"3 of {len(fields())} questions are answered" in result.stdout
    shown = " ".join(result.stdout.split())
    assert "person.age: 20" in shown
    assert "person: sex, skin_type" in shown
    assert "person.keloid_history and scars.keloid: a keloid is counted" in shown
    printed = json.loads(run("case", "check", path, "--json").stdout)
    assert printed["known"] == {"person.age": "20", "person.keloid_history": "no", "scars.keloid": "1"}
    assert len(printed["known"]) + len(printed["unknown"]) == len(fields())
    assert printed["doubts"][0]["keys"] == ["person.keloid_history", "scars.keloid"]


def test_check_refuses_with_every_problem(tmp_path: Path) -> None:
    path = tmp_path / "case.toml"
    path.write_text("[person]\nage = 300\nskin_type = 7\n", encoding="utf-8")
    result = run("case", "check", path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"cicatrix: {path}: 2 problems:\n- line 2: person.age = 300.")


def test_assess_refuses_a_wrong_case_before_any_work(tmp_path: Path) -> None:
    path = tmp_path / "case.toml"
    path.write_text("[person]\nage = 300\n", encoding="utf-8")
    result = run("assess", ROOT / "examples" / "cheek", "--case", path, "--out", tmp_path / "out")
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"{path}, line 2: person.age = 300." in result.stderr
    assert not (tmp_path / "out").exists()
