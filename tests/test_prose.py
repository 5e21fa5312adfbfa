"""The check of the prose finds terms wherever text stands, and clean rooms have none of them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tools"))

import prose  # noqa: E402

TERMS = [prose.Term(re.compile(r"\btold\b"), "stated")]


@pytest.mark.parametrize(
    ("reader", "source", "lines"),
    [
        (prose.markdown, "# A told head\n\nOne line\nand told again, `told` not.\n\n```\ntold\n```\n", [1, 3]),
        (prose.markdown, "| a | b |\n| - | - |\n| told | x |\n", [3]),
        (prose.template, "<p>{{ told }}</p>\n{# told #}\n<p title='told'>x</p>\n<style>told</style>\n<p>told</p>",
         [3, 5]),
        (prose.python, '"""Told.\n\nIt is told."""\n', [3]),
        (prose.python, "x = 1  # told\ny = 2\n# one\n# and told\n", [1, 3]),
        (prose.python, 'say("it was told twice")\nkind = "told"\nway = "``told`` is code"\n', [1]),
        (prose.python, 'say(f"{who} was told so by {whom}")\n', [1]),
    ],
)  # fmt: skip
def test_terms_are_found_in_text_and_not_in_code(reader: object, source: str, lines: list[int]) -> None:
    assert callable(reader)
    passages = list(reader(source))
    assert [one.line for one in passages for term in TERMS for _ in term.find.finditer(one.text)] == lines


def test_every_term_says_what_to_write_and_clean_rooms_exist() -> None:
    terms, clean = prose.read_terms()
    assert all(term.write for term in terms)
    assert clean <= {room for room, _ in prose.files()}
    assert clean


def test_clean_rooms_stay_clean() -> None:
    terms, clean = prose.read_terms()
    assert [str(one) for one in prose.check(terms, clean)] == []


def test_the_command_fails_on_a_finding(tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "prose.py").write_bytes((ROOT / "tools" / "prose.py").read_bytes())
    (tools / "terms.toml").write_text('clean = ["docs"]\n[[term]]\nfind = "told"\nwrite = "stated"\n', encoding="utf-8")
    (tmp_path / "src" / "cicatrix").mkdir(parents=True)
    (tmp_path / "docs").mkdir()
    (tmp_path / "CONTRIBUTING.md").write_text("Nothing.\n", encoding="utf-8")
    page = tmp_path / "README.md"
    for text, code, said in (("We were told.\n", 1, "README.md:1: 'told': write stated\n"), ("We read.\n", 0, "")):
        page.write_text(text, encoding="utf-8")
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, str(tools / "prose.py")], capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stdout) == (code, said)
