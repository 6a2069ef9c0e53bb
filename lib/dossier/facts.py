"""The facts of the dossier: each a function from the evidence to blocks of words and figures.

A fact is written by one function and told at one item, see `lib.dossier.items`; whatever else needs
it points there. Figures are those of the card, the catalogue, the journal and monitoring: none is
typed here.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from lib.dossier.recorded import Recorded, Watched
from lib.dossier.writing import Block, Paragraph, Pen, Points, Table
from lib.features.description import Effect, FeatureDescription, Purpose, Text
from lib.scoring.card import METRIC_NAMES, GroupFigures, ModelCard, WithholdingFigures
from lib.scoring.scorer import Scorer
from lib.training.evidence.impact import FOUR_FIFTHS

LOW_MARK = "▼\u00a0"


@dataclass(frozen=True)
class Evidence:
    """What the dossier is written from.

    Parameters
    ----------
    scorer : Scorer
        With its card and its catalogue.
    tag : str
        Of the scorer in the store.
    recorded : Recorded or None
        What the journal tells; None where nothing was ever recorded.
    kept_days : int
        How long entries of the journal are kept.
    built : str
        Day on which the dossier is built, ISO 8601.
    watched : sequence of Watched
        What monitoring has found; empty where it has not run.
    """

    scorer: Scorer
    tag: str
    recorded: Recorded | None
    kept_days: int
    built: str
    watched: Sequence[Watched] = ()

    @property
    def card(self) -> ModelCard:
        """The scorer's model card."""
        return self.scorer.card

    @property
    def in_model(self) -> list[FeatureDescription]:
        """The features that the model uses, as a person reads them."""
        return [self.scorer.catalogue[name] for name in self.scorer.features]


Fact = Callable[[Evidence, Pen], Sequence[Block]]

PURPOSES = {
    Purpose.ABILITY_TO_REPAY: Text(
        "capacité de rembourser : revenus, emploi, biens, dettes",
        "ability to repay: income, employment, property, debts",
    ),
    Purpose.CREDIT_ASKED_FOR: Text(
        "crédit demandé : montant, échéance, durée, objet",
        "the credit asked for: amount, instalment, duration, what it pays for",
    ),
    Purpose.CREDIT_RATING: Text(
        "note donnée au client par d’autres organismes", "how other bodies rate the client"
    ),
    Purpose.REPAYMENT_RECORD: Text(
        "façon dont les crédits sont et ont été remboursés",
        "how credits are and were repaid",
    ),
    Purpose.USE_OF_CREDIT: Text(
        "crédits demandés et pris, et quand", "credits asked for and taken, and when"
    ),
    Purpose.SITUATION: Text(
        "situation du client : âge, ménage, logement, formation",
        "the client’s situation: age, household, housing, education",
    ),
    Purpose.RESIDENCE: Text(
        "lieu de résidence : région, ville, adresses",
        "residence: region, city, addresses",
    ),
    Purpose.CONTACT: Text("moyens de joindre le client", "ways to reach the client"),
    Purpose.DOCUMENTS: Text("pièces remises", "documents handed in"),
    Purpose.CIRCUMSTANCE: Text(
        "circonstances de la demande : jour, heure, accompagnement",
        "circumstances of the application: day, hour, company",
    ),
    Purpose.OTHER_PEOPLE: Text(
        "ce que l’on sait d’autres personnes que le client",
        "what is known of others than the client",
    ),
}
METRICS_IN_FRENCH = {
    "business_cost": "Coût métier par client",
    "business_cost_at_half": "Coût métier, en refusant à partir de 50 %",
    "business_cost_granting_all": "Coût métier si tout était accordé",
    "business_cost_refusing_all": "Coût métier si tout était refusé",
    "auc": "AUC",
    "average_precision": "Précision moyenne",
    "ks": "KS, plus grand écart entre les deux issues",
    "brier": "Score de Brier",
    "accuracy": "Exactitude, décisions justes",
    "recall": "Rappel, défauts qui ont été refusés",
    "precision": "Précision, clients refusés qui font défaut",
    "f2": "F2, le rappel comptant double",
    "grant_rate": "Clients à qui le crédit est accordé",
}


# What the system is.


def identity(evidence: Evidence, pen: Pen) -> Sequence[Block]:
    """Say which scorer it is."""
    card = evidence.card
    rows = [
        (pen("Modèle", "Model"), pen.text(card.label) or card.candidate),
        (pen("Version, dans le magasin", "Version, in the store"), evidence.tag),
        (pen("Choisi le", "Selected on"), pen.day(card.created)),
        (pen("Empreinte des données", "Fingerprint of the data"), card.data_fingerprint),
    ]
    return [Table(pen("Le système", "The system"), (), rows, words=2)]


def intended_use(evidence: Evidence, pen: Pen) -> Sequence[Block]:
    """Say what it is for."""
    return [Points([pen.card(sentence) for sentence in evidence.card.intended_use])]


def interactions(evidence: Evidence, pen: Pen) -> Sequence[Block]:
    """Say what it works with."""
    ratings = sum(row.purpose is Purpose.CREDIT_RATING for row in evidence.in_model)
    return [
        Paragraph(
            pen(
                "D’autres systèmes l’appellent par HTTP, chacun avec sa clé et son rôle. Il ne"
                " demande rien à aucun autre système et n’en commande aucun. Les clients connus et"
                " l’historique de leurs crédits lui viennent en fichiers.",
                "Other systems call it over HTTP, each with a key and a role of its own. It asks"
                " nothing of any other system and commands none. Known clients and their credit"
                " histories come to it in files.",
            )
        ),
        Paragraph(
            pen(
                f"{ratings} de ses variables sont des notes que d’autres organismes donnent au"
                " client ou en sont tirées : elles peuvent être la sortie d’autres systèmes d’IA,"
                " que ce dossier ne connaît pas.",
                f"{ratings} of its features are ratings that other bodies give the client, or are"
                " made of them: these may be the output of other AI systems, which this dossier"
                " does not know.",
            )
        ),
    ]


