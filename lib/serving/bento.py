"""Builds the Bento and exports it: ``python -m lib.serving.bento``.

BentoML runs in a process of its own, so that this package does not depend on it.
"""

import os
import subprocess
import sys
from pathlib import Path

from lib.decision import InvalidInput

PROJECT = Path(__file__).resolve().parents[2]


def build_bento(project: Path = PROJECT) -> str:
    """Build the Bento from ``bentofile.yaml`` and the scorer in place, and give its tag."""
    told = _bentoml("build", str(project), "--output", "tag")
    # The tag comes last, as __tag__:name:version.
    return told.strip().splitlines()[-1].removeprefix("__tag__:")


def export_bento(tag: str, folder: Path) -> Path:
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


def _bentoml(*arguments: str) -> str:
    ended = subprocess.run(  # noqa: S603 (our own command, no shell)
        [sys.executable, "-m", "bentoml", *arguments],
        env={**os.environ, "BENTOML_DO_NOT_TRACK": "True"},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        last = (ended.stderr or ended.stdout).strip().splitlines() or ["no output"]
        raise InvalidInput(
            f"bentoml {arguments[0]}",
            f"it succeeds, but says: {last[-1]}",
            "run notebook 03 first where the scorer is missing, else read what it says",
        )
    return ended.stdout


def main() -> int:
    """Build and export, and say where the file is."""
    os.environ.setdefault("BENTOML_HOME", str(PROJECT / ".bentoml"))
    try:
        tag = build_bento()
        path = export_bento(tag, PROJECT / "bentos")
    except InvalidInput as error:
        sys.stderr.write(f"✗ {error}\n")
        return 1
    size = path.stat().st_size / 1e6
    sys.stdout.write(f"✓ {tag} in {path.relative_to(PROJECT)} ({size:.1f} MB)\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
