"""What a plain project would serve: a logistic regression behind Flask, explained by LIME.

``python -m tests.benchmarks.service_lime FEATURES PORT`` serves it; it trains at the start.
"""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.benchmarks.measurement import PROJECT

READY_SECONDS = 300
REASONS = 10


@contextmanager
def serve_lime(features: Path, log: Path) -> Iterator[str]:
    """Start it, wait until it is ready, give its address, and end it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "tests.benchmarks.service_lime", str(features), str(port)]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=PROJECT, stdout=output, stderr=output)
        try:
            url = f"http://127.0.0.1:{port}"
            wait(url, process, log)
            yield url
        finally:
            process.terminate()
            process.wait()


def wait(url: str, process: subprocess.Popen, log: Path) -> None:
    """Wait until it answers."""
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            if httpx.get(f"{url}/ready").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise RuntimeError(log.read_text())


def main() -> None:
    """Train, then serve until told to end."""
    from flask import Flask, request

    path, port = sys.argv[1:]
    model = Model(Path(path))
    app = Flask(__name__)

    @app.get("/ready")
    def ready() -> str:
        return "ready"

    @app.post("/score")
    def score() -> dict[str, Any]:
        return {"scores": [model.score(one["features"]) for one in request.json["clients"]]}

    @app.post("/explain")
    def explain() -> dict[str, Any]:
        return {"explanations": [model.explain(one["features"]) for one in request.json["clients"]]}

    app.run(port=int(port), threaded=True)


class Model:
    """A logistic regression on imputed, scaled and one-hot features."""

    def __init__(self, path: Path) -> None:
        import pandas as pd
        from lime.lime_tabular import LimeTabularExplainer
        from sklearn.compose import make_column_selector, make_column_transformer
        from sklearn.impute import SimpleImputer
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import OneHotEncoder, StandardScaler

        table = pd.read_parquet(path)
        known = table[table["target"].notna()]
        rows = known.drop(columns=["client_id", "target"])
        self.types = rows.dtypes
        numbers = make_pipeline(SimpleImputer(keep_empty_features=True), StandardScaler())
        self.encode = make_column_transformer(
            (numbers, make_column_selector(dtype_include="number")),
            remainder=OneHotEncoder(handle_unknown="ignore", sparse_output=False),
        )
        matrix = self.encode.fit_transform(rows)
        self.regression = LogisticRegression(max_iter=300, class_weight="balanced")
        self.regression.fit(matrix, known["target"])
        self.explainer = LimeTabularExplainer(
            matrix, feature_names=list(self.encode.get_feature_names_out())
        )

    def score(self, features: dict[str, Any]) -> dict[str, float]:
        """Give the probability of one client."""
        probability = self.regression.predict_proba(self._encoded(features))[0, 1]
        return {"default_probability": float(probability)}

    def explain(self, features: dict[str, Any]) -> dict[str, Any]:
        """Give the probability of one client with LIME's reasons."""
        told = self.explainer.explain_instance(
            self._encoded(features)[0], self.regression.predict_proba, num_features=REASONS
        )
        return {**self.score(features), "reasons": told.as_list()}

    def _encoded(self, features: dict[str, Any]) -> Any:
        import pandas as pd

        row = pd.DataFrame([features], columns=self.types.index).astype(self.types)
        return self.encode.transform(row)


if __name__ == "__main__":
    main()
