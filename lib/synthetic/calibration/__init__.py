"""The reference: aggregates of the real tables, and what the synthetic ones are drawn from."""

import json
from functools import cache
from pathlib import Path
from typing import Any

_CALIBRATION = Path(__file__).parent


def columns_of(table: str) -> dict[str, dict[str, Any]]:
    """Look up the columns of a table.

    Returns
    -------
    dict of str to dict
        Per column ``missing`` (share) and, of the other values, some of ``quantiles`` [level,
        value], ``at_or_below`` [value, share], ``equal`` [value, share] and ``frequencies`` (share
        of each value).
    """
    found: dict[str, dict[str, Any]] = _read("reference_columns")[table]
    return found


def relations(section: str) -> Any:
    """Look up a section on what goes together.

    Parameters
    ----------
    section : str
        ``rows`` (of the full tables), ``rows_per`` (client or loan), ``default_rate``,
        ``default_rates`` (by group), ``auc`` ([AUC, clients] of each column), ``aggregates``
        ([AUC, clients with it, default rate of the others]), ``rank_correlations`` or
        ``missing_together``.
    """
    return _read("reference_relations")[section]


@cache
def drawn_from(section: str) -> dict[str, Any]:
    """Look up what columns are drawn from.

    Parameters
    ----------
    section : str
        ``numbers``, ``categories``, ``rows`` (that a parent has) or ``rank_correlations``.
    """
    return {
        name: content
        for part in ("application", "history")
        for name, content in _read(part).get(section, {}).items()
    }


@cache
def _read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((_CALIBRATION / f"{name}.json").read_text("utf-8"))
    return content
