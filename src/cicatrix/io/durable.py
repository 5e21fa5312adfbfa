"""Make what was written survive a power cut."""

from __future__ import annotations

import os
import sys
from pathlib import Path

__all__ = ["sync_file", "sync_folder"]

if sys.platform == "darwin":
    import fcntl

    def sync_file(descriptor: int) -> None:
        """Flush a file to the disk itself; on macOS ``fsync`` alone leaves it in the drive's cache."""
        try:
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
        except OSError:  # not every file system has it
            os.fsync(descriptor)

else:

    def sync_file(descriptor: int) -> None:
        """Flush a file to the disk."""
        os.fsync(descriptor)


if sys.platform == "win32":

    def sync_folder(folder: Path) -> None:
        """Do nothing: Windows cannot open folders, and NTFS journals the names in them."""

else:

    def sync_folder(folder: Path) -> None:
        """Flush the names in a folder to the disk: a file that was moved or removed stays so."""
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            sync_file(descriptor)
        finally:
            os.close(descriptor)
