"""One credit held to account, from the refusal to the dossier: over HTTP and by the commands."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lib.decision import Decision
from lib.launch.chain import Chain
from lib.launch.notebooks import NOTEBOOKS, execute, write_report
from lib.launch.servers import api_server, running
from lib.serving.api import ApiProblem, ScoringApi
from lib.serving.people import Person, PersonRole
from lib.serving.wire import ClientFile, DecisionReason, Filter, MonitoringReport, OutcomeGiven
from tests.conftest import find_free_port

KEY = "the key of the dashboard"
COMMENT = "Her brother stands surety; the contract is in her paper file."
OTHER_CLIENTS = 60


@pytest.fixture(scope="module")
def settings(chain: Chain, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Of a service with a journal of its own, as an operator sets them."""
    folder = tmp_path_factory.mktemp("story")
    return {
        "SCORING_PORTFOLIO": str(chain.portfolio.resolve()),
        "SCORING_JOURNAL": str(folder / "journal.sqlite"),
        "SCORING_MONITORING": str(folder / "report.json"),
        "SCORING_API_KEY": KEY,
    }


@pytest.fixture(scope="module")
def url(settings: dict[str, str]) -> Iterator[str]:
    server = api_server(find_free_port())
    with running(server, settings, Path(settings["SCORING_JOURNAL"]).with_name("api.log")):
        yield server.url


def signed_in(url: str, name: str, role: PersonRole) -> ScoringApi:
    """Give the API as the dashboard calls it for a person."""
    api = ScoringApi(url, KEY)
    api.speak_for(Person(name, role))
    return api


