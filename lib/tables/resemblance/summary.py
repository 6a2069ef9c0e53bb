"""The comparisons summed up: what is asked, how much of it is met, and what is off."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from lib.tables.resemblance.criteria import COLUMNS, CRITERIA, Comparison, Criterion


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
    """

    criterion: Criterion
    subjects: int
    off: tuple[Comparison, ...]
    share: float

    @property
    def is_met(self) -> bool:
        """Whether enough of them are near enough."""
        return self.share >= self.criterion.needed


def verdicts(comparisons: Iterable[Comparison]) -> list[Verdict]:
    """Judge each criterion; a column is off if any of its figures is."""
    everything = list(comparisons)
    return [_judge(criterion, everything) for criterion in CRITERIA]


def _judge(criterion: Criterion, everything: Sequence[Comparison]) -> Verdict:
    own = [one for one in everything if one.criterion is criterion]
    off = sorted((one for one in own if one.is_off), key=_distance, reverse=True)
    subjects = {_subject(one) for one in own}
    lost = {_subject(one) for one in off}
    share = 1 - len(lost) / len(subjects) if subjects else 0.0
    return Verdict(criterion, len(subjects), tuple(off), share)


def _subject(one: Comparison) -> tuple[str, ...]:
    whole = (one.table, one.subject)
    return whole if one.criterion is COLUMNS else (*whole, one.detail)


def _distance(one: Comparison) -> float:
    return abs(one.found - one.reference) / one.bound


def summary_lines(judged: Iterable[Verdict], most: int) -> Iterator[str]:
    """Write the verdicts as lines, each followed by at most so many figures that are off."""
    for verdict in judged:
        mark = "✓" if verdict.is_met else "✗"
        criterion = verdict.criterion
        yield (
            f"{mark} {criterion.name}: {verdict.share:.1%} of {verdict.subjects} near enough, "
            f"{criterion.needed:.0%} asked ({criterion.meaning})"
        )
        for one in verdict.off[:most]:
            yield (
                f"    {one.table} {one.subject}, {one.detail}: "
                f"{one.found:.4f}, reference {one.reference:.4f} ± {one.bound:.4f}"
            )
        if len(verdict.off) > most:
            yield f"    and {len(verdict.off) - most} more"
