"""One feature of the client among the values of a group."""

import numpy as np
from ipywidgets import HTML, Box, Dropdown, HBox, ToggleButtons, VBox

from lib.dashboard.charts import (
    AXIS_COLOUR,
    Axis,
    Bars,
    LinearScale,
    Lines,
    OrdinalScale,
    label_axis,
    make_figure,
    name_tick,
    round_counts,
    round_ticks,
)
from lib.dashboard.formats import (
    in_language,
    write_compact,
    write_number,
)
from lib.dashboard.markup import element, text
from lib.dashboard.panels.standing import (
    count_answers,
    say_comparison,
    write_category,
    write_figures,
)
from lib.dashboard.state import GROUPS, State
from lib.dashboard.texts import say, text_id
from lib.features.catalogue.description import Unit
from lib.serving.messages import Comparison, FeatureInfo

GROUP_COLOUR = "#a9b8d0"
CLIENT_COLOUR = "#1d4f91"
CATEGORY_HEIGHT = 34
GROUP_NAMES = {
    "all": text_id("comparison.all"),
    "granted": text_id("comparison.granted"),
    "refused": text_id("comparison.refused"),
    "filters": text_id("comparison.filters"),
}


class ComparisonPanel:
    """A histogram, or a bar a category, with the client marked; the same in words and a table."""

    def __init__(self, state: State) -> None:
        self._state = state
        self.heading = HTML().add_class("card-heading")
        self.feature = Dropdown().add_class("comparison-feature")
        self.group = ToggleButtons(options=GROUPS, value=state.group).add_class("comparison-group")
        self.sentence = HTML().add_class("comparison-sentence")
        self.figures = HTML().add_class("comparison-figures")
        self._make_histogram()
        self._make_categories()
        self.widget = (
            VBox(
                [
                    self.heading,
                    HBox([self.feature, self.group]).add_class("comparison-controls"),
                    self.sentence,
                    Box([self.histogram, self.categories]).add_class("comparison-chart"),
                    self.figures,
                ]
            )
            .add_class("card")
            .add_class("comparison-card")
        )
        self._writing = False
        self.feature.observe(self._choose_feature, names="value")
        self.group.observe(self._choose_group, names="value")
        state.follow(self._write_options, "card", "file", "language", "feature", "group")
        state.follow(self._write, "comparison", "card", "language")

    def _make_histogram(self) -> None:
        values, counts = LinearScale(), LinearScale(min=0.0)
        self._value_scale, self._count_scale = values, counts
        self.bars = Bars(
            x=[], y=[], scales={"x": values, "y": counts}, colors=[GROUP_COLOUR], padding=0.04
        )
        self.marker = Lines(
            x=[],
            y=[],
            scales={"x": values, "y": LinearScale(min=0.0, max=1.0)},
            colors=[CLIENT_COLOUR],
            stroke_width=3,
        )
        self._value_axis = Axis(scale=values, color=AXIS_COLOUR, grid_lines="none")
        self._count_axis = Axis(scale=counts, side="left", color=AXIS_COLOUR, grid_color="#e6ebf2")
        self.histogram = make_figure(
            [self.bars, self.marker], [self._value_axis, self._count_axis], (10, 20, 34, 64)
        ).add_class("histogram")

    def _make_categories(self) -> None:
        self._category_scale, self._category_count = OrdinalScale(), LinearScale(min=0.0)
        scales = {"x": self._category_scale, "y": self._category_count}
        self.other_bars = self._make_category_bars(scales, GROUP_COLOUR)
        self.own_bar = self._make_category_bars(scales, CLIENT_COLOUR)
        self._category_axis = Axis(
            scale=self._category_scale, side="left", color=AXIS_COLOUR, grid_lines="none"
        )
        self.categories = make_figure(
            [self.other_bars, self.own_bar], [self._category_axis], (0, 20, 4, 260)
        ).add_class("category-chart")

    def _make_category_bars(self, scales: dict, colour: str) -> Bars:
        return Bars(
            x=[], y=[], scales=scales, orientation="horizontal", colors=[colour], padding=0.35
        )

    def _choose_feature(self, _: object) -> None:
        if not self._writing:
            self._state.feature = self.feature.value

    def _choose_group(self, _: object) -> None:
        if not self._writing:
            self._state.group = self.group.value

    def _write_options(self) -> None:
        """Name features and groups in the language; a choice made elsewhere shows here."""
        state, language = self._state, self._state.language
        infos = state.card.features if state.card else []
        known = state.file.features if state.file else {}
        options = sorted(
            (
                (in_language(info.label, language), info.name)
                for info in infos
                if info.name in known
            ),
            key=lambda option: option[0].casefold(),
        )
        self._writing = True
        try:
            if self.feature.options != tuple(options):
                self.feature.options = options
            names = {name for _, name in options}
            self.feature.value = state.feature if state.feature in names else None
            self.group.options = [(say(language, GROUP_NAMES[group]), group) for group in GROUPS]
            self.group.value = state.group
        finally:
            self._writing = False
        self.feature.description = say(language, "comparison.feature")
        self.group.description = say(language, "comparison.group")
        self.heading.value = element("h2", text(say(language, "comparison.title")))

    def _write(self) -> None:
        state, language = self._state, self._state.language
        comparison = state.comparison
        info = state.feature_info(comparison.feature) if comparison else None
        if comparison and info and info.unit == Unit.YES_NO:
            comparison = count_answers(comparison)
        drawable = comparison is not None and info is not None and sum(comparison.counts) > 0
        is_number = drawable and comparison.bin_edges is not None
        self.histogram.layout.display = "" if is_number else "none"
        self.categories.layout.display = "" if drawable and not is_number else "none"
        if comparison is None or info is None:
            self.sentence.value = self.figures.value = ""
            return
        self.sentence.value = "".join(
            element("p", text(words)) for words in say_comparison(comparison, info, language)
        )
        self.figures.value = write_figures(comparison, info, language) if drawable else ""
        if is_number:
            self._draw_histogram(comparison, info)
        elif drawable:
            self._draw_categories(comparison, info)

    def _draw_histogram(self, comparison: Comparison, info: FeatureInfo) -> None:
        language = self._state.language
        edges = np.array(comparison.bin_edges, dtype=float)
        low, high = float(edges[0]), float(edges[-1])
        value = comparison.value
        with self._value_scale.hold_sync():
            self._value_scale.min, self._value_scale.max = low, high
        top = max(comparison.counts)
        self._count_scale.max = top * 1.05
        with self.bars.hold_sync():
            self.bars.x = (edges[:-1] + edges[1:]) / 2
            self.bars.y = np.array(comparison.counts, dtype=float)
        inside = [] if value is None or isinstance(value, str) else [min(max(value, low), high)] * 2
        with self.marker.hold_sync():
            self.marker.x, self.marker.y = inside, [0.0, 1.0][: len(inside)]
        label_axis(
            self._value_axis,
            round_ticks(low, high),
            lambda tick: write_compact(tick, info.unit, language),
        )
        label_axis(self._count_axis, round_counts(top), lambda tick: write_number(tick, language))

    def _draw_categories(self, comparison: Comparison, info: FeatureInfo) -> None:
        names = comparison.categories or []
        language = self._state.language
        places = np.arange(len(names))
        counts = np.array(comparison.counts, dtype=float)
        own = np.array([name == comparison.value for name in names], dtype=bool)
        self.categories.layout.height = f"{max(len(names), 2) * CATEGORY_HEIGHT + 8}px"
        self._category_scale.domain = places[::-1].tolist()
        self._category_count.max = float(counts.max()) * 1.02
        self._category_axis.tick_values = places
        self._category_axis.tick_labels = {
            name_tick(place): write_category(name, info, language)
            for place, name in zip(places.tolist(), names, strict=True)
        }
        for bars, chosen in ((self.other_bars, ~own), (self.own_bar, own)):
            with bars.hold_sync():
                bars.x, bars.y = places[chosen], counts[chosen]
