"""Takes managers' decisions into the journal."""

from lib.portfolio import NotFound
from lib.serving.journal import Journal
from lib.serving.keys import CALLER
from lib.serving.metrics import count_decision
from lib.serving.wire import Decided, DecideRequest


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
