"""The core works without the extras, and what does not says which one to install."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest
import tifffile

import cicatrix

PACKAGE = Path(cicatrix.__file__).parent
ROOT = Path(__file__).resolve().parents[1]
IMPORTED_AS = {
    "argon2-cffi": "argon2",
    "pillow-heif": "pillow_heif",
    "python-multipart": "python_multipart",
}
"""Names that a library is imported by, where they are not those that it is installed by."""
APP = ("practice/", "web/", "cli/practice_folder.py", "cli/record.py", "cli/serve.py", "cli/user.py")
"""What the extra ``app`` is for."""
SMALL = "--kind height --size-mm 16 --pixel-mm 0.1 --icepick 0 --boxcar 1 --rolling 0 --raised 0 --red-marks 0"


def libraries_of_extras() -> set[str]:
    """Import names of everything that no plain installation has."""
    stated = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    names = {line.split(">")[0] for extra, lines in stated.items() if extra != "all" for line in lines}
    return {IMPORTED_AS.get(name, name) for name in names} | {"starlette", "multipart"}


def without_extras(*words: object) -> subprocess.CompletedProcess[str]:
    """Run the command where none of the extras can be imported."""
    program = (
        "import sys\n"
        f"sys.modules |= dict.fromkeys({sorted(libraries_of_extras())!r})\n"
        "from cicatrix.cli.app import main\n"
        "main()"
    )
    command = [sys.executable, "-c", program, *(str(word) for word in words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own program


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("extras") / "cheek"
    result = without_extras("phantom", "--out", folder, "--seed", 3, *SMALL.split(), "--brown-marks", 0)
    assert result.returncode == 0, result.stderr
    return folder


def test_all_is_every_extra() -> None:
    stated = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert stated["all"] == [f"cicatrix[{','.join(sorted(stated.keys() - {'all'}))}]"]


def test_only_the_app_imports_the_extras() -> None:
    extras = libraries_of_extras()
    against = {}
    for file in PACKAGE.rglob("*.py"):
        name = file.relative_to(PACKAGE).as_posix()
        if not name.startswith(APP):
            tree = ast.parse(file.read_text(encoding="utf-8"))
            imports = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
            imports |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
            against[name] = {one.partition(".")[0] for one in imports} & extras
    assert {name: wrong for name, wrong in against.items() if wrong} == {}


def test_an_assessment_lacks_the_pdf_alone_and_says_so(capture: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "report.pdf").write_bytes(b"of an earlier result")
    result = without_extras("assess", capture, "--out", out)
    assert result.returncode == 0, result.stderr
    assert result.stderr == "note: report.pdf was not written; for it, pip install 'cicatrix[pdf]'\n"
    names = {file.name for file in out.iterdir()}
    assert {"assessment.json", "report.html", "patient.html", "scars.png"} <= names
    assert "report.pdf" not in names, "it would show another result than the pages"
    assert json.loads((out / "assessment.json").read_text(encoding="utf-8"))["scars"]


@pytest.mark.parametrize(
    ("words", "extra"),
    [
        (("serve", "practice"), "app"),
        (("record", "check", "practice"), "app"),
        (("user", "list", "practice"), "app"),
        (("card", "--out", "card.pdf"), "pdf"),
    ],
    ids=lambda value: value if isinstance(value, str) else value[0],
)
def test_a_command_says_which_extra_it_needs(words: tuple[str, ...], extra: str) -> None:
    result = without_extras(*words)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("cicatrix: ")
    assert "which is not installed. What to do: " in result.stderr
    assert result.stderr.endswith(f"pip install 'cicatrix[{extra}]'.\n")


@pytest.mark.parametrize(
    ("compression", "predictor", "said"),
    [("lzw", 1, "LZW with predictor 1"), ("zlib", 3, "DEFLATE with predictor 3")],
)
def test_a_tiff_says_which_extra_it_needs(
    capture: Path, tmp_path: Path, compression: str, predictor: int, said: str
) -> None:
    for name in ("capture.toml", "height.tif"):
        (tmp_path / name).write_bytes((capture / name).read_bytes())
    plane = tifffile.imread(tmp_path / "height.tif").astype(np.float32)
    tifffile.imwrite(tmp_path / "height.tif", plane, compression=compression, predictor=predictor)
    result = without_extras("relief", tmp_path, "--out", tmp_path / "out")
    assert result.returncode == 2
    assert "the TIFF is compressed (" in result.stderr
    assert said in result.stderr
    assert "pip install 'cicatrix[tiff]', or save it without compression" in result.stderr
    assert not (tmp_path / "out").exists()
