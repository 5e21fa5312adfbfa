"""The safety rules, for everybody at once, against invariants that were written without looking at the rules.

``DANGERS`` says for each treatment which answers rule it out (or put it off). A person in one of these dangers is never
offered the treatment. Where it is not known, the treatment is offered under an assumption that is listed; where it may
not be assumed (``NEVER_ASSUMED``), only after the question is answered. Nobody is refused without a danger, and
nobody's treatment carries a reservation without an open question.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest
from numpy.typing import NDArray

from cicatrix.care.condition_values import answers_of, code_of, implied
from cicatrix.care.rules import DEFERRED, IF_ASSUMED, OFFERED, ONLY_AFTER, Ruling, ruling, verdicts
from cicatrix.knowledge import Rulebook, rules
from cicatrix.knowledge.assumptions import assumptions
from cicatrix.model.case import TREATMENT_IDS, TreatmentId
from cicatrix.model.condition import keys_of
from tests.care.people import CALM, HEALTHY, case_of, found

Mask = NDArray[np.bool_]
People = dict[str, NDArray[np.object_]]
Danger = Callable[[People], tuple[Mask, Mask]]
"""Which people are in danger, and of which that is not known."""


def yes(key: str) -> Danger:
    return lambda people: (people[key] == True, people[key] == None)  # noqa: E711, E712 - element by element


def pregnant(key: str) -> Danger:
    def danger(people: People) -> tuple[Mask, Mask]:
        return people[key] == True, (people[key] == None) & (people["sex"] != "male")  # noqa: E711, E712

    return danger


def at_least(key: str, bound: int) -> Danger:
    def danger(people: People) -> tuple[Mask, Mask]:
        unknown = people[key] == None  # noqa: E711
        return np.where(unknown, 0, people[key]).astype(float) >= bound, unknown

    return danger


def below(key: str, bound: int) -> Danger:
    def danger(people: People) -> tuple[Mask, Mask]:
        unknown = people[key] == None  # noqa: E711
        number = np.where(unknown | (people[key] == "never"), math.inf, people[key]).astype(float)
        return number < bound, unknown

    return danger


def recent_isotretinoin(people: People) -> tuple[Mask, Mask]:
    taken, since = people["isotretinoin"], people["isotretinoin_months_since"]
    no_number = since == None  # noqa: E711
    number = np.where(no_number, math.inf, since).astype(float)
    # Who names a time after the last capsule, and nothing else, has stopped.
    stopped = (taken == "stopped") | ((taken == None) & ~no_number & (number > 0))  # noqa: E711
    bad = (taken == "now") | (stopped & (number < 6))
    unclear = (taken == None) & ~stopped  # noqa: E711
    return bad, unclear | (stopped & no_number)


def isotretinoin_now(people: People) -> tuple[Mask, Mask]:
    stopped = (people["isotretinoin"] == None) & (people["isotretinoin_months_since"] != None)  # noqa: E711
    later = np.where(stopped, people["isotretinoin_months_since"], 0).astype(float) > 0
    return people["isotretinoin"] == "now", (people["isotretinoin"] == None) & ~later  # noqa: E711


def acne_unclear(people: People) -> tuple[Mask, Mask]:
    return np.zeros(1, dtype=bool), people["gate.state"] == "unknown"


def raised(people: People) -> tuple[Mask, Mask]:
    number = np.where(people["hypertrophic"] == None, 0, people["hypertrophic"])  # noqa: E711
    return number.astype(float) > 0, np.zeros(1, dtype=bool)


def keloids(people: People) -> tuple[Mask, Mask]:
    number = np.where(people["keloid"] == None, 0, people["keloid"]).astype(float)  # noqa: E711
    bad = (people["keloid_history"] == True) | (number > 0)  # noqa: E712
    return bad, (people["keloid_history"] == None) & ~bad  # noqa: E711


FLAGS: Final = {key: yes(key) for key, value in HEALTHY.items() if isinstance(value, bool)}
PREGNANT, NURSING = pregnant("pregnant"), pregnant("breastfeeding")
SORE = [FLAGS["skin_infection"], FLAGS["open_wound"]]
COLD_SORE, TAN, DRUG, DYSMORPHIC, WEAK, BLEEDS = (
    FLAGS[key]
    for key in ("active_herpes", "recent_tan", "photosensitising_drug", "body_dysmorphic_disorder", "immunosuppressed",
                "bleeding_disorder")
)  # fmt: skip
YOUNG = below("age", 18)
VISIT = [*SORE, DYSMORPHIC]
LIGHT = [COLD_SORE, PREGNANT, TAN, DRUG]
WOUND = [*VISIT, PREGNANT, YOUNG, COLD_SORE]
PIERCED = [*WOUND, WEAK, acne_unclear]
CUT = [*PIERCED, BLEEDS]
WIDE = [FLAGS["connective_tissue_disease"], FLAGS["vitiligo"], FLAGS["psoriasis"], FLAGS["lichen_planus"],
        FLAGS["radiotherapy_to_area"]]  # fmt: skip
DARK_4 = at_least("skin_type", 4)
AGAIN_6, AGAIN_12 = below("resurfacing_months_since", 6), below("resurfacing_months_since", 12)

DANGERS: Final[dict[str, list[Danger]]] = {
    "acne_control": [],
    "sun_protection": [],
    "azelaic_acid": [],
    "silicone": [],
    "topical_retinoid": [PREGNANT, isotretinoin_now],
    "hydroquinone": [PREGNANT],
    "vascular_laser": [*VISIT, *LIGHT],
    "ipl": [*VISIT, *LIGHT],
    "chemical_peel_superficial": [*VISIT, PREGNANT, COLD_SORE, TAN, DRUG],
    "microdermabrasion": [*VISIT, PREGNANT, COLD_SORE, TAN],
    "intralesional_steroid": [*VISIT, WEAK],
    "fractional_laser_nonablative": [*WOUND, TAN, DRUG],
    "picosecond_laser": [*WOUND, TAN, DRUG],
    "microneedling": [*CUT, TAN],
    "filler": CUT,
    "prp": CUT,
    "rf_microneedling": [*CUT, TAN, keloids, FLAGS["pacemaker"]],
    "tca_cross": [*PIERCED, keloids],
    "subcision": [*CUT, keloids],
    "punch_excision": [*CUT, keloids],
    "punch_elevation": [*CUT, keloids],
    "fractional_laser_ablative": [*CUT, TAN, DRUG, keloids, FLAGS["radiotherapy_to_area"], AGAIN_6],
    "chemical_peel_medium": [*PIERCED, TAN, DRUG, keloids, recent_isotretinoin, FLAGS["radiotherapy_to_area"], AGAIN_6],
    "chemical_peel_deep": [*PIERCED, *WIDE, TAN, DRUG, keloids, raised, recent_isotretinoin, AGAIN_12, DARK_4,
                           FLAGS["heart_disease"], FLAGS["kidney_disease"], FLAGS["liver_disease"]],
    "laser_resurfacing": [*CUT, *WIDE, TAN, DRUG, NURSING, keloids, raised, recent_isotretinoin, FLAGS["diabetes"],
                          AGAIN_12, DARK_4],
    "dermabrasion": [*CUT, *WIDE, TAN, keloids, raised, recent_isotretinoin, FLAGS["anticoagulant"], AGAIN_12],
}  # fmt: skip

DEEP: Final = {"laser_resurfacing", "dermabrasion", "chemical_peel_deep", "fractional_laser_ablative",
               "chemical_peel_medium", "rf_microneedling", "tca_cross", "subcision", "punch_excision",
               "punch_elevation"}  # fmt: skip
"""Wounds that reach the dermis: a tendency to keloids is never assumed to be absent."""


def never_assumed(danger: Danger, treatment: str) -> bool:

    always = [PREGNANT, recent_isotretinoin, isotretinoin_now, acne_unclear, COLD_SORE, *SORE, DARK_4]
    return any(danger is one for one in always) or (danger is keloids and treatment in DEEP)


ANY: Final[list[Any]] = [False, None, True]
TYPES: Final[list[Any]] = [None, 1, 2, 3, 4, 5, 6]
STATES: Final = ["controlled", "not_controlled", "unknown"]
SAFE: Final[dict[str, Any]] = {
    **HEALTHY, "isotretinoin_months_since": None, "gate.state": "controlled", "keloid": 0, "hypertrophic": 0
}  # fmt: skip

BLOCKS: Final[dict[str, dict[str, list[Any]]]] = {
    "pregnancy, isotretinoin, keloids, infection, skin type and acne": {
        "sex": [None, "female", "male"], "pregnant": ANY, "breastfeeding": ANY,
        "isotretinoin": [None, "never", "now", "stopped"], "isotretinoin_months_since": [None, 0.0, 3.0, 6.0, 12.0],
        "keloid_history": ANY, "active_herpes": ANY, "skin_infection": ANY, "skin_type": TYPES, "gate.state": STATES,
    },
    "illnesses and devices": dict.fromkeys(
        (
            "immunosuppressed", "diabetes", "connective_tissue_disease", "vitiligo", "psoriasis", "lichen_planus",
            "radiotherapy_to_area", "bleeding_disorder", "pacemaker", "heart_disease", "kidney_disease",
            "liver_disease",
        ),
        ANY,
    ),
    "sun, medicines, earlier resurfacing, skin type and acne": {
        "recent_tan": ANY, "photosensitising_drug": ANY, "body_dysmorphic_disorder": ANY, "open_wound": ANY,
        "resurfacing_months_since": [None, 0.0, 5.0, 6.0, 11.0, 12.0, "never"], "skin_type": TYPES,
        "anticoagulant": ANY, "gate.state": STATES, "keloid_history": ANY, "active_herpes": ANY,
    },
    "raised scars": {
        "keloid_history": ANY, "keloid": [None, 0, 2], "hypertrophic": [None, 0, 2], "skin_type": TYPES,
        "gate.state": STATES, "smoker": ANY, "herpes_history": ANY, "salicylate_allergy": ANY,
        "bovine_collagen_allergy": ANY, "age": [None, 15, 30],
    },
}  # fmt: skip


def everybody(block: dict[str, list[Any]]) -> People:
    """Every combination of the answers of a block; all others are known and harmless."""
    lists = [np.array(values, dtype=object) for values in block.values()]
    tables = np.meshgrid(*lists, indexing="ij")
    people = {key: np.array([value], dtype=object) for key, value in SAFE.items()}
    return people | {key: table.ravel() for key, table in zip(block, tables, strict=True)}


def answers_of_all(people: People, block: dict[str, list[Any]]) -> dict[str, NDArray[np.float64]]:
    columns = {}
    for short, values in people.items():
        key = {"gate.state": "gate.state", "keloid": "scars.keloid", "hypertrophic": "scars.hypertrophic"}.get(
            short, f"person.{short}"
        )
        known = block.get(short, [SAFE[short]])
        codes = np.full(len(values), math.nan)
        for value in known:
            if value is not None:
                codes[values == value] = code_of(key, value)
        columns[key] = codes
    return columns


@pytest.mark.parametrize("name", BLOCKS)
def test_nobody_is_offered_a_danger_and_nobody_is_refused_without_one(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    block = BLOCKS[name]
    people = everybody(block)
    said = verdicts(implied(answers_of_all(people, block)))
    count = int(np.prod([len(values) for values in block.values()]))
    told = dict.fromkeys(("unconditionally", "if assumed", "only after", "refused"), 0)
    for treatment in TREATMENT_IDS:
        bad, unknown, never = (np.zeros(1, dtype=bool) for _ in range(3))
        for danger in DANGERS[treatment]:
            sure, unsure = danger(people)
            bad, unknown = bad | sure, unknown | unsure
            never = never | (unsure & never_assumed(danger, treatment))
        level = np.broadcast_to(said[treatment], (count,))
        assert (level[np.broadcast_to(bad, (count,))] >= DEFERRED).all(), f"{treatment} is offered in danger"
        expected = np.where(bad, DEFERRED, np.where(never, ONLY_AFTER, np.where(unknown, IF_ASSUMED, OFFERED)))
        assert (np.minimum(level, DEFERRED) == expected).all(), f"{treatment} has a reservation too few or too many"
        for key, value in zip(told, (OFFERED, IF_ASSUMED, ONLY_AFTER, DEFERRED), strict=True):
            told[key] += int((np.minimum(level, DEFERRED) == value).sum())
    with capsys.disabled():
        parts = ", ".join(f"{number:,} {key}" for key, number in told.items())
        text = f"\n  {name}: {count:,} people, {len(TREATMENT_IDS)} treatments: {parts}; 0 violations"
        print(text)  # noqa: T201 - the numbers are the point


def test_the_walk_notices_a_rule_that_is_missing() -> None:
    name = "pregnancy, isotretinoin, keloids, infection, skin type and acne"
    answers = implied(answers_of_all(everybody(BLOCKS[name]), BLOCKS[name]))
    book = rules()
    without = Rulebook(tuple(rule for rule in book.rules if rule.id != "pregnancy_wounds"), book.groups)
    offered = verdicts(answers, without)["subcision"] == OFFERED
    assert (offered & (everybody(BLOCKS[name])["pregnant"] == True)).any()  # noqa: E712 - element by element


def test_both_ways_say_the_same() -> None:
    people = [
        case_of({key: value}, scars={"rolling": 5})
        for key in ("pregnant", "keloid_history", "pacemaker", "recent_tan", "skin_infection", "skin_type")
        for value in ((None, True, False) if key != "skin_type" else (None, 2, 6))
    ]
    for case in people:
        findings, gate = found(case)
        answers = answers_of(findings, gate.state)
        together, alone = verdicts(answers), ruling(answers)
        for treatment in TREATMENT_IDS:
            level, own = int(together[treatment].max()), alone[treatment]
            assert (level < DEFERRED) == own.offered
            assert (level == ONLY_AFTER) == (own.offered and any(c.kind == "only_after" for c in own.conditions))
            assert level != IF_ASSUMED or own.assumes


def test_every_removal_names_its_rule_text_and_source() -> None:
    findings, gate = found(case_of({"pregnant": True, "skin_type": 6, "pacemaker": None}, acne={}))
    for said in ruling(answers_of(findings, gate.state)).values():
        for reason in said.reasons:
            assert reason.rule in {rule.id for rule in rules().rules}
            assert reason.text
            assert reason.source


def test_an_open_question_is_assumed_and_noted() -> None:
    findings, gate = found(case_of({"pacemaker": None}))
    said = ruling(answers_of(findings, gate.state))["rf_microneedling"]
    assert said.offered
    assert [key for key, _ in said.assumes] == ["person.pacemaker"]
    assert said.ask == ()


@pytest.mark.parametrize(
    ("key", "treatment"),
    [
        ("pregnant", "microneedling"), ("isotretinoin", "dermabrasion"), ("active_herpes", "tca_cross"),
        ("skin_infection", "vascular_laser"), ("keloid_history", "punch_excision"), ("skin_type", "laser_resurfacing"),
    ],
)  # fmt: skip
def test_what_is_never_assumed_comes_only_after_its_answer(key: str, treatment: str) -> None:
    findings, gate = found(case_of({key: None}))
    said = ruling(answers_of(findings, gate.state))
    (condition,) = [one for one in said[treatment].conditions if one.kind == "only_after"]  # type: ignore[index]
    assert condition.key == f"person.{key}"
    assert condition.text.startswith("Only ")
    assert f"person.{key}" in [asked for asked, _ in said[treatment].ask]  # type: ignore[index]


def test_every_key_that_a_rule_reads_is_assumed_or_asked_first() -> None:
    book = assumptions()
    told = {row.key for row in (*book.assume, *book.first)}
    read = {key for rule in rules().rules for key in keys_of(rule.parsed)}
    optional = {key for rule in rules().rules for key in keys_of(rule.parsed) if f"known({key})" in rule.who}
    assert read - optional - {"gate.state"} == told


@pytest.mark.parametrize("treatment", ["laser_resurfacing", "dermabrasion", "chemical_peel_deep"])
@pytest.mark.parametrize("history", [True, False, None])
def test_full_face_wounds_are_covered_against_herpes_whatever_the_history(
    treatment: TreatmentId, *, history: bool | None
) -> None:
    findings, gate = found(case_of({"herpes_history": history}))
    texts = [item.text for item in ruling(answers_of(findings, gate.state))[treatment].conditions if item.sure]
    assert any(text.startswith("Antiviral medicine whatever the history") for text in texts)


def test_conditions_are_added_with_the_answer_and_noted_without() -> None:
    def of(value: bool | None) -> Ruling:  # noqa: FBT001 - an answer
        findings, gate = found(case_of({"herpes_history": value}))
        return ruling(answers_of(findings, gate.state))["microneedling"]

    assert "herpes_history_needling" in [item.rule for item in of(value=True).conditions]
    assert "herpes_history_needling" not in [item.rule for item in of(value=None).conditions]
    assert "herpes_history_needling" in [rule.id for _, rule in of(value=None).assumes]
    assert "herpes_history_needling" not in [item.rule for item in of(value=False).conditions]


def test_wounds_wait_for_the_acne() -> None:
    findings, gate = found(case_of(acne={**CALM, "nodules": 3}))
    said = ruling(answers_of(findings, gate.state))
    for treatment in ("laser_resurfacing", "dermabrasion", "fractional_laser_ablative", "microneedling", "tca_cross",
                      "punch_excision", "chemical_peel_medium", "subcision", "filler"):  # fmt: skip
        assert said[treatment].after == ("acne_control",), treatment
    assert said["silicone"].after == ()
