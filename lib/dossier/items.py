"""What the law asks to be told, item by item, and what answers each: facts, other items, or people.

The places were looked up, see `lib.dossier.law`. Headings are this project's words for what a place
is about, not the words of the law.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from lib.dossier import facts
from lib.dossier.answers import Question
from lib.dossier.facts import Fact
from lib.dossier.law import AI_ACT, CONSUMER_CREDIT, DUN_AND_BRADSTREET, GDPR, Act
from lib.features.description import Text


@dataclass(frozen=True)
class Item:
    """One thing that is asked.

    Parameters
    ----------
    name : str
        By which others point to it, in snake_case.
    act : Act or None
        That asks for it; None where the project itself does.
    place : Text
        Article, paragraph, point.
    heading : Text
        What it is about.
    told : tuple of Fact
        What is known.
    see : tuple of str
        Items that have more of it.
    asked : tuple of Question
        What only a person can say.
    """

    name: str
    act: Act | None
    place: Text
    heading: Text
    told: tuple[Fact, ...] = ()
    see: tuple[str, ...] = ()
    asked: tuple[Question, ...] = ()


@dataclass(frozen=True)
class Chapter:
    """One document of the dossier."""

    name: str
    title: Text
    items: tuple[Item, ...]


def _place(article: str, paragraph: str = "", point: str = "", roman: str = "") -> Text:
    """Cite a place as each language does.

    Examples
    --------
    >>> _place("13", "3", "b", "ii").en, _place("13", "3", "b").fr
    ('Art. 13(3), point (b)(ii)', 'art. 13, paragraphe 3, point b)')
    """
    fr, en = f"art. {article}", f"Art. {article}"
    if paragraph:
        fr, en = f"{fr}, paragraphe {paragraph}", f"{en}({paragraph})"
    if point:
        fr, en = f"{fr}, point {point})", f"{en}, point ({point})"
    if roman:
        fr, en = f"{fr} {roman})", f"{en}({roman})"
    return Text(fr, en)


def _annex(point: str, letter: str = "") -> Text:
    return Text(
        f"annexe IV, point {point}" + (f" {letter})" if letter else ""),
        f"Annex IV, point {point}" + (f"({letter})" if letter else ""),
    )


def _ask(name: str, fr: str, en: str) -> Question:
    return Question(name, Text(fr, en))


TECHNICAL_DOCUMENTATION = Chapter(
    "technical_documentation",
    Text("Documentation technique", "Technical documentation"),
    (
        Item(
            "annex_1_a",
            AI_ACT,
            _annex("1", "a"),
            Text("Destination, fournisseur, version", "Intended purpose, provider, version"),
            told=(facts.identity, facts.intended_use),
            asked=(
                _ask(
                    "provider",
                    "Qui est le fournisseur au sens de l’article 3 : nom, adresse, contact.",
                    "Who is the provider in the sense of Article 3: name, address, contact.",
                ),
            ),
        ),
        Item(
            "annex_1_b",
            AI_ACT,
            _annex("1", "b"),
            Text("Liens avec d’autres systèmes", "Interaction with other systems"),
            told=(facts.interactions,),
            asked=(
                _ask(
                    "connected_systems",
                    "Quels systèmes du prêteur appellent l’API ou fournissent les tables et les"
                    " notes externes.",
                    "Which of the lender’s systems call the API, or supply tables and external"
                    " scores.",
                ),
            ),
        ),
        Item(
            "annex_1_c",
            AI_ACT,
            _annex("1", "c"),
            Text("Versions des logiciels, mises à jour", "Versions of software, updates"),
            told=(facts.versions,),
        ),
        Item(
            "annex_1_d",
            AI_ACT,
            _annex("1", "d"),
            Text("Formes de mise en service", "Forms in which it is put into service"),
            told=(facts.forms,),
        ),
        Item(
            "annex_1_e",
            AI_ACT,
            _annex("1", "e"),
            Text("Matériel", "Hardware"),
            told=(facts.hardware,),
            asked=(
                _ask(
                    "hardware",
                    "Sur quelles machines le système est exploité.",
                    "On which machines the system is run.",
                ),
            ),
        ),
        Item(
            "annex_1_f",
            AI_ACT,
            _annex("1", "f"),
            Text("Produit dont il est un composant", "Product of which it is a component"),
            told=(facts.no_product,),
        ),
        Item(
            "annex_1_g",
            AI_ACT,
            _annex("1", "g"),
            Text("Interface du déployeur", "The deployer’s user interface"),
            told=(facts.user_interface,),
        ),
        Item(
            "annex_1_h",
            AI_ACT,
            _annex("1", "h"),
            Text("Notice d’utilisation", "Instructions for use"),
            see=("art_13_3_a", "annex_1_g"),
        ),
        Item(
            "annex_2_a",
            AI_ACT,
            _annex("2", "a"),
            Text("Méthodes et étapes du développement", "Methods and steps of development"),
            told=(facts.development,),
        ),
        Item(
            "annex_2_b",
            AI_ACT,
            _annex("2", "b"),
            Text("Logique générale et choix de conception", "General logic and design choices"),
            told=(
                facts.general_logic,
                facts.what_is_optimised,
                facts.directions,
                facts.expected_output,
            ),
            see=("art_10_2_g", "annex_1_a"),
        ),
        Item(
            "annex_2_c",
            AI_ACT,
            _annex("2", "c"),
            Text("Architecture, ressources de calcul", "Architecture, computational resources"),
            told=(facts.architecture,),
            asked=(
                _ask(
                    "computational_resources",
                    "Machines et temps de calcul du développement, de l’entraînement et des"
                    " essais.",
                    "Machines and computing time of development, training and testing.",
                ),
            ),
        ),
        Item(
            "annex_2_d",
            AI_ACT,
            _annex("2", "d"),
            Text("Jeux de données", "Data sets"),
            see=("art_10_2_a", "art_10_2_b", "art_10_2_c", "art_10_2_e"),
        ),
        Item(
            "annex_2_e",
            AI_ACT,
            _annex("2", "e"),
            Text("Contrôle humain nécessaire", "Human oversight needed"),
            see=("art_14_3_a", "art_13_3_b_iv", "art_13_3_b_vii"),
            asked=(
                _ask(
                    "oversight_assessment",
                    "Appréciation : ces mesures suffisent-elles, et sinon lesquelles s’y ajoutent.",
                    "Assessment: whether these measures suffice, and which are added if not.",
                ),
            ),
        ),
        Item(
            "annex_2_f",
            AI_ACT,
            _annex("2", "f"),
            Text("Changements prévus d’avance", "Pre-determined changes"),
            told=(facts.no_learning_in_service,),
        ),
        Item(
            "annex_2_g",
            AI_ACT,
            _annex("2", "g"),
            Text("Validation et essais", "Validation and testing"),
            told=(facts.test_figures, facts.calibration),
            see=("art_10_2_e", "annex_3"),
            asked=(
                _ask(
                    "test_reports",
                    "Rapports d’essai : où ils sont, date, signature du responsable.",
                    "Test reports: where they are, date, signature of who is responsible.",
                ),
            ),
        ),
        Item(
            "annex_2_h",
            AI_ACT,
            _annex("2", "h"),
            Text("Cybersécurité", "Cybersecurity"),
            told=(facts.security,),
            asked=(
                _ask(
                    "cybersecurity",
                    "Mesures du prêteur autour du système : réseau, accès, sauvegardes, incidents.",
                    "The lender’s measures around the system: network, access, backups, incidents.",
                ),
            ),
        ),
        Item(
            "annex_3",
            AI_ACT,
            _annex("3"),
            Text(
                "Capacités et limites, groupes de personnes",
                "Capabilities and limits, groups of persons",
            ),
            told=(facts.limits, facts.groups, facts.input_data),
            see=("annex_2_g", "art_27_1_d", "art_14_3_a"),
        ),
        Item(
            "annex_4",
            AI_ACT,
            _annex("4"),
            Text("Pertinence des mesures de performance", "Appropriateness of the metrics"),
            see=("annex_2_b", "annex_2_g"),
            asked=(
                _ask(
                    "metrics",
                    "Pourquoi ce rapport des coûts et ces mesures conviennent au prêteur.",
                    "Why this ratio of costs and these metrics fit the lender.",
                ),
            ),
        ),
        Item(
            "annex_5",
            AI_ACT,
            _annex("5"),
            Text("Gestion des risques (article 9)", "Risk management (Article 9)"),
            asked=(
                _ask(
                    "risk_management",
                    "Le système de gestion des risques : risques recensés, estimés, mesures, risque"
                    " résiduel, revue.",
                    "The risk management system: risks identified, estimated, measures, residual"
                    " risk, review.",
                ),
            ),
        ),
        Item(
            "annex_6",
            AI_ACT,
            _annex("6"),
            Text("Modifications au cours du cycle de vie", "Changes through its lifecycle"),
            see=("annex_2_f",),
            asked=(
                _ask(
                    "changes",
                    "Modifications depuis la mise en service, avec leurs dates (CHANGELOG.md).",
                    "Changes since it was put into service, with their dates (CHANGELOG.md).",
                ),
            ),
        ),
        Item(
            "annex_7",
            AI_ACT,
            _annex("7"),
            Text("Normes harmonisées", "Harmonised standards"),
            asked=(
                _ask(
                    "standards",
                    "Normes appliquées, en tout ou en partie, ou les solutions retenues à leur"
                    " place.",
                    "Standards applied, in full or in part, or the solutions adopted instead.",
                ),
            ),
        ),
        Item(
            "annex_8",
            AI_ACT,
            _annex("8"),
            Text(
                "Déclaration UE de conformité (article 47)",
                "EU declaration of conformity (Article 47)",
            ),
            asked=(
                _ask(
                    "declaration_of_conformity",
                    "Où est la copie de la déclaration.",
                    "Where the copy of the declaration is.",
                ),
            ),
        ),
        Item(
            "annex_9",
            AI_ACT,
            _annex("9"),
            Text(
                "Surveillance après commercialisation (article 72)",
                "Post-market monitoring (Article 72)",
            ),
            told=(facts.monitoring,),
            asked=(
                _ask(
                    "monitoring_plan",
                    "Le plan : qui regarde quoi, à quel rythme, et ce qui s’ensuit.",
                    "The plan: who looks at what, how often, and what follows.",
                ),
            ),
        ),
    ),
)

INSTRUCTIONS_FOR_USE = Chapter(
    "instructions_for_use",
    Text("Notice d’utilisation", "Instructions for use"),
    (
        Item(
            "art_13_3_a",
            AI_ACT,
            _place("13", "3", "a"),
            Text("Fournisseur", "Provider"),
            see=("annex_1_a",),
        ),
        Item(
            "art_13_3_b_i",
            AI_ACT,
            _place("13", "3", "b", "i"),
            Text("Destination", "Intended purpose"),
            see=("annex_1_a",),
        ),
        Item(
            "art_13_3_b_ii",
            AI_ACT,
            _place("13", "3", "b", "ii"),
            Text("Exactitude, robustesse, cybersécurité", "Accuracy, robustness, cybersecurity"),
            see=("annex_2_g", "annex_2_h", "annex_3"),
        ),
        Item(
            "art_13_3_b_iii",
            AI_ACT,
            _place("13", "3", "b", "iii"),
            Text("Circonstances qui créent un risque", "Circumstances that may lead to risks"),
            told=(facts.review_rules,),
            see=("annex_3",),
            asked=(
                _ask(
                    "misuse",
                    "Mauvais usages prévisibles chez le prêteur, et comment ils sont empêchés.",
                    "Misuse that is foreseeable at the lender, and how it is prevented.",
                ),
            ),
        ),
        Item(
            "art_13_3_b_iv",
            AI_ACT,
            _place("13", "3", "b", "iv"),
            Text("Expliquer une sortie", "Explaining an output"),
            told=(facts.explanation,),
        ),
        Item(
            "art_13_3_b_v",
            AI_ACT,
            _place("13", "3", "b", "v"),
            Text("Performance par groupe", "Performance by group"),
            see=("annex_3",),
        ),
        Item(
            "art_13_3_b_vi",
            AI_ACT,
            _place("13", "3", "b", "vi"),
            Text("Données d’entrée et d’entraînement", "Input and training data"),
            see=("annex_3", "art_10_2_e", "register"),
        ),
        Item(
            "art_13_3_b_vii",
            AI_ACT,
            _place("13", "3", "b", "vii"),
            Text("Lire une sortie et s’en servir", "Reading an output and using it"),
            told=(facts.reading_a_score,),
        ),
        Item(
            "art_13_3_c",
            AI_ACT,
            _place("13", "3", "c"),
            Text("Changements prévus d’avance", "Pre-determined changes"),
            see=("annex_2_f",),
        ),
        Item(
            "art_13_3_d",
            AI_ACT,
            _place("13", "3", "d"),
            Text("Contrôle humain", "Human oversight"),
            see=("art_14_3_a", "art_14_4_d", "art_14_4_e"),
        ),
        Item(
            "art_13_3_e",
            AI_ACT,
            _place("13", "3", "e"),
            Text("Ressources, durée de vie, entretien", "Resources, lifetime, maintenance"),
            see=("annex_1_e", "annex_9"),
            asked=(
                _ask(
                    "lifetime",
                    "Durée de vie attendue, entretien et son rythme.",
                    "Expected lifetime, maintenance and how often.",
                ),
            ),
        ),
        Item(
            "art_13_3_f",
            AI_ACT,
            _place("13", "3", "f"),
            Text("Recueillir et lire les journaux", "Collecting and reading the logs"),
            see=("art_12_1", "art_12_2"),
        ),
    ),
)

DATA_GOVERNANCE = Chapter(
    "data_governance",
    Text("Gouvernance des données", "Data governance"),
    (
        Item(
            "art_10_2_a",
            AI_ACT,
            _place("10", "2", "a"),
            Text("Choix de conception", "Design choices"),
            told=(facts.choice_of_data,),
        ),
        Item(
            "art_10_2_b",
            AI_ACT,
            _place("10", "2", "b"),
            Text("Collecte et origine", "Collection and origin"),
            told=(facts.sources,),
            asked=(
                _ask(
                    "data_origin",
                    "Comment et pour quelle finalité d’origine les données ont été collectées, et"
                    " par qui.",
                    "How and for which original purpose the data were collected, and by whom.",
                ),
            ),
        ),
        Item(
            "art_10_2_c",
            AI_ACT,
            _place("10", "2", "c"),
            Text("Préparation", "Preparation"),
            told=(facts.preparation,),
        ),
        Item(
            "art_10_2_d",
            AI_ACT,
            _place("10", "2", "d"),
            Text("Hypothèses", "Assumptions"),
            told=(facts.meaning_of_the_label,),
            see=("annex_2_b",),
        ),
        Item(
            "art_10_2_e",
            AI_ACT,
            _place("10", "2", "e"),
            Text("Disponibilité, quantité, adéquation", "Availability, quantity, suitability"),
            told=(facts.clients,),
        ),
        Item(
            "art_10_2_f",
            AI_ACT,
            _place("10", "2", "f"),
            Text("Examen des biais", "Examination of biases"),
            told=(facts.protected,),
            see=("annex_3",),
        ),
        Item(
            "art_10_2_g",
            AI_ACT,
            _place("10", "2", "g"),
            Text("Mesures contre les biais", "Measures against biases"),
            told=(facts.withheld,),
        ),
        Item(
            "art_10_2_h",
            AI_ACT,
            _place("10", "2", "h"),
            Text("Lacunes", "Gaps and shortcomings"),
            see=("annex_3",),
            asked=(
                _ask(
                    "data_gaps",
                    "Ce que le prêteur fait des lacunes, par exemple des clients refusés dont on ne"
                    " sait rien.",
                    "What the lender does about gaps, such as refused clients of whom nothing is"
                    " known.",
                ),
            ),
        ),
        Item(
            "art_10_3",
            AI_ACT,
            _place("10", "3"),
            Text("Représentativité", "Representativeness"),
            see=("art_10_2_e", "annex_3"),
            asked=(
                _ask(
                    "representativeness",
                    "En quoi ces clients ressemblent à ceux à qui le système s’applique.",
                    "How these clients are like those to whom the system is applied.",
                ),
            ),
        ),
        Item(
            "art_10_4",
            AI_ACT,
            _place("10", "4"),
            Text("Cadre géographique et fonctionnel", "Geographical and functional setting"),
            asked=(
                _ask(
                    "setting",
                    "Pays, canaux et produits auxquels le système s’applique.",
                    "Countries, channels and products to which the system is applied.",
                ),
            ),
        ),
        Item(
            "art_4a",
            AI_ACT,
            Text("art. 4 bis", "Art. 4a"),
            Text("Catégories particulières de données", "Special categories of data"),
            asked=(
                _ask(
                    "special_categories",
                    "Si de telles données ont été traitées pour détecter des biais, et à quelles"
                    " conditions.",
                    "Whether such data were processed to detect biases, and on which conditions.",
                ),
            ),
        ),
    ),
)

FUNDAMENTAL_RIGHTS = Chapter(
    "fundamental_rights",
    Text("Analyse d’impact sur les droits fondamentaux", "Fundamental rights impact assessment"),
    (
        Item(
            "art_27_1_a",
            AI_ACT,
            _place("27", "1", "a"),
            Text("Processus du déployeur", "The deployer’s processes"),
            see=("annex_1_a", "annex_1_g"),
            asked=(
                _ask(
                    "process",
                    "Le parcours d’une demande chez le prêteur, et où le score y intervient.",
                    "The way of an application at the lender, and where the score comes in.",
                ),
            ),
        ),
        Item(
            "art_27_1_b",
            AI_ACT,
            _place("27", "1", "b"),
            Text("Durée et fréquence", "Period and frequency"),
            see=("art_12_2",),
            asked=(
                _ask(
                    "period_of_use",
                    "Depuis quand, jusqu’à quand et combien de fois le système doit servir.",
                    "From when, until when and how often the system is meant to be used.",
                ),
            ),
        ),
        Item(
            "art_27_1_c",
            AI_ACT,
            _place("27", "1", "c"),
            Text("Personnes et groupes concernés", "Persons and groups affected"),
            see=("annex_3", "art_10_2_e"),
            asked=(
                _ask(
                    "affected_persons",
                    "Les catégories de personnes touchées, celles que les données ne connaissent"
                    " pas comprises.",
                    "The categories of persons affected, those that the data do not know included.",
                ),
            ),
        ),
        Item(
            "art_27_1_d",
            AI_ACT,
            _place("27", "1", "d"),
            Text("Risques de préjudice", "Risks of harm"),
            see=("annex_3", "art_13_3_b_iii"),
            asked=(
                _ask(
                    "risks_of_harm",
                    "Pour chaque groupe dont le rapport est marqué, le préjudice craint et s’il est"
                    " justifié.",
                    "For each group whose ratio is marked, the harm feared and whether it is"
                    " justified.",
                ),
            ),
        ),
        Item(
            "art_27_1_e",
            AI_ACT,
            _place("27", "1", "e"),
            Text("Contrôle humain en pratique", "Human oversight in practice"),
            see=("art_14_3_a", "art_14_4_d"),
            asked=(
                _ask(
                    "oversight_in_practice",
                    "Qui contrôle, quand, avec quel temps et quelle autorité.",
                    "Who oversees, when, with how much time and which authority.",
                ),
            ),
        ),
        Item(
            "art_27_1_f",
            AI_ACT,
            _place("27", "1", "f"),
            Text("Mesures si un risque se réalise", "Measures where a risk materialises"),
            asked=(
                _ask(
                    "measures_and_complaints",
                    "Gouvernance interne, réclamations, suspension du système.",
                    "Internal governance, complaints, suspension of the system.",
                ),
            ),
        ),
        Item(
            "art_27_3",
            AI_ACT,
            _place("27", "3"),
            Text("Notification à l’autorité", "Notification to the authority"),
            asked=(
                _ask(
                    "notification",
                    "Date et référence de la notification à l’autorité de surveillance du marché.",
                    "Date and reference of the notification to the market surveillance authority.",
                ),
            ),
        ),
        Item(
            "art_27_4",
            AI_ACT,
            _place("27", "4"),
            Text(
                "Analyse d’impact sur la protection des données",
                "Data protection impact assessment",
            ),
            asked=(
                _ask(
                    "data_protection_impact",
                    "Les sections de l’analyse (article 35 du RGPD) auxquelles on renvoie.",
                    "The sections of that assessment (Article 35 GDPR) that are referred to.",
                ),
            ),
        ),
    ),
)

OVERSIGHT_AND_LOGGING = Chapter(
    "oversight_and_logging",
    Text("Contrôle humain et journaux", "Oversight and logging"),
    (
        Item(
            "art_12_1",
            AI_ACT,
            _place("12", "1"),
            Text("Enregistrement automatique", "Automatic recording"),
            told=(facts.what_is_logged,),
        ),
        Item(
            "art_12_2",
            AI_ACT,
            _place("12", "2"),
            Text(
                "Traçabilité : risques, surveillance, exploitation",
                "Traceability: risks, monitoring, operation",
            ),
            told=(facts.journal_state,),
            see=("annex_9",),
        ),
        Item(
            "art_14_3_a",
            AI_ACT,
            _place("14", "3", "a"),
            Text("Mesures intégrées au système", "Measures built into the system"),
            told=(facts.oversight_built_in,),
        ),
        Item(
            "art_14_3_b",
            AI_ACT,
            _place("14", "3", "b"),
            Text("Mesures du déployeur", "Measures of the deployer"),
            asked=(
                _ask(
                    "oversight_by_deployer",
                    "Règles de service : qui revoit un refus, double regard, formation.",
                    "House rules: who looks at a refusal again, second pair of eyes, training.",
                ),
            ),
        ),
        Item(
            "art_14_4_a",
            AI_ACT,
            _place("14", "4", "a"),
            Text("Comprendre capacités et limites", "Understanding capacities and limits"),
            see=("annex_3", "annex_9", "art_13_3_b_iii"),
        ),
        Item(
            "art_14_4_b",
            AI_ACT,
            _place("14", "4", "b"),
            Text("Biais d’automatisation", "Automation bias"),
            see=("art_14_4_d",),
            asked=(
                _ask(
                    "automation_bias",
                    "Ce qui est fait pour que les personnes ne suivent pas le calcul les yeux"
                    " fermés.",
                    "What is done so that people do not follow the calculation blindly.",
                ),
            ),
        ),
        Item(
            "art_14_4_c",
            AI_ACT,
            _place("14", "4", "c"),
            Text("Interpréter la sortie", "Interpreting the output"),
            see=("art_13_3_b_iv", "art_13_3_b_vii"),
        ),
        Item(
            "art_14_4_d",
            AI_ACT,
            _place("14", "4", "d"),
            Text("Décider autrement", "Deciding otherwise"),
            told=(facts.deciding_otherwise,),
        ),
        Item(
            "art_14_4_e",
            AI_ACT,
            _place("14", "4", "e"),
            Text("Arrêter le système", "Stopping the system"),
            told=(facts.stopping,),
        ),
        Item(
            "art_19_1",
            AI_ACT,
            _place("19", "1"),
            Text("Conservation des journaux par le fournisseur", "Keeping of logs by the provider"),
            see=("art_26_6",),
        ),
        Item(
            "art_26_1",
            AI_ACT,
            _place("26", "1"),
            Text("Usage selon la notice", "Use according to the instructions"),
            asked=(
                _ask(
                    "use_by_instructions",
                    "Mesures techniques et d’organisation qui l’assurent.",
                    "Technical and organisational measures that ensure it.",
                ),
            ),
        ),
        Item(
            "art_26_2",
            AI_ACT,
            _place("26", "2"),
            Text("Personnes chargées du contrôle", "Persons who oversee"),
            asked=(
                _ask(
                    "persons_who_oversee",
                    "Compétence, formation, autorité et soutien des personnes désignées.",
                    "Competence, training, authority and support of the persons assigned.",
                ),
            ),
        ),
        Item(
            "art_26_4",
            AI_ACT,
            _place("26", "4"),
            Text("Données d’entrée", "Input data"),
            see=("annex_3", "art_10_3"),
        ),
        Item(
            "art_26_5",
            AI_ACT,
            _place("26", "5"),
            Text("Surveiller, informer, suspendre", "Monitoring, informing, suspending"),
            see=("annex_9", "art_14_4_e", "art_27_1_f"),
        ),
        Item(
            "art_26_6",
            AI_ACT,
            _place("26", "6"),
            Text("Conservation des journaux par le déployeur", "Keeping of logs by the deployer"),
            told=(facts.retention,),
            asked=(
                _ask(
                    "retention",
                    "Durée de conservation, six mois au moins sauf disposition contraire, et ce qui"
                    " la fonde.",
                    "How long logs are kept, at least six months unless provided otherwise, and on"
                    " which ground.",
                ),
            ),
        ),
        Item(
            "art_26_7",
            AI_ACT,
            _place("26", "7"),
            Text("Information des travailleurs", "Information of workers"),
            asked=(
                _ask(
                    "workers_informed",
                    "Quand et comment le personnel et ses représentants ont été informés.",
                    "When and how staff and their representatives were informed.",
                ),
            ),
        ),
        Item(
            "art_26_9",
            AI_ACT,
            _place("26", "9"),
            Text("Protection des données", "Data protection"),
            see=("art_27_4",),
        ),
        Item(
            "art_26_11",
            AI_ACT,
            _place("26", "11"),
            Text("Information des clients", "Information of clients"),
            see=("credit_18_8_a", "credit_18_9"),
        ),
    ),
)

CONSUMER_CREDIT_LAW = Chapter(
    "consumer_credit",
    Text("Ce que le crédit à la consommation exige", "What consumer-credit law asks"),
    (
        Item(
            "credit_18_1",
            CONSUMER_CREDIT,
            _place("18", "1"),
            Text("Évaluation approfondie de la solvabilité", "Thorough assessment"),
            see=("annex_1_a",),
            asked=(
                _ask(
                    "thorough_assessment",
                    "Ce que le prêteur évalue en plus du score, dans l’intérêt du consommateur.",
                    "What the lender assesses beside the score, in the consumer’s interest.",
                ),
            ),
        ),
        Item(
            "credit_18_3",
            CONSUMER_CREDIT,
            _place("18", "3"),
            Text("Informations utilisées", "Information used"),
            told=(facts.families,),
            see=("register", "art_10_2_b"),
            asked=(
                _ask(
                    "verification",
                    "Comment les informations sont vérifiées ; qu’aucune ne vient de réseaux"
                    " sociaux.",
                    "How information is verified; that none comes from social networks.",
                ),
            ),
        ),
        Item(
            "credit_18_4",
            CONSUMER_CREDIT,
            _place("18", "4"),
            Text("Procédures consignées", "Documented procedures"),
            see=("annex_2_b", "art_12_1"),
            asked=(
                _ask(
                    "procedures",
                    "Où la procédure d’évaluation est consignée.",
                    "Where the procedure of the assessment is documented.",
                ),
            ),
        ),
        Item(
            "credit_18_8_a",
            CONSUMER_CREDIT,
            _place("18", "8", "a"),
            Text("Explication claire et compréhensible", "Clear and comprehensible explanation"),
            told=(facts.client_letter,),
            see=("art_13_3_b_iv", "annex_2_b"),
        ),
        Item(
            "credit_18_8_b",
            CONSUMER_CREDIT,
            _place("18", "8", "b"),
            Text("Point de vue du consommateur", "The consumer’s point of view"),
            see=("credit_18_8_a",),
            asked=(
                _ask(
                    "point_of_view",
                    "Par quelle voie le client le donne, et à qui.",
                    "In which way the client gives it, and to whom.",
                ),
            ),
        ),
        Item(
            "credit_18_8_c",
            CONSUMER_CREDIT,
            _place("18", "8", "c"),
            Text("Réexamen de l’évaluation", "Review of the assessment"),
            see=("art_14_4_d",),
            asked=(
                _ask(
                    "review_of_assessment",
                    "Qui réexamine, en combien de temps.",
                    "Who reviews, within which time.",
                ),
            ),
        ),
        Item(
            "credit_18_9",
            CONSUMER_CREDIT,
            _place("18", "9"),
            Text("Information en cas de refus", "Information upon a refusal"),
            see=("credit_18_8_a",),
            asked=(
                _ask(
                    "refusal",
                    "Délai et canal du refus, procédure de contestation, services de conseil aux"
                    " personnes endettées.",
                    "Time and channel of the refusal, procedure for contesting, debt advisory"
                    " services.",
                ),
            ),
        ),
        Item(
            "credit_18_11",
            CONSUMER_CREDIT,
            _place("18", "11"),
            Text("Pas le seul historique de crédit", "Not on credit history alone"),
            see=("credit_18_3", "register"),
        ),
        Item(
            "judgment_1",
            DUN_AND_BRADSTREET,
            Text("dispositif, point 1", "operative part, point 1"),
            Text(
                "Procédure et principes concrètement appliqués",
                "Procedure and principles actually applied",
            ),
            told=(facts.what_would_change,),
            see=("credit_18_8_a", "art_13_3_b_iv"),
        ),
        Item(
            "judgment_2",
            DUN_AND_BRADSTREET,
            Text("dispositif, point 2", "operative part, point 2"),
            Text("Secrets d’affaires et données de tiers", "Trade secrets and data of others"),
            asked=(
                _ask(
                    "trade_secrets",
                    "Ce que le prêteur tient pour secret, et comment il le soumettrait à l’autorité"
                    " ou au juge.",
                    "What the lender holds to be secret, and how it would submit it to the"
                    " authority or the court.",
                ),
            ),
        ),
        Item(
            "gdpr_22",
            GDPR,
            _place("22"),
            Text("Décision fondée sur un seul traitement automatisé", "Solely automated decisions"),
            see=("art_14_3_a",),
            asked=(
                _ask(
                    "solely_automated",
                    "Si une décision est prise ou préparée de façon déterminante sans personne, et"
                    " sur quel fondement.",
                    "Whether a decision is taken, or decisively prepared, without a person, and on"
                    " which ground.",
                ),
            ),
        ),
        Item(
            "art_86",
            AI_ACT,
            _place("86"),
            Text("Explication d’une décision individuelle", "Explanation of a decision"),
            see=("credit_18_8_a",),
        ),
    ),
)

REGISTER = Chapter(
    "register_of_purposes",
    Text("Registre des finalités des variables", "Register of the purposes of features"),
    (
        Item(
            "register",
            None,
            Text("règle du projet", "rule of the project"),
            Text("Chaque variable a une finalité", "Each feature has a purpose"),
            told=(facts.register,),
        ),
    ),
)

CHAPTERS = (
    TECHNICAL_DOCUMENTATION,
    INSTRUCTIONS_FOR_USE,
    DATA_GOVERNANCE,
    FUNDAMENTAL_RIGHTS,
    OVERSIGHT_AND_LOGGING,
    CONSUMER_CREDIT_LAW,
    REGISTER,
)
ITEMS: dict[str, Item] = {item.name: item for chapter in CHAPTERS for item in chapter.items}


def questions(items: Iterable[Item] = ITEMS.values()) -> list[tuple[str, Question]]:
    """List what people are asked, each with the place that asks for it, in English."""
    return list(
        chain.from_iterable(
            [(item.place.en, question) for question in item.asked] for item in items
        )
    )
