"""Who can reach the service: beyond this machine, it asks for a key."""

from ipaddress import ip_address

import click

from lib.decision import InvalidInput
from lib.serving.settings import Settings


def require_key_beyond_loopback(settings: Settings, host: str | None) -> None:
    """Refuse to start where others can reach the service and no key is asked for.

    Parameters
    ----------
    settings : Settings
        Keys, and whether their absence is meant.
    host : str or None
        Address to listen on; None where nothing is about to listen.

    Raises
    ------
    InvalidInput
        If it is not a loopback address, there is no key, and nothing allows that.
    """
    if host is None or settings.keys or settings.allow_no_key or is_loopback(host):
        return
    raise InvalidInput(
        f"listening on {host} without a key",
        "whoever can reach the service has a key",
        "set SCORING_API_KEYS_FILE, listen on 127.0.0.1, or set SCORING_ALLOW_NO_KEY=true",
    )


def is_loopback(host: str) -> bool:
    """Say whether only this machine reaches an address.

    Examples
    --------
    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def host_to_listen_on() -> str | None:
    """Give the address that the command `bentoml serve` is about to listen on, if it runs."""
    context = click.get_current_context(silent=True)
    if context is None or "host" not in context.params:
        return None
    return str(context.params["host"] or "0.0.0.0")  # noqa: S104 (BentoML's own default)
