"""What a practice keeps, in a database with its files beside it."""

from __future__ import annotations

from cicatrix.practice.opening import open_practice
from cicatrix.practice.practice import Practice
from cicatrix.practice.session import UnitOfWork

__all__ = ["Practice", "UnitOfWork", "open_practice"]
