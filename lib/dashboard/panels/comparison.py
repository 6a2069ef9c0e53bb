"""One feature of the client, or two together, among the values of a group."""

from lib.dashboard.formats import in_language, reading_order
from lib.dashboard.guide import explain_words
from lib.dashboard.markup import element, heading, join
from lib.dashboard.panels.comparison_charts import CategoryBars, DensityMap, Histogram, Measure
from lib.dashboard.panels.comparison_words import (
    GROUP_NAMES,
    count_answers,
    count_given,
    say_comparison,
    say_density,
    say_group,
    say_nearest,
    turned,
    write_density,
    write_figures,
)
from lib.dashboard.state import State
from lib.dashboard.texts import say
from lib.dashboard.widgets import (
    HTML,
    NOTHING,
    Bind,
    Box,
    Dropdown,
    HBox,
    ToggleButtons,
    make_card,
    offer,
    show,
)
from lib.features.description import Unit
from lib.serving.wire import ClientFile, Comparison, Density, FeatureInfo

COUNTS, SHARES = "counts", "shares"
LINEAR, LOG = "linear", "log"


class ComparisonPanel:
    """A histogram, a bar a category or a map, with the client marked; also in words and a table."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._names: set[str] = set()
        self.heading = HTML().add_class("card-heading")
        self.feature = Dropdown().add_class("comparison-feature")
        self.second = Dropdown(options=[("", NOTHING)]).add_class("comparison-feature")
        self.group = ToggleButtons(options=list(GROUP_NAMES)).add_class("comparison-group")
        self.unit = ToggleButtons(options=[COUNTS, SHARES]).add_class("comparison-unit")
        self.scale = ToggleButtons(options=[LINEAR, LOG]).add_class("comparison-scale")
        self.sentence = HTML().add_class("comparison-sentence")
        self.figures = HTML().add_class("comparison-figures")
        self.histogram, self.bars, self.density = Histogram(), CategoryBars(), DensityMap()
        self.measures = HBox([self.unit, self.scale]).add_class("comparison-measures")
        charts = [chart.box.widget for chart in (self.histogram, self.bars, self.density)]
        self.nearest = HTML().add_class("comparison-nearest")
        self.widget = make_card(
            [
                self.heading,
                HBox([self.feature, self.second]).add_class("comparison-controls"),
                self.group,
                self.sentence,
                self.nearest,
                Box(charts).add_class("comparison-chart"),
                self.measures,
                self.figures,
            ],
            "comparison-card",
        )
        self._bind_feature = Bind(
            state, "feature", self.feature, show=lambda name: name if name in self._names else None
        )
        self._bind_second = Bind(
            state,
            "second_feature",
            self.second,
            show=lambda name: name if name in self._names else NOTHING,
            take=lambda name: name or None,
        )
        self._bind_group = Bind(state, "group", self.group)
        for widget in (self.unit, self.scale):
            widget.observe(lambda _: self._write(), names="value")
        state.follow(self._write_choices, "card", "file", "language")
        state.follow(self._write, "comparison", "group_is_small", "card", "language")
        state.follow(self._write_nearest, "similar", "card", "language")

    def _write_choices(self) -> None:
        """Name features, groups and measures in the language."""
        language = self._state.language
        if self._state.file:
            self._write_features(self._state.file)
        self._bind_group.offer(
            [(say(language, words), name) for name, words in GROUP_NAMES.items()]
        )
        counts, shares = say(language, "comparison.counts"), say(language, "comparison.shares")
        offer(self.unit, [(counts, COUNTS), (shares, SHARES)])
        linear, log = say(language, "comparison.linear"), say(language, "comparison.log")
        offer(self.scale, [(linear, LINEAR), (log, LOG)])
        self.feature.description = say(language, "comparison.feature")
        self.second.description = say(language, "comparison.second")
        self.group.description = say(language, "comparison.group")
        self.unit.description = say(language, "comparison.unit")
        self.scale.description = say(language, "comparison.scale")
        title = heading(say(language, "comparison.title"))
        self.heading.value = title + explain_words("comparison", language)

    def _write_features(self, file: ClientFile) -> None:
        """Offer what is known of the client."""
        state, language = self._state, self._state.language
        named = [
            (in_language(info.label, language), info.name)
            for info in state.features
            if info.name in file.features
        ]
        features = sorted(named, key=lambda option: reading_order(option[0]))
        self._names = {name for _, name in features}
        self._bind_feature.offer(features)
        self._bind_second.offer([(say(language, "comparison.no_second"), NOTHING), *features])

    def _write(self) -> None:
        state, language = self._state, self._state.language
        comparison = state.comparison
        info = state.feature_info(comparison.feature) if comparison else None
        if comparison is None or info is None:
            self._show(None)
            too_few = element("p", say(language, "comparison.too_few"), role="status")
            self.sentence.value = too_few if state.group_is_small else ""
            self.figures.value = ""
        elif comparison.density is not None:
            self._write_two(comparison, comparison.density)
        else:
            self._write_one(comparison, info)

    def _write_one(self, comparison: Comparison, info: FeatureInfo) -> None:
        language = self._state.language
        if info.unit == Unit.YES_NO:
            comparison = count_answers(comparison)
        words = say_comparison(comparison, info, language)
        self.sentence.value = join(element("p", one) for one in words)
        total = count_given(comparison)
        if not total:
            self._show(None)
            self.figures.value = ""
            return
        # Where values do not differ by orders of magnitude there is one scale, and no choice.
        show(self.scale, comparison.by_factors is not None)
        if self.scale.value == LINEAR:
            comparison = comparison.model_copy(update={"by_factors": None})
        self.figures.value = write_figures(comparison, info, language)
        chart = self.histogram if comparison.bin_edges is not None else self.bars
        chart.draw(comparison, info, Measure(total, self.unit.value == SHARES), language)
        self._show(chart)

    def _write_two(self, comparison: Comparison, density: Density) -> None:
        state, language = self._state, self._state.language
        density = turned(density)
        x, y = state.feature_info(density.x.feature), state.feature_info(density.y.feature)
        if x is None or y is None:
            return
        words = [
            say_density(density, x, y, language),
            say_group(comparison.group_size, density.missing_share, language),
        ]
        self.sentence.value = join(element("p", one) for one in words)
        self.figures.value = write_density(density, x, y, language)
        self.density.draw(density, x, y, language)
        self._show(self.density)

    def _write_nearest(self) -> None:
        """Say what became of the similar clients, and what makes them similar."""
        state = self._state
        labels = {fact.name: in_language(fact.label, state.language) for fact in state.facts}
        words = say_nearest(state.similar, labels, state.language) if state.similar else []
        self.nearest.value = join(element("p", one) for one in words)

    def _show(self, chart: Histogram | CategoryBars | DensityMap | None) -> None:
        for one in (self.histogram, self.bars, self.density):
            show(one.box.widget, one is chart)
        show(self.measures, chart not in (None, self.density))
