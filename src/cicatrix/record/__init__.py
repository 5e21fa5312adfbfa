"""What a practice keeps, in a database with its files beside it; and how two visits differ."""

from __future__ import annotations

from cicatrix.record.practice import Desk, Practice, open_practice

__all__ = ["Desk", "Practice", "open_practice"]
