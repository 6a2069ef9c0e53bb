"""The processes behind the pages, which are told who visits."""

import asyncio
import secrets
from dataclasses import dataclass, field
from hmac import compare_digest
from typing import Any

from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.web import HTTPError
from traitlets import Int, default

from lib.dashboard.server.sessions import Sessions
from lib.dashboard.visitor import VISIT_SECRET, Visit

# What 2 GB have room for beside the server itself, at 60 to 75 MB each once they have worked.
MOST_SESSIONS = 24


@dataclass(frozen=True)
class Awaited:
    """The visit that a kernel waits for, and the secret by which it may ask for it."""

    secret: str = field(default_factory=secrets.token_urlsafe)
    visit: asyncio.Future[Visit] = field(default_factory=asyncio.Future)


class SessionKernels(AsyncMappingKernelManager):
    """Kernels whose sessions are bounded, and end with their pages.

    Voilà makes a class of its own from this one, with a pool of kernels started ahead.
    """

    most_sessions = Int(MOST_SESSIONS, min=1, help="visits at once, beside those that wait ready")
    most_sessions.tag(config=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._awaited: dict[str, Awaited] = {}
        self.sessions = Sessions(
            self.most_sessions, lambda kernel_id: self.shutdown_kernel(kernel_id)
        )

    @default("cull_idle_timeout")
    def _cull_nothing(self) -> int:
        return 0

    # Jupyter's own is a coroutine too, beneath a signature that hides it.
    async def start_kernel(self, **kwargs: Any) -> str:  # type: ignore[override]
        """Start a kernel that may ask who visits it."""
        awaited = Awaited()
        env = {**kwargs.pop("env", {}), VISIT_SECRET: awaited.secret}
        kernel_id: str = await super().start_kernel(env=env, **kwargs)
        self._awaited[kernel_id] = awaited
        return kernel_id

    def tell(self, kernel_id: str, visit: Visit) -> None:
        """Tell a kernel who visits it."""
        self._awaited[kernel_id].visit.set_result(visit)

    async def visit_of(self, kernel_id: str, secret: str) -> Visit:
        """Wait for the visit that a kernel asks for.

        Raises
        ------
        HTTPError
            404 if there is no such kernel, 403 if it is another that asks.
        """
        awaited = self._awaited.get(kernel_id)
        if awaited is None:
            raise HTTPError(404)
        if not compare_digest(secret.encode(), awaited.secret.encode()):
            raise HTTPError(403)
        return await awaited.visit

    def remove_kernel(self, kernel_id: str) -> Any:
        """Forget a kernel that has ended, whatever has ended it."""
        if kernel_id in self:
            # Of a page that went while its kernel was ending, what would have been for it is kept.
            self.stop_buffering(kernel_id)
        self._awaited.pop(kernel_id, None)
        self.sessions.gone(kernel_id)
        return super().remove_kernel(kernel_id)

    def _handle_kernel_died(self, kernel_id: str) -> None:
        # Jupyter stops to listen where it ends a kernel itself, but not here.
        self.stop_watching_activity(kernel_id)
        super()._handle_kernel_died(kernel_id)

    async def _end_kernel(self, kernel_id: str) -> None:
        # Looked up as late as this, because Voilà's class adds its own to it.
        await self.shutdown_kernel(kernel_id)
