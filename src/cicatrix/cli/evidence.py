"""``cicatrix evidence``: what is known about the treatments, with sources, and whether all of it holds together."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from cicatrix.cli.citations import named_sources
from cicatrix.cli.options import JsonOption
from cicatrix.cli.output import print_json
from cicatrix.errors import InputError, KnowledgeError
from cicatrix.knowledge import general, problems, rules, shipped, sources, treatments, trials
from cicatrix.model.evidence import STATUS_TEXT
from cicatrix.model.knowledge import Fact, Treatment

__all__ = ["evidence"]

CHECK = "check"

TOPIC_TITLES = {
    "mechanism": "How it works",
    "depth": "Layer and depth",
    "works_on": "What it works on",
    "severity": "By severity",
    "sessions": "Sessions",
    "minutes": "Minutes",
    "setting": "Where",
    "anaesthesia": "Numbing",
    "closed": "Skin closed",
    "redness": "Redness",
    "activities": "Back to usual",
    "result": "Result",
    "adverse": "Risks",
    "prevention": "Prevention",
    "price": "Price",
    "combination": "With others",
    "precaution": "Precautions",
    "consensus": "What is disputed",
    "feel": "How it feels",
}


def evidence(
    treatment: Annotated[
        str | None, typer.Argument(metavar="[TREATMENT|check]", help="Id of a treatment, such as subcision; or: check.")
    ] = None,
    *,
    as_json: JsonOption = False,
    folder: Annotated[
        Path | None, typer.Option(help="With check: an edited copy of the knowledge base.", metavar="FOLDER")
    ] = None,
) -> None:
    """Show what is known about a treatment, each statement with its source and how far that was read.

    Without a treatment all are listed. 'cicatrix evidence check' looks for missing and dangling sources.
    """
    if folder is not None and treatment != CHECK:
        raise InputError("--folder belongs to 'check'", fix="write: cicatrix evidence check --folder FOLDER")
    if treatment == CHECK:
        _check(folder, as_json=as_json)
        return
    if as_json:
        print_json(_as_data(treatment))
        return

    console = Console(highlight=False)
    if treatment is None:
        _print_list(console)
    else:
        _print_treatment(console, _chosen(treatment))


def _check(folder: Path | None, *, as_json: bool) -> None:

    found = problems(folder or shipped())
    if as_json:
        print_json({"problems": found})
        raise typer.Exit(2 if found else 0)
    if found:
        raise KnowledgeError(found)
    typer.echo(_summary())


def _summary() -> str:

    facts = sum(len(treatment.facts) + len(treatment.effects) for treatment in treatments().values())
    return (
        f"The knowledge base holds together: {len(treatments())} treatments with {facts} facts and effects, "
        f"{len(trials())} trials, {len(rules().rules)} rules, {len(general())} statements across treatments, "
        f"{len(sources())} sources."
    )


def _chosen(name: str) -> Treatment:

    known = treatments()
    for id_, treatment in known.items():
        if id_ == name:
            return treatment
    near = get_close_matches(name, known, n=1)
    raise InputError(
        f"there is no treatment {name!r}",
        allowed=", ".join(known),
        fix=f"did you mean {near[0]}?" if near else "run 'cicatrix evidence' for the list",
    )


def _as_data(name: str | None) -> Any:
    """Everything about one treatment, or about all, with the trials and the sources that are named."""
    chosen = list(treatments().values()) if name is None else [_chosen(name)]
    ids = {treatment.id for treatment in chosen}
    rows = [trial for trial in trials().values() if ids & set(trial.treatments)]
    data = {
        "treatments": [treatment.model_dump(mode="json") for treatment in chosen],
        "trials": [trial.model_dump(mode="json") for trial in rows],
        "rules": [rule.model_dump(mode="json", by_alias=True) for rule in _rules_of(ids)],
    }
    return {**data, "sources": {key: sources()[key].model_dump(mode="json") for key in named_sources(data)}}


def _rules_of(ids: set[Any]) -> list[Any]:

    book = rules()
    return [rule for rule in book.rules if ids & set(book.treatments_of(rule))]


def _print_list(console: Console) -> None:

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("id", no_wrap=True)
    table.add_column("name")
    table.add_column("what it works on")
    for id_, treatment in treatments().items():
        useful = [e.target.replace("_", " ") for e in treatment.effects if e.strength in ("strong", "some")]
        table.add_row(id_, treatment.name, ", ".join(useful) or "only beside other treatments")
    console.print(table)
    console.print("\nOne treatment in full: cicatrix evidence ID")


def _print_treatment(console: Console, treatment: Treatment) -> None:

    numbers = _Numbers()
    console.print(f"[bold]{treatment.name}[/bold] ({treatment.id})\n{treatment.summary}", soft_wrap=False)
    if treatment.feels_like:
        console.print(f"What it feels like: {treatment.feels_like.text} {numbers.of(treatment.feels_like)}")
    console.print("\n[bold]What it works on[/bold] (the words strong, some, adjunct, none, avoid are our reading)")
    for effect in treatment.effects:
        _line(console, f"{effect.target.replace('_', ' ')}: {effect.strength}. {effect.text} {numbers.of(effect)}")
    for topic, title in TOPIC_TITLES.items():
        facts = [fact for fact in treatment.facts if fact.topic == topic]
        if facts:
            console.print(f"\n[bold]{title}[/bold]")
        for fact in facts:
            _line(console, f"{fact.text}{_people(fact)} {numbers.of(fact)}")
    if treatment.not_found:
        missing = ", ".join(TOPIC_TITLES[topic].lower() for topic in treatment.not_found)
        console.print(f"\n[bold]No figure was found[/bold] on: {missing}.")
    console.print("\n[bold]Trials[/bold] (percentages of different scales cannot be compared)")
    for trial in trials().values():
        if treatment.id in trial.treatments:
            people = trial.n_text or (f"{trial.n} people" if trial.n else "number of people not reported")
            _line(console, f"{trial.protocol}; {people}: {trial.findings} {numbers.of(trial)}")
    _print_rules(console, treatment, numbers)
    numbers.print(console)


def _print_rules(console: Console, treatment: Treatment, numbers: _Numbers) -> None:
    console.print("\n[bold]Safety rules[/bold]")
    for rule in _rules_of({treatment.id}):
        then = rule.until or rule.condition or "Not offered."
        _line(console, f"{rule.text} {rule.effect}: {then} {numbers.of(rule)}")


def _people(fact: Fact) -> str:
    roman = ("I", "II", "III", "IV", "V", "VI")
    parts = []
    if fact.skin_types:
        low, high = (roman[number - 1] for number in fact.skin_types)
        parts.append(f"skin type{'' if low == high else 's'} {low if low == high else f'{low}-{high}'}")
    if fact.disagrees:
        parts.append("sources differ")
    return f" ({'; '.join(parts)})" if parts else ""


def _line(console: Console, text: str) -> None:
    """Print a text whose every line is set in by two spaces."""
    console.print(Padding(text, (0, 0, 0, 2)))


class _Numbers:
    """Numbers of the sources, in the order of their first use."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    def of(self, statement: Any) -> str:
        """Status and numbers of a statement's sources, dimmed."""
        for key in statement.sources:
            if key not in self.keys:
                self.keys.append(key)
        marks = "".join(f"\\[{self.keys.index(key) + 1}]" for key in statement.sources)
        return f"[dim]({statement.status}{' ' + marks if marks else ''})[/dim]"

    def print(self, console: Console) -> None:
        """The list of sources, and what the statuses mean."""
        console.print("\n[bold]Sources[/bold]")
        for number, key in enumerate(self.keys, 1):
            _line(console, f"\\[{number}] {escape(sources()[key].citation)}")
        console.print()
        for status, text in STATUS_TEXT.items():
            console.print(f"[dim]{status}: {text}[/dim]")
