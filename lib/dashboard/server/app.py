"""Voilà with our own sessions and sign-in."""

import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jupyter_server.utils import url_path_join
from traitlets import List, Unicode
from voila import notebook_renderer
from voila.app import Voila
from voila.request_info_handler import RequestInfoSocketHandler
from voila.shutdown_kernel_handler import VoilaShutdownKernelHandler
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from lib.dashboard.server.forking import ForkingFactory
from lib.dashboard.server.handlers import ChannelsHandler, LeaveHandler, PageHandler, VisitHandler
from lib.dashboard.server.identity import (
    COOKIE_SECRET_FILE,
    OwnKernels,
    choose_sign_in,
    is_loopback,
    read_secret,
)
from lib.dashboard.server.kernels import MOST_SESSIONS
from lib.dashboard.server.sessions import PING_SECONDS, PONG_SECONDS
from lib.dashboard.server.templates import PageExporter
from lib.decision import InvalidInput

IN_PLACE_OF = {
    TornadoVoilaHandler: PageHandler,
    VoilaKernelWebsocketHandler: ChannelsHandler,
    VoilaShutdownKernelHandler: LeaveHandler,
    RequestInfoSocketHandler: VisitHandler,
}


# The page to which others lead, where a server shows it.
MANAGERS_PAGE, MANAGERS_ADDRESS = "client", "SCORING_CLIENT_PAGE"


class Dashboard(Voila):
    """Voilà, whose visitors sign in, and whose sessions end with their pages."""

    more_pages = List(
        Unicode(), help="notebooks beside the one that is served, without .ipynb, each at /NAME"
    )
    more_pages.tag(config=True)

    def initialize(self, argv: list[str] | None = None) -> None:
        """Read the settings, and choose how people sign in.

        Raises
        ------
        InvalidInput
            If they do not, and others can reach the page, or if a setting cannot be.
        """
        super().initialize(argv)
        # Voilà asks nobody which class to take.
        notebook_renderer.VoilaExporter = PageExporter
        self.config.SessionKernels.most_sessions = read_most_sessions(os.environ)
        if Path(self.notebook_path).stem == MANAGERS_PAGE:
            # Kernels have the variables of their server.
            os.environ.setdefault(MANAGERS_ADDRESS, self.base_url)
        if sign_in := choose_sign_in(os.environ, self.ip):
            self.identity_provider_class = sign_in
            self.authorizer_class = OwnKernels
        if path := os.environ.get(COOKIE_SECRET_FILE):
            self.cookie_secret = read_secret(COOKIE_SECRET_FILE, Path(path)).encode()

    def get_default_logging_config(self) -> dict[str, Any]:
        """Make no records that are not written: there would be some for each kernel's message."""
        config: dict[str, Any] = super().get_default_logging_config()
        for logger in config["loggers"].values():
            logger["level"] = logging.getLevelName(self.log_level)
        return config

    def init_settings(self) -> dict[str, Any]:
        """Add what browsers keep, how soon a cut line is noticed, and that kernels are forked."""
        # Whoever asks for the factory of provisioners from now on is given this one.
        ForkingFactory.instance(parent=self)
        return {
            **super().init_settings(),
            # Scripts must read this cookie: by it a page shows that a request is its own.
            "xsrf_cookie_kwargs": {"samesite": "Lax", "secure": not is_loopback(self.ip)},
            # The names of these scripts change with what is in them: no visit needs them twice.
            "static_immutable_cache": [url_path_join(self.server_url, "/voila/labextensions/")],
            "ws_ping_interval": 1000 * PING_SECONDS,
            "ws_ping_timeout": 1000 * PONG_SECONDS,
        }

    def init_handlers(self) -> list[Any]:
        """Put our own handlers in the places of Voilà's, and add one for each page more."""
        handlers: list[Any] = [
            (pattern, IN_PLACE_OF.get(handler, handler), *options)
            for pattern, handler, *options in super().init_handlers()
        ]
        # The page itself comes last, at every path that is nobody's.
        *_, (_, _, options) = handlers
        return [*self._more_handlers(options), *handlers]

    def _more_handlers(self, options: Mapping[str, Any]) -> list[Any]:
        served = Path(options["notebook_path"])
        return [
            (
                url_path_join(self.server_url, f"/{page}"),
                PageHandler,
                {**options, "notebook_path": str(served.with_name(f"{page}.ipynb"))},
            )
            for page in self.more_pages
            if page != served.stem
        ]


def read_most_sessions(given: Mapping[str, str]) -> int:
    """Read how many visits there may be at once.

    Raises
    ------
    InvalidInput
        If it is no number from 1 on.

    Examples
    --------
    >>> read_most_sessions({}), read_most_sessions({"SCORING_MOST_SESSIONS": "8"})
    (24, 8)
    """
    written = given.get("SCORING_MOST_SESSIONS") or str(MOST_SESSIONS)
    if not written.isdecimal() or int(written) < 1:
        raise InvalidInput(
            f"SCORING_MOST_SESSIONS={written}", "it is a number from 1 on", "correct it"
        )
    return int(written)
