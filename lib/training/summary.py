"""The selection in a few sentences, for who reads nothing else."""

import pandas as pd

from lib.training.evidence.audit import gaps
from lib.training.evidence.card import WEIGHTIEST, Evidence, against_expectation
from lib.training.evidence.signs import Verdict
from lib.training.selection import Selection
from lib.training.table_style import between, signed


def summary(selection: Selection, evidence: Evidence) -> str:
    """Say what was chosen, what it saves, how it treats groups, and what to doubt.

    Returns
    -------
    str
        Markdown: a heading and a list.
    """
    points = [
        _choice(selection),
        _cost(selection),
        *_savings(evidence.rivals),
        _probabilities(selection),
        *_fairness(evidence),
        _directions(evidence.signs),
    ]
    return "\n".join(["## In short", "", *(f"- {point}" for point in points)])


def _choice(selection: Selection) -> str:
    winner = selection.winner.candidate.english
    return (
        f"**Choice.** {winner}. A credit is refused when the probability of default is "
        f"{selection.threshold:.1%} or more; {selection.metrics['grant_rate']:.0%} of the test "
        "clients are granted theirs."
    )


def _cost(selection: Selection) -> str:
    low, high = selection.intervals["business_cost"]
    costs = selection.costs
    return (
        f"**Cost.** {selection.metrics['business_cost']:.3f} per client (95% interval {low:.3f} "
        f"to {high:.3f}) on {len(selection.data.test):,} clients set aside at the start, in units "
        f"of one good client refused; a missed default costs {costs.missed_default:g}, a good "
        f"client refused {costs.refused_good:g}."
    )


def _savings(rivals: pd.DataFrame) -> list[str]:
    less = rivals.loc[rivals["high"] < 0, "english"]
    unsure = rivals.loc[(rivals["low"] <= 0) & (rivals["high"] >= 0), "english"]
    more = rivals.loc[rivals["low"] > 0, "english"]
    told = (
        ("It surely costs less than", less),
        ("No sure difference from", unsure),
        ("It surely costs more than", more),
    )
    return [f"**{words}:** {'; '.join(names)}." for words, names in told if len(names)]


def _probabilities(selection: Selection) -> str:
    figures, ends = selection.metrics, selection.intervals
    return (
        f"**Ranking.** Of a client who defaults and one who repays, the first gets the higher "
        f"probability {figures['auc']:.0%} of the time (AUC, 95% interval {ends['auc'][0]:.3f} to "
        f"{ends['auc'][1]:.3f}). {figures['recall']:.0%} of the defaults are refused, and "
        f"{figures['precision']:.0%} of the refused would have defaulted."
    )


def _fairness(evidence: Evidence) -> list[str]:
    told = "; ".join(
        f"{row.attribute_english.lower()} {100 * row.grant_rate:.0f} points"
        for row in gaps(evidence.audited).dropna(subset="grant_rate").itertuples()
    )
    if not told:
        return []
    price = evidence.price
    paid = (
        f" Leaving the protected attributes out costs {signed(3)(price.difference)} per client "
        f"(95% interval {between(price.low, price.high, sign='+')})."
        if price
        else ""
    )
    return [f"**Groups.** Largest difference in the share granted: {told}.{paid}"]


def _directions(signs: pd.DataFrame) -> str:
    weightiest = signs.head(WEIGHTIEST)
    agreeing = int((weightiest["verdict"] == Verdict.AGREES).sum())
    expected = int(weightiest["expected"].notna().sum())
    against = against_expectation(signs)
    doubt = f" Otherwise: {'; '.join(against)}." if against else " None pushes the other way."
    return (
        f"**Reasons.** Of the {len(weightiest)} weightiest features {expected} have an expected "
        f"direction, and {agreeing} follow it.{doubt}"
    )
