"""Into which bin or category each of many clients falls."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

# A number's bin is guessed by which of so many even cells it is in.
CELLS = 1_024

Floats = npt.NDArray[np.float64]
Parts = npt.NDArray[np.intp]


def bins_of(numbers: Floats, edges: Floats, missing: int = -1) -> Parts:
    """Give the bin that each number falls into.

    A bin holds its lower edge; the outer ones also hold what lies beyond.

    Parameters
    ----------
    numbers : ndarray of float, shape (n,)
    edges : ndarray of float
        At least two, in rising order.
    missing : int
        What is given for NaN.

    Returns
    -------
    ndarray of int, shape (n,)

    Notes
    -----
    A search for each number among the edges takes several times as long as this: by the even cell
    that it is in, it lies above all edges of the cells before, and it goes up by those of its own.

    Examples
    --------
    >>> bins_of(np.array([-9.0, 0.0, 0.5, 1.0, 2.0, 9.0, np.nan]), np.array([0.0, 1.0, 2.0]))
    array([ 0,  0,  0,  1,  1,  1, -1])
    """
    low, next_edges = edges[0], np.append(edges[1:-1], np.nan)  # nothing is above NaN
    cells_a_unit = CELLS / (edges[-1] - low)
    # Edges are rounded as numbers are: who is in a higher cell is not below.
    edges_of_cells = np.bincount(_cells_of(edges[1:-1], low, cells_a_unit), minlength=CELLS + 1)
    edges_before = np.cumsum(edges_of_cells) - edges_of_cells
    bins = edges_before[_cells_of(numbers, low, cells_a_unit)]
    for _ in range(edges_of_cells.max()):
        bins += numbers >= next_edges[bins]
    bins[np.isnan(numbers)] = missing
    return bins


def _cells_of(numbers: Floats, low: float, cells_a_unit: float) -> npt.NDArray[np.int32]:
    # The larger and the smaller of a number and NaN is the number.
    return np.fmin(np.fmax((numbers - low) * cells_a_unit, 0.0), CELLS).astype(np.int32)


def codes_of(values: pa.Array, categories: Sequence[str]) -> Parts:
    """Give the place of each text among some categories; one beyond for others, two for none.

    Examples
    --------
    >>> codes_of(pa.array(["rents", "owns", "tent", None]), ["owns", "rents"])
    array([1, 0, 2, 3])
    """
    coded = values if pa.types.is_dictionary(values.type) else values.dictionary_encode()
    place = {name: at for at, name in enumerate(categories)}
    others, nothing = len(categories), len(categories) + 1
    places = np.array([*(place.get(one, others) for one in coded.dictionary.to_pylist()), nothing])
    codes = coded.indices.cast(pa.int32()).fill_null(len(places) - 1)
    return places[codes.to_numpy()]
