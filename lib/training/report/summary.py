"""The selection in a few sentences, for who reads nothing else."""

import pandas as pd

from lib.decision import CostDifference
from lib.training.evidence.audit import BY, gaps
from lib.training.evidence.card import WEIGHTIEST, Evidence, against_expectation
from lib.training.evidence.impact import FOUR_FIFTHS, RATIO, adverse
from lib.training.evidence.signs import Verdict
from lib.training.report.judgement import costs_in_words
from lib.training.report.money import money_in_words
from lib.training.report.style import between, number
from lib.training.selection import Selection


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
        *([f"**Money.** {money_in_words(evidence.money)}"] if evidence.money else []),
        *_savings(evidence.rivals),
        _ranking(selection),
        *_probabilities(evidence),
        *_fairness(evidence),
        *_impact(evidence),
        *_directions(evidence.signs),
        *_price_of_signs(evidence.signs_price),
    ]
    return "\n".join(["## In short", "", *(f"- {point}" for point in points)])


def _choice(selection: Selection) -> str:
    winner = selection.winner.candidate.english
    if not _refuses_anyone(selection):
        return f"**Choice.** {winner}. All test clients are granted their credit."
    return (
        f"**Choice.** {winner}. A credit is refused when the probability of default is "
        f"{selection.threshold:.1%} or more; {selection.metrics['grant_rate']:.0%} of the test "
        "clients are granted theirs."
    )


def _cost(selection: Selection) -> str:
    low, high = selection.intervals["business_cost"]
    return (
        f"**Cost.** {selection.metrics['business_cost']:.3f} per client (95% interval {low:.3f} "
        f"to {high:.3f}) on {len(selection.data.test):,} clients set aside at the start. "
        f"{costs_in_words(selection.judged_by)}."
    )


def _savings(rivals: pd.DataFrame) -> list[str]:
    parts = (
        ("It surely costs less than", rivals["high"] < 0),
        ("No sure difference from", (rivals["low"] <= 0) & (rivals["high"] >= 0)),
        ("It surely costs more than", rivals["low"] > 0),
    )
    return [
        f"**{words}:** {'; '.join(rivals.loc[these, 'english'])}."
        for words, these in parts
        if these.any()
    ]


def _ranking(selection: Selection) -> str:
    figures, ends = selection.metrics, selection.intervals
    if (selection.test_set["default_probability"].diff().dropna() == 0).all():
        return (
            "**Ranking.** Every client gets the same probability: the model ranks nobody, and has "
            "no reasons to give."
        )
    refused = (
        f"{figures['recall']:.0%} of the defaults are refused, and {figures['precision']:.0%} of "
        "the refused would have defaulted."
        if _refuses_anyone(selection)
        else "Nobody is refused."
    )
    return (
        f"**Ranking.** Of a client who defaults and one who repays, the first gets the higher "
        f"probability {figures['auc']:.0%} of the time (AUC, 95% interval {ends['auc'][0]:.3f} to "
        f"{ends['auc'][1]:.3f}). {refused}"
    )


def _refuses_anyone(selection: Selection) -> bool:
    return selection.metrics["grant_rate"] < 1


def _fairness(evidence: Evidence) -> list[str]:
    known = gaps(evidence.audited).dropna(subset="grant_rate")
    known = known[~known["attribute_english"].str.contains(BY, regex=False)]
    if known.empty:
        return []
    points = "; ".join(
        f"{attribute.lower()} {100 * gap:.0f} points"
        for attribute, gap in zip(known["attribute_english"], known["grant_rate"], strict=True)
    )
    paid = ""
    if price := evidence.price:
        paid = (
            f" Leaving the protected attributes out costs {number(price.difference, '+.3f')} per "
            f"client (95% interval {between(price.low, price.high, '+.3f')})."
        )
    if price := evidence.purposes:
        paid += (
            " Leaving out what is no ground for a credit decision costs "
            f"{number(price.difference, '+.3f')} ({between(price.low, price.high, '+.3f')})."
        )
    return [f"**Groups.** Largest difference in the share granted: {points}.{paid}"]


def _probabilities(evidence: Evidence) -> list[str]:
    figures = evidence.calibration
    if figures is None or figures.slope is None:
        return []
    return [
        f"**Probabilities.** On average they are {100 * figures.mean_distance:.1f} points off the "
        f"smoothed default rate of the test clients; their slope is {figures.slope:.2f} (95% "
        f"interval {figures.slope_low:.2f} to {figures.slope_high:.2f}; 1 where they hold)."
    ]


def _impact(evidence: Evidence) -> list[str]:
    known = evidence.audited.dropna(subset=RATIO)
    if known.empty:
        return []
    lowest = known.sort_values(RATIO, kind="stable").iloc[0]
    others = len(adverse(evidence.audited))
    words = (
        f"**Adverse impact.** Lowest ratio of shares granted: {lowest[RATIO]:.2f}, "
        f"{lowest['attribute_english'].lower()}, {lowest['group']}. {others or 'No'} group"
        f"{'' if others == 1 else 's'} below {FOUR_FIFTHS:g} by more than chance."
    )
    return [words + _least_disparate(evidence.alternatives)]


def _least_disparate(alternatives: pd.DataFrame | None) -> str:
    """Name the candidate that treats groups most alike, of those as cheap for all one can tell."""
    if alternatives is None or alternatives.empty:
        return ""
    least = alternatives.iloc[0]
    if least["chosen"]:
        return (
            f" Of {len(alternatives)} within one standard error of the cost the chosen one is the "
            "least disparate."
            if len(alternatives) > 1
            else " No other candidate is within one standard error of the cost."
        )
    chosen = alternatives.loc[alternatives["chosen"], RATIO]
    against = f"; the chosen one has {chosen.iloc[0]:.2f}" if len(chosen) else ""
    return (
        f" Of those within one standard error of the cost the least disparate is "
        f"{least['english']}: lowest ratio {least[RATIO]:.2f} out-of-fold{against}."
    )


def _price_of_signs(price: CostDifference | None) -> list[str]:
    if price is None:
        return []
    return [
        "**Directions.** Holding every feature to its expected direction costs "
        f"{number(price.difference, '+.3f')} per client (95% interval "
        f"{between(price.low, price.high, '+.3f')})."
    ]


def _directions(signs: pd.DataFrame) -> list[str]:
    weightiest = signs[signs["mean_contribution"] > 0].head(WEIGHTIEST)
    if weightiest.empty:
        return []
    agreeing = int((weightiest["verdict"] == Verdict.AGREES).sum())
    expected = int(weightiest["expected"].notna().sum())
    against = against_expectation(signs)
    doubt = f" Otherwise: {'; '.join(against)}." if against else " None pushes the other way."
    return [
        f"**Reasons.** Of the {len(weightiest)} weightiest features {expected} have an expected "
        f"direction, and {agreeing} follow it.{doubt}"
    ]
