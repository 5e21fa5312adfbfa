"""What is known about control of acne and about the risk of scars: ``gate.toml`` and ``scar_risk.toml``."""

from __future__ import annotations

from functools import cache

from cicatrix.knowledge.tables import Folder, built, read_table, shipped
from cicatrix.model.gate import GateRule
from cicatrix.model.risk import KnownRisks

__all__ = ["gate_rule", "known_risks", "read_gate_rule", "read_known_risks"]


def read_gate_rule(folder: Folder) -> GateRule:
    """The rule of the gate, and what is said while acne is not under control.

    Raises
    ------
    KnowledgeError
        The file is missing or malformed, or an entry is not what it should be.
    """
    return built(GateRule, read_table(folder, "gate.toml"), "gate.toml", "file")


def read_known_risks(folder: Folder) -> KnownRisks:
    """Factors that go with having scars, with their odds ratios.

    Raises
    ------
    KnowledgeError
        The file is missing or malformed, or an entry is not what it should be.
    """
    return built(KnownRisks, read_table(folder, "scar_risk.toml"), "scar_risk.toml", "file")


@cache
def gate_rule() -> GateRule:
    """The rule of the package; read once."""
    return read_gate_rule(shipped())


@cache
def known_risks() -> KnownRisks:
    """The factors of the package; read once."""
    return read_known_risks(shipped())
