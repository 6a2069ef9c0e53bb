"""Who is there: two ways to sign in, as Jupyter Server's identity providers.

Either the people have accounts in a file (`accounts`), and the browser keeps a signed cookie; or a
proxy signs them in, by OpenID Connect, say, and tells who it is in headers, which are believed only
together with a secret that the proxy and this server share.
"""

import json
import os
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from hmac import compare_digest
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from jupyter_server.auth.authorizer import Authorizer
from jupyter_server.auth.identity import IdentityProvider, User
from jupyter_server.utils import url_path_join
from tornado.web import RequestHandler
from traitlets import Bool, Instance, Unicode

from lib.dashboard.accounts import AccountsFile
from lib.decision import InvalidInput
from lib.serving.people import Person, PersonRole

# A working day; whoever works longer signs in again.
SIGN_IN_SECONDS = 10 * 3600.0
COOKIE = "signed-in"
PROXY_SECRET_HEADER = "X-Proxy-Secret"  # noqa: S105 (a name)
PROXY_USER_HEADER = "X-Forwarded-User"
PROXY_GROUPS_HEADER = "X-Forwarded-Groups"
FEWEST_SECRET_LETTERS = 32
ACCOUNTS_FILE = "SCORING_ACCOUNTS_FILE"
PROXY_SECRET_FILE = "SCORING_PROXY_SECRET_FILE"  # noqa: S105 (a name)
COOKIE_SECRET_FILE = "SCORING_COOKIE_SECRET_FILE"  # noqa: S105 (a name)
ALLOW_NO_SIGN_IN = "SCORING_ALLOW_NO_SIGN_IN"
SIGN_OUT = "SCORING_SIGN_OUT"
API_KEY = "SCORING_API_KEY"


@dataclass
class SignedIn(User):
    """A person as Jupyter Server knows a user.

    Parameters
    ----------
    role : PersonRole
        What the person may do.
    sign_in : str
        Number of this sign-in: what began with it ends with it.
    until : float
        When it ends, in seconds since 1970.
    """

    role: PersonRole = PersonRole.MANAGER
    sign_in: str = ""
    until: float = float("inf")

    @property
    def person(self) -> Person:
        """Who it is."""
        return Person(self.username, self.role)


class SignIn(IdentityProvider):
    """What both ways have: nobody is let in by a token, and pages tell how to come in."""

    @property
    def sign_out(self) -> str:
        """Where people sign out; empty where the page does not know it."""
        return url_path_join(self._base, "logout") if self.signed_out else ""

    @property
    def signed_out(self) -> str:
        """Where those go who have signed out here; empty where nobody can."""
        raise NotImplementedError

    @property
    def _base(self) -> str:
        return str(self.parent.base_url) if self.parent else "/"

    @property
    def auth_enabled(self) -> bool:
        """Always: it is chosen only to ask who is there."""
        return True

    def find(self, handler: RequestHandler) -> SignedIn | None:
        """Find out who sends a request."""
        raise NotImplementedError

    def end(self, handler: RequestHandler) -> str | None:
        """Sign out, and give the number of what has ended; None where there was nothing."""
        raise NotImplementedError

    def get_user(self, handler: RequestHandler) -> SignedIn | None:
        """Find out who sends a request, as Jupyter Server asks for it."""
        return self.find(handler)

    def is_token_authenticated(self, handler: RequestHandler) -> bool:
        """Never: so cross-site requests are checked always."""
        return False


