"""A person's sites over time."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query
from pydantic import BaseModel

from cicatrix.errors import NotFoundError
from cicatrix.model.practice import RecordedPerson
from cicatrix.model.repeat import Repeatability
from cicatrix.practice import UnitOfWork, edits, people, results
from cicatrix.practice import rigs as repeats
from cicatrix.web.compare.choices import Choice, choices_of
from cicatrix.web.compare.trend import Chart, Reading, charts_of
from cicatrix.web.corrected import corrected_assessment
from cicatrix.web.dependencies import ReadUnit
from cicatrix.web.router import Pages

__all__ = ["router"]

router = Pages()


class SiteTrend(BaseModel):
    """One site over time."""

    site: str
    results: int
    charts: tuple[Chart, ...]


class TrendView(BaseModel):
    """A person's sites over time."""

    person: RecordedPerson
    sites: tuple[SiteTrend, ...]
    rig: str | None
    """Rig whose repeatability the bands of noise come from."""
    rigs: tuple[str, ...]


@router.page("/people/{person_id}/trend", template="trend.html.j2")
def trend(unit: ReadUnit, person_id: str, rig: Annotated[str | None, Query(max_length=100)] = None) -> TrendView:
    """Volume, depth, marks and grade of each site over the visits, as the latest result of each capture says."""
    person = people.get(unit, person_id)
    latest = {one.capture_id: one for one in choices_of(unit, person_id)}
    repeat = _repeat(unit, rig)
    sites: dict[str, list[Choice]] = {}
    for one in latest.values():
        sites.setdefault(one.site, []).append(one)
    return TrendView(
        person=person,
        sites=tuple(
            SiteTrend(site=site, results=len(of), charts=charts_of([_reading(unit, one) for one in of], repeat))
            for site, of in sites.items()
        ),
        rig=None if repeat is None else repeat.rig,
        rigs=tuple(one.rig for one in repeats.all_latest(unit)),
    )


def _reading(unit: UnitOfWork, one: Choice) -> Reading:
    # What was never corrected is read as it is kept, which is much quicker than checking it again.
    found: dict[str, Any] = (
        corrected_assessment(unit, one.id).model_dump(mode="json", by_alias=True)
        if edits.events(unit, one.id)
        else results.assessment(unit, one.id)
    )
    return Reading(one.id, one.day, found)


def _repeat(unit: UnitOfWork, rig: str | None) -> Repeatability | None:
    if not rig:
        return None
    stored = repeats.latest(unit, rig)
    if stored is None:
        known = ", ".join(one.rig for one in repeats.all_latest(unit))
        raise NotFoundError(f"no rig {rig!r} was tested", allowed=known or None, fix="choose a rig that was tested")
    return Repeatability.model_validate(stored.repeat).model_copy(update={"rig": stored.rig})
