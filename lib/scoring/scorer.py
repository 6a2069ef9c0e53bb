"""The scorer: default probabilities, decisions, and the reasons behind them.

With it goes the code of the features, as SQL, so that a new client's are those it was trained on.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import ValidationError

from lib.decision import ANYTHING, Decision, InvalidInput, refuses
from lib.features.description import FeatureDescription, Text
from lib.features.one_client import CompiledFeatures
from lib.scoring.card import ModelCard, ScorerCard, unfit_card
from lib.scoring.encoder import Encoder, Features, Floats
from lib.scoring.models import (
    BlendModel,
    BoosterModel,
    Calibration,
    Model,
    model_from_plain,
    sigmoid,
)
from lib.scoring.points import points_per_log_odds

# By these names the store knows it: BentoML makes the newest of a name its latest, so a challenger
# of the same name would be in place.
SCORER_NAME, CHALLENGER_NAME = "credit_scorer", "credit_challenger"
SCORER_FILE = "scorer.json"
BOOSTER_FILE = "booster.txt"
FEATURES_FILE = "features.json"
FORMAT = 4


@dataclass(frozen=True)
class Importance:
    """Mean absolute contributions over the training clients, in log-odds.

    Those of one fact or family are summed client by client first: two features that say the
    opposite of each other cancel out.

    Parameters
    ----------
    features, facts, families : mapping of str to float
        By name, those that the model knows.
    """

    features: Mapping[str, float] = field(default_factory=dict)
    facts: Mapping[str, float] = field(default_factory=dict)
    families: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Scorer:
    """What is deployed: encoder, model, calibration and card, with the features' descriptions.

    Parameters
    ----------
    encoder : Encoder
        Writes features as the matrix that the model reads.
    model : Model
        Gives margins and what makes them up.
    calibration : Calibration
        From margin to log-odds of default.
    card : ModelCard
        Threshold, costs, origin.
    catalogue : mapping of str to FeatureDescription
        How a person reads each feature, those outside the model included.
    fact_labels : mapping of str to Text
        How the facts are called that the features of the catalogue tell.
    mean_margins : tuple of float
        What each of the model's features adds to the margin on average over the training clients,
        as they are and not as a sampler left them: contributions are told against it.
    importance : Importance
        What weighs how much over the training clients.
    feature_code : CompiledFeatures
        What works the features out of raw records: that of the day when the model was trained.
    """

    encoder: Encoder
    model: Model
    calibration: Calibration
    card: ModelCard
    catalogue: Mapping[str, FeatureDescription]
    fact_labels: Mapping[str, Text]
    mean_margins: tuple[float, ...]
    importance: Importance
    feature_code: CompiledFeatures

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the model's features, in the order of the matrix' columns."""
        return self.encoder.features

    @property
    def threshold(self) -> float:
        """Default probability from which on a client is refused."""
        return self.card.threshold

    @cached_property
    def facts(self) -> Mapping[str, tuple[int, ...]]:
        """The facts that the model's features tell, each with the columns of these features."""
        columns: dict[str, tuple[int, ...]] = {}
        for column, name in enumerate(self.features):
            fact = self.catalogue[name].fact
            columns[fact] = (*columns.get(fact, ()), column)
        return columns

    @cached_property
    def told(self) -> Sequence[tuple[str, Text, str]]:
        """Of each column its feature, how it is called, and the fact that it tells."""
        rows = [self.catalogue[name] for name in self.features]
        return [(row.name, row.label, row.fact) for row in rows]

    @cached_property
    def possible_ends(self) -> tuple[Floats, Floats]:
        """The lowest and the highest number that there can be of each feature, shape (k,).

        They are infinite where anything can be, and for categories, which the matrix has as codes.
        """
        ends = [
            ANYTHING if name in self.encoder.codes else self.catalogue[name].possible
            for name in self.features
        ]
        low = [-np.inf if end is None else end for end, _ in ends]
        high = [np.inf if end is None else end for _, end in ends]
        return np.array(low), np.array(high)

    @cached_property
    def expected_weights(self) -> Floats:
        """How much each of the encoder's `expected` features moves the log-odds, shape (j,)."""
        return np.array([self.importance.features[name] for name in self.encoder.expected], float)

    @cached_property
    def base_log_odds(self) -> float:
        """Starting point of contributions: the mean log-odds of the training clients."""
        mean = self.model.base_margin + sum(self.mean_margins)
        return float(self.calibration.log_odds(np.array(mean)))

    @property
    def base_probability(self) -> float:
        """Default probability at the starting point.

        It is below the mean risk: risks far above the others pull up a mean of probabilities more
        than one of log-odds.
        """
        return float(sigmoid(np.array(self.base_log_odds)))

    def encode(self, clients: Sequence[Features]) -> Floats:
        """Write clients given as mappings from feature to value, shape (n, k).

        Raises
        ------
        InvalidInput
            If a feature is unknown, of the wrong type, or not a finite number.
        """
        return self.encoder.encode(clients)

    def encode_frame(self, frame: pa.Table) -> Floats:
        """Write clients given as an Arrow table, shape (n, k)."""
        return self.encoder.encode_frame(frame)

    def log_odds(self, matrix: Floats) -> Floats:
        """Give the log-odds of default, shape (n,)."""
        return self.calibration.log_odds(self.model.margins(matrix))

    def default_probabilities(self, matrix: Floats) -> Floats:
        """Give the default probabilities in [0, 1], shape (n,)."""
        return sigmoid(self.log_odds(matrix))

    def decisions(self, default_probabilities: npt.ArrayLike) -> list[Decision]:
        """Give the decision that belongs to each default probability."""
        refused = refuses(default_probabilities, self.threshold)
        return [Decision.REFUSE if one else Decision.GRANT for one in refused]

    def contributions(self, matrix: Floats) -> Floats:
        """Say what each feature adds to `base_log_odds`, shape (n, k).

        Each row sums, with `base_log_odds`, to the client's log-odds; over the training clients
        each column averages to 0.
        """
        return self._above_mean(self.model.contributions(matrix))

    def log_odds_and_contributions(self, matrix: Floats) -> tuple[Floats, Floats]:
        """Give what `log_odds` and `contributions` give, with nothing worked out twice."""
        margins, contributions = self.model.margins_and_contributions(matrix)
        return self.calibration.log_odds(margins), self._above_mean(contributions)

    def _above_mean(self, contributions: Floats) -> Floats:
        return self.calibration.slope * (contributions - np.array(self.mean_margins))

    def sum_by_fact(self, contributions: Floats) -> Floats:
        """Say what each of `facts` adds: the sum over its features, shape (n, f).

        Parameters
        ----------
        contributions : ndarray of float, shape (n, k)
            By feature, from `contributions`.
        """
        by_fact = [column for columns in self.facts.values() for column in columns]
        sizes = [len(columns) for columns in self.facts.values()]
        starts = np.cumsum([0, *sizes])[:-1]
        return np.add.reduceat(contributions[:, by_fact], starts, axis=1)

    def points_per_log_odds(self, log_odds: Floats) -> Floats:
        """Give the percentage points that one unit of each client's contributions stands for."""
        return points_per_log_odds(self.base_log_odds, log_odds)

    @cached_property
    def feature_weights(self) -> Mapping[str, float]:
        """Share what each fact weighs among its features, by what each of them weighs alone.

        Several features that tell the same fact then count as one, in log-odds.
        """
        alone = self.importance.features
        weights: dict[str, float] = {}
        for fact, columns in self.facts.items():
            names = [self.features[column] for column in columns]
            together = sum(alone[name] for name in names) or 1.0
            of_fact = self.importance.facts[fact]
            weights |= {name: of_fact * alone[name] / together for name in names}
        return weights

    def describe(self, tag: str) -> ScorerCard:
        """Give the card of this scorer under its tag in the store, with all its features.

        Raises
        ------
        InvalidInput
            If the card says what no card may, such as a share above 1.
        """
        plain = {
            **self.card.model_dump(exclude={"reference"}),
            "tag": tag,
            "base_probability": self.base_probability,
            "features": [
                {
                    **row.model_dump(),
                    "in_model": name in self.features,
                    "importance": self.importance.features.get(name, 0.0),
                }
                for name, row in self.catalogue.items()
            ],
            "facts": [
                {
                    "name": name,
                    "label": self.fact_labels[name],
                    "family": self.catalogue[self.features[columns[0]]].family,
                    "importance": self.importance.facts[name],
                }
                for name, columns in self.facts.items()
            ],
            "families": self.importance.families,
        }
        try:
            return ScorerCard.model_validate(plain)
        except ValidationError as error:
            raise unfit_card(error) from error

    def save(self, folder: Path) -> None:
        """Write the scorer into a folder, as JSON, SQL and the booster's text: no pickle."""
        folder.mkdir(parents=True, exist_ok=True)
        code = self.feature_code.to_json()
        (folder / FEATURES_FILE).write_text(code, encoding="utf-8")
        if isinstance(self.model, BoosterModel | BlendModel):
            (folder / BOOSTER_FILE).write_text(self.model.text, encoding="utf-8")
        content = {
            "format": FORMAT,
            "encoder": self.encoder.to_plain(),
            "model": self.model.to_plain(),
            "calibration": vars(self.calibration),
            "card": self.card.model_dump(mode="json"),
            "catalogue": [row.model_dump(mode="json") for row in self.catalogue.values()],
            "facts": {name: asdict(label) for name, label in self.fact_labels.items()},
            "mean_margins": list(self.mean_margins),
            "importance": {kind: dict(sizes) for kind, sizes in vars(self.importance).items()},
        }
        written = folder / f"{SCORER_FILE}.part"
        written.write_text(json.dumps(content, indent=1, ensure_ascii=False), encoding="utf-8")
        written.replace(folder / SCORER_FILE)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read the scorer that `save` has written.

        Raises
        ------
        InvalidInput
            If the folder holds no scorer, or one of another format.
        """
        path = Path(folder) / SCORER_FILE
        if not path.is_file():
            raise InvalidInput(str(folder), "it holds a saved scorer", "run notebook 02")
        content = json.loads(path.read_text(encoding="utf-8"))
        if content.get("format") != FORMAT:
            raise InvalidInput(
                f"format {content.get('format')} of {path.name}",
                f"this code reads format {FORMAT}",
                "select the model again with notebook 02",
            )
        booster = path.with_name(BOOSTER_FILE)
        text = booster.read_text(encoding="utf-8") if booster.is_file() else None
        try:
            card = ModelCard.model_validate(content["card"])
        except ValidationError as error:
            raise unfit_card(error) from error
        catalogue = map(FeatureDescription.model_validate, content["catalogue"])
        return cls(
            encoder=Encoder.from_plain(content["encoder"]),
            model=model_from_plain(content["model"], text),
            calibration=Calibration(**content["calibration"]),
            card=card,
            catalogue={row.name: row for row in catalogue},
            fact_labels={name: Text(**label) for name, label in content["facts"].items()},
            mean_margins=tuple(content["mean_margins"]),
            importance=Importance(**content["importance"]),
            feature_code=CompiledFeatures.from_json(path.with_name(FEATURES_FILE).read_bytes()),
        )
