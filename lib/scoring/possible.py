"""Values of features that there cannot be: whoever sends one is told, and no score is given."""

from collections.abc import Mapping

import numpy as np

from lib.decision import InvalidInput, is_possible, say_range
from lib.features.description import FeatureDescription
from lib.scoring.encoder import Features, Given
from lib.scoring.scorer import Scorer


def check_possible(client: Features, catalogue: Mapping[str, FeatureDescription]) -> None:
    """Refuse a client with a number that there cannot be.

    Parameters
    ----------
    client : mapping of str to float, str or None
        Features that somebody has given; what is no number, or unknown, is for the encoder to say.
    catalogue : mapping of str to FeatureDescription
        What is possible of each feature, whether the model reads it or not.

    Raises
    ------
    InvalidInput
        If a number lies beyond what is possible.
    """
    for name, value in client.items():
        row = catalogue.get(name)
        if row is None or value is None or isinstance(value, str):
            continue
        if not is_possible(value, row.possible):
            raise InvalidInput(
                f"feature {name}",
                f"it is {say_range(row.possible)}, or missing",
                "check the value and its unit",
            )


def check_given_possible(scorer: Scorer, given: Given) -> None:
    """Refuse clients if one of them has a number that there cannot be; raises as `check_possible`.

    The numbers of all clients are looked at together: one by one they take as long as the model.
    """
    low, high = scorer.possible_ends
    is_outside = (given.matrix < low) | (given.matrix > high)
    for client, beyond in zip(given.clients, np.logical_or.reduce(is_outside, axis=1), strict=True):
        # What the model does not read is in no matrix.
        if beyond or not scorer.encoder.ignored.isdisjoint(client):
            check_possible(client, scorer.catalogue)