def versions(evidence: Evidence, pen: Pen) -> Sequence[Block]:
    """Say what it was made with."""
    rows = [(name, version) for name, version in evidence.card.versions.items()]
    return [
        Table(pen("Entraîné avec", "Trained with"), (), rows, words=2),
        Paragraph(
            pen(
                "Toutes les versions, avec leurs empreintes, sont dans requirements.lock ; celles"
                " du service dans bentos/requirements.txt. Une mise à jour est une nouvelle version"
                " du Bento, avec le modèle dedans.",
                "All versions, with their hashes, are in requirements.lock; those of the service in"
                " bentos/requirements.txt. An update is a new version of the Bento, with the scorer"
                " inside.",
            )
        ),
    ]


def forms(evidence: Evidence, pen: Pen) -> Sequence[Block]:
    """Say in which forms it is put into service."""
    return [
        Points(
            [
                pen(
                    "une API HTTP : un Bento, ou l’image d’un conteneur",
                    "an HTTP API: a Bento, or a container’s image",
                ),
                pen(
                    "un tableau de bord pour les chargés de clientèle, une page d’ensemble pour les"
                    " responsables : une image",
                    "a dashboard for managers, a page on all clients for heads of teams: one image",
                ),
                pen(
                    "un mandataire devant les deux : une image",
                    "a proxy before both: one image",
                ),
            ]
        )
    ]


def hardware(evidence: Evidence, pen: Pen) -> Sequence[Block]:
    """Say on what it runs."""
    return [
        Paragraph(
            pen(
                "Un serveur ordinaire, sans processeur graphique. Tailles des images, mémoire et"
                " capacité mesurées : docs/operations.md.",
                "An ordinary server, without a graphics processor. Sizes of the images, memory and"
                " capacity as measured: docs/operations.md.",
            )
        )
    ]


def no_product(evidence: Evidence, pen: Pen) -> Sequence[Block]:
    """Say that it is part of no product."""
    return [
        Paragraph(
            pen(
                "Sans objet : c’est un logiciel, composant d’aucun produit matériel.",
                "Not applicable: it is software, a component of no physical product.",
            )
        )
    ]


def user_interface(evidence: Evidence, pen: Pen) -> Sequence[Block]:
    """Say what people see of it."""
    return [
        Paragraph(
            pen(
                "La page d’un client dit la décision que le calcul propose et le risque face au"
                " seuil, les raisons, comment le client se situe parmi d’autres, ce qu’un autre"
                " montant changerait ; elle écrit la lettre au client et enregistre la décision de"
                " la personne. La page d’ensemble montre des groupes, et nomme par leur numéro dix"
                " clients au plus. En français et en anglais.",
                "A client’s page says the decision that the calculation proposes and the risk"
                " against the threshold, the reasons, how the client compares with others, what"
                " another amount would change; it writes the letter to the client and records the"
                " person’s decision. The page on all clients shows groups, and names by their"
                " numbers ten clients at most. In French and in English.",
            )
        )
    ]


# How it was made.


def development(evidence: Evidence, pen: Pen) -> Sequence[Block]:
    """Say how the model was chosen."""
    card = evidence.card
    rows = [
        (
            pen.card(one.english) + (pen(" (retenu)", " (chosen)") if one.chosen else ""),
            pen.number(one.business_cost, 3),
            pen.number(one.standard_error, 3),
            pen.number(one.auc, 3),
            pen.number(one.clients),
        )
        for one in card.candidates
    ]
    settings = [f"{name} = {value}" for name, value in card.parameters.items()]
    return [
        Paragraph(
            pen(
                "Les candidats concourent sur les mêmes plis stratifiés des clients d’entraînement."
                " Réglages et nombre de variables sont choisis par le coût ; parmi ceux qu’il ne"
                " départage pas, le plus simple l’emporte. Aucun modèle préentraîné, aucun outil"
                " d’un tiers hors des bibliothèques nommées.",
                "Candidates compete on the same stratified folds of the training clients. Settings"
                " and the number of features are chosen by cost; among those that it cannot tell"
                " apart the simplest wins. No pre-trained model, no third party’s tool beside the"
                " libraries named.",
            )
        ),
        Table(
            pen(
                "Candidats, hors plis, du moins coûteux au plus coûteux ; ceux qu’une recherche"
                " parmi moins de clients a écartés viennent en dernier",
                "Candidates, out-of-fold, the cheapest first; those who were not among the best of"
                " a search among fewer clients come last",
            ),
            (
                pen("Candidat", "Candidate"),
                pen("Coût métier", "Business cost"),
                pen("± erreur type", "± s.e."),
                "AUC",
                pen("Clients", "Clients"),
            ),
            rows,
        ),
        Paragraph(
            pen("Réglages du modèle retenu : ", "Settings of the chosen one: ")
            + (", ".join(settings) or pen("aucun", "none"))
            + pen(f" ; graine {card.seed}.", f"; seed {card.seed}.")
        ),
    ]


