"""Voilà with our own sessions and sign-in."""

import os
from pathlib import Path
from typing import Any

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
    read_secret,
)
from lib.dashboard.server.sessions import PING_SECONDS, PONG_SECONDS

IN_PLACE_OF = {
    TornadoVoilaHandler: PageHandler,
    VoilaKernelWebsocketHandler: ChannelsHandler,
    VoilaShutdownKernelHandler: LeaveHandler,
    RequestInfoSocketHandler: VisitHandler,
}


class Dashboard(Voila):
    """Voilà, whose visitors sign in, and whose sessions end with their pages."""

    def initialize(self, argv: list[str] | None = None) -> None:
        """Choose how people sign in.

        Raises
        ------
        InvalidInput
            If they do not, and others can reach the page.
        """
        super().initialize(argv)
        if sign_in := choose_sign_in(os.environ, self.ip):
            self.identity_provider_class = sign_in
            self.authorizer_class = OwnKernels
        if path := os.environ.get(COOKIE_SECRET_FILE):
            self.cookie_secret = read_secret(COOKIE_SECRET_FILE, Path(path)).encode()

    def init_settings(self) -> dict[str, Any]:
        """Add how soon a cut connection is noticed, and that kernels are forked."""
        # Whoever asks for the factory of provisioners from now on is given this one.
        ForkingFactory.instance(parent=self)
        return {
            **super().init_settings(),
            "ws_ping_interval": 1000 * PING_SECONDS,
            "ws_ping_timeout": 1000 * PONG_SECONDS,
        }

    def init_handlers(self) -> list[Any]:
        """Put our own handlers in the places of Voilà's."""
        return [
            (pattern, IN_PLACE_OF.get(handler, handler), *options)
            for pattern, handler, *options in super().init_handlers()
        ]
