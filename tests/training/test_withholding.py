"""Protected attributes, and what leaving them out costs."""

from dataclasses import replace

import numpy as np
import pytest
from lib.training.withholding import (
    PROTECTED,
    STANDS_IN_FOR,
    given_back,
    price_of_withholding,
    protecting,
)

from lib.decision import InvalidInput
from lib.features.catalogue import CATALOGUE


def protected(catalogue) -> set[str]:
    return {name for name, row in catalogue.items() if row.protected}


def test_by_default_the_attributes_of_the_catalogue_are_protected():
    assert protected(protecting(CATALOGUE)) == protected(CATALOGUE)
    assert protected(CATALOGUE) == {*PROTECTED, *STANDS_IN_FOR}


def test_what_stands_in_for_an_attribute_goes_with_it():
    assert protected(protecting(CATALOGUE, ["family_status"])) == {"family_status", *STANDS_IN_FOR}
    assert protected(protecting(CATALOGUE, ["age_years"])) == {"age_years"}
    assert protected(protecting(CATALOGUE, [])) == set()


def test_an_unknown_attribute_is_named():
    with pytest.raises(InvalidInput, match="protected_attributes shoe_size"):
        protecting(CATALOGUE, ["gender", "shoe_size"])


def test_what_is_given_back_is_known_again(selection):
    training = selection.data.training
    known = given_back(training, ["gender"])
    assert list(known.features) == [*known.numeric, *known.categorical]
    assert set(known.features) - set(training.features) == {"gender"}
    assert known.categorical == (*training.categorical, "gender")
    assert known.withheld.empty


def test_leaving_out_what_tells_the_outcome_costs(selection, catalogue):
    training = selection.data.training
    telling = training.withheld.assign(gender=np.where(training.defaulted, "F", "M"))
    told = _with_training(selection, replace(training, withheld=telling))
    price = price_of_withholding(told, catalogue)
    assert price.cost == pytest.approx(selection.winner.evidence.cost)
    assert price.low > 0


def test_the_test_clients_have_no_part_in_the_price(selection, catalogue):
    test = selection.data.test
    turned = replace(
        selection, data=replace(selection.data, test=replace(test, defaulted=1 - test.defaulted))
    )
    assert price_of_withholding(turned, catalogue) == price_of_withholding(selection, catalogue)


def test_where_nothing_is_withheld_there_is_no_price(selection, catalogue):
    training = selection.data.training
    told = _with_training(selection, replace(training, withheld=training.withheld[[]]))
    assert price_of_withholding(told, catalogue) is None


def _with_training(selection, training):
    return replace(selection, data=replace(selection.data, training=training))
