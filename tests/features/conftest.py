"""Raw tables made by hand: what a test does not say is missing."""

from collections.abc import Callable
from typing import Any

import pytest

from lib.features.one_client import ClientFeatures, Records

Rows = dict[int, dict[str, Any]]


@pytest.fixture(scope="session")
def client_features() -> ClientFeatures:
    return ClientFeatures()


@pytest.fixture(scope="session")
def features_of(client_features) -> Callable[[Records], Rows]:
    """Features of all clients of hand-made records, by client."""

    def build(records: Records) -> Rows:
        return {row["client_id"]: row for row in client_features(records).to_pylist()}

    return build
