"""previous_application: what the clients asked of us before, and what came of it."""

import numpy as np

from lib.synthetic.application import Clients
from lib.synthetic.fitting import highest
from lib.synthetic.marginals import (
    Categories,
    Coded,
    Columns,
    categories,
    coded,
    counts_of_each,
    numbers,
    with_days_code,
    without_rows,
)
from lib.synthetic.scores import Bools, Floats, Ints, mixed

_TABLE = "previous_application"
_FEWER = 0.977  # than rounded counts give

CASH, CONSUMER, REVOLVING = "Cash loans", "Consumer loans", "Revolving loans"
_OUTCOMES = {  # shares of refused, cancelled, unused offers; the rest is approved
    CASH: (0.22, 0.35, 0.0),
    CONSUMER: (0.098, 0.005, 0.037),
    REVOLVING: (0.235, 0.245, 0.0),
}
# upper bounds for goods and cash, the rest being cards; together they make the real shares
_FIRST_KINDS, _LATER_KINDS, _LATER_KINDS_IN_TEST = (0.94, 0.997), (0.284, 0.855), (0.275, 0.83)
_BEGUN = 0.997  # nearly all who asked before have repaid us something
_CARD_GIVEN, _CARD_GIVEN_IN_TEST = 0.78, 0.82  # of those who ever asked for one
_TABLE = "previous_application"


def earlier_applications(rng: np.random.Generator, clients: Clients, first_id: int) -> Columns:
    """Draw the earlier applications of a block of clients; numbers from `first_id` on."""
    owner = _owners(rng, clients)
    risk, size = clients.risk[owner], len(owner)
    first = np.diff(owner, prepend=-1) > 0
    in_train = clients.in_train[owner]
    kind = kinds_of_credit(rng, first, in_train)
    refusable = mixed(rng, [(0.40, clients.risk)])[owner]
    granted = granted_anyway(rng, owner, kind, first, in_train)
    status = outcomes(rng, kind, refusable, granted)
    habit = mixed(rng, [(0.22, clients.risk)])[owner]
    days = days_of_decision(mixed(rng, [(0.55, habit)]), kind, status, first)
    columns: Columns = {
        "SK_ID_PREV": first_id + rng.permutation(size),
        "SK_ID_CURR": clients.client_id[owner],
        "NAME_CONTRACT_TYPE": kind,
        "NAME_CONTRACT_STATUS": status,
        "DAYS_DECISION": days,
        **_unbound(rng, risk),
        **_amounts(rng, clients, owner, kind, status),
        **_dates(rng, kind, status, days),
    }
    no_offer = np.isnan(np.asarray(columns["AMT_ANNUITY"]))
    return columns | products(rng, kind, status, no_offer)


def _of(name: str, score: Floats) -> Floats:
    return numbers(f"{_TABLE}.{name}").of(score)


def _category(name: str) -> Categories:
    return categories(f"{_TABLE}.{name}")


def _owners(rng: np.random.Generator, clients: Clients) -> Ints:
    counts = counts_of_each(_TABLE, mixed(rng, [(0.03, clients.risk)]), clients.in_train)
    counts = np.floor(counts * _FEWER + rng.random(len(clients))).astype(np.int64)
    counts[rng.random(len(clients)) < without_rows(_TABLE, clients.in_train)] = 0
    return np.repeat(np.arange(len(clients)), counts)


def _unbound(rng: np.random.Generator, risk: Floats) -> Columns:
    size = len(risk)
    columns: Columns = {
        name: _category(name).of(rng.standard_normal(size))
        for name in (
            "WEEKDAY_APPR_PROCESS_START",
            "FLAG_LAST_APPL_PER_CONTRACT",
            "NAME_CLIENT_TYPE",
            "NAME_TYPE_SUITE",
        )
    }
    columns["NAME_TYPE_SUITE"] = coded(columns, "NAME_TYPE_SUITE").without(rng.random(size) < 0.494)
    hour = _of("HOUR_APPR_PROCESS_START", mixed(rng, [(-0.09, risk)]))
    columns["HOUR_APPR_PROCESS_START"] = np.round(hour)
    columns["NFLAG_LAST_APPL_IN_DAY"] = (rng.random(size) < 0.9967).astype(np.float64)
    return columns


