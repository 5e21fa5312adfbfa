"""The gate: is acne under control, and what to do while it is not."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from cicatrix.model.evidence import SourceKey, Statement
from cicatrix.model.quantity import Finite, Record

__all__ = ["Advice", "Ask", "Gate", "GateRule", "GateState", "Said"]

GateState = Literal["controlled", "not_controlled", "unknown"]


class Ask(Record):
    """A question whose answer would settle something."""

    key: str = Field(description="Key of the case file, such as ``acne.nodules``.")
    question: str
    why: str
    first: bool = Field(
        default=False, description=("True for a question whose answer is never assumed: it is asked before the others.")
    )


class Advice(Statement):
    """A sentence on what to do while acne is not under control, with what stands behind it."""

    part: Literal["first", "why", "parallel", "picking", "until_known"] = Field(
        description=(
            "``first``: what to treat first. ``why``: the reason. ``parallel``: what may go on. ``picking``: a habit "
            "to drop.\n``until_known``: what holds while the state is unknown."
        )
    )


class Gate(Record):
    """Is acne under control? The rule is an assumption of ours: no published threshold was found."""

    state: GateState
    reasons: tuple[str, ...] = Field(description="What led to the state, one sentence a reason.")
    ask: tuple[Ask, ...] = Field(description="What to ask: questions whose answers could change the state.")
    meanwhile: tuple[str, ...] = Field(description="What to do, and what may go on, until acne is under control.")
    sources: tuple[SourceKey, ...] = Field(description="Keys of the sources behind ``meanwhile`` and ``facts``.")
    rule: Statement = Field(description="The rule itself.")
    facts: tuple[Advice, ...] = Field(
        description="The sentences of ``meanwhile``, and why acne comes first, each with its sources and status."
    )
    about: tuple[Statement, ...] = Field(description="What stands behind the rule, and what does not.")


class Said(Advice):
    """A row of ``knowledge/gate.toml``: advice, and to whom it is given."""

    in_pregnancy: bool | None = Field(
        default=None,
        description=(
            "False: never said in pregnancy or while breastfeeding. True: said only there, or where that is not known."
        ),
    )


class GateRule(Record):
    """All of ``knowledge/gate.toml``."""

    calm_months: Annotated[Finite, Field(gt=0)] = Field(
        description="Months without new inflamed lesions that count as calm."
    )
    not_controlled_from: Annotated[int, Field(ge=2, le=4)] = Field(
        description="Grade of Hayashi's scale from which acne is not under control."
    )
    rule: Statement
    until_known: Advice
    about: tuple[Statement, ...] = Field(description="What stands behind the rule, and what does not.")
    facts: tuple[Said, ...]
