"""Why: what spoke for the client and what against, as bars beside a table of words."""

from collections.abc import Sequence

import numpy as np
from ipywidgets import HTML, Dropdown, HBox, VBox

from lib.dashboard.charts import AXIS_COLOUR, Bars, LinearScale, Lines, OrdinalScale, make_figure
from lib.dashboard.formats import in_language, write_value
from lib.dashboard.languages import Language
from lib.dashboard.markup import element, text
from lib.dashboard.state import State
from lib.dashboard.texts import say, say_count, text_id
from lib.dashboard.words import Strength, direction, strength
from lib.decision import Decision
from lib.serving.messages import Reason

TOPS = (5, 10, 15)
ROW_HEIGHT = 64  # pixels, the same in theme.css: each bar lies beside its row
FOR_COLOUR = "#1f7a5c"
AGAINST_COLOUR = "#b4472f"
EFFECTS = {
    (Decision.REFUSE, Strength.STRONG): text_id("reasons.refuse_strong"),
    (Decision.REFUSE, Strength.MODERATE): text_id("reasons.refuse_moderate"),
    (Decision.REFUSE, Strength.SLIGHT): text_id("reasons.refuse_slight"),
    (Decision.GRANT, Strength.STRONG): text_id("reasons.grant_strong"),
    (Decision.GRANT, Strength.MODERATE): text_id("reasons.grant_moderate"),
    (Decision.GRANT, Strength.SLIGHT): text_id("reasons.grant_slight"),
}


class ReasonsPanel:
    """The strongest reasons; choosing a bar compares its feature."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._shown: list[Reason] = []
        self.top = Dropdown(options=TOPS, value=TOPS[0]).add_class("reasons-top")
        self.heading = HTML().add_class("card-heading")
        self.words = HTML().add_class("reasons-words")
        self.sides = HTML().add_class("reasons-sides")
        self.others = HTML().add_class("reasons-others")
        self._places = OrdinalScale()
        self._weights = LinearScale(min=-1.0, max=1.0)
        self.in_favour = self._make_bars(FOR_COLOUR)
        self.against = self._make_bars(AGAINST_COLOUR)
        self._zero = Lines(
            x=[0.0, 0.0],
            y=[0.0, 1.0],
            scales={"x": self._weights, "y": LinearScale(min=0.0, max=1.0)},
            colors=[AXIS_COLOUR],
            stroke_width=1,
        )
        self.figure = make_figure(
            [self._zero, self.in_favour, self.against], [], (0, 6, 0, 6)
        ).add_class("reasons-figure")
        self.widget = (
            VBox(
                [
                    HBox([self.heading, self.top]).add_class("card-head"),
                    HBox(
                        [self.words, VBox([self.sides, self.figure]).add_class("reasons-chart")]
                    ).add_class("reasons-body"),
                    self.others,
                ]
            )
            .add_class("card")
            .add_class("reasons-card")
        )
        self.top.observe(lambda _: self._write(), names="value")
        for bars in (self.in_favour, self.against):
            bars.on_element_click(self._compare)
        state.follow(self._write, "file", "card", "language")

    def _make_bars(self, colour: str) -> Bars:
        return Bars(
            x=[],
            y=[],
            scales={"x": self._places, "y": self._weights},
            orientation="horizontal",
            colors=[colour],
            padding=0.55,
            interactions={"click": "select", "hover": "tooltip"},
            selected_style={"opacity": "1"},
        )

    def _compare(self, bars: Bars, event: dict) -> None:
        rank = int(bars.x[event["data"]["index"]])
        self._state.feature = self._shown[rank].feature

    def _write(self) -> None:
        state, language = self._state, self._state.language
        self.heading.value = element("h2", text(say(language, "reasons.title"))) + element(
            "p", text(say(language, "reasons.intro"))
        )
        self.top.description = say(language, "reasons.top")
        self.sides.value = element("span", text(say(language, "reasons.for"))) + element(
            "span", text(say(language, "reasons.against"))
        )
        reasons = state.file.explanation.reasons if state.file else []
        self._shown = reasons[: self.top.value]
        self.words.value = self._write_table(self._shown)
        self.others.value = _write_others(reasons[self.top.value :], language)
        self._draw(np.array([reason.contribution for reason in self._shown], dtype=float))

    def _draw(self, weights: np.ndarray) -> None:
        ranks = np.arange(len(weights))
        reach = float(np.abs(weights).max(initial=0.0)) * 1.04 or 1.0
        self.figure.layout.height = f"{max(len(weights), 1) * ROW_HEIGHT}px"
        # The first place of a scale is at the bottom, the strongest reason at the top.
        self._places.domain = ranks[::-1].tolist()
        self._weights.min, self._weights.max = -reach, reach
        for bars, chosen in ((self.in_favour, weights <= 0), (self.against, weights > 0)):
            with bars.hold_sync():
                bars.x, bars.y = ranks[chosen], weights[chosen]

    def _write_table(self, reasons: Sequence[Reason]) -> str:
        language = self._state.language
        headings = (say(language, "reasons.feature"), say(language, "reasons.value"))
        head = "".join(element("th", text(words), scope="col") for words in headings)
        rows = "".join(self._write_row(reason) for reason in reasons)
        return element(
            "table",
            element("caption", text(say(language, "reasons.title"))),
            element("thead", element("tr", head)),
            element("tbody", rows),
            class_="reasons-table",
        )

    def _write_row(self, reason: Reason) -> str:
        language = self._state.language
        info = self._state.feature_info(reason.feature)
        value = write_value(reason.value, info, language) if info else str(reason.value or "–")
        return element(
            "tr",
            element(
                "th",
                element("span", text(in_language(reason.label, language)), class_="reason-label"),
                element(
                    "span",
                    text(say_effect(reason, language)),
                    class_=f"reason-effect effect-{direction(reason.contribution)}",
                ),
                scope="row",
            ),
            element(
                "td",
                element("span", text(value), class_="reason-value"),
                class_="given" if reason.value is not None else "not-given",
            ),
        )


def say_effect(reason: Reason, language: Language) -> str:
    """Say what a reason does to the risk: the wording depends on its direction and weight."""
    weight = reason.contribution
    effect = say(language, EFFECTS[direction(weight), strength(weight)])
    if reason.value is not None:
        return effect
    return say(language, "reasons.missing", effect=effect[0].lower() + effect[1:])


def _write_others(reasons: Sequence[Reason], language: Language) -> str:
    if not reasons:
        return ""
    side = direction(sum(reason.contribution for reason in reasons))
    several = len(reasons)
    effect = (
        say_count(language, "reasons.others_refuse_one", "reasons.others_refuse", several)
        if side == Decision.REFUSE
        else say_count(language, "reasons.others_grant_one", "reasons.others_grant", several)
    )
    words = say_count(
        language, "reasons.other", "reasons.others", several, count=several, effect=effect
    )
    return element("p", text(words))
