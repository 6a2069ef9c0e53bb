"""The client's history with us: earlier applications, and how the credits among them went."""

from dataclasses import replace

from lib.decision import ANYTHING
from lib.tables.schema.column import (
    COMPANIONS,
    IN_THE_PAST,
    WEEKDAYS,
    TableSchema,
    category,
    columns_of,
    key,
    real,
    whole,
)

_PREVIOUS = key("SK_ID_PREV", "number of the earlier application")
_CLIENT = key("SK_ID_CURR", "number of the client")
_MONTH = whole("MONTHS_BALANCE", "months", "month of the balance")
_SELLERPLACE = whole("SELLERPLACE_AREA", "number", "selling area of the seller")

PREVIOUS_APPLICATION = TableSchema(
    "previous_application",
    "an earlier application of the client with us",
    columns_of(
        _PREVIOUS,
        _CLIENT,
        category(
            "NAME_CONTRACT_TYPE", "kind of credit", "Cash loans|Consumer loans|Revolving loans"
        ),
        real("AMT_ANNUITY", "amount", "what was to be paid each time"),
        real("AMT_APPLICATION", "amount", "asked for"),
        real("AMT_CREDIT", "amount", "granted"),
        # The lender's own arithmetic leaves some down payments a little below 0.
        real("AMT_DOWN_PAYMENT", "amount", "paid at once", ANYTHING),
        real("AMT_GOODS_PRICE", "amount", "price of the goods"),
        category("WEEKDAY_APPR_PROCESS_START", "weekday of the application", WEEKDAYS),
        whole("HOUR_APPR_PROCESS_START", "hour", "hour of the application"),
        category("FLAG_LAST_APPL_PER_CONTRACT", "last application of its contract", "Y|N"),
        whole("NFLAG_LAST_APPL_IN_DAY", "flag", "last application of its day"),
        real("RATE_DOWN_PAYMENT", "share", "down payment in relation to the credit", (None, 1)),
        real("RATE_INTEREST_PRIMARY", "share", "interest rate, scaled"),
        real("RATE_INTEREST_PRIVILEGED", "share", "preferential interest rate, scaled"),
        category(
            "NAME_CASH_LOAN_PURPOSE",
            "what the cash was for",
            "Repairs|Other|Urgent needs|Buying a used car|Building a house or an annex"
            "|Everyday expenses|Payments on other loans|Medicine|Education|Journey"
            "|Purchase of electronic equipment|Buying a new car|Wedding / gift / holiday"
            "|Buying a home|Car repairs|Furniture|Buying a holiday home / land"
            "|Business development|Gasification / water supply|Buying a garage|Hobby"
            "|Money for a third person|Refusal to name the goal",
        ),
        category(
            "NAME_CONTRACT_STATUS", "what came of it", "Approved|Canceled|Refused|Unused offer"
        ),
        whole("DAYS_DECISION", "days", "the decision", IN_THE_PAST),
        category(
            "NAME_PAYMENT_TYPE",
            "how it was to be paid back",
            "Cash through the bank|Non-cash from your account"
            "|Cashless from the account of the employer",
        ),
        category(
            "CODE_REJECT_REASON",
            "why it was refused; missing where it was not",
            "HC|LIMIT|SCO|CLIENT|SCOFR|VERIF|SYSTEM",
        ),
        category("NAME_TYPE_SUITE", "who came along to apply", COMPANIONS),
        category("NAME_CLIENT_TYPE", "new client or an old one", "Repeater|New|Refreshed"),
        category(
            "NAME_GOODS_CATEGORY",
            "kind of goods",
            "Mobile|Consumer Electronics|Computers|Audio/Video|Furniture|Construction Materials"
            "|Clothing and Accessories|Photo / Cinema Equipment|Auto Accessories|Jewelry"
            "|Homewares|Medical Supplies|Vehicles|Sport and Leisure|Gardening|Other"
            "|Office Appliances|Tourism|Medicine|Direct Sales|Fitness|Additional Service"
            "|Education|Weapon|Insurance|House Construction|Animals",
        ),
        category("NAME_PORTFOLIO", "kind of business", "POS|Cash|Cards|Cars"),
        category("NAME_PRODUCT_TYPE", "how the client came to it", "x-sell|walk-in"),
        category(
            "CHANNEL_TYPE",
            "where the client applied",
            "Credit and cash offices|Country-wide|Stone|Regional / Local|Contact center"
            "|AP+ (Cash loan)|Channel of corporate sales|Car dealer",
        ),
        replace(_SELLERPLACE, missing_codes=(-1,)),
        category(
            "NAME_SELLER_INDUSTRY",
            "trade of the seller",
            "Consumer electronics|Connectivity|Furniture|Construction|Clothing|Industry"
            "|Auto technology|Jewelry|MLM partners|Tourism",
        ),
        real("CNT_PAYMENT", "count", "payments agreed"),
        category(
            "NAME_YIELD_GROUP", "level of the interest rate", "low_action|low_normal|middle|high"
        ),
        category(
            "PRODUCT_COMBINATION",
            "product in detail",
            "Cash|POS household with interest|POS mobile with interest|Cash X-Sell: middle"
            "|Cash X-Sell: low|Card Street|POS industry with interest"
            "|POS household without interest|Card X-Sell|Cash Street: high|Cash X-Sell: high"
            "|Cash Street: middle|Cash Street: low|POS other with interest"
            "|POS mobile without interest|POS industry without interest"
            "|POS others without interest",
        ),
        real("DAYS_FIRST_DRAWING", "days", "first drawing of the credit"),
        real("DAYS_FIRST_DUE", "days", "first due date"),
        real("DAYS_LAST_DUE_1ST_VERSION", "days", "last due date as first agreed"),
        real("DAYS_LAST_DUE", "days", "last due date"),
        real("DAYS_TERMINATION", "days", "expected end of the contract"),
        real("NFLAG_INSURED_ON_APPROVAL", "flag", "the client took an insurance"),
    ),
    key="SK_ID_PREV",
    parent="application",
    parent_key="SK_ID_CURR",
)

