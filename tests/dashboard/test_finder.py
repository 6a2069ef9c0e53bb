"""Finding a client: by number, by filters, in the list."""

import re
from math import nextafter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.dashboard.formats import numbers_beginning_with, write_value
from lib.dashboard.panels.finder import DECIDED_SIGN, FilterForm, Finder
from lib.dashboard.state import State
from lib.decision import Decision
from lib.serving.wire import CategoryCount, ClientPage, ClientSummary, Filter
from tests.dashboard.reading import read


@pytest.fixture
def found() -> ClientPage:
    clients = [
        ClientSummary(
            client_id=100_000 + number,
            default_probability=number / 10,
            decision=Decision.REFUSE if number else Decision.GRANT,
            features={},
        )
        for number in range(3)
    ]
    return ClientPage(total=19, page=3, page_size=8, clients=clients)


def test_rows_say_number_probability_and_decision(state: State, found: ClientPage) -> None:
    finder = Finder(state)
    state.found = found
    said = [row.description for row in finder.rows if row.layout.display != "none"]
    assert len(said) == 3
    assert re.search(r"100000\s+0,0\s%\s+✓ Accord", said[0])
    assert re.search(r"100001\s+10,0\s%\s+✕ Refus", said[1])


def test_a_row_is_marked_where_a_person_must_look(state: State, found: ClientPage) -> None:
    finder = Finder(state)
    usual, odd, _ = found.clients
    clients = [usual, odd.model_copy(update={"review_notes": 2})]
    state.found = found.model_copy(update={"clients": clients})
    assert "⚑" not in finder.rows[0].description + finder.rows[0].tooltip
    assert finder.rows[1].description.endswith("⚑")
    assert finder.rows[1].tooltip.endswith("Une personne doit examiner ce score.")


def test_a_row_is_marked_where_a_decision_was_taken(state: State, found: ClientPage) -> None:
    state.found = found
    finder = Finder(state)
    marked = found.clients[1].client_id
    assert not any(DECIDED_SIGN in row.description for row in finder.rows)
    state.decisions = {marked: (object(),)}
    assert [DECIDED_SIGN in row.description for row in finder.rows[:2]] == [False, True]
    assert "déjà été prise" in finder.rows[1].tooltip


def test_the_pager_knows_where_it_is(state: State, found: ClientPage) -> None:
    finder = Finder(state)
    state.found, state.page = found, 3
    assert "17–19 sur 19" in finder.range.value
    assert finder.next.disabled
    finder.previous.click()
    assert state.page == 2


def test_two_clicks_before_the_answer_do_not_lead_beyond_the_last_page(
    state: State, found: ClientPage
) -> None:
    finder = Finder(state)
    state.found, state.page = found.model_copy(update={"page": 2}), 2
    finder.next.click()
    finder.next.click()
    assert state.page == 3


def test_nobody_is_found_only_where_nobody_is(state: State, found: ClientPage) -> None:
    finder = Finder(state)
    said = "Aucun client ne correspond à ces filtres."
    state.found = found.model_copy(update={"page": 4, "clients": []})
    assert said not in finder.range.value
    state.found = found.model_copy(update={"page": 1, "clients": [], "total": 0})
    assert said in finder.range.value


def test_choosing_a_row_chooses_the_client(state: State, found: ClientPage) -> None:
    finder = Finder(state)
    state.found = found
    finder.rows[1].click()
    assert state.client_id == 100_001
    assert finder.number.value == "100001"
    assert "row-chosen" in finder.rows[1]._dom_classes


@pytest.mark.parametrize(("typed", "number"), [("100 003", 100_003), (" 7 ", 7)])
def test_a_number_is_read_as_people_type_it(state: State, typed: str, number: int) -> None:
    finder = Finder(state)
    finder.number.value = typed
    finder.open.click()
    assert state.client_id == number


@pytest.mark.parametrize("typed", ["abc", "12x", "-5", "1.5", "9" * 30, "²"])
def test_what_is_no_number_is_said_so(state: State, typed: str) -> None:
    finder = Finder(state)
    finder.number.value = typed
    finder.open.click()
    assert state.client_id == 100_002
    assert "ne contient que des chiffres" in finder.hint.value


