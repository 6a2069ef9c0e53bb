"""The scorer's parts as plain values that JSON can hold, and back."""

from collections.abc import Iterable, Mapping
from math import isnan
from typing import Any

from lib.features.description import FeatureDescription
from lib.scoring.encoder import Codes, Encoder


def encoder_to_plain(encoder: Encoder) -> dict[str, Any]:
    """Give an encoder as plain values."""
    return {
        "features": list(encoder.features),
        "codes": {name: _codes_to_plain(codes) for name, codes in encoder.codes.items()},
        "ignored": sorted(encoder.ignored),
    }


def encoder_from_plain(plain: Mapping[str, Any]) -> Encoder:
    """Build the encoder that `encoder_to_plain` has described."""
    return Encoder(
        tuple(plain["features"]),
        {name: _codes_from_plain(codes) for name, codes in plain["codes"].items()},
        frozenset(plain["ignored"]),
    )


def catalogue_to_plain(catalogue: Mapping[str, FeatureDescription]) -> list[dict[str, Any]]:
    """Give a catalogue as plain values."""
    return [row.model_dump(mode="json") for row in catalogue.values()]


def catalogue_from_plain(rows: Iterable[Mapping[str, Any]]) -> dict[str, FeatureDescription]:
    """Build the catalogue that `catalogue_to_plain` has described."""
    return {row["name"]: FeatureDescription.model_validate(row) for row in rows}


def _codes_to_plain(codes: Codes) -> dict[str, Any]:
    # JSON has no NaN: null stands for it.
    return {
        "known": dict(codes.known),
        "unknown": _null_if_nan(codes.unknown),
        "missing": _null_if_nan(codes.missing),
    }


def _codes_from_plain(plain: Mapping[str, Any]) -> Codes:
    return Codes(plain["known"], _nan_if_null(plain["unknown"]), _nan_if_null(plain["missing"]))


def _null_if_nan(code: float) -> float | None:
    return None if isnan(code) else code


def _nan_if_null(code: float | None) -> float:
    return float("nan") if code is None else code
