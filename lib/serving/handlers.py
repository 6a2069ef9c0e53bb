"""One function an endpoint: request message in, response message out.

They are pure given a scorer and a portfolio: no HTTP, no settings, no BentoML.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lib.decision import Decision
from lib.portfolio import Condition, Portfolio
from lib.scoring import Scorer
from lib.serving import messages as wire
from lib.serving.explaining import explain_clients, score_clients, words
from lib.serving.model_card import ModelCard

OUTSIDE_FEATURES = frozenset({"client_id", "defaulted", "default_probability", "decision"})


@dataclass(frozen=True)
class Desk:
    """What is needed to answer requests.

    Parameters
    ----------
    scorer : Scorer
        What is deployed.
    tag : str
        Its tag in the store.
    portfolio : Portfolio
        The known clients.
    """

    scorer: Scorer
    tag: str
    portfolio: Portfolio

    def score(self, request: wire.ScoreRequest) -> wire.Scores:
        """Score clients by their features: default probability, decision and threshold."""
        ids, features = _taken_apart(request)
        return wire.Scores(scores=score_clients(self.scorer, self.tag, ids, features))

    def explain(self, request: wire.ScoreRequest) -> wire.Explanations:
        """Score clients by their features, with the reasons, which sum to the log-odds."""
        ids, features = _taken_apart(request)
        explained = explain_clients(self.scorer, self.tag, ids, features)
        return wire.Explanations.model_construct(explanations=explained)

    def client(self, request: wire.ClientRequest) -> wire.ClientFile:
        """Give all that is known of one client, with the explanation of the score."""
        row = self.portfolio.client(request.client_id)
        features = _features(row)
        known = {name: features[name] for name in self.scorer.features if name in features}
        explained = explain_clients(self.scorer, self.tag, [request.client_id], [known])
        return wire.ClientFile.model_construct(
            client_id=request.client_id,
            defaulted=row["defaulted"],
            features=features,
            explanation=explained[0],
        )

    def search(self, request: wire.SearchRequest) -> wire.ClientPage:
        """List the known clients for whom all filters hold, a page at a time."""
        found = self.portfolio.search(
            _conditions(request.filters),
            sort=request.sort,
            descending=request.descending,
            page=request.page,
            page_size=request.page_size,
            features=request.features,
        )
        return wire.ClientPage(
            total=found.total,
            page=request.page,
            page_size=request.page_size,
            clients=[
                wire.ClientSummary(
                    client_id=row["client_id"],
                    default_probability=row["default_probability"],
                    decision=row["decision"],
                    features={name: row[name] for name in request.features},
                )
                for row in found.rows
            ],
        )

    def compare(self, request: wire.CompareRequest) -> wire.Comparison:
        """Show how a group's values of one feature are spread, and where a client stands."""
        value = self._value_of(request.client_id, request.feature)
        conditions = group_conditions(request.group)
        told = self.portfolio.compare(request.feature, conditions, bins=request.bins, value=value)
        return wire.Comparison(
            feature=request.feature,
            group_size=told.group_size,
            missing_share=told.missing_share,
            value=value,
            percentile=told.percentile,
            counts=told.counts,
            bin_edges=told.bin_edges,
            categories=told.categories,
            quantiles=_by_name(told.quantiles) if told.quantiles else None,
        )

    def card(self, request: wire.ScorerRequest) -> wire.ScorerCard:
        """Show the model card: costs, threshold, metrics, features, origin."""
        scorer, card = self.scorer, self.scorer.card
        return wire.ScorerCard(
            tag=self.tag,
            candidate=card.candidate,
            created=card.created,
            threshold=card.threshold,
            costs=wire.Costs(**vars(card.costs)),
            base_probability=scorer.base_probability,
            metrics=dict(card.metrics),
            data_fingerprint=card.data_fingerprint,
            clients_trained_on=card.clients_trained_on,
            versions=dict(card.versions),
            features=[self._described(name) for name in scorer.catalogue],
            model_card=ModelCard.from_plain(card.to_plain()),
        )

    def _value_of(self, client_id: int | None, feature: str) -> float | str | None:
        if client_id is None:
            return None
        return self.portfolio.client(client_id).get(feature)

    def _described(self, name: str) -> wire.FeatureInfo:
        row = self.scorer.catalogue[name]
        return wire.FeatureInfo(
            name=name,
            label=words(row.label),
            unit=row.unit,
            family=row.family,
            source=row.source,
            protected=row.protected,
            changeable=row.changeable,
            in_model=name in self.scorer.features,
            importance=self.scorer.importance.get(name, 0.0),
            categories={value: words(text) for value, text in row.categories.items()},
        )


def group_conditions(group: wire.Group) -> list[Condition]:
    """Say which clients belong to a group.

    Examples
    --------
    >>> group_conditions(wire.Group(kind="granted"))[0].categories
    ('grant',)
    """
    conditions = _conditions(group.filters)
    decisions = {"granted": Decision.GRANT, "refused": Decision.REFUSE}
    if group.kind in decisions:
        decision = decisions[group.kind].value
        conditions.append(Condition("decision", categories=(decision,)))
    return conditions


def _conditions(filters: list[wire.Filter]) -> list[Condition]:
    return [
        Condition(
            one.feature,
            one.minimum,
            one.maximum,
            None if one.categories is None else tuple(one.categories),
        )
        for one in filters
    ]


def _taken_apart(
    request: wire.ScoreRequest,
) -> tuple[list[int | None], list[Mapping[str, float | str | None]]]:
    return (
        [client.client_id for client in request.clients],
        [client.features for client in request.clients],
    )


def _features(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in OUTSIDE_FEATURES}


def _by_name(quantiles: Mapping[float, float]) -> dict[str, float]:
    return {str(share): at for share, at in quantiles.items()}
