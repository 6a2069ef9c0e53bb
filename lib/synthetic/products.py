"""The categories of an earlier application that follow from its kind and its outcome."""

import numpy as np
import numpy.typing as npt

from lib.synthetic.latent import Floats
from lib.synthetic.marginals import Coded, categories

Bools = npt.NDArray[np.bool_]
_TABLE = "previous_application"


def products(
    rng: np.random.Generator, kind: Coded, status: Coded, no_offer: Bools
) -> dict[str, Coded | Floats]:
    """Draw them for all rows; XNA and XAP where there is nothing to say."""
    size = len(kind.codes)
    cash, card = kind.equals("Cash loans"), kind.equals("Revolving loans")
    goods = kind.equals("Consumer loans")
    offered_cash, offered_card = cash & ~no_offer, card & ~no_offer
    known_goods = goods & (rng.random(size) < 0.985)
    cross_sold = rng.random(size) < np.where(card, 0.47, 0.80)
    portfolio = Coded(np.full(size, 0), ("XNA",))
    for rows, name in ((goods & ~no_offer, "POS"), (offered_cash, "Cash"), (offered_card, "Cards")):
        portfolio = portfolio.where(rows, name)
    purpose = _drawn(rng, "NAME_CASH_LOAN_PURPOSE", size, "XAP", "XNA")
    purpose = purpose.where(cash & (rng.random(size) < 0.91), "XNA").where(~cash, "XAP")
    reason = _drawn(rng, "CODE_REJECT_REASON", size, "XAP", "CLIENT")
    reason = reason.where(~status.equals("Refused"), "XAP")
    place = categories_of_seller(rng, goods)
    product_type = Coded(np.full(size, 0), ("XNA", "x-sell", "walk-in"))
    product_type = product_type.where((offered_cash | offered_card) & cross_sold, "x-sell").where(
        (offered_cash | offered_card) & ~cross_sold, "walk-in"
    )
    bank = rng.random(size) < np.where(cash, 0.55, np.where(goods, 0.85, 0.02))
    payment = _drawn(rng, "NAME_PAYMENT_TYPE", size, "XNA").where(~bank, "XNA")
    interest = _drawn(rng, "NAME_YIELD_GROUP", size, "XNA").where(no_offer | card, "XNA")
    return {
        "NAME_PORTFOLIO": portfolio,
        "NAME_CASH_LOAN_PURPOSE": purpose,
        "CODE_REJECT_REASON": reason.where(status.equals("Unused offer"), "CLIENT"),
        "NAME_GOODS_CATEGORY": _drawn(rng, "NAME_GOODS_CATEGORY", size, "XNA").where(
            ~known_goods, "XNA"
        ),
        "NAME_PRODUCT_TYPE": product_type,
        "NAME_PAYMENT_TYPE": payment,
        "NAME_YIELD_GROUP": interest,
        "PRODUCT_COMBINATION": _combination(rng, cash, card, no_offer, cross_sold),
        **place,
    }


def categories_of_seller(rng: np.random.Generator, goods: Bools) -> dict[str, Coded | Floats]:
    """Draw where the client applied: goods are bought in shops, the rest is asked for with us."""
    size = len(goods)
    shops = categories(f"{_TABLE}.CHANNEL_TYPE").restricted(
        "Credit and cash offices", "Contact center", "AP+ (Cash loan)", "Channel of corporate sales"
    )
    offices = categories(f"{_TABLE}.CHANNEL_TYPE").restricted(
        "Stone", "Regional / Local", "Country-wide", "Car dealer"
    )
    shop, office = (marginal.of(rng.standard_normal(size)) for marginal in (shops, offices))
    in_shop = goods | (rng.random(size) < 0.09)
    values = shop.values + office.values
    channel = Coded(np.where(in_shop, shop.codes, office.codes + len(shop.values)), values)
    industry = _drawn(rng, "NAME_SELLER_INDUSTRY", size, "XNA").where(~in_shop, "XNA")
    area = np.round(np.exp(rng.normal(5.0, 1.9, size)))
    at_office = np.where(rng.random(size) < 0.93, -1.0, 0.0)
    return {
        "CHANNEL_TYPE": channel,
        "NAME_SELLER_INDUSTRY": industry,
        "SELLERPLACE_AREA": np.where(in_shop, np.minimum(area, 250_000), at_office),
    }


def _drawn(rng: np.random.Generator, name: str, size: int, *dropped: str) -> Coded:
    marginal = categories(f"{_TABLE}.{name}").restricted(*dropped)
    return marginal.of(rng.standard_normal(size))


def _combination(
    rng: np.random.Generator, cash: Bools, card: Bools, no_offer: Bools, cross_sold: Bools
) -> Coded:
    """Choose among the products that the kind of credit and the way to it allow."""
    every = categories(f"{_TABLE}.PRODUCT_COMBINATION")
    groups = (
        (~cash & ~card, "POS"),
        (card & ~cross_sold, "Card Street"),
        (card & cross_sold, "Card X-Sell"),
        (cash & ~cross_sold, "Cash Street"),
        (cash & cross_sold, "Cash X-Sell"),
    )
    codes = np.full(len(cash), every.values.index("Cash"))
    for rows, start in groups:
        dropped = [value for value in every.values if not value.startswith(start)]
        some = every.restricted(*dropped).of(rng.standard_normal(len(cash)))
        position = np.array([every.values.index(value) for value in some.values])
        codes = np.where(rows & ~(cash & no_offer), position[some.codes], codes)
    return Coded(codes, every.values)
