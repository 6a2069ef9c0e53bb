"""How much a caller may ask for: a token bucket a key (Turner, 1986).

Our own thirty lines: the libraries for it bring stores and decorators that one process needs not.
Each worker counts for itself.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class TokenBucket:
    """Lets through a steady rate, and bursts of as much as it holds.

    Parameters
    ----------
    per_second : float
        Tokens that flow in a second.
    capacity : float
        Tokens that it holds when full, as it is at first.
    clock : callable
        Gives the time in seconds.

    Examples
    --------
    >>> bucket = TokenBucket(per_second=2, capacity=1, clock=lambda: 0.0)
    >>> bucket.seconds_to_wait(), bucket.seconds_to_wait()
    (0.0, 0.5)
    """

    per_second: float
    capacity: float
    clock: Callable[[], float] = time.monotonic
    _tokens: float = field(init=False)
    _filled_at: float = field(init=False)

    def __post_init__(self) -> None:
        self._tokens = self.capacity
        self._filled_at = self.clock()

    def seconds_to_wait(self) -> float:
        """Take a token and give 0, or take none and give the seconds until there is one."""
        now = self.clock()
        flowed = (now - self._filled_at) * self.per_second
        self._tokens = min(self.capacity, self._tokens + flowed)
        self._filled_at = now
        if self._tokens < 1:
            return (1 - self._tokens) / self.per_second
        self._tokens -= 1
        return 0.0


class RateLimit:
    """A bucket for each key, by its name.

    Parameters
    ----------
    per_second : float
        Requests a second that each key may send; bursts of two seconds' worth are let through.
    """

    def __init__(self, per_second: float) -> None:
        self.per_second = per_second
        self._buckets: dict[str, TokenBucket] = {}

    def seconds_to_wait(self, name: str) -> float:
        """Count a request: 0 lets it through, else the seconds after which to come again."""
        if name not in self._buckets:
            self._buckets[name] = TokenBucket(self.per_second, max(1.0, 2 * self.per_second))
        return self._buckets[name].seconds_to_wait()
