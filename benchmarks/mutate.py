"""Small faults for ``benchmarks/mutants.py``: one changed expression or statement each.

Comparisons are swapped (``<`` and ``<=``, ``==`` and ``!=``, ``in`` and ``not in``), conditions negated, ``and`` and
``or`` swapped, arithmetic swapped (``+`` and ``-``, ``*`` and ``/``), numbers and truth values changed, and calls,
``raise``, ``continue`` and augmented assignments deleted. Texts, annotations, docstrings, decorators and ``__all__``
are left alone: they are for people and for type checkers. So are numbers below ``TINY``, which only guard a division.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

COMPARED: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
COMPUTED: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Pow: ast.Mult,
}

TINY: Final = 1e-5


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault.

    Attributes
    ----------
    path
        File, relative to the repository.
    start, end
        Place in the file, in bytes.
    lines
        Lines that it spans; a test that runs one of them reaches it.
    before, after
        Source text there.
    """

    path: str
    start: int
    end: int
    lines: range
    before: str
    after: str

    def applied(self, source: bytes) -> bytes:
        """The file with the fault."""
        return source[: self.start] + self.after.encode() + source[self.end :]

    def __str__(self) -> str:
        """Where it is and what it changes, on one line."""
        short = (" ".join(text.split()) for text in (self.before, self.after))
        before, after = (text if len(text) <= 70 else f"{text[:67]}..." for text in short)
        return f"{self.path}:{self.lines.start}: {before} -> {after}"


def mutants_of(root: Path, place: Path) -> list[Mutant]:
    """Every mutant of a file or of all modules under a folder, in the order of the files."""
    files = [root / place] if place.suffix else sorted((root / place).rglob("*.py"))
    skipped = ("migrations",)
    return [
        mutant
        for file in files
        if not set(skipped) & set(file.relative_to(root).parts)
        for mutant in _mutants(file.read_text(encoding="utf-8"), str(file.relative_to(root)))
    ]


def _mutants(source: str, path: str) -> Iterator[Mutant]:
    starts = [0]
    for line in source.encode().splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    for node, after in _changes(ast.parse(source)):
        first, last = node.lineno, node.end_lineno or node.lineno
        start, end = starts[first - 1] + node.col_offset, starts[last - 1] + (node.end_col_offset or 0)
        before = source.encode()[start:end].decode()
        yield Mutant(path, start, end, range(first, last + 1), before, after)


def _changes(tree: ast.Module) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
    for node in _code(tree):
        if isinstance(node, ast.expr):
            for changed in _expressions(node):
                yield node, f"({ast.unparse(changed)})"
        elif isinstance(node, (ast.If, ast.While)):
            yield node.test, f"(not ({ast.unparse(node.test)}))"
        elif _may_go(node):
            yield node, "pass"


def _code(node: ast.AST) -> Iterator[ast.expr | ast.stmt]:
    """Expressions and statements that do something when the program runs."""
    if isinstance(node, ast.Assign) and any(isinstance(one, ast.Name) and one.id == "__all__" for one in node.targets):
        return
    if isinstance(node, (ast.expr, ast.stmt)):
        yield node
    hidden = {"annotation", "returns", "decorator_list", "type_params", "bases", "format_spec"}
    for name, value in ast.iter_fields(node):
        if name not in hidden:
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST) and not isinstance(child, ast.JoinedStr):
                    yield from _code(child)


def _may_go(node: ast.AST) -> bool:
    """True for a statement that Python would run without: a call, a raise, a step of a loop, an addition."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, (ast.Call, ast.Await, ast.Yield, ast.YieldFrom))
    return isinstance(node, (ast.Raise, ast.Continue, ast.Break, ast.AugAssign))


def _expressions(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            ops = list(node.ops)
            ops[place] = COMPARED[type(operator)]()
            yield ast.Compare(node.left, ops, node.comparators)
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.And() if isinstance(node.op, ast.Or) else ast.Or(), node.values)
    elif isinstance(node, ast.BinOp) and type(node.op) in COMPUTED and not (_text(node.left) or _text(node.right)):
        yield ast.BinOp(node.left, COMPUTED[type(node.op)](), node.right)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Not, ast.USub)):
        yield node.operand
    elif isinstance(node, ast.IfExp):
        yield ast.IfExp(ast.UnaryOp(ast.Not(), node.test), node.body, node.orelse)
    elif isinstance(node, ast.Constant):
        yield from _constants(node.value)


def _constants(value: object) -> Iterator[ast.expr]:
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        yield ast.Constant(value + 1)
    elif isinstance(value, float) and not 0.0 < abs(value) < TINY:
        yield ast.Constant(1.5 * value if value else 1.0)


def _text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)))
