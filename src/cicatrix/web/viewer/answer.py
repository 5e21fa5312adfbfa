"""Values as JSON for the page's scripts."""

from __future__ import annotations

from starlette.responses import Response

from cicatrix.model.quantity import Record

__all__ = ["as_json"]


def as_json(value: Record) -> Response:
    """A record as the answer to a request."""
    return Response(value.model_dump_json(by_alias=True), media_type="application/json")
