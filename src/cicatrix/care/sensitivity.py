"""Measurements that would change the plan within their uncertainty: the plan is made again with them moved."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from cicatrix.care.plan_text import names
from cicatrix.model.case import TREATMENT_IDS, TreatmentId
from cicatrix.model.findings import Count, Findings, FoundScars
from cicatrix.model.knowledge import Target
from cicatrix.model.plan import Change
from cicatrix.model.scar import DEEP_BOXCAR_MM, Scar
from cicatrix.model.target_names import FIELD_NAMES

__all__ = ["Chooser", "flips"]

Chooser = Callable[[Findings], frozenset[TreatmentId]]
"""Treatments of all options that findings lead to."""

UNDECIDED_AS: Mapping[str, Target] = {"icepick": "icepick", "boxcar": "boxcar_deep", "rolling": "rolling"}
"""What an undecided scar may turn out to be, by type."""


@dataclass(frozen=True, slots=True)
class _Move:
    """Scars that may count elsewhere: from a field (None for undecided ones) to a field."""

    count: int
    source: str | None
    target: str
    text: str


def flips(findings: Findings, scars: Sequence[Scar], choose: Chooser) -> Iterable[Change]:
    """Every move within the uncertainty of the measurement that changes which treatments are planned.

    Parameters
    ----------
    findings
        With counts from the same scars.
    scars
        The measured scars.
    choose
        Makes the plan for other findings.
    """
    now = choose(findings)
    for move in _moves(scars):
        then = choose(_moved(findings, move))
        if then != now:
            yield Change(
                key="measurement",
                text=f"{move.text} {_difference(now, then)}",
                treatments=tuple(id_ for id_ in TREATMENT_IDS if id_ in now ^ then),
            )


def _moves(scars: Sequence[Scar]) -> Iterable[_Move]:
    limit = DEEP_BOXCAR_MM
    boxcars = [scar for scar in scars if scar.kind == "boxcar"]
    deeper = sum(scar.depth_class == "shallow" and scar.depth_mm.high >= limit for scar in boxcars)
    shallower = sum(scar.depth_class == "deep" and scar.depth_mm.low < limit for scar in boxcars)
    told = f"counted as {{}} may, within the interval of {{}} depth, be {{}} than {limit:g} mm."
    if deeper:
        which, whose = _which(deeper)
        text = f"{which} {told.format('shallow', whose, 'deeper')}"
        yield _Move(deeper, "boxcar_shallow", "boxcar_deep", text)
    if shallower:
        which, whose = _which(shallower)
        yield _Move(shallower, "boxcar_deep", "boxcar_shallow", f"{which} {told.format('deep', whose, 'shallower')}")
    for kind, field in UNDECIDED_AS.items():
        maybe = sum(scar.kind == "undecided" and scar.kind_probability.get(kind, 0.0) > 0.0 for scar in scars)
        if maybe:
            yield _Move(maybe, None, field, f"{maybe} scars of undecided type may be {FIELD_NAMES[field]}.")


def _which(count: int) -> tuple[str, str]:
    return ("1 boxcar scar", "its") if count == 1 else (f"{count} boxcar scars", "their")


def _moved(findings: Findings, move: _Move) -> Findings:
    update = {move.target: _plus(findings.scars, move.target, move.count)}
    if move.source is not None:
        update[move.source] = _plus(findings.scars, move.source, -move.count)
    return findings.model_copy(update={"scars": findings.scars.model_copy(update=update)})


def _plus(scars: FoundScars, field: str, count: int) -> Count:
    found: Count = getattr(scars, field)
    return Count(value=max(0, (found.value or 0) + count), source=found.source or "measured")


def _difference(now: frozenset[TreatmentId], then: frozenset[TreatmentId]) -> str:
    parts = []
    for ids, verb in ((then - now, "come in"), (now - then, "drop out")):
        if ids:
            parts.append(f"this would {verb}: {names([id_ for id_ in TREATMENT_IDS if id_ in ids])}")
    return f"Then {'; '.join(parts)}."
