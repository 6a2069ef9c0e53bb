"""Clients' numbers as people type them."""

from lib.serving.wire import Filter

LONGEST_NUMBER = 18
# Clients' numbers have as many digits: while fewer are typed, the rest may be any.
USUAL_LENGTH = 6


def read_number(typed: str) -> int | None:
    """Read a client's number; None where it is none.

    Examples
    --------
    >>> read_number(" 100 002 "), read_number("12x"), read_number("-5")
    (100002, None, None)
    """
    digits = "".join(typed.split())
    is_number = digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_NUMBER
    return int(digits) if is_number else None


def numbers_beginning_with(typed: str) -> Filter | None:
    """Give the condition on the number of clients whose number begins as typed.

    Examples
    --------
    >>> span = numbers_beginning_with("1000")
    >>> span.minimum, span.maximum
    (100000.0, 100099.0)
    >>> numbers_beginning_with("name") is None
    True
    """
    number = read_number(typed)
    if number is None:
        return None
    rest = 10 ** max(0, USUAL_LENGTH - len("".join(typed.split())))
    return Filter(feature="client_id", minimum=number * rest, maximum=(number + 1) * rest - 1)
