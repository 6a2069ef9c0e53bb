"""Where scorers are kept: the BentoML store, and the rule by which a new one takes over.

The latest scorer in the store is the one in place. A new one is saved, and so takes its place, only
if it surely costs the business less on the same test clients, or if someone insists. They are those
from whom neither has learned, where both cards tell which clients were set aside. A challenger is
kept under a name of its own, where nothing serves it: it may score silently. `roll_back` gives the
place back to the one that had it before.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import bentoml
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from lib.decision import CostDifference, InvalidInput, cost_difference, refuses
from lib.features.description import CREDIT_AMOUNT
from lib.scoring.card import ModelCard, RivalFigures, ScorerCard
from lib.scoring.card_page import write_card
from lib.scoring.scorer import CHALLENGER_NAME, SCORER_NAME, Scorer
from lib.scoring.split import SPLIT, draws

# Who had the place, the oldest first, beside the scorers; BentoML keeps only who has it.
PLACES_FILE = "places.json"
# Labels are short by BentoML's rules; this much of a fingerprint still tells two apart.
FINGERPRINT_LETTERS = 16


@dataclass(frozen=True)
class Promotion:
    """What became of a new scorer.

    Attributes
    ----------
    tag : str
        Of the scorer in place now.
    promoted : bool
        Whether it is the new one.
    reason : str
        Why, in a sentence or two.
    difference : CostDifference or None
        What the new one costs less the one that was in place, on the same test clients; None where
        there was none, or where it cannot read these clients.
    """

    tag: str
    promoted: bool
    reason: str
    difference: CostDifference | None


def save_scorer(scorer: Scorer, version: str | None = None) -> str:
    """Save a scorer in the store, in place, with its model card, and give its tag.

    The card is in the entry's metadata, and beside the scorer as a page.

    Parameters
    ----------
    scorer : Scorer
    version : str or None
        That of the challenger that it was; None makes one up.

    Raises
    ------
    InvalidInput
        If the saved scorer could not be served; the store then stays as it was.
    """
    before = places()
    name = f"{SCORER_NAME}:{version}" if version else SCORER_NAME
    if version and bentoml.models.list(name):
        # It had the place before, and lost it.
        return _give_place(_entry(name), before)
    tag = _save(scorer, name)
    _write_places([*before, tag])
    return tag


def save_challenger(scorer: Scorer) -> str:
    """Save a scorer in the store beside the one in place, where nothing serves it; give its tag.

    Raises
    ------
    InvalidInput
        If the saved scorer could not be served; the store then stays as it was.
    """
    return _save(scorer, CHALLENGER_NAME)


def places() -> list[str]:
    """Give the tags of the scorers that had the place, the oldest first, up to the one that has it.

    One that the place was taken back from is not among them.
    """
    tag = latest_tag()
    if tag is None:
        return []
    file = _places_file()
    # Older stores have no such file: each scorer that was saved took the place then.
    had = json.loads(file.read_text()) if file.is_file() else _by_age()
    there = {str(entry.tag) for entry in bentoml.models.list(SCORER_NAME)}
    before = had[: had.index(tag)] if tag in had else had
    return [*(one for one in before if one in there), tag]


def roll_back(tag: str | None = None) -> str:
    """Give the place back to the scorer that had it before, or to a given one; give its tag.

    The service takes it at its next start, and the portfolio has to be scored by it.
    See `rolled_back_to` for parameters and errors; nor is it given to one that cannot be served.
    """
    return _give_place(_entry(rolled_back_to(tag)), places())


def rolled_back_to(tag: str | None = None) -> str:
    """Name the scorer to which `roll_back` gives the place; this gives it to nobody.

    Parameters
    ----------
    tag : str or None
        Of a scorer in the store; None is the one that had the place before.

    Raises
    ------
    InvalidInput
        If nobody had the place before, or there is no such scorer.
    """
    had = places()
    if tag is None:
        if len(had) < 2:
            raise InvalidInput(
                f"scorer {had[0]}" if had else "the store",
                "another scorer had the place before",
                "give the place to one of `bentoml models list` by TAG=<its tag>",
            )
        tag = had[-2]
    entry = _entry(tag if ":" in tag else f"{SCORER_NAME}:{tag}")
    if entry.tag.name != SCORER_NAME:
        raise InvalidInput(
            f"scorer {tag}", f"it is a {SCORER_NAME}", "let `make promote` give it the place"
        )
    return str(entry.tag)


def _give_place(entry: bentoml.Model, had: Sequence[str]) -> str:
    """Give the place to a scorer of the store, after those who had it; give its tag."""
    check_it_can_be_served(Path(entry.path))
    tag = str(entry.tag)
    _write_places([*(had[: had.index(tag)] if tag in had else had), tag])
    latest = Path(entry.path).with_name("latest")
    part = latest.with_name("latest.part")
    part.write_text(str(entry.tag.version))
    part.replace(latest)
    return tag


def _save(scorer: Scorer, name: str) -> str:
    """Save a scorer under a name, with or without a version, if it can be served."""
    card = scorer.describe(SCORER_NAME)
    with bentoml.models.create(
        name,
        labels={
            "candidate": card.candidate,
            "fingerprint": card.data_fingerprint[:FINGERPRINT_LETTERS],
        },
        # BentoML takes no None.
        metadata={
            **scorer.card.model_dump(mode="json", exclude_none=True, exclude={"reference"}),
            "features": list(scorer.features),
        },
    ) as entry:
        scorer.save(Path(entry.path))
        write_card(scorer, Path(entry.path))
        check_it_can_be_served(Path(entry.path))
    return str(entry.tag)


def _by_age() -> list[str]:
    entries = sorted(bentoml.models.list(SCORER_NAME), key=lambda entry: entry.creation_time)
    return [str(entry.tag) for entry in entries]


def _places_file() -> Path:
    return Path(_entry(f"{SCORER_NAME}:latest").path).with_name(PLACES_FILE)


def _write_places(tags: Sequence[str]) -> None:
    file = _places_file()
    part = file.with_suffix(".part")
    part.write_text(json.dumps(tags, indent=1))
    part.replace(file)


def check_it_can_be_served(folder: Path) -> None:
    """Load a saved scorer as the service does, score and explain with it, and answer `/scorer`.

    Raises
    ------
    InvalidInput
        If the service would refuse it, or a client of the service its card.
    """
    scorer = Scorer.load(folder)
    nobody_known = scorer.encode([{}])
    scorer.default_probabilities(nobody_known)
    scorer.contributions(nobody_known)
    ScorerCard.model_validate_json(scorer.describe(SCORER_NAME).model_dump_json())


def load_scorer(tag: str = f"{SCORER_NAME}:latest") -> Scorer:
    """Load a scorer from the store.

    Raises
    ------
    InvalidInput
        If the store does not hold it.
    """
    return Scorer.load(Path(_entry(tag).path))


def full_tag(tag: str = f"{SCORER_NAME}:latest") -> str:
    """Give the tag with its version, where it says `latest`.

    Raises
    ------
    InvalidInput
        If the store does not hold it.
    """
    return str(_entry(tag).tag)


def latest_tag() -> str | None:
    """Give the tag of the scorer in place, or None where there is none."""
    try:
        return str(_entry(f"{SCORER_NAME}:latest").tag)
    except InvalidInput:
        return None


def read_test_clients(features: Path, selection_dir: Path) -> pa.Table:
    """Read the features of the test clients of a selection, with `defaulted`.

    Parameters
    ----------
    features : Path
        What notebook 01 has written.
    selection_dir : Path
        What notebook 02 has written; ``test_set.parquet`` names the clients.

    Raises
    ------
    InvalidInput
        If a file is missing, or a test client is not among the features.
    """
    path = Path(selection_dir) / "test_set.parquet"
    for file, rule, notebook in (
        (path, "the test clients are there", "02"),
        (Path(features), "it is a file of features", "01"),
    ):
        if not file.exists():
            raise InvalidInput(str(file), rule, f"run notebook {notebook}")
    wanted = pq.read_table(path, columns=["client_id", "defaulted"]).sort_by("client_id")
    ids = wanted.column("client_id").combine_chunks()
    found = ds.dataset(features).to_table(filter=pc.field("client_id").isin(ids))
    found = found.sort_by("client_id")
    if found.column("client_id").to_pylist() != ids.to_pylist():
        raise InvalidInput(
            str(path),
            f"each of its clients is in {features}",
            "give notebook 03 the features that notebook 02 was given",
        )
    return found.append_column("defaulted", wanted.column("defaulted"))


def in_place() -> tuple[str, Scorer] | None:
    """Give the scorer in place with its tag; None where there is none that this code can read."""
    tag = latest_tag()
    if tag is None:
        return None
    try:
        return tag, load_scorer(tag)
    except InvalidInput:
        return None


def keep_as_challenger(scorer: Scorer, test_clients: pa.Table) -> Promotion:
    """Save a scorer as a challenger of the one in place, which stays, and compare both.

    Parameters
    ----------
    scorer : Scorer
    test_clients : Table
        As of `promote`.

    Raises
    ------
    InvalidInput
        If there is none in place to be challenged, or it cannot score these clients.
    """
    now = in_place()
    if now is None:
        raise InvalidInput(
            "the store", "a challenger challenges a scorer in place", "run `make model` first"
        )
    tag, other = now
    unseen = unseen_by_both(scorer.card, other.card, test_clients)
    difference = compare(scorer, other, test_clients if unseen is None else unseen)
    words = f"{_in_words(difference, tag)} {_judges_in_words(unseen)}"
    kept = save_challenger(scorer)
    return Promotion(tag, False, f"Kept as {kept}, which serves nobody: {words}", difference)


def promote(
    scorer: Scorer,
    test_clients: pa.Table,
    force: bool = False,
    *,
    objection: str = "",
    challenger: str = "",
) -> Promotion:
    """Save a scorer if it surely costs less than the one in place on the same test clients.

    It does where the paired 95% bootstrap interval of the cost difference lies below 0. Clients
    from whom either may have learned have no say in it where both cards tell who they are; where
    not, the reason says so. An empty store takes the first scorer, and one that this code cannot
    read gives up its place, but none takes one that surely costs more than the baseline.

    Parameters
    ----------
    scorer : Scorer
        The new one; its costs weigh both.
    test_clients : Table
        `client_id` and features of the clients set aside, and `defaulted` (0 or 1).
    force : bool
        Save it whatever the one in place, the baseline and the objection say.
    objection : str
        Why the one in place stays although the new one costs less on these clients; empty for none.
    challenger : str
        Its tag in the store, where it is one: it keeps its version.

    Returns
    -------
    Promotion

    Raises
    ------
    InvalidInput
        If the one in place cannot score these clients, or the store is empty and the baseline
        surely costs less, and nobody insists.
    """
    tag = latest_tag()
    version = challenger.partition(":")[2] or None
    cheaper = None if force else cheaper_baseline(scorer)
    if cheaper and tag is None:
        raise InvalidInput(
            f"scorer {scorer.card.candidate}",
            f"it does not surely cost more than the baseline; but {_against(cheaper)}",
            "search longer with notebook 02, or set force_promotion",
        )
    if cheaper and tag is not None:
        return Promotion(tag, False, f"Not saved: {_against(cheaper)}.", None)
    if tag is None:
        return Promotion(save_scorer(scorer, version), True, "No scorer was in place.", None)
    try:
        other = load_scorer(tag)
    except InvalidInput as error:
        reason = f"{tag}, in place, cannot be read, and so not be served: {error}"
        return Promotion(save_scorer(scorer, version), True, reason, None)
    return _challenge(scorer, other, tag, test_clients, force, objection, version)


def _challenge(
    scorer: Scorer,
    in_place: Scorer,
    tag: str,
    test_clients: pa.Table,
    force: bool,
    objection: str,
    version: str | None,
) -> Promotion:
    """Let the new scorer take the place if it surely costs less, or if somebody insists."""
    unseen = unseen_by_both(scorer.card, in_place.card, test_clients)
    try:
        difference = compare(scorer, in_place, test_clients if unseen is None else unseen)
    except InvalidInput as error:
        if not force:
            raise InvalidInput(
                f"{tag}, in place",
                f"it scores the clients set aside, to be compared with the new one; but {error}",
                "set force_promotion to put the new one in its place without a comparison",
            ) from error
        reason = f"Forced, without a comparison: {tag} cannot score these clients; {error}"
        return Promotion(save_scorer(scorer, version), True, reason, None)
    reason = f"{_in_words(difference, tag)} {_judges_in_words(unseen)}"
    if objection and not force:
        return Promotion(
            tag, False, f"Not saved: {objection}. On the clients set aside: {reason}", difference
        )
    if difference.surely_lower:
        objected = f" Forced, although {objection}." if objection else ""
        tag = save_scorer(scorer, version)
        return Promotion(tag, True, f"Surely better: {reason}{objected}", difference)
    if force:
        tag = save_scorer(scorer, version)
        return Promotion(tag, True, f"Forced, not surely better: {reason}", difference)
    return Promotion(tag, False, f"Not surely better, so not saved: {reason}", difference)


def cheaper_baseline(scorer: Scorer) -> RivalFigures | None:
    """Give the baseline where it surely costs less than the scorer on the test clients."""
    return next(
        (one for one in scorer.card.rivals if one.against == "baseline" and one.low > 0), None
    )


def unseen_by_both(card: ModelCard, other: ModelCard, clients: pa.Table) -> pa.Table | None:
    """Give those of the clients whom both scorers had set aside.

    Of the same split the clients of the smaller test share are in both test sets.

    Returns
    -------
    Table or None
        None where a card tells of no split or of another one, or no client was set aside by both:
        then nobody knows from whom the scorers have learned, or there is nobody to judge them.
    """
    if not card.split == other.split == SPLIT:
        return None
    ids = clients.column("client_id").to_pylist()
    unseen = clients.filter(pa.array(draws(ids) < min(card.test_share, other.test_share)))
    return unseen if len(unseen) else None


def compare(scorer: Scorer, in_place: Scorer, clients: pa.Table) -> CostDifference:
    """Compare the business costs of two scorers' own decisions on the same clients."""
    defaulted = clients.column("defaulted").to_numpy().astype(int)
    told = CREDIT_AMOUNT in clients.column_names
    costs = scorer.card.costs_of(clients.column(CREDIT_AMOUNT).to_numpy() if told else None)
    return cost_difference(defaulted, _refused(scorer, clients), _refused(in_place, clients), costs)