def general_logic(evidence: Evidence, pen: Pen) -> Sequence[Block]:
    """Say how it decides."""
    card = evidence.card
    return [
        Paragraph(
            pen(
                "Le modèle additionne ce que chaque variable apporte, en log-cotes, à un point de"
                f" départ commun de {pen.percent(evidence.scorer.base_probability)} ; une"
                " calibration en fait la probabilité que le client ne rembourse pas. Le crédit est"
                f" refusé à partir de {pen.percent(card.threshold, 2)}, le même seuil pour tous.",
                "The model adds what each feature contributes, in log-odds, to a common starting"
                f" point of {pen.percent(evidence.scorer.base_probability)}; a calibration makes it"
                " the probability that the client does not repay. The credit is refused from"
                f" {pen.percent(card.threshold, 2)} on, one threshold for all.",
            )
        )
    ]


def what_is_optimised(evidence: Evidence, pen: Pen) -> Sequence[Block]:
    """Say what model and threshold were chosen by."""
    costs = evidence.card.costs
    missed, refused = pen.as_set(costs.missed_default), pen.as_set(costs.refused_good)
    follows = (
        pen(
            " ; ces coûts sont ceux du crédit moyen, et chaque crédit pèse par son montant",
            "; these are the costs of a mean credit, and each credit weighs by its amount",
        )
        if evidence.card.costs_by_amount
        else ""
    )
    return [
        Paragraph(
            pen(
                "Modèle et seuil sont choisis pour que les mauvaises décisions coûtent le moins"
                f" possible par client : un défaut manqué coûte {missed}, un bon client refusé"
                f" {refused}, une bonne décision rien{follows}."
                " C’est ce que la décision coûte au prêteur et non la part de décisions justes :"
                " les deux erreurs ne se valent pas.",
                "Model and threshold are chosen so that wrong decisions cost as little per client"
                f" as possible: a missed default costs {missed}, a good client refused {refused},"
                f" a right decision nothing{follows}. It is"
                " what a decision costs the lender and not the share of right ones: the two errors"
                " are not alike.",
            )
        ),
        *_in_money(evidence.card, pen),
    ]


def _in_money(card: ModelCard, pen: Pen) -> Sequence[Block]:
    money = card.money
    if money is None:
        return []
    rows = [
        (
            pen.card(one.english),
            pen.number(one.per_client),
            pen.between(one.low, one.high, 0),
        )
        for one in money.ways
    ]
    return [
        Table(
            pen(
                f"Coût par client en {money.currency}, si"
                f" {pen.percent(money.terms.loss_given_default)} d’un crédit non remboursé sont"
                f" perdus et {pen.percent(money.terms.margin)} d’un crédit remboursé gagnés"
                f" (hypothèses du prêteur), sur {pen.number(money.clients)} clients de test",
                f"Cost per client in {money.currency}, if"
                f" {pen.percent(money.terms.loss_given_default)} of a credit not repaid is lost and"
                f" {pen.percent(money.terms.margin)} of one repaid is earned (the lender’s"
                f" assumptions), on {pen.number(money.clients)} test clients",
            ),
            (
                pen("Décision", "Decisions by"),
                pen("Par client", "A client"),
                pen("Intervalle à 95 %", "95% interval"),
            ),
            rows,
        )
    ]


def directions(evidence: Evidence, pen: Pen) -> Sequence[Block]:
    """Say that it is held to what lenders know, and what that costs."""
    held = sum(row.direction is not None for row in evidence.in_model)
    total = len(evidence.in_model)
    price = evidence.card.price_of_signs
    if price is None:
        words = pen(
            "Le modèle n’est tenu à aucun sens déclaré d’avance.",
            "The model is held to no direction declared beforehand.",
        )
    else:
        words = pen(
            f"{held} des {total} variables ont un sens déclaré avant tout entraînement, et le"
            " modèle y est tenu : aucune ne pousse contre lui. ",
            f"{held} of the {total} features have a direction declared before any training, and the"
            " model is held to it: none pushes against it. ",
        ) + _price(price, pen)
    return [Paragraph(words)]


def expected_output(evidence: Evidence, pen: Pen) -> Sequence[Block]:
    """Say what it answers."""
    return [
        Paragraph(
            pen(
                "Sortie : une probabilité de non-remboursement, la décision qu’elle propose, la"
                " part des variables renseignée, les raisons, et s’il y a lieu pourquoi une"
                " personne doit regarder.",
                "Output: a default probability, the decision that it proposes, the share of the"
                " features given, the reasons, and where it applies why a person must look.",
            )
        )
    ]


def architecture(evidence: Evidence, pen: Pen) -> Sequence[Block]:
    """Say how its parts build on each other."""
    return [
        Paragraph(
            pen(
                "Tables brutes → variables → entraînement → modèle dans le magasin → API → tableau"
                " de bord. Les variables d’un nouveau client sont calculées par le code même qui a"
                " servi à l’entraînement, gardé avec le modèle. Le plan et les chemins d’une"
                " demande sont dans docs/architecture.md.",
                "Raw tables → features → training → scorer in the store → API → dashboard. A new"
                " client’s features are worked out by the very code of the training, which is kept"
                " with the scorer. The plan and the ways of a request are in docs/architecture.md.",
            )
        )
    ]


def no_learning_in_service(evidence: Evidence, pen: Pen) -> Sequence[Block]:
    """Say that it does not change by itself."""
    return [
        Paragraph(
            pen(
                "Aucun changement n’est prévu d’avance : le modèle n’apprend rien en service. Un"
                " autre le remplace seulement s’il coûte sûrement moins (tout l’intervalle à"
                " 95 % de la différence sous zéro), sur des clients dont aucun des deux n’a appris,"
                " ou si quelqu’un l’impose ; la raison est notée. Les modèles précédents restent"
                " dans le magasin.",
                "No change is pre-determined: the model learns nothing in service. Another takes"
                " its place only if it surely costs less (the whole 95% interval of the difference"
                " lies below zero) on clients from whom neither has learned, or if somebody"
                " insists; the reason is noted. Earlier scorers stay in the store.",
            )
        )
    ]


