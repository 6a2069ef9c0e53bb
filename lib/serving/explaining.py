"""From features to scores and explanations, as messages."""

from collections.abc import Sequence

import numpy as np

from lib.features.description import Text as Words
from lib.scoring.encoder import Features, Floats
from lib.scoring.scorer import Scorer
from lib.serving.wire import Explanation, Reason, Score, Text


def score_clients(
    scorer: Scorer, tag: str, client_ids: Sequence[int | None], clients: Sequence[Features]
) -> list[Score]:
    """Score clients, in their order."""
    probabilities = scorer.default_probabilities(scorer.encode(clients)).tolist()
    return [
        Score(
            client_id=client_id,
            default_probability=probability,
            decision=decision,
            threshold=scorer.threshold,
            coverage=coverage,
            scorer=tag,
        )
        for client_id, probability, decision, coverage in zip(
            client_ids,
            probabilities,
            scorer.decisions(probabilities),
            scorer.encoder.coverage(clients),
            strict=True,
        )
    ]


def explain_clients(
    scorer: Scorer, tag: str, client_ids: Sequence[int | None], clients: Sequence[Features]
) -> list[Explanation]:
    """Score clients with all their reasons, in their order."""
    matrix = scorer.encode(clients)
    scores = score_clients(scorer, tag, client_ids, clients)
    contributions = scorer.contributions(matrix)
    log_odds = scorer.log_odds(matrix).tolist()
    labels = [words(scorer.catalogue[name].label) for name in scorer.features]
    return [
        # Made of values that are valid already: checking hundreds of reasons again would take
        # longer than finding them.
        Explanation.model_construct(
            **dict(score),
            base_probability=scorer.base_probability,
            base_log_odds=scorer.base_log_odds,
            log_odds=log_odds[index],
            reasons=_reasons(scorer.features, labels, features, contributions[index]),
        )
        for index, (score, features) in enumerate(zip(scores, clients, strict=True))
    ]


def _reasons(
    names: Sequence[str], labels: Sequence[Text], features: Features, contributions: Floats
) -> list[Reason]:
    """Give all reasons, the strongest first; equal ones in the model's order."""
    given = contributions.tolist()
    return [
        Reason.model_construct(
            feature=names[index],
            label=labels[index],
            value=features.get(names[index]),
            contribution=given[index],
        )
        for index in np.argsort(-np.abs(contributions), kind="stable").tolist()
    ]


def words(text: Words) -> Text:
    """Give a text of the catalogue as it goes over the wire."""
    return Text(fr=text.fr, en=text.en)
