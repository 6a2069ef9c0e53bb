from math import isnan

import numpy as np
import pyarrow as pa
import pytest

from lib.decision import InvalidInput
from lib.scoring.encoder import LARGEST_NUMBER, Codes, Encoder

ENCODER = Encoder(
    ("income", "housing"),
    {"housing": Codes({"owns": 0.0, "rents": 1.0}, unknown=-1.0, missing=2.0)},
    ignored=frozenset({"gender"}),
)


def test_categories_become_their_codes() -> None:
    rows = [{"housing": "owns"}, {"housing": "rents"}, {"housing": "a boat"}, {"housing": None}, {}]
    assert ENCODER.encode(rows)[:, 1].tolist() == [0.0, 1.0, -1.0, 2.0, 2.0]


def test_a_number_left_out_or_null_is_missing() -> None:
    assert np.isnan(ENCODER.encode([{}, {"income": None}])[:, 0]).all()


def test_nobody_is_a_matrix_without_rows() -> None:
    assert ENCODER.encode([]).shape == (0, 2)


@pytest.mark.parametrize(
    ("features", "named"),
    [
        ({"salary": 1.0}, "feature salary"),
        ({"income": "much"}, "feature income"),
        ({"income": "12"}, "feature income"),
        ({"income": True}, "feature income"),
        ({"housing": 1.0}, "feature housing"),
        ({"income": float("inf")}, "feature income"),
        ({"income": -1.1 * LARGEST_NUMBER}, "feature income"),
        ({"income": 10**400}, "feature income"),
    ],
)
def test_a_wrong_feature_is_named(features: dict, named: str) -> None:
    with pytest.raises(InvalidInput, match=named):
        ENCODER.encode([{}, features])


def test_the_largest_number_is_allowed() -> None:
    assert ENCODER.encode([{"income": LARGEST_NUMBER}])[0, 0] == LARGEST_NUMBER


def test_a_frame_is_read_column_by_column() -> None:
    frame = pa.table(
        {
            "housing": pa.chunked_array([["rents", None], ["a boat", "owns"]]),
            "income": pa.array([1, None, 3, 4], pa.int64()),
        }
    )
    matrix = ENCODER.encode_frame(frame)
    assert matrix[:, 1].tolist() == [1.0, 2.0, -1.0, 0.0]
    assert isnan(matrix[1, 0])
    assert matrix[[0, 2, 3], 0].tolist() == [1.0, 3.0, 4.0]


@pytest.mark.parametrize(
    ("frame", "named"),
    [
        (pa.table({"income": [1.0]}), "column housing"),
        (pa.table({"income": ["1"], "housing": ["owns"]}), "column income"),
        (pa.table({"income": [1.0], "housing": [1.0]}), "column housing"),
    ],
)
def test_a_frame_of_another_shape_is_refused(frame: pa.Table, named: str) -> None:
    with pytest.raises(InvalidInput, match=named):
        ENCODER.encode_frame(frame)


def test_coverage_counts_values_of_the_model_only() -> None:
    rows = [
        {},
        {"income": 1.0, "gender": "F"},
        {"income": 1.0, "housing": None},
        {"income": 0.0, "housing": ""},
    ]
    assert ENCODER.as_given(rows).coverage == [0.0, 0.5, 0.5, 1.0]


def test_who_has_a_category_never_seen_is_known() -> None:
    rows = [{"housing": "owns"}, {"housing": "a boat"}, {"housing": None}, {}]
    assert ENCODER.as_given(rows).has_unseen_category.tolist() == [False, True, False, False]


def test_of_a_model_without_features_everything_is_given() -> None:
    assert Encoder((), {}).as_given([{}, {}]).coverage == [1.0, 1.0]


BOUNDED = Encoder(
    ("income", "housing", "debt"),
    {"housing": Codes({}, -1.0, 2.0)},
    seen={"income": (9.0, 50.0)},
    expected=("income",),
    always_told={"debt": 7.0},
)


def test_a_number_beyond_those_seen_counts_as_the_nearest() -> None:
    rows = [{"income": value, "debt": 1e9} for value in (-1e9, 9.0, 20.0, 50.0, 51.0, None)]
    matrix = BOUNDED.encode(rows)
    np.testing.assert_array_equal(matrix[:, 0], [9.0, 9.0, 20.0, 50.0, 50.0, np.nan])
    assert (matrix[:, 1] == 2.0).all()
    assert (matrix[:, 2] == 1e9).all()
    given = BOUNDED.as_given(rows).matrix
    assert BOUNDED.unseen(given)[:, 0].tolist() == [True, False, False, False, True, False]
    assert not BOUNDED.unseen(given)[:, 1:].any()


def test_a_number_that_no_client_lacked_counts_as_the_median_where_it_is_missing() -> None:
    rows = [{"debt": 3.0}, {"income": 20.0}]
    assert BOUNDED.encode(rows)[:, 2].tolist() == [3.0, 7.0]
    untold = BOUNDED.untold(BOUNDED.as_given(rows).matrix)
    assert untold.tolist() == [[False, False, False], [False, False, True]]


def test_an_older_scorer_leaves_what_is_missing_to_its_model() -> None:
    plain = BOUNDED.to_plain()
    del plain["always_told"]
    assert np.isnan(Encoder.from_plain(plain).encode([{}])[0, 2])


def test_a_frame_is_bounded_as_rows_are() -> None:
    frame = pa.table({"income": [1.0, None], "housing": ["x", None], "debt": [1.0, None]})
    np.testing.assert_array_equal(BOUNDED.encode_frame(frame), BOUNDED.encode(frame.to_pylist()))


def test_what_was_seen_is_kept() -> None:
    assert Encoder.from_plain(BOUNDED.to_plain()) == BOUNDED