def _amounts(
    rng: np.random.Generator,
    clients: Clients,
    owner: Ints,
    kind: Coded,
    status: Coded,
) -> Columns:
    """Draw what was asked for and granted; nothing was named where no offer came about."""
    size, risk = len(owner), clients.risk[owner]
    means = clients.scores["AMT_CREDIT"][owner]
    wanted = mixed(rng, [(0.35, means), (-0.1, risk)]) + 1.3 * kind.equals(CASH)
    nothing = status.equals("Canceled") | (status.equals("Refused") & (rng.random(size) < 0.2))
    price = numbers(f"{_TABLE}.AMT_GOODS_PRICE").by_rank(wanted)
    price = np.round(price.clip(min=4500.0), 2)
    credit = np.round(price * np.clip(rng.normal(1.06, 0.10, size), 0.75, 1.4), 1)
    kept = np.maximum(0.0, credit)
    payments = np.clip(
        np.round(_of("CNT_PAYMENT", mixed(rng, [(0.45, wanted / 1.2), (0.05, risk)])) / 6) * 6,
        4,
        60,
    )
    revolving = kind.equals(REVOLVING)
    payments = np.where(revolving, 0.0, payments)
    annuity = np.where(
        revolving,
        np.round(credit * 0.05, 1),
        np.round(credit / np.maximum(payments, 4) * rng.uniform(1.05, 1.45, size), 2),
    )
    down, rate = _down_payment(rng, kind, price, risk)
    interest = rng.random(size) < 0.00415
    return {
        "AMT_APPLICATION": np.where(nothing, 0.0, price),
        "AMT_CREDIT": np.where(nothing & (rng.random(size) < 0.88), 0.0, kept),
        "AMT_ANNUITY": np.where(nothing, np.nan, annuity),
        "AMT_GOODS_PRICE": np.where(nothing, np.nan, price),
        "CNT_PAYMENT": np.where(nothing, np.nan, payments),
        "AMT_DOWN_PAYMENT": np.where(nothing, np.nan, down),
        "RATE_DOWN_PAYMENT": np.where(nothing, np.nan, rate),
        "RATE_INTEREST_PRIMARY": np.where(
            interest, _of("RATE_INTEREST_PRIMARY", rng.standard_normal(size)), np.nan
        ),
        "RATE_INTEREST_PRIVILEGED": np.where(
            interest, _of("RATE_INTEREST_PRIVILEGED", rng.standard_normal(size)), np.nan
        ),
    }


def _down_payment(
    rng: np.random.Generator, kind: Coded, price: Floats, risk: Floats
) -> tuple[Floats, Floats]:
    size = len(price)
    asked = kind.equals(CONSUMER) | (rng.random(size) < 0.16)
    rate = np.clip(_of("RATE_DOWN_PAYMENT", mixed(rng, [(-0.15, risk)])), 0, 0.9)
    return np.where(asked, np.round(rate * price, 1), np.nan), np.where(asked, rate, np.nan)


