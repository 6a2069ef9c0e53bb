"""The French texts."""

FRENCH: dict[str, str] = {
    # page
    "page.brand": "Prêt à dépenser",
    "page.subtitle": "Demandes de crédit",
    "page.title": "Prêt à dépenser",
    "page.title_client": "Client {number} – Prêt à dépenser",
    "page.language": "Langue",
    "page.welcome": "Choisissez un client",
    "page.welcome_hint": "Saisissez son numéro, ou ouvrez un dossier de la liste.",
    "page.loading": "Ouverture du dossier {number}…",
    # finder
    "finder.title": "Trouver un client",
    "finder.number": "Numéro de client",
    "finder.number_hint": "ex. 100002",
    "finder.open": "Ouvrir",
    "finder.not_a_number": "Un numéro de client ne contient que des chiffres.",
    "finder.filters": "Filtrer la liste",
    "finder.decision": "Décision",
    "finder.any_decision": "Toutes",
    "finder.contract": "Type de contrat",
    "finder.any_contract": "Tous",
    "finder.age": "Âge (ans)",
    "finder.income_from": "Revenu annuel dès",
    "finder.income_to": "jusqu’à",
    "finder.probability": "Risque de non-remboursement (%)",
    "finder.reset": "Effacer les filtres",
    "finder.sort": "Trier par",
    "finder.sort_client_id": "Numéro",
    "finder.sort_riskiest": "Risque, le plus élevé d’abord",
    "finder.sort_safest": "Risque, le plus faible d’abord",
    "finder.list": "Clients",
    "finder.range": "{first}–{last} sur {total}",
    "finder.none": "Aucun client ne correspond à ces filtres.",
    "finder.previous": "Page précédente",
    "finder.next": "Page suivante",
    "finder.row": "{number}   {probability}   {decision}",
    "finder.granted": "Accord",
    "finder.refused": "Refus",
    # client
    "client.title": "Client {number}",
    "client.outcome_repaid": "Crédit passé : remboursé",
    "client.outcome_defaulted": "Crédit passé : non remboursé",
    "client.coverage": "{share} des informations utiles sont renseignées",
    # decision
    "decision.title": "Décision",
    "decision.grant": "Crédit accordé",
    "decision.refuse": "Crédit refusé",
    "decision.probability": "risque de non-remboursement",
    "decision.threshold": "Seuil de refus : {threshold}",
    "decision.this_client": "Ce client : {probability}",
    "decision.scale": (
        "Échelle de 0 à 100 % : le client est à {probability}, le seuil à {threshold}."
    ),
    "decision.above_near": "Juste au-dessus du seuil : {gap} de plus.",
    "decision.above_clear": "Nettement au-dessus du seuil : {gap} de plus.",
    "decision.above_far": "Très au-dessus du seuil : {gap} de plus.",
    "decision.equal": "Exactement au seuil, à partir duquel le crédit est refusé.",
    "decision.below_near": "Juste en dessous du seuil : {gap} de moins.",
    "decision.below_clear": "Nettement en dessous du seuil : {gap} de moins.",
    "decision.below_far": "Très en dessous du seuil : {gap} de moins.",
    "decision.points": "{points} points",
    "decision.point": "{points} point",
    "decision.frequency": (
        "Sur {out_of} clients au profil comparable, {clients} ne remboursent pas."
    ),
    "decision.frequency_one": ("Sur {out_of} clients au profil comparable, 1 ne rembourse pas."),
    "decision.frequency_none": (
        "Sur {out_of} clients au profil comparable, moins d’un ne rembourse pas."
    ),
    "decision.limit": "Nous refusons à partir de {limit} sur {out_of}.",
    "decision.why_threshold": (
        "Le seuil vient du coût des erreurs : un crédit non remboursé coûte {ratio} fois plus "
        "qu’un bon client refusé."
    ),
    "decision.dots": "{clients} points pleins sur 100 : les clients qui ne remboursent pas.",
    # reasons
    "reasons.title": "Pourquoi cette décision ?",
    "reasons.intro": (
        "Ce qui a le plus compté pour ce client, par ordre d’importance. "
        "Cliquez sur une barre pour comparer le client aux autres."
    ),
    "reasons.top": "Nombre de raisons",
    "reasons.for": "◀ pour l’accord",
    "reasons.against": "pour le refus ▶",
    "reasons.feature": "Information",
    "reasons.value": "Valeur",
    "reasons.effect": "Effet",
    "reasons.refuse_strong": "Augmente fortement le risque",
    "reasons.refuse_moderate": "Augmente le risque",
    "reasons.refuse_slight": "Augmente légèrement le risque",
    "reasons.grant_strong": "Réduit fortement le risque",
    "reasons.grant_moderate": "Réduit le risque",
    "reasons.grant_slight": "Réduit légèrement le risque",
    "reasons.missing": "Son absence {effect}",
    "reasons.others": ("Les {count} autres informations, prises ensemble, {effect}."),
    "reasons.others_refuse": "augmentent le risque",
    "reasons.others_grant": "réduisent le risque",
    # information
    "information.title": "Informations sur le client",
    "information.filter": "Chercher une information",
    "information.filter_hint": "ex. revenu",
    "information.none": "Aucune information ne contient « {words} ».",
    "information.count": "{given} renseignées sur {total}",
    # comparison
    "comparison.title": "Comparer avec d’autres clients",
    "comparison.feature": "Information comparée",
    "comparison.group": "Groupe",
    "comparison.all": "Tous les clients",
    "comparison.granted": "Crédits accordés",
    "comparison.refused": "Crédits refusés",
    "comparison.filters": "Liste filtrée",
    "comparison.size": "Groupe : {size} clients, dont {missing} sans cette information.",
    "comparison.size_full": "Groupe : {size} clients.",
    "comparison.empty": "Aucun client de ce groupe n’a cette information.",
    "comparison.this_client": "Ce client : {value}",
    "comparison.not_given": "Cette information n’est pas renseignée pour ce client.",
    "comparison.percentile": ("Avec {value}, ce client dépasse {share} des clients du groupe."),
    "comparison.lowest": "Avec {value}, ce client a l’une des valeurs les plus basses du groupe.",
    "comparison.highest": "Avec {value}, ce client a l’une des valeurs les plus hautes du groupe.",
    "comparison.category": (
        "Comme ce client, {share} des clients du groupe ont la valeur « {value} »."
    ),
    "comparison.other_category": "Aucun client du groupe n’a la valeur « {value} ».",
    "comparison.median": "Valeur du milieu : {value}.",
    "comparison.half": "La moitié des clients se situe entre {low} et {high}.",
    "comparison.table": "Les chiffres du graphique",
    "comparison.value": "Valeur",
    "comparison.clients": "Clients",
    "comparison.share": "Part",
    "comparison.from_to": "{low} à {high}",
    "comparison.axis": "Nombre de clients",
    # notices
    "notice.unreachable": "Le service de calcul ne répond pas",
    "notice.unreachable_hint": (
        "Les informations reviendront dès qu’il sera de nouveau disponible : "
        "nous réessayons toutes les {seconds} secondes."
    ),
    "notice.retry": "Réessayer",
    "notice.unknown": "Aucun client ne porte le numéro {number}",
    "notice.unknown_hint": "Vérifiez le numéro, ou cherchez le client dans la liste.",
    "notice.problem": "Le service de calcul a refusé la demande",
    "notice.details": "Détail pour l’assistance : {details}",
    # families
    "family.identity": "Identité",
    "family.employment": "Emploi et revenus",
    "family.household": "Foyer et logement",
    "family.credit_requested": "Crédit demandé",
    "family.external_scores": "Scores externes",
    "family.credit_elsewhere": "Crédits dans d’autres établissements",
    "family.history_with_us": "Historique chez nous",
    "family.repayment_behaviour": "Habitudes de remboursement",
}
