"""Voilà with our own sessions."""

from typing import Any

from voila.app import Voila
from voila.request_info_handler import RequestInfoSocketHandler
from voila.shutdown_kernel_handler import VoilaShutdownKernelHandler
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from lib.dashboard.server.handlers import ChannelsHandler, LeaveHandler, PageHandler, VisitHandler
from lib.dashboard.server.sessions import PING_SECONDS, PONG_SECONDS

IN_PLACE_OF = {
    TornadoVoilaHandler: PageHandler,
    VoilaKernelWebsocketHandler: ChannelsHandler,
    VoilaShutdownKernelHandler: LeaveHandler,
    RequestInfoSocketHandler: VisitHandler,
}


class Dashboard(Voila):
    """Voilà, whose sessions end with their pages."""

    def init_settings(self) -> dict[str, Any]:
        """Add how soon a cut connection is noticed."""
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
