"""Case files: what a clinician or a person states, read, asked for, written, and joined with what was measured."""

from __future__ import annotations

from cicatrix.cases.contradictions import doubts
from cicatrix.cases.read import load_case, read_case

__all__ = ["doubts", "load_case", "read_case"]
