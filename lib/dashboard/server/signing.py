"""The pages to sign in and out, and the plain ones that say what is the matter."""

import asyncio
from http import HTTPStatus
from typing import Any, cast

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.auth.login import LoginFormHandler
from jupyter_server.base.handlers import JupyterHandler

from lib.dashboard.accounts import Failures, check_password
from lib.dashboard.server.identity import AccountsSignIn, SignIn
from lib.dashboard.server.kernels import SessionKernels

# One password is checked at a time: each takes 64 MiB and four threads, also of who only guesses.
_one_at_a_time = asyncio.Lock()
_failures = Failures()


class PlainHandler(JupyterHandler):
    """A page of its own, without widgets, in both languages."""

    def get_template(self, name: str) -> Any:
        """Find our own template."""
        return self.settings["voila_jinja2_env"].get_template(name)

    def write_plain(self, status: HTTPStatus, template: str, **blanks: object) -> None:
        """Write a page that no cache may keep."""
        self.set_status(status)
        self.set_header("Cache-Control", "no-store")
        self.write(self.render_template(template, **blanks))


class SignInHandler(PlainHandler, LoginFormHandler):
    """Name and password, then on to where the visitor wanted to go."""

    @allow_unauthenticated
    def get(self) -> None:
        """Show the form."""
        if self.current_user:
            self._go_on()
        else:
            self._show(HTTPStatus.OK)

    @allow_unauthenticated
    async def post(self) -> None:
        """Check the password, and sign the person in."""
        name = self.get_body_argument("name", "")
        if await self._is_right(name, self.get_body_argument("password", "", strip=False)):
            identity = cast(AccountsSignIn, self.identity_provider)
            identity.begin(self, name)
            self.log.info("%s signed in", name)
            self._go_on()
        else:
            self._show(HTTPStatus.UNAUTHORIZED, failed=True)

    async def _is_right(self, name: str, password: str) -> bool:
        accounts = cast(AccountsSignIn, self.identity_provider).accounts.all
        async with _one_at_a_time:
            # Not before its turn: while it waits, others may fail.
            if name in accounts and _failures.is_locked(name):
                self.log.warning("%s is locked after too many wrong passwords", name)
                return False
            account = await asyncio.to_thread(check_password, accounts, name, password)
        if account:
            _failures.forget(name)
        elif name in accounts:
            _failures.count(name)
            self.log.warning("a wrong password for %s", name)
        return account is not None

    def _go_on(self) -> None:
        self._redirect_safe(self.get_argument("next", self.base_url))

    def _show(self, status: HTTPStatus, failed: bool = False) -> None:
        self.write_plain(status, "signin.html", failed=failed)


class SignOutHandler(PlainHandler):
    """Signing out ends all that was begun with the sign-in, in every tab."""

    @allow_unauthenticated
    def get(self) -> None:
        """Ask for a click: a link from elsewhere must not sign anybody out."""
        self.write_plain(HTTPStatus.OK, "signout.html")

    @allow_unauthenticated
    def post(self) -> None:
        """Sign out."""
        identity = cast(SignIn, self.identity_provider)
        if ended := identity.end(self):
            cast(SessionKernels, self.kernel_manager).sessions.end_all_of(ended)
        self.redirect(identity.signed_out)


class NobodyHandler(PlainHandler):
    """Whoever comes without the proxy is nobody."""

    @allow_unauthenticated
    def get(self) -> None:
        """Say so."""
        self.write_plain(HTTPStatus.FORBIDDEN, "nobody.html")
