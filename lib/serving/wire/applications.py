"""`/score_application`: from the raw records of one new client to score and reasons."""

from typing import Annotated

from pydantic import Field, StrictInt

from lib.serving.examples import EXAMPLE_APPLICATION
from lib.serving.wire.base import ClientId, Message, Number, Value, shown_by
from lib.serving.wire.scores import Explanation

MOST_ROWS = 10_000

# A key has up to 64 bits, more than a float holds: whole numbers stay whole.
Cell = StrictInt | Number | str | None
Record = dict[str, Cell]
History = Annotated[list[Record], Field(max_length=MOST_ROWS)]


class ApplicationRequest(Message):
    """Body of `/score_application`: rows of the raw tables, by Kaggle's column names.

    A column left out counts as missing, a history left out as empty. Rows of a history carry the
    keys that they have in Kaggle's tables.
    """

    model_config = shown_by(EXAMPLE_APPLICATION)

    application: Annotated[
        Record, Field(description="the client's row of application_test; SK_ID_CURR is needed")
    ]
    bureau: History = Field(default_factory=list)
    bureau_balance: History = Field(default_factory=list)
    previous_application: History = Field(default_factory=list)
    POS_CASH_balance: History = Field(default_factory=list)
    installments_payments: History = Field(default_factory=list)
    credit_card_balance: History = Field(default_factory=list)


class ScoredApplication(Message):
    """Answer of `/score_application`: the features worked out, and what they lead to."""

    client_id: ClientId
    features: dict[str, Value]
    explanation: Explanation
