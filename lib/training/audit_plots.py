"""The figure of the audit: rates by group."""

from textwrap import fill

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from lib.training.drawing import BLUE, GREY, WIDTH, Chart, plain

TITLES = {
    "grant_rate": "Granted",
    "false_refusal_rate": "Refused, though repaid",
    "missed_default_rate": "Granted, though defaulted",
}


def audit_figure(audited: pd.DataFrame) -> Figure:
    """Draw the rates of each group with their intervals, attribute under attribute."""
    names = audited["attribute_english"] + ": " + audited["group"]
    figure = Chart(
        "A dot is the rate of one group of test clients, a bar its 95% interval. Where the bars "
        "of two groups do not overlap, their difference is more than chance.",
        (WIDTH, 1.0 + 0.28 * len(audited)),
    )
    panels = figure.subplots(1, len(TITLES), sharey=True)
    attribute = audited["attribute"].to_numpy()
    borders = np.flatnonzero(attribute[1:] != attribute[:-1]) + 0.5
    for panel, (rate, title) in zip(panels, TITLES.items(), strict=True):
        errors = np.abs(
            audited[[f"{rate}_low", f"{rate}_high"]].to_numpy().T - audited[rate].to_numpy()
        )
        panel.errorbar(audited[rate], names, xerr=errors, fmt="o", ms=4, color=BLUE, capsize=2)
        for border in borders:
            panel.axhline(border, color=GREY, lw=0.6, ls=":")
        panel.set_title(fill(title, 16), loc="left", fontsize=10)
        panel.set(xlim=(-0.03, 1.03), xticks=(0, 0.5, 1))
        panel.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        panel.tick_params(labelsize=8)
        plain(panel)
    panels[0].invert_yaxis()
    return figure
