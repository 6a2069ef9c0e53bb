"""The model card as a message."""

from lib.scoring import Scorer
from lib.serving.explaining import words
from lib.serving.model_card import ModelCard
from lib.serving.wire import Costs, FeatureInfo, ScorerCard


def describe_scorer(scorer: Scorer, tag: str) -> ScorerCard:
    """Show the model card: costs, threshold, metrics, features, origin."""
    card = scorer.card
    return ScorerCard(
        tag=tag,
        candidate=card.candidate,
        created=card.created,
        threshold=card.threshold,
        costs=Costs(**vars(card.costs)),
        base_probability=scorer.base_probability,
        metrics=dict(card.metrics),
        data_fingerprint=card.data_fingerprint,
        clients_trained_on=card.clients_trained_on,
        versions=dict(card.versions),
        features=[describe_feature(scorer, name) for name in scorer.catalogue],
        model_card=ModelCard.from_plain(card.to_plain()),
    )


def describe_feature(scorer: Scorer, name: str) -> FeatureInfo:
    """Say of one feature what a person needs to read it."""
    row = scorer.catalogue[name]
    return FeatureInfo(
        name=name,
        label=words(row.label),
        unit=row.unit,
        family=row.family,
        source=row.source,
        protected=row.protected,
        changeable=row.changeable,
        in_model=name in scorer.features,
        importance=scorer.importance.get(name, 0.0),
        categories={value: words(text) for value, text in row.categories.items()},
    )
