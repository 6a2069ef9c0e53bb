"""What only several tables together say: the request against the client's history."""

from typing import Any

import ibis.expr.types as ir

from lib.features.expressions import only, ratio


def combined_features(t: ir.Table) -> dict[str, ir.Value]:
    """Compare the request and the income with credits elsewhere and with us.

    Parameters
    ----------
    t : Table
        The features of all tables, joined.
    """
    annuities = (
        t.annuity_amount
        + t.annuities_elsewhere.fill_null(0.0)
        + t.annuities_of_running_credits_with_us.fill_null(0.0)
    )
    return {
        "debt_elsewhere_to_income": ratio(t.debt_elsewhere, t.income_total),
        "annuities_elsewhere_to_income": ratio(t.annuities_elsewhere, t.income_total),
        "overdue_elsewhere_to_income": ratio(t.amount_overdue_elsewhere, t.income_total),
        "all_annuities_to_income": ratio(annuities, t.income_total),
        "credit_to_mean_granted_before": ratio(t.credit_amount, t.mean_amount_granted_before),
        "credit_to_largest_granted_before": ratio(t.credit_amount, t.largest_amount_granted_before),
        "annuity_to_mean_previous_annuity": ratio(t.annuity_amount, t.mean_previous_annuity),
        "annuity_to_mean_instalment": ratio(t.annuity_amount, t.mean_instalment),
        "card_balance_to_income": ratio(t.last_card_balance, t.income_total),
        "credit_with_debt_elsewhere_to_income": ratio(
            t.credit_amount + t.debt_elsewhere.fill_null(0.0), t.income_total
        ),
        "implied_duration_to_longest_before": ratio(
            t.implied_duration_months, t.longest_previous_duration
        ),
        "yearly_interest_if_as_long_as_before": yearly_cost(
            t.annuity_amount, t.longest_previous_duration, t.credit_amount
        ),
        "yearly_cost_of_goods_if_as_long_as_before": yearly_cost(
            t.annuity_amount, t.longest_previous_duration, t.goods_price
        ),
    }


def yearly_cost(annuity: ir.Value, months: ir.Value, amount: ir.Value) -> Any:
    """Give what instalments cost beyond an amount, as a share of it a year.

    Missing where so many instalments do not even pay the amount back: it must last longer.
    """
    cost = ratio(annuity * months, amount) - 1
    return only(cost >= 0, ratio(cost * 12, months))
