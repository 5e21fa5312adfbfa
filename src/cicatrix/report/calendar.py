"""An option of the plan as a calendar file (iCalendar, RFC 5545), from a first day on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from cicatrix.model.plan import Option, Step

__all__ = ["as_calendar"]

FOLD_OCTETS: Final = 75
"""Longest line, RFC 5545, section 3.1."""

NOTICE: Final = "An option to talk over with a doctor. Not a prescription."


def as_calendar(option: Option, start: date) -> str:
    """Write the visits, treatments at home and reviews of an option as all-day events.

    Parameters
    ----------
    option
        The option that was chosen.
    start
        Its first day.

    Returns
    -------
    str
        The file, with the line ends that RFC 5545 asks for; the same bytes for the same option and day. The events are
        marked as tentative: a plan is no appointment.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Cicatrix//Plan//EN",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{_escaped(option.title)}",
    ]
    for step in option.steps:
        lines += _step(option, step, start)
    for number, day in enumerate(option.review_days, 1):
        lines += _event(option, start, f"review-{number}", day, day, "Review: look at the result together", NOTICE)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _step(option: Option, step: Step, start: date) -> Iterable[str]:
    if not step.visits:
        told = " ".join([step.summary, *_conditions(step), NOTICE])
        return _event(option, start, step.treatment, step.start_day, step.end_day, f"{step.name}: daily, at home", told)
    lines: list[str] = []
    for number, day in enumerate(step.visits, 1):
        title = f"{step.name}, session {number} of {step.sessions}"
        told = " ".join([step.summary, _downtime(step), *_conditions(step), NOTICE])
        lines += _event(option, start, f"{step.treatment}-{number}", day, day, title, told)
    return lines


def _conditions(step: Step) -> list[str]:
    return [item.text if item.sure else f"If it applies: {item.text}" for item in step.conditions]


def _downtime(step: Step) -> str:
    if step.downtime_days is None:
        return "No figure was found on days away from work and company."
    low, high = step.downtime_days.low, step.downtime_days.high
    days = f"{high:g}" if low == high else f"{low:g} to {high:g}"
    return f"Away from work and company: {days} days ({step.downtime_days.status})."


def _event(option: Option, start: date, name: str, first: int, last: int, title: str, told: str) -> list[str]:
    begin, end = start + timedelta(days=first), start + timedelta(days=last + 1)
    digest = hashlib.sha256(f"{option.id}/{name}/{begin}/{end}/{title}".encode()).hexdigest()[:24]
    return [
        "BEGIN:VEVENT",
        f"UID:{digest}@cicatrix",
        f"DTSTAMP:{start:%Y%m%d}T000000Z",
        f"DTSTART;VALUE=DATE:{begin:%Y%m%d}",
        f"DTEND;VALUE=DATE:{end:%Y%m%d}",
        f"SUMMARY:{_escaped(title)}",
        f"DESCRIPTION:{_escaped(told)}",
        "STATUS:TENTATIVE",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _escaped(text: str) -> str:
    """RFC 5545, section 3.3.11."""
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> Iterable[str]:
    """A long line in parts of at most 75 octets, cut between characters; those after the first begin with a space."""
    part, size = "", 0
    for character in line:
        octets = len(character.encode("utf-8"))
        if size + octets > FOLD_OCTETS:
            yield part
            part, size = " ", 1
        part, size = part + character, size + octets
    yield part
