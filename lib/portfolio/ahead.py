"""Answers made ahead, when the portfolio is written: who asks has not to wait for all clients.

They are about everybody, those granted and those refused.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from functools import cache, wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, get_type_hints

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import TypeAdapter

from lib.decision import Decision
from lib.portfolio.beside import AHEAD, MADE_OF, digest_of, footer_beside, place_beside
from lib.portfolio.groups import EVERYBODY, Condition, Group

REFUSED = Group([Condition("decision", categories=(Decision.REFUSE.value,))])
GRANTED = Group([Condition("decision", categories=(Decision.GRANT.value,))])
GROUPS = {EVERYBODY: "everybody", GRANTED: "granted", REFUSED: "refused"}

# So many of those refused are drawn ahead.
SAMPLE_AHEAD = 1000

SCHEMA = pa.schema([("question", pa.string()), ("answer", pa.binary())])

Answers = Mapping[str, bytes]
Parameters = ParamSpec("Parameters")
Answer = TypeVar("Answer")


class WithAnswers(Protocol):
    """What may have been asked ahead."""

    def answers_ahead(self) -> Answers:
        """Give what was made ahead of the file as it is now."""


Asked = TypeVar("Asked", bound=WithAnswers)
Method = Callable[Concatenate[Asked, Parameters], Answer]


def question(name: str, *arguments: object) -> str | None:
    """Write a question as text; None where it is about another group than those of `GROUPS`.

    Examples
    --------
    >>> question("size", REFUSED), question("size", Group(client_ids=[1]))
    ('["size", "refused"]', None)
    """
    written: list[object] = [name]
    for one in arguments:
        if isinstance(one, Group) and one not in GROUPS:
            return None
        written.append(GROUPS[one] if isinstance(one, Group) else one)
    return json.dumps(written)


def asked_ahead(method: Method[Asked, Parameters, Answer]) -> Method[Asked, Parameters, Answer]:
    """Let a method give the answer that was made ahead, if there is one.

    Parameters
    ----------
    method : callable
        What it returns is annotated. It is made of what JSON can write, or a table.
    """

    @wraps(method)
    def asked(portfolio: Asked, *args: Parameters.args, **kwargs: Parameters.kwargs) -> Answer:
        text = None if kwargs else question(method.__name__, *args)
        written = None if text is None else portfolio.answers_ahead().get(text)
        if written is None:
            return method(portfolio, *args, **kwargs)
        answer: Answer = read_answer(method, written)
        return answer

    return asked


def answered(
    method: Callable[..., Any], *arguments: object, answer: object = None
) -> tuple[str, bytes]:
    """Ask a question of one of the `GROUPS`, and write it with its answer.

    Parameters
    ----------
    method : callable
        One of those `asked_ahead`.
    *arguments
    answer : object
        What it would answer, if that is known.
    """
    text = question(method.__name__, *arguments)
    if text is None:
        raise ValueError(f"{method.__name__}: its group is not one that is asked of ahead")
    return text, write_answer(method(*arguments) if answer is None else answer)


def write_answer(answer: Any) -> bytes:
    """Write an answer so that `read_answer` gives the same."""
    if isinstance(answer, pa.Table):
        with pa.BufferOutputStream() as stream:
            with pa.ipc.new_stream(stream, answer.schema) as writer:
                writer.write_table(answer)
            return stream.getvalue().to_pybytes()
    plain = TypeAdapter(Any).dump_python(answer)
    return json.dumps(plain).encode()


def read_answer(method: Callable[..., Any], written: bytes) -> Any:
    """Read what `write_answer` has written of what a method returns."""
    adapter = _adapter_of(method)
    if adapter is None:
        return pa.ipc.open_stream(written).read_all()
    return adapter.validate_python(json.loads(written))


@cache
def _adapter_of(method: Callable[..., Any]) -> TypeAdapter[Any] | None:
    kind = get_type_hints(method)["return"]
    return None if kind is pa.Table else TypeAdapter(kind)


def write_answers(answers: Iterable[tuple[str, bytes]], clients: Path, output: Path) -> None:
    """Write questions and answers about a file of clients."""
    rows = [{"question": text, "answer": answer} for text, answer in answers]
    table = pa.Table.from_pylist(rows, SCHEMA)
    made_of = {MADE_OF: digest_of(clients)}
    pq.write_table(table.replace_schema_metadata(made_of), output, compression="zstd")


def read_answers(clients: Path) -> dict[str, bytes]:
    """Read what was made ahead of a file of clients; nothing where it is of another file."""
    if footer_beside(clients, AHEAD) is None:
        return {}
    try:
        table = pq.read_table(place_beside(clients, AHEAD))
    except (pa.ArrowException, OSError):
        return {}
    return dict(zip(*(column.to_pylist() for column in table.columns), strict=True))
