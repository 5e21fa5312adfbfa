"""Repeatability of rigs: earlier tests, and a new one from captures of one visit."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel
from starlette.responses import HTMLResponse, Response

from cicatrix.errors import NotFoundError, RecordError
from cicatrix.model.practice import Job, RecordedPerson, Visit
from cicatrix.model.repeat import About, Repeatability
from cicatrix.model.wording import upper_first
from cicatrix.practice import captures, jobs, people, results, visits
from cicatrix.practice import rigs as repeats
from cicatrix.repeatability import smallest_in_words
from cicatrix.web.compare.choices import has_relief
from cicatrix.web.dependencies import ReadUnit, WriteUnit
from cicatrix.web.pages.result_files import SANDBOX
from cicatrix.web.router import Done, Pages

__all__ = ["router"]

router = Pages()

MOST = 30
"""Captures of one test at most."""


class Smallest(BaseModel):
    """Smallest detectable change of one quantity."""

    quantity: str
    name: str
    about: About
    text: str
    cv_percent: float | None
    icc: str


class RigView(BaseModel):
    """Latest test of one rig."""

    rig: str
    made_at: datetime
    captures: int
    text: str
    warnings: tuple[str, ...]
    smallest: tuple[Smallest, ...]


class RigsView(BaseModel):
    """Every tested rig."""

    rigs: tuple[RigView, ...]


class Candidate(BaseModel):
    """A capture that was assessed."""

    result_id: str
    capture_id: str
    site: str
    kind: str
    scars: int


class RepeatView(BaseModel):
    """Captures of a visit that a rig may be tested on."""

    visit: Visit
    person: RecordedPerson
    candidates: tuple[Candidate, ...]
    rigs: tuple[str, ...]


class Chosen(BaseModel):
    """Results of captures of the same skin, one after another with the same rig."""

    rig: str
    results: list[str]


@router.page("/repeatability", template="rigs.html.j2")
def rigs(unit: ReadUnit) -> RigsView:
    """Smallest detectable change with each rig."""
    return RigsView(
        rigs=tuple(_rig(one.rig, one.made_at, _read(one.repeat, one.rig)) for one in repeats.all_latest(unit))
    )


@router.raw("/repeatability/report")
def rig_report(unit: ReadUnit, rig: str) -> Response:
    """The latest test of a rig as ``cicatrix repeatability`` writes it: one page that opens offline."""
    from cicatrix.report.repeat import render_repeatability  # noqa: PLC0415 - only where it is looked at

    stored = repeats.latest(unit, rig)
    if stored is None:
        raise NotFoundError(f"no rig {rig!r} was tested", fix="choose one from the list of rigs")
    page = render_repeatability(_read(stored.repeat, stored.rig))
    return HTMLResponse(page, headers={"content-security-policy": SANDBOX})


@router.page("/visits/{visit_id}/repeatability", template="repeatability.html.j2")
def choose(unit: ReadUnit, visit_id: str) -> RepeatView:
    """Choose captures of the same skin."""
    visit = visits.get(unit, visit_id)
    found = []
    for capture in captures.of_visit(unit, visit_id):
        result = results.latest(unit, capture.id)
        if result is not None and has_relief(result):
            scars = len(results.assessment(unit, result.id)["scars"])
            found.append(
                Candidate(result_id=result.id, capture_id=capture.id, site=capture.site, kind=capture.kind, scars=scars)
            )
    return RepeatView(
        visit=visit,
        person=people.get(unit, visit.person_id),
        candidates=tuple(found),
        rigs=tuple(one.rig for one in repeats.all_latest(unit)),
    )


@router.action("/visits/{visit_id}/repeatability", role="clinician")
def start(unit: WriteUnit, visit_id: str, body: Chosen) -> Done:
    """Start a repeatability test of a rig."""
    visit = visits.get(unit, visit_id)
    chosen, rig = list(dict.fromkeys(body.results)), body.rig.strip()
    if not 0 < len(rig) <= repeats.LONGEST:
        raise RecordError(
            f"the rig's name has {len(rig)} characters", allowed=f"1 to {repeats.LONGEST}", fix="name the rig"
        )
    if not 2 <= len(chosen) <= MOST:
        raise RecordError(
            f"{len(chosen)} captures were chosen",
            allowed=f"2 to {MOST} captures of the same skin",
            fix="choose captures that were taken one after another with the same rig",
        )
    of = [captures.get(unit, results.get(unit, one).capture_id) for one in chosen]
    if any(one.visit_id != visit_id for one in of):
        raise RecordError("a capture is of another visit", fix="choose captures of this visit: skin changes between")
    if len({one.site_id for one in of}) > 1:
        sites = ", ".join(sorted({one.site for one in of}))
        raise RecordError(f"the captures show several sites: {sites}", fix="choose captures of one site")
    job: Job = jobs.add(unit, "repeatability", {"results": chosen, "rig": rig}, person_id=visit.person_id)
    return Done(f"/jobs/{job.id}", job)


def _read(kept: dict[str, object], rig: str) -> Repeatability:
    return Repeatability.model_validate(kept).model_copy(update={"rig": rig})


def _rig(rig: str, made_at: datetime, found: Repeatability) -> RigView:
    judged = {one.quantity: known for one in found.agreements if (known := found.judging(one.quantity)) is not None}
    return RigView(
        rig=rig,
        made_at=made_at,
        captures=len(found.captures),
        text=found.text,
        warnings=found.warnings,
        smallest=tuple(
            Smallest(
                quantity=one.quantity,
                name=upper_first(one.name),
                about=one.about,
                text=smallest_in_words(one),
                cv_percent=None if one.cv_percent is None else round(one.cv_percent.value, 1),
                icc="–" if one.icc is None else f"{one.icc.value:.3f} ({one.icc.low:.3f} to {one.icc.high:.3f})",
            )
            for one in judged.values()
        ),
    )
