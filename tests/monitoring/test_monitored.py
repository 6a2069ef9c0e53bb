"""The service tells the last report, as an answer and as gauges; the page shows it in words."""

from datetime import date
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from lib.dashboard.monitoring import MonitoringPage
from lib.dashboard.visitor import Visit
from lib.decision import InvalidInput
from lib.features.description import Text
from lib.monitoring.levels import RULES
from lib.serving.monitored import MonitoredGauges, read_report, write_report
from lib.serving.people import PersonRole
from lib.serving.wire import (
    GrantedByOutcome,
    GroupOversight,
    HistoryPoint,
    MonitoredFigure,
    MonitoringReport,
    Overrides,
)
from tests.dashboard.reading import read


@pytest.fixture
def report() -> MonitoringReport:
    """A report with a figure of every kind."""
    values = {"score_psi": 0.3, "auc_fall": None, "override_share": 0.05, "days_waiting": 3.0}
    figures = [
        MonitoredFigure(
            name=rule.name,
            part=rule.part,
            label=rule.label,
            unit=rule.unit,
            value=values[rule.name],
            level=rule.level(values[rule.name]),
            amber=rule.amber,
            red=rule.red,
            sentence=Text("Dit <ainsi>.", "Said <so>."),
            history=[
                HistoryPoint(first_day=date(2026, 11, day), value=0.1 * day, level="green")
                for day in (1, 2)
            ],
        )
        for rule in RULES.values()
        if rule.name in values
    ]
    return MonitoringReport(
        created="2026-11-26T09:00:00+00:00",
        scorer="credit_scorer:a",
        first_day=date(2026, 11, 1),
        last_day=date(2026, 11, 30),
        reference=Text("la référence", "the reference"),
        clients=1_234,
        outcomes=56,
        figures=figures,
        persons=[
            Overrides(
                by="anna",
                decisions=20,
                granted_against=2,
                refused_against=1,
                outcomes=2,
                defaults=1,
            )
        ],
        groups=[
            GroupOversight(
                attribute=Text("Sexe", "Gender"),
                group=Text("Femme", "Woman"),
                clients=13,
                decisions=12,
                granted_against=2,
                refused_against=1,
                outcomes=2,
                defaults=1,
                waiting=4,
                hours=None,
            )
        ],
        granted=[GrantedByOutcome(outcome="defaulted", with_model=1_005, against_model=1)],
    )


def test_a_report_is_read_as_it_was_written(report: MonitoringReport, tmp_path: Path) -> None:
    path = tmp_path / "monitoring" / "report.json"
    assert read_report(path) is None
    write_report(report, path)
    assert read_report(path) == report
    path.write_text('{"created": "today"}')
    with pytest.raises(InvalidInput, match="a report of this version"):
        read_report(path)


def test_gauges_have_value_and_level_of_each_figure(
    report: MonitoringReport, tmp_path: Path
) -> None:
    path = tmp_path / "report.json"
    registry = CollectorRegistry()
    registry.register(MonitoredGauges(path))
    assert generate_latest(registry) == b""
    write_report(report, path)
    told = generate_latest(registry).decode()
    assert 'credit_scoring_monitoring_value{figure="score_psi"} 0.3' in told
    assert 'credit_scoring_monitoring_level{figure="score_psi"} 2.0' in told
    assert 'credit_scoring_monitoring_level{figure="days_waiting"} 1.0' in told
    assert 'credit_scoring_monitoring_level{figure="auc_fall"} -1.0' in told
    assert 'value{figure="auc_fall"}' not in told
    assert "credit_scoring_monitoring_timestamp_seconds 1.795683" in told
    path.write_text("{}")
    assert generate_latest(registry) == b""


class Told:
    """An API that has a report."""

    def __init__(self, report: MonitoringReport) -> None:
        self.report = report

    def monitoring(self) -> MonitoringReport:
        return self.report


def test_the_page_says_levels_sentences_and_tables_in_both_languages(
    report: MonitoringReport,
) -> None:
    page = MonitoringPage(Told(report))  # type: ignore[arg-type]
    page.open(Visit(query="lang=en"))
    page._calls.release()
    words = page.parts["inputs"].value
    assert "Spread of the risks" in words
    assert "Said &lt;so&gt;." in words
    assert ">act<" in words
    assert "monitoring-red" in words
    assert words.count("<circle") == 2
    assert "too few clients" in page.parts["after_outcomes"].value
    assert "3 days" in page.parts["oversight"].value
    assert '<th scope="row">anna</th>' in page.parts["oversight"].value
    said = read(page.parts["oversight"].value)
    assert "Gender – Woman 12 2 1 2 1 4 –" in said
    assert "Defaulted 1,005 1" in said
    assert "1,234 clients scored" in page._title.value
    page.state.language = "fr"
    assert "Répartition des risques" in page.parts["inputs"].value
    assert "Dit &lt;ainsi&gt;." in page.parts["inputs"].value
    assert "Sexe – Femme 12 2 1 2 1 4 –" in read(page.parts["oversight"].value)


def test_it_is_for_the_head_alone() -> None:
    assert PersonRole.HEAD.may_open("monitoring")
    assert PersonRole.HEAD.may_ask("/monitoring")
    assert PersonRole.HEAD.may_ask("/outcomes")
    for role in (PersonRole.MANAGER, PersonRole.AUDITOR):
        assert not role.may_open("monitoring")
        assert not role.may_ask("/monitoring")
        assert not role.may_ask("/outcomes")
