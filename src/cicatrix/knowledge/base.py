"""Turning the files of the knowledge base into records."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cicatrix.errors import KnowledgeError
from cicatrix.knowledge.tables import Folder, built, data, read_table
from cicatrix.model.case import TREATMENT_IDS, TreatmentId
from cicatrix.model.evidence import Source
from cicatrix.model.knowledge import General, Rule, Treatment, Trial

__all__ = ["Rulebook", "read_general", "read_rules", "read_sources", "read_treatments", "read_trials"]


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The safety rules.

    Attributes
    ----------
    rules
        Every rule, in the order of the file.
    groups
        Treatments by name of their group.
    injury
        How deep and how widely each treatment wounds the skin, from 1; without those that do not wound it.
    """

    rules: tuple[Rule, ...]
    groups: dict[str, tuple[TreatmentId, ...]]
    injury: dict[TreatmentId, int] = field(default_factory=dict)

    def treatments_of(self, rule: Rule) -> tuple[TreatmentId, ...]:
        """Treatments that a rule is about, each once, in the order of the ids."""
        named = {treatment for name in rule.treatments for treatment in self.groups.get(name, (name,))}
        return tuple(treatment for treatment in TREATMENT_IDS if treatment in named)


def read_sources(folder: Folder) -> dict[str, Source]:
    """Every source of ``sources.toml`` in a folder, by key.

    Raises
    ------
    KnowledgeError
        The file is missing or malformed, or an entry is not a source.
    """
    name = "sources.toml"
    table = read_table(folder, name)
    checked = table.pop("checked", None)
    return {
        key: built(Source, {"key": key, "checked": checked, **data(entry, name, key)}, name, key)
        for key, entry in table.items()
    }


def read_treatments(folder: Folder) -> dict[TreatmentId, Treatment]:
    """Every treatment of ``treatments/`` in a folder, by id.

    Raises
    ------
    KnowledgeError
        A file is missing or malformed, or is not a treatment.
    """
    return {id_: _treatment(folder, id_) for id_ in TREATMENT_IDS}


def _treatment(folder: Folder, id_: TreatmentId) -> Treatment:
    name = f"treatments/{id_}.toml"
    return built(Treatment, {"id": id_, **read_table(folder, name)}, name, id_)


def read_trials(folder: Folder) -> dict[str, Trial]:
    """Every trial of ``trials.toml`` in a folder, by id.

    Raises
    ------
    KnowledgeError
        The file is missing or malformed, a row is not a trial, or an id stands twice.
    """
    rows = [built(Trial, row, "trials.toml", where) for row, where in _rows(folder, "trials.toml", "trial")]
    _once([trial.id for trial in rows], "trials.toml")
    return {trial.id: trial for trial in rows}


def read_rules(folder: Folder) -> Rulebook:
    """The rules and groups of ``rules.toml`` in a folder.

    Raises
    ------
    KnowledgeError
        The file is missing or malformed, a row is not a rule, an id stands twice, or a group or treatment that a rule
        names does not exist.
    """
    name = "rules.toml"
    rules = tuple(built(Rule, row, name, where) for row, where in _rows(folder, name, "rule"))
    _once([rule.id for rule in rules], name)
    groups = {key: tuple(value) for key, value in data(read_table(folder, name).get("groups"), name, "groups").items()}
    unknown = [
        f"{name}, groups: {key} names {', '.join(sorted(set(value) - set(TREATMENT_IDS)))}, which is no treatment"
        for key, value in groups.items()
        if not set(value) <= set(TREATMENT_IDS)
    ]
    unknown += [
        f"{name}, {rule.id}: {treatment!r} is no treatment and no group"
        for rule in rules
        for treatment in rule.treatments
        if treatment not in groups and treatment not in TREATMENT_IDS
    ]
    injury = data(read_table(folder, name).get("injury"), name, "injury")
    unknown += [
        f"{name}, injury: {id_} = {depth!r} must be a treatment with a whole number from 1"
        for id_, depth in injury.items()
        if id_ not in TREATMENT_IDS or not isinstance(depth, int) or depth < 1
    ]
    if unknown:
        raise KnowledgeError(unknown)
    return Rulebook(rules, groups, {id_: injury[id_] for id_ in TREATMENT_IDS if id_ in injury})


def read_general(folder: Folder) -> tuple[General, ...]:
    """The statements of ``general.toml`` in a folder.

    Raises
    ------
    KnowledgeError
        The file is missing or malformed, or a row is not a statement.
    """
    return tuple(
        built(General, row, "general.toml", where) for row, where in _rows(folder, "general.toml", "statement")
    )


def _rows(folder: Folder, name: str, kind: str) -> list[tuple[dict[str, Any], str]]:
    """Rows of a file, each with its place: its id, or its number."""
    rows = read_table(folder, name).get(kind)
    if not isinstance(rows, list) or not rows:
        raise KnowledgeError([f"{name}: needs at least one [[{kind}]]"])
    return [
        (data(row, name, f"{kind} {number}"), str(row.get("id", f"{kind} {number}")))
        for number, row in enumerate(rows, 1)
    ]


def _once(ids: list[str], name: str) -> None:
    twice = sorted({id_ for id_ in ids if ids.count(id_) > 1})
    if twice:
        raise KnowledgeError([f"{name}: the id {id_} stands twice" for id_ in twice])
