"""Whether the service can do its work now, and which part of it cannot be used."""

from math import isfinite

from lib.decision import InvalidInput
from lib.serving.resources import Resources


class NotReady(InvalidInput):
    """Parts of the service cannot be used; the offender names all of them."""


def require_ready(resources: Resources, portfolio_needed: bool) -> None:
    """Use every part of the service, and name those that fail.

    Parameters
    ----------
    resources : Resources
        What the handlers of requests work with.
    portfolio_needed : bool
        Whether a service without its portfolio is of no use; some only score.

    Raises
    ------
    NotReady
        If a part cannot be used.
    """

    def use_scorer() -> None:
        scorer = resources.scorer
        (probability,) = scorer.default_probabilities(scorer.encode([{}]))
        if not isfinite(probability):
            raise InvalidInput(
                f"scorer {resources.tag}", "it gives a probability", "put another one in place"
            )

    def use_portfolio() -> None:
        if portfolio_needed:
            resources.portfolio.search(page_size=1)

    faults = []
    for use in (resources.journal.require_writable, use_portfolio, use_scorer):
        try:
            use()
        except InvalidInput as fault:
            faults.append(fault)
    if faults:
        raise NotReady(
            ", ".join(fault.offender for fault in faults),
            "; ".join(fault.rule for fault in faults),
            "; ".join(fault.remedy for fault in faults),
        )
