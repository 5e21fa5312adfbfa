"""What a plan takes for granted, as one checklist: what is asked first, and what is taken as usual."""

from __future__ import annotations

from dataclasses import dataclass

from cicatrix.model.plan import Assumption, Plan

__all__ = ["Checklist", "ChecklistItem", "checklist_of"]


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One point: what must hold, or a question with the answer that is taken for it."""

    key: str | None
    """Key of the case file; None where the point does not name one."""
    text: str
    taken_as: str
    """Empty where the point is never taken for granted."""
    why: str
    steps: tuple[str, ...]
    """Names of the steps that depend on it; empty where all do, or none in particular."""


@dataclass(frozen=True, slots=True)
class Checklist:
    """Points over all options, each once."""

    first: tuple[ChecklistItem, ...]
    """What some steps come only after; never taken for granted."""
    topics: tuple[tuple[str, tuple[ChecklistItem, ...]], ...]
    """Topic to the questions that are taken as answered in the usual way."""

    @property
    def keys(self) -> frozenset[str]:
        """Keys of the case file that it speaks of."""
        items = (*self.first, *(item for _, items in self.topics for item in items))
        return frozenset(item.key for item in items if item.key is not None)

    @property
    def number(self) -> int:
        """Number of points."""
        return len(self.first) + sum(len(items) for _, items in self.topics)


def checklist_of(plan: Plan) -> Checklist:
    """Gather the checklist of a plan."""
    return Checklist(first=tuple(_first(plan)), topics=tuple(_topics(plan)))


def _first(plan: Plan) -> list[ChecklistItem]:
    steps: dict[str, list[str]] = {}
    about: dict[str, tuple[str | None, str]] = {}
    for option in plan.options:
        for step in option.steps:
            for condition in step.conditions:
                if condition.kind == "only_after":
                    need, _, why = condition.text.partition(". ")
                    about.setdefault(need, (condition.key, why))
                    steps.setdefault(need, [])
                    if step.name not in steps[need]:
                        steps[need].append(step.name)
    return [
        ChecklistItem(key=about[need][0], text=f"{need}.", taken_as="", why=about[need][1], steps=tuple(names))
        for need, names in steps.items()
    ]


def _topics(plan: Plan) -> list[tuple[str, tuple[ChecklistItem, ...]]]:
    asked = {condition.key for option in plan.options for step in option.steps for condition in step.conditions}
    found: dict[str, Assumption] = {}
    for option in plan.options:
        for assumption in option.assumes:
            if assumption.key not in asked:
                found.setdefault(assumption.key, assumption)
    topics: dict[str, list[ChecklistItem]] = {}
    for one in found.values():
        item = ChecklistItem(key=one.key, text=one.question, taken_as=one.taken_as, why=one.changes, steps=())
        topics.setdefault(one.topic, []).append(item)
    return [(topic, tuple(items)) for topic, items in topics.items()]
