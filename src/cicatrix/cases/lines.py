"""On which line of a case file each key stands, for messages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

__all__ = ["Path", "json_lines", "toml_lines"]

Path = tuple[str, ...]

_HEADER: Final = re.compile(r"\s*\[+([^\]]+)\]")
_KEY: Final = re.compile(r"""\s*((?:[\w.\s-]|"[^"]*"|'[^']*')+?)\s*=\s*(\{?)""")
_INNER: Final = re.compile(r"""[{,]\s*["']?([\w-]+)["']?\s*=""")
_SIGN: Final = re.compile(r'"(?:[^"\\\n]|\\.)*"|[{}\[\]:,\n]')


def toml_lines(text: str) -> dict[Path, int]:
    """Line, counted from 1, of every table and every key in a TOML text.

    Tables, dotted keys and inline tables on one line are followed. Inside strings of several lines a line may be
    taken for a key: the answer is for messages only.
    """
    lines: dict[Path, int] = {}
    table: Path = ()
    for number, line in enumerate(text.split("\n"), start=1):
        if header := _HEADER.match(line):
            table = _parts(header[1])
            lines.setdefault(table, number)
        elif key := _KEY.match(line):
            path = (*table, *_parts(key[1]))
            lines.setdefault(path, number)
            if key[2]:
                for inner in _INNER.finditer(line, key.end() - 1):
                    lines.setdefault((*path, inner[1]), number)
    return lines


def _parts(dotted: str) -> Path:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))


def json_lines(text: str) -> tuple[dict[Path, int], list[tuple[Path, int]]]:
    """Line, counted from 1, of every key in a JSON text, and every key that stands in an object a second time."""
    lines: dict[Path, int] = {}
    twice: list[tuple[Path, int]] = []
    for path, number in _json_keys(text):
        if path in lines:
            twice.append((path, number))
        lines.setdefault(path, number)
    return lines, twice


def _json_keys(text: str) -> Iterator[tuple[Path, int]]:
    """Every key with the line it is on, in the order of the text; objects in lists are passed over."""
    number = 1
    opened: list[str] = []  # the key that each open object stands under, or "[" for a list
    last, key = "", ""
    for sign in _SIGN.findall(text):
        if sign == "\n":
            number += 1
        elif sign == ":":
            key = last[1:-1]
            if "[" not in opened:
                yield (*opened[1:], key), number
        elif sign in "{[":
            opened.append("[" if sign == "[" else key)
        elif sign in "}]":
            del opened[-1:]
        last = sign if sign.startswith('"') else last
