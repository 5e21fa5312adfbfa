"""What is known about the treatments: facts, effects, trials and safety rules, each with its sources and status."""

from __future__ import annotations

from typing import Annotated, Final, Literal, Self, get_args

from pydantic import ConfigDict, Field, model_validator

from cicatrix.model.case import TreatmentId
from cicatrix.model.condition import Condition, parse
from cicatrix.model.evidence import Figure, SourceKey, Statement, Status, Text, Unit
from cicatrix.model.quantity import Finite, Record

__all__ = [
    "TARGETS",
    "TOPICS",
    "Design",
    "Effect",
    "Fact",
    "General",
    "Layer",
    "Protocol",
    "Result",
    "Rule",
    "SkinTypes",
    "Stage",
    "Strength",
    "Target",
    "Topic",
    "Treatment",
    "Trial",
]

Target = Literal[
    "icepick", "boxcar_shallow", "boxcar_deep", "rolling", "hypertrophic", "keloid", "papular", "red", "brown", "acne"
]  # fmt: skip
TARGETS: Final[tuple[Target, ...]] = get_args(Target)

Strength = Literal["strong", "some", "adjunct", "none", "avoid"]
"""``strong`` recommended or positive controlled data; ``some`` benefit; ``adjunct`` only beside another treatment or
for shallow lesions; ``none`` not useful; ``avoid``. It is a reading of the cited data, not a published grading."""

Layer = Literal["none", "stratum_corneum", "epidermis", "papillary_dermis", "reticular_dermis", "fat", "vessels"]
"""Deepest layer that a treatment works on; ``none`` for medicines and care of the surface."""

Stage = Literal["acne", "protect", "colour", "tether", "focal", "field", "volume", "raised", "adjunct"]
"""When in a plan a treatment has its place."""

Topic = Literal[
    "mechanism",
    "depth",
    "works_on",
    "severity",
    "sessions",
    "minutes",
    "setting",
    "anaesthesia",
    "closed",
    "redness",
    "activities",
    "result",
    "adverse",
    "prevention",
    "price",
    "combination",
    "precaution",
    "consensus",
    "feel",
]
TOPICS: Final[tuple[Topic, ...]] = get_args(Topic)

SkinTypes = Annotated[tuple[int, int], Field(min_length=2, max_length=2)]
"""Lowest and highest Fitzpatrick skin type of the people."""

Design = Literal[
    "randomised",
    "randomised_split_face",
    "split_face",
    "parallel",
    "uncontrolled",
    "retrospective",
    "review",
    "meta_analysis",
    "network_meta_analysis",
]


class Fact(Statement):
    """Something known about a treatment, with a number where there is one."""

    topic: Topic
    value: Finite | None = None
    low: Finite | None = None
    high: Finite | None = None
    unit: Unit | None = None
    skin_types: SkinTypes | None = Field(
        default=None, description="Skin types of the people, where the fact is about some."
    )
    people: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="How many people, treatments or visits it rests on."
    )
    event: Literal["brown_marks", "pale_marks"] | None = Field(
        default=None, description="Of an adverse fact in per cent of people: what happened to the colour of the skin."
    )
    disagrees: str | None = Field(
        default=None, description="Facts with the same word here contradict each other; both sides are shown."
    )

    @model_validator(mode="after")
    def _event_has_a_share(self) -> Self:
        if self.event is not None and (self.topic != "adverse" or self.unit != "per cent"):
            msg = f"an event belongs to an adverse fact in per cent: {self.text!r}"
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _number_has_a_unit(self) -> Self:
        known = [number for number in (self.low, self.value, self.high) if number is not None]
        if bool(known) != (self.unit is not None):
            msg = f"a number has a unit, and no unit stands alone: {self.text!r}"
            raise ValueError(msg)
        if known != sorted(known):
            msg = f"low, value and high must not fall: {self.text!r}"
            raise ValueError(msg)
        return self


class Effect(Statement):
    """How much a treatment does for one kind of scar or mark. The text and its status are of the support."""

    target: Target
    strength: Strength = Field(description="Our reading of the support.")
    risk: bool = Field(default=False, description="True when the treatment can itself cause or darken such marks.")
    trial: str | None = Field(default=None, description="The trial whose result is quoted for this target.")


class Protocol(Record):
    """The figures that a schedule is made of; a figure that was not found is None."""

    sessions: Figure | None = None
    interval_days: Figure | None = None
    minutes: Figure | None = None
    closed_days: Figure | None = Field(
        default=None, description="Days until the skin is closed; 0 where it is not opened."
    )
    redness_days: Figure | None = None
    downtime_days: Figure | None = Field(
        default=None, description="Days until work and company are usual again, after one session."
    )
    result_days: Figure | None = Field(default=None, description="Days from the last session to the result.")
    price_usd: Figure | None = Field(default=None, description="Fee for one session, United States.")


