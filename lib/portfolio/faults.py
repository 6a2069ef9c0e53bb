"""What may be wrong beside the question itself."""

from lib.decision import InvalidInput


class NotFound(InvalidInput):
    """The question is well put, but there is no such client."""


class PortfolioUnavailable(InvalidInput):
    """The file is missing or cannot be read: nobody's question can be answered."""
