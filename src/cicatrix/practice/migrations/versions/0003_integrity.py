"""What is left to clean up after erasing, and triggers against rows that replace fixed ones."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from cicatrix.practice.append_only import guard_against_replacing

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the table and the triggers."""
    op.create_table(
        "cleanup",
        sa.Column("what", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("what", name=op.f("pk_cleanup")),
    )
    for table, keys in (
        ("result", ("id",)),
        ("edit", ("id", "result_id, number")),
        ("comparison", ("id",)),
        ("log_entry", ("number",)),
    ):
        guard_against_replacing(op.get_bind(), table, keys)