# How it was judged.


def test_figures(evidence: Evidence, pen: Pen) -> Sequence[Block]:
    """Say how it does on the test clients."""
    card = evidence.card
    rows = [
        (
            pen(METRICS_IN_FRENCH.get(name, name), METRIC_NAMES.get(name, name)),
            pen.number(value, 3),
            pen.between(*card.intervals[name]) if name in card.intervals else pen.number(None),
        )
        for name, value in card.metrics.items()
    ]
    blocks: list[Block] = [
        Table(
            pen(
                "Sur les clients de test ; intervalles bootstrap à 95 %",
                "On the test clients; 95% bootstrap intervals",
            ),
            (
                pen("Mesure", "Figure"),
                pen("Valeur", "Value"),
                pen("Intervalle à 95 %", "95% interval"),
            ),
            rows,
        )
    ]
    if card.rivals:
        blocks.append(_rivals(card, pen))
    return blocks


def _rivals(card: ModelCard, pen: Pen) -> Table:
    return Table(
        pen(
            "Face à d’autres façons de décider des mêmes clients : au-dessous de 0, le modèle coûte"
            " moins",
            "Against other ways to decide about the same clients: below 0 the model costs less",
        ),
        (
            pen("À sa place", "Instead"),
            pen("Coûterait", "Would cost"),
            pen("Différence", "Difference"),
            pen("Intervalle à 95 %", "95% interval"),
        ),
        [
            (
                pen.card(one.english),
                pen.number(one.cost, 3),
                pen.number(one.difference, 3, signed=True),
                pen.between(one.low, one.high),
            )
            for one in card.rivals
        ],
    )


def calibration(evidence: Evidence, pen: Pen) -> Sequence[Block]:
    """Say whether its probabilities hold."""
    found = evidence.card.calibration
    if found is None:
        return [
            Paragraph(
                pen(
                    "La justesse des probabilités n’a pas été mesurée.",
                    "Whether its probabilities hold was not measured.",
                )
            )
        ]
    slope = (
        ""
        if found.slope is None
        else pen(
            "La pente des issues sur les log-cotes est de"
            f" {pen.number(found.slope, 2)} ({pen.between(found.slope_low, found.slope_high, 2)}) :"
            " 1 si les probabilités sont justes, moins si elles sont trop tranchées. ",
            f"The slope of the outcomes on the log-odds is {pen.number(found.slope, 2)}"
            f" ({pen.between(found.slope_low, found.slope_high, 2)}): 1 where probabilities hold,"
            " less where they are too extreme. ",
        )
    )
    return [
        Paragraph(
            slope
            + pen(
                f"En moyenne une probabilité s’écarte de {pen.percent(found.mean_distance, 2)} du"
                " taux de défaut lissé ; le hasard seul donnerait"
                f" {pen.percent(found.mean_distance_by_chance, 2)}.",
                f"On average a probability is {pen.percent(found.mean_distance, 2)} off the"
                " smoothed default rate; chance alone would give"
                f" {pen.percent(found.mean_distance_by_chance, 2)}.",
            )
        )
    ]


def limits(evidence: Evidence, pen: Pen) -> Sequence[Block]:
    """Say what its figures do not tell."""
    # What the table of groups tells is not told again.
    compared = tuple(f"{group.attribute_english}: " for group in evidence.card.fairness)
    told = [one for one in evidence.card.limits if not one.startswith(compared)]
    return [Points([pen.card(sentence) for sentence in told])]


def groups(evidence: Evidence, pen: Pen) -> Sequence[Block]:
    """Say how decisions fall on groups of clients."""
    if not evidence.card.fairness:
        return [
            Paragraph(
                pen(
                    "Les groupes n’ont pas été comparés.",
                    "Groups were not compared.",
                )
            )
        ]
    return [
        Table(
            pen(
                "Clients de test par groupe ; entre parenthèses l’intervalle à 95 %. Rapport : part"
                " accordée sur la plus haute du même attribut ; au-dessous de"
                f" {pen.number(FOUR_FIFTHS, 1)} il est tenu pour l’indice d’un effet défavorable,"
                " et marqué ▼. p : test exact de Fisher, corrigé pour tous les groupes de"
                " l’attribut",
                "Test clients by group; in brackets the 95% interval. Ratio: share granted over the"
                f" highest one of the same attribute; below {pen.number(FOUR_FIFTHS, 1)} it is"
                " taken as evidence of adverse impact, and marked ▼. p: Fisher’s exact test,"
                " adjusted for all groups of the attribute",
            ),
            (
                pen("Attribut", "Attribute"),
                pen("Groupe", "Group"),
                "Clients",
                pen("Accordé", "Granted"),
                pen("Rapport", "Ratio"),
                "p",
                pen("Refusé, bien que remboursé", "Refused, though repaid"),
                pen("Accordé, bien qu’en défaut", "Granted, though defaulted"),
                pen("En défaut", "Defaulted"),
            ),
            [
                _group(one, before, pen)
                for before, one in pairwise((None, *evidence.card.fairness))
                if one
            ],
            words=2,
        )
    ]


