"""Case files: what a clinician or a person states, read, asked for, written, and joined with what was measured."""

from __future__ import annotations

from cicatrix.cases.join import join

__all__ = ["join"]
