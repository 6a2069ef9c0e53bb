"""What a manager does with a client beyond reading: simulate, hand over, record; and a new one."""

from importlib.resources import files

from ipywidgets import HTML, Box

from lib.dashboard.errands import Errands
from lib.dashboard.panels.handout import HandoutPanel
from lib.dashboard.panels.new_client import NewClientPanel
from lib.dashboard.panels.record import RecordPanel
from lib.dashboard.panels.simulation import SimulationPanel
from lib.dashboard.simulator import Simulator
from lib.dashboard.state import State
from lib.serving.api import ScoringApi


class Tools:
    """The panels that ask the API for themselves, each with its own answer in place.

    Parameters
    ----------
    state : State
        Whose client they are about.
    api : ScoringApi
        Whom they ask.
    """

    def __init__(self, state: State, api: ScoringApi) -> None:
        errands = Errands()
        self.simulation = SimulationPanel(state, Simulator(state, api, errands))
        self.record = RecordPanel(state, api, errands)
        self.handout = HandoutPanel(state, errands)
        self.new_client = NewClientPanel(state, api, errands)
        style = HTML(f"<style>{read_style()}</style>").add_class("page-theme")
        self.closing = Box([style, self.record.widget, self.handout.widget]).add_class(
            "closing-panels"
        )


def read_style() -> str:
    """Give the style sheet of these panels, which builds on the page's."""
    return (files("lib.dashboard") / "tools.css").read_text(encoding="utf-8")
