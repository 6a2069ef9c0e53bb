"""`make retrain` on the real chain: outcomes of the journal are learned from, the place stays."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from lib.launch.chain import Chain, scorer_folder
from lib.launch.retraining import Retrained, read_found, retrain
from lib.scoring.scorer import CHALLENGER_NAME, Scorer
from lib.serving.journal import Author, Journal
from lib.serving.journal.outcomes import record_outcomes
from lib.serving.wire import OutcomeGiven
from tests.monitoring.story import resources_of, write_scores

OUTCOMES = 40


@pytest.mark.timeout(1800)
def test_new_outcomes_are_learned_from_and_the_place_stays(chain: Chain, tmp_path: Path) -> None:
    where = str(tmp_path / "journal.sqlite")
    in_place = scorer_folder()
    scorer = Scorer.load(in_place)
    table = pq.read_table(chain.features)
    unknown = table.filter(table["target"].is_null()).slice(0, OUTCOMES)
    assert len(unknown) == OUTCOMES
    journal = Journal(where)
    write_scores(resources_of(scorer, "credit_scorer:a", journal), unknown, date(2026, 11, 1))
    given = [
        OutcomeGiven(client_id=client_id, day=date(2026, 11, 20), defaulted=place % 10 == 0)
        for place, client_id in enumerate(unknown["client_id"].to_pylist())
    ]
    record_outcomes(journal, given, Author("operator", "", "operator"))
    journal.close()

    said: list[str] = []
    _, tag = retrain(chain, where, said.append)
    retrained = Retrained(chain, where)
    known = len(table) - table["target"].null_count
    found = read_found(retrained.found)
    assert (found.clients, found.new, found.unusable) == (known + OUTCOMES, OUTCOMES, {})
    # The features tell what the scores were not asked.
    assert found.unasked == ()
    learned = pq.read_table(retrained.table)
    ids = pa.array([one.client_id for one in given])
    told = learned.filter(pc.is_in(learned["client_id"], ids))
    assert told["target"].to_pylist() == [int(one.defaulted) for one in given]
    assert any(f"{OUTCOMES} new by the journal" in line for line in said)

    challenger = scorer_folder(CHALLENGER_NAME)
    assert tag == f"{CHALLENGER_NAME}:{challenger.name}"
    card = Scorer.load(challenger).card
    assert card.clients_trained_on + card.clients_tested_on == known + OUTCOMES
    assert scorer_folder() == in_place

    # The same outcomes give the same challenger.
    reports, again = retrain(chain, where, said.append)
    assert again == tag
    assert all(report.reused for report in reports)
