"""A shadow: a second scorer that scores silently what the one in place has scored.

What it would have said is in the journal, tied to the score that was told. It works on its own
thread, after the answer: no caller sees it, waits for it or notices that it fails.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from queue import Empty, Full, Queue
from threading import Event, Thread
from time import monotonic

from prometheus_client import Counter, Gauge

from lib.decision import InvalidInput
from lib.scoring.encoder import Features
from lib.scoring.scorer import Scorer
from lib.serving.journal import Author, Entry, Journal, Kind
from lib.serving.journal.entries import CLEAR_DECIMALS
from lib.serving.wire import MOST_CLIENTS, Score

# Two of the largest requests; what comes while so many wait is left out.
MOST_WAITING = 2 * MOST_CLIENTS
# Written at once: a score that is to be told waits for no more of them, a millisecond or two.
MOST_TOGETHER = 16
# The answer that brought the first score leaves meanwhile.
PAUSE_SECONDS = 0.05
# A shadow that fails again and again has a line so often, with how many it were.
SECONDS_BETWEEN_LINES = 60.0
# What still waits at a clean stop is scored for so long.
END_SECONDS = 5.0

AUTHOR = Author(caller="shadow")

SHADOW_SCORES = Counter(
    "credit_scoring_shadow_scores",
    "Scores that a shadow should have given: written, failed, or left_out as too many waited",
    ["result"],
)
SHADOW_LOADED = Gauge(
    "credit_scoring_shadow_loaded",
    "1 where every worker has loaded the shadow that it was told of, 0 where one could not",
    multiprocess_mode="livemin",
)

log = logging.getLogger(__name__)


class Shadow:
    """Scores silently, beside the scorer in place.

    Parameters
    ----------
    scorer : Scorer
    tag : str
        Its tag in the store.
    journal : Journal
        Where it writes; the one of the scores that it follows.
    """

    def __init__(self, scorer: Scorer, tag: str, journal: Journal) -> None:
        self.scorer = scorer
        self.tag = tag
        self._journal = journal
        self._waiting: Queue[Score] = Queue(MOST_WAITING)
        self._ended = Event()
        self._told, self._untold = -SECONDS_BETWEEN_LINES, 0
        self._thread = Thread(target=self._run, name="shadow", daemon=True)
        self._thread.start()

    def reads_besides(self, scorer: Scorer) -> Iterator[str]:
        """Name the features that it reads and another does not, but would take."""
        known = scorer.encoder.ignored
        return (name for name in self.scorer.features if name in known)

    def follow(self, scores: Iterable[Score]) -> None:
        """Take scores that were told, to be scored soon; it neither waits nor raises."""
        for score in scores:
            try:
                self._waiting.put_nowait(score)
            except Full:
                SHADOW_SCORES.labels("left_out").inc()

    def end(self) -> None:
        """Stop, when what waits is scored or that takes too long."""
        self._ended.set()
        self._thread.join(END_SECONDS)

    def _run(self) -> None:
        while scores := self._next():
            for start in range(0, len(scores), MOST_TOGETHER):
                self._write(scores[start : start + MOST_TOGETHER])

    def _next(self) -> list[Score]:
        """Wait for scores, and give all that are there then; none when it has ended."""
        first = self._first()
        if first is None:
            return []
        self._ended.wait(PAUSE_SECONDS)
        scores = [first]
        try:
            while len(scores) < MOST_WAITING:
                scores.append(self._waiting.get_nowait())
        except Empty:
            pass
        return scores

    def _first(self) -> Score | None:
        while True:
            try:
                return self._waiting.get(timeout=PAUSE_SECONDS if self._ended.is_set() else 1)
            except Empty:
                if self._ended.is_set():
                    return None

    def _write(self, scores: Sequence[Score]) -> None:
        entries = self._said(scores)
        try:
            if entries:
                self._journal.write(entries)
        except Exception as error:  # noqa: BLE001 (whatever it is, the service goes on)
            self._fail(len(entries), error)
        else:
            SHADOW_SCORES.labels("written").inc(len(entries))

    def _said(self, scores: Sequence[Score]) -> list[Entry]:
        """Score some; where that fails, one by one, so that one does not spoil the others."""
        told = [(score.score_id, score.client_id, score.scored) for score in scores]
        try:
            return entries_of(self.scorer, self.tag, told)
        except Exception as error:  # noqa: BLE001 (whatever it is, the service goes on)
            if len(scores) > 1:
                return [entry for score in scores for entry in self._said([score])]
            self._fail(1, error)
            return []

    def _fail(self, scores: int, error: Exception) -> None:
        """Count what failed, and tell it if nothing was told for a while."""
        SHADOW_SCORES.labels("failed").inc(scores)
        self._untold += scores
        if monotonic() - self._told < SECONDS_BETWEEN_LINES:
            return
        # Of an unforeseen error the name alone: its words might repeat what was scored.
        fault = error if isinstance(error, InvalidInput) else type(error).__name__
        log.error("✗ shadow %s: %d scores failed, the last: %s", self.tag, self._untold, fault)
        self._told, self._untold = monotonic(), 0


def entries_of(
    scorer: Scorer, tag: str, scored: Sequence[tuple[str, int | None, Features]]
) -> list[Entry]:
    """Give what the journal keeps of what a shadow says to scores that were told.

    Parameters
    ----------
    scorer : Scorer
    tag : str
    scored : sequence of (str, int or None, mapping)
        Id of the score, the client's number, and the features that were scored.

    Raises
    ------
    InvalidInput
        If it cannot score one of them.
    """
    # A name that this scorer does not know is none that it reads.
    rows = [
        {name: features[name] for name in scorer.features if name in features}
        for _, _, features in scored
    ]
    given = scorer.encoder.as_given(rows)
    matrix = scorer.encoder.nearest_seen(given.matrix)
    probabilities = scorer.default_probabilities(matrix).tolist()
    return [
        Entry(
            Kind.SHADOW,
            AUTHOR,
            {
                "score_id": score_id,
                "scorer": tag,
                "decision": decision,
                "threshold": scorer.threshold,
                "about": round(probability, CLEAR_DECIMALS),
                # Features that it reads, and of which it was not told whether there is a value.
                "unasked": len(scorer.features) - len(row),
            },
            {"default_probability": probability, "coverage": coverage},
            client_id=client_id,
        )
        for (score_id, client_id, _), row, probability, decision, coverage in zip(
            scored,
            rows,
            probabilities,
            scorer.decisions(probabilities),
            given.coverage,
            strict=True,
        )
    ]


def load_shadow(
    load: Callable[[], tuple[Scorer, str]], journal: Journal, warnings: list[str]
) -> Shadow | None:
    """Start a shadow; where it cannot be loaded, say so, and go on without it.

    Parameters
    ----------
    load : callable
        Gives scorer and tag.
    journal : Journal
    warnings : list of str
        Takes what is wrong, for those who ask whether the service is ready.
    """
    try:
        scorer, tag = load()
        scorer.default_probabilities(scorer.encode([{}]))
        shadow = Shadow(scorer, tag, journal)
    except Exception as error:  # noqa: BLE001 (whatever it is, the service goes on)
        fault = error if isinstance(error, InvalidInput) else repr(error)
        warnings.append(f"SCORING_SHADOW cannot be loaded, and does not score: {fault}")
        log.error("✗ %s", warnings[-1])
        SHADOW_LOADED.set(0)
        return None
    SHADOW_LOADED.set(1)
    return shadow
