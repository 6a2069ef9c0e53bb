"""Groups of clients, whom the model does not know."""

from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import recall_score

from lib.decision import refuses
from lib.training.evidence.audit import (
    AGE_BANDS,
    FEW,
    FEWEST,
    RATES,
    age_band,
    audit,
    gaps,
    group_figures,
    groups_of,
    impact_of,
)
from lib.training.evidence.reliability import wilson
from tests.training.conftest import describe


def with_test(selection, test):
    """Give the selection other test clients, with a catalogue that knows their features."""
    known = {**selection.data.catalogue, **describe(test.withheld), **describe(test.features)}
    return replace(selection, data=replace(selection.data, test=test, catalogue=known))


@pytest.fixture(scope="module")
def aged(selection):
    """The selection, with ages between 20 and 70 and one client without."""
    test = selection.data.test
    years = np.linspace(20, 70, len(test))
    years[0] = np.nan
    return with_test(selection, replace(test, withheld=test.withheld.assign(age_years=years)))


@pytest.fixture(scope="module")
def audited(aged):
    return audit(aged, aged.data.test)


def test_everyone_gender_and_age_are_there(audited, aged):
    assert list(audited["attribute"].unique()) == [
        *("everyone", "gender", "age_years", "gender × age_years"),
    ]
    clients = audited.groupby("attribute")["clients"].sum()
    assert (clients == len(aged.data.test)).all()
    alone = audited[audited["attribute"] != "gender × age_years"]
    assert alone["group"].tolist()[1:] == [
        *("F", "M"),
        *("29 and under", "30 to 39", "40 to 49", "50 to 59", "60 and over", "Not known"),
    ]


def test_rates_are_counted_within_the_group(audited, aged):
    women = (aged.data.test.withheld["gender"] == "F").to_numpy()
    outcome = aged.data.test.defaulted[women]
    probability = aged.test_set["default_probability"].to_numpy()[women]
    refused = refuses(probability, aged.threshold)
    row = audited.set_index("group").loc["F"]
    assert row["clients"] == women.sum()
    assert row["grant_rate"] == pytest.approx(1 - refused.mean())
    assert row["false_refusal_rate"] == pytest.approx(refused[outcome == 0].mean())
    assert row["missed_default_rate"] == pytest.approx(1 - recall_score(outcome, refused))
    assert row["mean_probability"] == pytest.approx(probability.mean())
    assert row["default_rate"] == pytest.approx(outcome.mean())


def test_groups_by_two_attributes_are_those_who_have_both(audited, aged):
    test = aged.data.test
    refused = refuses(aged.test_set["default_probability"].to_numpy(), aged.threshold)
    bands = age_band(test.withheld["age_years"])
    by_two = audited[audited["attribute"] == "gender × age_years"].set_index("group")
    assert (by_two["attribute_english"] == "En gender × Age").all()
    few = 0
    for gender, band in product(("F", "M"), AGE_BANDS):
        members = ((test.withheld["gender"] == gender) & (bands == band)).to_numpy()
        if members.sum() < FEWEST:
            few += members.sum()
            continue
        row = by_two.loc[f"{gender}, {band}"]
        assert row["clients"] == members.sum()
        assert row["grant_rate"] == pytest.approx(1 - refused[members].mean())
    assert few == by_two["clients"].get(FEW, 0)
    assert by_two.loc["Not known", "clients"] == 1


def test_those_of_whom_an_attribute_is_not_known_are_not_compared(audited):
    nobody = audited["group"].isin(("Not known", FEW)) | (audited["attribute"] == "everyone")
    assert audited.loc[nobody, "impact_ratio"].isna().all()
    compared = audited[~nobody & (audited["clients"] >= FEWEST)]
    # One group alone has nobody to be compared with.
    compared = compared[compared["attribute"].duplicated(keep=False)]
    assert set(compared["attribute"]) >= {"gender", "age_years"}
    assert compared["impact_ratio"].notna().all()
    best = compared.groupby("attribute")["impact_ratio"].max()
    assert (best == 1).all()


def test_the_ratios_of_any_decisions_are_those_of_the_audit(audited, aged):
    probability = aged.test_set["default_probability"].to_numpy()
    catalogue = aged.data.catalogue
    groups = groups_of(aged.data.test, catalogue)
    alone = impact_of(groups, refuses(probability, aged.threshold), catalogue)
    pd.testing.assert_frame_equal(alone, audited[list(alone)])


