"""Parse a case file that somebody sent, in a process of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from cicatrix.cases.read import parse_case
from cicatrix.errors import CaseError
from cicatrix.progress import Progress

__all__ = ["PARSED", "SENT", "work"]

SENT: Final = "sent"
PARSED: Final = "parsed.json"


def work(folder: Path, given: dict[str, Any], tell: Progress) -> None:
    """Parse ``SENT`` under its own name and write the case to ``PARSED`` as JSON."""
    del tell
    name = Path(given["name"])
    try:
        text = (folder / SENT).read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CaseError("the file is not UTF-8 text", path=name, fix="save it as UTF-8") from error
    (folder / PARSED).write_text(parse_case(text, name).model_dump_json(), encoding="utf-8")
