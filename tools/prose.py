"""Check the prose of the project against the terms of ``tools/terms.toml``.

    python tools/prose.py [--counts] [--all] [ROOM ...]

It reads Markdown pages (without code), the text of Jinja templates (without tags, with the attributes that screen
readers and tooltips use), and the docstrings, comments and texts of Python modules (literals of three or more words).
Findings in a room that ``clean`` lists fail the check, with file, line and what to write instead. Other rooms are only
counted, so that the list can grow: ``--all`` prints their findings, ``--counts`` the number of each room.
"""

from __future__ import annotations

import argparse
import ast
import io
import re
import sys
import tokenize
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

from markdown_it import MarkdownIt

ROOT: Final = Path(__file__).resolve().parents[1]
TERMS: Final = ROOT / "tools" / "terms.toml"
SPOKEN: Final = ("alt", "title", "aria-label", "placeholder")
PAGES: Final = ("README.md", "CONTRIBUTING.md", "docs")
FEWEST_WORDS: Final = 3


@dataclass(frozen=True, slots=True)
class Term:
    """A pattern, and what to write instead."""

    find: re.Pattern[str]
    write: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph, sentence or comment, with the line on which it starts."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A term that should not be there."""

    room: str
    path: str
    line: int
    found: str
    write: str

    def __str__(self) -> str:
        """As compilers write it."""
        return f"{self.path}:{self.line}: {self.found!r}: write {self.write}"


def read_terms(path: Path = TERMS) -> tuple[list[Term], frozenset[str]]:
    """Terms, and the rooms that are clean of them."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    terms = [Term(re.compile(row["find"], re.IGNORECASE), row["write"]) for row in table["term"]]
    return terms, frozenset(table["clean"])


def markdown(source: str) -> Iterator[Passage]:
    """Paragraphs, headings and cells; code is left out."""
    for token in MarkdownIt("commonmark").enable("table").parse(source):
        if token.type == "inline":
            kept = [part.content for part in token.children or () if part.type == "text"]
            yield Passage((token.map or [0])[0] + 1, " ".join(kept))


class _Spoken(HTMLParser):
    """Text of a page, and the attributes that are read out or shown."""

    def __init__(self) -> None:
        super().__init__()
        self.passages: list[Passage] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep attributes that are text; skip styles and scripts."""
        self._hidden += tag in ("style", "script", "svg")
        line = self.getpos()[0]
        self.passages += [Passage(line, value) for name, value in attrs if name in SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        """Styles and scripts end here."""
        self._hidden -= tag in ("style", "script", "svg")

    def handle_data(self, data: str) -> None:
        """Keep text."""
        if not self._hidden and data.strip():
            line = self.getpos()[0] + len(data) - len(data.lstrip())
            self.passages.append(Passage(line if "\n" not in data else self.getpos()[0], data))


def template(source: str) -> Iterator[Passage]:
    """Text of a Jinja template: what stands outside of its tags."""
    blank = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
    parser = _Spoken()
    parser.feed(blank.sub(lambda found: "…" + "\n" * found[0].count("\n"), source))
    yield from parser.passages


def python(source: str) -> Iterator[Passage]:
    """Docstrings paragraph by paragraph, comments block by block, and texts."""
    yield from _comments(source)
    tree = ast.parse(source)
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = re.sub(r"``[^`]*``", "…", node.value)
            if id(node) in docstrings:
                yield from _paragraphs(node.lineno, text)
            elif len(text.split()) >= FEWEST_WORDS:
                yield Passage(node.lineno, text)


def _paragraphs(line: int, text: str) -> Iterator[Passage]:
    for part in re.split(r"(\n\s*\n)", text):
        if part.strip():
            yield Passage(line, " ".join(part.split()))
        line += part.count("\n")


def _comments(source: str) -> Iterator[Passage]:
    block: list[str] = []
    first = last = 0
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            if block and token.start[0] != last + 1:
                yield Passage(first, " ".join(block))
                block = []
            first = first if block else token.start[0]
            last = token.start[0]
            block.append(token.string.lstrip("#: "))
    if block:
        yield Passage(first, " ".join(block))


READERS: Final = {".md": markdown, ".j2": template, ".py": python}


def files() -> Iterator[tuple[str, Path]]:
    """Every file that is read, with its room."""
    for name in PAGES:
        place = ROOT / name
        yield from (("docs", path) for path in ([place] if place.is_file() else sorted(place.rglob("*.md"))))
    package = ROOT / "src" / "cicatrix"
    for path in sorted(package.rglob("*")):
        if path.suffix in (".py", ".j2"):
            yield path.relative_to(package).parts[0].removesuffix(".py"), path
    yield from (("tools", path) for path in sorted((ROOT / "tools").glob("*.py")))


def check(terms: list[Term], rooms: frozenset[str] | None = None) -> Iterator[Finding]:
    """Findings in the rooms, or in all."""
    for room, path in files():
        if rooms is None or room in rooms:
            for passage in READERS[path.suffix](path.read_text(encoding="utf-8")):
                for term in terms:
                    for found in term.find.finditer(passage.text):
                        yield Finding(room, str(path.relative_to(ROOT)), passage.line, found[0], term.write)


def main() -> None:
    """Print the findings; fail where a clean room has any."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("rooms", nargs="*", metavar="ROOM", help="only these rooms")
    parser.add_argument("--all", action="store_true", help="print findings in rooms that are not clean, also")
    parser.add_argument("--counts", action="store_true", help="print the number of findings of each room")
    chosen = parser.parse_args()
    terms, clean = read_terms()
    found = list(check(terms, frozenset(chosen.rooms) or None))
    wrong = [one for one in found if one.room in clean]
    for one in found if chosen.all else wrong:
        print(one)
    if chosen.counts:
        for room, count in sorted(Counter(one.room for one in found).items()):
            print(f"{room:16} {count:4}")
    if wrong:
        sys.exit(1)


if __name__ == "__main__":
    main()
