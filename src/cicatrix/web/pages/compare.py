"""Compare two results of one site: choose them, start the job, show the comparison."""

from __future__ import annotations

import mimetypes
from datetime import date
from typing import Annotated, Final, Literal

from fastapi import Query
from pydantic import BaseModel
from starlette.responses import FileResponse, Response

from cicatrix.errors import RecordError
from cicatrix.model.change import Change
from cicatrix.model.plan import OptionId
from cicatrix.model.practice import Job, RecordedPerson, StoredComparison
from cicatrix.practice import UnitOfWork, captures, jobs, people, results, visits
from cicatrix.practice import rigs as repeats
from cicatrix.web.compare.choices import Choice, choices_of, has_relief
from cicatrix.web.compare.comparison_rows import Verdict, verdict_of
from cicatrix.web.dependencies import ReadUnit, WriteUnit
from cicatrix.web.pages.result_files import SANDBOX
from cicatrix.web.router import Done, Pages

__all__ = ["router"]

router = Pages()

COMPARISON: Final = "comparison.json"
PICTURES: Final = (
    ("before_registered.png", "Before, registered to the later picture"),
    ("after.png", "After"),
    ("before_colour.png", "Colour before, registered to the later picture"),
    ("after_colour.png", "Colour after"),
    ("change.png", "What changed"),
)
SHOWN: Final = frozenset({"text/html", "image/png", "application/json"})

Chosen = Annotated[str | None, Query(max_length=40)]


class Kept(BaseModel):
    """A comparison that was made."""

    id: str
    label: str


class CompareView(BaseModel):
    """What can be compared."""

    person: RecordedPerson
    choices: tuple[Choice, ...]
    before: str | None
    after: str | None
    known: str | None
    """Comparison of these two that was made already."""
    rigs: tuple[str, ...]
    comparisons: tuple[Kept, ...]


class Wanted(BaseModel):
    """Two results to be compared."""

    before: str
    after: str
    rig: str = ""
    """Rig whose repeatability says what is noise; empty for none."""
    done: Literal["", "gentlest", "balanced", "strongest"] = ""
    """Option that was carried out between the visits; empty where none was, or it is not known."""


class Picture(BaseModel):
    """A picture of a comparison."""

    name: str
    title: str


class Side(BaseModel):
    """One of the two results."""

    result_id: str
    day: date


class ComparisonView(BaseModel):
    """Two visits compared."""

    id: str
    person: RecordedPerson
    site: str
    before: Side
    after: Side
    change: Change
    told: Verdict
    pictures: tuple[Picture, ...]
    files: tuple[str, ...]
    command: str
    python: str


@router.page("/people/{person_id}/compare", template="compare.html.j2")
def compare(unit: ReadUnit, person_id: str, before: Chosen = None, after: Chosen = None) -> CompareView:
    """Choose two results of one site."""
    found = choices_of(unit, person_id)
    first, last = _suggested(found) if before is None and after is None else (before, after)
    made = None if first is None or last is None else results.comparison_of(unit, first, last)
    named = {one.id: one for one in found}
    return CompareView(
        person=people.get(unit, person_id),
        choices=found,
        before=first,
        after=last,
        known=None if made is None else made.id,
        rigs=tuple(one.rig for one in repeats.all_latest(unit)),
        comparisons=tuple(Kept(id=one.id, label=_label(one, named)) for one in results.comparisons_of(unit, person_id)),
    )


@router.action("/people/{person_id}/compare", role="assistant")
def start(unit: WriteUnit, person_id: str, body: Wanted) -> Done:
    """Start a comparison of two results."""
    people.get(unit, person_id)
    _check(unit, person_id, body)
    payload = {"before": body.before, "after": body.after, "rig": body.rig or None, "done": body.done or None}
    job: Job = jobs.add(unit, "compare", payload, person_id=person_id)
    return Done(f"/jobs/{job.id}", job)


