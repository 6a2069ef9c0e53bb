"""The manager's own decision, kept beside the model's: the endpoint `/decide`."""

from typing import Annotated

from pydantic import Field

from lib.decision import Decision
from lib.portfolio import NotFound
from lib.serving.journal import Journal
from lib.serving.keys import CALLER
from lib.serving.messages import ClientId, Message, Probability
from lib.serving.metrics import count_decision

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


class Register:
    """Takes managers' decisions.

    Parameters
    ----------
    journal : Journal
        Holds the scores that are decided on.
    """

    def __init__(self, journal: Journal) -> None:
        self.journal = journal

    def decide(self, request: DecideRequest) -> Decided:
        """Record a manager's decision beside the model's last one on the same client.

        Raises
        ------
        NotFound
            If the journal holds no score of the client.
        """
        score = self.journal.last_score(request.client_id)
        if score is None:
            raise NotFound(
                f"client {request.client_id}",
                "the model has scored the client",
                "ask /client, /score or /explain first",
            )
        at = self.journal.write_decision(CALLER.get(), score.id, request.decision, request.comment)
        count_decision(request.decision, score.decision)
        return Decided(
            client_id=request.client_id,
            decision=request.decision,
            comment=request.comment,
            decided_at=at,
            model_decision=score.decision,
            default_probability=score.default_probability,
            scorer=score.scorer,
        )