class Treatment(Record):
    """One treatment. Topics without any fact are named in ``not_found``."""

    id: TreatmentId
    name: Text = Field(description="Name in plain words.")
    summary: Text = Field(description="One sentence for a patient.")
    feels_like: Statement | None = Field(default=None, description="What it feels like, in plain words.")
    stage: Stage
    layer: Layer
    home: bool = Field(default=False, description="True for what is done at home.")
    effects: tuple[Effect, ...]
    facts: tuple[Fact, ...]
    protocol: Protocol = Protocol()
    not_found: tuple[Topic, ...] = ()
    checked: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        targets = [effect.target for effect in self.effects]
        if len(set(targets)) != len(targets):
            msg = f"{self.id}: a target is named twice in effects"
            raise ValueError(msg)
        told = {fact.topic for fact in self.facts}
        if told & set(self.not_found):
            msg = f"{self.id}: not_found names topics with facts: {sorted(told & set(self.not_found))}"
            raise ValueError(msg)
        needed = {"mechanism", "depth", "sessions", "minutes", "setting", "anaesthesia", "closed", "redness",
                  "activities", "result", "adverse", "prevention", "price"}  # fmt: skip
        missing = needed - told - set(self.not_found)
        if missing:
            msg = f"{self.id}: no fact on {sorted(missing)}; name them in not_found"
            raise ValueError(msg)
        return self

    def about(self, topic: Topic) -> tuple[Fact, ...]:
        """Facts on a topic, in the order of the file."""
        return tuple(fact for fact in self.facts if fact.topic == topic)

    def effect_on(self, target: Target) -> Effect | None:
        """Effect on a target; None when nothing is said about it."""
        return next((effect for effect in self.effects if effect.target == target), None)


class General(Statement):
    """Something known across treatments."""

    topic: Literal[
        "consensus", "sequence", "acne_first", "pigment", "scheme", "reading", "trials", "price", "limits"
    ]  # fmt: skip


class Result(Record):
    """One result of a trial."""

    text: Text = Field(description="Of whom, on which scale, at which time.")
    value: Finite | None = None
    low: Finite | None = None
    high: Finite | None = None
    unit: Unit
    interval: Literal["95 % CI", "SD", "IQR", "range"] | None = Field(
        default=None,
        description=(
            "What ``low`` and ``high`` are; with ``SD`` they are one standard deviation either side of the mean."
        ),
    )
    p: str | None = Field(default=None, description="p value as printed, such as ``< .001``.")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        known = [number for number in (self.low, self.value, self.high) if number is not None]
        if not known or known != sorted(known):
            msg = f"a result needs a number, and low, value and high must not fall: {self.text!r}"
            raise ValueError(msg)
        return self


class Trial(Record):
    """One study: who was treated, how, and with what result on which scale."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
    row: Annotated[int, Field(ge=1)] = Field(description="Its row in the evidence notes.")
    treatments: tuple[TreatmentId, ...] = Field(min_length=1)
    targets: tuple[Target, ...] = ()
    design: Design
    blinded: bool = False
    n: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="People randomised or treated; None where that was not reported in what was seen."
    )
    n_text: str | None = Field(
        default=None, description="How the people are counted, where one number does not say it."
    )
    skin_types: SkinTypes | None = None
    scars: Text
    protocol: Text
    scale: Text = Field(description="The scale of the results. Percentages of different scales are not comparable.")
    results: tuple[Result, ...] = ()
    findings: Text = Field(description="The result in words, with every figure that was read.")
    plain: str | None = Field(
        default=None, description="The main finding for patients: plain words, with a number and the number of people."
    )
    adverse: str | None = Field(
        default=None, description="Adverse events; None where none were reported in what was seen."
    )
    note: str | None = Field(
        default=None, description="What to keep in mind, such as numbers that contradict each other."
    )
    sources: tuple[SourceKey, ...] = Field(min_length=1)
    status: Status


class Rule(Record):
    """One safety rule: who, which treatment, what follows, and who says so."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
    who: Text = Field(description="Condition on the answers of a case, see ``cicatrix.model.condition``.")
    treatments: tuple[str, ...] = Field(min_length=1, description="Treatment ids, or groups of ``rules.toml``.")
    effect: Literal["forbid", "defer", "only_after", "condition"] = Field(
        description=(
            "``forbid``: taken away. ``defer``: taken away until what ``until`` says. ``only_after``: offered only "
            "after the question behind ``condition`` is answered. ``condition``: offered only with what it says."
        )
    )
    until: Text | None = None
    condition: Text | None = None
    after: TreatmentId | None = Field(
        default=None, description="With ``condition``: the treatment may only start when this one has reached its aim."
    )
    because: Literal["injury", "light", "current", "agent", "colour", "sun", "bleeding", "place"] = Field(
        default="injury",
        description="What the danger is; rules about injury are the stricter, the deeper a treatment wounds.",
    )
    text: Text = Field(description="Why, in plain words.")
    grade: Literal["absolute", "relative", "unstated"] = Field(
        alias="class", description="The source's own word; ``unstated`` where it lists the point without one."
    )
    sources: tuple[SourceKey, ...] = ()
    status: Status
    note: str | None = Field(default=None, description="Where sources differ, or what of it is ours.")

    model_config = ConfigDict(populate_by_name=True)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.effect == "defer") != (self.until is not None):
            msg = f"rule {self.id}: 'until' belongs to effect 'defer'"
            raise ValueError(msg)
        if (self.effect in ("condition", "only_after")) != (self.condition is not None):
            msg = f"rule {self.id}: 'condition' belongs to effect 'condition' or 'only_after'"
            raise ValueError(msg)
        if self.after is not None and self.effect != "condition":
            msg = f"rule {self.id}: 'after' belongs to effect 'condition'"
            raise ValueError(msg)
        if self.status in ("seen", "secondary") and not self.sources:
            msg = f"rule {self.id}: a rule that was {self.status} needs a source"
            raise ValueError(msg)
        self.parsed  # noqa: B018 - raises when the condition cannot be read
        return self

    @property
    def parsed(self) -> Condition:
        """The condition as a tree."""
        return parse(self.who)

    @property
    def removes(self) -> bool:
        """True when the rule takes treatments away."""
        return self.effect in ("forbid", "defer")
