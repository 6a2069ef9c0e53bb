"""POS_CASH_balance, installments_payments, credit_card_balance: how earlier credits went."""

from lib.tables.schema.column import TableSchema, category, columns_of, key, real, whole

_PREVIOUS = key("SK_ID_PREV", "number of the earlier application")
_CLIENT = key("SK_ID_CURR", "number of the client")
_MONTH = whole("MONTHS_BALANCE", "months", "month of the balance")

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
        real("AMT_BALANCE", "amount", "balance"),
        whole("AMT_CREDIT_LIMIT_ACTUAL", "amount", "limit of the card"),
        real("AMT_DRAWINGS_ATM_CURRENT", "amount", "drawn at cash machines"),
        real("AMT_DRAWINGS_CURRENT", "amount", "drawn"),
        real("AMT_DRAWINGS_OTHER_CURRENT", "amount", "drawn in other ways"),
        real("AMT_DRAWINGS_POS_CURRENT", "amount", "drawn by buying goods"),
        real("AMT_INST_MIN_REGULARITY", "amount", "least to be paid"),
        real("AMT_PAYMENT_CURRENT", "amount", "paid"),
        real("AMT_PAYMENT_TOTAL_CURRENT", "amount", "paid in all"),
        real("AMT_RECEIVABLE_PRINCIPAL", "amount", "owed of the principal"),
        real("AMT_RECIVABLE", "amount", "owed"),
        real("AMT_TOTAL_RECEIVABLE", "amount", "owed in all"),
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
