"""The acts that the dossier follows, where they are published, and when they apply.

Whoever changes an item looks the act up first. `READ` says which text was read, and when; what was
not read is cited by its number alone.
"""

from dataclasses import dataclass

from lib.features.description import Text

# The day on which the texts below were read last.
READ = "2026-11-26"


@dataclass(frozen=True)
class Act:
    """One act or judgment.

    Parameters
    ----------
    name : Text
        As it is cited.
    where : str
        Address of the text.
    applies : Text
        From when on, and by which provision; what of it was read.
    """

    name: Text
    where: str
    applies: Text


AI_ACT = Act(
    Text("Règlement (UE) 2024/1689 (règlement sur l’IA)", "Regulation (EU) 2024/1689 (AI Act)"),
    "https://eur-lex.europa.eu/eli/reg/2024/1689/oj",
    Text(
        "du 13 juin 2024, JO L, 2024/1689, 12.7.2024, modifié par le règlement (UE) 2026/1744 du"
        " 8 juillet 2026, JO L, 2026/1744, 24.7.2026. L’évaluation de la solvabilité des personnes"
        " physiques est à haut risque (article 6, paragraphe 2, et annexe III, point 5 b)). Le"
        " chapitre III, sections 1 à 3, s’y applique à partir du 2 décembre 2027 (article 113,"
        " troisième alinéa, point c), tel que modifié). Lus dans la version consolidée du"
        " 27 juillet 2026 (CELEX 02024R1689-20260727) : articles 9 à 15 et 26, annexe III ;"
        " lus ailleurs : article 19, paragraphe 1, article 27 tel que modifié, annexe IV. Les"
        " autres articles ne sont cités que par leur numéro.",
        "of 13 June 2024, OJ L, 2024/1689, 12.7.2024, amended by Regulation (EU) 2026/1744 of 8"
        " July 2026, OJ L, 2026/1744, 24.7.2026. To evaluate the creditworthiness of natural"
        " persons is high-risk (Article 6(2) and Annex III, point 5(b)). Chapter III, Sections 1"
        " to 3, applies to it from 2 December 2027 (Article 113, third paragraph, point (c), as"
        " amended). Read in the consolidated version of 27 July 2026 (CELEX 02024R1689-20260727):"
        " Articles 9 to 15 and 26, Annex III; read elsewhere: Article 19(1), Article 27 as"
        " amended, Annex IV. Other articles are cited by their number alone.",
    ),
)
CONSUMER_CREDIT = Act(
    Text(
        "Directive (UE) 2023/2225 (crédit aux consommateurs)",
        "Directive (EU) 2023/2225 (consumer credit)",
    ),
    "https://eur-lex.europa.eu/eli/dir/2023/2225/oj",
    Text(
        "du 18 octobre 2023, JO L, 2023/2225, 30.10.2023. Les États membres appliquent leurs"
        " dispositions à partir du 20 novembre 2026 (article 48, paragraphe 1) ; en France,"
        " ordonnance n° 2025-880 du 3 septembre 2025, dont l’article 19 remplace l’article L."
        " 312-16 du code de la consommation. Lu : article 18, en anglais.",
        "of 18 October 2023, OJ L, 2023/2225, 30.10.2023. Member States apply their provisions from"
        " 20 November 2026 (Article 48(1)); in France Ordonnance no. 2025-880 of 3 September 2025,"
        " whose Article 19 replaces Article L. 312-16 of the Consumer Code. Read: Article 18.",
    ),
)
DUN_AND_BRADSTREET = Act(
    Text(
        "CJUE, 27 février 2025, C-203/22, Dun & Bradstreet Austria",
        "CJEU, 27 February 2025, C-203/22, Dun & Bradstreet Austria",
    ),
    "https://curia.europa.eu/juris/liste.jsf?num=C-203/22",
    Text(
        "EU:C:2025:117, sur l’article 15, paragraphe 1, sous h), du règlement (UE) 2016/679. Lu :"
        " le dispositif.",
        "EU:C:2025:117, on Article 15(1)(h) of Regulation (EU) 2016/679. Read: the operative part.",
    ),
)
GDPR = Act(
    Text("Règlement (UE) 2016/679 (RGPD)", "Regulation (EU) 2016/679 (GDPR)"),
    "https://eur-lex.europa.eu/eli/reg/2016/679/oj",
    Text("Cité par les numéros seuls.", "Cited by numbers alone."),
)
ACTS = (AI_ACT, CONSUMER_CREDIT, DUN_AND_BRADSTREET, GDPR)
