"""The one table of what is amber and what is red, with what each figure means to people.

From `amber` on a person looks at a figure, from `red` on something is to be done about it. Each
says why these levels. A figure that is made of too few clients has no level; one that chance
explains is green.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

from lib.features.description import Text
from lib.serving.wire import FigureUnit, Level, Part

# Fewer clients tell nothing of a share or a distribution, fewer defaults nothing of a ranking.
FEWEST_CLIENTS, FEWEST_DEFAULTS, FEWEST_DECISIONS = 100, 10, 10


@dataclass(frozen=True)
class Rule:
    """How one figure is judged, and said.

    Parameters
    ----------
    name : str
        Of the figure, also of its gauge.
    part : str
        Of the report.
    label : Text
        How people name it.
    unit : str
        In which it is written.
    amber, red : float
        From where on it is one or the other.
    why : str
        Why these levels, or whose they are.
    well, ill : Text
        What it means in green, and in amber or red. ``{value}``, ``{low}`` and ``{high}`` are
        filled with the figure, as written in its unit; ``{about}`` with what it is told beside.
    small_is_bad : bool
        Whether smaller is worse, as of a p-value.
    """

    name: str
    part: Part
    label: Text
    unit: FigureUnit
    amber: float
    red: float
    why: str
    well: Text
    ill: Text
    small_is_bad: bool = False

    def level(self, value: float | None) -> Level:
        """Judge a value; None, or one that is no number, is unknown.

        Examples
        --------
        >>> rule = RULES["score_psi"]
        >>> [rule.level(value) for value in (0.0999, 0.1, 0.25, None)]
        ['green', 'amber', 'red', 'unknown']
        >>> RULES["auc_fall"].level(0.05), RULES["auc_fall"].level(0.0501)
        ('amber', 'green')
        """
        if value is None or not isfinite(value):
            return "unknown"
        sign = -1 if self.small_is_bad else 1
        if sign * value >= sign * self.red:
            return "red"
        return "amber" if sign * value >= sign * self.amber else "green"


TOO_FEW = Text(
    "Trop peu de clients pour en dire quelque chose.", "Too few clients to say anything of it."
)
CHANCE = "By chance alone one of 20 such tests falls to 0.05, one of 100 to 0.01."

_ALL = (
    Rule(
        "score_psi",
        "inputs",
        Text("Répartition des risques", "Spread of the risks"),
        "index",
        0.1,
        0.25,
        "The usual levels of the population stability index (Siddiqi, 2006).",
        Text(
            "Les clients se répartissent selon leur risque comme ceux de la référence.",
            "Clients are spread over the risks as those of the reference are.",
        ),
        Text(
            "Les clients ne se répartissent plus selon leur risque comme ceux de la référence : "
            "d’autres clients viennent, ou leurs données ont changé.",
            "Clients are no longer spread over the risks as those of the reference: other clients "
            "come, or their data have changed.",
        ),
    ),
    Rule(
        "feature_psi",
        "inputs",
        Text("Information la plus décalée", "Information that has moved most"),
        "index",
        0.1,
        0.25,
        "The usual levels of the population stability index (Siddiqi, 2006), and more than chance.",
        Text(
            "Aucune information ne s’est décalée plus que par hasard et de façon notable.",
            "No information has moved by more than chance and enough to matter.",
        ),
        Text(
            "Se sont décalées : {about}. Cherchez si les clients ont changé, ou leur saisie.",
            "These have moved: {about}. Find out whether clients have changed, or their recording.",
        ),
    ),
    Rule(
        "missing_rise",
        "inputs",
        Text("Hausse des valeurs manquantes", "Rise of missing values"),
        "share",
        0.05,
        0.15,
        "One client in 20 of whom a fact is lost is no accident; one in seven is a broken source.",
        Text(
            "Aucune information ne manque beaucoup plus souvent qu’avant.",
            "No information is missing much more often than before.",
        ),
        Text(
            "Manque plus souvent qu’avant : {about}. Une source est peut-être en panne.",
            "Missing more often than before: {about}. A source may be broken.",
        ),
    ),
    Rule(
        "unseen_share",
        "inputs",
        Text("Catégories inconnues", "Unknown categories"),
        "share",
        0.01,
        0.05,
        "The model learned nothing of them: one client in 100 is worth a look, one in 20 a repair.",
        Text(
            "Presque aucun client n’a une catégorie que le modèle ne connaît pas.",
            "Hardly any client has a category that the model does not know.",
        ),
        Text(
            "{value} des clients ont une catégorie que le modèle n’a jamais vue : {about}.",
            "{value} of the clients have a category that the model has never seen: {about}.",
        ),
    ),
    Rule(
        "review_share",
        "inputs",
        Text("Scores à examiner", "Scores to look at"),
        "share",
        0.1,
        0.25,
        "About 4 in 100 clients like those seen are to be looked at; twice and six times as many.",
        Text(
            "{value} des scores demandent qu’une personne les examine ({about} à la référence).",
            "{value} of the scores ask for a person’s look ({about} in the reference).",
        ),
        Text(
            "{value} des scores demandent qu’une personne les examine, contre {about} à la "
            "référence : le modèle voit des clients qu’il connaît mal.",
            "{value} of the scores ask for a person’s look, against {about} in the reference: the "
            "model meets clients whom it hardly knows.",
        ),
    ),
    Rule(
        "expected_cost_rise",
        "before_outcomes",
        Text("Coût attendu, rapporté à la référence", "Expected cost against the reference"),
        "ratio",
        1.1,
        1.25,
        "Against the cost on the test clients: a tenth more is worth a look, a quarter a decision.",
        Text(
            "Les décisions devraient coûter, par client, {about}.",
            "Per client, decisions should cost {about}.",
        ),
        Text(
            "Les décisions devraient coûter, par client, {about} : les clients sont plus risqués, "
            "ou plus difficiles à départager.",
            "Per client, decisions should cost {about}: clients are riskier, or harder to tell "
            "apart.",
        ),
    ),
    Rule(
        "expected_auc_fall",
        "before_outcomes",
        Text("Recul attendu du classement (AUC)", "Expected fall of the ranking (AUC)"),
        "auc",
        0.02,
        0.05,
        "Below the AUC on the test clients; two hundredths are about what a feature is worth.",
        Text(
            "Les clients devraient être classés à {about}.",
            "Clients should be ranked at {about}.",
        ),
        Text(
            "Les clients devraient être moins bien classés : {about}.",
            "Clients should be ranked less well: {about}.",
        ),
    ),
    Rule(
        "realised_cost_rise",
        "after_outcomes",
        Text("Coût constaté, rapporté à l’attendu", "Realised cost against the expected"),
        "ratio",
        1.1,
        1.25,
        "What was expected of the same clients: beyond its interval, a tenth or a quarter more.",
        Text(
            "Les décisions ont coûté, par client, {about}.",
            "Per client, decisions have cost {about}.",
        ),
        Text(
            "Les décisions ont coûté plus qu’attendu, par client : {about}. Les probabilités ne "
            "tiennent plus.",
            "Decisions have cost more than expected, per client: {about}. The probabilities no "
            "longer hold.",
        ),
    ),
    Rule(
        "auc_fall",
        "after_outcomes",
        Text("Recul du classement (AUC)", "Fall of the ranking (AUC)"),
        "p_value",
        0.05,
        0.01,
        CHANCE,
        Text(
            "Le classement est celui de la mise au point, au hasard près : {about}.",
            "The ranking is that of the development, but for chance: {about}.",
        ),
        Text(
            "Le classement a reculé depuis la mise au point : {about}. Si seuls les crédits "
            "accordés ont une issue, une partie du recul vient de là.",
            "The ranking has fallen since the development: {about}. Where only granted credits "
            "have an outcome, part of the fall comes from that.",
        ),
        small_is_bad=True,
    ),
    Rule(
        "grades",
        "after_outcomes",
        Text("Probabilités par classe de risque", "Probabilities by grade"),
        "p_value",
        0.05,
        0.01,
        CHANCE,
        Text(
            "Aucune classe de risque ne compte plus de défauts qu’annoncé, au hasard près.",
            "No grade has more defaults than was told, but for chance.",
        ),
        Text(
            "Plus de défauts qu’annoncé dans {about}.",
            "More defaults than was told in {about}.",
        ),
        small_is_bad=True,
    ),
    Rule(
        "hosmer_lemeshow",
        "after_outcomes",
        Text("Probabilités sur toute l’échelle", "Probabilities over their whole range"),
        "p_value",
        0.05,
        0.01,
        CHANCE,
        Text(
            "Sur toute l’échelle, les défauts suivent les probabilités (Hosmer-Lemeshow).",
            "Over the whole range defaults follow the probabilities (Hosmer–Lemeshow).",
        ),
        Text(
            "À certains niveaux de risque, les défauts s’écartent des probabilités "
            "(Hosmer-Lemeshow).",
            "At some levels of risk defaults part from the probabilities (Hosmer–Lemeshow).",
        ),
        small_is_bad=True,
    ),
    Rule(
        "spiegelhalter",
        "after_outcomes",
        Text("Probabilités dans l’ensemble", "Probabilities overall"),
        "p_value",
        0.05,
        0.01,
        CHANCE,
        Text(
            "Dans l’ensemble, les probabilités tiennent : {about} (Spiegelhalter).",
            "Overall the probabilities hold: {about} (Spiegelhalter).",
        ),
        Text(
            "Dans l’ensemble, les probabilités ne tiennent plus : {about} (Spiegelhalter).",
            "Overall the probabilities no longer hold: {about} (Spiegelhalter).",
        ),
        small_is_bad=True,
    ),
    Rule(
        "segments",
        "after_outcomes",
        Text("Probabilités par type de client", "Probabilities by kind of client"),
        "p_value",
        0.05,
        0.01,
        CHANCE,
        Text(
            "Aucun type de client n’a été jugé trop ou trop peu risqué, au hasard près.",
            "No kind of client was told too much or too little risk, but for chance.",
        ),
        Text(
            "Mal jugés : {about}.",
            "Misjudged: {about}.",
        ),
        small_is_bad=True,
    ),
    Rule(
        "override_share",
        "oversight",
        Text("Décisions contre le modèle", "Decisions against the model"),
        "share",
        0.1,
        0.25,
        "A person who never differs does not look; one in four, and model or rules are in doubt.",
        Text(
            "{value} des décisions diffèrent de celles du modèle.",
            "{value} of the decisions differ from the model’s.",
        ),
        Text(
            "{value} des décisions diffèrent de celles du modèle : cherchez pourquoi.",
            "{value} of the decisions differ from the model’s: find out why.",
        ),
    ),
    Rule(
        "override_cost",
        "oversight",
        Text("Ce que coûtent ces décisions", "What these decisions cost"),
        "cost",
        0.05,
        1.0,
        "Above 0 following the model would have cost less; 1 is a good client refused.",
        Text(
            "Décider contre le modèle a coûté {about} le suivre.",
            "Deciding against the model has cost {about} following it.",
        ),
        Text(
            "Décider contre le modèle a coûté {about} le suivre : cherchez pourquoi.",
            "Deciding against the model has cost {about} following it: find out why.",
        ),
    ),
    Rule(
        "overrides_by_group",
        "oversight",
        Text("Décisions contre le modèle, par groupe", "Decisions against the model, by group"),
        "p_value",
        0.05,
        0.01,
        CHANCE,
        Text(
            "On décide contre le modèle aussi souvent dans tous les groupes, au hasard près.",
            "People decide against the model as often in all groups, but for chance.",
        ),
        Text(
            "On ne décide pas contre le modèle aussi souvent dans tous les groupes : {about}. "
            "Cherchez si les raisons le justifient.",
            "People do not decide against the model as often in all groups: {about}. Find out "
            "whether the reasons justify it.",
        ),
        small_is_bad=True,
    ),
    Rule(
        "days_waiting",
        "oversight",
        Text("Refus sans regard humain", "Refusals that nobody has seen"),
        "days",
        2.0,
        5.0,
        "A refusal is looked at by a person before the client is told: within two working days.",
        Text(
            "Le refus qui attend depuis le plus longtemps attend depuis {value} ; ils sont "
            "{about} à attendre.",
            "The refusal that has waited longest has waited for {value}; {about} are waiting.",
        ),
        Text(
            "{about} refus attendent qu’une personne les regarde, le plus ancien depuis {value}.",
            "{about} refusals wait for a person’s look, the oldest for {value}.",
        ),
    ),
    Rule(
        "hours_to_decide",
        "oversight",
        Text("Temps pour décider", "Time to decide"),
        "hours",
        24.0,
        72.0,
        "Half of the clients are told within a day, or within three.",
        Text(
            "La moitié des décisions sont prises en moins de {value} après le score.",
            "Half of the decisions are made within {value} of the score.",
        ),
        Text(
            "La moitié des décisions prennent plus de {value} après le score.",
            "Half of the decisions take more than {value} after the score.",
        ),
    ),
)

RULES: Mapping[str, Rule] = {rule.name: rule for rule in _ALL}
