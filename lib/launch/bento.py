"""Builds the Bento, exports it as one file, and builds the container images.

BentoML runs in a process of its own, so that this package does not depend on it.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from secrets import token_urlsafe

from lib.decision import InvalidInput
from lib.serving.http.keys import Role, new_key

PROJECT = Path(__file__).resolve().parents[2]
# As BentoML names them.
ENGINES = ("docker", "podman", "nerdctl", "buildah")
ENGINE_SECONDS = 20
API_IMAGE = "credit_scoring"
SECRETS = PROJECT / "bentos" / "secrets"
SECRET_BYTES = 32
OWNER_ONLY, READABLE = 0o700, 0o644


@dataclass(frozen=True)
class Image:
    """A container image beside the Bento's.

    Parameters
    ----------
    name : str
        As the compose file names it.
    steps : str
        Its Dockerfile.
    parts : tuple of str
        Files and folders that these steps copy.
    """

    name: str
    steps: str
    parts: tuple[str, ...]


DASHBOARD = Image(
    "credit_scoring_dashboard",
    "bentos/dashboard.Dockerfile",
    ("pyproject.toml", "requirements.lock", "lib", "dashboards"),
)
PROXY = Image("credit_scoring_proxy", "bentos/proxy.Dockerfile", ("bentos/haproxy.cfg",))


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


def build_api_image(bento: str, engine: str, names: Sequence[str]) -> None:
    """Build the container image of a Bento; what the engine says goes to the terminal."""
    _bentoml(
        *("containerize", bento, "--backend", engine),
        *(option for name in names for option in ("--image-tag", name)),
        keep_output=False,
        # BentoML reads its template from a temporary folder, but only below where it runs.
        folder=Path("/"),
    )


def build_image(image: Image, engine: str, names: Sequence[str]) -> None:
    """Build a container image; what the engine says goes to the terminal.

    The engine gets a folder with what the image holds, and nothing else: not every engine can be
    told what to leave out.

    Raises
    ------
    InvalidInput
        If the engine does not succeed.
    """
    with tempfile.TemporaryDirectory() as folder:
        context = Path(folder)
        for part in image.parts:
            _copy(PROJECT / part, context / part)
        built = subprocess.run(  # noqa: S603 (a name of our own list, no shell)
            [
                *(engine, "build", "--file", str(PROJECT / image.steps)),
                *(option for name in names for option in ("--tag", name)),
                str(context),
            ],
            check=False,
        )
    if built.returncode:
        raise InvalidInput(f"{engine} build", "it succeeds", "read what it says above")


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)


def write_secrets(folder: Path) -> None:
    """Write the dashboard's key and cookie secret, the API's file of keys, and no account yet.

    Containers run as users that own no file here: they may read the files, which their folder keeps
    from everybody else.

    Raises
    ------
    InvalidInput
        If there are such files: the services may be running with them.
    """
    api_keys, dashboard_key = folder / "api_keys", folder / "dashboard_key"
    accounts, cookie_secret = folder / "accounts", folder / "cookie_secret"
    written = (api_keys, dashboard_key, accounts, cookie_secret)
    for path in written:
        if path.exists():
            raise InvalidInput(str(path), "it is not there yet", "keep it, or move it away")
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(OWNER_ONLY)
    secret, key = new_key("dashboard", Role.DASHBOARD)
    dashboard_key.write_text(secret)
    api_keys.write_text(f"{key}\n")
    accounts.write_text("# Who may sign in: `python -m lib.launch account NAME ROLE`\n")
    cookie_secret.write_text(token_urlsafe(SECRET_BYTES))
    for path in written:
        path.chmod(READABLE)


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


def _bentoml(*arguments: str, keep_output: bool = True, folder: Path = PROJECT) -> str:
    settings = {"BENTOML_DO_NOT_TRACK": "True"}
    if store := os.environ.get("BENTOML_HOME"):
        settings["BENTOML_HOME"] = str(Path(store).resolve())
    ended = subprocess.run(  # noqa: S603 (our own command, no shell)
        [sys.executable, "-m", "bentoml", *arguments],
        env={**os.environ, **settings},
        cwd=folder,
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
