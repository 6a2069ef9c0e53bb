"""Answers kept for the next who asks, as long as the file of the clients stays the same."""

from collections.abc import Callable, Hashable
from functools import lru_cache, wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar


class OfFile(Protocol):
    """What answers from a file."""

    def state(self) -> Hashable:
        """Give what is different for each file."""


Owner = TypeVar("Owner", bound=OfFile)
Parameters = ParamSpec("Parameters")
Answer = TypeVar("Answer")
Method = Callable[Concatenate[Owner, Parameters], Answer]


def kept(
    most: int,
) -> Callable[[Method[Owner, Parameters, Answer]], Method[Owner, Parameters, Answer]]:
    """Let a method keep so many answers, the last asked for, of one file at a time.

    Parameters
    ----------
    most : int

    Returns
    -------
    callable
        A decorator of a method, or of a function whose first parameter is the owner. The arguments
        can be hashed, and nobody may change what is answered: the next gets the same.

    Examples
    --------
    >>> class Dice:
    ...     thrown = 0
    ...
    ...     def state(self) -> int:
    ...         return 0
    ...
    ...     @kept(10)
    ...     def throw(self, sides: int) -> int:
    ...         self.thrown += 1
    ...         return self.thrown
    >>> dice = Dice()
    >>> dice.throw(6), dice.throw(6), dice.throw(12), Dice().throw(6)
    (1, 1, 2, 1)
    """

    def decorate(method: Method[Owner, Parameters, Answer]) -> Method[Owner, Parameters, Answer]:
        place = f"kept by {method.__module__}.{method.__qualname__}"

        def keep(owner: Owner) -> Callable[..., Answer]:
            def answer(_: Hashable, *args: Any, **kwargs: Any) -> Answer:
                return method(owner, *args, **kwargs)

            return lru_cache(maxsize=most)(answer)

        @wraps(method)
        def asked(owner: Owner, *args: Parameters.args, **kwargs: Parameters.kwargs) -> Answer:
            # With the owner, not with the method: who forgets the one forgets its answers.
            answer = vars(owner).get(place) or vars(owner).setdefault(place, keep(owner))
            told: Answer = answer(owner.state(), *args, **kwargs)
            return told

        return asked

    return decorate
