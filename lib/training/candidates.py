"""Who competes; to add a candidate, add an entry."""

from collections.abc import Mapping
from typing import Any

from lib.training.candidate import Candidate
from lib.training.encoding import for_linear_model
from lib.training.estimators import (
    FEW_CLIENTS_DEFAULTS,
    FOREST_DEFAULTS,
    LIGHTGBM_DEFAULTS,
    LOGISTIC_DEFAULTS,
    balanced_forest,
    dummy,
    forest_space,
    lightgbm,
    lightgbm_space,
    logistic_regression,
    logistic_space,
    weighted_lightgbm,
    weighted_logistic_regression,
)
from lib.training.sampling import over_sampling, under_sampling

LINEAR: Mapping[str, Any] = {
    "encode": for_linear_model,
    "space": logistic_space,
    "defaults": LOGISTIC_DEFAULTS,
    "complexity": 1,
}
BOOSTED: Mapping[str, Any] = {
    "space": lightgbm_space,
    "defaults": LIGHTGBM_DEFAULTS,
    "complexity": 2,
}

# In the order in which they are tried first: a short search sees one of each kind that matters.
CANDIDATES: tuple[Candidate, ...] = (
    Candidate(
        name="dummy",
        french="Taux de défaut moyen",
        english="Average default rate",
        imbalance="none",
        estimate=dummy,
    ),
    Candidate(
        name="logistic_regression_under_sampling",
        french="Régression logistique, sous-échantillonnage",
        english="Logistic regression, under-sampling",
        imbalance="under_sampling",
        estimate=logistic_regression,
        sample=under_sampling,
        **LINEAR,
    ),
    Candidate(
        name="lightgbm_class_weights",
        french="LightGBM, poids de classe",
        english="LightGBM, class weights",
        imbalance="class_weights",
        estimate=weighted_lightgbm,
        **BOOSTED,
    ),
    Candidate(
        name="lightgbm",
        french="LightGBM",
        english="LightGBM",
        imbalance="none",
        estimate=lightgbm,
        **BOOSTED,
    ),
    Candidate(
        name="balanced_random_forest",
        french="Forêt aléatoire équilibrée",
        english="Balanced random forest",
        imbalance="under_sampling",
        estimate=balanced_forest,
        space=forest_space,
        defaults=FOREST_DEFAULTS,
        complexity=3,
    ),
    Candidate(
        name="logistic_regression",
        french="Régression logistique",
        english="Logistic regression",
        imbalance="none",
        estimate=logistic_regression,
        **LINEAR,
    ),
    Candidate(
        name="logistic_regression_class_weights",
        french="Régression logistique, poids de classe",
        english="Logistic regression, class weights",
        imbalance="class_weights",
        estimate=weighted_logistic_regression,
        **LINEAR,
    ),
    Candidate(
        name="lightgbm_under_sampling",
        french="LightGBM, sous-échantillonnage",
        english="LightGBM, under-sampling",
        imbalance="under_sampling",
        estimate=lightgbm,
        sample=under_sampling,
        **{**BOOSTED, "defaults": FEW_CLIENTS_DEFAULTS},
    ),
    Candidate(
        name="logistic_regression_smote_nc",
        french="Régression logistique, SMOTE-NC",
        english="Logistic regression, SMOTE-NC",
        imbalance="over_sampling",
        estimate=logistic_regression,
        sample=over_sampling,
        **LINEAR,
    ),
    Candidate(
        name="lightgbm_smote_nc",
        french="LightGBM, SMOTE-NC",
        english="LightGBM, SMOTE-NC",
        imbalance="over_sampling",
        estimate=lightgbm,
        sample=over_sampling,
        **BOOSTED,
    ),
)