def _group(one: GroupFigures, before: GroupFigures | None, pen: Pen) -> tuple[str, ...]:
    """Write a row; the attribute where it is another than in the row before."""
    is_new = before is None or before.attribute != one.attribute
    ratio = one.impact_ratio
    low = ratio is not None and ratio < FOUR_FIFTHS
    return (
        pen.card(one.attribute_english) if is_new else "",
        pen.card(one.group),
        pen.number(one.clients),
        f"{pen.percent(one.grant_rate)} ({pen.percents(one.grant_rate_low, one.grant_rate_high)})",
        (LOW_MARK if low else "") + pen.number(ratio, 2),
        pen.p_value(one.impact_p_value),
        pen.percent(one.false_refusal_rate),
        pen.percent(one.missed_default_rate),
        pen.percent(one.default_rate),
    )


def input_data(evidence: Evidence, pen: Pen) -> Sequence[Block]:
    """Say what it needs to be told."""
    return [
        Paragraph(
            pen(
                f"{len(evidence.in_model)} variables, toutes dans le registre ci-dessous. Une"
                " valeur absente compte comme absente ; une valeur impossible est refusée par une"
                " erreur qui la nomme.",
                f"{len(evidence.in_model)} features, all in the register below. A value left out"
                " counts as missing; one that there cannot be is refused by an error that names"
                " it.",
            )
        )
    ]


def review_rules(evidence: Evidence, pen: Pen) -> Sequence[Block]:
    """Say when it says that it does not know."""
    least = pen.percent(evidence.card.least_known, 0)
    return [
        Paragraph(
            pen(
                "Le système dit lui-même quand une personne doit regarder : une valeur au-delà de"
                " ce que le modèle a vu (elle compte comme la plus proche vue), un nombre absent"
                " qui ne l’était chez aucun client vu (la médiane compte), une catégorie"
                f" jamais vue, ou moins de {least} de ce que l’on sait d’ordinaire d’un client :"
                " au-dessous les probabilités ne sont plus calibrées.",
                "The system says by itself when a person must look: a value beyond what the model"
                " has seen (it counts as the nearest seen), a number missing that no client lacked"
                " whom it has seen (the median counts), a category never seen, or less than"
                f" {least} of what is usually known of a client: below that probabilities are no"
                " longer calibrated.",
            )
        )
    ]


# The data.


def clients(evidence: Evidence, pen: Pen) -> Sequence[Block]:
    """Say of whom it has learned, and on whom it was tested."""
    card = evidence.card
    rows = [
        (
            pen("Clients d’entraînement", "Clients trained on"),
            pen.number(card.clients_trained_on),
        ),
        (pen("dont en défaut", "of whom defaulted"), pen.percent(card.base_rate, 2)),
        (pen("Clients de test", "Clients tested on"), pen.number(card.clients_tested_on)),
        (pen("Période des demandes", "Period of the applications"), pen.card(card.period)),
    ]
    return [
        Table(pen("Les clients", "The clients"), (), rows, words=2),
        Paragraph(
            pen(
                f"Les clients de test, {pen.percent(card.test_share, 0)} de tous, sont désignés par"
                f" une empreinte de leur numéro (« {card.split} »), mis de côté avant tout et"
                " utilisés une fois.",
                f"The test clients, {pen.percent(card.test_share, 0)} of all, are named by a hash"
                f" of their number (“{card.split}”), set aside before anything else and used once.",
            )
        ),
    ]


def choice_of_data(evidence: Evidence, pen: Pen) -> Sequence[Block]:
    """Say what of the data is used."""
    return [
        Paragraph(
            pen(
                f"Le catalogue décrit {len(evidence.scorer.catalogue)} variables. Chacune porte,"
                " à côté de son calcul, son libellé, sa source, sa finalité et le sens attendu."
                " Rien de ce qui concerne un client n’est appris d’autres clients au calcul des"
                " variables.",
                f"The catalogue describes {len(evidence.scorer.catalogue)} features. Each has,"
                " beside its expression, label, source, purpose and expected direction. Nothing"
                " about a client is learned from other clients when features are worked out.",
            )
        )
    ]


def sources(evidence: Evidence, pen: Pen) -> Sequence[Block]:
    """From which tables the features come."""
    used = Counter(row.source for row in evidence.in_model)
    known = Counter(row.source for row in evidence.scorer.catalogue.values())
    rows = [(name, pen.number(used[name]), pen.number(count)) for name, count in known.items()]
    return [
        Table(
            pen("Variables par table brute", "Features by raw table"),
            (
                pen("Table", "Table"),
                pen("Dans le modèle", "In the model"),
                pen("Au catalogue", "In the catalogue"),
            ),
            rows,
        )
    ]


def preparation(evidence: Evidence, pen: Pen) -> Sequence[Block]:
    """Say how the data are prepared."""
    return [
        Paragraph(
            pen(
                "Les tables sont lues selon un schéma : clés, types, unités, codes qui veulent dire"
                " « absent », valeurs possibles. Ce qui n’y répond pas est nommé avec fichier,"
                " ligne et colonne. Aucune ligne n’est écartée parce qu’elle est rare ; l’étiquette"
                " est celle de la table, aucune n’est corrigée.",
                "Tables are read by a schema: keys, types, units, codes that mean “missing”,"
                " possible values. What does not fit is named with file, line and column. No row"
                " is removed for being rare; the label is that of the table, none is corrected.",
            )
        )
    ]


def meaning_of_the_label(evidence: Evidence, pen: Pen) -> Sequence[Block]:
    """Say what the data are taken to mean."""
    return [
        Paragraph(
            pen(
                "« En défaut » veut dire ce que dit la colonne TARGET de la table des demandes :"
                " le client a eu des difficultés de paiement. Le modèle suppose que demain"
                " ressemble à la période des données.",
                "“Defaulted” means what the column TARGET of the table of applications says: the"
                " client had payment difficulties. The model assumes that tomorrow is like the"
                " period of the data.",
            )
        )
    ]


