"""Features that know what could only be known after the decision."""

import numpy as np
import pytest

from lib.training.evidence.suspicion import SUSPICIOUS_AUC, suspicious_features


def named(data) -> list[str]:
    return suspicious_features(data.training)["feature"].tolist()


def test_honest_features_are_not_suspicious(clients, load):
    data = load(clients)
    assert named(data) == []
    assert list(suspicious_features(data.training)) == ["feature", "auc", "marked_defaults"]


def test_a_feature_equal_to_the_outcome_is_reported_but_stays(clients, load):
    data = load(clients.assign(written_off=clients["target"].astype(float)))
    assert named(data) == ["written_off"]
    assert suspicious_features(data.training)["auc"][0] == 1
    assert suspicious_features(data.training)["marked_defaults"][0] == 1
    assert "written_off" in data.training.features


def test_it_may_be_a_category_or_that_a_value_is_missing(clients, load):
    defaulted = clients["target"] == 1
    told = np.where(defaulted, "closed by court", "open")
    missing = np.where(defaulted, np.nan, clients["income"])
    assert sorted(named(load(clients.assign(account=told, last_paid=missing)))) == [
        "account",
        "last_paid",
    ]


def test_a_feature_that_marks_some_defaults_with_certainty_is_reported(clients, load):
    random = np.random.default_rng(0)
    some = (clients["target"] == 1) & (random.random(len(clients)) < 0.3)
    data = load(clients.assign(recovered=np.where(some, random.lognormal(8, 1, len(some)), 0)))
    assert named(data) == ["recovered"]
    assert suspicious_features(data.training)["auc"][0] < SUSPICIOUS_AUC
    assert suspicious_features(data.training)["marked_defaults"][0] == pytest.approx(0.3, abs=0.15)


def test_a_value_seen_once_is_not_wise_by_chance(clients, load):
    assert named(load(clients.assign(name=[f"client {i}" for i in range(len(clients))]))) == []


def test_test_clients_have_no_say_in_it(clients, load):
    honest = load(clients)
    leak = clients["client_id"].isin(honest.test.client_id)
    assert named(load(clients.assign(income=np.where(leak, clients["target"], 0)))) == []


def test_a_feature_missing_for_every_client_looked_at_tells_nothing(clients, load):
    rare = np.where(np.arange(len(clients)) % 97 == 3, 1.0, np.nan)
    assert named(load(clients.assign(rare=rare))) == []


def test_few_clients_leave_nothing_to_judge_by(clients, load):
    few = clients.assign(target=[1, 1] + [0] * (len(clients) - 2))
    assert named(load(few, test_share=0.5)) == []
