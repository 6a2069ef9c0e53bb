"""The model card that `/scorer` gives."""

from lib.scoring.card import ModelCard, ScorerCard
from lib.scoring.scorer import Scorer
from tests.serving.server import Served


def test_it_is_the_scorers_own_card_with_its_features(
    served: Served, scorers: dict[str, Scorer]
) -> None:
    scorer = scorers["lightgbm"]
    given = ScorerCard.model_validate_json(served.post("scorer").content)
    assert given == scorer.describe(given.tag)
    assert {name: getattr(given, name) for name in ModelCard.model_fields} == dict(scorer.card)
    assert [info.name for info in given.features if info.in_model] == sorted(scorer.features)