class AccountsSignIn(SignIn):
    """People sign in with name and password, and a signed cookie tells who they are."""

    accounts = Instance(AccountsFile)
    only_https = Bool(True, help="whether the cookie is for HTTPS only, however it looks here")

    def __init__(self, **kwargs: Any) -> None:
        accounts = AccountsFile(Path(os.environ[ACCOUNTS_FILE]))
        only_https = not is_loopback(kwargs["parent"].ip)
        super().__init__(**kwargs, accounts=accounts, only_https=only_https)
        # Sign-ins that were ended before their time: a copy of the cookie must not go on.
        self._ended: dict[str, float] = {}

    @property
    def signed_out(self) -> str:
        """The form to sign in again."""
        return url_path_join(self._base, "login")

    def find(self, handler: RequestHandler) -> SignedIn | None:
        """Read the cookie; it is nothing once the account or its password is another."""
        cookie = handler.get_signed_cookie(COOKIE, max_age_days=SIGN_IN_SECONDS / 86_400)
        if cookie is None:
            return None
        given = json.loads(cookie)
        account = self.accounts.all.get(given["name"])
        if account is None or given["of"] != _tail(account.password_hash):
            return None
        if given["sign_in"] in self._ended or given["until"] < time.time():
            return None
        person = account.person
        return SignedIn(
            person.name, role=person.role, sign_in=given["sign_in"], until=given["until"]
        )

    def begin(self, handler: RequestHandler, name: str) -> None:
        """Sign a person in, by a cookie that lasts as long as the browser, and not for ever."""
        until = time.time() + SIGN_IN_SECONDS
        given = {
            "name": name,
            "sign_in": secrets.token_urlsafe(16),
            "until": until,
            "of": _tail(self.accounts.all[name].password_hash),
        }
        is_https = handler.request.headers.get("X-Forwarded-Proto", "") == "https"
        handler.set_signed_cookie(
            COOKIE,
            json.dumps(given),
            expires_days=None,
            path=handler.base_url,  # type: ignore[attr-defined]
            httponly=True,
            secure=self.only_https or is_https,
            samesite="Lax",
        )

    def end(self, handler: RequestHandler) -> str | None:
        """Sign out, and give the number of what has ended; None where there was nothing."""
        signed_in = self.find(handler)
        handler.clear_cookie(COOKIE, path=handler.base_url)  # type: ignore[attr-defined]
        if signed_in is None:
            return None
        now = time.time()
        self._ended = {one: until for one, until in self._ended.items() if until > now}
        self._ended[signed_in.sign_in] = signed_in.until
        return signed_in.sign_in

    def get_handlers(self) -> list[tuple[str, object]]:
        """Give the pages to sign in and out."""
        # Only here, because these pages need this class.
        from lib.dashboard.server.signing import SignInHandler, SignOutHandler

        base = str(self.parent.server_url) if self.parent else "/"
        return [
            (url_path_join(base, "login"), SignInHandler),
            (url_path_join(base, "logout"), SignOutHandler),
        ]


class ProxySignIn(SignIn):
    """A proxy has signed people in, and names them; it must prove that it is the proxy."""

    secret = Unicode()

    def __init__(self, **kwargs: Any) -> None:
        secret = read_secret(PROXY_SECRET_FILE, Path(os.environ[PROXY_SECRET_FILE]))
        super().__init__(**kwargs, secret=secret)

    @property
    def signed_out(self) -> str:
        """The proxy's page to sign out, if we have been told."""
        return os.environ.get(SIGN_OUT, "")

    def find(self, handler: RequestHandler) -> SignedIn | None:
        """Read the proxy's headers; without its secret they are nobody's."""
        headers = handler.request.headers
        given = headers.get(PROXY_SECRET_HEADER, "")
        if not compare_digest(given.encode(), self.secret.encode()):
            return None
        role = role_of(headers.get(PROXY_GROUPS_HEADER, ""))
        if role is None:
            return None
        try:
            person = Person(headers.get(PROXY_USER_HEADER, ""), role)
        except InvalidInput:
            # Among others where the header came twice: Tornado joins both by a comma.
            return None
        # The proxy does not tell one sign-in from another: they end together.
        return SignedIn(person.name, role=person.role, sign_in=person.name)

    def end(self, handler: RequestHandler) -> str | None:
        """Give whose visits end; the sign-in itself is the proxy's to end."""
        signed_in = self.find(handler)
        return signed_in.sign_in if signed_in else None

    def get_handlers(self) -> list[tuple[str, object]]:
        """Give the page that says that only the proxy lets people in, and the one to sign out."""
        from lib.dashboard.server.signing import NobodyHandler, SignOutHandler

        base = str(self.parent.server_url) if self.parent else "/"
        pages: list[tuple[str, object]] = [(url_path_join(base, "login"), NobodyHandler)]
        if self.signed_out:
            pages.append((url_path_join(base, "logout"), SignOutHandler))
        return pages


