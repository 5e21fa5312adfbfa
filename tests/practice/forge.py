"""Forged archives: rows changed at will, with a manifest that fits them."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

Rows = dict[str, list[dict[str, Any]]]


def members_of(path: Path) -> dict[str, bytes]:
    """What an archive holds."""
    with zipfile.ZipFile(path) as source:
        return {name: source.read(name) for name in source.namelist()}


def write(path: Path, members: dict[str, bytes]) -> Path:
    """An archive of these members."""
    with zipfile.ZipFile(path, "w") as target:
        for name, data in members.items():
            target.writestr(name, data)
    return path


def with_rows(path: Path, out: Path, change: Callable[[Rows], None]) -> Path:
    """An archive like another one, with rows that were changed and a manifest that lists them as they are."""
    members = members_of(path)
    rows = json.loads(members["rows.json"])
    change(rows)
    return write(out, with_text(members, json.dumps(rows).encode()))


def with_text(members: dict[str, bytes], rows: bytes) -> dict[str, bytes]:
    """Members with another ``rows.json``, listed with its length and checksum."""
    manifest = json.loads(members["manifest.json"])
    manifest["members"]["rows.json"] = {"sha256": hashlib.sha256(rows).hexdigest(), "bytes": len(rows)}
    return members | {"rows.json": rows, "manifest.json": json.dumps(manifest).encode()}
