"""bureau and bureau_balance: the client's credits elsewhere, as the credit bureau reports them."""

from lib.decision import ANYTHING
from lib.tables.schema.column import (
    IN_THE_PAST,
    TableSchema,
    category,
    columns_of,
    key,
    real,
    whole,
)

BUREAU = TableSchema(
    "bureau",
    "a credit of the client elsewhere",
    columns_of(
        key("SK_ID_CURR", "number of the client"),
        key("SK_ID_BUREAU", "number of the credit at the bureau"),
        category("CREDIT_ACTIVE", "where the credit stands", "Active|Closed|Sold|Bad debt"),
        category(
            "CREDIT_CURRENCY", "currency, recoded", "currency 1|currency 2|currency 3|currency 4"
        ),
        whole("DAYS_CREDIT", "days", "the client asked for this credit", IN_THE_PAST),
        whole("CREDIT_DAY_OVERDUE", "count", "days past due at the application"),
        real("DAYS_CREDIT_ENDDATE", "days", "planned end, at the application"),
        real("DAYS_ENDDATE_FACT", "days", "actual end, of closed credits"),
        real("AMT_CREDIT_MAX_OVERDUE", "amount", "largest amount overdue so far"),
        whole("CNT_CREDIT_PROLONG", "count", "how often it was prolonged"),
        real("AMT_CREDIT_SUM", "amount", "credit granted"),
        # Below 0 where the client has paid too much.
        real("AMT_CREDIT_SUM_DEBT", "amount", "still owed", ANYTHING),
        real("AMT_CREDIT_SUM_LIMIT", "amount", "limit of the credit card", ANYTHING),
        real("AMT_CREDIT_SUM_OVERDUE", "amount", "overdue now"),
        category(
            "CREDIT_TYPE",
            "kind of credit",
            "Consumer credit|Credit card|Car loan|Mortgage|Microloan|Loan for business development"
            "|Another type of loan|Loan for working capital replenishment|Unknown type of loan"
            "|Cash loan (non-earmarked)|Real estate loan|Loan for the purchase of equipment"
            "|Loan for purchase of shares (margin lending)|Interbank credit|Mobile operator loan",
        ),
        whole("DAYS_CREDIT_UPDATE", "days", "last news from the bureau"),
        real("AMT_ANNUITY", "amount", "what is to be paid each time"),
    ),
    key="SK_ID_BUREAU",
    parent="application",
    parent_key="SK_ID_CURR",
)

BUREAU_BALANCE = TableSchema(
    "bureau_balance",
    "a month of a credit elsewhere",
    columns_of(
        key("SK_ID_BUREAU", "number of the credit at the bureau"),
        whole("MONTHS_BALANCE", "months", "month of the status"),
        category(
            "STATUS",
            "C closed, X unknown, 0 not late, 1 to 5 later and later (5: over 120 days, or sold)",
            "C|X|0|1|2|3|4|5",
        ),
    ),
    client_key=None,
    parent="bureau",
    parent_key="SK_ID_BUREAU",
)
