"""What is known of the client, by family, with a search."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import groupby

from lib.dashboard.formats import in_language, in_plain_letters, write_percent, write_value
from lib.dashboard.guide import explain_words
from lib.dashboard.markup import Html, element, heading, join
from lib.dashboard.panels.comparison_words import GROUP_NAMES
from lib.dashboard.state import State
from lib.dashboard.synonyms import find_synonyms
from lib.dashboard.texts import Language, say, say_count, text_id
from lib.dashboard.widgets import HTML, HBox, Text, ToggleButton, VBox, make_card
from lib.dashboard.words import name_family, place_of_family
from lib.features.description import Family, Unit
from lib.serving.wire import FeatureInfo, Usual, Value

RARE_SHARE = 0.05
# Who share a value are not told where they are fewer than ten: of so many clients that is surely
# less than the share above.
FEWEST_FOR_RARE = 200
# The outer quantiles are means of ten clients or more: of so many they lie near the 5th percentile
# and the 95th.
FEWEST_FOR_ENDS = 80
# Written values kept for the next client: many have the same.
KEPT_ENTRIES = 8192
# Shown unfolded: what every client gave.
OPEN_FAMILIES = {Family.IDENTITY, Family.EMPLOYMENT, Family.HOUSEHOLD, Family.CREDIT_REQUESTED}


class Unusual(StrEnum):
    """In what way a value is unusual."""

    LOW = "low"
    HIGH = "high"
    RARE = "rare"


MARKS = {
    Unusual.LOW: text_id("information.low"),
    Unusual.HIGH: text_id("information.high"),
    Unusual.RARE: text_id("information.rare"),
}


def find_unusual(value: Value, usual: Usual | None, info: FeatureInfo) -> Unusual | None:
    """Say in what way a value is unusual in a group.

    A number is where it lies below the group's 5th percentile or above its 95th, a category or an
    answer where fewer than 5 of 100 have it; a missing value never is. Of a group too small to say
    so nothing is unusual.
    """
    if value is None or usual is None:
        return None
    if isinstance(value, str):
        return Unusual.RARE if _is_rare(value, usual) else None
    if usual.quantiles is None or usual.quantiles["0.05"] <= value <= usual.quantiles["0.95"]:
        return None
    if info.unit == Unit.YES_NO:
        return Unusual.RARE if _is_told_of_many(usual) else None
    # Portfolios of older releases do not say of how many they tell.
    if usual.given is not None and usual.given < FEWEST_FOR_ENDS:
        return None
    return Unusual.LOW if value < usual.quantiles["0.05"] else Unusual.HIGH


def _is_rare(category: str, usual: Usual) -> bool:
    if not usual.shares:
        return False
    if category in usual.shares:
        return usual.shares[category] < RARE_SHARE
    return _is_told_of_many(usual)


def _is_told_of_many(usual: Usual) -> bool:
    """Say whether fewer than ten of those who have a value are surely few."""
    return usual.given is not None and usual.given >= FEWEST_FOR_RARE


def say_usual(usual: Usual | None, info: FeatureInfo, language: Language) -> str:
    """Say what is usual: a number's median, or the category or answer that most have."""
    if usual and usual.shares:
        name, share = next(iter(usual.shares.items()))
        written = write_value(name, info, language)
        share_written = write_percent(share, language, digits=0)
        return say(language, "information.most", value=written, share=share_written)
    if usual and usual.quantiles:
        median = write_value(usual.quantiles["0.5"], info, language)
        if info.unit == Unit.YES_NO:
            return say(language, "information.mostly", value=median)
        return say(language, "information.median", value=median)
    return ""


@dataclass(frozen=True, eq=False)
class Entry:
    """A feature on the page, as far as no client changes it.

    Attributes
    ----------
    info : FeatureInfo
    usual : Usual or None
        What is usual in the group.
    language : "fr" or "en"
    label, usual_words : Html
        What stands before and behind the value.
    """

    info: FeatureInfo
    usual: Usual | None
    language: Language
    label: Html
    usual_words: Html

    @classmethod
    def of(cls, info: FeatureInfo, usual: Usual | None, language: Language) -> "Entry":
        """Write what no client changes."""
        label = element("dt", in_language(info.label, language))
        words = element("span", say_usual(usual, info, language), class_="usual")
        return cls(info, usual, language, label, words)

    def find_unusual(self, value: Value) -> Unusual | None:
        """Say in what way a client's value is unusual."""
        return find_unusual(value, self.usual, self.info)


# An entry is another one for each language and group.
@lru_cache(KEPT_ENTRIES)
def write_entry(entry: Entry, value: Value) -> Html:
    """Write one value, what is usual beside it, and a mark where the two are far apart."""
    unusual, language = entry.find_unusual(value), entry.language
    mark = element("span", say(language, MARKS[unusual]), class_="unusual") if unusual else ""
    style = "not-given" if value is None else "given"
    written = element("span", write_value(value, entry.info, language), class_=style)
    return element("div", entry.label, element("dd", written, mark, entry.usual_words))


