"""Protected attributes, and what leaving them out costs."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from lib.decision import InvalidInput
from lib.features.catalogue import CATALOGUE
from lib.features.description import FeatureDescription, Purpose
from lib.training.evidence.withholding import (
    given_back,
    price_of_purposes,
    price_of_signs,
    price_of_withholding,
    protected_attributes,
    protecting,
    withheld_purposes,
    withholding,
)
from tests.training.conftest import describe


def protected(catalogue) -> set[str]:
    return {name for name, row in catalogue.items() if row.protected}


@pytest.fixture
def family() -> dict[str, FeatureDescription]:
    """A catalogue in which the number of children gives the family status away."""
    told = {"gender": "gender", "family_status": "family_status", "children": "family_status"}
    rows = describe(pd.DataFrame({name: ["x"] for name in (*told, "income")}))
    return {n: row.model_copy(update={"attribute": told.get(n)}) for n, row in rows.items()}


def test_what_gives_an_attribute_away_goes_with_it(family):
    assert protected(protecting(family, ["family_status"])) == {"family_status", "children"}
    assert protected(protecting(family, ["gender"])) == {"gender"}
    assert protected(protecting(family, [])) == set()


def test_the_protected_attributes_are_those_of_the_catalogue(family):
    everything = protecting(family, ["family_status", "gender"])
    assert protected_attributes(everything) == ("family_status", "gender")
    assert protected_attributes(protecting(family, [])) == ()


def test_an_unknown_attribute_is_named(family):
    with pytest.raises(InvalidInput, match=r"shoe_size.*choose among family_status, gender"):
        protecting(family, ["gender", "shoe_size"])


def test_a_purpose_that_is_no_ground_withholds_its_features_and_no_others():
    marked = withholding(CATALOGUE, [Purpose.OTHER_PEOPLE])
    assert {name for name, row in marked.items() if row.purpose_withheld} == {
        "acquaintances_observed",
        "acquaintances_30_days_late",
        "acquaintances_60_days_late",
        "share_of_acquaintances_30_days_late",
    }
    assert withheld_purposes(marked) == (Purpose.OTHER_PEOPLE,)
    assert marked["gender"].protected == CATALOGUE["gender"].protected
    assert withheld_purposes(withholding(marked, [])) == ()


def test_what_is_given_back_is_known_again(selection):
    training = selection.data.training
    known = given_back(training, ["gender"])
    assert list(known.features) == [*known.numeric, *known.categorical]
    assert set(known.features) - set(training.features) == {"gender"}
    assert known.categorical == (*training.categorical, "gender")
    assert known.withheld.empty


def test_leaving_out_what_tells_the_outcome_costs(selection):
    training = selection.data.training
    telling = training.withheld.assign(gender=np.where(training.defaulted, "F", "M"))
    told = _with_training(selection, replace(training, withheld=telling))
    price = price_of_withholding(told)
    assert price.cost == pytest.approx(selection.winner.evidence.cost)
    assert price.low > 0


def test_the_price_of_purposes_gives_back_what_they_withhold_and_nothing_protected(selection):
    training = selection.data.training
    withheld = training.withheld.assign(
        weekday=np.where(training.defaulted, "MONDAY", "FRIDAY"),
        of_partner=np.where(training.defaulted, "yes", "no"),
    )
    row = selection.data.catalogue["gender"].model_copy(
        update={"protected": False, "purpose_withheld": True}
    )
    both = row.model_copy(update={"protected": True})
    catalogue = {**selection.data.catalogue, "weekday": row, "of_partner": both}
    data = replace(selection.data, catalogue=catalogue)

    def priced(names):
        part = replace(training, withheld=withheld[names])
        return price_of_purposes(replace(selection, data=replace(data, training=part)))

    assert priced(["weekday"]).low > 0
    assert priced(["gender", "of_partner"]) is None


def test_pushing_against_what_tells_the_outcome_costs(selection):
    training = selection.data.training
    assert training.signs == {"external_score": -1}
    price = price_of_signs(
        _with_training(selection, replace(training, signs={"external_score": 1}))
    )
    assert price.low > 0


def test_directions_that_are_true_cost_nothing_that_is_sure(selection):
    price = price_of_signs(selection)
    assert price.cost == pytest.approx(selection.winner.evidence.cost)
    assert price.low <= 0 <= price.high


def test_a_model_that_is_held_to_nothing_pays_no_price(selection):
    training = selection.data.training
    assert price_of_signs(_with_training(selection, replace(training, signs={}))) is None


def test_the_test_clients_have_no_part_in_the_price(selection):
    test = selection.data.test
    turned = replace(
        selection, data=replace(selection.data, test=replace(test, defaulted=1 - test.defaulted))
    )
    assert price_of_withholding(turned) == price_of_withholding(selection)


def test_where_nothing_is_withheld_there_is_no_price(selection):
    training = selection.data.training
    told = _with_training(selection, replace(training, withheld=training.withheld[[]]))
    assert price_of_withholding(told) is None


def _with_training(selection, training):
    return replace(selection, data=replace(selection.data, training=training))