class OwnKernels(Authorizer):
    """A kernel is for the person whose visit it serves, and for nobody else."""

    def is_authorized(self, handler: Any, user: User, action: str, resource: str) -> bool:
        """Say whether a user may reach a kernel."""
        if not isinstance(user, SignedIn):
            return True
        kernel_id = handler.path_kwargs.get("kernel_id", "")
        return bool(handler.kernel_manager.sessions.is_of(kernel_id, user.username))


def role_of(groups: str) -> PersonRole | None:
    """Give the role that a list of groups stands for; the head's before the others.

    Examples
    --------
    >>> role_of("staff,/manager"), role_of("head, manager"), role_of("staff")
    (<PersonRole.MANAGER: 'manager'>, <PersonRole.HEAD: 'head'>, None)
    """
    # Keycloak writes groups as paths.
    names = {group.strip().removeprefix("/") for group in groups.split(",")}
    order = (PersonRole.HEAD, PersonRole.MANAGER, PersonRole.AUDITOR)
    return next((role for role in order if role in names), None)


def choose_sign_in(given: Mapping[str, str], host: str) -> type[SignIn] | None:
    """Choose how people sign in.

    Parameters
    ----------
    given : mapping
        Variables of the environment.
    host : str
        Address to listen on.

    Returns
    -------
    type or None
        Provider of identities; None where nobody is asked who it is.

    Raises
    ------
    InvalidInput
        If others can reach the server and nobody is asked, both ways are set, or the API could not
        be told who is there.
    """
    by_accounts, by_proxy = given.get(ACCOUNTS_FILE), given.get(PROXY_SECRET_FILE)
    if by_accounts and by_proxy:
        raise InvalidInput(
            f"{ACCOUNTS_FILE} and {PROXY_SECRET_FILE}", "one of them is set", "unset the other"
        )
    if not by_accounts and not by_proxy:
        if is_loopback(host) or given.get(ALLOW_NO_SIGN_IN, "").lower() == "true":
            return None
        raise InvalidInput(
            f"listening on {host} without sign-in",
            "whoever can reach the page signs in first",
            f"set {ACCOUNTS_FILE} or {PROXY_SECRET_FILE}, listen on 127.0.0.1,"
            f" or set {ALLOW_NO_SIGN_IN}=true",
        )
    if not given.get(API_KEY):
        raise InvalidInput(
            API_KEY,
            "the page has a key: by it the API believes who is signed in",
            "set it to a key of the role “dashboard”",
        )
    return AccountsSignIn if by_accounts else ProxySignIn


def is_loopback(host: str) -> bool:
    """Say whether only this machine can reach an address.

    Examples
    --------
    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("0.0.0.0"), is_loopback("")
    (True, True, False, False)
    """
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def read_secret(variable: str, path: Path) -> str:
    """Read a secret from its file.

    Raises
    ------
    InvalidInput
        If it cannot be read, or is so short that it could be guessed.
    """
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(
            f"{variable} {path}", "it is a text that can be read", "check the path"
        ) from error
    if len(secret) < FEWEST_SECRET_LETTERS:
        raise InvalidInput(
            f"{variable} {path}",
            f"it has at least {FEWEST_SECRET_LETTERS} letters",
            "write one that was drawn, such as `openssl rand -hex 32` gives",
        )
    return secret


def _tail(password_hash: str) -> str:
    """Give so much of a hash that another password's differs: it stands in the signed cookie."""
    return password_hash[-12:]
