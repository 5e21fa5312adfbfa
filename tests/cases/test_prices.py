"""A clinic's own fees, and treatments named on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from cicatrix.care.plan import plan
from cicatrix.cases.prices import read_prices, treatment_ids
from cicatrix.errors import InputError
from tests.care.people import case_of, found


def test_fees_of_a_clinic_take_the_place_of_ours(tmp_path: Path) -> None:
    file = tmp_path / "prices.toml"
    file.write_text("tca_cross = 150\nsubcision = [300, 600]\n", encoding="utf-8")
    prices = read_prices(file)
    made = plan(*found(case_of(scars={"icepick": 12})), prices=prices)
    (step,) = (step for step in made.options[0].steps if step.treatment == "tca_cross")
    assert step.price_usd is not None
    assert step.price_usd.low == step.price_usd.high == 150.0 * step.sessions


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("magic = 3\n", "'magic' is no treatment"),
        ("prp = -1\n", "prp = -1 is no fee"),
        ("prp = [5, 3]\n", "is no fee"),
        ("prp = true\n", "is no fee"),
        ("prp = nan\n", "is no fee"),
        ("prp =\n", "prices.toml"),
    ],
)
def test_what_is_no_price_list_is_refused(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "prices.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=says.replace("[", r"\[")):
        read_prices(file)


def test_a_plan_with_a_treatment_holds_it_in_every_option_and_one_that_is_ruled_out_says_why() -> None:
    scars = {"icepick": 8, "boxcar_shallow": 12, "rolling": 15}
    made = plan(*found(case_of(scars=scars)), include=treatment_ids(["dermabrasion"], "--with"))
    assert made.options
    assert all("dermabrasion" in {step.treatment for step in option.steps} for option in made.options)
    refused = plan(*found(case_of({"pregnant": True}, scars=scars)), include=("dermabrasion",))
    assert "dermabrasion" in {item.treatment for item in refused.excluded}
