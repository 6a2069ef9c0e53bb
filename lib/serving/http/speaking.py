"""For whom the dashboard speaks: believed of a key with that role, and of no other."""

from collections.abc import Mapping
from contextvars import ContextVar

from lib.decision import InvalidInput
from lib.serving.http.keys import Key, Role
from lib.serving.people import PERSON_HEADER, PERSON_ROLE_HEADER, Person

# For whom the request at hand is made; None where for nobody who is named.
PERSON: ContextVar[Person | None] = ContextVar("person", default=None)

_PERSON = PERSON_HEADER.lower().encode()
_ROLE = PERSON_ROLE_HEADER.lower().encode()


def caller_of(key: Key | None, headers: Mapping[bytes, bytes], path: str) -> str:
    """Name who asks, as the journal keeps it.

    Parameters
    ----------
    key : Key or None
        The key that was sent; None where none is asked for.
    headers : mapping of bytes to bytes
        Of the request.
    path : str
        What is asked.

    Returns
    -------
    str
        The key's name, and behind a colon, which no such name has, the person's for whom it speaks;
        empty without a key.

    Raises
    ------
    InvalidInput
        If a person is named and the key may not speak for people, if no such person can be, or if
        the person's role does not go so far.

    Examples
    --------
    >>> key = Key.from_secret("page", Role.DASHBOARD, "open sesame")
    >>> caller_of(key, {b"x-person": b"anna", b"x-person-role": b"head"}, "/decide")
    'page:anna'
    >>> caller_of(key, {}, "/decide")
    'page'
    """
    name = key.name if key else ""
    is_named = _PERSON in headers or _ROLE in headers
    if is_named and (key is None or key.role is not Role.DASHBOARD):
        raise InvalidInput(
            f"header {PERSON_HEADER}",
            "it comes with a key that may speak for people",
            f"leave it out, or ask the operator for a key of the role “{Role.DASHBOARD}”",
        )
    person = person_in(headers)
    if person is None:
        return name
    if not person.role.may_ask(path):
        raise InvalidInput(
            f"“{person.name}”",
            f"the role “{person.role}” opens {path}",
            "have a person of another role do it",
        )
    return f"{name}:{person.name}"


def person_in(headers: Mapping[bytes, bytes]) -> Person | None:
    """Read who is named in headers, if somebody is.

    Raises
    ------
    InvalidInput
        If no such person can be.
    """
    if _PERSON not in headers and _ROLE not in headers:
        return None
    name, role = (headers.get(one, b"").decode("latin-1") for one in (_PERSON, _ROLE))
    return Person.from_texts(name, role)
