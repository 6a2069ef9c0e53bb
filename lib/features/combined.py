"""What only several tables together say: the request against the client's history."""

import ibis.expr.types as ir

from lib.features.expressions import ratio


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
    }
