"""``cicatrix grade``: the published scales, the gate and the factors for scars, from a case file."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from cicatrix.care.gate import gate as decide
from cicatrix.cases import read_case
from cicatrix.cases.join import join
from cicatrix.cli.citations import with_sources
from cicatrix.cli.options import CaseArgument, JsonOption
from cicatrix.cli.output import print_json
from cicatrix.grading import SCALES
from cicatrix.grading import grade as grade_all
from cicatrix.grading.needs import why_not
from cicatrix.grading.scar_risk import scar_risk
from cicatrix.model.findings import Findings
from cicatrix.model.gate import Gate
from cicatrix.model.grades import Grade, Grades
from cicatrix.model.risk import ScarRisk

__all__ = ["grade", "graded_case"]

STATES = {
    "controlled": "Acne is under control.",
    "not_controlled": "Acne is not under control.",
    "unknown": "Whether acne is under control is not known.",
}


def grade(case: CaseArgument, *, as_json: JsonOption = False) -> None:
    """Grade a case on the published scales, and say whether acne is under control.

    A grade is a range while answers are missing. Nothing here is a diagnosis.
    """
    findings = join(read_case(case))
    if as_json:
        print_json(graded_case(findings))
        return

    _print(findings, Console(highlight=False))


def graded_case(findings: Findings) -> dict[str, Any]:
    """Everything that ``--json`` prints: ``grades``, ``gate``, ``scar_risk``, and every source that they name."""
    grades, gate, risk = _computed(findings)
    return with_sources(grades=grades, gate=gate, scar_risk=risk)


def _computed(findings: Findings) -> tuple[Grades, Gate, ScarRisk]:

    grades = grade_all(findings)
    return grades, decide(findings, grades), scar_risk(findings)


def _print(findings: Findings, console: Console) -> None:
    grades, gate, risk = _computed(findings)
    _print_grades(findings, grades, console)
    _print_gate(gate, console)
    _print_risk(risk, console)
    console.print("\nA help for talking with a clinician: no diagnosis, and not a medical device.", style="dim")


def _print_grades(findings: Findings, grades: Grades, console: Console) -> None:

    table = Table(title="Published scales", title_justify="left", show_lines=True)
    table.add_column("Scale")
    table.add_column("Grade", justify="right", no_wrap=True)
    table.add_column("What it says", ratio=1)
    table.add_column("Rule")
    for scale in SCALES:
        one: Grade | None = getattr(grades, scale.key)
        if one is None:
            table.add_row(scale.name, "–", why_not(scale, findings), "", style="dim")
        else:
            table.add_row(scale.name, _range(one), one.text, one.status)
    console.print(table)


def _range(one: Grade) -> str:
    return f"{one.low}" if one.value is not None else f"{one.low}–{one.high}"


def _print_gate(gate: Gate, console: Console) -> None:
    console.print(f"\n[bold]{STATES[gate.state]}[/bold] {' '.join(gate.reasons)}", soft_wrap=False)
    console.print(f"The rule is an assumption of ours: {gate.rule.text}", style="dim")
    for question in gate.ask:
        console.print(f"  Ask ({question.key}): {question.question} {question.why}")
    for fact in gate.facts:
        console.print(f"  • {fact.text} [dim]({', '.join((fact.status, *fact.sources))})[/dim]")


def _print_risk(risk: ScarRisk, console: Console) -> None:
    console.print("\n[bold]What goes with having scars[/bold]")
    for factor in risk.factors:
        console.print(f"  • {factor.name}: {factor.answer or 'not answered'}. {factor.text}")
        for ratio in factor.odds_ratios:
            interval = "" if ratio.low is None else f" ({ratio.low:g}–{ratio.high:g})"
            note = f"; {ratio.note}" if ratio.note else ""
            told = f"{ratio.population}; {', '.join((ratio.status, *ratio.sources))}{note}"
            console.print(f"      {ratio.factor}: odds ratio {ratio.value:g}{interval} [dim]({told})[/dim]")
    for statement in risk.about:
        console.print(f"  {statement.text} [dim]({', '.join((statement.status, *statement.sources))})[/dim]")
