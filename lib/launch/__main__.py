"""The commands behind `make`.

What only one of them needs is imported within it: all of it together takes ten seconds.
"""

import os
import re
import signal
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from getpass import getpass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from lib.decision import InvalidInput
from lib.decision.faults import system_fault
from lib.launch import parameters as types
from lib.launch.bento import (
    API_IMAGE,
    DASHBOARD,
    PROXY,
    SECRETS,
    SIGN_IN,
    build_api_image,
    build_bento,
    build_image,
    export_bento,
    find_engine,
    write_secrets,
)
from lib.launch.chain import Chain, run_chain, scorer_folder, store_home
from lib.launch.environment import conda_environment
from lib.launch.notebooks import NOTEBOOKS, execute, write_report
from lib.launch.servers import (
    Server,
    api_server,
    dashboard_server,
    leaving_none_behind,
    require_free_ports,
    running,
)
from lib.launch.steps import steps_table
from lib.serving.api import ApiFault, ScoringApi
from lib.serving.http.keys import Role, new_key
from lib.serving.people import Person, PersonRole
from lib.serving.settings import Settings
from lib.serving.wire import ScorerCard

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, help=__doc__)
console = Console(highlight=False, soft_wrap=True)
LOGS = Path("data/logs")
INTERRUPTED = 128 + signal.SIGINT  # as shells give it
MOST_DAYS = 36_500  # a hundred years: longer is for good
VISIBLE_ASCII = re.compile("[!-~]+")

# Variables of `make`, as the texts that they are: `_read` turns them into values.
Raw = Annotated[str, typer.Option(help="folder of Kaggle's tables; empty makes synthetic ones")]
Clients = Annotated[str, typer.Option(help="how many synthetic clients")]
Engine = Annotated[str, typer.Option(help="engine of the features")]
Trials = Annotated[str, typer.Option(help="trials of the search; empty is the notebook's default")]
Days = Annotated[
    int, typer.Option(min=0, max=MOST_DAYS, help="that it opens, from today; 0: for good")
]
Port = Annotated[str, typer.Option(help="where it listens")]

VARIABLES: Mapping[str, Any] = {
    "RAW": types.RawTables,
    "CLIENTS": types.SyntheticClients,
    "ENGINE": types.Engine,
    "TRIALS": types.TrialsOrDefault,
    "FEATURES": types.File,
    "OUT": types.Folder,
    "EXPLAIN": types.Explained,
    "API_PORT": types.Port,
    "DASHBOARD_PORT": types.Port,
    "PORTFOLIO_PORT": types.Port,
    "MONITORING_PORT": types.Port,
}


@app.command()
def features(raw: Raw = "", clients: Clients = "20000", engine: Engine = "duckdb") -> None:
    """Build the features (notebook 01)."""
    chain = _chain(_read(RAW=raw, CLIENTS=clients, ENGINE=engine))
    console.print(steps_table(run_chain(chain, "features", _say)))


@app.command()
def model(
    raw: Raw = "", clients: Clients = "20000", engine: Engine = "duckdb", trials: Trials = ""
) -> None:
    """Go from raw tables to a scorer in the store (notebooks 01 to 03)."""
    chain = _chain(_read(RAW=raw, CLIENTS=clients, ENGINE=engine, TRIALS=trials))
    console.print(steps_table(run_chain(chain, "scorer", _say)))


@app.command()
def retrain(
    raw: Raw = "", clients: Clients = "20000", engine: Engine = "duckdb", trials: Trials = ""
) -> None:
    """Build a challenger on old and new outcomes (notebooks 02 and 03); nobody is served by it."""
    from lib.launch.retraining import retrain as retrain_chain

    chain = _chain(_read(RAW=raw, CLIENTS=clients, ENGINE=engine, TRIALS=trials))
    reports, tag = retrain_chain(chain, Settings.from_environment().journal, _say)
    console.print(steps_table(reports))
    console.print(
        f"✓ {tag}: SCORING_SHADOW={tag} lets it score silently, `make promote` asks for the place",
        markup=False,
    )