def test_filters_become_conditions_on_the_features(state: State) -> None:
    form = Finder(state).filters
    form.lists["decision"].value = "refuse"
    form.lists["contract_type"].value = "Cash loans"
    form.age.value = (18.0, 40.0)
    form.income_from.value = "50 000"
    form.probability.value = (10.0, 100.0)
    assert [one.model_dump(exclude_none=True) for one in state.filters] == [
        {"feature": "decision", "categories": ["refuse"]},
        {"feature": "contract_type", "categories": ["Cash loans"]},
        # Whoever is 40, until the day before turning 41.
        {"feature": "age_years", "maximum": nextafter(41, 0)},
        {"feature": "income_total", "minimum": 50_000},
        {"feature": "default_probability", "minimum": 0.1},
    ]
    form.reset.click()
    assert state.filters == ()
    assert form.age.value == (18.0, 80.0)


def test_a_filter_survives_a_change_of_language(state: State) -> None:
    form = Finder(state).filters
    form.lists["contract_type"].value = "Cash loans"
    state.language = "en"
    assert form.lists["contract_type"].value == "Cash loans"
    assert len(state.filters) == 1


def test_an_income_keeps_its_meaning_in_another_language(state: State) -> None:
    form = Finder(state).filters
    form.income_from.value = "50 000,50"
    state.language = "en"
    assert form.income_from.value == "50,000.5"
    assert state.filters == (Filter(feature="income_total", minimum=50_000.5),)
    form.income_to.value = "60,000"
    assert state.filters == (Filter(feature="income_total", minimum=50_000.5, maximum=60_000),)


@pytest.mark.parametrize("typed", ["beaucoup", "-", "1,2,3", "9" * 40])
def test_an_income_that_is_no_number_is_told_and_no_condition(state: State, typed: str) -> None:
    form = Finder(state).filters
    form.income_from.value = "50 000"
    form.income_from.value = typed
    assert state.filters == ()
    said = f"« {typed} » n’est pas un nombre, ce filtre n’est pas appliqué."
    assert read(form.fault.value).endswith(said)
    assert "has-fault" in form.income_from._dom_classes
    form.reset.click()
    assert (form.income_from.value, form.fault.value) == ("", "")


def test_incomes_in_the_wrong_order_are_told_and_no_condition(state: State) -> None:
    form = Finder(state).filters
    boxes = (form.income_from, form.income_to)
    form.income_from.value, form.income_to.value = "50 000", "40 000"
    # Neither the list nor a group is asked for: the API would refuse it in its own language.
    assert state.filters == ()
    said = "Le premier revenu dépasse le second, ce filtre n’est pas appliqué."
    assert read(form.fault.value) == said
    assert all("has-fault" in box._dom_classes for box in boxes)
    # What was typed stays, to be corrected, also while another filter changes.
    form.lists["decision"].value = "refuse"
    assert [read(box.value) for box in boxes] == ["50 000", "40 000"]
    assert [one.feature for one in state.filters] == ["decision"]
    form.income_to.value = "50 000"
    assert state.filters[1] == Filter(feature="income_total", minimum=50_000, maximum=50_000)
    assert form.fault.value == ""
    assert not any("has-fault" in box._dom_classes for box in boxes)
    form.income_from.value = "60 000"
    form.reset.click()
    assert [box.value for box in boxes] == ["", ""]
    assert (state.filters, form.fault.value) == ((), "")


def test_incomes_set_elsewhere_take_the_place_of_some_in_the_wrong_order(state: State) -> None:
    form = Finder(state).filters
    form.income_from.value, form.income_to.value = "50 000", "40 000"
    state.filters = (Filter(feature="income_total", minimum=20_000),)
    assert read(form.income_from.value) == "20 000"
    assert (form.income_to.value, form.fault.value) == ("", "")
    assert state.filters == (Filter(feature="income_total", minimum=20_000),)


def test_filters_set_elsewhere_are_shown(state: State) -> None:
    form = Finder(state).filters
    state.filters = (
        Filter(feature="contract_type", categories=["Cash loans"]),
        Filter(feature="age_years", maximum=nextafter(41, 0)),
        Filter(feature="income_total", minimum=50_000),
        Filter(feature="default_probability", minimum=0.07),
    )
    assert form.lists["contract_type"].value == "Cash loans"
    assert form.age.value == (18.0, 40.0)
    assert read(form.income_from.value) == "50 000"
    assert form.probability.value == (7.0, 100.0)


def test_lists_show_how_many_clients_each_choice_has(state: State, found: ClientPage) -> None:
    contract = Finder(state).filters.lists["contract_type"]
    assert contract.options[1] == ("Prêt personnel", "Cash loans")
    counts = [CategoryCount(category="Revolving loans", clients=1234)]
    state.found = found.model_copy(update={"facets": {"contract_type": counts}})
    assert [(read(label), name) for label, name in contract.options] == [
        ("Indifférent", ""),
        ("Crédit renouvelable (1 234)", "Revolving loans"),
        # Of those few are left with there is no number, but a choice.
        ("Prêt personnel", "Cash loans"),
    ]


