"""What the client asked of us before: table ``previous_application``."""

from collections.abc import Mapping

import ibis.expr.types as ir

from lib.features.catalogue.windows import APPLICATION_WINDOWS, DAYS_PER_MONTH
from lib.features.expressions import (
    CLIENT,
    ago,
    exact,
    flag,
    known_flag,
    number,
    only,
    ratio,
    sum_of,
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
    """Add the outcome, the amounts and the implied interest."""
    status, t = applications.NAME_CONTRACT_STATUS, applications
    payments = only(t.CNT_PAYMENT > 0, t.CNT_PAYMENT)
    interest = ratio(number(t.AMT_ANNUITY) * payments, t.AMT_CREDIT) - 1
    return applications.mutate(
        approved=status == "Approved",
        refused=status == "Refused",
        payments=payments,
        yearly_interest=only(t.AMT_CREDIT > 0, interest / payments * 12),
        asked=only(t.AMT_APPLICATION > 0, exact(t.AMT_APPLICATION)),
        credit=exact(t.AMT_CREDIT),
        annuity=exact(t.AMT_ANNUITY),
        runs=(status == "Approved") & t.DAYS_FIRST_DUE.notnull() & t.DAYS_TERMINATION.isnull(),
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
    itself, because not every engine has window functions. Two of one day follow by their number.
    """
    own = t.select(CLIENT, "approved", "refused", day=t.DAYS_DECISION, number=t.SK_ID_PREV)
    other = t.select(client=t[CLIENT], other_day=t.DAYS_DECISION, other_number=t.SK_ID_PREV)
    pairs = own.inner_join(other, own[CLIENT] == other.client)
    same_day_on = (pairs.other_day == pairs.day) & (pairs.other_number >= pairs.number)
    pairs = pairs.filter((pairs.other_day > pairs.day) | same_day_on)
    placed = pairs.group_by([CLIENT, "day", "number"]).aggregate(
        place=flag(pairs.other_day.notnull()).sum(),
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
    days_ago = ago(t.DAYS_DECISION)
    return {
        "months_since_last_previous_application": days_ago.min() / DAYS_PER_MONTH,
        "months_since_first_previous_application": days_ago.max() / DAYS_PER_MONTH,
        "mean_months_since_previous_applications": days_ago.mean() / DAYS_PER_MONTH,
        "months_since_last_approval": only(t.approved, days_ago).min() / DAYS_PER_MONTH,
        "months_since_last_refusal": only(t.refused, days_ago).min() / DAYS_PER_MONTH,
    }


def amounts(t: ir.Table) -> dict[str, ir.Value]:
    """Compare what was asked with what was granted."""
    granted, annuity = only(t.approved, t.credit), only(t.approved, t.annuity)
    granted_to_asked = only(t.approved, ratio(t.AMT_CREDIT, t.asked))
    share_up_front = only(t.approved, t.RATE_DOWN_PAYMENT)
    return {
        "mean_amount_asked_before": t.asked.mean(),
        "largest_amount_asked_before": t.asked.max(),
        "mean_amount_granted_before": granted.mean(),
        "largest_amount_granted_before": granted.max(),
        "mean_amount_refused_before": only(t.refused, t.asked).mean(),
        "mean_previous_annuity": annuity.mean(),
        "largest_previous_annuity": annuity.max(),
        "mean_granted_to_asked": exact(granted_to_asked).mean(),
        "lowest_granted_to_asked": granted_to_asked.min(),
        "mean_down_payment_share": exact(share_up_front).mean(),
        "largest_down_payment_share": share_up_front.max(),
        "mean_down_payment": only(t.approved, exact(t.AMT_DOWN_PAYMENT)).mean(),
    }


def price(t: ir.Table) -> dict[str, ir.Value]:
    """Measure what previous credits cost and how long they were for."""
    approved_interest = only(t.approved, t.yearly_interest)
    return {
        "mean_yearly_interest_before": exact(approved_interest).mean(),
        "highest_yearly_interest_before": approved_interest.max(),
        "mean_previous_duration": only(t.approved, t.payments).mean(),
        "longest_previous_duration": only(t.approved, t.payments).max(),
        "share_of_previous_credits_at_high_rate": only(
            t.approved, known_flag(t.NAME_YIELD_GROUP == "high")
        ).mean(),
        "share_of_previous_credits_at_low_rate": only(
            t.approved, known_flag(t.NAME_YIELD_GROUP.isin(["low_normal", "low_action"]))
        ).mean(),
        "share_of_previous_credits_insured": only(t.approved, t.NFLAG_INSURED_ON_APPROVAL).mean(),
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
    """Add up the credits with us that still run, and say how the others ended."""
    ends_in = number(t.DAYS_LAST_DUE_1ST_VERSION)
    ended, early = ago(t.DAYS_TERMINATION), ends_in - number(t.DAYS_LAST_DUE)
    return {
        "number_of_running_credits_with_us": flag(t.runs).sum(),
        "amount_of_running_credits_with_us": sum_of(t.runs, t.credit),
        "annuities_of_running_credits_with_us": sum_of(t.runs, t.annuity),
        "longest_remaining_duration_with_us": only(t.runs & (ends_in > 0), ends_in).max()
        / DAYS_PER_MONTH,
        "months_since_last_credit_with_us_ended": only(t.approved, ended).min() / DAYS_PER_MONTH,
        "mean_months_ended_early_with_us": only(t.approved, early).mean() / DAYS_PER_MONTH,
    }