@app.command()
def promote(
    challenger: Annotated[str, typer.Option(help="its tag; empty: the newest one")] = "",
) -> None:
    """Give a challenger the place, if it surely costs less and outcomes do not object."""
    from lib.launch.retraining import promote as promote_challenger

    settings = Settings.from_environment()
    chain = Chain(served_portfolio=settings.portfolio)
    page = promote_challenger(chain, settings.journal, challenger)
    console.print(f"✓ what came of it, and what changes for whom: {page}", markup=False)


@app.command()
def demo(
    raw: Raw = "",
    clients: Clients = "20000",
    engine: Engine = "duckdb",
    trials: Trials = "",
    api_port: Port = "3000",
    dashboard_port: Port = "8866",
) -> None:
    """Run the whole chain, then the API and the dashboard until Ctrl-C."""
    chain_variables = {"RAW": raw, "CLIENTS": clients, "ENGINE": engine, "TRIALS": trials}
    given = _read(**chain_variables, API_PORT=api_port, DASHBOARD_PORT=dashboard_port)
    api, page = api_server(given["API_PORT"]), dashboard_server(given["DASHBOARD_PORT"])
    require_free_ports(api, page)
    key = _checked_key()
    _check_amounts()
    reports = run_chain(_chain(given), "scorer", _say)

    def tell() -> None:
        console.print(steps_table(reports))
        console.print(_card_table(ScoringApi(api.url, key).scorer()))

    _serve([api, page], api.port, tell)


@app.command()
def serve(api_port: Port = "3000") -> None:
    """Start the API alone."""
    server = api_server(_read(API_PORT=api_port)["API_PORT"])
    require_free_ports(server)
    settings = Settings.from_environment()
    _require_scorer(settings.model)
    if settings.shadow:
        _require_scorer(settings.shadow, "set SCORING_SHADOW to a tag that is there, or to nothing")
    _serve([server], server.port)


@app.command()
def dashboard(dashboard_port: Port = "8866", api_port: Port = "3000") -> None:
    """Start the manager's page alone; the API runs elsewhere."""
    given = _read(DASHBOARD_PORT=dashboard_port, API_PORT=api_port)
    _serve_page(dashboard_server(given["DASHBOARD_PORT"]), given["API_PORT"])


@app.command()
def portfolio(portfolio_port: Port = "8867", api_port: Port = "3000") -> None:
    """Start the page on all clients together alone; the API runs elsewhere."""
    given = _read(PORTFOLIO_PORT=portfolio_port, API_PORT=api_port)
    _serve_page(dashboard_server(given["PORTFOLIO_PORT"], "portfolio"), given["API_PORT"])


@app.command()
def monitoring(monitoring_port: Port = "8868", api_port: Port = "3000") -> None:
    """Start the page on how the scorer is doing alone; the API runs elsewhere."""
    given = _read(MONITORING_PORT=monitoring_port, API_PORT=api_port)
    _serve_page(dashboard_server(given["MONITORING_PORT"], "monitoring"), given["API_PORT"])


@app.command()
def report(
    notebook: Annotated[Path, typer.Argument(help="an executed notebook, such as runs/mine.ipynb")],
    page: Annotated[Path | None, typer.Argument(help="the page; beside the notebook")] = None,
) -> None:
    """Write an executed notebook as one page to read and to hand on, without code."""
    console.print(str(write_report(notebook, page)), markup=False)


