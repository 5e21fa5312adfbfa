"""How far the measurement can be trusted: phantoms with known scars, assessed, and compared with their truth."""

from __future__ import annotations

from cicatrix.validation.change import run_change_study
from cicatrix.validation.change_page import change_markdown
from cicatrix.validation.change_records import ChangeStudy
from cicatrix.validation.markdown_file import check_block, check_page, write_block, write_page
from cicatrix.validation.match import Pair
from cicatrix.validation.records import SCHEMA, Errors, Rate, Study, Summary
from cicatrix.validation.run import FIRST_SEED, plan, run_study
from cicatrix.validation.tables import as_markdown, as_summary, print_study
from cicatrix.validation.tally import Case, summarise

__all__ = [
    "FIRST_SEED",
    "SCHEMA",
    "Case",
    "ChangeStudy",
    "Errors",
    "Pair",
    "Rate",
    "Study",
    "Summary",
    "as_markdown",
    "as_summary",
    "change_markdown",
    "check_block",
    "check_page",
    "plan",
    "print_study",
    "run_change_study",
    "run_study",
    "summarise",
    "write_block",
    "write_page",
]
