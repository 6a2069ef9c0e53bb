"""A simulation of one client: what was changed, and what the API says would follow."""

from traitlets import Dict, HasTraits, Instance

from lib.dashboard.calls import Calls
from lib.dashboard.debounce import Debounced
from lib.dashboard.errands import Errands
from lib.dashboard.state import State
from lib.serving.api import ScoringApi
from lib.serving.wire import FeatureInfo, Recourse, WhatIf

# Long enough that a dragged slider asks once, short enough that nobody waits for it.
REST_SECONDS = 0.2
CREDIT, INSTALMENT, DURATION = "credit_amount", "annuity_amount", "implied_duration_months"


class Simulator(HasTraits):
    """Keeps a simulation of the client on the page; another client ends it.

    Attributes
    ----------
    changes : dict of str to float
        New values by feature; empty where nothing is simulated.
    what_if : WhatIf or None
        The score before and after those changes; None until it is there.
    recourse : Recourse or None
        What would be needed for a grant, once it was asked for.
    faults : dict of str to ApiFault
        What failed last: ``what_if``, ``recourse``.
    """

    changes: Dict = Dict()
    what_if = Instance(WhatIf, allow_none=True)
    recourse = Instance(Recourse, allow_none=True)
    faults: Dict = Dict()

    def __init__(self, state: State, api: ScoringApi, errands: Errands) -> None:
        super().__init__()
        self.state = state
        self._api = api
        self._calls = Calls(self, errands)
        self._ask_soon = Debounced(self.ask, REST_SECONDS)
        state.observe(lambda _: self._begin(), names="file")

    def changeable(self) -> list[FeatureInfo]:
        """Give the features that may be changed and have a value to begin from."""
        card = self.state.card
        return [info for info in (card.features if card else []) if self._may_change(info)]

    def _may_change(self, info: FeatureInfo) -> bool:
        own = self.own(info.name)
        return info.changeable and own is not None and own > 0

    def own(self, name: str) -> float | None:
        """Give the client's own value of a feature, where it is a number."""
        file = self.state.file
        value = file.features.get(name) if file else None
        return value if isinstance(value, float | int) else None

    def value(self, name: str) -> float | None:
        """Give the value that a feature has in the simulation; the duration follows."""
        if name == DURATION:
            credit, instalment = self.value(CREDIT), self.value(INSTALMENT)
            return credit / instalment if credit and instalment else None
        changed = self.changes.get(name)
        return self.own(name) if changed is None else float(changed)

    def change(self, name: str, value: float) -> None:
        """Try another value of a feature; a new duration is another instalment."""
        if name == DURATION:
            instalment = (self.value(CREDIT) or 0.0) / value
            name, value = INSTALMENT, self._near_own(INSTALMENT, round(instalment, 2))
        others = {key: other for key, other in self.changes.items() if key != name}
        self.apply(others if value == self.own(name) else {**others, name: value})

    def _near_own(self, name: str, value: float) -> float:
        """Give the client's own value where another is the same but for rounding."""
        own = self.own(name) or 0.0
        return own if abs(value - own) <= 1e-4 * own else value

    def apply(self, changes: dict[str, float]) -> None:
        """Try several values at once, and nothing else."""
        self.changes = changes
        if changes:
            self._ask_soon()
        else:
            self._stop()

    def reset(self) -> None:
        """Go back to the client as the file has it."""
        self.apply({})

    def ask(self) -> None:
        """Ask what follows from the changes."""
        file, changes = self.state.file, dict(self.changes)
        if file is None or not changes:
            return

        def done(answer: WhatIf) -> None:
            self.what_if = answer

        self._calls.run("what_if", lambda: self._api.what_if(file.client_id, changes), done)

    def ask_recourse(self) -> None:
        """Ask what would be needed for a grant."""
        file = self.state.file
        if file is None:
            return

        def done(answer: Recourse) -> None:
            self.recourse = answer

        self._calls.run("recourse", lambda: self._api.recourse(file.client_id), done)

    def _begin(self) -> None:
        """Start over with another client: what was asked about the last one is not wanted."""
        self._calls.drop("recourse")
        self.recourse = None
        self.changes = {}
        self._stop()
        self.faults = {}

    def _stop(self) -> None:
        self._ask_soon.cancel()
        self._calls.drop("what_if")
        self.what_if = None
