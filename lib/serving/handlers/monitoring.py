"""What became of credits, and whether the scorer still fits."""

from lib.portfolio import NotFound
from lib.serving.http.lateness import require_in_time
from lib.serving.journal.outcomes import record_outcomes
from lib.serving.journal.recording import author
from lib.serving.monitored import read_report
from lib.serving.resources import Resources
from lib.serving.wire import (
    MonitoringReport,
    MonitoringRequest,
    OutcomesRecorded,
    OutcomesRequest,
)


def outcomes(resources: Resources, request: OutcomesRequest) -> OutcomesRecorded:
    """Record what became of credits, each tied to the score and the decision that it followed.

    Raises
    ------
    InvalidInput
        If one belongs to no score: it names them, and none is recorded.
    """
    # A caller who was told that it took too long must not find it recorded.
    return record_outcomes(resources.journal, request.outcomes, author(), require_in_time)


def monitoring(resources: Resources, request: MonitoringRequest) -> MonitoringReport:
    """Tell whether the scorer still fits, as the last run of the monitoring found it.

    Raises
    ------
    NotFound
        If it was never run.
    """
    report = read_report(resources.monitoring)
    if report is None:
        raise NotFound(
            "monitoring", "it has been run", "have the operator run `make monitor` once a day, say"
        )
    return report