def command(settings: dict[str, str], *words: str) -> str:
    """Run an operator's command, which must succeed, and give what it prints."""
    done = subprocess.run(
        [sys.executable, "-m", *words],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.timeout(1800)  # commands and a notebook, each a process that loads the libraries
def test_a_refusal_that_a_manager_overrides_is_held_to_account(
    url: str, settings: dict[str, str], tmp_path: Path
) -> None:
    anna = signed_in(url, "anna", PersonRole.MANAGER)
    hanna = signed_in(url, "hanna", PersonRole.HEAD)

    # A client is refused. Anna knows more than the file, and grants the credit, with her reason.
    refused = refused_client(anna)
    client_id, score = refused.client_id, refused.explanation
    assert score.default_probability >= score.threshold
    decided = anna.decide(
        client_id, score.score_id, Decision.GRANT, DecisionReason.SECURITY, COMMENT
    )
    assert (decided.person, decided.is_override) == ("anna", True)
    assert decided.model_decision is Decision.REFUSE

    # She decides on others as the model does. Each of them repays; the credit that she gave against
    # it is not repaid.
    others = decide_as_the_model(anna, client_id)
    today = datetime.now(UTC).date()
    told = [OutcomeGiven(client_id=client_id, day=today, defaulted=True)]
    told += [OutcomeGiven(client_id=one, day=today, defaulted=False) for one in others]
    with pytest.raises(ApiProblem, match="opens /outcomes"):
        anna.outcomes(told)
    recorded = hanna.outcomes(told)
    assert (recorded.recorded, recorded.overrides) == (1 + len(others), 1)

    # The operator runs the monitoring. It says what became of the override, to the head and to
    # whoever reads its page.
    page = watched(settings, tmp_path)
    report = hanna.monitoring()
    (hers,) = report.persons
    assert (hers.by, hers.decisions) == ("anna", 1 + OTHER_CLIENTS)
    assert (hers.granted_against, hers.refused_against) == (1, 0)
    assert (hers.outcomes, hers.defaults) == (1, 1)
    (why,) = report.reasons
    assert (why.by, why.granted_against, why.defaults) == (DecisionReason.SECURITY, 1, 1)
    assert overrides_by_gender(report) == 1
    share = next(one for one in report.figures if one.name == "override_share")
    assert share.value == pytest.approx(1 / (1 + OTHER_CLIENTS))
    assert "anna" in page
    assert share.sentence.en in page

    # Years later: every score that was given comes out of the stored scorer again, bit by bit.
    again = command(settings, "lib.serving.journal", "replay")
    assert re.match(r"✓ (\d+) scores: \1 identical, 0 different, 0 of forgotten", again)
    assert COMMENT in command(settings, "lib.serving.journal", "export", str(client_id))

    # The client asks to be forgotten: nothing of her can be read any more, and the chain holds.
    command(settings, "lib.serving.journal", "forget", str(client_id))
    assert COMMENT not in command(settings, "lib.serving.journal", "export", str(client_id))
    seen = hanna.decisions(person="anna", page_size=100)
    assert seen.total == 1 + OTHER_CLIENTS
    assert client_id not in {one.client_id for one in seen.decisions}
    again = command(settings, "lib.serving.journal", "replay")
    assert "0 different, 1 of forgotten clients" in again
    assert command(settings, "lib.serving.journal", "verify").startswith("✓ ")

    # The override is still counted: in the monitoring, and in the dossier, in both languages.
    watched(settings, tmp_path)
    (hers,) = hanna.monitoring().persons
    assert (hers.granted_against, hers.defaults) == (1, 1)
    assert overrides_by_gender(hanna.monitoring()) == 0  # nobody knows any more whose it was
    french, english = dossier(settings, tmp_path)
    assert f"{1 + OTHER_CLIENTS} décisions de personnes, dont 1 contre le calcul" in french
    assert f"{1 + OTHER_CLIENTS} decisions of people, 1 of them against the calculation" in english
    assert as_read(share.sentence.fr) in french
    assert as_read(share.sentence.en) in english
    for text in (french, english):
        assert str(client_id) not in text


def refused_client(api: ScoringApi) -> ClientFile:
    """Open the file of the client who is refused by the least."""
    refusals = [Filter(feature="decision", categories=[Decision.REFUSE])]
    (first,) = api.search(refusals, sort="default_probability", page_size=1).clients
    return api.client(first.client_id)


def decide_as_the_model(api: ScoringApi, but: int) -> list[int]:
    """See others, decide each as the model does, and give those who are granted their credit."""
    granted = []
    found = api.search(page_size=OTHER_CLIENTS + 1).clients
    others = [one.client_id for one in found if one.client_id != but]
    for client_id in others[:OTHER_CLIENTS]:
        score = api.client(client_id).explanation
        api.decide(client_id, score.score_id, score.decision)
        if score.decision is Decision.GRANT:
            granted.append(client_id)
    return granted


def overrides_by_gender(report: MonitoringReport) -> int:
    """Count the grants against the model on women and men."""
    return sum(one.granted_against for one in report.groups if one.attribute.en == "Gender")


def watched(settings: dict[str, str], folder: Path) -> str:
    """Run the notebook of the monitoring, and give its page."""
    copy = folder / "04_monitor.ipynb"
    names = ("journal", "portfolio")
    given = {name: settings[f"SCORING_{name.upper()}"] for name in names}
    given["report"] = settings["SCORING_MONITORING"]
    execute(NOTEBOOKS / "04_monitor.ipynb", copy, given)
    return write_report(copy).read_text(encoding="utf-8")


def dossier(settings: dict[str, str], folder: Path) -> tuple[str, ...]:
    """Build the dossier, and give its pages in French and in English as a reader sees them."""
    where = ("--answers", str(folder / "answers.toml"), "--folder", str(folder / "dossier"))
    printed = command(settings, "lib.launch", "dossier", *where)
    pages = sorted((folder / "dossier").glob("*.html"), key=lambda one: "en" in one.stem)
    assert all(page.name in printed for page in pages)
    return tuple(as_read(page.read_text(encoding="utf-8")) for page in pages)


def as_read(html: str) -> str:
    """Leave out marks and the space between them."""
    words = re.sub(r"<[^>]*>", " ", html)
    return re.sub(r"\s+", " ", words)