@app.command()
def outcomes(
    file: Annotated[Path, typer.Argument(help="CSV: client_id, day, defaulted, maybe score_id")],
) -> None:
    """Take what became of credits into the journal: all rows, or none."""
    from lib.serving.journal import Journal
    from lib.serving.journal.entries import OPERATOR
    from lib.serving.journal.outcomes import read_outcomes, record_outcomes

    journal = Journal(Settings.from_environment().journal)
    try:
        recorded = record_outcomes(journal, read_outcomes(file), OPERATOR)
    finally:
        journal.close()
    console.print(
        f"✓ {recorded.recorded:,} outcomes recorded, {recorded.known_before:,} known before; "
        f"{recorded.overrides:,} follow an override",
        markup=False,
    )


@app.command()
def monitor(
    period: Annotated[str, typer.Option(help="such as 2026-11; empty: the last 90 days")] = "",
    reference: Annotated[str, typer.Option(help="another period; empty: the scorer's card")] = "",
) -> None:
    """Watch the scorer (notebook 04): the report of the page and the gauges, and a page of HTML."""
    settings = Settings.from_environment()
    _require_scorer(settings.model)
    copy = Chain().runs / f"{datetime.now():%Y-%m-%d-%H%M%S}" / "04_monitor.ipynb"
    execute(
        NOTEBOOKS / "04_monitor.ipynb",
        copy,
        {
            "journal": settings.journal,
            "period": period,
            "reference": reference,
            "portfolio": str(settings.portfolio),
            "scorer": settings.model,
            "report": str(settings.monitoring),
        },
    )
    console.print(f"✓ {settings.monitoring}, and for people {write_report(copy)}", markup=False)


@app.command()
def rollback(
    tag: Annotated[str, typer.Option(help="whom it goes to; empty: who had it before")] = "",
) -> None:
    """Give the place back to the scorer that had it before, and score the known clients by it."""
    from lib.features.file import columns_of_features
    from lib.portfolio import build_portfolio
    from lib.scoring import store

    features, portfolio = Chain().features, Settings.from_environment().portfolio
    before, back = store.latest_tag(), store.rolled_back_to(tag or None)
    scorer = store.load_scorer(back)
    still = f"{portfolio} holds scores of {before} still"
    # The place comes last: if this fails, the same command goes to the same scorer again.
    if not features.exists():
        told = f"{features} is not there: {still}"
    elif lacking := set(scorer.features) - set(columns_of_features(features)):
        told = f"{features} has no {min(lacking)}, which {back} was asked to read: {still}"
    else:
        clients = build_portfolio(features, scorer, back, portfolio)
        told = f"✓ {clients:,} clients in {portfolio}, scored by it"
    store.roll_back(back)
    console.print(f"✓ {back} has the place of {before}; the API takes it when it starts again")
    console.print(told, markup=False)


@app.command()
def dossier(
    answers: Annotated[
        Path, typer.Option(help="what people have to say; written once, then only read")
    ] = Path("dossier_answers.toml"),
    folder: Annotated[Path, typer.Option(help="where the pages go")] = Path("data/dossier"),
) -> None:
    """Write what the law asks to be told of the scorer in place, in French and in English."""
    from lib.dossier.build import build_dossier

    settings = Settings.from_environment()
    _require_scorer(settings.model)
    built = build_dossier(settings, answers, folder)
    for page in built.pages:
        console.print(str(page), markup=False)
    console.print(
        f"{built.open_fields} of {built.fields} fields are left to people: write into {answers}",
        markup=False,
    )


@app.command()
def score(
    features: Annotated[str, typer.Option(help="a file of features, or a folder of such files")],
    out: Annotated[str, typer.Option(help="folder of the scores; there is none, or older ones")],
    engine: Annotated[str, typer.Option(help="pyspark: in its executors; else here")] = "duckdb",
    explain: Annotated[str, typer.Option(help="refusals: with their reasons; else empty")] = "",
) -> None:
    """Score all clients of a file or folder of features, of any size."""
    from lib.portfolio.batch.score import score_features

    given = _read(FEATURES=features, OUT=out, ENGINE=engine, EXPLAIN=explain)
    tag = Settings.from_environment().model
    _require_scorer(tag)
    folder = scorer_folder(tag)
    scored = score_features(
        Path(given["FEATURES"]).expanduser(),
        folder,
        f"{folder.parent.name}:{folder.name}",
        Path(given["OUT"]).expanduser(),
        explained=bool(given["EXPLAIN"]),
        on_spark=given["ENGINE"] == "pyspark",
    )
    console.print(
        f"✓ {scored.clients:,} clients scored by {folder.parent.name}:{folder.name} in "
        f"{scored.output}, {scored.seconds:.1f} s; {scored.parts} parts, "
        f"{scored.resumed} of them from an earlier run",
        markup=False,
    )


