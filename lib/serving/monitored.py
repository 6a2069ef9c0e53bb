"""What the last run of the monitoring found, as the service tells it: read from its file.

The service computes none of it: figures take libraries that the Bento does not hold, and they
change once a day, not with a request.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from pydantic import ValidationError

from lib.decision import InvalidInput
from lib.serving.wire import Level, MonitoringReport

# As figures can be compared: an alarm is set at 2, a warning at 1.
LEVEL_NUMBERS: dict[Level, float] = {"green": 0.0, "amber": 1.0, "red": 2.0, "unknown": -1.0}


def read_report(path: Path) -> MonitoringReport | None:
    """Read a report; None where there is none.

    Raises
    ------
    InvalidInput
        If the file holds something else.
    """
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return None
    try:
        return MonitoringReport.model_validate_json(text)
    except ValidationError as error:
        raise InvalidInput(
            f"monitoring {path.name}", "it is a report of this version", "run `make monitor` again"
        ) from error


def write_report(report: MonitoringReport, path: Path) -> None:
    """Write a report in the place of the one that is there, at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    written = path.with_name(f"{path.name}.part")
    written.write_text(report.model_dump_json(indent=1), encoding="utf-8")
    written.replace(path)


class MonitoredGauges(Collector):
    """Gives the figures of the last report as gauges, each with its level.

    Parameters
    ----------
    path : Path
        Of the report; where there is none, there are no gauges.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def collect(self) -> Iterator[Metric]:
        """Read the report and give its gauges."""
        try:
            report = read_report(self.path)
        except InvalidInput:
            return  # the other figures are told all the same
        if report is None:
            return
        value = GaugeMetricFamily(
            "credit_scoring_monitoring_value",
            "A figure of the monitoring, by name",
            labels=["figure"],
        )
        level = GaugeMetricFamily(
            "credit_scoring_monitoring_level",
            "How bad it is: 0 green, 1 amber, 2 red, -1 unknown",
            labels=["figure"],
        )
        for figure in report.figures:
            level.add_metric([figure.name], LEVEL_NUMBERS[figure.level])
            if figure.value is not None:
                value.add_metric([figure.name], figure.value)
        yield value
        yield level
        yield GaugeMetricFamily(
            "credit_scoring_monitoring_timestamp_seconds",
            "When the monitoring last ran",
            value=datetime.fromisoformat(report.created).timestamp(),
        )
