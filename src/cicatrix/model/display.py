"""How records show themselves at a prompt and in a notebook: one line as text, one small table as HTML."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from html import escape

__all__ = ["Displayed", "count_by_kind", "interval", "table_html"]

SHOWN_ROWS = 12
"""A table in a notebook holds so many rows; the rest is counted."""


class Displayed:
    """Base of records with a short ``repr`` and an HTML table for notebooks.

    A record says what it shows in ``shown``; neither display holds more than a screenful, however large the record is.
    """

    __slots__ = ()

    def shown(self) -> tuple[str, tuple[tuple[str, str], ...]]:
        """One line, and rows of label and text."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.shown()[0]}>"

    def __str__(self) -> str:
        line, rows = self.shown()
        return "\n".join((line, *(f"  {label}: {text}" for label, text in _some(rows))))

    def _repr_html_(self) -> str:
        line, rows = self.shown()
        return f"<p><strong>{type(self).__name__}</strong> {escape(line)}</p>{table_html((), rows)}"


def _some(rows: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
    if len(rows) <= SHOWN_ROWS:
        return rows
    rest = len(rows) - SHOWN_ROWS + 1
    return (*rows[: SHOWN_ROWS - 1], (f"and {rest} more", *[""] * (len(rows[0]) - 1)))


def table_html(head: Iterable[str], rows: tuple[tuple[str, ...], ...]) -> str:
    """A plain HTML table; every text in it is escaped.

    Parameters
    ----------
    head
        Names of the columns; none for a table of labels and values.
    rows
        One tuple of texts a row. Rows beyond ``SHOWN_ROWS`` are counted in the last one.
    """
    if not rows:
        return ""
    names = "".join(f"<th>{escape(name)}</th>" for name in head)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in _some(rows))
    return f"<table>{f'<thead><tr>{names}</tr></thead>' if names else ''}<tbody>{body}</tbody></table>"


def count_by_kind(kinds: Iterable[str], noun: str) -> str:
    """Such as ``9 scars (3 icepick, 6 rolling)``; kinds in alphabetical order."""
    counts = Counter(kinds)
    total = sum(counts.values())
    inside = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))
    return f"{total} {noun}{'' if total == 1 else 's'}" + (f" ({inside})" if inside else "")


def interval(value: float, low: float, high: float, places: int = 2) -> str:
    """A number with its 95 % interval, such as ``0.42 (0.35 to 0.50)``."""
    return f"{value:.{places}f} ({low:.{places}f} to {high:.{places}f})"
