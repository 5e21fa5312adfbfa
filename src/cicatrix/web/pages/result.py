"""A result: the answer, the picture with its outlines, tables, cross-sections, cuts, and the surface."""

from __future__ import annotations

import zlib

from starlette.responses import Response

from cicatrix.practice import captures, people, results, visits
from cicatrix.web.cache import RecentCache
from cicatrix.web.corrected import corrected_assessment, in_force
from cicatrix.web.dependencies import CurrentSession, ReadUnit
from cicatrix.web.router import Pages, Ready
from cicatrix.web.viewer import as_json, shapes_of
from cicatrix.web.viewer.detail import detail_of
from cicatrix.web.viewer.result_view import ResultPage, ResultView, Where, result_page

__all__ = ["router"]

router = Pages()

_kept: RecentCache[tuple[ResultPage, bytes]] = RecentCache(256)
"""Pages, and their assessments as compressed JSON: reading one back takes 10 times as long as the rest of a page."""


@router.page("/results/{result_id}", template="result.html.j2")
def result(unit: ReadUnit, session: CurrentSession, result_id: str) -> Ready[ResultView]:
    """A result with all corrections in force."""
    stored = results.get(unit, result_id)
    capture = captures.get(unit, stored.capture_id)
    visit = visits.get(unit, capture.visit_id)
    person = people.get(unit, visit.person_id)
    where = Where(
        id=stored.id,
        person_id=person.id,
        pseudonym=person.pseudonym,
        visit_id=visit.id,
        day=visit.day,
        capture_id=capture.id,
        site=capture.site,
        start=stored.start,
        has_case=stored.case_id is not None,
    )
    may_correct = session.role == "clinician"

    def laid_out() -> tuple[ResultPage, bytes]:
        found = corrected_assessment(unit, result_id)
        page = result_page(where, found, stored.files, may_correct=may_correct)
        return page, zlib.compress(found.model_dump_json(by_alias=True).encode(), 1)

    page, packed = _kept.get((where, may_correct, in_force(unit, result_id)), laid_out)
    return Ready(page, lambda: _joined(page, packed))


def _joined(page: ResultPage, packed: bytes) -> bytes:
    """A ``ResultView`` as JSON: the page with the assessment as its last member."""
    return page.model_dump_json(by_alias=True).encode()[:-1] + b',"assessment":' + zlib.decompress(packed) + b"}"


@router.raw("/results/{result_id}/shapes.json")
def result_shapes(unit: ReadUnit, result_id: str) -> Response:
    """Everything that is outlined on the picture, with its numbers."""
    return as_json(shapes_of(corrected_assessment(unit, result_id)))


@router.raw("/results/{result_id}/objects/{name}.json")
def result_object(unit: ReadUnit, result_id: str, name: str) -> Response:
    """Details of one scar, mark or dark spot."""
    return as_json(detail_of(corrected_assessment(unit, result_id), name))
