"""What the client asked of us before: table ``previous_application``."""

from collections.abc import Mapping

import ibis.expr.types as ir

from lib.features.catalogue.windows import APPLICATION_WINDOWS, DAYS_PER_MONTH
from lib.features.expressions import (
    CLIENT,
    flag,
    known_flag,
    number,
    only,
    ratio,
    within_days,
)

LAST_APPLICATIONS = (1, 3, 5)
REFUSAL_REASONS = {
    "number_of_refusals_by_rule": ["HC"],
    "number_of_refusals_by_limit": ["LIMIT"],
    "number_of_refusals_by_score": ["SCO", "SCOFR"],
    "number_of_refusals_by_verification": ["VERIF"],
}


def previous_application_features(tables: Mapping[str, ir.Table]) -> ir.Table:
    """Describe each client's previous applications to us."""
    t = with_outcome(tables["previous_application"])
    summary = t.group_by(CLIENT).aggregate(
        **outcomes(t),
        **how_long_ago(t),
        **amounts(t),
        **price(t),
        **products(t),
        **still_running(t),
    )
    return summary.left_join(outcomes_of_the_last(t), CLIENT).drop(f"{CLIENT}_right")


def with_outcome(applications: ir.Table) -> ir.Table:
    """Add the outcome, the implied interest and an order without ties."""
    status, t = applications.NAME_CONTRACT_STATUS, applications
    payments = only(t.CNT_PAYMENT > 0, t.CNT_PAYMENT)
    interest = ratio(number(t.AMT_ANNUITY) * payments, t.AMT_CREDIT) - 1
    return applications.mutate(
        approved=status == "Approved",
        refused=status == "Refused",
        payments=payments,
        yearly_interest=only(t.AMT_CREDIT > 0, interest / payments * 12),
        asked=only(t.AMT_APPLICATION > 0, t.AMT_APPLICATION),
        runs=(status == "Approved") & t.DAYS_FIRST_DUE.notnull() & t.DAYS_TERMINATION.isnull(),
        # Two applications of one day are put in order by their number.
        order=t.DAYS_DECISION.cast("int64") * 100_000_000 + t.SK_ID_PREV.cast("int64"),
    )


def outcomes(t: ir.Table) -> dict[str, ir.Value]:
    """Count applications by outcome, and refusals by reason."""
    features = {
        "number_of_cancelled_applications": flag(t.NAME_CONTRACT_STATUS == "Canceled").sum(),
        "number_of_unused_offers": flag(t.NAME_CONTRACT_STATUS == "Unused offer").sum(),
        **{
            name: flag(t.CODE_REJECT_REASON.isin(codes)).sum()
            for name, codes in REFUSAL_REASONS.items()
        },
    }
    for window in APPLICATION_WINDOWS:
        inside, end = within_days(window, t.DAYS_DECISION), window.suffix
        features |= {
            f"number_of_previous_applications{end}": flag(inside).sum(),
            f"number_of_approved_applications{end}": flag(inside & t.approved).sum(),
            f"number_of_refused_applications{end}": flag(inside & t.refused).sum(),
            f"share_of_approved_applications{end}": only(inside, flag(t.approved)).mean(),
            f"share_of_refused_applications{end}": only(inside, flag(t.refused)).mean(),
        }
    return features


def outcomes_of_the_last(t: ir.Table) -> ir.Table:
    """Give the shares approved and refused of the last 1, 3 and 5 applications.

    The place of an application is the number of the client's applications from it on: a join with
    itself, because not every engine has window functions.
    """
    own = t.select(CLIENT, "order", "approved", "refused")
    other = t.select(client=t[CLIENT], later=t.order)
    pairs = own.inner_join(other, own[CLIENT] == other.client)
    pairs = pairs.filter(pairs.later >= pairs.order)
    placed = pairs.group_by([CLIENT, "order"]).aggregate(
        place=flag(pairs.later.notnull()).sum(),
        approved=flag(pairs.approved).max(),
        refused=flag(pairs.refused).max(),
    )
    features = {}
    for count in LAST_APPLICATIONS:
        inside, end = placed.place <= count, f"_last_{count}" if count > 1 else "_last"
        features[f"share_of_refused_applications{end}"] = only(inside, placed.refused).mean()
        features[f"share_of_approved_applications{end}"] = only(inside, placed.approved).mean()
    features["last_application_was_refused"] = features.pop("share_of_refused_applications_last")
    features["last_application_was_approved"] = features.pop("share_of_approved_applications_last")
    return placed.group_by(CLIENT).aggregate(**features)


