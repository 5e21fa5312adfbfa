"""Test–retest repeatability of a rig, from captures of the same skin, one after another."""

from __future__ import annotations

from cicatrix.repeatability.conclude import repeatability
from cicatrix.repeatability.file import REPEAT_FILE, as_json, dump_schema, read_repeatability
from cicatrix.repeatability.repeatability_text import smallest_in_words

__all__ = [
    "REPEAT_FILE",
    "as_json",
    "dump_schema",
    "read_repeatability",
    "repeatability",
    "smallest_in_words",
]
