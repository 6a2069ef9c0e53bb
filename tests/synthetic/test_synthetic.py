import filecmp
from shutil import copyfile, copytree, move

import ibis
import pytest

from lib.decision import InvalidInput
from lib.synthetic import write_synthetic_tables
from lib.tables import TABLES, read_tables


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """Enough clients for shares to be near what they should be."""
    folder = tmp_path_factory.mktemp("many")
    write_synthetic_tables(folder, clients=4000, seed=3)
    return folder


@pytest.fixture(scope="module")
def tables(many):
    connection = ibis.duckdb.connect()
    yield read_tables(many, connection)
    connection.disconnect()


def test_they_are_read_without_any_finding(tables):
    assert tables.problems == ()
    assert all(tables.rows.values())


def test_clients_are_split_as_in_the_real_tables(tables):
    assert tables.rows["application_train"] == round(4000 * 307_511 / 356_255)
    assert tables.rows["application_train"] + tables.rows["application_test"] == 4000


def test_the_same_seed_gives_the_same_files(parquet_folder, tmp_path):
    write_synthetic_tables(tmp_path / "same", clients=300, seed=7)
    write_synthetic_tables(tmp_path / "other", clients=300, seed=8)
    names = [f"{name}.parquet" for name in TABLES]
    assert filecmp.cmpfiles(parquet_folder, tmp_path / "same", names, shallow=False)[0] == names
    assert filecmp.cmpfiles(parquet_folder, tmp_path / "other", names, shallow=False)[1] == names


def test_default_rate_is_the_real_one(tables):
    rate = tables["application_train"].TARGET.mean().execute()
    assert rate == pytest.approx(0.0807, abs=0.013)  # three standard errors of 3,453 clients


@pytest.mark.parametrize(
    ("column", "missing"),
    [
        ("EXT_SOURCE_1", 0.567),
        ("EXT_SOURCE_3", 0.198),
        ("OWN_CAR_AGE", 0.663),
        ("OCCUPATION_TYPE", 0.317),
        ("DAYS_EMPLOYED", 0.182),
        ("TOTALAREA_MODE", 0.488),
        ("COMMONAREA_AVG", 0.701),
        ("AMT_REQ_CREDIT_BUREAU_YEAR", 0.134),
        ("AMT_CREDIT", 0.0),
    ],
)
def test_missing_rates_are_the_real_ones(tables, column, missing):
    values = tables["application_train"][column]
    assert values.isnull().mean().execute() == pytest.approx(missing, abs=0.025)


def test_building_columns_are_missing_together(tables):
    train = tables["application_train"].execute()
    known = train["TOTALAREA_MODE"].notna()
    assert not train.loc[~known, ["APARTMENTS_AVG", "COMMONAREA_MEDI"]].notna().any().any()


def test_card_columns_are_missing_together(tables):
    cards = tables["credit_card_balance"].execute()
    absent = cards[[f"CNT_DRAWINGS_{kind}_CURRENT" for kind in ("ATM", "POS", "OTHER")]].isna()
    assert (absent.sum(axis=1).isin((0, 3))).all()
    assert 0.1 < absent.iloc[:, 0].mean() < 0.35


@pytest.mark.parametrize(
    ("table", "per_client"),
    [
        ("bureau", 4.8),
        ("bureau_balance", 68),
        ("previous_application", 4.7),
        ("POS_CASH_balance", 28),
        ("installments_payments", 38),
        ("credit_card_balance", 10.8),
    ],
)
def test_tables_are_as_long_as_the_real_ones(tables, table, per_client):
    assert tables.rows[table] / 4000 == pytest.approx(per_client, rel=0.2)


def test_risky_clients_are_told_apart_by_their_external_scores(tables):
    train = tables["application_train"].execute()
    for column in ("EXT_SOURCE_1", "EXT_SOURCE_2", "EXT_SOURCE_3"):
        means = train.groupby("TARGET")[column].mean()
        assert means[1] < means[0] - 0.08


def test_pensioners_have_no_employer(tables):
    train = tables["application_train"].execute()
    pensioner = train["NAME_INCOME_TYPE"] == "Pensioner"
    assert train.loc[pensioner, ["DAYS_EMPLOYED", "ORGANIZATION_TYPE"]].isna().all().all()
    assert train.loc[pensioner, "DAYS_BIRTH"].mean() < train.loc[~pensioner, "DAYS_BIRTH"].mean()


def test_goods_are_no_dearer_than_the_credit_and_children_have_a_parent(tables):
    train = tables["application_train"].execute()
    assert not (train["AMT_GOODS_PRICE"] > train["AMT_CREDIT"]).any()
    assert not (train["CNT_FAM_MEMBERS"] <= train["CNT_CHILDREN"]).any()


