"""Indexes for erasing a person and for ending an account's sessions."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the indexes."""
    op.create_index(op.f("ix_job_person_id"), "job", ["person_id"], unique=False)
    op.create_index(op.f("ix_web_session_account_id"), "web_session", ["account_id"], unique=False)
