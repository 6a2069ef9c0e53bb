"""One feature of the client, or two together, among the values of a group."""

from ipywidgets import HTML, Box, Dropdown, HBox, ToggleButtons, VBox

from lib.dashboard.formats import in_language
from lib.dashboard.markup import element, text
from lib.dashboard.measure import Measure
from lib.dashboard.panels.category_bars import CategoryBars
from lib.dashboard.panels.density_map import DensityMap
from lib.dashboard.panels.density_words import say_density, turned, write_density
from lib.dashboard.panels.groups import GROUP_NAMES
from lib.dashboard.panels.histogram import Histogram
from lib.dashboard.panels.standing import (
    count_answers,
    say_comparison,
    say_group,
    write_figures,
)
from lib.dashboard.state import GROUPS, State
from lib.dashboard.texts import say
from lib.features.description import Unit
from lib.serving.wire import Comparison, Density, FeatureInfo

# A dropdown shows nothing chosen for None, so the choice of no feature has a value of its own.
NONE = ""
COUNTS, SHARES = "counts", "shares"
LINEAR, LOG = "linear", "log"


class ComparisonPanel:
    """A histogram, a bar a category or a map, with the client marked; also in words and a table."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._writing = False
        self.heading = HTML().add_class("card-heading")
        self.feature = Dropdown().add_class("comparison-feature")
        self.second = Dropdown().add_class("comparison-feature")
        self.group = ToggleButtons(options=GROUPS, value=state.group).add_class("comparison-group")
        self.unit = ToggleButtons(options=[COUNTS, SHARES]).add_class("comparison-unit")
        self.scale = ToggleButtons(options=[LINEAR, LOG]).add_class("comparison-scale")
        self.sentence = HTML().add_class("comparison-sentence")
        self.figures = HTML().add_class("comparison-figures")
        self.histogram, self.bars, self.density = Histogram(), CategoryBars(), DensityMap()
        self.measures = HBox([self.unit, self.scale]).add_class("comparison-measures")
        self._lay_out()
        self._listen()
        state.follow(self._write_choices, "card", "file", "language")
        state.follow(self._show_choices, "card", "file", "feature", "second_feature", "group")
        state.follow(self._write, "comparison", "group_is_small", "card", "language")

    def _lay_out(self) -> None:
        charts = [self.histogram.figure, self.bars.figure, self.density.figure]
        self.widget = (
            VBox(
                [
                    self.heading,
                    HBox([self.feature, self.second]).add_class("comparison-controls"),
                    self.group,
                    self.sentence,
                    Box(charts).add_class("comparison-chart"),
                    self.measures,
                    self.figures,
                ]
            )
            .add_class("card")
            .add_class("comparison-card")
        )

    def _listen(self) -> None:
        for widget in (self.feature, self.second, self.group):
            widget.observe(self._choose, names="value")
        for widget in (self.unit, self.scale):
            widget.observe(lambda _: self._write(), names="value")

    def _choose(self, _: object) -> None:
        if not self._writing:
            with self._state.hold_trait_notifications():
                self._state.feature = self.feature.value
                self._state.second_feature = self.second.value or None
                self._state.group = self.group.value

    def _write_choices(self) -> None:
        """Name features, groups and measures in the language."""
        language = self._state.language
        features = self._name_features()
        self._writing = True
        try:
            _set_options(self.feature, features)
            _set_options(self.second, [(say(language, "comparison.no_second"), NONE), *features])
            groups = [(say(language, GROUP_NAMES[group]), group) for group in GROUPS]
            _set_options(self.group, groups)
        finally:
            self._writing = False
        _set_options(
            self.unit,
            [
                (say(language, "comparison.counts"), COUNTS),
                (say(language, "comparison.shares"), SHARES),
            ],
        )
        _set_options(
            self.scale,
            [(say(language, "comparison.linear"), LINEAR), (say(language, "comparison.log"), LOG)],
        )
        self.feature.description = say(language, "comparison.feature")
        self.second.description = say(language, "comparison.second")
        self.group.description = say(language, "comparison.group")
        self.unit.description = say(language, "comparison.unit")
        self.scale.description = say(language, "comparison.scale")
        self.heading.value = element("h2", text(say(language, "comparison.title")))
        self._show_choices()

    def _name_features(self) -> list[tuple[str, str]]:
        state = self._state
        known = state.file.features if state.file else {}
        infos = state.card.features if state.card else []
        named = [
            (in_language(info.label, state.language), info.name)
            for info in infos
            if info.name in known
        ]
        return sorted(named, key=lambda option: option[0].casefold())

    def _show_choices(self) -> None:
        """Show a choice that was made elsewhere."""
        state = self._state
        names = {name for _, name in self.feature.options}
        self._writing = True
        try:
            self.feature.value = state.feature if state.feature in names else None
            self.second.value = state.second_feature if state.second_feature in names else NONE
            self.group.value = state.group
        finally:
            self._writing = False

    def _write(self) -> None:
        state, language = self._state, self._state.language
        comparison = state.comparison
        info = state.feature_info(comparison.feature) if comparison else None
        if comparison is None or info is None:
            self._show(None)
            too_few = element("p", text(say(language, "comparison.too_few")), role="status")
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
        self.sentence.value = "".join(
            element("p", text(words)) for words in say_comparison(comparison, info, language)
        )
        total = sum(comparison.counts)
        if not total:
            self._show(None)
            self.figures.value = ""
            return
        self.figures.value = write_figures(comparison, info, language)
        chart = self.histogram if comparison.bin_edges is not None else self.bars
        measure = Measure(total, self.unit.value == SHARES, self.scale.value == LOG)
        chart.draw(comparison, info, measure, language)
        self._show(chart)

    def _write_two(self, comparison: Comparison, density: Density) -> None:
        state, language = self._state, self._state.language
        density = turned(density)
        x, y = state.feature_info(density.x.feature), state.feature_info(density.y.feature)
        if x is None or y is None:
            return
        words = [
            say_density(density, x, y, language),
            say_group(comparison.group_size, density.missing_share, language)
            + " "
            + say(
                language,
                "comparison.axes",
                x=in_language(x.label, language),
                y=in_language(y.label, language),
            ),
        ]
        self.sentence.value = "".join(element("p", text(one)) for one in words)
        self.figures.value = write_density(density, x, y, language)
        self.density.draw(density, x, y, language)
        self._show(self.density)

    def _show(self, chart: Histogram | CategoryBars | DensityMap | None) -> None:
        for one in (self.histogram, self.bars, self.density):
            one.figure.layout.display = "" if one is chart else "none"
        self.measures.layout.display = "none" if chart in (None, self.density) else ""


def _set_options(widget: Dropdown | ToggleButtons, options: list[tuple[str, str]]) -> None:
    """Change the options but keep what was chosen, where it is still there."""
    if widget.options == tuple(options):
        return
    chosen = widget.value
    widget.options = options
    if chosen in {value for _, value in options}:
        widget.value = chosen