def _refused(scorer: Scorer, clients: pa.Table) -> npt.NDArray[np.bool_]:
    probabilities = scorer.default_probabilities(scorer.encode_frame(clients))
    return refuses(probabilities, scorer.threshold)


def _against(baseline: RivalFigures) -> str:
    return (
        f"it costs {baseline.difference:+.4f} a client more than the baseline on the test clients,"
        f" 95% interval {baseline.low:+.4f} to {baseline.high:+.4f}"
    )


def _in_words(difference: CostDifference, tag: str) -> str:
    return (
        f"it costs {difference.cost:.4f} a client, {tag} {difference.other_cost:.4f}, on the same "
        f"test clients; difference {difference.difference:+.4f}, 95% interval "
        f"{difference.low:+.4f} to {difference.high:+.4f}."
    )


def _judges_in_words(unseen: pa.Table | None) -> str:
    if unseen is not None:
        return f"Neither has learned from any of these {len(unseen):,} clients."
    return (
        "The cards do not tell of clients whom both had set aside: the one in place may have "
        "learned from some of these, which flatters it."
    )


def _entry(tag: str) -> bentoml.Model:
    try:
        return bentoml.models.get(tag)
    except bentoml.exceptions.NotFound as error:
        raise InvalidInput(
            f"scorer {tag}", "it is in the BentoML store", "save one with notebook 03"
        ) from error
