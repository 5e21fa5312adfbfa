"""From captures of the same skin to the test–retest repeatability of a rig."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from cicatrix import __version__
from cicatrix.change import AssessedCapture
from cicatrix.change.compare import compare
from cicatrix.errors import InputError
from cicatrix.model import Assessment, Measured
from cicatrix.model.change import Change
from cicatrix.model.repeat import SDC_PER_SEM, Agreement, Limits, Point, Repeatability
from cicatrix.repeatability.agreement import Interval, drift, grows, icc, spread
from cicatrix.repeatability.bland_altman import limits
from cicatrix.repeatability.readings import Readings, found_again, readings_of
from cicatrix.repeatability.repeatability_text import in_words, warnings_of

__all__ = ["conclude", "repeatability"]

NEXT_TO_NOTHING: Final = 0.05
"""A mean below this share of the readings' own size has no coefficient of variation."""

MADE_BY_HAND: Final = frozenset({".toml", ".lp", ".json"})
"""Files that captures may share; photographs and height maps are made anew."""


def repeatability(
    seen: Sequence[AssessedCapture], rig: str | None = None, *, tell: Callable[[str, int, int], None] | None = None
) -> Repeatability:
    """Test–retest repeatability of a rig.

    Parameters
    ----------
    seen
        Captures of the same skin, one after another with the same rig; two or more.
    rig
        Its name.
    tell
        Called with the step, how much of it is done and how much there is.

    Raises
    ------
    InputError
        There are fewer than two captures, or two of them hold the same photograph.
    ChangeError
        The captures do not show the same skin, or not well enough to tell.
    """
    assessments = [one.assessment for one in seen]
    _check(assessments)
    # Ties go to the earliest.
    reference = max(range(len(seen)), key=lambda at: (len(assessments[at].scars), -at))
    changes: dict[int, Change] = {}
    for at, one in enumerate(seen):
        if tell is not None:
            tell("comparison", at, len(seen))
        if at != reference:
            changes[at] = compare(seen[reference], one)
    if tell is not None:
        tell("comparison", len(seen), len(seen))
    return conclude(assessments, changes, reference, rig)


def conclude(
    assessments: Sequence[Assessment], changes: Mapping[int, Change], reference: int, rig: str | None = None
) -> Repeatability:
    """Say how well captures repeat that were compared already.

    Parameters
    ----------
    assessments
        Of each capture, in the order in which they were taken.
    changes
        The reference capture compared with each other one, by its place in ``assessments``.
    reference
        Place of the reference capture.
    rig
        Name of the rig.
    """
    agreements = tuple(
        found for one in readings_of(assessments, changes, reference) if (found := agreement_of(one)) is not None
    )
    abouts: tuple[Literal["scar", "mark"], ...] = ("scar", "mark")
    both = [found_again(about, assessments[reference], changes, len(assessments)) for about in abouts]
    result = Repeatability(
        cicatrix=__version__,
        rig=rig,
        site=assessments[reference].capture.site,
        captures=tuple(one.provenance for one in assessments),
        reference=reference,
        residual_mm=tuple(change.registration.residual_mm for _, change in sorted(changes.items())),
        found=tuple(one for one in both if one is not None),
        agreements=agreements,
        text="",
    )
    kinds = {one.capture.kind for one in assessments}
    return result.model_copy(update={"text": in_words(result), "warnings": tuple(warnings_of(result, kinds))})


def _check(assessments: Sequence[Assessment]) -> None:
    if len(assessments) < 2:
        raise InputError(
            f"repeatability cannot be estimated from {len(assessments) or 'no'} capture",
            allowed="two or more captures of the same skin; three or more are better",
            fix="take another capture with the same rig and give both",
        )
    known: dict[str, int] = {}
    for at, one in enumerate(assessments, 1):
        for file in one.provenance.inputs:
            if PurePosixPath(file.name).suffix.lower() in MADE_BY_HAND:
                continue
            first = known.setdefault(file.sha256, at)
            if first != at:
                raise InputError(
                    f"captures {first} and {at} hold the same photograph ({file.name})",
                    allowed="captures that were each taken anew",
                    fix="a copy agrees perfectly and says nothing about the rig; take another capture",
                )


def agreement_of(of: Readings) -> Agreement | None:
    """Statistics of one table; None where nothing was read twice."""
    found = spread(of.table)
    if found is None:
        return None
    proportional, rule = (False, ONE_PICTURE) if of.about == "picture" else grows(of.table)
    read = of.table[np.isfinite(of.table).sum(axis=1) >= 2]
    mean = float(np.nanmean(read))
    cv = _relative(read, found.sd, proportional=proportional)
    proportional = proportional or (of.about == "picture" and cv is not None and of.unit in GROWING)
    steady = icc(of.table)
    return Agreement(
        quantity=of.quantity,
        name=of.name,
        unit=of.unit,
        about=of.about,
        way=of.way,
        subjects=found.subjects,
        complete=int(np.isfinite(of.table).all(axis=1).sum()),
        readings=found.readings,
        mean=round(mean, 5),
        freedom=round(found.freedom, 2),
        within_sd=_measured(found.sd),
        cv_percent=None if cv is None else _measured(cv.times(100.0), 3),
        smallest=_measured(found.sd.times(SDC_PER_SEM)),
        proportional=proportional,
        rule=rule,
        icc=None if steady is None else _measured(steady),
        drift=tuple(_measured(one) for one in drift(of.table) if one is not None),
        limits=None if of.way == "compared" or of.about == "picture" else _limits(of),
    )


ONE_PICTURE: Final = (
    "one picture cannot tell; noise of sums is taken to grow with their size, that of others as constant"
)
GROWING: Final = frozenset({"mm³", "mm", "mm²", "index"})


def _relative(read: NDArray[np.float64], sd: Interval, *, proportional: bool) -> Interval | None:
    """Coefficient of variation: from the logarithms where noise grows with size, else spread over mean."""
    if proportional:
        logs = spread(np.log(np.abs(read)))
        if logs is not None:
            return Interval(*(float(np.sqrt(np.expm1(one**2))) for one in (logs.sd.value, logs.sd.low, logs.sd.high)))
    size = float(np.nanmean(np.abs(read)))
    crossing = (np.nanmin(np.sign(read), axis=1) != np.nanmax(np.sign(read), axis=1)).any()
    if crossing or size <= NEXT_TO_NOTHING * np.nanmax(np.abs(read)):
        return None
    return sd.times(1.0 / size)


def _limits(of: Readings) -> Limits | None:
    found = limits(of.table)
    if found is None:
        return None
    points = tuple(Point(mean=round(float(x), 5), difference=round(float(y), 5)) for x, y in found.points)
    return Limits(bias=_measured(found.bias), lower=_measured(found.lower), upper=_measured(found.upper), points=points)


def _measured(one: Interval, digits: int = 5) -> Measured:
    return Measured.of(one.value, one.low, one.high, digits)
