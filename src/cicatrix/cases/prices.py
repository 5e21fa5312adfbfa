"""A clinic's own fees, and treatments named on the command line."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from cicatrix.errors import InputError
from cicatrix.io.read import read_text
from cicatrix.io.toml import parse_toml
from cicatrix.model.case import TREATMENT_IDS, TreatmentId
from cicatrix.model.plan import Money

__all__ = ["read_prices", "treatment_ids"]

MOST_USD = 1_000_000.0


def read_prices(path: Path) -> dict[TreatmentId, Money]:
    """Fees of one session in US dollars: ``tca_cross = 150``, or lowest and highest, ``subcision = [300, 600]``.

    Raises
    ------
    InputError
        The file cannot be read, is not TOML, names what is no treatment, or a fee is no number from 0.
    """
    fix = "write one line a treatment, such as tca_cross = 150 or subcision = [300, 600]"
    text, _ = read_text(path, error=InputError)
    table = parse_toml(text, path, error=InputError, example="tca_cross = 150")
    ids = treatment_ids(table, str(path))
    return {id_: _fee(table[id_], id_, path, fix) for id_ in ids}


def _fee(value: Any, id_: TreatmentId, path: Path, fix: str) -> Money:
    ends = value if isinstance(value, list) else [value, value]
    numbers = [end for end in ends if isinstance(end, int | float) and not isinstance(end, bool) and math.isfinite(end)]
    if len(numbers) != 2 or len(ends) != 2 or not 0.0 <= numbers[0] <= numbers[1] <= MOST_USD:
        raise InputError(
            f"{path}: {id_} = {value!r} is no fee",
            allowed=f"a number from 0 to {MOST_USD:,.0f}, or two of them, lowest first",
            fix=fix,
        )
    return Money(low=float(numbers[0]), high=float(numbers[1]), status="assumption")


def treatment_ids(named: Iterable[str], where: str) -> tuple[TreatmentId, ...]:
    """Treatments by name, each once.

    Raises
    ------
    InputError
        A name is no treatment.
    """
    names = list(named)
    strange = [name for name in names if name not in TREATMENT_IDS]
    if strange:
        raise InputError(f"{where}: {strange[0]!r} is no treatment", allowed=", ".join(TREATMENT_IDS))
    return tuple(id_ for id_ in TREATMENT_IDS if id_ in names)
