"""From the raw records of a new client to features, score and reasons."""

from lib.features.one_client import ClientFeatures
from lib.scoring.scorer import Scorer
from lib.serving.explaining import explain_clients
from lib.serving.wire import ApplicationRequest, ScoredApplication

# A new client's outcome is not known: that is the table for it.
APPLICATION_TABLE = "application_test"
NOT_FEATURES = frozenset({"client_id", "target"})


def score_application(
    scorer: Scorer, tag: str, client_features: ClientFeatures, request: ApplicationRequest
) -> ScoredApplication:
    """Work the features out, by the code of the batch, and explain the score that they lead to.

    Raises
    ------
    InvalidInput
        If a table or a column is unknown, a value is of a wrong type, a key is missing, or a row is
        not of this client.
    """
    records = {name: getattr(request, name) for name in type(request).model_fields}
    records[APPLICATION_TABLE] = [records.pop("application")]
    (row,) = client_features(records)
    client_id = row["client_id"]
    features = {name: value for name, value in row.items() if name not in NOT_FEATURES}
    (explanation,) = explain_clients(scorer, tag, [client_id], [features])
    return ScoredApplication.model_construct(
        client_id=client_id, features=features, explanation=explanation
    )
