"""The command line: what it writes, what it says, and how it refuses."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import jsonschema
import numpy as np
import pytest
import tifffile
from typer.main import get_command
from typer.testing import CliRunner, Result

from cicatrix import __version__
from cicatrix.cli.app import app
from cicatrix.cli.commands import SECTIONS
from cicatrix.cli.lazy import Group
from cicatrix.cli.progress import progress_bars

ENTRIES = tuple(entry for section in SECTIONS for entry in section.commands)
COMMANDS = tuple(entry.name for entry in ENTRIES)
WORDS = tuple(
    words
    for entry in ENTRIES
    for words in ([(entry.name, one.name) for one in entry.commands] if isinstance(entry, Group) else [(entry.name,)])
)
SMALL = "--size-mm 16 --pixel-mm 0.08 --boxcar 1 --rolling 1 --icepick 0 --raised 0 --red-marks 0 --brown-marks 0"


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def run_apart(*words: object, code: str = "", **options: Any) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, after some lines of Python."""
    program = f"{code}\nfrom cicatrix.cli.app import main\nmain()"
    arguments = [sys.executable, "-c", program, *(str(word) for word in words)]
    return subprocess.run(arguments, capture_output=True, text=True, check=False, **options)  # noqa: S603


@pytest.fixture(scope="module")
def heights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A capture of kind height."""
    folder = tmp_path_factory.mktemp("cli") / "heights"
    result = run("phantom", "--out", folder, "--seed", 3, "--kind", "height", *SMALL.split())
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture(scope="module")
def lights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A capture of kind lights, of PNG files."""
    folder = tmp_path_factory.mktemp("cli") / "lights"
    result = run("phantom", "--out", folder, "--seed", 3, "--lights", 5, "--file-format", "png", *SMALL.split())
    assert result.exit_code == 0, result.output
    return folder


def test_help_names_every_command() -> None:
    result = run("--help")
    assert result.exit_code == 0
    for command in COMMANDS:
        assert f"  {command} " in result.output
    assert "Not a medical device" in result.output


def test_no_command_shows_the_help() -> None:
    result = run()
    assert result.exit_code == 2
    assert "Usage: " in result.output


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_every_command_has_help(words: tuple[str, ...]) -> None:
    result = run(*words, "--help")
    assert result.exit_code == 0, result.output
    assert f"cicatrix {' '.join(words)}" in result.output.replace("Usage: root", "Usage: cicatrix")
    assert "--help" in result.output


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_every_option_has_a_text(words: tuple[str, ...]) -> None:
    command: Any = get_command(app)
    for word in words:
        command = command.commands[word]
    silent = [one.name for one in command.params if not getattr(one, "help", None)]
    assert silent == []


def test_the_help_keeps_the_order_of_a_visit() -> None:
    shown = run("--help").output
    titles = ["Measure:", "Decide:", "Follow up:", "Practice:", "Tools:"]
    places = [shown.index(f"\n{title}\n") for title in titles]
    assert places == sorted(places)
    places = [shown.index(f"  {command} ") for command in COMMANDS]
    assert places == sorted(places)


def test_a_misspelled_command_is_told_its_neighbour() -> None:
    result = run("ases")
    assert result.exit_code == 2
    assert "assess" in result.stderr


@pytest.mark.parametrize("words", [("--help",), ("phantom", "--help"), ("record", "--help"), ("plan", "--help")])
def test_help_survives_without_docstrings(words: tuple[str, ...]) -> None:
    command = [sys.executable, "-OO", "-m", "cicatrix", *words]
    result = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own program
    for text in (
        {"--help": "Find, measure", "phantom": "Number of lights", "record": "Erase a", "plan": "Case file"}[words[0]],
    ):
        assert text in result.stdout


def test_version() -> None:
    assert run("--version").stdout == f"cicatrix {__version__}\n"


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import atexit, sys\n"
        "heavy = ('numpy', 'scipy', 'numba', 'cv2', 'pydantic', 'PIL', 'rich', 'jinja2')\n"
        "atexit.register(lambda: print([name for name in heavy if name in sys.modules], file=sys.stderr))"
    )
    result = run_apart("--help", code=code)
    assert (result.returncode, result.stderr) == (0, "[]\n")


def test_module_is_the_command() -> None:
    result = subprocess.run([sys.executable, "-m", "cicatrix", "--version"], capture_output=True, text=True, check=True)
    assert result.stdout == f"cicatrix {__version__}\n"