class InformationPanel:
    """The client's values, each in its unit."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._given: dict[str, Value] = {}
        self._entries: dict[str, Entry] = {}
        self.heading = HTML().add_class("card-heading")
        self.search = Text(continuous_update=True).add_class("information-search")
        self.values = HTML().add_class("information-values")
        self.only_unusual = ToggleButton().add_class("information-unusual")
        choices = VBox([self.search, self.only_unusual]).add_class("information-choices")
        head = HBox([self.heading, choices]).add_class("card-head")
        self.widget = make_card([head, self.values], "information-card")
        self.search.observe(lambda _: self._write(), names="value")
        self.only_unusual.observe(lambda _: self._write(), names="value")
        state.follow(self._write_anew, "card", "language", "overview")
        state.when_changed(self._write, "file")

    def _write_anew(self) -> None:
        self._entries = {}
        self._write()

    def _write_entries(self) -> dict[str, Entry]:
        """Write what is the same whoever the client is."""
        state = self._state
        return {
            info.name: Entry.of(info, state.overview.get(info.name), state.language)
            for info in state.features
        }

    def _write(self) -> None:
        state, language = self._state, self._state.language
        if state.file is None:
            return
        self._entries = self._entries or self._write_entries()
        self.search.description = say(language, "information.filter")
        self.search.placeholder = say(language, "information.filter_hint")
        self.only_unusual.description = say(language, "information.only_unusual")
        self.only_unusual.disabled = not state.overview
        self._given = state.file.features
        known = [info for info in state.features if info.name in self._given]
        sentences = (self._say_read(known), self._say_unusual(known))
        title = say(language, "information.title")
        told = heading(title, *(words for words in sentences if words))
        self.heading.value = told + explain_words("information", language)
        wanted = self.search.value.strip()
        only_unusual = self.only_unusual.value and bool(state.overview)
        matching = [
            info
            for info in matches(known, wanted, language)
            if not only_unusual or self._find_unusual(info)
        ]
        if known and not matching:
            words = (
                say(language, "information.none_unusual")
                if only_unusual
                else say(language, "information.none", words=wanted)
            )
            self.values.value = element("p", words, role="status")
        else:
            unfold = bool(wanted) or only_unusual
            self.values.value = self._write_families(matching, unfold)

    def _find_unusual(self, info: FeatureInfo) -> Unusual | None:
        return self._entries[info.name].find_unusual(self._given[info.name])

    def _say_read(self, known: Sequence[FeatureInfo]) -> str:
        """Say how many values are given of all that is kept, and of what the calculation reads."""
        if not known:
            return ""
        read = [info for info in known if info.in_model]
        given = sum(self._given[info.name] is not None for info in read)
        language = self._state.language
        return say(
            language,
            "information.read",
            given=self._say_given(known),
            read=say(language, "client.coverage", given=given, total=len(read)),
        )

    def _say_given(self, features: Sequence[FeatureInfo]) -> str:
        given = sum(self._given[info.name] is not None for info in features)
        return say_count(
            self._state.language,
            "information.count_one",
            "information.count",
            given,
            given=given,
            total=len(features),
        )

    def _say_unusual(self, known: Sequence[FeatureInfo]) -> str:
        """Say which group the values stand beside, and how many are unusual in it."""
        state, language = self._state, self._state.language
        if not state.overview or not state.file:
            return ""
        unusual = sum(self._find_unusual(info) is not None for info in known)
        return say_count(
            language,
            "information.unusual_one",
            "information.unusual",
            unusual,
            count=unusual,
            group=say(language, GROUP_NAMES[state.group]),
        )

    def _write_families(self, features: Sequence[FeatureInfo], unfold: bool) -> Html:
        ordered = sorted(features, key=lambda info: place_of_family(info.family))
        return join(
            self._write_family(family, list(members), unfold or family in OPEN_FAMILIES)
            for family, members in groupby(ordered, key=lambda info: info.family)
        )

    def _write_family(self, family: str, features: list[FeatureInfo], unfold: bool) -> Html:
        return element(
            "details",
            element(
                "summary",
                element("h3", name_family(family, self._state.language)),
                element("span", self._say_given(features), class_="family-count"),
            ),
            element(
                "dl",
                *(write_entry(self._entries[one.name], self._given[one.name]) for one in features),
            ),
            class_="family",
            **({"open": "open"} if unfold else {}),
        )


def matches(features: Iterable[FeatureInfo], words: str, language: Language) -> list[FeatureInfo]:
    """Give the features whose label or family has all the words or synonyms, accents aside."""
    wanted = [find_synonyms(word, language) for word in in_plain_letters(words).split()]
    if not wanted:
        return list(features)

    def has_all(info: FeatureInfo) -> bool:
        family = name_family(info.family, language)
        said = in_plain_letters(f"{in_language(info.label, language)} {family}")
        return all(any(word in said for word in meant) for meant in wanted)

    return [info for info in features if has_all(info)]
