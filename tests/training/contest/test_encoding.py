"""Encoding for a linear model: values are standardised, and a rare lack is no loud voice."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from lib.training.contest import encoding as module
from lib.training.contest.encoding import ValueScaler, encoded, fit_encoder, for_linear_model

CLIENTS = 2_000


@pytest.fixture
def clients() -> pd.DataFrame:
    """Give clients of whom two lack a price, and every second lacks an age."""
    draw = np.random.default_rng(1)
    price, age = draw.normal(200.0, 50.0, CLIENTS), draw.normal(40.0, 8.0, CLIENTS)
    price[:2] = np.nan
    age[::2] = np.nan
    return pd.DataFrame({"price": price, "age": age})


def test_a_matrix_is_written_some_clients_at_a_time(clients, monkeypatch) -> None:
    encode = for_linear_model(["price", "age"], []).fit(clients)
    whole = encode.transform(clients)
    monkeypatch.setattr(module, "BLOCK", 300)  # the last block is shorter
    for rows in (clients, clients.iloc[:1], clients.iloc[:300]):
        matrix = encoded(encode, rows)
        assert matrix.dtype == np.float32
        np.testing.assert_array_equal(matrix, whole[: len(rows)].astype(np.float32))


def test_an_encoder_of_many_clients_learns_from_some_at_even_distances(
    clients, monkeypatch
) -> None:
    monkeypatch.setattr(module, "MOST_LEARNED_FROM", 500)
    few = fit_encoder(for_linear_model(["price", "age"], []), clients)
    expected = for_linear_model(["price", "age"], []).fit(clients.iloc[::4])
    np.testing.assert_array_equal(few.transform(clients), expected.transform(clients))


def test_values_are_standardised_and_indicators_stay_0_and_1(clients: pd.DataFrame) -> None:
    matrix = for_linear_model(["price", "age"], []).fit_transform(clients)
    assert matrix[:, :2].mean(axis=0) == pytest.approx([0.0, 0.0], abs=1e-12)
    assert matrix[:, :2].std(axis=0) == pytest.approx([1.0, 1.0])
    assert matrix[:, 2].tolist() == clients["price"].isna().tolist()
    assert matrix[:, 3].tolist() == clients["age"].isna().tolist()


def test_what_two_clients_lack_decides_little(clients: pd.DataFrame) -> None:
    repaid = np.random.default_rng(2).random(CLIENTS) < 0.5
    repaid[:2] = True
    model = make_pipeline(for_linear_model(["price", "age"], []), LogisticRegression(C=0.01))
    model.fit(clients, repaid)
    lacking = pd.DataFrame({"price": [np.nan], "age": [40.0]})
    average = pd.DataFrame({"price": [200.0], "age": [40.0]})
    difference = model.decision_function(lacking) - model.decision_function(average)
    assert abs(difference[0]) < 0.05


def test_without_values_or_without_indicators_nothing_else_changes() -> None:
    numbers = np.array([[1.0, 4.0], [3.0, 8.0]])
    assert ValueScaler(values=2).fit_transform(numbers).tolist() == [[-1, -1], [1, 1]]
    assert ValueScaler(values=0).fit_transform(numbers).tolist() == numbers.tolist()


def test_it_can_be_cloned_as_the_search_does() -> None:
    assert clone(ValueScaler(values=3)).get_params() == {"values": 3}
