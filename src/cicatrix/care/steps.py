"""One step of a plan, written out: what it targets, what it asks, what may go wrong, and where all of it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from cicatrix.care.rules import Ruling
from cicatrix.care.schedule import Slot
from cicatrix.care.targets import Aims, Prices, benefit, fee_of
from cicatrix.knowledge import treatments, trials
from cicatrix.model.case import TreatmentId
from cicatrix.model.evidence import Figure, Statement, Status, weakest
from cicatrix.model.knowledge import Fact, Target, Treatment, Trial
from cicatrix.model.plan import Condition, Days, Expected, Money, Step

__all__ = ["days_of", "step_of", "targets_of"]


def step_of(
    slot: Slot,
    aims: Aims,
    ruling: Ruling,
    skin_type: int | None,
    alternatives: Sequence[TreatmentId],
    prices: Prices | None = None,
) -> Step:
    """A step with its figures, conditions, risks and studies.

    Parameters
    ----------
    slot
        Its place in time.
    aims
        What there is to treat.
    ruling
        What the rules say about it; it must be offered.
    skin_type
        Fitzpatrick type, None when unknown: then the risks for all types are given.
    alternatives
        Treatments of the same stage that could take its place.
    prices
        A clinic's own fees for one session.
    """
    own = treatments()[slot.treatment]
    protocol = own.protocol
    targets = targets_of(own, aims)
    expected = tuple(_expected(own, targets))
    risks = tuple(_plain(fact) for fact in own.about("adverse") if _is_for(fact, skin_type))
    used = [figure for figure in (protocol.sessions, protocol.interval_days, protocol.downtime_days) if figure]
    return Step(
        treatment=own.id,
        name=own.name,
        summary=own.summary,
        stage=own.stage,
        targets=targets,
        sessions=slot.sessions,
        sessions_range=_range(protocol.sessions),
        interval_days=slot.interval_days,
        start_day=slot.start_day,
        end_day=slot.end_day,
        visits=slot.visits,
        downtime_days=days_of(protocol.downtime_days),
        closed_days=days_of(protocol.closed_days),
        redness_days=days_of(protocol.redness_days),
        minutes=days_of(protocol.minutes),
        result_days=days_of(protocol.result_days),
        price_usd=_price(fee_of(own, prices), slot.sessions),
        feels_like=own.feels_like,
        conditions=_sorted(ruling.conditions),
        prepare=tuple(_plain(fact) for fact in own.about("prevention") if _is_for(fact, skin_type)),
        risks=risks,
        expected=expected,
        depth=tuple(_plain(fact) for fact in own.about("depth")),
        disagreements=tuple(_plain(fact) for fact in own.facts if fact.disagrees),
        not_found=own.not_found,
        shares_session_with=slot.shares_with,
        alternatives=tuple(alternatives),
        sources=_sources([*used, *expected, *_support(own, targets)]),
        status=_status([*used, *_support(own, targets)]),
    )


def targets_of(treatment: Treatment, aims: Aims) -> tuple[Target, ...]:
    """What a treatment does something about, most benefit first."""
    able = [target for target in aims.counts if benefit(treatment.id, target) > 0.0]
    return tuple(sorted(able, key=lambda target: -benefit(treatment.id, target)))


def days_of(figure: Figure | None) -> Days | None:
    """A figure as a range of days; None where none was found."""
    if figure is None:
        return None
    low, high = figure.span
    return Days(low=low, high=high, status=figure.status, sources=figure.sources)


def _range(figure: Figure | None) -> tuple[int, int] | None:
    return None if figure is None else (round(figure.span[0]), round(figure.span[1]))


def _price(fee: Money | None, sessions: int) -> Money | None:
    if fee is None:
        return None
    return fee.model_copy(update={"low": fee.low * sessions, "high": fee.high * sessions})


def _expected(own: Treatment, targets: Iterable[Target]) -> Iterable[Expected]:
    for target in targets:
        effect = own.effect_on(target)
        trial = trials().get(effect.trial or "") if effect else None
        if trial is not None:
            people = _people(trial)
            yield Expected(
                target=target,
                trial=trial.id,
                text=trial.findings,
                scale=trial.scale,
                people=people,
                sources=trial.sources,
                status=trial.status,
            )


def _people(trial: Trial) -> str:
    if trial.n_text is None:
        return f"{trial.n} people" if trial.n else "number of people not reported"
    return re.sub(r"^([\d,]+)(?= \(|$| in | of )", r"\1 people", trial.n_text)


def _support(own: Treatment, targets: Iterable[Target]) -> list[Statement]:
    return [effect for target in targets if (effect := own.effect_on(target))]


def _is_for(fact: Fact, skin_type: int | None) -> bool:
    if fact.skin_types is None or skin_type is None:
        return True
    return fact.skin_types[0] <= skin_type <= fact.skin_types[1]


def _plain(fact: Fact) -> Statement:
    return Statement(text=fact.text, status=fact.status, sources=fact.sources, computed=fact.computed)


def _sorted(conditions: Iterable[Condition]) -> tuple[Condition, ...]:
    """What is sure to apply first."""
    return tuple(sorted(conditions, key=lambda condition: not condition.sure))


def _sources(statements: Iterable[Statement]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for statement in statements for key in statement.sources))


def _status(statements: Sequence[Statement]) -> Status:
    return weakest(tuple(statement.status for statement in statements)) if statements else "assumption"
