"""Gains by treatment and kind of scar, from the pooled trials: the table by which the planner chooses.

The planner may not look into the forecast, so the table is written to ``knowledge/gains.toml``::

    python -m cicatrix.outlook.gains src/cicatrix/knowledge/gains.toml

A test holds the file equal to what is computed here.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from cicatrix.care.rules import Ruling
from cicatrix.care.schedule import schedule
from cicatrix.care.steps import step_of
from cicatrix.care.targets import PITTED, RAISED, Aims
from cicatrix.knowledge import treatments
from cicatrix.model.case import TREATMENT_IDS, TreatmentId
from cicatrix.model.evidence import Statement
from cicatrix.model.findings import Count, Findings, FoundScars
from cicatrix.model.gains import Gain
from cicatrix.model.knowledge import Target
from cicatrix.model.plan import Measures, Option, Plan
from cicatrix.outlook.result.people import people_results

__all__ = ["computed_gains", "gains_text"]

SCARS: Final = 10
"""Scars of a kind in the person whom a gain is computed for; it does not depend on the number."""

HEAD: Final = """\
# What one usual course of a treatment does for one kind of scar: how much better the typical person's scars look, as a
# fraction, pooled from the trials of outcomes.toml. Computed; do not edit. To write it again:
#
#     python -m cicatrix.outlook.gains src/cicatrix/knowledge/gains.toml
"""


def computed_gains() -> Iterator[Gain]:
    """Gains of every treatment on every kind of scar that it does something about."""
    for id_ in TREATMENT_IDS:
        for effect in treatments()[id_].effects:
            works = effect.strength in ("strong", "some", "adjunct") and not effect.risk
            if works and effect.target in (*PITTED, *RAISED):
                yield _gain(id_, effect.target)


def gains_text() -> str:
    """The file, whole."""
    rows = (
        f'\n[[gain]]\ntreatment = "{row.treatment}"\ntarget = "{row.target}"\n'
        f"value = {row.value:.3f}\nlow = {row.low:.3f}\nhigh = {row.high:.3f}\ntrials = {row.trials}\n"
        for row in computed_gains()
    )
    return HEAD + "".join(rows)


def _gain(id_: TreatmentId, target: Target) -> Gain:
    scars = FoundScars(**{target: Count(value=SCARS, source="stated")})
    (people,) = people_results(_plan(id_, target), Findings(scars=scars), None)
    (found,) = people.by_target
    return Gain(
        treatment=id_,
        target=target,
        value=round(found.better.value, 3),
        low=round(found.better.low, 3),
        high=round(found.better.high, 3),
        trials=found.trials,
    )


def _plan(id_: TreatmentId, target: Target) -> Plan:
    """A plan of one usual course of one treatment."""
    (slot,) = schedule((id_,), {})
    step = step_of(slot, Aims({target: SCARS}, (), 0), Ruling(), 2, ())
    option = Option(
        id="gentlest",
        title="One course",
        steps=(step,),
        days=slot.end_day,
        visits=len(slot.visits),
        downtime_days=None,
        price_usd=None,
        review_days=(),
        measures=Measures(gain=0.0, downtime_days=0.0, burden=0.0, pigment=0.0, cost_usd=0.0, days=0.0, treated=0),
    )
    weights = Statement(text="One course alone", status="assumption")
    return Plan(options=(option,), excluded=(), ask=(), would_change=(), searched=1, weights=weights)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(gains_text(), encoding="utf-8")
