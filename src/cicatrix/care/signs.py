"""What shows after one session of a treatment, and how long: figures of the knowledge base, and rules where none is.

The planner keeps an event free by these ranges, and the outlook tells them, so that the two never disagree.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final

from cicatrix.care.plan_text import names
from cicatrix.errors import KnowledgeError
from cicatrix.knowledge import treatments
from cicatrix.knowledge.healing import healing_book
from cicatrix.model.case import TreatmentId
from cicatrix.model.evidence import Figure, Statement, weakest
from cicatrix.model.healing import FIGURES, REQUIRED, FigureName, KnownSign, RuleName
from cicatrix.model.outlook import SIGNS, Sign, SignName
from cicatrix.model.wording import lower_first, unique, upper_first

__all__ = ["DARKER_FROM", "SHOWING", "shown_days", "signs_after"]

SHOWING: Final[tuple[SignName, ...]] = ("closed", "redness", "swelling", "bruise", "crust", "makeup", "work")
"""Signs that show, keep from company or bar make-up: those that must be over by an event."""

DARKER_FROM: Final = 4
"""Fitzpatrick type from which skin counts as dark here, as in the studies of types IV to VI."""


@cache
def signs_after(id_: TreatmentId, skin_type: int | None = None) -> Mapping[SignName, Sign]:
    """Signs after one session, in the order of ``SIGNS``.

    Parameters
    ----------
    id_
        The treatment.
    skin_type
        Fitzpatrick type; None when unknown: then each range is the widest of all types.

    Returns
    -------
    Mapping[SignName, Sign]
        ``closed``, ``redness`` and ``work`` of every treatment, and whatever else it has.

    Raises
    ------
    KnowledgeError
        A sign rests on a figure that the treatment does not have.
    """
    dark = skin_type is None or skin_type >= DARKER_FROM
    known = healing_book().treatments[id_].signs
    told = {name: _sign(id_, name) for name in SIGNS if name in known or name in REQUIRED}
    if "sun" in told and dark:
        told["sun"] = _darker(told["sun"])
    return told


def shown_days(id_: TreatmentId) -> int:
    """Whole days after a session until nothing shows and work and make-up are usual again, by the long ends."""
    told = signs_after(id_)
    return math.ceil(max(told[name].high for name in SHOWING if name in told))


def _sign(id_: TreatmentId, name: SignName) -> Sign:
    known = _known(id_, name)
    if known.figure is not None:
        return _from_figure(id_, name, known, known.figure)
    if known.low is not None and known.high is not None and known.text is not None and known.status is not None:
        return Sign(
            sign=name, low=known.low, high=known.high, text=known.text, status=known.status, sources=known.sources
        )
    if known.like:
        others = [_sign(other, name) for other in known.like]
        return _ruled(name, known, "like", others, others, f": {names(known.like)}")
    if known.same is not None:
        other = [_sign(id_, known.same)]
        return _ruled(name, known, "same", other, other, f": {lower_first(healing_book().words[known.same])}")
    by = _rule_name(known)
    rule = healing_book().rules[by]
    lows = [_sign(id_, part) for part in rule.low_of if _has(id_, part)]
    highs = [_sign(id_, part) for part in rule.high_of if _has(id_, part)]
    return _ruled(name, known, by, lows, highs)


def _known(id_: TreatmentId, name: SignName) -> KnownSign:
    """How a sign is told; where nothing is said of it, by the figure of the treatment."""
    own = healing_book().treatments[id_].signs.get(name)
    if own is not None:
        return own
    if name not in FIGURES or _figure(id_, FIGURES[name]) is None:
        raise KnowledgeError([f"healing.toml, {id_}: nothing is told of {name}"])
    return KnownSign(figure=FIGURES[name])


def _has(id_: TreatmentId, name: SignName) -> bool:
    return name in REQUIRED or name in healing_book().treatments[id_].signs


def _figure(id_: TreatmentId, name: FigureName) -> Figure | None:
    figure = getattr(treatments()[id_].protocol, name)
    return figure if isinstance(figure, Figure) else None


def _from_figure(id_: TreatmentId, name: SignName, known: KnownSign, which: FigureName) -> Sign:
    figure = _figure(id_, which)
    if figure is None:
        raise KnowledgeError([f"healing.toml, {id_}: {name} names {which}, which the treatment does not have"])
    low, high = figure.span
    tail: list[Statement] = [known.tail] if known.tail else []
    return Sign(
        sign=name,
        low=low,
        high=high,
        text="; ".join((upper_first(figure.text), *(part.text for part in tail))),
        status=weakest((figure.status, *(part.status for part in tail))),
        sources=unique([*figure.sources, *_sources(tail)]),
        computed=figure.computed,
    )


def _ruled(
    name: SignName, known: KnownSign, by: RuleName, lows: Iterable[Sign], highs: Iterable[Sign], more: str = ""
) -> Sign:
    """A range by a rule: never shorter than its parts."""
    rule, lows, highs = healing_book().rules[by], list(lows), list(highs)
    if by in ("like", "same"):
        low, high = min(part.low for part in lows), max(part.high for part in highs)
    else:
        low = max([rule.low, *(part.low for part in lows)])
        high = max([rule.high, low, *(part.high for part in highs)])
    parts: list[Statement] = [*lows, *highs]
    return Sign(
        sign=name, low=low, high=high, text=f"{rule.text}{more}", status="assumption",
        sources=unique([*known.seen_in, *rule.sources, *_sources(parts)]),
    )  # fmt: skip


def _darker(sun: Sign) -> Sign:
    """Dark skin is kept from the sun for longer: our rule, whatever the range rested on."""
    rule = healing_book().rules["sun"]
    if sun.high >= rule.darker_high:
        return sun
    return Sign(
        sign="sun",
        low=sun.low,
        high=rule.darker_high,
        text="; ".join(part for part in (sun.text, rule.darker_text) if part),
        status="assumption",
        sources=unique([*sun.sources, *rule.sources]),
    )


def _rule_name(known: KnownSign) -> RuleName:
    if known.rule is None:
        raise KnowledgeError(["healing.toml: a sign says in no way how long it lasts"])
    return known.rule


def _sources(parts: Iterable[Statement]) -> list[str]:
    return [key for part in parts for key in part.sources]
