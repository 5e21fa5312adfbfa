"""The pages, one module for each kind; ``ROUTERS`` lists them all."""

from __future__ import annotations

from typing import Final

from cicatrix.web.pages import account, corrections, docs, log, people, result, result_files, visits
from cicatrix.web.router import Pages

__all__ = ["ROUTERS"]

ROUTERS: Final[tuple[Pages, ...]] = (
    account.router,
    people.router,
    visits.router,
    result.router,
    result_files.router,
    log.router,
    corrections.router,
    docs.router,
)
