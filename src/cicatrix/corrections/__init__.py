"""Corrections by hand: events, which of them are in force, and what they make of a result."""

from __future__ import annotations

from cicatrix.corrections.file import as_json, check_fit, fingerprint, log_of, parse_corrections, read_corrections
from cicatrix.corrections.history import Steps, active, steps
from cicatrix.corrections.replay import Replayed

__all__ = [
    "Replayed",
    "Steps",
    "active",
    "as_json",
    "check_fit",
    "fingerprint",
    "log_of",
    "parse_corrections",
    "read_corrections",
    "steps",
]