def _dates(rng: np.random.Generator, kind: Coded, status: Coded, days: Floats) -> Columns:
    """Draw the dates of what was approved; those still ahead or unknown are 365243."""
    size = len(days)
    approved = status.equals("Approved") & (rng.random(size) < 0.959)
    first = days + rng.integers(14, 45, size)
    length = np.round(_of("CNT_PAYMENT", rng.standard_normal(size)) / 2) * 60 + 120
    planned = first + length
    last = np.minimum(planned, first + length * rng.uniform(0.5, 1.05, size))
    running = (last >= -30) | (rng.random(size) < 0.03)
    revolving = kind.equals(REVOLVING)
    drawn = revolving & (rng.random(size) < 0.60)
    ends = {
        "DAYS_FIRST_DRAWING": with_days_code(
            np.minimum(-1, days + rng.integers(0, 90, size)), ~drawn
        ),
        "DAYS_FIRST_DUE": with_days_code(first, (first >= 0) | (revolving & ~drawn)),
        "DAYS_LAST_DUE_1ST_VERSION": with_days_code(planned, revolving),
        "DAYS_LAST_DUE": with_days_code(last, running | revolving),
        "DAYS_TERMINATION": with_days_code(last + rng.integers(2, 20, size), running | revolving),
    }
    insured = (rng.random(size) < 0.338).astype(np.float64)
    dated: Columns = {
        name: np.where(approved, np.round(value), np.nan) for name, value in ends.items()
    }
    return dated | {"NFLAG_INSURED_ON_APPROVAL": np.where(approved, insured, np.nan)}


def kinds_of_credit(rng: np.random.Generator, first: Bools, in_train: Bools) -> Coded:
    """Draw kinds of credit: most clients began with one for goods; later come cash and cards."""
    draw = rng.random(len(first))
    later = np.where(
        in_train,
        np.searchsorted(_LATER_KINDS, draw),
        np.searchsorted(_LATER_KINDS_IN_TEST, draw),
    )
    codes = np.where(first, np.searchsorted(_FIRST_KINDS, draw), later)
    kinds = Coded(np.minimum(codes, 2), (CONSUMER, CASH, REVOLVING))
    return kinds.where(rng.random(len(first)) < 0.0003, "XNA")


def granted_anyway(
    rng: np.random.Generator, owner: Ints, kind: Coded, first: Bools, in_train: Bools
) -> Bools:
    """Mark what is approved in any case: what was asked first, and one card of most who asked."""
    asked = np.flatnonzero(kind.equals(REVOLVING))
    client, place = np.unique(owner[asked], return_index=True)
    given = np.where(in_train[asked[place]], _CARD_GIVEN, _CARD_GIVEN_IN_TEST)
    granted = first & (rng.random(len(first)) < _BEGUN)
    granted[asked[place]] = rng.random(len(client)) < given
    return granted


def outcomes(rng: np.random.Generator, kind: Coded, refusable: Floats, granted: Bools) -> Coded:
    """Refuse those whom we found wanting, cancel some of the rest."""
    codes = np.full(len(kind.codes), 3, dtype=np.int64)
    score = mixed(rng, [(0.75, refusable)])
    for name, shares in _OUTCOMES.items():
        rows = np.flatnonzero(kind.equals(name))
        later = rows[~granted[rows]]
        codes[rows] = 0
        refused, cancelled, unused = np.array(shares) * len(rows) / max(1, len(later))
        draw = rng.random(len(later)) * (1 - min(refused, 1.0))
        rest = np.where(draw < cancelled, 1, np.where(draw < cancelled + unused, 3, 0))
        codes[later] = np.where(highest(score[later], min(refused, 1.0)), 2, rest)
    codes[kind.equals("XNA")] = 1
    return Coded(codes, ("Approved", "Canceled", "Refused", "Unused offer"))


def days_of_decision(score: Floats, kind: Coded, status: Coded, first: Bools) -> Floats:
    """Draw when it was asked: goods first, cash of late, and what came to nothing later still."""
    later = 0.2 * kind.equals(CASH) + 0.5 * kind.equals(REVOLVING)
    nothing = 0.15 * status.equals("Canceled") + 0.15 * status.equals("Refused")
    when = score + 2.5 * first * np.minimum(0.0, score + 0.6) + later + nothing
    return np.round(numbers("previous_application.DAYS_DECISION").by_rank(when))


def products(
    rng: np.random.Generator, kind: Coded, status: Coded, no_offer: Bools
) -> dict[str, Coded | Floats]:
    """Draw them for all rows; XNA and XAP where there is nothing to say."""
    size = len(kind.codes)
    cash, card = kind.equals(CASH), kind.equals(REVOLVING)
    goods = kind.equals(CONSUMER)
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
