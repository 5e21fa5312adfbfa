"""What is known of healing: all of ``knowledge/healing.toml``.

A sign of a treatment says in exactly one way how long it lasts: by a figure of the treatment, by numbers of its own
with their source, or by a stated rule where no figure was found. What rests on a rule is an assumption.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, Self, get_args

from pydantic import Field, model_validator

from cicatrix.model.case import TREATMENT_IDS, TreatmentId
from cicatrix.model.evidence import SourceKey, Statement, Status, Text
from cicatrix.model.knowledge import SkinTypes
from cicatrix.model.outlook import SIGNS, SignName
from cicatrix.model.quantity import Finite, Record

__all__ = ["FIGURES", "REQUIRED", "FigureName", "HealingBook", "HealingRule", "KnownHealing", "KnownSign", "RuleName",
           "Tail"]  # fmt: skip

RuleName = Literal["like", "same", "swelling", "makeup", "sport", "sun"]
RULES: Final[tuple[RuleName, ...]] = get_args(RuleName)

FigureName = Literal["closed_days", "redness_days", "downtime_days"]

REQUIRED: Final[tuple[SignName, ...]] = ("closed", "redness", "work")
"""Signs that are stated for every treatment."""

FIGURES: Final[dict[SignName, FigureName]] = {
    "closed": "closed_days",
    "redness": "redness_days",
    "work": "downtime_days",
}
"""Figures of a treatment that these signs are taken from wherever there is one."""

NotNegative = Annotated[Finite, Field(ge=0)]


class HealingRule(Statement):
    """How a range is assumed where no figure was found: the longest of its parts, and no shorter than this."""

    low: NotNegative = Field(default=0.0, description="Least days of the short end.")
    high: NotNegative = Field(default=0.0, description="Least days of the long end.")
    darker_high: NotNegative = Field(
        default=0.0, description="Least days of the long end for skin types IV to VI, or when the type is not known."
    )
    darker_text: Text | None = Field(default=None, description="Why.")
    low_of: tuple[SignName, ...] = Field(default=(), description="Signs whose short ends it waits for.")
    high_of: tuple[SignName, ...] = Field(default=(), description="Signs whose long ends it waits for.")


class Tail(Statement):
    """What can go on beyond the long end of a range, in some people or faintly."""

    days: NotNegative | None = Field(default=None, description="Until when; None where no figure was found.")


class KnownSign(Record):
    """How long one sign of a treatment lasts, said in exactly one way."""

    figure: FigureName | None = Field(default=None, description="As a figure of the treatment says.")
    like: tuple[TreatmentId, ...] = Field(default=(), description="As widely as after these treatments.")
    same: SignName | None = Field(default=None, description="As long as another sign of the same treatment.")
    rule: Literal["swelling", "makeup", "sport", "sun"] | None = Field(
        default=None, description="As the rule of this name says."
    )
    low: NotNegative | None = None
    high: NotNegative | None = Field(default=None, description="Days, with ``text``, ``status`` and ``sources``.")
    text: Text | None = None
    status: Status | None = None
    sources: tuple[SourceKey, ...] = ()
    seen_in: tuple[SourceKey, ...] = Field(
        default=(), description="Sources that report the sign without a number of days."
    )
    tail: Tail | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        own = self.low is not None or self.high is not None
        ways = [self.figure is not None, bool(self.like), self.same is not None, self.rule is not None, own]
        if sum(ways) != 1:
            msg = "say in exactly one way how long it lasts: figure, like, same, rule, or low with high"
            raise ValueError(msg)
        if own and (self.low is None or self.high is None or self.text is None or self.status is None):
            msg = "days of its own need low, high, text and status"
            raise ValueError(msg)
        if not own and (self.status is not None or self.sources or self.text is not None):
            msg = "text, status and sources come from the figure or the rule; seen_in names who reports the sign"
            raise ValueError(msg)
        if self.tail is not None and self.figure is None:
            msg = "a tail goes on beyond a figure: without one, put it into the text"
            raise ValueError(msg)
        return self


class MarkNote(Statement):
    """Something known of brown or pale marks after a treatment, beside its facts."""

    skin_types: SkinTypes | None = None


class KnownHealing(Record):
    """What is known of healing after one treatment."""

    text: Text = Field(
        description=(
            "What it is like, in plain words; ``{closed}``, ``{redness}`` and the like stand for the ranges, "
            "``{closed_end}``\nand the like for their long ends."
        )
    )
    signs: dict[SignName, KnownSign] = Field(
        default_factory=dict,
        description="``closed``, ``redness`` and ``work`` may be left out where the treatment has the figure.",
    )
    marks: tuple[MarkNote, ...] = ()
    pigment: bool = Field(
        default=True, description="False where brown marks are no matter: care and medicines that do not wound."
    )

    @model_validator(mode="after")
    def _named_alike(self) -> Self:
        wrong = [name for name, sign in self.signs.items() if sign.rule is not None and sign.rule != name]
        if wrong:
            msg = f"a rule is for the sign of its own name, not for {', '.join(wrong)}"
            raise ValueError(msg)
        return self


class HealingBook(Record):
    """All of ``knowledge/healing.toml``."""

    words: dict[SignName, Text] = Field(description="What each sign is called in a sentence.")
    rules: dict[RuleName, HealingRule]
    lighter: Statement = Field(description="On brown marks in skin types I to III.")
    darker: Statement = Field(description="The same in types IV to VI.")
    unknown: Statement = Field(description="The same where the type is not known.")
    seen_less: Statement = Field(description="On redness in dark skin.")
    no_figure: Statement = Field(description="Said where no figure on brown marks was found.")
    treatments: dict[TreatmentId, KnownHealing]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for what, have, wanted in (
            ("words", self.words, SIGNS),
            ("rules", self.rules, RULES),
            ("treatments", self.treatments, TREATMENT_IDS),
        ):
            missing = [name for name in wanted if name not in have]
            if missing:
                msg = f"{what} misses {', '.join(missing)}"
                raise ValueError(msg)
        for name, rule in self.rules.items():
            circle = {*rule.low_of, *rule.high_of} & set(RULES[RULES.index(name) :])
            if circle:
                msg = f"the rule {name} waits for {', '.join(sorted(circle))}, which must come before it"
                raise ValueError(msg)
        return self
