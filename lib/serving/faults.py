"""What a call to the scoring API may bring instead of an answer."""

from lib.serving.wire import Problem


class ApiFault(Exception):
    """A call that brought no answer.

    Parameters
    ----------
    offender : str
        What is wrong, by its name.
    rule : str
        The rule that it breaks, as a sentence without a full stop.
    remedy : str
        What the reader can do about it, as a sentence without a full stop.
    """

    def __init__(self, offender: str, rule: str, remedy: str) -> None:
        self.offender = offender
        self.rule = rule
        self.remedy = remedy
        super().__init__(f"{offender}: {rule}; {remedy}.")


class ApiUnreachable(ApiFault):
    """The API is not there, too slow, or failing: the same call may succeed later."""


class ApiProblem(ApiFault):
    """The API refused the request: the same call will fail again.

    Parameters
    ----------
    status : int
        HTTP status, 4xx.
    problem : Problem
        What the API says about it.
    """

    def __init__(self, status: int, problem: Problem) -> None:
        self.status = status
        super().__init__(problem.offender, problem.rule, problem.remedy)