def test_clients_of_a_middling_credit_default_most(tables):
    train = tables["application_train"].execute()
    middling = train["AMT_CREDIT"].between(254_700, 604_629)
    rates = train.groupby(middling)["TARGET"].mean()
    assert rates[True] > rates[False]


def test_nearly_all_who_asked_before_have_paid_back_a_loan(tables):
    asked, repaid = (
        tables[name].SK_ID_CURR.nunique().execute()
        for name in ("previous_application", "POS_CASH_balance")
    )
    assert 0.97 < repaid / asked < 1


def test_nobody_has_two_cards(tables):
    cards = tables["credit_card_balance"]
    per_client = cards.group_by("SK_ID_CURR").aggregate(n=cards.SK_ID_PREV.nunique())
    assert per_client.n.max().execute() == 1


def test_no_month_of_a_credit_elsewhere_is_before_the_credit(tables):
    elsewhere, months = (
        tables[name].execute().set_index("SK_ID_BUREAU") for name in ("bureau", "bureau_balance")
    )
    opened = months.join(elsewhere["DAYS_CREDIT"])["DAYS_CREDIT"] / 30.44
    assert (months["MONTHS_BALANCE"] >= opened - 1).all()


@pytest.mark.parametrize(
    ("clients", "kind", "offender"), [(9, "csv", "9 clients"), (10, "xlsx", "format xlsx")]
)
def test_impossible_wishes_are_refused_and_leave_nothing(tmp_path, clients, kind, offender):
    with pytest.raises(InvalidInput, match=offender):
        write_synthetic_tables(tmp_path, clients, seed=1, format=kind)
    assert not list(tmp_path.iterdir())


def test_ten_clients_are_enough(tmp_path, backend):
    write_synthetic_tables(tmp_path, clients=10, seed=1)
    assert read_tables(tmp_path, backend).rows["application_train"] == 9


def test_nothing_half_written_is_left_and_other_files_stay(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    write_synthetic_tables(tmp_path, clients=10, seed=1, format="csv")
    write_synthetic_tables(tmp_path, clients=20, seed=1)
    wanted = {"notes.txt", ".synthetic", *(f"{name}.parquet" for name in TABLES)}
    assert {path.name for path in tmp_path.iterdir()} == wanted


@pytest.mark.parametrize("name", ["bureau.csv", "bureau.csv.zip", "bureau.parquet", "bureau.CSV"])
def test_tables_of_others_are_never_replaced(tmp_path, name):
    (tmp_path / name).write_text("Kaggle's")
    told = rf"{name}: synthetic tables take the place of synthetic tables only; use .* RAW="
    with pytest.raises(InvalidInput, match=told):
        write_synthetic_tables(tmp_path, clients=10, seed=1)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {name: "Kaggle's"}


def test_neither_are_those_that_come_while_synthetic_ones_are_drawn(tmp_path):
    def bring(_):
        (tmp_path / "bureau.csv").write_text("Kaggle's")

    with pytest.raises(InvalidInput, match="take the place of synthetic tables only"):
        write_synthetic_tables(tmp_path, clients=10, seed=1, announce=bring)
    assert [path.name for path in tmp_path.iterdir()] == ["bureau.csv"]


def test_neither_is_a_folder_of_parts(tmp_path):
    (tmp_path / "bureau.parquet").mkdir()
    with pytest.raises(InvalidInput, match="take the place of synthetic tables only"):
        write_synthetic_tables(tmp_path, clients=10, seed=1)


def test_neither_is_one_of_the_same_name_as_a_synthetic_one(tmp_path):
    write_synthetic_tables(tmp_path, clients=10, seed=1)
    (tmp_path / "bureau.parquet").write_text("Kaggle's")
    with pytest.raises(InvalidInput, match="take the place of synthetic tables only"):
        write_synthetic_tables(tmp_path, clients=20, seed=1)


def test_tables_that_were_copied_elsewhere_are_still_synthetic(tmp_path):
    write_synthetic_tables(tmp_path / "first", clients=10, seed=1)
    copytree(tmp_path / "first", tmp_path / "second", copy_function=copyfile)
    write_synthetic_tables(tmp_path / "second", clients=20, seed=1)


def test_what_was_ended_midway_is_done_again(tmp_path, monkeypatch):
    write_synthetic_tables(tmp_path, clients=10, seed=1)
    moved = []

    def move_some(path, folder):
        if len(moved) == 3:
            raise KeyboardInterrupt
        moved.append(move(path, folder))

    monkeypatch.setattr("shutil.move", move_some)
    with pytest.raises(KeyboardInterrupt):
        write_synthetic_tables(tmp_path, clients=20, seed=1)
    monkeypatch.undo()
    write_synthetic_tables(tmp_path, clients=20, seed=1)
    assert len(list(tmp_path.iterdir())) == len(TABLES) + 1
