"""Day by day through one option: what shows when, when it is over, and whether an event is free of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from cicatrix.care.plan_text import names
from cicatrix.care.signs import SHOWING, signs_after
from cicatrix.knowledge import treatments
from cicatrix.knowledge.healing import healing_book
from cicatrix.model.case import TREATMENT_IDS, TreatmentId
from cicatrix.model.findings import Findings
from cicatrix.model.healing import Tail
from cicatrix.model.outlook import SIGNS, SignName, Span, Timeline
from cicatrix.model.plan import Option, Step
from cicatrix.model.wording import joined as joined_words
from cicatrix.model.wording import lower_first
from cicatrix.outlook.healing import skin_type_of

__all__ = ["timeline"]

AT_EVENT: Final[dict[SignName, str]] = {
    "closed": "open skin",
    "redness": "redness",
    "swelling": "swelling",
    "bruise": "a bruise",
    "crust": "crusts or peeling",
    "makeup": "no make-up yet",
    "work": "days away from company",
}
"""What may reach the day of an event, in words."""


def timeline(option: Option, findings: Findings, event_day: int | None) -> Timeline:
    """What shows on which days of an option.

    Every session brings each sign of its treatment, from its day to the long end of the range. Stretches of one sign
    that overlap or touch are joined. Treatment at home has no sessions and makes no stretch; what creams may do to the
    skin is said in the text.

    Parameters
    ----------
    option
        The option, with the days of its sessions.
    findings
        For the skin type; unknown means the widest ranges.
    event_day
        Day of an event, counted from the start; None without one.

    Returns
    -------
    Timeline
        ``event_clear`` is judged by the long ends of what shows, keeps from company or bars make-up.
    """
    stretches = [span for sign in SIGNS for span in _stretches(option, sign, skin_type_of(findings))]
    spans = tuple(span for sign in SIGNS for span in _joined([part for part in stretches if part.sign == sign]))
    days = max((option.days, *(span.last_day for span in spans)))
    reaching = [] if event_day is None else _reaching(stretches, event_day)
    parts = [_course(option, spans)]
    if event_day is not None:
        parts += [_event(option, spans, reaching, event_day), *_outlasting(option, event_day)]
    parts += _at_home(option, event_day)
    return Timeline(
        option=option.id,
        spans=spans,
        days=days,
        event_day=event_day,
        event_clear=None if event_day is None else not reaching,
        text=" ".join(part for part in parts if part),
    )


def _stretches(option: Option, sign: SignName, skin_type: int | None) -> list[Span]:
    """One stretch for each session that brings the sign, by first day."""
    found = []
    for step in option.steps:
        told = signs_after(step.treatment, skin_type).get(sign)
        if told is None or told.high == 0.0:
            continue
        found += [
            Span(
                sign=sign,
                first_day=day,
                likely_last_day=day + math.ceil(told.low),
                last_day=day + math.ceil(told.high),
                treatments=(step.treatment,),
            )
            for day in step.visits
        ]
    return sorted(found, key=lambda span: (span.first_day, span.last_day))


def _joined(stretches: Sequence[Span]) -> list[Span]:
    """Stretches of one sign, by first day, with those that overlap or touch made one."""
    joined: list[Span] = []
    for span in stretches:
        if not joined or span.first_day > joined[-1].last_day + 1:
            joined.append(span)
            continue
        before = joined.pop()
        both = {*before.treatments, *span.treatments}
        joined.append(
            Span(
                sign=span.sign,
                first_day=before.first_day,
                likely_last_day=max(before.likely_last_day, span.likely_last_day),
                last_day=max(before.last_day, span.last_day),
                treatments=tuple(id_ for id_ in TREATMENT_IDS if id_ in both),
            )
        )
    return joined


def _reaching(stretches: Sequence[Span], event_day: int) -> list[Span]:
    """What may show, keep from company or bar make-up on the day of the event; one entry a sign."""
    there = [span for span in stretches if span.first_day <= event_day <= span.last_day]
    return [span for sign in SHOWING for span in _joined([part for part in there if part.sign == sign])]


def _course(option: Option, spans: Sequence[Span]) -> str:
    visits = sorted({day for step in option.steps for day in step.visits})
    if not visits:
        return "Everything in this plan is done at home; nothing in it opens the skin."
    shown = [span for span in spans if span.sign in SHOWING]
    soon = max((span.likely_last_day for span in shown), default=visits[-1])
    late = max((span.last_day for span in shown), default=visits[-1])
    when = f"on day {visits[0]}" if len(visits) == 1 else f"on {len(visits)} days, from day {visits[0]} to {visits[-1]}"
    over = f"by day {late}" if soon == late else f"between day {soon} and day {late}"
    return f"The skin is treated {when}; the last of what shows is over {over}."


def _event(option: Option, spans: Sequence[Span], reaching: Sequence[Span], event_day: int) -> str:
    on_the_day = f"On the day of the event (day {event_day})"
    if reaching:
        told = [f"{AT_EVENT[span.sign]} ({names(span.treatments)}, up to day {span.last_day})" for span in reaching]
        return f"{on_the_day} there may still be {joined_words(told)}."
    before = [span for span in spans if span.sign in SHOWING and span.last_day < event_day]
    if not before:
        done = any(day < event_day for step in option.steps for day in step.visits)
        return f"{on_the_day} nothing should show{'' if done else ': the skin is not treated before it'}."
    last = max(before, key=lambda span: span.last_day)
    return f"{on_the_day} nothing should show: by these ranges the last before it is over by day {last.last_day}."


def _outlasting(option: Option, event_day: int) -> list[str]:
    """What may outlast the ranges and reach the event: told, since it is no part of the figures."""
    found: list[str] = []
    for step in option.steps:
        for sign in SHOWING:
            known = healing_book().treatments[step.treatment].signs.get(sign)
            if known is not None and known.tail is not None and _may_reach(step, sign, known.tail, event_day):
                found.append(f"After {_name(step.treatment)}: {known.tail.text}.")
    return ["Not everyone keeps to these ranges.", *found] if found else []


def _may_reach(step: Step, sign: SignName, tail: Tail, event_day: int) -> bool:
    """Until the day that is told; where none is, within twice the range, an assumption."""
    high = signs_after(step.treatment)[sign].high
    until = tail.days if tail.days is not None else 2.0 * high
    return any(day + high < event_day <= day + until for day in step.visits)


def _at_home(option: Option, event_day: int | None) -> list[str]:
    """Creams that may redden the skin at first, and whether that may fall on the event."""
    creams = [step for step in option.steps if not step.visits and _redness(step.treatment) > 0]
    if not creams:
        return []
    text = (
        f"Not counted in these days: {names([step.treatment for step in creams])}, which can redden the skin at first"
    )
    near = event_day is not None and any(
        step.start_day <= event_day <= step.start_day + _redness(step.treatment) for step in creams
    )
    return [f"{text}; start it well before the event, or after it." if near else f"{text}."]


def _redness(id_: TreatmentId) -> int:
    return math.ceil(signs_after(id_)["redness"].high)


def _name(id_: TreatmentId) -> str:
    name = treatments()[id_].name
    return name if name[1:2].isupper() else lower_first(name)
