"""When each treatment of an option takes place: days from the start of the plan.

The order is that of the stages: acne, protection and creams from the first day; then vascular devices, release of
tethers, pits, the field, volume. Raised scars are treated beside. A step starts when the skin has had the interval of
the step before; nothing that shows is planned over the day of an event. While acne is treated no step touches the skin:
a panel allows some treatments in parallel, and a clinician may start them earlier.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cicatrix.care.signs import shown_days
from cicatrix.care.targets import sessions_of
from cicatrix.knowledge import treatments
from cicatrix.knowledge.planning import planning
from cicatrix.model.case import TreatmentId
from cicatrix.model.evidence import Figure
from cicatrix.model.knowledge import Stage, Treatment

__all__ = ["STAGES", "Slot", "interval_of", "schedule"]

STAGES: Final[tuple[Stage, ...]] = (
    "acne",
    "protect",
    "colour",
    "tether",
    "focal",
    "field",
    "adjunct",
    "volume",
    "raised",
)


@dataclass(frozen=True, slots=True)
class Slot:
    """Time of one treatment.

    Attributes
    ----------
    treatment
        Which.
    sessions
        How many; 1 for what is done daily.
    interval_days
        Between sessions; 0 with one session.
    start_day, end_day
        First and last session, or first and last day of daily use.
    shares_with
        The treatment in whose sessions it takes place.
    """

    treatment: TreatmentId
    sessions: int
    interval_days: float
    start_day: int
    end_day: int
    shares_with: TreatmentId | None = None

    @property
    def visits(self) -> tuple[int, ...]:
        """Days of the sessions; none for what is done at home."""
        if treatments()[self.treatment].home:
            return ()
        return tuple(self.start_day + round(k * self.interval_days) for k in range(self.sessions))


def schedule(
    chosen: Sequence[TreatmentId],
    after: Mapping[TreatmentId, Sequence[TreatmentId]],
    event_day: int | None = None,
    sessions: Mapping[TreatmentId, int] | None = None,
) -> tuple[Slot, ...]:
    """Lay the treatments of an option out in time.

    Parameters
    ----------
    chosen
        Treatments of the option.
    after
        Treatments that must have reached their aim before a treatment may start.
    event_day
        Day, counted from the start, on which nothing may show; None for no event.
    sessions
        Number of sessions by treatment, where it is not the usual one.

    Returns
    -------
    tuple[Slot, ...]
        In the order of the stages.
    """
    ordered = sorted(chosen, key=lambda id_: (STAGES.index(_stage(id_)), chosen.index(id_)))
    # What shares sessions takes its place right after its host, so that the next step waits for both.
    placing = sorted(ordered, key=lambda id_: STAGES.index(_stage(_host(id_, chosen) or id_)))
    placed: dict[TreatmentId, Slot] = {}
    free = 0
    times = {id_: (sessions or {}).get(id_, sessions_of(treatments()[id_])) for id_ in chosen}
    for id_ in placing:
        own = treatments()[id_]
        waits = (*after.get(id_, ()), *(() if own.home else ("acne_control",)))
        earliest = max((placed[first].end_day for first in waits if first in placed), default=0)
        host = _host(id_, placed)
        if own.home:
            placed[id_] = _daily(own, earliest)
        elif host is not None and not _shows(beside := _beside(own, placed[host], times[id_]), event_day):
            placed[id_] = beside
            free = max(free, _free_after(beside))
        elif own.stage == "raised":
            placed[id_] = _course(own, times[id_], earliest, event_day)
        else:
            if own.stage == "volume":
                earliest = max(earliest, _volume_from(placed))
            placed[id_] = _course(own, times[id_], max(free, earliest), event_day)
            free = max(free, _free_after(placed[id_]))
    return tuple(placed[id_] for id_ in ordered)


def interval_of(treatment: Treatment) -> float:
    """Days between two sessions: the figure, or the middle of its range; the least gap where no figure was found."""
    figure = treatment.protocol.interval_days
    if figure is None:
        return float(planning().gap_days)
    return figure.value if figure.value is not None else sum(figure.span) / 2


def _stage(id_: TreatmentId) -> Stage:
    return treatments()[id_].stage


def _host(id_: TreatmentId, placed: Container[TreatmentId]) -> TreatmentId | None:
    """The treatment whose sessions this one shares, where that is part of the option."""
    return next((host for host in planning().same_session.get(id_, ()) if host in placed), None)


def _volume_from(placed: Mapping[TreatmentId, Slot]) -> int:
    """First day on which the volume that is left can be judged."""
    ends = [slot.end_day for id_, slot in placed.items() if _stage(id_) in ("field", "tether")]
    return max(ends, default=0) + (planning().volume_after_days if ends else 0)


def _daily(own: Treatment, earliest: int) -> Slot:
    """Creams and care at home; acne treatment lasts until the skin may be wounded."""
    figure = own.protocol.result_days
    days = planning().acne_days if own.stage == "acne" else planning().daily_days
    if figure is not None and own.stage != "acne":
        days = min(days, round(figure.span[1]))
    return Slot(own.id, 1, 0.0, earliest, earliest + days)


def _beside(own: Treatment, host: Slot, sessions: int) -> Slot:
    """A treatment in the sessions of another: its first ones together, more of them at its own interval."""
    interval = max(interval_of(own), host.interval_days)
    end = host.start_day + round((sessions - 1) * interval)
    return Slot(own.id, sessions, interval if sessions > 1 else 0.0, host.start_day, end, host.treatment)


def _course(own: Treatment, sessions: int, earliest: int, event_day: int | None) -> Slot:
    interval = interval_of(own) if sessions > 1 else 0.0
    length = round((sessions - 1) * interval)
    slot = Slot(own.id, sessions, interval, earliest, earliest + length)
    if event_day is not None and _shows(slot, event_day):
        return Slot(own.id, sessions, interval, event_day + 1, event_day + 1 + length)
    return slot


def _shows(slot: Slot, event_day: int | None) -> bool:
    """True when a course, or what it leaves to be seen, falls on the day of the event."""
    if event_day is None:
        return False
    return slot.start_day <= event_day <= slot.end_day + shown_days(slot.treatment) + planning().event_margin_days


def _high(figure: Figure | None) -> float:
    return 0.0 if figure is None else figure.span[1]


def _free_after(slot: Slot) -> int:
    """First day on which another step may treat the same skin."""
    own = treatments()[slot.treatment]
    own_rest = planning().rest_days.get(own.id, planning().gap_days)
    rest = max(_high(own.protocol.closed_days), _high(own.protocol.downtime_days), float(own_rest), interval_of(own))
    return slot.end_day + round(rest)
