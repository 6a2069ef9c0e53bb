"""The model card as a page: one file, nothing to load."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from lib.scoring.card import METRIC_NAMES
from lib.scoring.scorer import Scorer

CARD_PAGE = "model_card.html"
HERE = Path(__file__).parent
SHOWN_FACTS = 15


def write_card(scorer: Scorer, folder: Path) -> Path:
    """Write a scorer's model card as ``model_card.html`` into a folder, and give its path."""
    page = folder / CARD_PAGE
    page.write_text(card_page(scorer), encoding="utf-8")
    return page


def card_page(scorer: Scorer) -> str:
    """Write a scorer's model card as a page that needs no other file.

    Returns
    -------
    str
        HTML; every value is escaped.
    """
    weights = sorted(scorer.importance.facts.items(), key=lambda pair: -pair[1])[:SHOWN_FACTS]
    return (
        _environment()
        .get_template("card_page.html.j2")
        .render(
            card=scorer.card,
            facts=[(scorer.fact_labels[name].en, weight) for name, weight in weights],
            feature_count=len(scorer.features),
            excluded=[
                scorer.catalogue[name].label.en if name in scorer.catalogue else name
                for name in scorer.card.excluded_features
            ],
            metric_names=METRIC_NAMES,
            style=Markup((HERE / "page.css").read_text(encoding="utf-8")),  # noqa: S704 (our own)
        )
    )


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percent"] = _percent
    environment.filters["signed"] = _signed
    environment.filters["two_decimals"] = _two_decimals
    environment.filters["cost"] = "{:.3f}".format
    environment.filters["money"] = "{:,.0f}".format
    environment.filters["signed_money"] = _signed_money
    return environment


def _signed(number: float) -> str:
    return f"{number:+.3f}".replace("-", "−")


def _signed_money(amount: float) -> str:
    return f"{amount:+,.0f}".replace("-", "−")


def _two_decimals(number: float | None) -> str:
    return "–" if number is None else f"{number:.2f}"


def _percent(share: float | None, decimals: int = 1) -> str:
    return "–" if share is None else f"{100 * share:.{decimals}f}%"
