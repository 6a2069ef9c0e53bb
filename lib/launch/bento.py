"""Builds the Bento, exports it as one file, and builds the container images.

BentoML runs in a process of its own, so that this package does not depend on it.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
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
SIGN_IN = Image(
    "credit_scoring_signin",
    "bentos/signin.Dockerfile",
    ("bentos/signin.conf", "bentos/signin.sh"),
)


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


def write_secrets(folder: Path) -> list[Path]:
    """Write what the services of the compose file share, and no account yet; give what is new.

    What is there stays as it is: the services may be running with it. Containers run as users that
    own no file here: they may read the files, which their folder keeps from everybody else.

    Raises
    ------
    InvalidInput
        If one of two files that belong together is there, and the other is not.
    """
    written = []
    for group in _new_secrets():
        there = [name for name in group if (folder / name).exists()]
        if there and len(there) < len(group):
            missing = next(name for name in group if name not in there)
            raise InvalidInput(
                str(folder / missing),
                f"it is there as well as {there[0]}, with which it was made",
                f"put it back, or move {there[0]} away too",
            )
        if not there:
            written += [_write_secret(folder / name, text) for name, text in group.items()]
    return written


def _new_secrets() -> Iterator[dict[str, str]]:
    """Give names and contents of files, those together that belong together."""
    secret, key = new_key("dashboard", Role.DASHBOARD)
    yield {"dashboard_key": secret, "api_keys": f"{key}\n"}
    yield {"accounts": "# Who may sign in: `python -m lib.launch account NAME ROLE`\n"}
    yield {"cookie_secret": token_urlsafe(SECRET_BYTES)}
    yield {"proxy_secret": token_urlsafe(SECRET_BYTES)}
    password = token_urlsafe(SECRET_BYTES)
    service = f"[journal]\nhost=db\nuser=scoring\ndbname=scoring\npassword={password}\n"
    yield {"journal_password": password, "journal_service": service}


def _write_secret(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.parent.chmod(OWNER_ONLY)
    path.write_text(text)
    path.chmod(READABLE)
    return path


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
