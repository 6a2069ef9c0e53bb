"""Help for a first day: a short tour of the page, and a glossary behind the words of each card."""

from lib.dashboard.markup import Html, element, join
from lib.dashboard.texts import Language, say, text_id

# Where each step of the tour leads, as the page's script finds it; its name, and what is there.
TOUR = (
    (".finder", text_id("guide.find"), text_id("guide.find_what")),
    (".client-panels > .decision-card", text_id("guide.decision"), text_id("guide.decision_what")),
    (".reasons-card", text_id("guide.reasons"), text_id("guide.reasons_what")),
    (".comparison-card", text_id("guide.comparison"), text_id("guide.comparison_what")),
    (".information-card", text_id("guide.information"), text_id("guide.information_what")),
    (".sim-card", text_id("guide.simulation"), text_id("guide.simulation_what")),
    (".closing-panels", text_id("guide.closing"), text_id("guide.closing_what")),
    (".new-client", text_id("guide.new_client"), text_id("guide.new_client_what")),
)
# Words that need an explanation, and the explanation.
RISK = (text_id("glossary.risk"), text_id("glossary.risk_is"))
THRESHOLD = (text_id("glossary.threshold"), text_id("glossary.threshold_is"))
USEFUL = (text_id("glossary.useful"), text_id("glossary.useful_is"))
EXAMINED = (text_id("glossary.examined"), text_id("glossary.examined_is"))
REASON = (text_id("glossary.reason"), text_id("glossary.reason_is"))
POINTS = (text_id("glossary.points"), text_id("glossary.points_is"))
EXTERNAL = (text_id("glossary.external"), text_id("glossary.external_is"))
MEDIAN = (text_id("glossary.median"), text_id("glossary.median_is"))
SIMILAR = (text_id("glossary.similar"), text_id("glossary.similar_is"))
UNUSUAL = (text_id("glossary.unusual"), text_id("glossary.unusual_is"))
INSTALMENT = (text_id("glossary.instalment"), text_id("glossary.instalment_is"))
# By card, those of its words.
GLOSSARY = {
    "decision": (RISK, THRESHOLD, USEFUL, EXAMINED),
    "reasons": (REASON, POINTS, EXTERNAL),
    "comparison": (MEDIAN, SIMILAR),
    "information": (MEDIAN, UNUSUAL, EXTERNAL),
    "simulation": (RISK, THRESHOLD, INSTALMENT),
}


def write_tour(language: Language) -> Html:
    """Write the tour and all words, folded until they are asked for."""
    steps = (
        element(
            "li",
            element("a", say(language, name), href="#decision", data_leads=place),
            say(language, "guide.step", what=say(language, what)),
        )
        for place, name, what in TOUR
    )
    terms = dict.fromkeys(term for terms in GLOSSARY.values() for term in terms)
    return element(
        "details",
        element("summary", say(language, "guide.title")),
        element("p", say(language, "guide.intro")),
        element("ol", *steps),
        element("h3", say(language, "glossary.title")),
        _write_terms(tuple(terms), language),
        class_="guide",
    )


def explain_words(card: str, language: Language) -> Html:
    """Write the button that explains a card's words, and what it shows.

    Parameters
    ----------
    card : str
        One of `GLOSSARY`.
    language : "fr" or "en"
    """
    place, title = f"glossary-{card}", say(language, "glossary.open")
    return element(
        "button", title, type="button", class_="glossary-open", popovertarget=place
    ) + element(
        "div",
        element("h3", say(language, "glossary.title")),
        _write_terms(GLOSSARY[card], language),
        element(
            "button",
            say(language, "glossary.close"),
            type="button",
            class_="glossary-close",
            popovertarget=place,
            popovertargetaction="hide",
        ),
        id=place,
        popover="auto",
        class_="glossary",
    )


def _write_terms(terms: tuple[tuple[str, str], ...], language: Language) -> Html:
    return element(
        "dl",
        join(
            element("dt", say(language, term)) + element("dd", say(language, explanation))
            for term, explanation in terms
        ),
    )
