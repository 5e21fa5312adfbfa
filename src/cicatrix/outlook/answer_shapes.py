"""The answer where nobody knows the kinds of scars: which shape are they, and what holds for either."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cicatrix.model.answer import Answer, AnswerPart, Shape, ShapeAnswer
from cicatrix.model.wording import joined
from cicatrix.outlook.answer_text import percent

__all__ = ["SHAPE_NAMES", "with_shapes"]

SHAPE_NAMES: Final[dict[Shape, str]] = {"dips": "gradual dips", "pits": "deep, narrow pits"}

QUESTION: Final = "look at the scars in light from the side: are they gradual dips, or deep and narrow pits?"
UNKNOWN: Final = (
    "Rarely: scars like these seldom go away in full, but they can get clearly better. How far depends on their shape."
)


def with_shapes(answer: Answer, either: Mapping[Shape, Answer]) -> Answer:
    """Add what holds for each shape, and ask for the shape first.

    Parameters
    ----------
    answer
        Without known kinds of scars.
    either
        The answer of the same person with scars of each shape.
    """
    shapes = tuple(
        ShapeAnswer(shape=shape, better=one.better, chance=one.chance, option=one.option)
        for shape, one in either.items()
    )
    verdict, *rest = answer.parts
    *between, last = rest
    basis = next(part for one in either.values() for part in one.parts if part.part == "better")
    if answer.removable is None:
        verdict = verdict.model_copy(update={"text": UNKNOWN})
    said = joined([f"{SHAPE_NAMES[one.shape]} about {percent(one.better.value)} %" for one in shapes if one.better])
    part = basis.model_copy(update={"part": "by_shape", "text": f"By shape: {said} better."})
    first = f"{QUESTION[:1].upper()}{QUESTION[1:]}"
    if answer.removable is not None:
        first = f"{first} {answer.first}"
    parts: tuple[AnswerPart, ...] = (
        verdict, *between, part, last.model_copy(update={"text": f"First: {first[:1].lower()}{first[1:]}"})
    )  # fmt: skip
    order = {"time": 1, "risk": 1, "cost": 1, "first": 2}
    parts = tuple(sorted(parts, key=lambda one: order.get(one.part, 0)))
    return answer.model_copy(
        update={
            "text": " ".join(one.text for one in parts),
            "removable": answer.removable or "rarely",
            "by_shape": shapes,
            "first": first,
            "parts": parts,
        }
    )