def test_schema_is_a_json_schema() -> None:
    printed = json.loads(run("schema").stdout)
    jsonschema.Draft202012Validator.check_schema(printed)
    assert printed["title"] == "Assessment"
    assert run("schema", "assessment").stdout == run("schema").stdout
    of_case = json.loads(run("schema", "case").stdout)
    jsonschema.Draft202012Validator.check_schema(of_case)
    assert of_case["title"] == "Case"


def test_assess_ends_with_the_path_of_the_report(heights: Path, tmp_path: Path) -> None:
    out = tmp_path / "a folder" / "out"
    result = run("assess", heights, "--out", out)
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    assert result.stdout.splitlines()[-1] == str(out / "report.html")
    assert (out / "report.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    answer = json.loads((out / "assessment.json").read_text(encoding="utf-8"))
    assert result.stdout.startswith(f"scars: {len(answer['scars'])} (")


@pytest.mark.slow
def test_results_fit_the_schema_and_repeat_to_the_byte(heights: Path, lights: Path, tmp_path: Path) -> None:
    schema = json.loads(run("schema").stdout)
    for capture in (heights, lights):
        outs = [tmp_path / capture.name / number for number in ("1", "2")]
        for out, seed in zip(outs, ("1", "2"), strict=True):
            elsewhere = tmp_path / f"cwd{seed}"
            elsewhere.mkdir(exist_ok=True)
            environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": f"UTC{seed}", "NUMBA_NUM_THREADS": seed}
            result = run_apart("assess", capture, "--out", out, cwd=elsewhere, env=environment)
            assert result.returncode == 0, result.stderr
        first, second = ({file.name: file.read_bytes() for file in out.iterdir()} for out in outs)
        assert first.keys() == second.keys()
        assert [name for name in first if first[name] != second[name]] == []
        jsonschema.validate(json.loads(first["assessment.json"]), schema)


def test_relief_is_a_capture_again(heights: Path, tmp_path: Path) -> None:
    result = run("relief", heights, "--out", tmp_path / "r")
    assert result.exit_code == 0, result.output
    assert Path(result.stdout.strip()) == tmp_path / "r" / "height.tif"
    with tifffile.TiffFile(tmp_path / "r" / "height.tif") as tiff:
        page = tiff.pages.first
        about = json.loads(page.description)
        assert (page.dtype, page.shape) == (np.dtype(np.float32), (200, 200))
        assert (about["axes"], about["pixel_mm"], about["height_unit"]) == ("YX", 0.08, "mm")
        pixels, centimetres = page.tags["XResolution"].value
        assert page.tags["ResolutionUnit"].value == 3  # TIFF 6.0: centimetres
        assert 10.0 * centimetres / pixels == pytest.approx(0.08, rel=1e-6)
    whole = tifffile.imread(tmp_path / "r" / "height.tif") + tifffile.imread(tmp_path / "r" / "form.tif")
    assert np.abs(whole - tifffile.imread(heights / "height.tif")).max() < 1e-6
    shaded = cv2.imread(str(tmp_path / "r" / "relief.png"), cv2.IMREAD_UNCHANGED)
    assert shaded is not None
    assert shaded.shape == (200, 200)
    again = run("relief", tmp_path / "r", "--out", tmp_path / "rr")
    assert again.exit_code == 0, again.output


def test_relief_from_photographs_is_corrected_where_scars_were_fitted(lights: Path, tmp_path: Path) -> None:
    result = run("relief", lights, "--out", tmp_path / "r")
    assert result.exit_code == 0, result.output
    names = {file.name for file in (tmp_path / "r").iterdir()}
    assert names == {"height.tif", "form.tif", "relief.png", "fitted.tif", "fitted.png", "capture.toml"}
    truth = json.loads((lights / "truth.json").read_text(encoding="utf-8"))
    boxcar = next(scar for scar in truth["scars"] if scar["kind"] == "boxcar")
    mask = tifffile.imread(tmp_path / "r" / "fitted.tif")
    assert set(np.unique(mask)) == {0, 255}
    row, col = (int(boxcar[key] / 0.08) for key in ("y_mm", "x_mm"))
    assert mask[row, col] == 255
    height = tifffile.imread(tmp_path / "r" / "height.tif")
    assert height[mask == 255].min() == pytest.approx(-boxcar["depth_mm"], rel=0.25)


def test_relief_of_heights_is_not_fitted(heights: Path, tmp_path: Path) -> None:
    assert run("relief", heights, "--out", tmp_path / "r").exit_code == 0
    assert not [file.name for file in (tmp_path / "r").iterdir() if file.name.startswith("fitted")]


def _replace(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")

    return change


def _remove(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


def _cut(name: str, share: float) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        data = (folder / name).read_bytes()
        (folder / name).write_bytes(data[: int(share * len(data))])

    return change


def _picture(name: str, size: int, value: int) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        cv2.imwrite(str(folder / name), np.full((size, size, 3), value, dtype=np.uint8))

    return change


def _lamp(line: int, text: str) -> Callable[[Path], None]:
    """Give a lamp in lights.lp another direction."""

    def change(folder: Path) -> None:
        lines = (folder / "lights.lp").read_text(encoding="utf-8").splitlines()
        lines[line] = f"{lines[line].split()[0]} {text}"
        (folder / "lights.lp").write_text("\n".join(lines), encoding="utf-8")

    return change


def _count(count: int) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        lines = (folder / "lights.lp").read_text(encoding="utf-8").splitlines()
        (folder / "lights.lp").write_text("\n".join([str(count), *lines[1 : count + 1]]), encoding="utf-8")

    return change


WRONG_PHOTOGRAPHS: dict[str, tuple[Callable[[Path], None], tuple[str, ...]]] = {
    "no manifest": (_remove("capture.toml"), ("there is no capture.toml", "What to do: ")),
    "no pixel size": (_replace("capture.toml", "pixel_mm = 0.08\n", ""), ("capture.toml", "pixel_mm is missing")),
    "a pixel of zero": (_replace("capture.toml", "0.08", "0"), ("pixel_mm = 0", "Allowed: a number from 0.001 to 1")),
    "a negative pixel": (_replace("capture.toml", "0.08", "-0.08"), ("capture.toml, line 2", "pixel_mm = -0.08")),
    "an unknown kind": (_replace("capture.toml", '"lights"\n', '"light"\n'), ("'light'", "did you mean 'lights'?")),
    "a misspelled key": (_replace("capture.toml", "site", "sit"), ("unknown key 'sit'", "did you mean 'site'?")),
    "no TOML": (_replace("capture.toml", "kind =", "kind"), ("capture.toml, line 1", "not valid TOML")),
    "no photograph": (_remove("light_02.png"), ("light_02.png", "does not exist", "lights.lp, line 3")),
    "half a photograph": (_cut("light_02.png", 0.5), ("light_02.png", "What to do: ")),
    "another size": (_picture("light_02.png", 150, 99), ("light_02.png", "150 x 150", "200 x 200")),
    "a black photograph": (_picture("light_02.png", 200, 0), ("light_02.png", "What to do: ")),
    "a white photograph": (_picture("light_02.png", 200, 255), ("light_02.png", "What to do: ")),
    "a wrong count": (_replace("lights.lp", "5\n", "6\n"), ("lights.lp, line 1", "6 lights, but 5 are listed")),
    "three lights": (_count(3), ("lights.lp", "3 lights", "4")),
    "a light below the skin": (_lamp(2, "0.5 0.5 -0.7"), ("lights.lp, line 3", "-0.7")),
    "a light of length zero": (_lamp(2, "0 0 0"), ("lights.lp, line 3", "What to do: ")),
    "a path that leads out": (
        _replace("capture.toml", '"lights.lp"', '"../lights.lp"'),
        ("'../lights.lp' is a path outside the capture folder", "What to do: copy the file into the capture folder"),
    ),
}


@pytest.mark.parametrize("wrong", WRONG_PHOTOGRAPHS)
def test_wrong_photographs_are_refused(lights: Path, tmp_path: Path, wrong: str) -> None:
    change, says = WRONG_PHOTOGRAPHS[wrong]
    capture, out = tmp_path / "capture", tmp_path / "out"
    shutil.copytree(lights, capture)
    change(capture)
    assert_refused(run("assess", capture, "--out", out), out, str(capture), *says)


def _plane(value: float) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        plane = tifffile.imread(folder / "height.tif")
        plane[7, 9] = value
        tifffile.imwrite(folder / "height.tif", plane)

    return change


WRONG_HEIGHTS: dict[str, tuple[Callable[[Path], None], tuple[str, ...]]] = {
    "a hole": (_plane(np.nan), ("height.tif", "1 heights are not finite", "row 7, column 9")),
    "a wrong unit": (_replace("capture.toml", '"mm"', '"inch"'), ("capture.toml, line", "height_unit = 'inch'")),
    "an impossible height": (_plane(5000.0), ("height.tif", "5000", "height_unit = 'mm'")),
    "no file": (_remove("height.tif"), ("height.tif", "What to do: ")),
    "half a file": (_cut("height.tif", 0.5), ("height.tif", "What to do: ")),
}


@pytest.mark.parametrize("wrong", WRONG_HEIGHTS)
@pytest.mark.parametrize("command", ["assess", "relief"])
def test_wrong_heights_are_refused(heights: Path, tmp_path: Path, wrong: str, command: str) -> None:
    change, says = WRONG_HEIGHTS[wrong]
    capture, out = tmp_path / "capture", tmp_path / "out"
    shutil.copytree(heights, capture)
    change(capture)
    assert_refused(run(command, capture, "--out", out), out, str(capture), *says)


def assert_refused(result: Result, out: Path, *says: str) -> None:
    """One message that says all this, exit code 2, and nothing written."""
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert result.stderr.startswith("cicatrix: ")
    assert result.stderr.count("\n") == 1
    for words in says:
        assert words in result.stderr
    assert not out.exists()


def test_no_folder_at_all(tmp_path: Path) -> None:
    result = run("assess", tmp_path / "nowhere", "--out", tmp_path / "out")
    assert_refused(result, tmp_path / "out", f"{tmp_path / 'nowhere'}: there is no such folder")


@pytest.mark.parametrize("command", ["assess", "relief"])
def test_out_that_is_a_file_is_refused_before_any_work(tmp_path: Path, command: str) -> None:
    out = tmp_path / "out"
    out.write_text("mine", encoding="utf-8")
    for path in (out, out / "below"):
        result = run(command, tmp_path / "nowhere", "--out", path)
        assert result.exit_code == 2
        assert f"cicatrix: {path}: " in result.stderr
        assert "is a file. Allowed: a folder" in result.stderr
    assert out.read_text(encoding="utf-8") == "mine"


def test_a_refusal_in_a_process_of_its_own(tmp_path: Path) -> None:
    result = run_apart("assess", tmp_path, "--out", tmp_path / "out")
    assert (result.returncode, result.stdout) == (2, "")
    expected = (
        f"cicatrix: {tmp_path}: the capture folder is empty. What to do: put the photographs and a capture.toml in."
    )
    assert result.stderr == f"{expected}\n"


def test_a_fault_of_ours_keeps_its_traceback(tmp_path: Path) -> None:
    code = (
        "import cicatrix.pipeline.assess as a\ndef fail(*_, **__): raise RuntimeError('a fault')\n"
        "a.assess_folder = fail"
    )
    result = run_apart("assess", tmp_path, "--out", tmp_path / "out", code=code)
    assert result.returncode == 1
    assert "Traceback (most recent call last)" in result.stderr
    assert result.stderr.endswith("RuntimeError: a fault\n")


def test_an_interrupt_is_quiet(tmp_path: Path) -> None:
    code = "import cicatrix.pipeline.assess as a\ndef stop(*_, **__): raise KeyboardInterrupt\na.assess_folder = stop"
    result = run_apart("assess", tmp_path, "--out", tmp_path / "out", code=code)
    assert (result.returncode, result.stdout) == (130, "")
    assert "Traceback" not in result.stderr


def test_a_reader_that_leaves_early_does_no_harm() -> None:
    program = [sys.executable, "-m", "cicatrix", "schema"]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:  # noqa: S603
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_bars_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    for stream, quiet in ((io.StringIO(), True), (_Terminal(), False)):
        monkeypatch.setattr(sys, "stderr", stream)
        with progress_bars() as tell:
            tell("reading photographs", 0, 8)
            tell("reading photographs", 8, 8)
            tell("relief", 0, 1)
        assert (stream.getvalue() == "") is quiet
    assert "reading photographs" in stream.getvalue()
    assert "8/8" in stream.getvalue()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--count", "0"), "count is 0. Allowed: 1 or more"),
        (("--seed", "9999"), "the seed is 9999. Allowed: 10000 or more"),
        (("--write", "/nowhere/accuracy.md"), "/nowhere/accuracy.md: /nowhere is not a folder"),
        (("--summary", "/nowhere/README.md"), "/nowhere/README.md: /nowhere is not a folder"),
    ],
)
def test_validate_refuses_before_any_work(words: tuple[str, ...], message: str) -> None:
    result = run("validate", *words)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"cicatrix: {message}")
