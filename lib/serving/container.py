"""Builds the container's image: ``python -m lib.serving.container``.

It takes the first engine that is there and answers, and hands the rest to `bentoml containerize`.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence

from lib.decision import InvalidInput
from lib.serving.bento import PROJECT, build_bento

# As BentoML names them.
ENGINES = ("docker", "podman", "nerdctl", "buildah")
IMAGE = "credit_scoring:latest"
INFO_SECONDS = 20


def find_engine(engines: Sequence[str] = ENGINES) -> str:
    """Give the first engine that is installed and can be reached.

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
            [engine, "info"], capture_output=True, timeout=INFO_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


def main() -> int:
    """Build the Bento and its image, and say what it is called."""
    os.environ.setdefault("BENTOML_HOME", str(PROJECT / ".bentoml"))
    try:
        engine = find_engine()
        tag = build_bento()
    except InvalidInput as error:
        sys.stderr.write(f"✗ {error}\n")
        return 1
    sys.stdout.write(f"▶ image of {tag} with {engine} …\n")
    sys.stdout.flush()
    command = [sys.executable, "-m", "bentoml", "containerize", tag, "--backend", engine]
    built = subprocess.run([*command, "--image-tag", IMAGE], cwd=PROJECT, check=False)  # noqa: S603
    if built.returncode == 0:
        sys.stdout.write(f"✓ {IMAGE}\n")
    return built.returncode


if __name__ == "__main__":
    sys.exit(main())