@app.command()
def environment() -> None:
    """Print the conda environment that goes with requirements.lock."""
    print(conda_environment(Path("requirements.lock").read_text()), end="")


def _say(line: str) -> None:
    console.print(f"[{time.strftime('%H:%M:%S')}] {line}", markup=False)


def _read(**texts: str) -> dict[str, Any]:
    return types.read_variables(texts, VARIABLES)


def _check_amounts() -> None:
    """Refuse a currency that is none before anything starts."""
    from lib.dashboard.amounts import amount_settings

    amount_settings()


def _chain(given: Mapping[str, Any]) -> Chain:
    from lib.dashboard.amounts import CURRENCY

    return Chain(
        raw=Path(given["RAW"]) if given["RAW"] else None,
        clients=given["CLIENTS"],
        engine=given["ENGINE"],
        trials=given.get("TRIALS"),
        # One setting for the pages and for the report.
        currency=os.environ.get(CURRENCY) or None,
    )


def _checked_key() -> str | None:
    """Give the key that calls to our own API must carry, after a look at all keys."""
    key = os.environ.get("SCORING_API_KEY") or None
    if key and not VISIBLE_ASCII.fullmatch(key):
        raise InvalidInput(
            "SCORING_API_KEY",
            "a header can carry it: visible ASCII characters, without spaces",
            "set another key, or none",
        )
    if Settings.from_environment().keys and not key:
        raise InvalidInput(
            "SCORING_API_KEY",
            "it holds a key where the API asks for one, since the dashboard has to send it",
            "set it to a key, or unset SCORING_API_KEYS and SCORING_API_KEYS_FILE",
        )
    return key


def _require_scorer(tag: str, remedy: str = "run `make model` first") -> None:
    if not scorer_folder(tag).is_dir():
        raise InvalidInput(f"scorer {tag}", f"it is in the store {store_home()}", remedy)


def _serve_page(server: Server, api_port: int) -> None:
    require_free_ports(server)
    _check_amounts()
    _serve([server], api_port)


def _serve(servers: list[Server], api_port: int, tell: Callable[[], None] = lambda: None) -> None:
    """Start servers, tell what there is to see, and wait for Ctrl-C."""
    settings = {
        "SCORING_PORTFOLIO": str(Chain().portfolio.resolve()),
        "SCORING_API_URL": f"http://127.0.0.1:{api_port}",
    }
    settings |= {name: os.environ[name] for name in settings if os.environ.get(name)}
    with ExitStack() as stack:
        processes = {
            server.name: stack.enter_context(running(server, settings, _log(server.name), _say))
            for server in servers
        }
        tell()
        for server in servers:
            console.print(f"{server.name:>10}  {server.url}", markup=False)
        console.print(f"Ctrl-C ends {'both' if len(servers) > 1 else 'it'}.")
        while True:
            for name, process in processes.items():
                if process.poll() is not None:
                    raise InvalidInput(
                        f"the {name}",
                        f"it ended by itself with code {process.returncode}",
                        f"read {_log(name)}",
                    )
            time.sleep(0.5)


def _log(name: str) -> Path:
    return LOGS / f"{name}.log"


def _card_table(card: ScorerCard) -> Table:
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


@app.command()
def bento() -> None:
    """Build the Bento with the scorer in place, and export it to bentos/."""
    tag = build_bento()
    path = export_bento(tag)
    console.print(f"✓ {tag} in bentos/{path.name} ({path.stat().st_size / 1e6:.1f} MB)")


