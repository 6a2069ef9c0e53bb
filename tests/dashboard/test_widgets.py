"""A state's values in widgets, and numbers as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.dashboard.charts import make_figure
from lib.dashboard.state import State
from lib.dashboard.texts import LANGUAGES, Language
from lib.dashboard.widgets import (
    HTML,
    NOTHING,
    Bind,
    Box,
    Dropdown,
    IntSlider,
    NumberText,
    ToggleButtons,
    VBox,
    offer,
    show,
)


class TestInOneLook:
    def test_all_share_a_layout_and_those_of_a_kind_a_style(self) -> None:
        text, other, slider, box = HTML(), HTML(), IntSlider(), VBox()
        assert text.layout is other.layout is slider.layout is box.layout
        assert text.style is other.style
        assert slider.style is not text.style

    @pytest.mark.parametrize("keeps_room", [True, False])
    def test_one_that_is_hidden_hides_no_other(self, keeps_room: bool) -> None:
        one, other = HTML(), Box()
        show(one, False, keeps_room=keeps_room)
        assert (one.layout.display == "none") is not keeps_room
        assert (one.layout.visibility == "hidden") is keeps_room
        assert (other.layout.display, other.layout.visibility) == ("", None)
        show(one, True)
        assert one.layout is other.layout

    def test_a_figure_has_a_layout_of_its_own(self) -> None:
        figure, other = make_figure([], []), make_figure([], [])
        show(figure, False)
        assert figure.layout.display == "none"
        assert other.layout.display is None
        show(figure, True)
        assert figure.layout.display == ""


class TestBind:
    @pytest.fixture
    def dropdown(self) -> Dropdown:
        return Dropdown(options=[("", NOTHING), ("Age", "age"), ("Income", "income")])

    @pytest.fixture
    def bind(self, state: State, dropdown: Dropdown) -> Bind:
        return Bind(
            state,
            "feature",
            dropdown,
            show=lambda name: name or NOTHING,
            take=lambda name: name or None,
        )

    def test_it_goes_both_ways(self, state: State, dropdown: Dropdown, bind: Bind) -> None:
        assert dropdown.value == NOTHING
        state.feature = "age"
        assert dropdown.value == "age"
        dropdown.value = "income"
        assert state.feature == "income"
        dropdown.value = NOTHING
        assert state.feature is None

    def test_other_options_choose_nothing(
        self, state: State, dropdown: Dropdown, bind: Bind
    ) -> None:
        state.feature = "income"
        heard: list[object] = []
        state.observe(heard.append, names="feature")
        bind.offer([("", NOTHING), ("Revenus", "income"), ("Âge", "age")])
        assert (dropdown.label, state.feature, heard) == ("Revenus", "income", [])

    def test_what_the_widget_cannot_show_stays_in_the_state(self, state: State) -> None:
        slider = IntSlider(max=10)
        bind = Bind(state, "page", slider)
        state.page = 50
        assert (slider.value, state.page) == (10, 50)
        with bind.changing():
            slider.max = 100
        assert (slider.value, state.page) == (50, 50)
        slider.value = 20
        assert state.page == 20

    def test_what_the_state_makes_of_a_value_is_shown(self, state: State) -> None:
        slider = IntSlider(max=100)
        Bind(state, "page", slider, take=lambda value: value // 10 * 10)
        slider.value = 57
        assert (state.page, slider.value) == (50, 50)

    def test_two_widgets_of_one_trait_agree(self, state: State) -> None:
        first, second = IntSlider(), IntSlider()
        Bind(state, "page", first)
        Bind(state, "page", second)
        first.value = 7
        assert second.value == 7


def test_other_options_keep_what_was_chosen_where_it_is_still_there() -> None:
    buttons = ToggleButtons(options=[("Un", 1), ("Deux", 2)], value=2)
    offer(buttons, [("One", 1), ("Two", 2)])
    assert (buttons.label, buttons.value) == ("Two", 2)
    offer(buttons, [("One", 1), ("Three", 3)])
    assert buttons.value == 1


class TestNumberText:
    def test_a_number_keeps_its_meaning_when_the_language_changes(self) -> None:
        box = NumberText()
        box.value = "135 000,50"
        box.language = "en"
        assert (box.value, box.number) == ("135,000.5", 135_000.5)
        box.language = "fr"
        assert (box.value, box.number) == ("135\u202f000,5", 135_000.5)

    def test_what_is_being_typed_is_left_alone(self) -> None:
        box = NumberText()
        for typed in ("1", "13", "135 ", "135 0", "135 00", "135 000", "135 000,", "135 000,50"):
            box.value = typed
            assert box.value == typed
        assert box.number == 135_000.5

    @pytest.mark.parametrize("typed", ["beaucoup", "-", "1,2,3", "9" * 40])
    def test_what_is_no_number_is_wrong_and_stays_so_in_the_other_language(
        self, typed: str
    ) -> None:
        box = NumberText()
        box.value = typed
        box.language = "en"
        assert (box.value, box.number, box.is_wrong) == (typed, None, True)

    def test_what_was_refused_is_not_read_anew_in_the_other_language(self) -> None:
        box = NumberText(value="1,234.5")
        box.language = "en"
        assert (box.number, box.is_wrong) == (None, True)

    @pytest.mark.parametrize("typed", ["", "   "])
    def test_nothing_is_not_wrong(self, typed: str) -> None:
        box = NumberText(value=typed)
        assert (box.number, box.is_wrong) == (None, False)

    def test_an_identifier_has_no_signs_between_its_digits(self) -> None:
        box = NumberText(is_identifier=True, value="900001")
        box.language = "en"
        assert box.value == "900001"

    def test_a_number_that_is_set_is_written(self) -> None:
        box = NumberText(language="en")
        box.number = 1234.5
        assert box.value == "1,234.5"
        box.number = None
        assert box.value == ""

    @given(
        st.floats(min_value=-1e9, max_value=1e9).map(lambda number: round(number, 4)),
        st.sampled_from(LANGUAGES),
    )
    def test_there_and_back_nothing_changes(self, number: float, language: Language) -> None:
        box = NumberText(language=language)
        box.number = number
        for other in (*LANGUAGES, *LANGUAGES):
            box.language = other
            assert box.number == number
