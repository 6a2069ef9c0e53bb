"""What decisions cost in the lender's currency, in a table and in a sentence."""

import pandas as pd
from pandas.io.formats.style import Styler

from lib.decision import LenderTerms
from lib.scoring.card import MoneyFigures
from lib.training.report import style
from lib.training.report.judgement import verdict


def money_table(money: MoneyFigures) -> Styler:
    """Style what the winner's decisions, granting all and refusing all cost."""
    ways = [one.model_dump() for one in money.ways]
    rows = pd.DataFrame(ways).assign(
        interval=[style.between(one.low, one.high, ",.0f") for one in money.ways],
        total=[one.per_client * money.clients for one in money.ways],
        total_interval=[
            style.between(one.low * money.clients, one.high * money.clients, ",.0f")
            for one in money.ways
        ],
        less=[
            ""
            if one.way == "scorer"
            else f"{style.number(one.difference, '+,.0f')} "
            f"({style.between(one.difference_low, one.difference_high, '+,.0f')})"
            for one in money.ways
        ],
        verdict=[
            "" if one.way == "scorer" else verdict(one.difference_low, one.difference_high)
            for one in money.ways
        ],
    )
    return style.table(
        rows,
        f"Cost of {money.clients:,} test clients in {money.currency}. "
        f"{terms_in_words(money.terms)}; 95% bootstrap intervals",
        {
            "english": "Decisions by",
            "per_client": ("A client", ",.0f"),
            "interval": ("95% interval", "s"),
            "total": ("In all", ",.0f"),
            "total_interval": ("95% interval of all", "s"),
            "less": ("The model less this, a client", "s"),
            "verdict": "The model",
        },
    )


def terms_in_words(terms: LenderTerms) -> str:
    """Say what the lender assumes.

    Examples
    --------
    >>> terms_in_words(LenderTerms(0.6, 0.06))
    'A missed default costs 60.0% of its credit, a refused good client 6.0%'
    """
    return (
        f"A missed default costs {terms.loss_given_default:.1%} of its credit, "
        f"a refused good client {terms.margin:.1%}"
    )


def money_in_words(money: MoneyFigures) -> str:
    """Say in two sentences what the winner costs, and what granting and refusing all would."""
    scorer, granting, refusing = (
        next(one for one in money.ways if one.way == way)
        for way in ("scorer", "granting_all", "refusing_all")
    )
    interval = style.between(scorer.low, scorer.high, ",.0f")
    return (
        f"{money.currency} {scorer.per_client:,.0f} per client (95% interval {interval}), "
        f"{scorer.per_client * money.clients:,.0f} on all {money.clients:,} test clients; granting "
        f"all would cost {granting.per_client:,.0f} per client, refusing all "
        f"{refusing.per_client:,.0f}. {terms_in_words(money.terms)}: the lender assumes these "
        "shares."
    )
