"""Kernels compile where neither the package nor a home folder can be written."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from cicatrix.io.kernel_cache import VARIABLE, ensure_cache


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package that cannot be written and no home; returns the folder for temporary files."""
    whole = os.access

    def access(path: str | Path, mode: int) -> bool:
        return whole(path, mode) and Path(path).is_relative_to(tmp_path / "tmp")

    monkeypatch.setattr(os, "access", access)
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("HOME", "/nonexistent")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    return tmp_path / "tmp"


def test_the_package_or_a_home_folder_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert ensure_cache(tmp_path) is None
    assert VARIABLE not in os.environ


def test_a_folder_that_was_named_is_taken(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(nowhere / "mine"))
    assert ensure_cache(nowhere.parent) is None
    assert os.environ[VARIABLE] == str(nowhere / "mine")


def test_else_a_private_folder_is_made_and_found_again(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = ensure_cache(nowhere.parent)
    assert folder is not None
    assert folder.parent == nowhere
    assert folder.stat().st_mode & 0o777 == 0o700
    assert os.environ[VARIABLE] == str(folder)
    monkeypatch.delenv(VARIABLE)
    assert ensure_cache(nowhere.parent) == folder


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="Windows has no such users")
@pytest.mark.parametrize("trap", ["open to others", "a link"])
def test_a_folder_that_somebody_else_may_have_prepared_is_not_taken(nowhere: Path, trap: str) -> None:
    """What is cached there is run as code."""
    prepared = nowhere / f"cicatrix-kernels-{os.getuid()}"
    if trap == "a link":
        (nowhere / "theirs").mkdir(mode=0o700)
        prepared.symlink_to(nowhere / "theirs")
    else:
        prepared.mkdir()
        prepared.chmod(0o777)
    folder = ensure_cache(nowhere.parent)
    assert folder is not None
    assert folder != prepared
    assert folder.resolve() != (nowhere / "theirs").resolve()
