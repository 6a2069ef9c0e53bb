"""Raw tables made by hand: what a test does not say is missing."""

from collections.abc import Callable
from typing import Any

import pytest

from lib.features.compiling import compile_features
from lib.features.one_client import ClientFeatures, CompiledFeatures
from lib.features.one_client.records import Records, as_tables

Rows = dict[int, dict[str, Any]]


@pytest.fixture(scope="session")
def compiled() -> CompiledFeatures:
    return compile_features()


@pytest.fixture(scope="session")
def client_features(compiled) -> ClientFeatures:
    return ClientFeatures(compiled)


@pytest.fixture(scope="session")
def features_of(compiled, client_features) -> Callable[[Records], Rows]:
    """Features of all clients of hand-made records, by client; orphans are left out."""

    def build(records: Records) -> Rows:
        return client_features.from_arrow(as_tables(records, compiled.tables))

    return build