def how_long_ago(t: ir.Table) -> dict[str, ir.Value]:
    """Measure the time since applications."""
    months_ago = -number(t.DAYS_DECISION) / DAYS_PER_MONTH
    return {
        "months_since_last_previous_application": months_ago.min(),
        "months_since_first_previous_application": months_ago.max(),
        "mean_months_since_previous_applications": months_ago.mean(),
        "months_since_last_approval": only(t.approved, months_ago).min(),
        "months_since_last_refusal": only(t.refused, months_ago).min(),
    }


def amounts(t: ir.Table) -> dict[str, ir.Value]:
    """Compare what was asked with what was granted."""
    granted = only(t.approved, t.AMT_CREDIT)
    return {
        "mean_amount_asked_before": t.asked.mean(),
        "largest_amount_asked_before": t.asked.max(),
        "mean_amount_granted_before": granted.mean(),
        "largest_amount_granted_before": granted.max(),
        "mean_amount_refused_before": only(t.refused, t.asked).mean(),
        "mean_previous_annuity": only(t.approved, t.AMT_ANNUITY).mean(),
        "largest_previous_annuity": only(t.approved, t.AMT_ANNUITY).max(),
        "mean_granted_to_asked": only(t.approved, ratio(t.AMT_CREDIT, t.asked)).mean(),
        "lowest_granted_to_asked": only(t.approved, ratio(t.AMT_CREDIT, t.asked)).min(),
        "mean_down_payment_share": number(t.RATE_DOWN_PAYMENT).mean(),
        "largest_down_payment_share": number(t.RATE_DOWN_PAYMENT).max(),
        "mean_down_payment": number(t.AMT_DOWN_PAYMENT).mean(),
    }


def price(t: ir.Table) -> dict[str, ir.Value]:
    """Measure what previous credits cost and how long they were for."""
    approved_interest = only(t.approved, t.yearly_interest)
    return {
        "mean_yearly_interest_before": approved_interest.mean(),
        "highest_yearly_interest_before": approved_interest.max(),
        "mean_previous_duration": only(t.approved, t.payments).mean(),
        "longest_previous_duration": only(t.approved, t.payments).max(),
        "share_of_previous_credits_at_high_rate": only(
            t.NAME_YIELD_GROUP.notnull(), flag(t.NAME_YIELD_GROUP == "high")
        ).mean(),
        "share_of_previous_credits_at_low_rate": only(
            t.NAME_YIELD_GROUP.notnull(),
            flag(t.NAME_YIELD_GROUP.isin(["low_normal", "low_action"])),
        ).mean(),
        "share_of_previous_credits_insured": number(t.NFLAG_INSURED_ON_APPROVAL).mean(),
    }


def products(t: ir.Table) -> dict[str, ir.Value]:
    """Measure which products were asked for, how, and as what kind of client."""
    product, channel = t.NAME_CONTRACT_TYPE, t.CHANNEL_TYPE
    return {
        "share_of_cash_loans_before": known_flag(product == "Cash loans").mean(),
        "share_of_purchase_loans_before": known_flag(product == "Consumer loans").mean(),
        "share_of_card_applications_before": known_flag(product == "Revolving loans").mean(),
        "share_of_offers_accepted_before": known_flag(t.NAME_PRODUCT_TYPE == "x-sell").mean(),
        "share_of_walk_in_applications": known_flag(t.NAME_PRODUCT_TYPE == "walk-in").mean(),
        "share_of_applications_as_a_new_client": known_flag(t.NAME_CLIENT_TYPE == "New").mean(),
        "share_of_applications_in_our_offices": known_flag(
            channel == "Credit and cash offices"
        ).mean(),
        "share_of_applications_by_phone": known_flag(channel == "Contact center").mean(),
        "share_of_applications_for_mobile_phones": known_flag(
            t.NAME_GOODS_CATEGORY == "Mobile"
        ).mean(),
    }


def still_running(t: ir.Table) -> dict[str, ir.Value]:
    """Add up the credits with us that still run."""
    ends_in = number(t.DAYS_LAST_DUE_1ST_VERSION) / DAYS_PER_MONTH
    return {
        "number_of_running_credits_with_us": flag(t.runs).sum(),
        "amount_of_running_credits_with_us": only(t.runs, t.AMT_CREDIT).sum(),
        "annuities_of_running_credits_with_us": only(t.runs, t.AMT_ANNUITY).sum(),
        "longest_remaining_duration_with_us": only(t.runs & (ends_in > 0), ends_in).max(),
        "months_since_last_credit_with_us_ended": (
            -number(t.DAYS_TERMINATION) / DAYS_PER_MONTH
        ).min(),
        "mean_months_ended_early_with_us": (
            (number(t.DAYS_LAST_DUE_1ST_VERSION) - number(t.DAYS_LAST_DUE)) / DAYS_PER_MONTH
        ).mean(),
    }
