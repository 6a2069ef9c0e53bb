"""What the compose file takes from the operator, read without an engine."""

import re

import yaml

from tests.conftest import PROJECT

COMPOSE = (PROJECT / "bentos" / "compose.yaml").read_text(encoding="utf-8")
OPERATIONS = (PROJECT / "docs" / "operations.md").read_text(encoding="utf-8")


def test_each_variable_has_its_line_in_the_documentation() -> None:
    rows = [line for line in OPERATIONS.splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[1])}
    taken = set(re.findall(r"\$\{(\w+)", COMPOSE))
    assert "TZ" in taken
    assert taken <= named


def test_pages_tell_the_time_of_the_place_that_the_operator_names_or_utc() -> None:
    dashboard = yaml.safe_load(COMPOSE)["services"]["dashboard"]
    assert dashboard["environment"]["TZ"] == "${TZ:-UTC}"
