"""What is compiled goes as JSON to where it runs, and there need be neither Ibis nor pandas."""

import json
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from lib.decision import InvalidInput
from lib.features.build import build_features, unbound_tables
from lib.features.one_client import CompiledFeatures
from tests.features.histories import any_client, quarters

PROJECT = Path(__file__).parents[2]
SERVING = """
import json, sys
from tests.benchmarks.absent import take_away
take_away("ibis", "pandas")
from lib.features.one_client import CompiledFeatures
from lib.features.one_client import ClientFeatures
asked = json.load(sys.stdin)
print(json.dumps(ClientFeatures(CompiledFeatures.from_json(asked["compiled"]))(asked["records"])))
"""


def test_it_comes_back_from_json_as_it_was(compiled):
    assert CompiledFeatures.from_json(compiled.to_json()) == compiled


def test_it_has_the_columns_of_the_batch_in_their_order(compiled):
    assert compiled.columns == build_features(unbound_tables()).columns


def test_the_last_query_gives_only_what_joining_adds(compiled):
    blocks = {name for query in compiled.queries[:-1] for name in query.columns}
    added = set(compiled.finish.columns)
    assert "debt_elsewhere_to_income" in added - blocks
    assert "number_of_credits_elsewhere" in added & blocks  # 0 where there is no history
    assert "income_total" not in added
    assert blocks | added == set(compiled.columns)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"tables": {}}', '{"tables": {"bureau": 1}}'])
def test_other_json_is_refused(text):
    with pytest.raises(InvalidInput, match="compiled features"):
        CompiledFeatures.from_json(text)


def test_it_runs_where_neither_ibis_nor_pandas_can_be_imported(compiled, client_features):
    records = any_client(1, Random(3), quarters)  # noqa: S311
    served = subprocess.run(
        [sys.executable, "-c", SERVING],
        input=json.dumps({"compiled": compiled.to_json(), "records": records}),
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(served.stdout) == client_features(records)
    assert served.stderr == ""
