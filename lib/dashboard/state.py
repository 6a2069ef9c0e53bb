"""What the pages are about: no widgets, no calls, only values that panels follow."""

from collections.abc import Callable, Iterable
from typing import Any

from traitlets import Bool, Dict, Enum, HasTraits, Instance, Int, Tuple, Unicode, observe

from lib.dashboard.texts import LANGUAGES
from lib.serving.people import Person
from lib.serving.wire import (
    ClientFile,
    ClientPage,
    Comparison,
    Decided,
    FactInfo,
    FeatureInfo,
    ScorerCard,
    SimilarClients,
    Value,
)

GROUPS = ("all", "granted", "refused", "similar", "filters")
# How the list is ordered: by which field, and whether from the highest.
SORTS: dict[str, tuple[str, bool]] = {
    "client_id": ("client_id", False),
    "riskiest": ("default_probability", True),
    "safest": ("default_probability", False),
    "youngest": ("age_years", False),
    "oldest": ("age_years", True),
    "income": ("income_total", True),
    "credit": ("credit_amount", True),
}


class PageState(HasTraits):
    """What both pages have: a language, the scorer's card, and what failed.

    Attributes
    ----------
    language : "fr" or "en"
        In which everything is written.
    person : Person or None
        Who is signed in; None where nobody is asked who it is.
    sign_out : str
        Path of the page to sign out; empty where there is none.
    card : ScorerCard or None
        The scorer's card with the features' labels.
    faults : dict of str to ApiFault
        The calls that failed last, by their name.
    """

    language = Enum(LANGUAGES, "fr")
    person = Instance(Person, allow_none=True)
    sign_out = Unicode("")
    card = Instance(ScorerCard, allow_none=True)
    faults: Dict = Dict()
    _feature_infos: Dict = Dict()

    @property
    def person_name(self) -> str:
        """Name of the person who is signed in; empty where nobody is."""
        return self.person.name if self.person else ""

    @property
    def features(self) -> list[FeatureInfo]:
        """What is known of the features; empty until the card is there."""
        return self.card.features if self.card else []

    @property
    def facts(self) -> list[FactInfo]:
        """What is known of the facts that the model knows; empty until the card is there."""
        return self.card.facts if self.card else []

    def feature_info(self, name: str) -> FeatureInfo | None:
        """Give what is known of a feature, None where the card is not there or lacks it."""
        return self._feature_infos.get(name)

    @observe("card")
    def _find_by_name(self, _: object) -> None:
        self._feature_infos = {feature.name: feature for feature in self.features}

    def follow(self, act: Callable[[], None], *names: str) -> None:
        """Act now, and again whenever one of the named traits changes."""
        self.when_changed(act, *names)
        act()

    def when_changed(self, act: Callable[[], None], *names: str) -> None:
        """Act whenever one of the named traits changes."""

        def on_change(_: Any) -> None:
            act()

        self.observe(on_change, names=list(names))


class State(PageState):
    """What the manager chose, and what the API answered to it.

    Attributes
    ----------
    client_id : int or None
        The client chosen, who may turn out not to exist.
    file : ClientFile or None
        What is known of that client and of no other; None until it is there.
    recorded : Decided or None
        What a person decided on that client last; None where nobody has.
    filters : tuple of Filter
        Which clients the list shows.
    sort : str
        In which order, one of `SORTS`.
    page : int
        Which page of the list, from 1.
    found : ClientPage or None
        That page.
    typed : str
        The beginning of a client's number, as far as it is typed.
    completions : tuple of int
        Numbers of clients that begin like that.
    feature : str or None
        The feature compared.
    second_feature : str or None
        The one that it is compared together with, None for none.
    group : str
        The group that the client is compared with, one of `GROUPS`.
    comparison : Comparison or None
        What the API says about that feature, group and client.
    group_is_small : bool
        The group has so few clients that the API does not describe it.
    similar : SimilarClients or None
        The clients most like the one on the page; None unless they are the group.
    overview : dict of str to Usual
        What is usual in the group for each feature; empty until it is there.
    decisions : dict of int to tuple of Decided
        The decisions that persons took, as far as they were asked for, by client, the oldest first.
    assessed : dict of int to ClientFile
        The new clients assessed in this visit, by their number: the API does not know them.
    """

    client_id = Int(None, allow_none=True)
    file = Instance(ClientFile, allow_none=True)
    recorded = Instance(Decided, allow_none=True)
    filters: Tuple = Tuple()
    sort = Enum(tuple(SORTS), "client_id")
    page = Int(1)
    found = Instance(ClientPage, allow_none=True)
    typed = Unicode("")
    completions: Tuple = Tuple()
    feature = Unicode(None, allow_none=True)
    second_feature = Unicode(None, allow_none=True)
    group = Enum(GROUPS, "all")
    comparison = Instance(Comparison, allow_none=True)
    group_is_small = Bool(False)
    similar = Instance(SimilarClients, allow_none=True)
    overview: Dict = Dict()
    decisions = Instance(dict, ())
    assessed = Instance(dict, ())

    @property
    def is_assessed(self) -> bool:
        """Whether the client on the page is a new one, whom this visit alone keeps."""
        return self.client_id in self.assessed

    @property
    def own_features(self) -> dict[str, Value] | None:
        """What the API has to be told of the client on the page; None where it knows the client."""
        file = None if self.client_id is None else self.assessed.get(self.client_id)
        return file.features if file else None

    @property
    def decided(self) -> tuple[Decided, ...]:
        """The decisions taken on the client on the page, the oldest first."""
        return () if self.client_id is None else self.decisions.get(self.client_id, ())

    def add_decisions(self, taken: Iterable[Decided]) -> None:
        """Keep decisions beside those that are known, each once."""
        known = {one.decision_id: one for kept in self.decisions.values() for one in kept}
        merged = known | {one.decision_id: one for one in taken}
        if merged.keys() == known.keys():
            return
        # ISO 8601 in one time zone: the order of the words is that of the moments.
        in_time = sorted(merged.values(), key=lambda one: one.decided_at)
        by_client: dict[int, tuple[Decided, ...]] = {}
        for one in in_time:
            by_client[one.client_id] = (*by_client.get(one.client_id, ()), one)
        self.decisions = by_client
