"""The moment when the browser is there.

Between its first look at the widgets and its listening to them, whatever the kernel sends is lost.
So calls begin at once, but their answers wait until the browser says that it listens.
"""

import os

from ipywidgets import Button

from lib.dashboard.errands import Errands

# Seconds: longer than the slowest browser takes, for what is sent before it listens is lost.
LONGEST_WAIT = 120.0


class Arrival:
    """An unseen button, which the page's script presses once as soon as it is there.

    Parameters
    ----------
    errands : Errands
        Whose answers wait.
    """

    def __init__(self, errands: Errands) -> None:
        self._errands = errands
        self.widget = Button(layout={"display": "none"}).add_class("page-arrival")
        self.widget.on_click(lambda _: errands.release())

    def await_browser(self) -> None:
        """Hold answers back until the browser is there, or it has taken too long.

        Elsewhere than under Voilà the front end listens before a cell runs: nothing is held.
        """
        if "VOILA_PREHEAT" in os.environ:
            self._errands.hold()
            self._errands.later(LONGEST_WAIT, self._errands.release)
