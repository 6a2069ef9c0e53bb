"""The one error for bad input, wherever it is found."""


class InvalidInput(ValueError):
    """Input that a stage refuses.

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
        super().__init__(f"{offender}: {rule}; {remedy}.")

    def __reduce__(self) -> tuple[type["InvalidInput"], tuple[str, str, str]]:
        return type(self), (self.offender, self.rule, self.remedy)
