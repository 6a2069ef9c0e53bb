"""Why a person must look at a score: values that the model has not seen, too little known.

The score is given all the same, with the nearest values that the model has seen; a note says what
is unusual.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from lib.features.description import FeatureDescription, Text, Unit, write_in_unit
from lib.scoring.encoder import Bools, Features, Floats, Given
from lib.scoring.note import ReviewKind, ReviewNote
from lib.scoring.scorer import Scorer

# So many features that were not told are named; the others are counted.
MOST_NAMED = 3


def review(scorer: Scorer, given: Given) -> list[list[ReviewNote]]:
    """Say for each client why a person must look at the score; mostly there is nothing to say.

    Parameters
    ----------
    scorer : Scorer
        Who knows what it has seen, and how much must be known.
    given : Given
        The clients, from the encoder's `as_given`.
    """
    outside = scorer.encoder.unseen(given.matrix)
    known = known_shares(scorer, given)
    untold = scorer.encoder.untold(given.matrix)
    is_unusual = outside.any(axis=1) | (known < scorer.card.least_known) | given.has_unseen_category
    is_unusual |= untold.any(axis=1)
    notes: list[list[ReviewNote]] = [[] for _ in given.clients]
    for row in np.flatnonzero(is_unusual).tolist():
        notes[row] = [
            *_too_little_known(float(known[row]), scorer.card.least_known),
            *_untold(scorer, untold[row]),
            *_numbers_outside(scorer, given.matrix[row], outside[row]),
            *_unseen_categories(scorer, given.clients[row]),
        ]
    return notes


def count_notes(scorer: Scorer, frame: pa.Table, given: Floats) -> npt.NDArray[np.int64]:
    """Count for each client of a table the notes that `review` gives, shape (n,).

    Parameters
    ----------
    scorer : Scorer
    frame : Table
        The clients, n of them, with a column for each feature.
    given : ndarray of float, shape (n, k)
        The same, from the encoder's `frame_as_given`.
    """
    notes = scorer.encoder.unseen(given).sum(axis=1) + scorer.encoder.untold(given).any(axis=1)
    for name, codes in scorer.encoder.codes.items():
        column = frame[name]
        known = pc.is_in(column, value_set=pa.array([*codes.known], column.type))
        notes += pc.and_(pc.is_valid(column), pc.invert(known)).to_numpy()
    # Whoever writes a file by NumPy or Polars may write NaN where a value is missing.
    columns = [frame[name].is_null(nan_is_null=True).to_numpy() for name in scorer.encoder.expected]
    is_given = ~np.array(columns, dtype=bool).reshape(len(columns), frame.num_rows).T
    return notes + (share_by_importance(scorer, is_given) < scorer.card.least_known)


def known_shares(scorer: Scorer, given: Given) -> Floats:
    """Give for each client the share of what nearly every client is known by, shape (n,).

    What many clients lack, such as credits elsewhere, is no part of it: the model has learned from
    clients who lack it. Features weigh as much as they move the log-odds on average.
    """
    # In the order of rows: the order in which products are summed moves the last bit.
    is_given = np.ascontiguousarray(given.is_given[:, scorer.encoder.expected_places])
    return share_by_importance(scorer, is_given)


def share_by_importance(scorer: Scorer, is_given: npt.NDArray[np.bool_]) -> Floats:
    """Give the share of the importance of expected features that is given, in [0, 1], shape (n,).

    Parameters
    ----------
    scorer : Scorer
    is_given : ndarray of bool, shape (n, j)
        Which of the encoder's `expected` features each client has.
    """
    weights = scorer.expected_weights
    if not weights.sum():
        return np.ones(len(is_given))
    # Of one who has everything it is 1 exactly, whatever the rounding.
    return np.where(is_given.all(axis=1), 1.0, is_given @ weights / weights.sum())


def _too_little_known(known: float, least: float) -> Iterator[ReviewNote]:
    if known < least:
        given, needed = write_in_unit(known, Unit.SHARE), write_in_unit(least, Unit.SHARE)
        yield ReviewNote(
            kind=ReviewKind.TOO_LITTLE_KNOWN,
            value=known,
            nearest_seen=least,
            text=Text(
                f"Seulement {given.fr} de ce que l’on sait d’ordinaire d’un client est renseigné ; "
                f"au-dessous de {needed.fr}, les probabilités du modèle ne sont plus fiables.",
                f"Only {given.en} of what is usually known of a client is given; below "
                f"{needed.en}, the model’s probabilities are no longer reliable.",
            ),
        )


def _untold(scorer: Scorer, is_untold: Bools) -> Iterator[ReviewNote]:
    """Name what was not told, in one note: who tells little would have one for each feature."""
    labels = [scorer.catalogue[scorer.features[at]].label for at in np.flatnonzero(is_untold)]
    if not labels:
        return
    named = labels[:MOST_NAMED]
    french = " ; ".join(label.fr for label in named)
    english = "; ".join(label.en for label in named)
    more = len(labels) - MOST_NAMED
    yield ReviewNote(
        kind=ReviewKind.UNTOLD,
        value=float(len(labels)),
        text=Text(
            f"{french}{f' (et {more} de plus)' if more > 0 else ''} : non renseigné, alors que le "
            "modèle n’a vu aucun client sans ; la valeur médiane compte à la place.",
            f"{english}{f' (and {more} more)' if more > 0 else ''}: not given, though no client "
            "whom the model has seen lacked it; the median counts instead.",
        ),
    )


def _numbers_outside(scorer: Scorer, values: Floats, outside: Bools) -> Iterator[ReviewNote]:
    nearest = scorer.encoder.nearest_seen(values)
    for place in np.flatnonzero(outside).tolist():
        row = scorer.catalogue[scorer.features[place]]
        yield _outside_seen(row, float(values[place]), float(nearest[place]))


def _outside_seen(row: FeatureDescription, value: float, nearest: float) -> ReviewNote:
    own, seen = write_in_unit(value, row.unit), write_in_unit(nearest, row.unit)
    is_low = value < nearest
    return ReviewNote(
        kind=ReviewKind.OUTSIDE_SEEN,
        feature=row.name,
        value=value,
        nearest_seen=nearest,
        text=Text(
            f"{row.label.fr} : {own.fr}, {'moins' if is_low else 'plus'} que chez presque "
            f"tous les clients que le modèle a vus ; compte comme {seen.fr}.",
            f"{row.label.en}: {own.en}, {'less' if is_low else 'more'} than of nearly every "
            f"client whom the model has seen; it counts as {seen.en}.",
        ),
    )


def _unseen_categories(scorer: Scorer, client: Features) -> Iterator[ReviewNote]:
    for name, codes in scorer.encoder.codes.items():
        value = client.get(name)
        if not isinstance(value, str) or value in codes.known:
            continue
        row = scorer.catalogue[name]
        words = row.words_of(value)
        yield ReviewNote(
            kind=ReviewKind.UNSEEN_CATEGORY,
            feature=name,
            value=value,
            text=Text(
                f"{row.label.fr} : « {words.fr} », que le modèle n’a vu chez presque aucun client.",
                f"{row.label.en}: “{words.en}”, which the model has seen of hardly any client.",
            ),
        )
