"""`/decide`: the manager's own decision, kept beside the model's."""

from typing import Annotated

from pydantic import Field

from lib.decision import Decision
from lib.serving.wire.base import ClientId, Message, Probability

MOST_COMMENT = 2000


class DecideRequest(Message):
    """Body of `/decide`: what the manager decides on a client whom the model has scored."""

    client_id: ClientId
    decision: Decision
    comment: Annotated[str, Field(max_length=MOST_COMMENT, description="the manager's reasons")] = (
        ""
    )


class Decided(Message):
    """Answer of `/decide`: the entry as it stands in the journal."""

    client_id: ClientId
    decision: Decision
    comment: str
    decided_at: Annotated[str, Field(description="ISO 8601, UTC")]
    model_decision: Decision
    default_probability: Probability
    scorer: str
