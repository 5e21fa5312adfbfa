"""Where compiled kernels are cached when neither the package nor the home folder can be written.

Numba keeps them beside the source, or in the user's cache folder, and refuses to compile where it may write to neither:
in a container, under systemd's ``DynamicUser``, or for a user without a home. They then go to a private folder for
temporary files.
"""

from __future__ import annotations

import atexit
import logging
import os
import shutil
import stat
import sys
import tempfile
from pathlib import Path
from typing import Final

__all__ = ["VARIABLE", "ensure_cache"]

VARIABLE: Final = "NUMBA_CACHE_DIR"
LOG: Final = logging.getLogger("cicatrix")


def ensure_cache(package: Path) -> Path | None:
    """Name a folder in ``NUMBA_CACHE_DIR`` if Numba would find none; to be called before Numba is imported.

    Parameters
    ----------
    package
        Folder of the package.

    Returns
    -------
    Path
        The folder; None where Numba needs none, or where one is named already.
    """
    if os.environ.get(VARIABLE) or _can_write(package) or _can_write(_user_cache()):
        return None
    try:
        folder = _private_folder()
    except OSError:  # nothing at all can be written: Numba says so when it is needed
        return None
    os.environ[VARIABLE] = str(folder)  # also for the processes that are started from this one
    if "numba" in sys.modules:
        sys.modules["numba"].config.CACHE_DIR = str(folder)
    return folder


def _user_cache() -> Path:
    """The user's cache folder, as Numba looks for it."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", "~")).expanduser()
    try:
        home = Path.home()
    except RuntimeError:  # no HOME, and no entry for this user
        return Path("/nonexistent")
    if sys.platform == "darwin":
        return home / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")


def _can_write(folder: Path) -> bool:
    """Whether a folder can be written, or made."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)


def _private_folder() -> Path:
    """A folder that only this user can write: its contents are run as code."""
    user = os.getuid() if hasattr(os, "getuid") else 0
    folder = Path(tempfile.gettempdir()) / f"cicatrix-kernels-{user}"
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        found = folder.lstat()
        if stat.S_ISDIR(found.st_mode) and found.st_uid == user and not found.st_mode & 0o077:
            return folder
        folder = Path(tempfile.mkdtemp(prefix="cicatrix-kernels-"))  # somebody else made that one
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    LOG.warning(
        "kernels are compiled into %s, since neither the package nor a home folder can be written; "
        "set %s to another folder to keep them",
        folder,
        VARIABLE,
    )
    return folder