def protected(evidence: Evidence, pen: Pen) -> Sequence[Block]:
    """Say which attributes decisions must not depend on."""
    catalogue = evidence.scorer.catalogue
    names = [
        pen.text(catalogue[name].label)
        for name in evidence.card.excluded_features
        if name in catalogue and catalogue[name].attribute in evidence.card.protected_attributes
    ]
    return [
        Paragraph(
            pen(
                "Attributs protégés, et variables qui les trahissent, hors du modèle : ",
                "Protected attributes, and features that give them away, outside the model: ",
            )
            + pen.listed(names)
            + pen(
                ". Ils servent à comparer les groupes, et à rien d’autre.",
                ". They serve to compare groups, and nothing else.",
            )
        )
    ]


def withheld(evidence: Evidence, pen: Pen) -> Sequence[Block]:
    """Say what else is left out, and what fairness costs."""
    card = evidence.card
    sentences = [
        pen(
            "Finalités écartées, faute d’être un motif de décision : ",
            "Purposes left out as no ground for a decision: ",
        )
        + pen.listed([pen.text(PURPOSES[one]) for one in card.withheld_purposes])
        + ". "
        + _price(card.price_of_purposes, pen),
        pen("Attributs protégés écartés. ", "Protected attributes left out. ")
        + _price(card.price_of_withholding, pen),
    ]
    if card.alternatives:
        least = card.alternatives[0]
        sentences.append(
            pen(
                f"Parmi les {len(card.alternatives)} candidats dont le coût est à moins d’une"
                f" erreur type du plus bas, le moins inégal est {pen.card(least.english)}"
                f" (rapport le plus bas : {pen.number(least.impact_ratio, 2)}).",
                f"Of the {len(card.alternatives)} candidates whose cost is within one standard"
                f" error of the lowest, the least disparate is {least.english} (its lowest ratio:"
                f" {pen.number(least.impact_ratio, 2)}).",
            )
        )
    return [Points(sentences)]


def _price(price: WithholdingFigures | None, pen: Pen) -> str:
    if price is None:
        return pen("Le prix n’a pas été mesuré.", "The price was not measured.")
    return pen(
        f"Prix par client : {pen.number(price.difference, 3, signed=True)}"
        f" ({pen.between(price.low, price.high)}).",
        f"Price per client: {pen.number(price.difference, 3, signed=True)}"
        f" ({pen.between(price.low, price.high)}).",
    )


# The explanation.


def explanation(evidence: Evidence, pen: Pen) -> Sequence[Block]:
    """Say how it explains a score."""
    return [
        Paragraph(
            pen(
                "Chaque score vient avec toutes ses raisons : une raison est un fait, avec les"
                " valeurs du client et ce qu’il ajoute au risque ou en retire. Les contributions"
                " s’additionnent exactement aux log-cotes de la probabilité, et en points à la"
                " probabilité même : ce n’est pas une approximation du modèle.",
                "Each score comes with all its reasons: a reason is a fact, with the client’s"
                " values and what it adds to the risk or takes from it. Contributions add up"
                " exactly to the log-odds of the probability, and as points to the probability"
                " itself: it is no approximation of the model.",
            )
        )
    ]


def families(evidence: Evidence, pen: Pen) -> Sequence[Block]:
    """Say what weighs how much, by family."""
    weights = sorted(evidence.scorer.importance.families.items(), key=lambda pair: -pair[1])
    total = sum(weight for _, weight in weights)
    if not total:
        return [
            Paragraph(
                pen(
                    "Le modèle est une constante : rien n’y pèse.",
                    "The model is a constant: nothing weighs in it.",
                )
            )
        ]
    return [
        Table(
            pen(
                "Poids moyen des thèmes, en part de leur somme",
                "Mean weight of the families, as a share of their sum",
            ),
            (pen("Thème", "Family"), pen("Poids", "Weight")),
            [
                (pen.text(FAMILIES[name]), pen.percent(weight / total, 0))
                for name, weight in weights
            ],
        )
    ]


FAMILIES = {
    "identity": Text("le client", "the client"),
    "employment": Text("l’emploi et le revenu", "employment and income"),
    "household": Text("le ménage", "the household"),
    "credit_requested": Text("le crédit demandé", "the credit requested"),
    "external_scores": Text("les notes externes", "external scores"),
    "credit_elsewhere": Text("les crédits ailleurs", "credit elsewhere"),
    "history_with_us": Text("l’historique chez nous", "history with us"),
    "repayment_behaviour": Text("les remboursements", "repayment behaviour"),
}


def reading_a_score(evidence: Evidence, pen: Pen) -> Sequence[Block]:
    """Say how to read and to use a score."""
    return [
        Paragraph(
            pen(
                "La probabilité se lit comme une fréquence : tant de clients sur cent avec ce score"
                " ne remboursent pas. Une probabilité proche du seuil décide à peine ; la page en"
                " donne l’intervalle. Une raison dit ce qui a compté dans le calcul, non la cause"
                " d’un défaut.",
                "The probability reads as a frequency: so many of a hundred clients with this score"
                " do not repay. A probability near the threshold hardly decides; the page gives its"
                " interval. A reason says what counted in the calculation, not what causes a"
                " default.",
            )
        )
    ]


