"""What is known of the client, by family, with a search."""

import unicodedata
from collections.abc import Iterable, Sequence
from itertools import groupby

from ipywidgets import HTML, HBox, Text, VBox

from lib.dashboard.formats import in_language, write_value
from lib.dashboard.languages import Language
from lib.dashboard.markup import element, text
from lib.dashboard.state import State
from lib.dashboard.texts import say, say_count, text_id
from lib.features.catalogue.description import Family
from lib.serving.messages import FeatureInfo, Value

FAMILIES = [str(family) for family in Family]
FAMILY_NAMES = {
    Family.IDENTITY: text_id("family.identity"),
    Family.EMPLOYMENT: text_id("family.employment"),
    Family.HOUSEHOLD: text_id("family.household"),
    Family.CREDIT_REQUESTED: text_id("family.credit_requested"),
    Family.EXTERNAL_SCORES: text_id("family.external_scores"),
    Family.CREDIT_ELSEWHERE: text_id("family.credit_elsewhere"),
    Family.HISTORY_WITH_US: text_id("family.history_with_us"),
    Family.REPAYMENT_BEHAVIOUR: text_id("family.repayment_behaviour"),
}
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
        state.follow(self._write, "file", "card", "language")

    def _write(self) -> None:
        state, language = self._state, self._state.language
        self.search.description = say(language, "information.filter")
        self.search.placeholder = say(language, "information.filter_hint")
        values = state.file.features if state.file else {}
        known = [
            info for info in (state.card.features if state.card else []) if info.name in values
        ]
        given = sum(values[info.name] is not None for info in known)
        count = _say_given(given, len(known), language)
        self.heading.value = element("h2", text(say(language, "information.title"))) + element(
            "p", text(count)
        )
        matching = matches(known, self.search.value, language)
        self.values.value = (
            _write_families(matching, values, language, unfold=bool(self.search.value.strip()))
            if matching or not known
            else element(
                "p",
                text(say(language, "information.none", words=self.search.value.strip())),
                role="status",
            )
        )


def matches(features: Iterable[FeatureInfo], words: str, language: Language) -> list[FeatureInfo]:
    """Give the features whose label or family contains all the words, accents aside."""
    wanted = _plain(words).split()
    return [
        info
        for info in features
        if all(
            word in _plain(f"{in_language(info.label, language)} {_family(info.family, language)}")
            for word in wanted
        )
    ]


def _plain(words: str) -> str:
    decomposed = unicodedata.normalize("NFKD", words.casefold().replace("œ", "oe"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _family(family: str, language: Language) -> str:
    return say(language, FAMILY_NAMES[Family(family)]) if family in FAMILIES else family


def _say_given(given: int, total: int, language: Language) -> str:
    return say_count(
        language, "information.count_one", "information.count", given, given=given, total=total
    )


def _write_families(
    features: Sequence[FeatureInfo], values: dict[str, Value], language: Language, unfold: bool
) -> str:
    def place(info: FeatureInfo) -> tuple[int, str]:
        known = info.family in FAMILIES
        return (FAMILIES.index(info.family) if known else len(FAMILIES), info.family)

    ordered = sorted(features, key=place)
    return "".join(
        _write_family(family, list(members), values, language, unfold or family in OPEN_FAMILIES)
        for family, members in groupby(ordered, key=lambda info: info.family)
    )


def _write_family(
    family: str,
    features: list[FeatureInfo],
    values: dict[str, Value],
    language: Language,
    unfold: bool,
) -> str:
    rows = "".join(
        element(
            "div",
            element("dt", text(in_language(info.label, language))),
            element(
                "dd",
                text(write_value(values[info.name], info, language)),
                class_="not-given" if values[info.name] is None else "given",
            ),
        )
        for info in features
    )
    given = sum(values[info.name] is not None for info in features)
    count = _say_given(given, len(features), language)
    return element(
        "details",
        element(
            "summary",
            element("h3", text(_family(family, language))),
            element("span", text(count), class_="family-count"),
        ),
        element("dl", rows),
        class_="family",
        **({"open": "open"} if unfold else {}),
    )
