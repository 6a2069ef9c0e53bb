"""Reading the features file and setting the test clients aside."""

from dataclasses import replace

import numpy as np
import pytest

from lib.decision import InvalidInput
from lib.training import load_training_data
from lib.training.data import check_seed
from tests.training.conftest import describe


def test_clients_without_an_outcome_are_left_out(clients, load):
    clients["target"] = clients["target"].astype("Int8")
    clients.loc[:99, "target"] = None
    data = load(clients)
    known = set(clients["client_id"][100:])
    assert set(data.training.client_id) | set(data.test.client_id) == known


def test_training_and_test_share_nobody(clients, load):
    data = load(clients, test_share=0.25)
    assert not set(data.training.client_id) & set(data.test.client_id)
    assert len(data.test) == pytest.approx(len(clients) / 4, rel=0.1)


def test_a_client_stays_on_its_side_when_others_come_or_go(clients, load):
    fewer = load(clients[::3]).test.client_id
    assert set(fewer) == set(load(clients).test.client_id) & set(clients["client_id"][::3])


def test_a_larger_share_sets_the_same_clients_aside_and_others(clients, load):
    small, large = (set(load(clients, test_share=s).test.client_id) for s in (0.2, 0.4))
    assert small < large


def test_protected_features_are_withheld_but_kept_for_the_audit(clients, load):
    training = load(clients).training
    assert "gender" not in training.features
    assert list(training.withheld) == ["gender"]


def test_other_features_may_be_excluded_too(clients, load):
    training = load(clients, excluded_features=["income"]).training
    assert {"income", "gender"} == set(training.withheld)
    assert not {"income", "gender"} & set(training.features)


def test_numbers_come_before_categories(clients, load):
    training = load(clients).training
    assert training.categorical == ("housing",)
    assert list(training.features) == [*training.numeric, *training.categorical]


def test_rows_stay_together(clients, load):
    test = load(clients).test
    original = clients.set_index("client_id").loc[test.client_id]
    assert test.defaulted.tolist() == original["target"].tolist()
    assert test.features["income"].tolist() == original["income"].tolist()
    assert test.withheld["gender"].tolist() == original["gender"].tolist()


@pytest.mark.parametrize("excluded", [[], ["credit_amount"]])
def test_the_amounts_of_the_credits_are_known_whatever_the_model_may_know(clients, load, excluded):
    credit = np.random.default_rng(0).lognormal(12, 0.5, len(clients))
    credit[3] = np.nan
    data = load(clients.assign(credit_amount=credit), excluded_features=excluded)
    data = data.keep(["late_share"])
    by_client = dict(zip(clients["client_id"], credit, strict=True))
    for part in (data.training, data.test, data.training.only(np.array([4, 2]))):
        expected = [by_client[one] for one in part.client_id]
        np.testing.assert_array_equal(part.amounts, expected)


def test_where_the_features_tell_no_amount_there_is_none(clients, load):
    data = load(clients)
    assert data.training.amounts is data.training.only(np.array([1])).amounts is None


def test_features_alike_for_all_training_clients_are_left_out_and_named(clients, load):
    clients["constant"], clients["empty"] = 1.0, np.nan
    data = load(clients)
    assert data.uninformative == ("constant", "empty")
    assert not {"constant", "empty"} & set(data.training.features)


def test_that_a_value_is_missing_may_tell_something(clients, load):
    clients["sometimes"] = np.where(np.arange(len(clients)) % 2, 1.0, np.nan)
    assert "sometimes" in load(clients).training.features


def test_no_informative_feature_is_an_error(clients, load):
    with pytest.raises(InvalidInput, match="some feature differs"):
        load(clients[["client_id", "target"]].assign(empty=np.nan, constant=1.0))


def test_one_outcome_only_is_an_error(clients, load):
    with pytest.raises(InvalidInput, match="some clients repaid and some defaulted"):
        load(clients.assign(target=0))


def test_no_known_outcome_is_an_error(clients, load):
    with pytest.raises(InvalidInput, match="0 clients with a known outcome"):
        load(clients.assign(target=np.nan))


@pytest.mark.parametrize("target", [2, -1, 0.4, 1.9])
def test_an_outcome_other_than_zero_or_one_is_an_error(clients, load, target):
    clients = clients.astype({"target": float})
    clients.loc[3, "target"] = target
    with pytest.raises(InvalidInput, match="target"):
        load(clients)


