"""The benchmark of the selection runs from end to end and prints what it promises."""

import json

import pytest

from tests.benchmarks.measurement import Cost
from tests.benchmarks.selection import figures, main

KEYS = {"overhead", "cpu_overhead", "seconds", "cpu_seconds", "peak_gib"}
KEYS |= {"features", "winner", "business_cost"}


def test_it_runs_from_end_to_end(features_by_duckdb, tmp_path, capsys):
    given = ["--features", str(features_by_duckdb), "--data", str(tmp_path)]
    assert main([*given, "--trials", "2", "--lightgbm-trials", "2"]) == 0
    printed = capsys.readouterr().out.splitlines()
    measured = json.loads(printed[-1])
    assert measured.keys() == KEYS
    assert all(measured[name] > 0 for name in KEYS - {"winner", "overhead", "cpu_overhead"})
    assert any("Candidates, out-of-fold" in line for line in printed)
    assert any("growing its trees alone" in line for line in printed)
    assert list(tmp_path.iterdir()) == []


def test_overhead_is_what_the_search_takes_beyond_its_trees():
    trials = {"search_seconds": 12.0, "training_seconds": 10.0}
    trials |= {"search_cpu_seconds": 21.0, "training_cpu_seconds": 20.0}
    chosen = {"features": 40, "winner": "dummy", "business_cost": 0.5}
    summed = figures(Cost(100.0, 150.0, 1.5), trials, chosen)
    assert summed["overhead"] == pytest.approx(0.2)
    assert summed["cpu_overhead"] == pytest.approx(0.05)
    assert (summed["seconds"], summed["peak_gib"]) == (100.0, 1.5)
