"""The one error for bad input, wherever it is found."""


class InvalidInput(ValueError):
    """Input that a stage refuses. It prints as one line.

    Parameters
    ----------
    offender : str
        What is wrong, by its name: a file, a column, a feature, a client number.
    rule : str
        The rule that it breaks, as a sentence without a full stop.
    remedy : str
        What the reader can do about it, as a sentence without a full stop.

    Examples
    --------
    >>> print(InvalidInput("threshold 1.2", "it lies in [0, 1]", "give another"))
    threshold 1.2: it lies in [0, 1]; give another.
    """

    def __init__(self, offender: str, rule: str, remedy: str) -> None:
        self.offender = offender
        self.rule = rule
        self.remedy = remedy
        # Names of columns and messages of other programs may hold line breaks.
        super().__init__(" ".join(f"{offender}: {rule}; {remedy}.".splitlines()))

    def __reduce__(self) -> tuple[type["InvalidInput"], tuple[str, str, str]]:
        # Pickle would call the class with the one message; it takes three parts.
        return type(self), (self.offender, self.rule, self.remedy)
