"""What is wrong with a knowledge base: everything that can be found, in one go."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from cicatrix.errors import KnowledgeError
from cicatrix.knowledge.base import Rulebook, read_general, read_rules, read_sources, read_treatments, read_trials
from cicatrix.knowledge.healing import healing_problems, named_by_healing, read_healing
from cicatrix.knowledge.source_keys import source_keys
from cicatrix.knowledge.tables import Folder, read_table
from cicatrix.model.case import TREATMENT_IDS
from cicatrix.model.evidence import STATUSES, Source, Statement, Status
from cicatrix.model.knowledge import Protocol, Treatment, Trial

__all__ = ["problems"]

Value = TypeVar("Value")


def problems(folder: Folder) -> list[str]:
    """Everything that is wrong with the knowledge base in a folder, one sentence each; empty when all is well.

    Looked for are: files that cannot be read, entries that do not fit their records, sources, trials, groups and
    treatments that are named but do not exist, sources that nothing names, figures with a better status than the best
    of their sources, effects whose trial is about something else, and signs of healing that pass over a figure.
    """
    found: list[str] = []

    def read(reader: Callable[[Folder], Value]) -> Value | None:
        try:
            return reader(folder)
        except KnowledgeError as error:
            found.extend(error.problems)
            return None

    sources = read(read_sources)
    trials, treatments, rules, general = read(read_trials), read(read_treatments), read(read_rules), read(read_general)
    healing = read(read_healing)
    if sources is None or trials is None or treatments is None or rules is None or general is None or healing is None:
        return found
    named = [
        *_named_by_treatments(list(treatments.values())),
        *((f"trials.toml, {trial.id}", trial.sources, trial.status) for trial in trials.values()),
        *((f"rules.toml, {rule.id}", rule.sources, rule.status) for rule in rules.rules),
        *((f"general.toml, {statement.text[:40]!r}", statement.sources, statement.status) for statement in general),
        *named_by_healing(healing),
    ]
    found += _dangling(named, sources)
    found += [problem for treatment in treatments.values() for problem in _effects(treatment, trials)]
    found += _unused_groups(rules)
    found += healing_problems(healing, treatments)
    found += _other_files(folder, sources)
    return found


Named = tuple[str, tuple[str, ...], Status]
"""A place, the sources named there, and the status there."""


def _named_by_treatments(treatments: list[Treatment]) -> Iterator[Named]:
    for treatment in treatments:
        where = f"treatments/{treatment.id}.toml"
        statements: list[Statement] = [*treatment.effects, *treatment.facts]
        statements += [treatment.feels_like] if treatment.feels_like else []
        statements += [figure for name in Protocol.model_fields if (figure := getattr(treatment.protocol, name))]
        for statement in statements:
            yield f"{where}, {statement.text[:40]!r}", statement.sources, statement.status


def _dangling(named: list[Named], sources: dict[str, Source]) -> list[str]:
    """Sources that do not exist, and statuses that are better than those of their sources."""
    found = []
    for where, keys, status in named:
        missing = [key for key in keys if key not in sources]
        found += [f"{where}: the source {key!r} is not in sources.toml" for key in missing]
        if keys and not missing and status in ("seen", "secondary"):
            best = min(STATUSES.index(sources[key].status) for key in keys)
            if STATUSES.index(status) < best:
                found.append(f"{where}: is called {status}, but its sources are {STATUSES[best]} at best")
    return found


def _effects(treatment: Treatment, trials: dict[str, Trial]) -> Iterator[str]:
    where = f"treatments/{treatment.id}.toml, effects"
    for effect in treatment.effects:
        if effect.trial is None:
            continue
        trial = trials.get(effect.trial)
        if trial is None:
            yield f"{where}: the trial {effect.trial!r} of {effect.target} is not in trials.toml"
        elif treatment.id not in trial.treatments or effect.target not in trial.targets:
            yield f"{where}: the trial {effect.trial} is not about {treatment.id} and {effect.target}"


def _unused_groups(rules: Rulebook) -> list[str]:
    used = {name for rule in rules.rules for name in rule.treatments}
    return [f"rules.toml, groups: no rule names the group {name!r}" for name in rules.groups if name not in used]


def _other_files(folder: Folder, sources: dict[str, Source]) -> list[str]:
    """Sources named in the files of other rooms, such as ``gate.toml``, and treatments that are none."""
    found: list[str] = []
    own = {"sources.toml", "trials.toml", "rules.toml", "general.toml", "healing.toml"}
    for entry in sorted(folder.iterdir(), key=lambda file: file.name):
        if entry.name.endswith(".toml") and entry.name not in own:
            found += [
                f"{entry.name}: the source {key!r} is not in sources.toml"
                for key in source_keys(read_table(folder, entry.name))
                if key not in sources
            ]
    names = {f"{id_}.toml" for id_ in TREATMENT_IDS}
    found += [
        f"treatments/{entry.name}: is no treatment"
        for entry in sorted(folder.joinpath("treatments").iterdir(), key=lambda file: file.name)
        if entry.name.endswith(".toml") and entry.name not in names
    ]
    return found
