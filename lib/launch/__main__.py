"""The commands behind `make`."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from lib.decision import InvalidInput
from lib.launch.bento import IMAGE, build_bento, build_image, export_bento, find_engine
from lib.launch.chain import Chain, run_chain
from lib.launch.environment import conda_environment
from lib.launch.processes import leaving_none_behind
from lib.launch.report import write_report
from lib.launch.servers import (
    Server,
    api_server,
    dashboard_server,
    require_free_port,
    running,
)
from lib.launch.summary import address_lines, card_table, steps_table
from lib.serving.api import ScoringApi
from lib.serving.http.keys import Role, new_key

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, help=__doc__)
console = Console(highlight=False, soft_wrap=True)

Raw = Annotated[str, typer.Option(help="folder of Kaggle's tables; empty makes synthetic ones")]
Clients = Annotated[int, typer.Option(min=100, help="how many synthetic clients")]
Engine = Annotated[str, typer.Option(help="engine of the features")]
Trials = Annotated[int | None, typer.Option(min=1, help="trials of the search")]
ApiPort = Annotated[int, typer.Option(min=1, max=65535)]
DashboardPort = Annotated[int, typer.Option(min=1, max=65535)]
LOGS = Path("data/logs")


def _say(line: str) -> None:
    console.print(f"[{time.strftime('%H:%M:%S')}] {line}", markup=False)


def _chain(raw: str, clients: int, engine: str, trials: int | None) -> Chain:
    return Chain(raw=Path(raw) if raw else None, clients=clients, engine=engine, trials=trials)


@app.command()
def features(raw: Raw = "", clients: Clients = 20_000, engine: Engine = "duckdb") -> None:
    """Build the features (notebook 01)."""
    console.print(steps_table(run_chain(_chain(raw, clients, engine, None), "features", _say)))


@app.command()
def model(
    raw: Raw = "", clients: Clients = 20_000, engine: Engine = "duckdb", trials: Trials = None
) -> None:
    """Go from raw tables to a scorer in the store (notebooks 01 to 03)."""
    console.print(steps_table(run_chain(_chain(raw, clients, engine, trials), "scorer", _say)))


@app.command()
def demo(
    raw: Raw = "",
    clients: Clients = 20_000,
    engine: Engine = "duckdb",
    trials: Trials = None,
    api_port: ApiPort = 3000,
    dashboard_port: DashboardPort = 8866,
) -> None:
    """Run the whole chain, then the API and the dashboard until Ctrl-C."""
    servers = [api_server(api_port), dashboard_server(dashboard_port)]
    for server in servers:
        require_free_port(server)
    chain = _chain(raw, clients, engine, trials)
    reports = run_chain(chain, "scorer", _say)
    with _serving(servers, chain) as processes:
        console.print(steps_table(reports))
        console.print(card_table(ScoringApi(servers[0].url).scorer()))
        for line in address_lines(servers):
            console.print(line, markup=False)
        console.print("Ctrl-C ends both.")
        _wait_for_end(servers, processes)


@app.command()
def serve(api_port: ApiPort = 3000) -> None:
    """Start the API alone."""
    _serve_alone(api_server(api_port))


@app.command()
def dashboard(dashboard_port: DashboardPort = 8866, api_port: ApiPort = 3000) -> None:
    """Start the dashboard alone; the API runs elsewhere."""
    os.environ.setdefault("SCORING_API_URL", f"http://127.0.0.1:{api_port}")
    _serve_alone(dashboard_server(dashboard_port))


@app.command()
def report(
    notebook: Annotated[Path, typer.Argument(help="an executed notebook, such as runs/mine.ipynb")],
    page: Annotated[Path | None, typer.Argument(help="the page; beside the notebook")] = None,
) -> None:
    """Write an executed notebook as one page to read and to hand on, without code."""
    console.print(str(write_report(notebook, page)), markup=False)


@app.command()
def portfolio(dashboard_port: DashboardPort = 8867, api_port: ApiPort = 3000) -> None:
    """Start the page on all clients together; the API runs elsewhere."""
    os.environ.setdefault("SCORING_API_URL", f"http://127.0.0.1:{api_port}")
    _serve_alone(dashboard_server(dashboard_port, "portfolio"))


@app.command()
def environment() -> None:
    """Print the conda environment that goes with requirements.lock."""
    print(conda_environment(Path("requirements.lock").read_text()), end="")


def _serve_alone(server: Server) -> None:
    require_free_port(server)
    with _serving([server], Chain()) as processes:
        for line in address_lines([server]):
            console.print(line, markup=False)
        _wait_for_end([server], processes)


@contextmanager
def _serving(servers: list[Server], chain: Chain) -> Iterator[list[subprocess.Popen[bytes]]]:
    environment = {
        "SCORING_PORTFOLIO": os.environ.get("SCORING_PORTFOLIO") or str(chain.portfolio.resolve()),
        "SCORING_API_URL": os.environ.get("SCORING_API_URL")
        or f"http://127.0.0.1:{servers[0].port}",
    }
    with ExitStack() as stack:
        yield [
            stack.enter_context(running(server, environment, LOGS / f"{server.name}.log", _say))
            for server in servers
        ]


def _wait_for_end(servers: list[Server], processes: list[subprocess.Popen[bytes]]) -> None:
    """Wait for Ctrl-C, or complain when a server ends by itself."""
    while True:
        for server, process in zip(servers, processes, strict=True):
            if process.poll() is not None:
                raise InvalidInput(
                    f"the {server.name}",
                    f"it ended by itself with code {process.returncode}",
                    f"read {LOGS / server.name}.log",
                )
        time.sleep(0.5)


@app.command()
def bento() -> None:
    """Build the Bento with the scorer in place, and export it to bentos/."""
    tag = build_bento()
    path = export_bento(tag)
    console.print(f"✓ {tag} in bentos/{path.name} ({path.stat().st_size / 1e6:.1f} MB)")


@app.command()
def container() -> None:
    """Build the Bento's container image with the first engine that answers."""
    engine = find_engine()
    tag = build_bento()
    _say(f"image of {tag} with {engine} …")
    build_image(tag, engine)
    console.print(f"✓ {IMAGE}")


@app.command()
def key(
    name: Annotated[str, typer.Argument(help="of the system that will hold the key")],
    role: Annotated[Role, typer.Argument(help="what it opens")] = Role.SCORING,
) -> None:
    """Make an API key: it is shown once, and its line goes to the service."""
    secret, made = new_key(name, role)
    console.print("The key, for the header X-API-Key; it is shown this once:")
    console.print(f"  {secret}", markup=False)
    console.print("Its line, for SCORING_API_KEYS or the file of SCORING_API_KEYS_FILE:")
    console.print(f"  {made}", markup=False)


def main() -> int:
    """Run a command; bad input is one line on stderr and exit code 1."""
    os.environ.setdefault("BENTOML_HOME", str(Path(".bentoml").resolve()))
    os.environ.setdefault("BENTOML_DO_NOT_TRACK", "True")
    # Threads that wait in a loop slow each other down wherever the machine has other work.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    try:
        with leaving_none_behind():
            app(standalone_mode=False)
    except InvalidInput as error:
        print(f"✗ {error}", file=sys.stderr)
        return 1
    except typer.Exit as end:
        return end.exit_code
    except (KeyboardInterrupt, typer.Abort):
        print("Ended.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