def test_a_choice_that_nobody_is_left_with_stays_chosen(state: State, found: ClientPage) -> None:
    contract = Finder(state).filters.lists["contract_type"]
    contract.value = "Cash loans"
    state.found = found.model_copy(update={"facets": {"contract_type": []}})
    assert contract.value == "Cash loans"
    assert len(state.filters) == 1


def test_what_the_list_is_sorted_by_is_in_the_rows(state: State, found: ClientPage) -> None:
    finder = Finder(state)
    finder.sort.value = "income"
    assert state.sort == "income"
    client = found.clients[0].model_copy(update={"features": {"income_total": 135_000.0}})
    state.found = found.model_copy(update={"clients": [client]})
    assert read(finder.rows[0].description).endswith("✓ 135 k")


def test_who_is_shown_with_an_age_is_found_by_it(state: State, found: ClientPage) -> None:
    finder = Finder(state)
    finder.filters.age.value = (34.0, 34.0)
    (condition,) = state.filters
    info = state.feature_info("age_years")
    for age in (33.99, 34.0, 34.6, 34.9999, 35.0):
        client = found.clients[0].model_copy(update={"features": {"age_years": age}})
        state.found = found.model_copy(update={"clients": [client]})
        is_found = condition.minimum <= age <= condition.maximum
        assert finder.rows[0].description.endswith(" 34") == is_found
        assert (write_value(age, info, "en") == "34 years") == is_found


def test_only_what_the_card_knows_can_be_sorted_by(state: State) -> None:
    offered = [sort for _, sort in Finder(state).sort.options]
    assert "income" in offered
    assert "credit" not in offered


class TestCompletion:
    def test_typing_asks_for_numbers_that_begin_so(self, state: State) -> None:
        finder = Finder(state)
        finder.number.value = "1000"
        assert state.typed == "1000"
        assert state.client_id == 100_002
        state.completions = (100_001, 100_003)
        assert finder.number.options == ("100001", "100003")

    def test_a_number_offered_is_a_choice(self, state: State) -> None:
        finder = Finder(state)
        state.completions = (100_001, 100_003)
        finder.number.value = "100003"
        assert state.client_id == 100_003

    def test_filters_speak_to_the_manager_and_not_to_the_client(self, state: State) -> None:
        state.language = "en"
        labels = [one.description for one in FilterForm(state).lists.values()]
        assert labels[:2] == ["Decision", "Kind of credit"]
        assert not [label for label in labels if "you" in label.lower()]

    def test_enter_opens_what_is_typed(self, state: State) -> None:
        finder = Finder(state)
        finder.number.value = "100005"
        assert state.client_id != 100_005
        finder.number._handle_custom_msg({"event": "submit"}, [])
        assert state.client_id == 100_005

    def test_a_client_opened_elsewhere_asks_for_no_completion(self, state: State) -> None:
        finder = Finder(state)
        typed: list[str] = []
        state.observe(lambda change: typed.append(change.new), "typed")
        state.client_id = 100_004
        assert finder.number.value == "100004"
        assert typed == []

    def test_who_is_found_is_not_looked_for_any_more(self, state: State) -> None:
        finder = Finder(state)
        finder.number.value = "100005"
        finder.number._handle_custom_msg({"event": "submit"}, [])
        assert state.typed == ""
        finder.number.value = "10000"
        assert state.typed == "10000"


def test_folded_filters_are_not_on_the_page_and_keep_what_they_hold(state: State) -> None:
    finder = Finder(state)
    filters = finder.filters
    assert filters.widget.children == ()
    finder.drawer.selected_index = 0
    assert filters.reset in filters.widget.children
    filters.income_from.value = "20 000"
    finder.drawer.selected_index = None
    assert filters.widget.children == ()
    assert [one.minimum for one in state.filters] == [20_000]
    finder.drawer.selected_index = 0
    assert filters.income_from.value == "20 000"


@given(st.integers(min_value=100_000, max_value=999_999), st.integers(min_value=1, max_value=6))
def test_every_beginning_of_a_number_leads_to_it(number: int, length: int) -> None:
    span = numbers_beginning_with(str(number)[:length])
    assert span.minimum <= number <= span.maximum
    assert span.maximum - span.minimum == 10 ** (6 - length) - 1
