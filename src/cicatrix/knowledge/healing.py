"""What is known of healing after each treatment: ``healing.toml``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from cicatrix.knowledge.tables import Folder, built, read_table, shipped
from cicatrix.model.case import TreatmentId
from cicatrix.model.evidence import SourceKey, Statement, Status
from cicatrix.model.healing import FIGURES, REQUIRED, HealingBook, KnownSign
from cicatrix.model.knowledge import Treatment
from cicatrix.model.outlook import SignName

__all__ = ["healing_book", "healing_problems", "named_by_healing", "read_healing"]

NAME = "healing.toml"


def read_healing(folder: Folder) -> HealingBook:
    """Signs of healing, and the rules for those without a figure, of a folder.

    Raises
    ------
    KnowledgeError
        The file is missing or malformed, or an entry is not what it should be.
    """
    return built(HealingBook, read_table(folder, NAME), NAME, "file")


@cache
def healing_book() -> HealingBook:
    """Signs and rules of the package; read once."""
    return read_healing(shipped())


def healing_problems(book: HealingBook, treatments: Mapping[TreatmentId, Treatment]) -> list[str]:
    """What does not fit the treatments, one sentence each: figures passed over or missing, likenesses without one."""
    found: list[str] = []
    for id_, known in book.treatments.items():
        where, protocol = f"{NAME}, {id_}", treatments[id_].protocol
        for name in REQUIRED:
            there, sign = getattr(protocol, FIGURES[name]) is not None, known.signs.get(name)
            if there and sign is not None and sign.figure != FIGURES[name]:
                found.append(f"{where}: {name} has a figure in the treatment's file, which is to be used")
            if not there and sign is None:
                found.append(f"{where}: {name} has no figure in the treatment's file and must be told")
        for name, sign in known.signs.items():
            if sign.figure is not None and getattr(protocol, sign.figure) is None:
                found.append(f"{where}: {name} names the figure {sign.figure}, which the treatment does not have")
            same = sign.same and _told_by(known.signs.get(sign.same), sign.same, treatments[id_])
            if sign.same is not None and same not in ("figure", "days", "like"):
                found.append(f"{where}: {name} is as long as {sign.same}, which is itself told by no days")
            found += [
                f"{where}: {name} is like {other}, which is itself not told by a figure"
                for other in sign.like
                if _told_by(book.treatments[other].signs.get(name), name, treatments[other]) not in ("figure", "days")
            ]
    return found


def named_by_healing(book: HealingBook) -> Iterator[tuple[str, tuple[SourceKey, ...], Status]]:
    """Every place that names sources, with them and the status there."""
    statements: list[Statement] = [
        *book.rules.values(), book.lighter, book.darker, book.unknown, book.seen_less, book.no_figure
    ]  # fmt: skip
    for known in book.treatments.values():
        statements += [*known.marks, *(sign.tail for sign in known.signs.values() if sign.tail)]
    for statement in statements:
        yield f"{NAME}, {statement.text[:40]!r}", statement.sources, statement.status
    for id_, known in book.treatments.items():
        for name, sign in known.signs.items():
            yield f"{NAME}, {id_}, {name}", sign.sources, sign.status or "assumption"
            yield f"{NAME}, {id_}, {name}", sign.seen_in, "assumption"


def _told_by(sign: KnownSign | None, name: SignName, treatment: Treatment) -> str | None:
    """How a sign is told: by a figure, by days of its own, by likeness, by a rule; None when it is not."""
    if sign is None:
        return "figure" if name in FIGURES and getattr(treatment.protocol, FIGURES[name]) else None
    if sign.figure is not None:
        return "figure"
    if sign.low is not None:
        return "days"
    return "like" if sign.like else "rule"
