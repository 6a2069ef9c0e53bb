"""The card's English words in French: the card and the directions of features have them in English.

Sentences are known as wholes, or by a pattern whose figures and names are carried over; what is
made of known parts is put together. What is not known stays English, and is marked so.
"""

import re
from collections.abc import Callable

from lib.features.description import french_number

PHRASES = {
    # What the scorer is for.
    "Helps a manager of the lender decide about a private client's application for a consumer "
    "credit, and tell the client the reasons.": "Aide un chargé de clientèle du prêteur à décider "
    "de la demande de crédit à la consommation d’un particulier et à lui en dire les raisons.",
    "The manager decides: a refusal is looked at by a person before the client is told.": "Le "
    "chargé de clientèle décide : une personne regarde un refus avant que le client l’apprenne.",
    "Not for other lenders, other credits, companies, or any purpose beside granting credit.": "Ni "
    "pour d’autres prêteurs, ni pour d’autres crédits, ni pour des entreprises, ni à une autre fin "
    "que l’octroi d’un crédit.",
    # What the figures do not tell.
    "Only clients who were given a credit have an outcome: of those refused in the past nothing "
    "could be learned.": "Seuls les clients à qui un crédit a été accordé ont une issue : de ceux "
    "qui ont été refusés, rien n’a pu être appris.",
    "The figures of the candidates come from the clients who chose the hyper-parameters, and are a "
    "little too kind; those of the test set come from clients with no say in model and threshold. "
    "They also tell below how much information a person must look.": "Les "
    "chiffres des candidats viennent des clients qui ont choisi les réglages et sont un peu trop "
    "flatteurs ; ceux du test viennent de clients sans part au choix du modèle et du seuil. Ils "
    "disent aussi au-dessous de quelle part d’information une personne doit regarder.",
    "In the business cost a missed default costs the same whatever the amount of the credit.": (
        "Dans le coût métier, un défaut manqué coûte autant quel que soit le montant du crédit."
    ),
    "In the business cost a missed default costs the same whatever the amount of the credit, and "
    "the amounts are not known.": "Dans le coût métier, un défaut manqué coûte autant quel que "
    "soit le montant du crédit, et les montants ne sont pas connus.",
    "Costs follow the amounts of the credits, but the threshold is one for all clients: where "
    "risks of large and small credits are not equally right, one for each amount would do "
    "better.": "Les coûts suivent les montants des crédits, mais le seuil est le même pour tous : "
    "là où les risques des grands et des petits crédits ne sont pas également justes, un seuil par "
    "montant ferait mieux.",
    "It is a constant: it decides alike for all clients, and no feature is a reason.": "C’est une "
    "constante : elle décide de même pour tous, et aucune variable n’est une raison.",
    "The data know no protected attribute of the clients: groups were not compared.": "Les données "
    "ne connaissent aucun attribut protégé des clients : les groupes n’ont pas été comparés.",
    "Too few clients are in each group: groups were not compared.": "Trop peu de clients sont dans "
    "chaque groupe : les groupes n’ont pas été comparés.",
    "Not known: the tables tell time before each application, no calendar date.": "Inconnue : les "
    "tables disent le temps avant chaque demande, aucune date.",
    # Ways to decide.
    "The chosen model": "Le modèle retenu",
    "The same model, refusing from 50%": "Le même modèle, en refusant à partir de 50 %",
    "Granting every credit": "Tout accorder",
    "Refusing every credit": "Tout refuser",
    "Runner-up": "Deuxième",
    "Baseline": "Référence",
    "which is the chosen model": "qui est le modèle retenu",
    "LightGBM": "LightGBM",
    "Logistic regression": "Régression logistique",
    "Balanced random forest": "Forêt aléatoire équilibrée",
    "Average default rate": "Taux de défaut moyen",
    "Blend of LightGBM and a logistic regression": "Mélange de LightGBM et d’une régression "
    "logistique",
    "class weights": "poids de classe",
    "under-sampling": "sous-échantillonnage",
    "SMOTE-NC": "SMOTE-NC",
    # Groups of clients.
    "Everyone": "Tous",
    "All clients": "Tous les clients",
    "Not known": "Non connu",
    "Gender": "Sexe",
    "Man": "Homme",
    "Woman": "Femme",
    "Family status": "Situation familiale",
    "Civil union or cohabiting": "Pacsé ou en concubinage",
    "Married": "Marié",
    "Separated": "Séparé",
    "Single": "Célibataire",
    "Widowed": "Veuf",
    "Age": "Âge",
    # Why a feature should push one way.
    "A settled life makes income steady": "Une vie posée rend le revenu régulier",
    "More income leaves more to repay from": "Plus de revenu laisse plus pour rembourser",
    "An old car says that there is no money for a newer one": "Une vieille voiture dit que"
    " l’argent manque pour une plus récente",
    "An address that does not fit is harder to reach": "Une adresse qui ne concorde pas se joint "
    "moins bien",
    "Incomes are lower and less steady where the rating is 3": "Les revenus sont plus bas et moins "
    "réguliers là où la note est 3",
    "Hardship is shared with the people around": "Les difficultés se partagent avec l’entourage",
    "A heavier burden leaves less to repay from": "Une charge plus lourde laisse moins pour "
    "rembourser",
    "Who asks for more than the goods cost needs cash": "Qui demande plus que le prix du bien a "
    "besoin d’argent",
    "An external score of 1 is the best": "Une note externe de 1 est la meilleure",
    "Who looks for many credits at once is in need": "Qui cherche plusieurs crédits à la fois est "
    "dans le besoin",
    "Who left something unpaid is short of money": "Qui a laissé un impayé manque d’argent",
    "Who paid ahead of time has money in hand": "Qui a payé d’avance a de l’argent devant soi",
    "The longer ago a delay, the less it says about today": "Plus un retard est ancien, moins il"
    " en dit sur aujourd’hui",
    "Who paid late before pays late again": "Qui a payé en retard paie encore en retard",
    "What was refused before was judged risky": "Ce qui fut refusé avait été jugé risqué",
    "What was approved before was judged safe": "Ce qui fut accordé avait été jugé sûr",
    "Who pays a part at once has savings": "Qui paie une part comptant a de l’épargne",
    "A dear credit was the price of a risk": "Un crédit cher était le prix d’un risque",
    "Who has repaid a part pays, and owes less": "Qui a remboursé une part paie, et doit moins",
    "Who has paid all that was due has the means": "Qui a payé tout ce qui était dû en a les"
    " moyens",
    "Who lives on the card's limit has no reserve": "Qui vit au plafond de sa carte n’a pas de "
    "réserve",
}


