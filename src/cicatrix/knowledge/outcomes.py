"""Outcomes of trial arms, and what forecasts assume: ``outcomes.toml``."""

from __future__ import annotations

from functools import cache

from cicatrix.errors import KnowledgeError
from cicatrix.knowledge import sources, trials
from cicatrix.knowledge.tables import Folder, built, read_table, shipped
from cicatrix.model.evidence import STATUSES
from cicatrix.model.outcome import Outcome, Outcomes, Transition

__all__ = ["outcomes", "read_outcomes"]

NAME = "outcomes.toml"


def read_outcomes(folder: Folder) -> Outcomes:
    """Outcomes, transitions between grades, scales and assumptions of a folder.

    Raises
    ------
    KnowledgeError
        The file is missing or malformed, an entry is not what it should be, or a row does not fit the study that it
        names: the study, a source or a treatment that does not exist, or a better status than the study's.
    """
    read = built(Outcomes, read_table(folder, NAME), NAME, "file")
    rows: list[Outcome | Transition] = [*read.outcomes, *read.transitions]
    found = [problem for row in rows for problem in _misfits(row)]
    if found:
        raise KnowledgeError(found)
    return read


def _misfits(row: Outcome | Transition) -> list[str]:
    """What does not fit between a row and the study that it names."""
    where = f"{NAME}, {row.study}"
    found = [f"{where}: the source {key!r} is not in sources.toml" for key in row.sources if key not in sources()]
    trial = trials().get(row.study)
    if trial is None:
        if row.study not in row.sources:
            found.append(f"{where}: is neither in trials.toml nor among its own sources")
        return found
    foreign = sorted(set(row.treatments) - set(trial.treatments))
    if foreign:
        found.append(f"{where}: the trial is not about {', '.join(foreign)}")
    if not set(row.sources) <= set(trial.sources):
        found.append(f"{where}: names sources that the trial does not")
    if STATUSES.index(row.status) < STATUSES.index(trial.status):
        found.append(f"{where}: is called {row.status}, but the trial is {trial.status}")
    if trial.design in ("review", "meta_analysis", "network_meta_analysis"):
        found.append(f"{where}: a {trial.design} is not pooled with its own trials")
    return found


@cache
def outcomes() -> Outcomes:
    """Outcomes and assumptions of the package; read once."""
    return read_outcomes(shipped())
