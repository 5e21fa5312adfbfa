"""Members of ZIP archives that depend on nothing but their content: the same content gives the same bytes."""

from __future__ import annotations

import zipfile
from typing import Final

__all__ = ["zip_entry"]

EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a ZIP archive can state."""


def zip_entry(name: str, method: int = zipfile.ZIP_DEFLATED) -> zipfile.ZipInfo:
    """A member of fixed time, readable by its owner alone."""
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.compress_type = method
    entry.external_attr = 0o600 << 16
    return entry
