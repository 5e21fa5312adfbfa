"""Run by Alembic for each migration, inside the transaction of ``record.migrate``."""

from __future__ import annotations

from alembic import context

from cicatrix.practice.tables import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
context.run_migrations()
