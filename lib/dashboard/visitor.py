"""A kernel started ahead of the visit waits here until someone comes."""

import os
from dataclasses import dataclass

import requests

from lib.serving.people import Person

# Variable by which the server gives a kernel the right to ask for its own visit.
VISIT_SECRET = "DASHBOARD_VISIT_SECRET"  # noqa: S105 (a name)
CONNECT_SECONDS = 5.0


@dataclass(frozen=True)
class Visit:
    """Someone who opens a page.

    Parameters
    ----------
    query : str
        Of the page's address, such as ``client_id=100002&lang=en``; empty where it has none.
    person : Person or None
        Who is signed in; None where nobody is asked who it is.
    sign_out : str
        Path of the page to sign out; empty where the proxy knows it, or nobody signs in.
    """

    query: str = ""
    person: Person | None = None
    sign_out: str = ""


def wait_for_visit() -> Visit:
    """Wait for the visit, however long that takes.

    Voilà's own `get_query_string` does the same, but importing it brings in the whole server: a
    third of what a session may hold. The variables are those that the server sets for its kernels.
    """
    with requests.Session() as session:
        # The server is on this machine: neither a proxy nor a password file has a part in it.
        session.trust_env = False
        answer = session.get(
            _address(),
            headers={"Authorization": f"Bearer {os.environ[VISIT_SECRET]}"},
            timeout=(CONNECT_SECONDS, None),
        )
    answer.raise_for_status()
    told = answer.json()
    person = told["person"] and Person.from_texts(**told["person"])
    return Visit(told["query"], person, told["sign_out"])


def _address() -> str:
    given = os.environ
    port, path = given["VOILA_APP_PORT"], given["VOILA_SERVER_URL"]
    return f"http://127.0.0.1:{port}{path}voila/query/{given['VOILA_KERNEL_ID']}"
