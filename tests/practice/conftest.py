"""Practices in SQLite, and in a PostgreSQL if there is one."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from cicatrix.practice import Practice, open_practice

POSTGRESQL = "CICATRIX_TEST_POSTGRESQL"
"""Environment variable with the URL of a PostgreSQL in which databases may be made, such as .ci/run starts."""


@pytest.fixture(params=["sqlite", "postgresql"])
def practice(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Practice]:
    """An empty practice."""
    if request.param == "sqlite":
        opened = open_practice(tmp_path / "practice")
        yield opened
        opened.close()
        return
    with database() as url:
        opened = open_practice(url, files=tmp_path / "practice")
        yield opened
        opened.close()


class database:  # noqa: N801 - used like a function
    """A new database in the PostgreSQL of the tests, gone afterwards."""

    def __init__(self) -> None:
        server = os.environ.get(POSTGRESQL)
        if not server:
            pytest.skip(f"no PostgreSQL to test with: {POSTGRESQL} is not set")
        self.server, self.name = make_url(server), f"cicatrix_{uuid.uuid4().hex}"

    def __enter__(self) -> str:
        self._run(f"CREATE DATABASE {self.name}")
        return self.server.set(database=self.name).render_as_string(hide_password=False)

    def __exit__(self, *_: object) -> None:
        self._run(f"DROP DATABASE {self.name} WITH (FORCE)")

    def _run(self, statement: str) -> None:
        engine = create_engine(self.server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()