POS_CASH_BALANCE = TableSchema(
    "POS_CASH_balance",
    "a month of an earlier cash or consumer credit with us",
    columns_of(
        _PREVIOUS,
        _CLIENT,
        _MONTH,
        real("CNT_INSTALMENT", "count", "instalments agreed, which may change"),
        real("CNT_INSTALMENT_FUTURE", "count", "instalments left"),
        category(
            "NAME_CONTRACT_STATUS",
            "where the credit stands",
            "Active|Completed|Signed|Demand|Returned to the store|Approved|Amortized debt|Canceled",
        ),
        whole("SK_DPD", "count", "days past due"),
        whole("SK_DPD_DEF", "count", "days past due, small amounts left out"),
    ),
    parent="application",
    parent_key="SK_ID_CURR",
)

INSTALLMENTS_PAYMENTS = TableSchema(
    "installments_payments",
    "a payment of an instalment, or an instalment not paid, of an earlier credit with us",
    columns_of(
        _PREVIOUS,
        _CLIENT,
        real("NUM_INSTALMENT_VERSION", "number", "version of the calendar; 0 is a credit card"),
        whole("NUM_INSTALMENT_NUMBER", "number", "which instalment"),
        real("DAYS_INSTALMENT", "days", "when it was due"),
        real("DAYS_ENTRY_PAYMENT", "days", "when it was paid"),
        real("AMT_INSTALMENT", "amount", "due"),
        real("AMT_PAYMENT", "amount", "paid"),
    ),
    parent="application",
    parent_key="SK_ID_CURR",
)

CREDIT_CARD_BALANCE = TableSchema(
    "credit_card_balance",
    "a month of an earlier credit card with us",
    columns_of(
        _PREVIOUS,
        _CLIENT,
        _MONTH,
        # Balances, drawings and debts are below 0 where something was paid back or booked off.
        real("AMT_BALANCE", "amount", "balance", ANYTHING),
        whole("AMT_CREDIT_LIMIT_ACTUAL", "amount", "limit of the card"),
        real("AMT_DRAWINGS_ATM_CURRENT", "amount", "drawn at cash machines", ANYTHING),
        real("AMT_DRAWINGS_CURRENT", "amount", "drawn", ANYTHING),
        real("AMT_DRAWINGS_OTHER_CURRENT", "amount", "drawn in other ways", ANYTHING),
        real("AMT_DRAWINGS_POS_CURRENT", "amount", "drawn by buying goods", ANYTHING),
        real("AMT_INST_MIN_REGULARITY", "amount", "least to be paid"),
        real("AMT_PAYMENT_CURRENT", "amount", "paid"),
        real("AMT_PAYMENT_TOTAL_CURRENT", "amount", "paid in all"),
        real("AMT_RECEIVABLE_PRINCIPAL", "amount", "owed of the principal", ANYTHING),
        real("AMT_RECIVABLE", "amount", "owed", ANYTHING),
        real("AMT_TOTAL_RECEIVABLE", "amount", "owed in all", ANYTHING),
        real("CNT_DRAWINGS_ATM_CURRENT", "count", "drawings at cash machines"),
        whole("CNT_DRAWINGS_CURRENT", "count", "drawings"),
        real("CNT_DRAWINGS_OTHER_CURRENT", "count", "drawings in other ways"),
        real("CNT_DRAWINGS_POS_CURRENT", "count", "drawings by buying goods"),
        real("CNT_INSTALMENT_MATURE_CUM", "count", "instalments paid so far"),
        category(
            "NAME_CONTRACT_STATUS",
            "where the card stands",
            "Active|Completed|Signed|Demand|Sent proposal|Refused|Approved",
        ),
        whole("SK_DPD", "count", "days past due"),
        whole("SK_DPD_DEF", "count", "days past due, small amounts left out"),
    ),
    parent="application",
    parent_key="SK_ID_CURR",
)
