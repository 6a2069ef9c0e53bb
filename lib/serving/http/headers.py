"""What the headers of a request must say, before anything of its body is read.

A web page in the browser of somebody at this machine can send requests to the service, even where
nobody else reaches it. It cannot send JSON by its content type, nor hide where it comes from.
"""

from collections.abc import Collection, Mapping
from http import HTTPStatus
from ipaddress import ip_address
from urllib.parse import urlsplit

from lib.serving.http.answers import JSON
from lib.serving.http.keys import is_loopback
from lib.serving.http.refusals import Refused, too_large
from lib.serving.wire import VERSION

# A thousand clients with hundreds of features each are 15 MB.
MOST_BODY_BYTES = 32 * 1024 * 1024
NOT_COMPRESSED = frozenset({b"", b"identity"})

Headers = Mapping[bytes, bytes]


def check_headers(
    method: str, headers: Headers, address: str | None, hosts: Collection[str]
) -> None:
    """Refuse a request that comes from another site, is not JSON, or says that it is too large.

    Parameters
    ----------
    method : str
    headers : mapping of bytes to bytes
        With names in small letters.
    address : str or None
        The service's own, at which the request came in.
    hosts : collection of str
        Names under which the service is called; where there are none, on loopback only this
        machine's own names.

    Raises
    ------
    Refused
        By the first header that does not fit.
    """
    check_host(headers, address, hosts)
    check_origin(headers, hosts)
    check_version(headers)
    if method == "POST":
        check_content(headers)
    length = headers.get(b"content-length", b"0")
    if not length.isdigit() or int(length) > MOST_BODY_BYTES:
        raise too_large(MOST_BODY_BYTES)


def check_host(headers: Headers, address: str | None, hosts: Collection[str]) -> None:
    """Refuse a request to another name: a page may let its own name lead to this machine."""
    # HTTP/1.0 knows no such header, and no browser speaks it.
    if b"host" not in headers:
        return
    name = host_name(headers[b"host"])
    if name in hosts or is_this_machine(name):
        return
    if hosts or (address and is_loopback(address)):
        raise Refused(
            HTTPStatus.MISDIRECTED_REQUEST,
            "header Host",
            "it is a name of this service",
            "have the operator add the name to SCORING_HOSTS",
        )


def check_origin(headers: Headers, hosts: Collection[str]) -> None:
    """Refuse what a page of another site sends."""
    origin = headers.get(b"origin")
    if origin is None:
        return
    sent_by = origin.partition(b"://")[2]
    if sent_by != headers.get(b"host") and host_name(sent_by) not in hosts:
        raise Refused(
            HTTPStatus.FORBIDDEN,
            "header Origin",
            "a page that calls the service is its own",
            "call it from a program, or have the operator add the page's host to SCORING_HOSTS",
        )


def check_version(headers: Headers) -> None:
    """Refuse a request that asks for another version; one that asks for none has this one."""
    asked = headers.get(b"api-version", VERSION.encode()).decode("latin-1")
    if asked.partition(".")[0] != VERSION.partition(".")[0]:
        raise Refused(
            HTTPStatus.BAD_REQUEST,
            "header API-Version",
            f"it is {VERSION.partition('.')[0]}, the version that there is",
            "see what has changed at /docs.json",
        )


def check_content(headers: Headers) -> None:
    """Refuse a body that is not JSON, or compressed; without a body there is nothing to say."""
    has_body = b"transfer-encoding" in headers or headers.get(b"content-length", b"0") != b"0"
    kind = headers.get(b"content-type", b"" if has_body else JSON)
    if kind.split(b";")[0].strip().lower() != JSON:
        raise Refused(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "header Content-Type",
            "the body is JSON",
            "send application/json",
        )
    if headers.get(b"content-encoding", b"").strip().lower() not in NOT_COMPRESSED:
        raise Refused(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "header Content-Encoding",
            "the body is not compressed",
            "send it as it is",
        )


def host_name(host: bytes) -> str:
    """Give the name of a host without its port; empty where it is none.

    Examples
    --------
    >>> host_name(b"API.example:3000"), host_name(b"[::1]:3000"), host_name(b"[")
    ('api.example', '::1', '')
    """
    try:
        return urlsplit(f"//{host.decode('ascii')}").hostname or ""
    except ValueError:
        return ""


def is_this_machine(name: str) -> bool:
    """Say whether a name leads to the machine that asks, whatever others say.

    Examples
    --------
    >>> is_this_machine("localhost"), is_this_machine("127.0.0.1"), is_this_machine("evil.example")
    (True, True, False)
    """
    return name == "localhost" or is_loopback(name)


def bearer_of(headers: Headers) -> bytes:
    """Give the key that a request carries, in either of the headers for it; else nothing."""
    kind, _, secret = headers.get(b"authorization", b"").partition(b" ")
    return headers.get(b"x-api-key") or (secret.strip() if kind.lower() == b"bearer" else b"")


def address_of(client: tuple[str, int] | None) -> str:
    """Give the address of who asks; a proxy may have handed on what is none.

    Examples
    --------
    >>> address_of(("192.0.2.7", 4000)), address_of(("somebody", 0)), address_of(None)
    ('192.0.2.7', '?', '?')
    """
    try:
        return str(ip_address(client[0])) if client else "?"
    except ValueError:
        return "?"
