"""One call over HTTP: a message out, a message back, or what is wrong."""

from typing import TypeVar

import requests
from pydantic import BaseModel, ValidationError

from lib.serving.faults import ApiProblem, ApiUnreachable
from lib.serving.wire import Problem

API_KEY_HEADER = "X-API-Key"
# Refusals that time heals.
FOR_NOW = {requests.codes.request_timeout, requests.codes.too_many_requests}

Answer = TypeVar("Answer", bound=BaseModel)


class Caller:
    """Connections to one API.

    Parameters
    ----------
    url : str
        Where it listens.
    key : str or None
        API key, sent as a header; None where the API asks for none.
    timeout : pair of float
        Seconds to wait for the connection, and for each part of the answer.
    """

    def __init__(self, url: str, key: str | None, timeout: tuple[float, float]) -> None:
        self.url = url.rstrip("/")
        self._timeout = timeout
        self._session = requests.Session()
        # The API is a neighbour: neither a proxy nor a password file has a part in the call.
        self._session.trust_env = False
        if key:
            self._session.headers[API_KEY_HEADER] = key

    def close(self) -> None:
        """Give the connections back."""
        self._session.close()

    def ask(self, endpoint: str, request: BaseModel, kind: type[Answer]) -> Answer:
        """Send a request message, and read the answer as a message of a kind.

        Raises
        ------
        ApiProblem
            If the API refuses the request.
        ApiUnreachable
            If no answer comes, none that can be read, or one that says to come again later.
        """
        response = self._post(endpoint, request)
        status = response.status_code
        if 400 <= status < 500 and status not in FOR_NOW:
            raise ApiProblem(status, _read_problem(response, endpoint))
        if status != requests.codes.ok:
            raise self._unreachable(f"it answers {status} to /{endpoint}")
        try:
            return kind.model_validate_json(response.content)
        except ValidationError as error:
            raise self._unreachable(f"its answer to /{endpoint} is not as agreed") from error

    def _post(self, endpoint: str, request: BaseModel) -> requests.Response:
        body = request.model_dump_json().encode()
        headers = {"Content-Type": "application/json"}
        try:
            return self._session.post(
                f"{self.url}/{endpoint}",
                data=body,
                headers=headers,
                timeout=self._timeout,
                allow_redirects=False,
            )
        except requests.Timeout as error:
            raise self._unreachable("it does not answer in time") from error
        except requests.RequestException as error:
            raise self._unreachable("it cannot be reached") from error

    def _unreachable(self, rule: str) -> ApiUnreachable:
        return ApiUnreachable(f"the API at {self.url}", rule, "start it, or try again later")


def _read_problem(response: requests.Response, endpoint: str) -> Problem:
    """Give what the API says is wrong, or the little that is known where it does not say."""
    try:
        body = response.json()
        # BentoML wraps the body of its own errors in a list.
        return Problem.model_validate(body[0] if isinstance(body, list) and body else body)
    except (requests.JSONDecodeError, ValidationError):
        return Problem(
            offender=f"the request to /{endpoint}",
            rule=f"the API refuses it with status {response.status_code}",
            remedy="check the address and the versions of both sides",
        )
