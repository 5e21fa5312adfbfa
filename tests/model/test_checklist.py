"""The checklist: every assumption and every "only after" of a plan, once."""

from __future__ import annotations

from datetime import date

from cicatrix.cases.join import join
from cicatrix.model.case import Case
from cicatrix.model.checklist import checklist_of
from cicatrix.pipeline.advise import advise
from tests.care.people import case_of, strangers

TODAY = date(2026, 11, 22)


def test_nothing_that_a_plan_assumes_or_waits_for_is_left_out() -> None:
    for case in [Case.model_validate({"scars": {"rolling": 30, "icepick": 20}}), *strangers(15, seed=5)]:
        plan = advise(join(case), TODAY).plan
        assert plan is not None
        found = checklist_of(plan)
        assumed = {item.key for option in plan.options for item in option.assumes}
        assert assumed <= found.keys
        waits = [c for option in plan.options for step in option.steps for c in step.conditions if c.kind != "needs"]
        said = " ".join(f"{item.text} {item.why}" for item in found.first)
        assert all(condition.text.partition(". ")[0] in said for condition in waits)
        texts = [item.text for item in found.first] + [item.text for _, items in found.topics for item in items]
        assert len(set(texts)) == len(texts) == found.number


def test_a_person_who_answered_everything_has_no_checklist() -> None:
    plan = advise(join(case_of(scars={"rolling": 9})), TODAY).plan
    assert plan is not None
    assert checklist_of(plan).number == 0