@app.command()
def container(
    tag: Annotated[str, typer.Option(help="of all images, beside the Bento's version")] = "latest",
) -> None:
    """Build the images of API, dashboard, proxy and sign-in with the first engine that answers."""
    engine = find_engine()
    bento = build_bento()
    version = bento.partition(":")[2]
    builders: dict[str, Callable[[str, list[str]], None]] = {
        API_IMAGE: partial(build_api_image, bento),
        DASHBOARD.name: partial(build_image, DASHBOARD),
        PROXY.name: partial(build_image, PROXY),
        SIGN_IN.name: partial(build_image, SIGN_IN),
    }
    for image, build in builders.items():
        names = [f"{image}:{version}", f"{image}:{tag}"]
        _say(f"image {image} with {engine} …")
        build(engine, names)
        console.print(f"✓ {' = '.join(names)}")


@app.command()
def secrets(
    folder: Annotated[Path, typer.Argument(help="where compose.yaml looks for them")] = SECRETS,
) -> None:
    """Write what the services need of each other in containers: keys, passwords; no file twice."""
    names = ", ".join(path.name for path in write_secrets(folder))
    console.print(f"✓ {names or 'all was there already'} in {folder}", markup=False)


@app.command()
def account(
    name: Annotated[str, typer.Argument(help="by which the person signs in")],
    role: Annotated[PersonRole, typer.Argument(help="what the person may do")],
    file: Annotated[Path, typer.Option(help="of the accounts")] = SECRETS / "accounts",
) -> None:
    """Make an account for the dashboard, or give one another password or role."""
    from lib.dashboard.accounts import new_account, write_account

    person = Person(name, role)
    write_account(file, new_account(person, _ask_password(name)))
    console.print(f"✓ {name}, {role}, in {file}", markup=False)


def _ask_password(name: str) -> str:
    """Ask for it, because everybody on this machine sees what stands behind a command."""
    if sys.stdin.isatty():
        return getpass(f"Password of {name}: ")
    return sys.stdin.readline().rstrip("\n")


@app.command()
def key(
    name: Annotated[str, typer.Argument(help="of the system that will hold the key")],
    role: Annotated[Role, typer.Argument(help="what it opens")] = Role.SCORING,
    days: Days = 0,
) -> None:
    """Make an API key: it is shown once, and its line goes to the service."""
    last_day = datetime.now(UTC).date() + timedelta(days=days) if days else None
    secret, made = new_key(name, role, last_day)
    console.print("The key, for the header X-API-Key; it is shown this once:")
    console.print(f"  {secret}", markup=False)
    console.print("Its line, for SCORING_API_KEYS or the file of SCORING_API_KEYS_FILE:")
    console.print(f"  {made}", markup=False)


def main() -> int:
    """Run a command; what a user can mend is one line on stderr, and exit code 1."""
    os.environ.setdefault("BENTOML_HOME", str(Path(".bentoml").resolve()))
    os.environ.setdefault("BENTOML_DO_NOT_TRACK", "True")
    # Threads that wait in a loop slow each other down wherever the machine has other work.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    try:
        with leaving_none_behind():
            # Typer gives the exit code of a command that was cut short, and None of one that ended.
            code = int(app(standalone_mode=False) or 0)
    except (InvalidInput, ApiFault) as fault:
        return _failed(str(fault))
    except OSError as error:
        return _failed(str(system_fault(error)))
    except typer.TyperException as error:
        return _failed(
            f"{error.format_message()} `python -m lib.launch --help` lists what there is."
        )
    except KeyboardInterrupt:
        code = INTERRUPTED
    if code == INTERRUPTED:
        print("Ended.", file=sys.stderr)
    return code


def _failed(line: str) -> int:
    print(f"✗ {' '.join(line.split())}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
