"""What the user reads at the end: addresses, the scorer, the measured figures."""

from collections.abc import Iterable, Sequence

from rich.table import Table

from lib.launch.servers import Server
from lib.launch.steps import StepReport
from lib.serving.wire import ScorerCard


def steps_table(reports: Iterable[StepReport]) -> Table:
    """Lay out time and memory of each step."""
    table = Table(title="Steps")
    table.add_column("step")
    table.add_column("seconds", justify="right")
    table.add_column("peak MiB", justify="right")
    for report in reports:
        note = " (earlier run)" if report.reused else ""
        table.add_row(report.name + note, f"{report.seconds:.1f}", f"{report.peak_mib:,.0f}")
    return table


def card_table(card: ScorerCard) -> Table:
    """Lay out what is deployed and its figures on the test set."""
    table = Table(title=f"Scorer {card.tag}")
    table.add_column("figure")
    table.add_column("value", justify="right")
    table.add_row("candidate", card.candidate)
    table.add_row("threshold", f"{card.threshold:.4f}")
    table.add_row(
        "costs, missed default : refused good",
        f"{card.costs.missed_default:g} : {card.costs.refused_good:g}",
    )
    for name, value in card.metrics.items():
        table.add_row(name.replace("_", " "), f"{value:.4f}")
    return table


def address_lines(servers: Sequence[Server]) -> list[str]:
    """One line for each address."""
    return [f"{server.name:>10}  {server.url}" for server in servers]
