"""A challenger beside the scorer in place: by outcomes of scores that both gave, and for whom.

Outcomes are known of credits that were granted. So they tell what a challenger's refusals would
have spared or cost; of those whom it would newly grant they tell little. They can object to a
promotion, and make none: the clients set aside decide.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lib.decision import CostDifference, Decision, InvalidInput, cost_difference, refuses
from lib.features.description import Text, Unit
from lib.features.file import columns_of_features
from lib.monitoring.entries import amount_of
from lib.portfolio import FEWEST_IN_A_GROUP
from lib.scoring.card import ModelCard
from lib.scoring.encoder import Floats
from lib.scoring.scorer import Scorer
from lib.scoring.split import SPLIT, draws
from lib.serving.journal import Journal, Kind, WrittenEntry

# Of fewer clients an interval is not to be trusted: at a default rate of 8 %, eight defaults.
FEWEST_OUTCOMES = 100
MOST_FACTS, MOST_SEGMENTS = 4, 3
# Smaller differences would be written as none.
LEAST_TOLD = 0.005
# Of so many clients the facts are told, at most: a mean moves by a fortieth of the spread.
MOST_EXPLAINED = 2_000
# A threshold of 0 or 1, which refuses all or nobody, would lie infinitely far away.
NEAREST_END = 1e-6

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class ShadowOutcomes:
    """Clients of whom both scorers have said what they would decide, and whose outcome came.

    Attributes
    ----------
    client_id : ndarray of int, shape (n,)
        One row a client, the last outcome.
    defaulted, refused, challenger_refused : ndarray of bool, shape (n,)
        What came, and the decisions of the scorer in place and of the challenger.
    amounts : ndarray of float, shape (n,)
        The credit asked for; NaN where it was not told.
    unasked : ndarray of bool, shape (n,)
        Of whom the challenger was not told all that it reads.
    left_out : mapping of str to int
        Outcomes that do not count, by why.
    """

    client_id: npt.NDArray[np.int64]
    defaulted: Flags
    refused: Flags
    challenger_refused: Flags
    amounts: Floats
    unasked: Flags
    left_out: Mapping[str, int]

    def __len__(self) -> int:
        return len(self.client_id)

    def with_amounts(self) -> "ShadowOutcomes":
        """Leave out those of whom the amount of the credit is not known."""
        known = self.amounts > 0
        if known.all():
            return self
        of_each = {
            field.name: getattr(self, field.name)[known]
            for field in fields(self)
            if field.name != "left_out"
        }
        why = "of credits whose amount is not known"
        return replace(self, **of_each, left_out={**self.left_out, why: int((~known).sum())})


def read_shadow_outcomes(
    journal: Journal, in_place: str, challenger: str, learned: Set[int]
) -> ShadowOutcomes:
    """Read from the journal what both have said of clients whose outcome came.

    Parameters
    ----------
    journal : Journal
    in_place, challenger : str
        Tags of the scorer that was told and of the one that scored silently.
    learned : set of int
        Clients from whom either has learned: they have no say.

    Raises
    ------
    JournalUnavailable
        If the journal cannot be read.
    """
    said = {
        entry.facts["score_id"]: entry
        for entry in journal.read([Kind.SHADOW])
        if entry.facts["scorer"] == challenger
    }
    left_out: Counter[str] = Counter()
    last: dict[int, tuple[WrittenEntry, WrittenEntry]] = {}
    # The last report of each score.
    told = {entry.facts["score_id"]: entry for entry in journal.read([Kind.OUTCOME])}
    for score_id, outcome in told.items():
        shadow = said.get(score_id)
        if reason := _why_not(outcome, shadow, in_place, learned):
            left_out[reason] += 1
        elif shadow and outcome.client_id is not None:
            left_out["an earlier credit of the same client"] += outcome.client_id in last
            last[outcome.client_id] = (outcome, shadow)
    pairs = list(last.values())
    scores = [journal.entry(outcome.facts["score_id"]) for outcome, _ in pairs]
    return ShadowOutcomes(
        client_id=np.array(list(last), dtype=np.int64),
        defaulted=np.array([bool(one.facts["defaulted"]) for one, _ in pairs], dtype=np.bool_),
        refused=_refused(one.facts["model_decision"] for one, _ in pairs),
        challenger_refused=_refused(one.facts["decision"] for _, one in pairs),
        amounts=np.array([amount_of(score) for score in scores], dtype=float),
        unasked=np.array([one.facts["unasked"] > 0 for _, one in pairs], dtype=np.bool_),
        left_out={reason: count for reason, count in left_out.items() if count},
    )


def learned_from(table: Path, cards: tuple[ModelCard, ModelCard]) -> Set[int]:
    """Give the clients of a table of features from whom one of two scorers has learned.

    Those with a known outcome, but for whom both have set aside; all of them where the cards do
    not tell whom. What the scorer in place learned from is a part of what a retrained one did.
    """
    known = pq.read_table(table, columns=["client_id", "target"])
    ids = known.filter(pc.is_valid(known["target"]))["client_id"].to_numpy()
    share = min(card.test_share if card.split == SPLIT else 0.0 for card in cards)
    return set(ids[draws(ids) >= share].tolist())


def compare_on_outcomes(outcomes: ShadowOutcomes, card: ModelCard) -> CostDifference | None:
    """Compare what the decisions of both would have cost; the challenger's first.

    Parameters
    ----------
    outcomes : ShadowOutcomes
    card : ModelCard
        Of the challenger, whose costs weigh both.

    Returns
    -------
    CostDifference or None
        None where there are too few outcomes.

    Raises
    ------
    InvalidInput
        If costs follow the amount of the credit, and one is not known.
    """
    if len(outcomes) < FEWEST_OUTCOMES:
        return None
    return cost_difference(
        outcomes.defaulted.astype(int),
        outcomes.challenger_refused,
        outcomes.refused,
        card.costs_of(outcomes.amounts),
    )


def objection_of(difference: CostDifference | None) -> str:
    """Say why outcomes object to a promotion; nothing where they do not.

    Examples
    --------
    >>> objection_of(CostDifference(0.5, 0.6, -0.1, -0.15, -0.05))
    ''
    """
    if difference is None or difference.low <= 0:
        return ""
    return f"on outcomes of scores that both gave {_told(difference)}"


def outcomes_in_words(outcomes: ShadowOutcomes, difference: CostDifference | None) -> str:
    """Say what outcomes tell of a challenger, and what they cannot; Markdown."""
    lines = [
        f"{len(outcomes):,} clients whose outcome came and of whom both had said what they would "
        "decide, and from whom neither has learned."
    ]
    if outcomes.unasked.any():
        lines.append(
            f"Of {outcomes.unasked.sum():,} of them the challenger was not told all that it "
            "reads: what it lacked counted as missing."
        )
    if outcomes.left_out:
        reasons = "; ".join(f"{count:,} {reason}" for reason, count in outcomes.left_out.items())
        lines.append(f"Left out: {reasons}.")
    if difference is None:
        lines.append(f"Fewer than {FEWEST_OUTCOMES} are too few to tell: they object to nothing.")
        return "\n\n".join(lines)
    lines.append(f"The challenger's decisions: {_told(difference)}.")
    if difference.low > 0:
        lines.append("That objects to a promotion.")
    good = ~outcomes.defaulted
    for refused, words in (
        (outcomes.challenger_refused & ~outcomes.refused, "refused by the challenger alone"),
        (outcomes.refused & ~outcomes.challenger_refused, "refused by the scorer in place alone"),
    ):
        lines.append(
            f"- {_counted(int(refused.sum()))} {words}: "
            f"{_counted(int((refused & good).sum()))} of them repaid"
        )
    lines.append(
        "Only credits that were granted have an outcome: of those whom the challenger would newly "
        "grant, little is known here."
    )
    return "\n\n".join(lines)


@dataclass(frozen=True)
class Heard:
    """What outcomes say of a challenger: what they object, if they do, and all in words."""

    objection: str
    words: str


def hear_outcomes(
    journal: str,
    in_place: tuple[str, Scorer] | None,
    challenger: str,
    scorer: Scorer,
    trained_on: Path,
) -> Heard:
    """Hear what outcomes of scores that both gave say, where a challenger has scored silently.

    Parameters
    ----------
    journal : str
        Path or URL; empty for none.
    in_place : (str, Scorer) or None
        With its tag.
    challenger, scorer : str, Scorer
        Its tag, empty where it is not in the store; and itself.
    trained_on : Path
        The features from which it has learned.

    Raises
    ------
    JournalUnavailable
        If the journal cannot be read.
    """
    if not (journal and challenger and in_place):
        return Heard("", "No scorer of the store has scored silently beside the one in place.")
    tag, other = in_place
    learned = learned_from(trained_on, (other.card, scorer.card))
    kept = Journal(journal)
    try:
        outcomes = read_shadow_outcomes(kept, tag, challenger, learned)
    finally:
        kept.close()
    if scorer.card.costs_by_amount:
        outcomes = outcomes.with_amounts()
    difference = compare_on_outcomes(outcomes, scorer.card)
    return Heard(objection_of(difference), outcomes_in_words(outcomes, difference))


def what_would_change(
    in_place: tuple[str, Scorer] | None, challenger: Scorer, features: Path
) -> str:
    """Say for people what a challenger would change for the known clients; Markdown.

    Parameters
    ----------
    in_place : (str, Scorer) or None
        With its tag.
    challenger : Scorer
    features : Path
        Of the known clients.
    """
    if in_place is None:
        return "No scorer is in place that could be compared."
    _, other = in_place
    wanted = {"client_id", "target", *challenger.features, *other.features}
    wanted |= {row.name for row in challenger.catalogue.values() if row.unit is Unit.CATEGORY}
    there = columns_of_features(features)
    clients = pq.read_table(features, columns=[name for name in there if name in wanted])
    try:
        found = changes(challenger, other, clients)
    except InvalidInput as fault:
        return f"It cannot be told what changes: {fault}"
    return changes_in_words(found, len(clients), fact_labels(challenger, other))


@dataclass(frozen=True)
class Segment:
    """A part of the clients, and how many of it another decision meets."""

    label: Text
    clients: int
    changed: int

    @property
    def share(self) -> float:
        """Share of the part that it meets."""
        return self.changed / self.clients


@dataclass(frozen=True)
class Change:
    """Clients about whom a challenger would decide otherwise, in one direction.

    Attributes
    ----------
    to : Decision
        The challenger's; the scorer in place says the opposite.
    clients : int
        How many.
    known, defaulted : int
        Of how many the outcome is known, and who of them did not repay.
    margin : float
        How much nearer to a refusal they are on average, in log-odds against the threshold; of
        some thousands of them.
    facts : mapping of str to float
        What each fact has to do with that; the largest first. With `start` it sums to `margin`.
    start : float
        What starting point and threshold have to do with it, the same for every client.
    segments : tuple of Segment
        Those that it meets most; of fewer than ten clients nothing is said.
    """

    to: Decision
    clients: int
    known: int
    defaulted: int
    margin: float
    facts: Mapping[str, float]
    start: float
    segments: tuple[Segment, ...]


def changes(challenger: Scorer, in_place: Scorer, clients: pa.Table) -> tuple[Change, Change]:
    """Say whom a challenger would newly refuse, and whom it would newly grant.

    Parameters
    ----------
    challenger, in_place : Scorer
    clients : Table
        `client_id`, `target` (null where it is not known), and the features of both.

    Raises
    ------
    InvalidInput
        If one of them cannot score these clients.
    """
    now, then = (
        refuses(one.default_probabilities(one.encode_frame(clients)), one.threshold)
        for one in (in_place, challenger)
    )
    return (
        _change(Decision.REFUSE, then & ~now, challenger, in_place, clients),
        _change(Decision.GRANT, now & ~then, challenger, in_place, clients),
    )


def changes_in_words(found: tuple[Change, Change], clients: int, labels: Mapping[str, Text]) -> str:
    """Say for people what a challenger changes for whom; Markdown.

    Parameters
    ----------
    found : (Change, Change)
    clients : int
        All that were looked at.
    labels : mapping of str to Text
        How facts are called.
    """
    told = [f"Of {clients:,} known clients:"]
    for change in found:
        refused = change.to is Decision.REFUSE
        words = "granted before, refused now" if refused else "refused before, granted now"
        if change.clients < FEWEST_IN_A_GROUP:
            told.append(f"- **{words}**: {_counted(change.clients)}")
            continue
        told.append(
            f"- **{words}**: {change.clients:,} ({change.clients / clients:.1%})"
            f"{_outcomes(change)}. They are {abs(change.margin):.2f} "
            f"{'nearer to' if change.margin > 0 else 'farther from'} a refusal on average, in "
            f"log-odds. What differs most: {_facts(change, labels)}.{_segments(change)}"
        )
    return "\n".join(told)


def fact_labels(*scorers: Scorer) -> dict[str, Text]:
    """Give how the facts of scorers are called, the first one's words before others'."""
    return {name: label for one in reversed(scorers) for name, label in one.fact_labels.items()}


def _change(
    to: Decision, rows: Flags, challenger: Scorer, in_place: Scorer, clients: pa.Table
) -> Change:
    count = int(rows.sum())
    if not count:
        return Change(to, 0, 0, 0, 0.0, {}, 0.0, ())
    # Evenly spaced where there are many: contributions take milliseconds a client.
    places = np.flatnonzero(rows)[:: -(-count // MOST_EXPLAINED)]
    explained = clients.take(pa.array(places))
    then, now = _mean_facts(challenger, explained), _mean_facts(in_place, explained)
    facts = {name: then.get(name, 0.0) - now.get(name, 0.0) for name in {**then, **now}}
    start = _start(challenger) - _start(in_place)
    targets = clients["target"].filter(pa.array(rows)).drop_null().to_numpy()
    return Change(
        to=to,
        clients=count,
        known=len(targets),
        defaulted=int((targets == 1).sum()),
        margin=start + sum(facts.values()),
        facts=dict(sorted(facts.items(), key=lambda one: -abs(one[1]))),
        start=start,
        segments=_segments_of(rows, challenger, clients),
    )


def _mean_facts(scorer: Scorer, clients: pa.Table) -> dict[str, float]:
    """Give what each fact adds on average to the log-odds of clients."""
    sums = scorer.sum_by_fact(scorer.contributions(scorer.encode_frame(clients)))
    return dict(zip(scorer.facts, sums.mean(axis=0).tolist(), strict=True))


def _start(scorer: Scorer) -> float:
    """Give how far the starting point lies beyond the threshold, in log-odds."""
    threshold = min(max(scorer.threshold, NEAREST_END), 1 - NEAREST_END)
    return scorer.base_log_odds - float(np.log(threshold) - np.log1p(-threshold))


def _segments_of(rows: Flags, scorer: Scorer, clients: pa.Table) -> tuple[Segment, ...]:
    """Find the categories of clients whom a change meets most.

    One is told only where neither it nor the rest of those changed is of fewer than ten clients.
    """
    count = int(rows.sum())
    found = []
    for name, row in scorer.catalogue.items():
        if row.unit is not Unit.CATEGORY or name not in clients.column_names:
            continue
        values = np.array(clients[name].to_pylist(), dtype=object)
        for value in sorted({one for one in values if one is not None}):
            inside = values == value
            changed = int((rows & inside).sum())
            rest = count - changed
            if changed < FEWEST_IN_A_GROUP or 0 < rest < FEWEST_IN_A_GROUP:
                continue
            words = row.words_of(value)
            label = Text(f"{row.label.fr} : {words.fr}", f"{row.label.en}: {words.en}")
            found.append(Segment(label, int(inside.sum()), changed))
    found.sort(key=lambda one: -one.share)
    mean = count / len(rows)
    return tuple(one for one in found if one.share > mean)[:MOST_SEGMENTS]


def _why_not(
    outcome: WrittenEntry, shadow: WrittenEntry | None, in_place: str, learned: Set[int]
) -> str:
    """Say why an outcome does not count; nothing where it does."""
    if outcome.facts["scorer"] != in_place:
        return "of scores by another scorer than the one in place"
    if shadow is None:
        return "of scores that the challenger did not give"
    if outcome.client_id is None:
        return "of forgotten clients"
    if outcome.client_id in learned:
        return "of clients from whom one of both has learned"
    return ""


def _refused(decisions: Iterable[str]) -> Flags:
    return np.array([one == Decision.REFUSE for one in decisions], dtype=np.bool_)


def _told(difference: CostDifference) -> str:
    return (
        f"it costs {difference.cost:.4f} a client, the one in place {difference.other_cost:.4f}; "
        f"difference {difference.difference:+.4f}, 95% interval {difference.low:+.4f} to "
        f"{difference.high:+.4f}"
    )


def _counted(clients: int) -> str:
    """Write how many clients, where they are not too few to be described.

    Examples
    --------
    >>> _counted(1234), _counted(9), _counted(0)
    ('1,234', 'fewer than 10', 'none')
    """
    if not clients:
        return "none"
    return f"{clients:,}" if clients >= FEWEST_IN_A_GROUP else f"fewer than {FEWEST_IN_A_GROUP}"


def _outcomes(change: Change) -> str:
    """Tell of outcomes, where neither those who defaulted nor those who repaid are a few."""
    repaid = change.known - change.defaulted
    if min(change.defaulted, repaid) < FEWEST_IN_A_GROUP:
        return ""
    return (
        f"; of {change.known:,} whose outcome is known, {change.defaulted / change.known:.0%} did "
        "not repay"
    )


def _facts(change: Change, labels: Mapping[str, Text]) -> str:
    told = [
        f"{labels[name].en} ({difference:+.2f})"
        for name, difference in list(change.facts.items())[:MOST_FACTS]
        if abs(difference) >= LEAST_TOLD
    ]
    return "; ".join([*told, f"starting point and threshold ({change.start:+.2f})"])


def _segments(change: Change) -> str:
    told = [f"{one.label.en} ({one.share:.1%})" for one in change.segments]
    return f" It meets most often: {'; '.join(told)}." if told else ""
