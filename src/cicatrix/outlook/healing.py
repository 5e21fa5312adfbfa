"""Healing after one session of each treatment: for how many days what shows, and what it is like.

The ranges are those of ``cicatrix.care.signs``, by which the planner keeps an event free. The skin type changes how
long the sun is kept off and what is said of brown marks; no study was found that gives days of redness by skin type.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from cicatrix.care.signs import DARKER_FROM, signs_after
from cicatrix.knowledge import treatments
from cicatrix.knowledge.healing import healing_book
from cicatrix.model.case import TREATMENT_IDS, TreatmentId
from cicatrix.model.durations import DAYS_PER_MONTH
from cicatrix.model.evidence import Statement, weakest
from cicatrix.model.findings import Findings
from cicatrix.model.healing import REQUIRED, KnownHealing
from cicatrix.model.knowledge import SkinTypes
from cicatrix.model.outlook import Healing, Sign
from cicatrix.model.plan import Days
from cicatrix.model.wording import ROMAN, lower_first, plural, unique

__all__ = ["heal", "healing", "in_words", "skin_type_of"]

PIGMENT = re.compile(r"brown mark|pigment", re.IGNORECASE)
"""What a fact on brown or pale marks says."""

WEEK = 7.0
ROUNDED = 0.5
"""The knowledge base keeps months of a study as 30 days each: so many days a month are taken for rounding."""

Row = tuple[Statement, SkinTypes | None]
"""What a study found of brown marks, and the skin types of its people."""


def healing(findings: Findings) -> tuple[Healing, ...]:
    """Healing after every treatment of the knowledge base, in the order of the ids, for one person's skin type."""
    skin_type = skin_type_of(findings)
    return tuple(heal(id_, skin_type) for id_ in TREATMENT_IDS)


def heal(treatment_id: TreatmentId, skin_type: int | None) -> Healing:
    """Healing after one session of a treatment.

    Parameters
    ----------
    treatment_id
        The treatment.
    skin_type
        Fitzpatrick type, 1 to 6; None when unknown: then every range is the widest of all types, and studies of brown
        marks in all types are told.

    Returns
    -------
    Healing
        Days until the skin is closed, redness has gone and work is usual again, with every further sign. What rests on
        a rule of ours has the status ``assumption``.
    """
    told, known = signs_after(treatment_id, skin_type), healing_book().treatments[treatment_id]
    ranges = {name: _days(told[name]) for name in REQUIRED}
    return Healing(
        treatment=treatment_id,
        name=treatments()[treatment_id].name,
        closed_days=ranges["closed"],
        redness_days=ranges["redness"],
        back_to_work_days=ranges["work"],
        signs=tuple(told.values()),
        text=_text(known, told.values(), skin_type),
        pigment=_pigment(treatment_id, known, skin_type) if known.pigment else None,
        sources=unique(key for part in ranges.values() for key in part.sources),
        status=weakest(tuple(part.status for part in ranges.values())),
    )


def skin_type_of(findings: Findings) -> int | None:
    """Fitzpatrick type that was stated; None when unknown."""
    return findings.case.person.skin_type


def in_words(low: float, high: float) -> str:
    """A range of days as one says it: ``3 to 14 days``, ``hours to a day``, ``2 weeks to 4.5 months``."""
    if high == 0.0:
        return "the same day"
    if low == 0.0:
        return "hours to a day" if high <= 1.0 else f"up to {_length(high)}"
    if low == high:
        return f"about {_length(high)}"
    weeks = _weeks(low), _weeks(high)
    if high < DAYS_PER_MONTH - ROUNDED and None in weeks:
        return f"{low:g} to {high:g} days"
    for ends, name in (((_months(low), _months(high)), "months"), (weeks, "weeks")):
        if None not in ends:
            return f"{ends[0]:g} to {ends[1]:g} {name}"
    return f"{_length(low)} to {_length(high)}"


def _length(days: float) -> str:
    """Months from 3 of them or where they are whole, weeks where they are whole, else days."""
    months, weeks = _months(days), _weeks(days)
    if months is not None or days >= 3.0 * DAYS_PER_MONTH:
        number, unit = months or round(days / DAYS_PER_MONTH, 1), "month"
    elif weeks is not None and weeks > 1.0:
        number, unit = weeks, "week"
    else:
        number, unit = days, "day"
    return f"{number:g} {plural(number, unit)}"


def _months(days: float) -> float | None:
    """Whole or half months; None where the days are no such number of them."""
    number = round(2.0 * days / DAYS_PER_MONTH) / 2.0
    return number if number >= 1.0 and abs(days - number * DAYS_PER_MONTH) <= ROUNDED * number else None


def _weeks(days: float) -> float | None:
    """Whole weeks; None where the days are no such number of them."""
    return days / WEEK if days >= WEEK and days % WEEK == 0.0 else None


def _days(sign: Sign) -> Days:
    return Days(low=sign.low, high=sign.high, status=sign.status, sources=sign.sources)


def _text(known: KnownHealing, told: Iterable[Sign], skin_type: int | None) -> str:
    words: dict[str, str] = {}
    for sign in told:
        words |= {sign.sign: in_words(sign.low, sign.high), f"{sign.sign}_end": _length(sign.high)}
    text = known.text.format(**words)
    dark = skin_type is None or skin_type >= DARKER_FROM
    return f"{text} {healing_book().seen_less.text}" if known.pigment and dark else text


def _pigment(id_: TreatmentId, known: KnownHealing, skin_type: int | None) -> Statement:
    """What studies say of brown marks: those of the skin type, and of other types only where there is none."""
    book = healing_book()
    lead = book.unknown if skin_type is None else book.darker if skin_type >= DARKER_FROM else book.lighter
    rows: list[Row] = [
        *((fact, fact.skin_types) for fact in treatments()[id_].about("adverse") if PIGMENT.search(fact.text)),
        *((note, note.skin_types) for note in known.marks),
    ]
    own = [row for row in rows if row[1] is None or skin_type is None or row[1][0] <= skin_type <= row[1][1]]
    other = [] if any(row[1] for row in own) else [row for row in rows if row not in own]
    told = [f"{words}: {_joined(part)}" for words, part in (("Studies", own), ("In other skin types", other)) if part]
    used = [lead, *(row[0] for row in (*own, *other))] if told else [lead, book.no_figure]
    return Statement(
        text=". ".join([lead.text, *(told or [book.no_figure.text])]),
        status=weakest(tuple(part.status for part in used)),
        sources=unique(key for part in used for key in part.sources),
    )


def _joined(rows: Sequence[Row]) -> str:
    return "; ".join(_with_types(_lower(part.text), types) for part, types in rows)


def _with_types(text: str, types: SkinTypes | None) -> str:
    """What was found, with the skin types of the people where the text does not name them."""
    if types is None or "skin type" in text:
        return text
    low, high = ROMAN[types[0] - 1], ROMAN[types[1] - 1]
    return f"{text} (skin type {low})" if low == high else f"{text} (skin types {low}–{high})"


def _lower(text: str) -> str:
    """Without the capital of its first word, unless that is a name."""
    return lower_first(text) if text.split(maxsplit=1)[0][1:].islower() else text