def client_letter(evidence: Evidence, pen: Pen) -> Sequence[Block]:
    """Say what the client is told."""
    return [
        Paragraph(
            pen(
                "La lettre au client, écrite en français ou en anglais : qu’un calcul aide à"
                " décider et qu’une personne décide ; la fréquence et le seuil, en nombres sur"
                " cent ; les raisons qui ont pesé le plus, dans les deux sens, avec la valeur et"
                " d’où elle vient ; comment faire corriger, donner son point de vue, contester et"
                " demander la liste complète ; qui aide en cas de dettes.",
                "The letter to the client, written in French or in English: that a calculation"
                " helps to decide and a person decides; the frequency and the threshold, as"
                " numbers of a hundred; the reasons that weighed most, either way, with the value"
                " and where it comes from; how to have data corrected, give a point of view,"
                " contest, and get the full list; who helps with debts.",
            )
        )
    ]


def what_would_change(evidence: Evidence, pen: Pen) -> Sequence[Block]:
    """Say what another value would have led to."""
    levers = [pen.text(row.label) for row in evidence.in_model if row.advisable]
    return [
        Paragraph(
            pen(
                "La page et l’API disent ce qu’une autre valeur aurait donné, et le plus petit"
                " changement qui mènerait à un accord. On ne conseille que : ",
                "Page and API say what another value would have led to, and the smallest change"
                " that would lead to a grant. Only these are advised: ",
            )
            + pen.listed(levers)
            + "."
        )
    ]


# Oversight and records.


def oversight_built_in(evidence: Evidence, pen: Pen) -> Sequence[Block]:
    """Say what the system does for oversight."""
    return [
        Points(
            [
                pen(
                    "aucune décision n’est prise par le système : il propose, une personne décide"
                    " et dit pourquoi",
                    "no decision is taken by the system: it proposes, a person decides and says"
                    " why",
                ),
                pen(
                    "une décision porte sur le score qui a été montré, nommé par son identifiant",
                    "a decision belongs to the score that was shown, named by its id",
                ),
                pen(
                    "rôles : le chargé de clientèle décide, l’auditeur voit et ne décide rien, le"
                    " responsable décide et voit l’ensemble",
                    "roles: a manager decides, an auditor sees and decides nothing, a head decides"
                    " and sees all clients together",
                ),
            ]
        )
    ]


def deciding_otherwise(evidence: Evidence, pen: Pen) -> Sequence[Block]:
    """Say how people decide against it, and how often they did."""
    words = pen(
        "Une personne peut décider contre le calcul ; il y faut un motif, choisi dans une liste,"
        " et un commentaire si aucun ne convient. ",
        "A person can decide against the calculation; that takes a reason from a list, and a"
        " comment where none of them fits. ",
    )
    told = evidence.recorded
    if told is None or not told.decisions:
        words += pen(
            "Aucune décision n’est encore au journal.", "No decision is in the journal yet."
        )
    else:
        words += pen(
            f"Au journal : {pen.number(told.decisions)} décisions de personnes, dont"
            f" {pen.number(told.overrides)} contre le calcul"
            f" ({pen.percent(told.overrides / told.decisions)}) ;"
            f" {pen.number(told.granted_against)} de celles-ci accordent un crédit que le calcul"
            " refusait.",
            f"In the journal: {pen.number(told.decisions)} decisions of people,"
            f" {pen.number(told.overrides)} of them against the calculation"
            f" ({pen.percent(told.overrides / told.decisions)}); {pen.number(told.granted_against)}"
            " of these grant a credit that the calculation refused.",
        )
    return [Paragraph(words)]


def stopping(evidence: Evidence, pen: Pen) -> Sequence[Block]:
    """Say how it is stopped."""
    return [
        Paragraph(
            pen(
                "L’exploitant arrête le service : ce qui est commencé s’achève, plus aucun score"
                " n’est donné, et les personnes décident sans lui. Un score qui ne peut être"
                " inscrit au journal n’est pas donné.",
                "The operator stops the service: what has begun is finished, no more score is"
                " given, and people decide without it. A score that cannot be written to the"
                " journal is not given.",
            )
        )
    ]


def what_is_logged(evidence: Evidence, pen: Pen) -> Sequence[Block]:
    """Say what the journal records by itself."""
    return [
        Paragraph(
            pen(
                "Le journal inscrit de lui-même, avant toute réponse : chaque score (heure,"
                " appelant, personne, modèle, seuil, décision, motifs d’examen, et chiffrés par la"
                " clé du client l’entrée et les raisons), chaque décision d’une personne, qui a vu"
                " quel client. Les inscriptions forment une chaîne ; effacer la clé d’un client"
                " l’efface du journal et de ses copies sans rompre la chaîne.",
                "The journal records by itself, before any answer: each score (time, caller,"
                " person, scorer, threshold, decision, why a person must look, and sealed by the"
                " client’s key the input and the reasons), each decision of a person, who has seen"
                " which client. Entries form a chain; to erase a client’s key erases the client"
                " from the journal and its copies, and the chain holds.",
            )
        )
    ]


