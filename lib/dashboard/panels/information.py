"""What is known of the client, by family, with a search."""

import unicodedata
from collections.abc import Iterable, Sequence
from itertools import groupby

from ipywidgets import HTML, HBox, Text, VBox

from lib.dashboard.families import name_family, place_of_family
from lib.dashboard.formats import in_language, write_value
from lib.dashboard.languages import Language
from lib.dashboard.markup import element, text
from lib.dashboard.panels.groups import GROUP_NAMES
from lib.dashboard.panels.usual import find_unusual, say_unusual, say_usual
from lib.dashboard.state import State
from lib.dashboard.texts import say, say_count
from lib.features.description import Family
from lib.serving.wire import FeatureInfo, Usual, Value

OPEN_FAMILIES = {Family.IDENTITY, Family.EMPLOYMENT, Family.HOUSEHOLD, Family.CREDIT_REQUESTED}


class InformationPanel:
    """The client's values, each in its unit."""

    def __init__(self, state: State) -> None:
        self._state = state
        self.heading = HTML().add_class("card-heading")
        self.search = Text(continuous_update=True).add_class("information-search")
        self.values = HTML().add_class("information-values")
        self.widget = (
            VBox([HBox([self.heading, self.search]).add_class("card-head"), self.values])
            .add_class("card")
            .add_class("information-card")
        )
        self.search.observe(lambda _: self._write(), names="value")
        state.follow(self._write, "file", "card", "language", "overview")

    def _write(self) -> None:
        state, language = self._state, self._state.language
        self.search.description = say(language, "information.filter")
        self.search.placeholder = say(language, "information.filter_hint")
        values = state.file.features if state.file else {}
        known = [
            info for info in (state.card.features if state.card else []) if info.name in values
        ]
        given = sum(values[info.name] is not None for info in known)
        self.heading.value = element("h2", text(say(language, "information.title"))) + "".join(
            element("p", text(words))
            for words in (_say_given(given, len(known), language), self._say_unusual(known))
            if words
        )
        matching = matches(known, self.search.value, language)
        self.values.value = (
            _write_families(
                matching, values, state.overview, language, unfold=bool(self.search.value.strip())
            )
            if matching or not known
            else element(
                "p",
                text(say(language, "information.none", words=self.search.value.strip())),
                role="status",
            )
        )

    def _say_unusual(self, known: Sequence[FeatureInfo]) -> str:
        """Say which group the values stand beside, and how many are unusual in it."""
        state, language = self._state, self._state.language
        if not state.overview or not state.file:
            return ""
        values = state.file.features
        unusual = sum(
            find_unusual(values[info.name], state.overview.get(info.name), info) is not None
            for info in known
        )
        group = say(language, GROUP_NAMES[state.group])
        return say_count(
            language,
            "information.unusual_one",
            "information.unusual",
            unusual,
            count=unusual,
            group=group,
        )


def matches(features: Iterable[FeatureInfo], words: str, language: Language) -> list[FeatureInfo]:
    """Give the features whose label or family contains all the words, accents aside."""
    wanted = _plain(words).split()
    return [
        info
        for info in features
        if all(
            word
            in _plain(f"{in_language(info.label, language)} {name_family(info.family, language)}")
            for word in wanted
        )
    ]


def _plain(words: str) -> str:
    decomposed = unicodedata.normalize("NFKD", words.casefold().replace("œ", "oe"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _say_given(given: int, total: int, language: Language) -> str:
    return say_count(
        language, "information.count_one", "information.count", given, given=given, total=total
    )


def _write_families(
    features: Sequence[FeatureInfo],
    values: dict[str, Value],
    overview: dict[str, Usual],
    language: Language,
    unfold: bool,
) -> str:
    ordered = sorted(features, key=lambda info: place_of_family(info.family))
    return "".join(
        _write_family(
            family, list(members), values, overview, language, unfold or family in OPEN_FAMILIES
        )
        for family, members in groupby(ordered, key=lambda info: info.family)
    )


def _write_family(
    family: str,
    features: list[FeatureInfo],
    values: dict[str, Value],
    overview: dict[str, Usual],
    language: Language,
    unfold: bool,
) -> str:
    rows = "".join(
        _write_entry(info, values[info.name], overview.get(info.name), language)
        for info in features
    )
    given = sum(values[info.name] is not None for info in features)
    count = _say_given(given, len(features), language)
    return element(
        "details",
        element(
            "summary",
            element("h3", text(name_family(family, language))),
            element("span", text(count), class_="family-count"),
        ),
        element("dl", rows),
        class_="family",
        **({"open": "open"} if unfold else {}),
    )


def _write_entry(info: FeatureInfo, value: Value, usual: Usual | None, language: Language) -> str:
    """Write one value, what is usual beside it, and a mark where the two are far apart."""
    unusual = find_unusual(value, usual, info)
    return element(
        "div",
        element("dt", text(in_language(info.label, language))),
        element(
            "dd",
            element(
                "span",
                text(write_value(value, info, language)),
                class_="not-given" if value is None else "given",
            ),
            element("span", text(say_unusual(unusual, language)), class_="unusual")
            if unusual
            else "",
            element("span", text(say_usual(usual, info, language)), class_="usual"),
        ),
    )
