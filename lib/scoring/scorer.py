"""The scorer: default probabilities, decisions, and the reasons behind them.

With it goes the code of the features, as SQL, so that a new client's are those it was trained on.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import ValidationError

from lib.decision import Decision, InvalidInput, refuses
from lib.features.description import FeatureDescription
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

SCORER_FILE = "scorer.json"
BOOSTER_FILE = "booster.txt"
FEATURES_FILE = "features.json"
FORMAT = 3


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
    importance : mapping of str to float
        Mean absolute contribution of each of the model's features, in log-odds.
    feature_code : CompiledFeatures
        What works the features out of raw records: that of the day when the model was trained.
    """

    encoder: Encoder
    model: Model
    calibration: Calibration
    card: ModelCard
    catalogue: Mapping[str, FeatureDescription]
    importance: Mapping[str, float]
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
    def base_log_odds(self) -> float:
        """Log-odds of the average client, to which contributions are added."""
        return float(self.calibration.log_odds(np.array(self.model.base_margin)))

    @property
    def base_probability(self) -> float:
        """Default probability of the average client."""
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

        Each row sums, with `base_log_odds`, to the client's log-odds.
        """
        return self.calibration.slope * self.model.contributions(matrix)

    def describe(self, tag: str) -> ScorerCard:
        """Give the card of this scorer under its tag in the store, with all its features.

        Raises
        ------
        InvalidInput
            If the card says what no card may, such as a share above 1.
        """
        plain = {
            **self.card.model_dump(),
            "tag": tag,
            "base_probability": self.base_probability,
            "features": [
                {
                    **row.model_dump(),
                    "in_model": name in self.features,
                    "importance": self.importance.get(name, 0.0),
                }
                for name, row in self.catalogue.items()
            ],
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
            "importance": dict(self.importance),
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
            importance=content["importance"],
            feature_code=CompiledFeatures.from_json(path.with_name(FEATURES_FILE).read_bytes()),
        )