def test_each_rate_lies_within_its_interval_and_that_within_0_and_1(audited):
    for rate in (*RATES, "default_rate"):
        known = audited[audited[rate].notna()]
        assert (known[f"{rate}_low"] <= known[rate]).all()
        assert (known[rate] <= known[f"{rate}_high"]).all()
        assert known[f"{rate}_low"].min() >= 0
        assert known[f"{rate}_high"].max() <= 1


def test_a_rate_of_nobody_is_missing(audited):
    # One client has either outcome, not both.
    alone = audited[audited["group"] == "Not known"].iloc[0]
    assert alone["clients"] == 1
    rates = alone[["false_refusal_rate", "missed_default_rate"]].isna()
    ends = alone[["false_refusal_rate_low", "missed_default_rate_low"]].isna()
    assert rates.sum() == 1
    assert rates.tolist() == ends.tolist()


def test_a_gap_is_the_distance_between_the_outermost_rates_of_enough_clients():
    audited = pd.DataFrame(
        {
            "attribute": ["gender"] * 5 + ["everyone"],
            "attribute_english": ["Gender"] * 5 + ["Everyone"],
            "clients": [30, 5000, 200, 29, 300, 5559],
            "default_rate": [0.0, 0.5, 0.4, 1.0, 0.5, 0.5],
            **{rate: [0.9, 0.6, 0.7, 0.0, 0.1, 0.5] for rate in RATES},
            # Of whom the attribute is not known is no group.
            "group": ["a", "b", "c", "d", "Not known", "All clients"],
        }
    )
    told = gaps(audited)
    assert told["attribute_english"].tolist() == ["Gender"]
    assert told["grant_rate"].tolist() == pytest.approx([0.3])
    # Of the first group nobody defaulted.
    assert told["missed_default_rate"].tolist() == pytest.approx([0.1])


def test_one_group_that_is_large_enough_differs_from_nobody():
    audited = pd.DataFrame(
        {
            "attribute": ["gender"] * 2,
            "attribute_english": ["Gender"] * 2,
            "clients": [215, 25],
            "default_rate": [0.1, 0.1],
            **{rate: [0.94, 0.0] for rate in RATES},
            "group": ["F", "M"],
        }
    )
    assert gaps(audited)[list(RATES)].isna().all(axis=None)


def test_an_age_belongs_to_the_band_that_names_it():
    assert age_band(pd.Series([39.99, 40.0, 59.0, 60.0])).tolist() == [
        *("30 to 39", "40 to 49"),
        *("50 to 59", "60 and over"),
    ]


def test_age_is_looked_at_even_where_the_model_does_not_use_it(selection):
    without_age = selection.data.test
    with_age = replace(without_age, features=without_age.features.assign(age_years=44.0))
    assert "age_years" in set(audit(with_test(selection, with_age), with_age)["attribute"])
    assert "age_years" not in set(audit(selection, without_age)["attribute"])


def test_what_gives_an_attribute_away_makes_no_groups(selection):
    test = selection.data.test
    given_away = replace(test, withheld=test.withheld.assign(accompanied_by="spouse"))
    told = with_test(selection, given_away)
    row = told.data.catalogue["accompanied_by"]
    protected = row.model_copy(update={"attribute": "gender", "protected": True})
    catalogue = {**told.data.catalogue, "accompanied_by": protected}
    told = replace(told, data=replace(told.data, catalogue=catalogue))
    assert set(audit(told, given_away)["attribute"]) == {"everyone", "gender"}


def test_the_card_holds_every_group_and_no_rate_of_nobody(audited):
    figures = group_figures(audited)
    assert [one.group for one in figures] == audited["group"].tolist()
    alone = next(one for one in figures if one.clients == 1)
    assert None in (alone.false_refusal_rate, alone.missed_default_rate)


@pytest.mark.parametrize("clients", [1, 3, 7, 96, 97, 1000, 307_511])
def test_no_end_of_an_interval_leaves_0_to_1_by_rounding(clients):
    low, high = wilson([0.0, 1.0], [clients] * 2)
    assert low.min() >= 0
    assert high.max() <= 1
