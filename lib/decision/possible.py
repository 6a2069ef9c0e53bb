"""Which numbers there can be: beyond them lies a mistake, whoever made it."""

Range = tuple[float | None, float | None]

ANYTHING: Range = (None, None)


def is_possible(number: float, possible: Range) -> bool:
    """Say whether a number lies in a range, whose ends belong to it; None is no end.

    Examples
    --------
    >>> is_possible(5, (18, 120)), is_possible(18, (18, None)), is_possible(-1e9, ANYTHING)
    (False, True, True)
    """
    low, high = possible
    return (low is None or number >= low) and (high is None or number <= high)


def say_range(possible: Range) -> str:
    """Say what can be, as a rule.

    Examples
    --------
    >>> say_range((18, 120)), say_range((0, None)), say_range((None, 0))
    ('from 18 to 120', 'at least 0', 'at most 0')
    """
    low, high = possible
    if low is not None and high is not None:
        return f"from {low:.15g} to {high:.15g}"
    if low is not None:
        return f"at least {low:.15g}"
    return "anything" if high is None else f"at most {high:.15g}"