def journal_state(evidence: Evidence, pen: Pen) -> Sequence[Block]:
    """Say what the journal holds today, and whether it is whole."""
    told = evidence.recorded
    if told is None or not told.entries:
        return [
            Paragraph(
                pen(
                    "Le journal est encore vide : le service n’a donné aucun score.",
                    "The journal is still empty: the service has given no score.",
                )
            )
        ]
    rows = [
        (pen("Première inscription", "First entry"), pen.day(told.first)),
        (pen("Dernière inscription", "Last entry"), pen.day(told.last)),
        (pen("Scores donnés", "Scores given"), pen.number(told.scores)),
        (pen("dont refus proposés", "of them refusals proposed"), pen.number(told.refusals)),
        (
            pen("dont à voir par une personne", "of them for a person to look at"),
            pen.number(told.under_review),
        ),
        (pen("Simulations", "Simulations"), pen.number(told.simulations)),
        (pen("Consultations de clients", "Looks at clients"), pen.number(told.looks)),
        (pen("Clients oubliés", "Clients forgotten"), pen.number(told.forgotten)),
        (
            pen("Chaîne vérifiée", "Chain verified"),
            pen(
                f"{pen.number(told.entries)} inscriptions, {pen.number(told.faults)} en faute",
                f"{pen.number(told.entries)} entries, {pen.number(told.faults)} at fault",
            ),
        ),
    ]
    return [
        Table(
            pen(
                f"Le journal, le {pen.day(evidence.built)}",
                f"The journal, {pen.day(evidence.built)}",
            ),
            (),
            rows,
            words=2,
        )
    ]


def security(evidence: Evidence, pen: Pen) -> Sequence[Block]:
    """Say what protects it."""
    return [
        Points(
            [
                pen(
                    "clés nommées, à rôle et à terme, gardées en empreintes ; hors de la machine"
                    " même, le service ne démarre pas sans",
                    "named keys with role and last day, kept as hashes; beyond the machine itself"
                    " the service does not start without",
                ),
                pen(
                    "les personnes se connectent, par compte ou par un mandataire ; cinq mots de"
                    " passe faux bloquent un compte",
                    "people sign in, by account or through a proxy; five wrong passwords lock an"
                    " account",
                ),
                pen(
                    "conteneurs sans droits, racine en lecture seule ; aucune donnée personnelle"
                    " dans une image",
                    "containers without privileges, their root read-only; nothing personal in an"
                    " image",
                ),
                pen(
                    "le modèle est du JSON et du texte, jamais un objet exécutable ; ses versions"
                    " sont figées par empreinte",
                    "the scorer is JSON and text, never an executable object; its versions are"
                    " pinned by hash",
                ),
            ]
        )
    ]


def monitoring(evidence: Evidence, pen: Pen) -> Sequence[Block]:
    """Say what watching has found."""
    if not evidence.watched:
        return [
            Paragraph(
                pen(
                    "La surveillance n’a encore rien donné pour ce modèle : le carnet"
                    " notebooks/04_monitor.ipynb compare ce que le journal tient à la référence de"
                    " la fiche.",
                    "Monitoring has told nothing of this scorer yet: the notebook"
                    " notebooks/04_monitor.ipynb compares what the journal holds with the card’s"
                    " reference.",
                )
            )
        ]
    rows = [
        (pen.text(LEVELS[one.level]), pen.text(one.name), pen.text(one.sentence))
        for one in sorted(evidence.watched, key=lambda one: list(LEVELS).index(one.level))
    ]
    return [
        Table(
            pen(
                "Ce que la surveillance a trouvé, le plus grave d’abord",
                "What monitoring has found, the worst first",
            ),
            (
                pen("Niveau", "Level"),
                pen("Mesure", "Figure"),
                pen("Ce qu’elle dit", "What it says"),
            ),
            rows,
            words=3,
        )
    ]


# The worst first; a sign beside the word.
LEVELS = {
    "red": Text("■ rouge", "■ red"),
    "amber": Text("▲ orange", "▲ amber"),
    "unknown": Text("○ inconnu", "○ not known"),
    "green": Text("● vert", "● green"),
}


def retention(evidence: Evidence, pen: Pen) -> Sequence[Block]:
    """Say how long entries are kept."""
    days = pen.number(evidence.kept_days)
    return [
        Paragraph(
            pen(
                f"Le réglage SCORING_JOURNAL_DAYS garde les inscriptions {days} jours ; le service"
                " retire les plus anciennes une fois par jour, et la chaîne se vérifie encore.",
                f"The setting SCORING_JOURNAL_DAYS keeps entries for {days} days; the service"
                " removes older ones once a day, and the chain can still be verified.",
            )
        )
    ]


# The register.


def register(evidence: Evidence, pen: Pen) -> Sequence[Block]:
    """List every feature with its purpose."""
    in_model = set(evidence.scorer.features)
    rows = [
        (
            pen.text(row.label),
            pen.text(PURPOSES[row.purpose]),
            row.source,
            _direction(row, pen),
            _use(row.name in in_model, row, evidence.card, pen),
        )
        for row in evidence.scorer.catalogue.values()
    ]
    return [
        Table(
            pen(
                f"{len(rows)} variables, thème après thème : {len(in_model)} dans le modèle",
                f"{len(rows)} features, family after family: {len(in_model)} in the model",
            ),
            (
                pen("Variable", "Feature"),
                pen("Finalité", "Purpose"),
                pen("Table", "Table"),
                pen("Sens attendu", "Expected direction"),
                pen("Emploi", "Use"),
            ),
            rows,
            words=5,
        )
    ]


def _direction(row: FeatureDescription, pen: Pen) -> str:
    if row.direction is None:
        return NO_DIRECTION
    arrow = "▲" if row.direction.effect is Effect.RAISES else "▼"
    return arrow + " " + pen.card(row.direction.reason)


NO_DIRECTION = "–"


def _use(used: bool, row: FeatureDescription, card: ModelCard, pen: Pen) -> str:
    if used:
        return pen("modèle", "model")
    if row.attribute in card.protected_attributes:
        return pen("écartée : protégée", "left out: protected")
    if row.purpose in card.withheld_purposes:
        return pen("écartée : finalité", "left out: purpose")
    return pen("non retenue", "not chosen")