@router.page("/comparisons/{comparison_id}", template="comparison.html.j2")
def comparison(unit: ReadUnit, comparison_id: str) -> ComparisonView:
    """What changed between two visits."""
    stored = results.comparison(unit, comparison_id)
    content = results.comparison_path(unit, comparison_id, COMPARISON).read_bytes()
    change = Change.model_validate_json(content)
    names = tuple(file.name for file in stored.files)
    before, after = (_side(unit, result_id) for result_id in (stored.before_id, stored.after_id))
    return ComparisonView(
        id=stored.id,
        person=people.get(unit, stored.person_id),
        site=captures.get(unit, results.get(unit, stored.after_id).capture_id).site,
        before=before,
        after=after,
        change=change,
        told=verdict_of(change),
        pictures=tuple(Picture(name=name, title=title) for name, title in PICTURES if name in names),
        files=names,
        command=_command(before, after, change.done),
        python=_python(before, after, change.done),
    )


@router.raw("/comparisons/{comparison_id}/files/{name}")
def comparison_file(unit: ReadUnit, comparison_id: str, name: str) -> Response:
    """A file of a comparison as it is kept."""
    path = results.comparison_path(unit, comparison_id, name)
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    shown = kind in SHOWN
    return FileResponse(
        path,
        media_type=kind if shown else "application/octet-stream",
        filename=name,
        content_disposition_type="inline" if shown else "attachment",
        headers={"content-security-policy": SANDBOX},
    )


def _suggested(found: tuple[Choice, ...]) -> tuple[str | None, str | None]:
    """First and last result of the first site with two days; of one with two results where there is none."""
    sites = [[one for one in found if one.site_id == site] for site in dict.fromkeys(one.site_id for one in found)]
    for of in sorted((of for of in sites if len(of) > 1), key=lambda of: of[0].day == of[-1].day):
        return of[0].id, of[-1].id
    return None, None


def _check(unit: UnitOfWork, person_id: str, body: Wanted) -> None:
    if body.before == body.after:
        raise RecordError("both results are the same one", fix="choose two results of one site")
    both = [results.get(unit, one) for one in (body.before, body.after)]
    of = [captures.get(unit, one.capture_id) for one in both]
    days = [visits.get(unit, one.visit_id).day for one in of]
    if any(results.person_of(unit, one.id) != person_id for one in both):
        raise RecordError("a result is of another person", fix="choose two results of this person")
    if of[0].site_id != of[1].site_id:
        raise RecordError(
            f"the results show two sites, {of[0].site} and {of[1].site}",
            allowed="two results of one site",
            fix="choose two of the same site; if they are the same place, give their captures the same site",
        )
    if days[0] > days[1]:
        raise RecordError(
            f"the earlier result is of {days[0]}, the later one of {days[1]}", fix="choose them the other way round"
        )
    if not all(has_relief(one) for one in both):
        raise RecordError("the surface of a result was not kept", fix="assess that capture again")
    if body.rig and repeats.latest(unit, body.rig) is None:
        known = ", ".join(one.rig for one in repeats.all_latest(unit))
        raise RecordError(f"no rig {body.rig!r} was tested", allowed=known or None, fix="choose a rig that was tested")


def _side(unit: UnitOfWork, result_id: str) -> Side:
    capture = captures.get(unit, results.get(unit, result_id).capture_id)
    return Side(result_id=result_id, day=visits.get(unit, capture.visit_id).day)


def _label(one: StoredComparison, named: dict[str, Choice]) -> str:
    before, after = named.get(one.before_id), named.get(one.after_id)
    if before is None or after is None:
        return f"of {one.made_at:%Y-%m-%d}"
    return f"{after.site}, {before.day} and {after.day}"


def _command(before: Side, after: Side, done: OptionId | None) -> str:
    option = "" if done is None else f" --done {done}"
    days = (after.day - before.day).days
    return f"cicatrix compare capture-{before.day} capture-{after.day} --days {days}{option} --out comparison"


def _python(before: Side, after: Side, done: OptionId | None) -> str:
    option = "" if done is None else f', done="{done}"'
    days = (after.day - before.day).days
    return (
        "from pathlib import Path\n"
        "from cicatrix.pipeline.assess import assess\n"
        "from cicatrix.capture import read_capture\n"
        "from cicatrix.change import AssessedCapture, compare\n\n"
        f'before, after = (AssessedCapture(*assess(read_capture(Path(name)))) for name in ("capture-{before.day}", '
        f'"capture-{after.day}"))\n'
        f"print(compare(before, after, days={days}{option}).text)"
    )
