"""How well rigs repeat themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from cicatrix.errors import RecordError
from cicatrix.model.practice import StoredRepeatability
from cicatrix.practice import log
from cicatrix.practice.characters import check_visible
from cicatrix.practice.session import UnitOfWork
from cicatrix.practice.tables import RepeatabilityRow

__all__ = ["all_latest", "latest", "save"]

LONGEST = 100


def save(unit: UnitOfWork, rig: str, repeat: Mapping[str, Any]) -> StoredRepeatability:
    """Keep a test of a rig; the latest counts."""
    rig = rig.strip()
    if not 0 < len(rig) <= LONGEST:
        raise RecordError(f"the rig's name has {len(rig)} characters", allowed=f"1 to {LONGEST}", fix="name the rig")
    check_visible(rig, "the rig's name")
    row = RepeatabilityRow(id=unit.new_id(), rig=rig, repeat=dict(repeat), made_at=unit.now)
    unit.session.add(row)
    unit.session.flush()
    log.add(unit, "repeatability.save", row.id, detail={"rig": rig}, rows=[row])
    return _stored(row)


def latest(unit: UnitOfWork, rig: str) -> StoredRepeatability | None:
    """The latest test of a rig; None where there is none."""
    row = unit.session.scalar(
        select(RepeatabilityRow)
        .where(RepeatabilityRow.rig == rig)
        .order_by(RepeatabilityRow.made_at.desc(), RepeatabilityRow.id)
        .limit(1)
    )
    return None if row is None else _stored(row)


def all_latest(unit: UnitOfWork) -> tuple[StoredRepeatability, ...]:
    """The latest test of each rig, by the rig's name."""
    rigs = unit.session.scalars(select(RepeatabilityRow.rig).distinct().order_by(RepeatabilityRow.rig))
    return tuple(found for rig in rigs if (found := latest(unit, rig)) is not None)


def _stored(row: RepeatabilityRow) -> StoredRepeatability:
    return StoredRepeatability(id=row.id, rig=row.rig, repeat=row.repeat, made_at=row.made_at)