@pytest.mark.parametrize("value", [np.inf, -np.inf])
def test_an_infinite_value_is_named(clients, load, value):
    clients.loc[5, "income"] = value
    with pytest.raises(InvalidInput, match=r"^income: a number is finite"):
        load(clients)


def test_an_unknown_excluded_feature_is_named(clients, load):
    with pytest.raises(InvalidInput, match="excluded_features incom:"):
        load(clients, excluded_features=["incom"])


def test_a_feature_without_a_catalogue_row_is_named(clients, tmp_path):
    clients.to_parquet(tmp_path / "features.parquet")
    with pytest.raises(InvalidInput, match=r"external_score.*row in the catalogue"):
        load_training_data(tmp_path / "features.parquet", {})


@pytest.mark.parametrize("share", [0, 1, -0.1, 1.5])
def test_the_test_share_lies_between_zero_and_one(clients, load, share):
    with pytest.raises(InvalidInput, match="test_share"):
        load(clients, test_share=share)


def test_a_test_set_without_defaults_is_an_error(clients, load):
    few = clients.assign(target=[1] + [0] * (len(clients) - 1))
    with pytest.raises(InvalidInput, match="both outcomes are in the training and the test set"):
        load(few, test_share=0.2)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InvalidInput, match=r"nowhere\.parquet.*01_build_features"):
        load_training_data(tmp_path / "nowhere.parquet", {})


@pytest.mark.parametrize("column", ["client_id", "target"])
def test_a_missing_key_column_is_named(clients, load, column):
    with pytest.raises(InvalidInput, match=f"without column {column}"):
        load(clients.drop(columns=column))


def test_a_client_whose_number_is_text_is_refused(clients, load):
    with pytest.raises(InvalidInput, match=r"column client_id of .*string: .* a whole number; "):
        load(clients.astype({"client_id": str}))


def test_a_client_with_two_rows_is_named(clients, load):
    clients.loc[1, "client_id"] = clients.loc[0, "client_id"]
    with pytest.raises(InvalidInput, match=r"client 100000 .* one row"):
        load(clients)


def test_other_data_have_another_fingerprint(clients, load):
    once, again = load(clients).fingerprint, load(clients).fingerprint
    clients.loc[0, "income"] += 1
    assert once == again != load(clients).fingerprint


def test_features_may_be_a_folder_as_spark_writes_it(clients, tmp_path):
    whole, folder = tmp_path / "features.parquet", tmp_path / "of spark"
    folder.mkdir()
    (folder / "_SUCCESS").touch()
    clients.to_parquet(whole)
    for number, part in enumerate((clients[:500], clients[500:])):
        part.to_parquet(folder / f"part-{number:05}.parquet")
    data, same = (load_training_data(path, describe(clients)) for path in (folder, whole))
    assert data.training.client_id.tolist() == same.training.client_id.tolist()
    assert data.fingerprint == load_training_data(folder, describe(clients)).fingerprint


@pytest.mark.parametrize("seed", [-1, 2**32, 2.5])
def test_a_seed_that_is_none_is_named(seed):
    with pytest.raises(InvalidInput, match=f"seed {seed}: it is a whole number from 0 to"):
        check_seed(seed)


def test_the_catalogue_of_the_split_travels_along(clients, load):
    catalogue = load(clients).catalogue
    assert [name for name, row in catalogue.items() if row.protected] == ["gender"]


def test_every_column_of_a_table_is_of_its_kind_even_without_values(clients, load):
    nobody = load(clients).training.only(np.arange(0))
    kinds = {field.name: str(field.type) for field in nobody.table.schema}
    assert kinds == {**dict.fromkeys(nobody.numeric, "double"), "housing": "string"}


def test_a_model_that_is_held_forgets_what_no_sign_can_hold(clients, load):
    data = load(clients)
    row = data.catalogue["income"].model_copy(update={"ambiguous": True})
    held = replace(data, catalogue={**data.catalogue, "income": row}).held_to_signs()
    assert set(data.training.names) - set(held.training.names) == {"income"}
    assert held.test.names == held.training.names
    assert held.training.signs == {"external_score": -1}
