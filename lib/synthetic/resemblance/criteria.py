"""What is compared, how far off it may be, and how much of it must be within: all in one place.

Two things are asked of the tables, of their columns and of the strongest of them. The rest is
measured to the same bounds and reported.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Criterion:
    """One kind of comparison and what is asked of it.

    Attributes
    ----------
    name : str
    bound : float
        How far the tables may be from the reference, in the unit of what is compared.
    errors : float
        Where this many standard errors are more than `bound`, they are the bound: few clients
        cannot be nearer. At full size they matter only where the reference itself is uncertain.
    needed : float or None
        Share of the comparisons that must be within, of the columns for `COLUMNS`; None where it
        is only reported.
    meaning : str
    """

    name: str
    bound: float
    errors: float
    needed: float | None
    meaning: str


COLUMNS = Criterion(
    "columns",
    0.02,
    3,
    0.95,
    "missing rate, quantiles, zeros and frequencies of every column that is no key",
)
STRENGTH = Criterion(  # by chance, one of 30 is 3 errors off in 1 run of 13, 3.5 in 1 of 70
    "strongest columns",
    0.02,
    3.5,
    1.0,
    "AUC of the 30 strongest columns of application_train alone",
)
OVERALL = Criterion("default rate", 0.005, 3, None, "share of clients who did not repay")
GROUPS = Criterion(
    "default rates of groups", 0.01, 2, None, "by category, by fifth, and of those missing"
)
CORRELATIONS = Criterion(
    "rank correlations", 0.03, 3, None, "Spearman's, of 22 columns and TARGET, pair by pair"
)
TOTALS = Criterion("rows", 0.02, 3, None, "rows a client, against those of the full tables")
LENGTHS = Criterion(
    "lengths of histories", 0.02, 3, None, "share of clients and loans with at most so many rows"
)
TOGETHER = Criterion(
    "missing together", 0.02, 3, None, "rows that lack some, not all, of columns that go together"
)
AGGREGATES = Criterion(
    "aggregates of histories", 0.02, 2, None, "AUC of simple aggregates, and how many have them"
)

CRITERIA = (
    COLUMNS,
    STRENGTH,
    OVERALL,
    GROUPS,
    CORRELATIONS,
    TOTALS,
    LENGTHS,
    TOGETHER,
    AGGREGATES,
)


@dataclass(frozen=True)
class Comparison:
    """One figure of the tables beside that of the reference.

    Attributes
    ----------
    criterion : Criterion
    table, subject, detail : str
        Where it was measured, and on what: ``application_train``, ``AMT_CREDIT``, ``missing``.
    reference, found : float
    error : float
        Standard error of the difference that mere chance makes.

    Examples
    --------
    >>> one = Comparison(COLUMNS, "bureau", "AMT_ANNUITY", "missing", 0.71, 0.57, 0.002)
    >>> one.bound, one.is_off
    (0.02, True)
    """

    criterion: Criterion
    table: str
    subject: str
    detail: str
    reference: float
    found: float
    error: float = 0.0

    @property
    def bound(self) -> float:
        """How far `found` may be from `reference`."""
        return max(self.criterion.bound, self.criterion.errors * self.error)

    @property
    def is_widened(self) -> bool:
        """Whether chance alone makes more than the criterion's bound."""
        return self.bound > self.criterion.bound

    @property
    def is_off(self) -> bool:
        """Whether it is further away; what could not be measured is."""
        return not abs(self.found - self.reference) <= self.bound
