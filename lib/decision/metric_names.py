"""How people name the figures by which decisions are judged."""

METRIC_NAMES = {
    "business_cost": "Business cost per client",
    "business_cost_at_half": "Business cost, refusing from 50%",
    "business_cost_granting_all": "Business cost of granting all",
    "business_cost_refusing_all": "Business cost of refusing all",
    "auc": "AUC",
    "average_precision": "Average precision",
    "ks": "KS, largest distance between both outcomes",
    "brier": "Brier score",
    "accuracy": "Accuracy, right decisions",
    "recall": "Recall, defaults that were refused",
    "precision": "Precision, refused clients who default",
    "f2": "F2, recall counting twice",
    "grant_rate": "Clients granted",
}
