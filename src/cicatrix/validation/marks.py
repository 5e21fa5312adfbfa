"""How well marks are found and told apart: real marks of phantoms, reported ones, and which is which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.optimize import linear_sum_assignment

from cicatrix.model import Mark
from cicatrix.phantom import Distractor, MarkTruth, PhantomSettings
from cicatrix.validation.records import Errors, MarkSummary, Rate

__all__ = ["MIN_MARK_MM", "MarkCase", "by_skin", "summarise_marks"]

MIN_MARK_MM: Final = 1.5
"""Narrower marks are not asked for; reporting one is not counted as an error."""

APART: Final = 0.5
"""Largest distance between the centres, relative to the width of the wider one."""

UNLIKE: Final = 2.5
"""Most that the widths may differ, as a factor."""


@dataclass(frozen=True, slots=True)
class MarkCase:
    """One capture: the real marks, the reported ones, and pairs of their indices."""

    settings: PhantomSettings
    truth: tuple[MarkTruth, ...]
    found: tuple[Mark, ...]
    pairs: tuple[tuple[int, int], ...]

    @classmethod
    def compare(
        cls,
        settings: PhantomSettings,
        truth: Sequence[MarkTruth],
        found: Sequence[Mark],
        others: Sequence[Distractor] = (),
    ) -> MarkCase:
        """Pair real marks with reported ones, one to one, the closest in place and size first (Kuhn 1955).

        Parameters
        ----------
        settings
            What the capture was made with.
        truth, found
            Real and reported marks.
        others
            Moles among them take part, so that a reported mole is not taken for a mark beside it.
        """
        real = [(one.x_mm, one.y_mm, _width(one.area_mm2)) for one in truth]
        real += [(one.x_mm, one.y_mm, one.width_mm) for one in others if one.kind == "mole"]
        if not real or not found:
            return cls(settings, tuple(truth), tuple(found), ())
        worth = np.array([[_likeness(place, mark) for mark in found] for place in real])
        rows, cols = linear_sum_assignment(worth, maximize=True)
        pairs = ((int(r), int(c)) for r, c in zip(rows, cols, strict=True) if worth[r, c] > 0.0)
        return cls(settings, tuple(truth), tuple(found), tuple(pair for pair in pairs if pair[0] < len(truth)))


def _width(area_mm2: float) -> float:
    return 2.0 * float(np.sqrt(area_mm2 / np.pi))


def _likeness(real: tuple[float, float, float], mark: Mark) -> float:
    x, y, width = real
    apart = float(np.hypot(x - mark.x_mm, y - mark.y_mm)) / max(width, mark.width_mm.value, MIN_MARK_MM)
    unlike = abs(float(np.log(mark.width_mm.value / max(width, 1e-6))))
    if apart > APART or unlike > np.log(UNLIKE):
        return 0.0
    return 2.0 - apart - 0.5 * unlike


def summarise_marks(cases: Sequence[MarkCase], kind: str | None = None) -> MarkSummary:
    """Rates over captures; of one kind only where given (precision: of those reported as that kind)."""
    asked = [(case, k) for case in cases for k, one in enumerate(case.truth) if _asked(one, kind)]
    pairs = [(case.truth[r], case.found[c]) for case in cases for r, c in case.pairs if _asked(case.truth[r], kind)]
    reported = [(case, k) for case in cases for k, one in enumerate(case.found) if kind in (None, one.kind)]
    real = sum(any(k == c for _, c in case.pairs) for case, k in reported)
    held = [mark.area_mm2.low <= true.area_mm2 <= mark.area_mm2.high for true, mark in pairs]
    return MarkSummary(
        recall=Rate.count(len(pairs), len(asked)),
        coloured=Rate.count(sum(mark.kind == true.kind for true, mark in pairs), len(pairs)),
        precision=Rate.count(real, len(reported)),
        area=Errors.of([mark.area_mm2.value / true.area_mm2 - 1.0 for true, mark in pairs]),
        area_coverage=Rate.count(sum(held), len(held)),
    )


def by_skin(cases: Sequence[MarkCase]) -> dict[str, dict[str, MarkSummary]]:
    """All marks, by colour, and by tone of the skin."""
    tones: dict[str, list[MarkCase]] = {}
    for case in cases:
        tones.setdefault(case.settings.tone, []).append(case)
    return {
        "all": {"all": summarise_marks(cases)},
        "colour": {kind: summarise_marks(cases, kind) for kind in ("red", "brown")},
        "tone": {tone: summarise_marks(members) for tone, members in tones.items()},
    }


def _asked(mark: MarkTruth, kind: str | None) -> bool:
    return _width(mark.area_mm2) >= MIN_MARK_MM and kind in (None, mark.kind)
