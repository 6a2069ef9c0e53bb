"""Values of features that there cannot be: whoever sends one is told, and no score is given."""

from collections.abc import Mapping

from lib.decision import InvalidInput, is_possible, say_range
from lib.features.description import FeatureDescription
from lib.scoring.encoder import Features


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
