"""Builds the Bento, exports it as one file, and builds its container image.

BentoML runs in a process of its own, so that this package does not depend on it.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from lib.decision import InvalidInput

PROJECT = Path(__file__).resolve().parents[2]
# As BentoML names them.
ENGINES = ("docker", "podman", "nerdctl", "buildah")
ENGINE_SECONDS = 20
IMAGE = "credit_scoring:latest"


def build_bento(project: Path = PROJECT) -> str:
    """Build the Bento from ``bentofile.yaml`` and the scorer in place, and give its tag."""
    output = _bentoml("build", str(project), "--output", "tag")
    # The tag comes last, as __tag__:name:version.
    return output.strip().splitlines()[-1].removeprefix("__tag__:")


def export_bento(tag: str, folder: Path = PROJECT / "bentos") -> Path:
    """Write a Bento as one file, whole or not at all, and give its path."""
    folder.mkdir(parents=True, exist_ok=True)
    # BentoML takes a relative path as one from the root of the file system.
    target = folder.resolve() / f"{tag.replace(':', '-')}.bento"
    part = target.with_name(f"part-{target.name}")
    try:
        _bentoml("export", tag, str(part))
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return target


def build_image(tag: str, engine: str) -> None:
    """Build the container image of a Bento; what the engine says goes to the terminal."""
    _bentoml("containerize", tag, "--backend", engine, "--image-tag", IMAGE, keep_output=False)


def find_engine(engines: Sequence[str] = ENGINES) -> str:
    """Give the first container engine that is installed and can be reached.

    Raises
    ------
    InvalidInput
        If there is none.
    """
    for engine in engines:
        if shutil.which(engine) and _answers(engine):
            return engine
    raise InvalidInput(
        f"container engine ({', '.join(engines)})",
        "one of them is installed and running",
        "start it, or build the Bento alone with make bento",
    )


def _answers(engine: str) -> bool:
    """Say whether an engine can be used: the command of one may be there without its daemon."""
    try:
        asked = subprocess.run(  # noqa: S603 (a name of our own list, no shell)
            [engine, "info"], capture_output=True, timeout=ENGINE_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


def _bentoml(*arguments: str, keep_output: bool = True) -> str:
    ended = subprocess.run(  # noqa: S603 (our own command, no shell)
        [sys.executable, "-m", "bentoml", *arguments],
        env={**os.environ, "BENTOML_DO_NOT_TRACK": "True"},
        cwd=PROJECT,
        capture_output=keep_output,
        text=True,
        check=False,
    )
    if ended.returncode:
        last = (ended.stderr or ended.stdout or "").strip().splitlines() or ["see above"]
        raise InvalidInput(
            f"bentoml {arguments[0]}",
            f"it succeeds, but says: {last[-1]}",
            "run notebook 03 first where the scorer is missing, else read what it says",
        )
    return ended.stdout or ""
