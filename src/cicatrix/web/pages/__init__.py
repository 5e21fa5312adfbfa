"""The pages, one module for each kind; ``ROUTERS`` lists them all."""

from __future__ import annotations

from typing import Final

from cicatrix.web.pages import (
    account,
    captures,
    case,
    compare,
    corrections,
    docs,
    jobs,
    log,
    people,
    plan,
    repeatability,
    result,
    result_files,
    trend,
    uploads,
    visits,
)
from cicatrix.web.router import Pages

__all__ = ["ROUTERS"]

ROUTERS: Final[tuple[Pages, ...]] = (
    account.router,
    people.router,
    visits.router,
    case.router,
    uploads.router,
    captures.router,
    jobs.router,
    result.router,
    result_files.router,
    plan.router,
    compare.router,
    trend.router,
    repeatability.router,
    log.router,
    corrections.router,
    docs.router,
)
