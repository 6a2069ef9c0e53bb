"""One function an endpoint: request message in, response message out.

They are pure given a scorer and a portfolio: no HTTP, no settings, no BentoML.
"""

from lib.features.one_client import ClientFeatures, DerivedFeatures
from lib.portfolio import Portfolio
from lib.scoring.scorer import Scorer
from lib.serving import wire as wire
from lib.serving.applying import score_application
from lib.serving.comparing import compare_clients
from lib.serving.explaining import explain_clients, score_clients
from lib.serving.known import client_file, page_of_clients, similar_clients
from lib.serving.overseeing import oversee
from lib.serving.simulating import change_client, recourse_of_client


class Desk:
    """What is needed to answer requests; made once, used by many threads.

    Parameters
    ----------
    scorer : Scorer
        What is deployed.
    tag : str
        Its tag in the store.
    portfolio : Portfolio
        The known clients.
    """

    def __init__(self, scorer: Scorer, tag: str, portfolio: Portfolio) -> None:
        self.scorer = scorer
        self.tag = tag
        self.portfolio = portfolio
        self.client_features = ClientFeatures(scorer.feature_code)
        self.follow = DerivedFeatures(scorer.feature_code.derived)

    def score(self, request: wire.ScoreRequest) -> wire.Scores:
        """Score clients by their features: default probability, decision and threshold."""
        ids = [client.client_id for client in request.clients]
        features = [client.features for client in request.clients]
        return wire.Scores(scores=score_clients(self.scorer, self.tag, ids, features))

    def explain(self, request: wire.ScoreRequest) -> wire.Explanations:
        """Score clients by their features, with the reasons, which sum to the log-odds."""
        ids = [client.client_id for client in request.clients]
        features = [client.features for client in request.clients]
        explained = explain_clients(self.scorer, self.tag, ids, features)
        return wire.Explanations.model_construct(explanations=explained)

    def score_application(self, request: wire.ApplicationRequest) -> wire.ScoredApplication:
        """Score a new client by raw records, with the features worked out and the reasons."""
        return score_application(self.scorer, self.tag, self.client_features, request)

    def client(self, request: wire.ClientRequest) -> wire.ClientFile:
        """Give all that is known of one client, with the explanation of the score."""
        return client_file(self.portfolio, self.scorer, self.tag, request)

    def search(self, request: wire.SearchRequest) -> wire.ClientPage:
        """List the known clients for whom all filters hold, a page at a time."""
        return page_of_clients(self.portfolio, request)

    def similar(self, request: wire.SimilarRequest) -> wire.SimilarClients:
        """List the clients most like one in what drives the score, and what became of them."""
        return similar_clients(self.portfolio, self.scorer, request)

    def compare(self, request: wire.CompareRequest) -> wire.Comparison:
        """Show how a group is spread over one or two features, and where a client stands."""
        return compare_clients(self.portfolio, self.scorer, request)

    def what_if(self, request: wire.WhatIfRequest) -> wire.WhatIf:
        """Score a known client before and after changes, with what follows from them."""
        return change_client(self.portfolio, self.scorer, self.tag, self.follow, request)

    def recourse(self, request: wire.RecourseRequest) -> wire.Recourse:
        """Search the smallest changes that would turn a refusal into a grant."""
        return recourse_of_client(self.portfolio, self.scorer, self.tag, self.follow, request)

    def overview(self, request: wire.PortfolioRequest) -> wire.PortfolioOverview:
        """Show all clients together by risk and segment, and why clients are refused."""
        return oversee(self.portfolio, self.scorer, request)

    def card(self, _: wire.ScorerRequest) -> wire.ScorerCard:
        """Show the model card: costs, threshold, metrics, features, origin."""
        return self.scorer.describe(self.tag)
