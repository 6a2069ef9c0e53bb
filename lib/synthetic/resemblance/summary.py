"""The comparisons summed up: what is asked, how much of it is met, and what is off."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from lib.synthetic.resemblance.criteria import COLUMNS, CRITERIA, Comparison, Criterion


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
