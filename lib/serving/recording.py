"""Answers requests, and records every score that an answer gives before it is given."""

from collections.abc import Callable, Iterator
from functools import partial
from hashlib import sha256
from itertools import repeat
from typing import TypeVar

import orjson
from pydantic import BaseModel

from lib.serving.answers import Answer, answer
from lib.serving.journal import Journal, ScoreEntry
from lib.serving.keys import CALLER
from lib.serving.metrics import count_scores
from lib.serving.wire import Score, ScoreRequest

Request = TypeVar("Request", bound=BaseModel)
Handler = Callable[[Request], BaseModel]


class Recorder:
    """Answers as `lib.serving.answers.answer` does, with a journal and metrics.

    Parameters
    ----------
    journal : Journal
        Where scores are written.
    """

    def __init__(self, journal: Journal) -> None:
        self.journal = journal

    def __call__(self, handle: Handler, kind: type[Request], body: bytes) -> Answer:
        """Read a request, handle it, record the scores, and write what comes of it.

        The endpoint goes by the name of its handler.
        """
        return answer(partial(self._recorded, handle), kind, body)

    def _recorded(self, handle: Handler, request: Request) -> BaseModel:
        response = handle(request)
        entries = score_entries(handle.__name__, CALLER.get(), request, response)
        if entries:
            self.journal.write_scores(entries)
            count_scores(entries)
        return response


def score_entries(
    endpoint: str, caller: str, request: BaseModel, response: BaseModel
) -> list[ScoreEntry]:
    """List the scores that an answer gives, as the journal keeps them."""
    return [
        ScoreEntry(
            caller=caller,
            endpoint=endpoint,
            scorer=score.scorer,
            client_id=score.client_id,
            default_probability=score.default_probability,
            decision=score.decision,
            input_sha256=digest,
        )
        # There are more digests than scores where one input was scored more than once.
        for score, digest in zip(scores_in(response), input_digests(request, response))  # noqa: B905
    ]


def scores_in(value: object) -> Iterator[Score]:
    """Find every score within a message, in its order."""
    if isinstance(value, Score):
        yield value
    elif isinstance(value, BaseModel):
        for _, part in value:
            yield from scores_in(part)
    elif isinstance(value, list):
        for part in value:
            if not isinstance(part, BaseModel):
                return
            yield from scores_in(part)


def input_digests(request: BaseModel, response: BaseModel) -> Iterator[str]:
    """Give the hash of what each score is of, in the order of the scores.

    It is that of the client's features, where the request or the answer has them, so that the same
    client has the same hash in any company; else that of the whole request.
    """
    if isinstance(request, ScoreRequest):
        yield from (digest_of(client.features) for client in request.clients)
    elif isinstance(features := getattr(response, "features", None), dict):
        yield digest_of(features)
    else:
        yield from repeat(digest_of(request.model_dump(mode="json")))


def digest_of(value: object) -> str:
    """Hash a value: SHA-256 of its JSON with sorted names and no spaces.

    Examples
    --------
    >>> digest_of({"b": 1.0, "a": None}) == digest_of({"a": None, "b": 1.0})
    True
    """
    return sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()