# A pattern, and what is made of its parts.
PATTERNS: tuple[tuple[str, Callable[..., str]], ...] = (
    (
        r"Judged on ([\d,]+) clients set aside at random: they are like those that the model "
        r"learned from, not later ones\. How it ages is not known\.",
        lambda clients: (
            f"Jugé sur {french_number(clients)} clients mis de côté au hasard : ils "
            "ressemblent à ceux dont le modèle a appris, non à de plus tardifs. Comment il"
            " vieillit n’est pas connu."
        ),
    ),
    (
        r"Costs in (\w+) rest on what the lender assumes: ([\d.]+)% of a credit is lost where it "
        r"is not repaid, ([\d.]+)% is earned where it is\. The data tell neither\.",
        lambda currency, lost, earned: (
            f"Les coûts en {currency} reposent sur ce que le prêteur "
            f"suppose : {french_number(lost)} % d’un crédit sont perdus s’il n’est pas remboursé, "
            f"{french_number(earned)} % gagnés s’il l’est. Les données ne disent ni l’un ni "
            "l’autre."
        ),
    ),
    (
        r"On these clients the model does not surely cost less than: (.+)\.",
        lambda ways: (
            "Sur ces clients, il n’est pas sûr que le modèle coûte moins que : "
            f"{in_french(ways) or ways}."
        ),
    ),
    (
        r"Its probabilities are too (extreme|timid): on the test clients their slope is ([\d.]+), "
        r"95% interval ([\d.]+) to ([\d.]+)\.",
        lambda way, slope, low, high: (
            "Ses probabilités sont trop "
            f"{'tranchées' if way == 'extreme' else 'timides'} : sur les clients de test, leur"
            f" pente est de {french_number(slope)}, intervalle à 95 % {french_number(low)} à "
            f"{french_number(high)}."
        ),
    ),
    (r"(\d+) and under", lambda age: f"{age} ans et moins"),
    (r"(\d+) to (\d+)", lambda low, high: f"{low} à {high} ans"),
    (r"(\d+) and over", lambda age: f"{age} ans et plus"),
    (r"All of fewer than (\d+)", lambda clients: f"Tous ceux de moins de {clients}"),
)
# By which words are put together, the loosest first; in French some are spaced otherwise.
JOINTS = {"; ": " ; ", " × ": " × ", ": ": " : ", ", ": ", "}


def in_french(english: str) -> str | None:
    """Give the card's words in French; None where they are not known.

    Examples
    --------
    >>> in_french("Gender × Age"), in_french("Woman, 29 and under"), in_french("Boat")
    ('Sexe × Âge', 'Femme, 29 ans et moins', None)
    """
    if english in PHRASES:
        return PHRASES[english]
    for pattern, write in PATTERNS:
        if found := re.fullmatch(pattern, english):
            return write(*found.groups())
    for joint, written in JOINTS.items():
        if joint in english:
            parts = [in_french(part) for part in english.split(joint)]
            return None if None in parts else written.join(part for part in parts if part)
    return None
