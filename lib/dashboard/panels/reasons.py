"""Why: what spoke for the client and what against, as bars beside a table of words."""

import numpy as np

from lib.dashboard.charts import (
    AXIS_COLOUR,
    Bars,
    LinearScale,
    OrdinalScale,
    make_figure,
    make_line,
    move,
    move_line,
)
from lib.dashboard.guide import explain_words
from lib.dashboard.markup import element, heading
from lib.dashboard.panels.reason_tables import (
    Row,
    Weighed,
    rows_by_fact,
    rows_by_family,
    write_others,
    write_table,
    write_waterfall,
)
from lib.dashboard.state import State
from lib.dashboard.texts import say
from lib.dashboard.widgets import (
    HTML,
    Button,
    Dropdown,
    HBox,
    ToggleButtons,
    VBox,
    make_card,
    offer,
    set_class,
    show,
)

TOPS = (5, 10, 15)
SINGLY, TOGETHER = "singly", "together"
GAP, GAP_OF_USUAL = 0.55, 0.93  # of the height of a row
ROOM = 1.04  # the longest bar leaves a little room at the end
FOR_COLOUR = "#1f7a5c"
AGAINST_COLOUR = "#b4472f"
USUAL_COLOUR = "#1b2638"


class ReasonsPanel:
    """The strongest reasons, one a fact or one a family.

    Parameters
    ----------
    state : State
        Whose reasons they are.
    compared : bool
        Whether choosing a reason compares its strongest feature with other clients: there must be
        a panel that does.
    """

    def __init__(self, state: State, compared: bool = True) -> None:
        self._state, self._compared = state, compared
        self._shown: list[Row] = []
        self.top = Dropdown(options=TOPS, value=TOPS[0]).add_class("reasons-top")
        self.view = ToggleButtons(options=[SINGLY, TOGETHER]).add_class("reasons-view")
        self.heading = HTML().add_class("card-heading")
        self.words = HTML().add_class("reasons-words")
        self.sides = HTML().add_class("reasons-sides")
        self.others = HTML().add_class("reasons-others")
        self.waterfall = HTML().add_class("reasons-waterfall")
        self.choices = [self._make_choice() for _ in range(TOPS[-1])]
        self._make_figure()
        self._lay_out()
        self.top.observe(lambda _: self._write(), names="value")
        self.view.observe(lambda _: self._write(), names="value")
        if compared:
            for bars in (self.in_favour, self.against):
                bars.on_element_click(self._choose_bar)
        state.follow(self._write_labels, "language")
        state.follow(self._write, "file", "card", "language")
        state.follow(self._mark_chosen, "feature")

    def _make_figure(self) -> None:
        self._places = OrdinalScale()
        self._weights = LinearScale(min=-1.0, max=1.0)
        self.in_favour = self._make_bars(FOR_COLOUR, GAP)
        self.against = self._make_bars(AGAINST_COLOUR, GAP)
        self.usual = self._make_bars(USUAL_COLOUR, GAP_OF_USUAL)
        zero = make_line(self._weights, AXIS_COLOUR, 1)
        move_line(zero, 0.0)
        self.figure = make_figure(
            [zero, self.in_favour, self.against, self.usual], [], (0, 6, 0, 6)
        ).add_class("reasons-figure")

    def _make_bars(self, colour: str, padding: float) -> Bars:
        return Bars(
            x=[],
            y=[],
            scales={"x": self._places, "y": self._weights},
            orientation="horizontal",
            colors=[colour],
            padding=padding,
            interactions={"click": "select"},
            selected_style={"opacity": "1"},
        )

    def _make_choice(self) -> Button:
        choice = Button().add_class("reason-choice")
        choice.on_click(lambda one: self._choose(self.choices.index(one)))
        return choice

    def _lay_out(self) -> None:
        chart = VBox([self.sides, self.figure]).add_class("reasons-chart")
        body = [self.words, chart]
        if self._compared:
            body.append(VBox(self.choices).add_class("reasons-choices"))
        self.widget = make_card(
            [
                self.heading,
                HBox([self.view, self.top]).add_class("reasons-controls"),
                HBox(body).add_class("reasons-body"),
                self.others,
                self.waterfall,
            ],
            "reasons-card",
        )
        if self._compared:
            self.widget.add_class("reasons-compared")

    def _choose_bar(self, bars: Bars, event: dict) -> None:
        self._choose(int(bars.x[event["data"]["index"]]))

    def _choose(self, place: int) -> None:
        self._state.feature = self._shown[place].features[0]

    def _write_labels(self) -> None:
        language = self._state.language
        intro = [
            say(language, "reasons.intro"),
            *([say(language, "reasons.compare_hint")] if self._compared else []),
            say(language, "reasons.usual"),
        ]
        title = heading(say(language, "reasons.title"), " ".join(intro))
        self.heading.value = title + explain_words("reasons", language)
        self.top.description = say(language, "reasons.top")
        self.view.description = say(language, "reasons.view")
        singly, together = say(language, "reasons.singly"), say(language, "reasons.by_family")
        offer(self.view, [(singly, SINGLY), (together, TOGETHER)])
        self.sides.value = element(
            "span", say(language, "reasons.for"), class_="side-for"
        ) + element("span", say(language, "reasons.against"), class_="side-against")

    def _write(self) -> None:
        state, language = self._state, self._state.language
        together = self.view.value == TOGETHER
        show(self.top, not together, keeps_room=True)
        if state.file is None:
            return
        score, left_out = state.file.explanation, list[Weighed]()
        if together:
            self._shown = rows_by_family(score, state)
        else:
            self._shown, left_out = rows_by_fact(score, state, self.top.value)
        self.words.value = write_table(self._shown, language)
        self.others.value = write_others(left_out, language)
        self.waterfall.value = write_waterfall(score, self._shown, left_out, language)
        self._draw()
        self._write_choices()

    def _draw(self) -> None:
        weights = np.array([row.weight for row in self._shown], dtype=float)
        usual = np.array([row.usual_weight for row in self._shown], dtype=float)
        ranks = np.arange(len(weights))
        reach = float(np.maximum(np.abs(weights), usual).max(initial=0.0)) * ROOM or 1.0
        # The first place of a scale is at the bottom, the strongest reason at the top.
        self._places.domain = ranks[::-1].tolist()
        with self._weights.hold_sync():
            self._weights.min, self._weights.max = -reach, reach
        for bars, chosen in ((self.in_favour, weights <= 0), (self.against, weights > 0)):
            move(bars, ranks[chosen], weights[chosen])
        move(self.usual, ranks, np.where(weights > 0, usual, -usual))

    def _write_choices(self) -> None:
        language = self._state.language
        for place, choice in enumerate(self.choices):
            is_shown = place < len(self._shown)
            show(choice, is_shown)
            if is_shown:
                label = self._shown[place].label
                choice.description = say(language, "reasons.compare")
                choice.tooltip = say(language, "reasons.compare_what", label=label)
        self._mark_chosen()

    def _mark_chosen(self) -> None:
        for choice, row in zip(self.choices, self._shown, strict=False):
            set_class(choice, "choice-made", self._state.feature in row.features)
