"""How callers share what a worker has, so that none of them starves another.

Each worker counts for itself. Small classes of our own: the libraries for it bring stores and
decorators that one process does not need.
"""

import asyncio
import time
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

# A caller may save up the requests of so many seconds, and send them at once.
BURST_SECONDS = 2.0
# Callers are remembered up to this number: addresses are anybody's to invent.
MOST_REMEMBERED = 10_000


@dataclass
class TokenBucket:
    """Lets through a steady rate, and bursts of as much as it holds (Turner, 1986).

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
        wait = self.seconds_left()
        if not wait:
            self._tokens -= 1
        return wait

    def seconds_left(self) -> float:
        """Give the seconds until there is a token, and take none."""
        now = self.clock()
        flowed = (now - self._filled_at) * self.per_second
        self._tokens = min(self.capacity, self._tokens + flowed)
        self._filled_at = now
        return max(0.0, (1 - self._tokens) / self.per_second)


class RateLimit:
    """A bucket for each caller, by name.

    Parameters
    ----------
    per_second : float
        What each caller may do in a second, in the long run.
    burst : float or None
        What a caller may do at once; None for two seconds' worth.
    """

    def __init__(self, per_second: float, burst: float | None = None) -> None:
        self.per_second = per_second
        self.burst = max(1.0, BURST_SECONDS * per_second) if burst is None else burst
        self._buckets: OrderedDict[str, TokenBucket] = OrderedDict()

    def seconds_to_wait(self, name: str) -> float:
        """Count one more: 0 lets it through, else the seconds after which to come again."""
        return self._bucket(name).seconds_to_wait()

    def seconds_left(self, name: str) -> float:
        """Give the seconds until one more would be let through, and count nothing."""
        return self._bucket(name).seconds_left()

    def _bucket(self, name: str) -> TokenBucket:
        if name not in self._buckets:
            self._buckets[name] = TokenBucket(self.per_second, self.burst)
        self._buckets.move_to_end(name)
        if len(self._buckets) > MOST_REMEMBERED:
            self._buckets.popitem(last=False)
        return self._buckets[name]


class Work(Enum):
    """What a request takes; none of a kind waits for one of another to end."""

    QUICK = "some milliseconds, whatever there is"
    PORTFOLIO = "a look at all known clients, the longer the more they are"
    LARGE = "whole applications with their histories, and bodies of more than one client"


class Full(Enum):
    """Whose part of an amount is used up."""

    EVERYBODYS = "everybody's"
    THE_CALLERS = "the caller's"


@dataclass
class Shares:
    """An amount that callers share, of which each may have a part only.

    Parameters
    ----------
    most : int
        What all callers may have together.
    most_each : int
        What one of them may have.

    Examples
    --------
    >>> room = Shares(most=3, most_each=2)
    >>> room.take("one", 2) is None, room.take("one", 1), room.take("another", 2)
    (True, <Full.THE_CALLERS: "the caller's">, <Full.EVERYBODYS: "everybody's">)
    """

    most: int
    most_each: int
    _taken: Counter[str] = field(default_factory=Counter, init=False)

    def take(self, caller: str, amount: int) -> Full | None:
        """Take an amount; where there is not as much, take nothing and say whose part is full."""
        if self._taken[caller] + amount > self.most_each:
            return Full.THE_CALLERS
        if self._taken.total() + amount > self.most:
            return Full.EVERYBODYS
        self._taken[caller] += amount
        return None

    def give_back(self, caller: str, amount: int) -> None:
        """Give back what was taken."""
        self._taken[caller] -= amount
        if not self._taken[caller]:
            del self._taken[caller]


class Turns:
    """Places at which requests are worked on: one that gets free goes to the next caller in turn.

    However many requests a caller has waiting, another one's first lets one of them pass at most.

    Parameters
    ----------
    places : int
        How many requests are worked on at a time.
    """

    def __init__(self, places: int) -> None:
        self._free = places
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    def take(self, caller: str) -> "asyncio.Future[None]":
        """Give what is done as soon as it is the caller's turn, who has a place then."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self._free:
            self._free -= 1
            turn.set_result(None)
        else:
            self._waiting.setdefault(caller, deque()).append(turn)
        return turn

    def give_up(self, turn: "asyncio.Future[None]") -> None:
        """Wait for a turn no longer; the place goes back where it was given in the same moment."""
        if not turn.cancel():
            self.give_back()

    def give_back(self) -> None:
        """Give a place to the next who waits."""
        while self._waiting:
            caller, waiting = self._waiting.popitem(last=False)
            turn = waiting.popleft()
            if waiting:
                self._waiting[caller] = waiting
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1
