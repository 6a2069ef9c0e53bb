"""Which values there can be: the real tables have none beyond, and files that have are refused."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lib.decision import is_possible
from lib.tables import TABLES
from lib.tables.findings import Kind
from tests.tables.spoiling import findings, set_column

# The least and the greatest values of the real tables where they come near an end, or go beyond
# what one would think: as the competition's own pages and kernels tell them.
REAL_EXTREMES = {
    "application_train": {
        "CNT_CHILDREN": (0, 19),
        "AMT_INCOME_TOTAL": (25_650, 117_000_000),
        "AMT_CREDIT": (45_000, 4_050_000),
        "AMT_ANNUITY": (1_615.5, 258_025.5),
        "DAYS_BIRTH": (-25_229, -7_489),
        "DAYS_EMPLOYED": (-17_912, 0),
        "DAYS_REGISTRATION": (-24_672, 0),
        "OWN_CAR_AGE": (0, 91),
        "REGION_RATING_CLIENT_W_CITY": (-1, 3),
        "OBS_30_CNT_SOCIAL_CIRCLE": (0, 348),
        "AMT_REQ_CREDIT_BUREAU_QRT": (0, 261),
        "APARTMENTS_AVG": (0, 1),
        "EXT_SOURCE_2": (8.17e-8, 0.855),
    },
    "bureau": {
        "DAYS_CREDIT": (-2_922, 0),
        "DAYS_CREDIT_ENDDATE": (-42_060, 31_199),
        "DAYS_CREDIT_UPDATE": (-41_947, 372),
        "AMT_CREDIT_SUM": (0, 585_000_000),
        "AMT_CREDIT_SUM_DEBT": (-4_705_600.32, 170_100_000),
        "AMT_CREDIT_SUM_LIMIT": (-586_406.11, 4_705_600.32),
        "AMT_ANNUITY": (0, 118_453_423.5),
    },
    "bureau_balance": {"MONTHS_BALANCE": (-96, 0)},
    "previous_application": {
        "AMT_DOWN_PAYMENT": (-0.9, 3_060_045),
        "RATE_DOWN_PAYMENT": (-1.497876e-05, 1),
        "RATE_INTEREST_PRIMARY": (0.034781, 1),
        "DAYS_DECISION": (-2_922, -1),
        "SELLERPLACE_AREA": (-1, 4_000_000),
        "DAYS_LAST_DUE_1ST_VERSION": (-2_801, 2_389),
    },
    "POS_CASH_balance": {"MONTHS_BALANCE": (-96, -1), "SK_DPD": (0, 4_231)},
    "installments_payments": {"DAYS_ENTRY_PAYMENT": (-4_921, -1), "AMT_PAYMENT": (0, 3_771_487.8)},
    "credit_card_balance": {
        "AMT_BALANCE": (-420_250.185, 1_505_902.185),
        "AMT_DRAWINGS_ATM_CURRENT": (-6_827.31, 2_115_000),
        "AMT_DRAWINGS_CURRENT": (-6_211.62, 2_287_098.315),
        "AMT_RECEIVABLE_PRINCIPAL": (-423_305.82, 1_472_316.795),
        "AMT_TOTAL_RECEIVABLE": (-420_250.185, 1_493_338.185),
    },
}


@pytest.mark.parametrize("name", REAL_EXTREMES)
def test_nothing_that_the_real_tables_hold_is_impossible(name):
    for column, ends in REAL_EXTREMES[name].items():
        possible = TABLES[name].columns[column].possible
        assert all(is_possible(end, possible) for end in ends), column


def test_what_would_be_absurd_is_impossible():
    application = TABLES["application_train"].columns
    for column, values in {
        "DAYS_BIRTH": (12_053, -5 * 365, -121 * 366),
        "DAYS_EMPLOYED": (1, -61 * 366),
        "AMT_INCOME_TOTAL": (-1,),
        "EXT_SOURCE_1": (-0.1, 7),
        "FLAG_MOBIL": (2,),
        "APARTMENTS_AVG": (1.01,),
    }.items():
        possible = application[column].possible
        assert not any(is_possible(value, possible) for value in values), column


def spoil(folder, name, column, *first):
    """Put values in the first rows of a column."""
    values = pq.read_table(folder / f"{name}.parquet")[column]
    spoilt = [*first, *values.to_pylist()[len(first) :]]
    set_column(folder, name, column, pa.array(spoilt, values.type))


@pytest.mark.parametrize(
    ("name", "column", "values", "what"),
    [
        ("application_train", "AMT_INCOME_TOTAL", (-5.0, -7.0), "at least 0; found -5.0, -7.0"),
        ("application_test", "EXT_SOURCE_2", (7.0,), "from 0 to 1; found 7.0"),
        ("application_train", "DAYS_BIRTH", (12_053, -1_825), "from -43830 to -6574; found 12053"),
        (
            "application_train",
            "DAYS_EMPLOYED",
            (-30_000, 365243),
            "from -21915 to 0; found -30000",
        ),
        ("bureau_balance", "MONTHS_BALANCE", (1,), "at most 0; found 1"),
    ],
)
def test_a_file_with_an_impossible_value_is_refused(consistent, name, column, values, what):
    spoil(consistent, name, column, *values)
    (found,) = findings(consistent).values()
    assert (found.table, found.kind) == (name, Kind.IMPOSSIBLE_VALUE)
    assert found.forbids
    assert found.what.startswith(f"{column} is {what}")
    # A code for missing is not impossible.
    assert found.count == len([value for value in values if value != 365_243])


def test_numbers_that_are_none_are_not_impossible(consistent):
    spoil(consistent, "application_train", "EXT_SOURCE_2", float("nan"), None)
    assert findings(consistent) == {}


@pytest.mark.parametrize("tells_extremes", [True, False])
def test_numbers_that_are_none_hide_no_impossible_one(consistent, tells_extremes):
    spoil(consistent, "application_train", "EXT_SOURCE_2", float("nan"), 7.0, -0.5)
    path = consistent / "application_train.parquet"
    pq.write_table(pq.read_table(path), path, write_statistics=tells_extremes)
    (found,) = findings(consistent).values()
    assert (found.kind, found.count) == (Kind.IMPOSSIBLE_VALUE, 2)
    assert found.what == "EXT_SOURCE_2 is from 0 to 1; found 7.0, -0.5"
