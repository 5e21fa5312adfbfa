"""Lengths of time in days, one for the whole package."""

from __future__ import annotations

from typing import Final

__all__ = ["DAYS_PER_MONTH", "DAYS_PER_YEAR"]

DAYS_PER_YEAR: Final = 365.25
DAYS_PER_MONTH: Final = DAYS_PER_YEAR / 12.0
