"""The model card that `/scorer` gives."""

from lib.scoring import ScorerCard
from lib.serving.model_card import ModelCard
from lib.serving.wire import ScorerCard as Wire
from tests.scoring.world import selection
from tests.serving.server import Served


def test_what_the_scorer_carries_is_what_the_endpoint_gives() -> None:
    card = ScorerCard.from_plain(selection("lightgbm"))
    given = ModelCard.from_plain(card.to_plain())
    assert given.intervals == card.intervals
    assert given.rivals[0].model_dump() == vars(card.rivals[0])
    assert [row.model_dump() for row in given.fairness] == [vars(row) for row in card.fairness]
    assert given.price_of_withholding is not None
    assert (given.limits, given.intended_use) == ([*card.limits], [*card.intended_use])
    assert given.excluded_features == ["gender"]


def test_it_survives_the_wire() -> None:
    given = ModelCard.from_plain(ScorerCard.from_plain(selection("lightgbm")).to_plain())
    assert ModelCard.model_validate_json(given.model_dump_json()) == given
    assert Wire.model_fields["model_card"].annotation is ModelCard


def test_the_endpoint_gives_it(served: Served) -> None:
    answered = Wire.model_validate_json(served.post("scorer").content)
    assert answered.model_card.intervals["auc"] == (0.7, 0.8)
    assert [row.group for row in answered.model_card.fairness] == ["Woman", "Man"]
    assert answered.model_card.limits
