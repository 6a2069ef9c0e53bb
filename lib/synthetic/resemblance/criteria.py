"""What is compared, how far off it may be, how much of it must be within, and how much of it is.

Two things are asked of the tables, of their columns and of the strongest of them. The rest is
measured to the same bounds and reported.
"""

from collections.abc import Iterable, Iterator, Sequence
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


@dataclass(frozen=True)
class Verdict:
    """How far one criterion is met.

    Attributes
    ----------
    criterion : Criterion
    subjects : int
        What was judged: columns for `COLUMNS`, single figures for the others.
    off : tuple of Comparison
        Those that are too far away, the farthest first.
    share : float
        Of the subjects that are near enough.
    strict_share : float
        Of the subjects that are within the criterion's bound, whatever chance makes.
    widened : tuple of Comparison
        Those whose bound is wider, because there are so few clients.
    """

    criterion: Criterion
    subjects: int
    off: tuple[Comparison, ...]
    share: float
    strict_share: float
    widened: tuple[Comparison, ...]

    @property
    def is_met(self) -> bool:
        """Whether enough of them are near enough; so it is where nothing is asked."""
        return self.share >= (self.criterion.needed or 0.0)


def verdicts(comparisons: Iterable[Comparison]) -> list[Verdict]:
    """Judge each criterion; a column is off if any of its figures is."""
    everything = list(comparisons)
    return [_judge(criterion, everything) for criterion in CRITERIA]


def _judge(criterion: Criterion, everything: Sequence[Comparison]) -> Verdict:
    own = [one for one in everything if one.criterion is criterion]
    off = sorted((one for one in own if one.is_off), key=_distance, reverse=True)
    strictly_off = [one for one in own if not abs(one.found - one.reference) <= criterion.bound]
    return Verdict(
        criterion,
        len({_subject(one) for one in own}),
        tuple(off),
        _share_without(own, off),
        _share_without(own, strictly_off),
        tuple(one for one in own if one.is_widened),
    )


def _share_without(own: Sequence[Comparison], off: Sequence[Comparison]) -> float:
    subjects = {_subject(one) for one in own}
    return 1 - len({_subject(one) for one in off}) / len(subjects) if subjects else 0.0


def _subject(one: Comparison) -> tuple[str, ...]:
    whole = (one.table, one.subject)
    return whole if one.criterion is COLUMNS else (*whole, one.detail)


def _distance(one: Comparison) -> float:
    return abs(one.found - one.reference) / one.bound


def summary_lines(judged: Iterable[Verdict], most: int) -> Iterator[str]:
    """Write the verdicts as lines, each followed by at most so many subjects that are off."""
    for verdict in judged:
        yield _headline(verdict)
        if verdict.widened:
            yield f"    {_noise(verdict)}"
        named = list(_by_subject(verdict.off))
        for line in named[:most]:
            yield f"    {line}"
        if len(named) > most:
            yield f"    and {len(named) - most} more"


def _headline(verdict: Verdict) -> str:
    criterion = verdict.criterion
    near = f"{criterion.name}: {verdict.share:.1%} of {verdict.subjects} near enough"
    if criterion.needed is None:
        return f"· {near} ({criterion.meaning})"
    mark = "✓" if verdict.is_met else "✗"
    return f"{mark} {near}, {criterion.needed:.0%} asked ({criterion.meaning})"


def _noise(verdict: Verdict) -> str:
    criterion, widest = verdict.criterion, max(one.bound for one in verdict.widened)
    return (
        f"bound {criterion.bound:g}; for {len(verdict.widened)} figures {criterion.errors:g} "
        f"standard errors of so few clients are more, up to {widest:.3f}; "
        f"{verdict.strict_share:.1%} are within {criterion.bound:g} even so"
    )


def _by_subject(off: Iterable[Comparison]) -> Iterator[str]:
    """Name each subject once, by the figure that is farthest off."""
    figures: dict[tuple[str, ...], list[Comparison]] = {}
    for one in off:
        figures.setdefault(_subject(one), []).append(one)
    for worst, *others in figures.values():
        also = f"; {len(others)} more figures of it" if others else ""
        yield (
            f"{worst.table} {worst.subject}, {worst.detail}: "
            f"{worst.found:.4f}, reference {worst.reference:.4f} ± {worst.bound:.4f}{also}"
        )
