"""The competition's files by Kaggle's own client, for users who have credentials."""

import os
import zipfile
from pathlib import Path
from typing import Any

from lib.decision import InvalidInput
from lib.tables.schema import TABLES

COMPETITION = "home-credit-default-risk"
_STEPS = (
    f"log in at kaggle.com, accept the rules of the competition {COMPETITION}, create an API token "
    "in your account's settings, and put it in ~/.kaggle/access_token (or kaggle.json in "
    "~/.kaggle/), or set KAGGLE_API_TOKEN; or download the eight CSV files by hand and give their "
    "folder; synthetic tables need none of this"
)


def download_tables(folder: Path) -> list[Path]:
    """Download the eight tables, zipped or not as Kaggle sends them.

    Parameters
    ----------
    folder : Path
        Where the files go; it is made if need be.

    Returns
    -------
    list of Path
        The files, in the order of `TABLES`.

    Raises
    ------
    InvalidInput
        If there are no credentials, or Kaggle refuses; it says what to do.
    """
    api = _client()
    folder.mkdir(parents=True, exist_ok=True)
    return [_download(api, name, folder) for name in TABLES]


def _client() -> Any:
    """Log in; Kaggle's package does so on import, and ends the whole program where it cannot."""
    if not _has_credentials():
        raise InvalidInput("Kaggle", "downloading needs your credentials", _STEPS)
    try:
        from kaggle.api.kaggle_api_extended import KaggleApi

        api = KaggleApi()
        api.authenticate()
    except SystemExit as stopped:
        raise InvalidInput("Kaggle", "it does not accept the credentials", _STEPS) from stopped
    return api


def _has_credentials() -> bool:
    if os.environ.get("KAGGLE_API_TOKEN"):
        return True
    if os.environ.get("KAGGLE_USERNAME") and os.environ.get("KAGGLE_KEY"):
        return True
    homes = [
        Path(os.environ.get("KAGGLE_CONFIG_DIR") or Path.home() / ".kaggle"),
        Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "kaggle",
    ]
    names = ("kaggle.json", "access_token", "access_token.txt")
    return any((home / name).is_file() for home in homes for name in names)


def _download(api: Any, name: str, folder: Path) -> Path:
    try:
        api.competition_download_file(COMPETITION, f"{name}.csv", path=str(folder), quiet=False)
    except Exception as error:
        raise InvalidInput(f"{name}.csv: {error}", "Kaggle lets you download it", _STEPS) from error
    return _settled(folder, name)


def _settled(folder: Path, name: str) -> Path:
    """Return the file that came; Kaggle sends some archives under the name of what is in them."""
    plain, packed = folder / f"{name}.csv", folder / f"{name}.csv.zip"
    if plain.is_file() and zipfile.is_zipfile(plain):
        plain.replace(packed)
    if not plain.is_file() and not packed.is_file():
        raise InvalidInput(f"{name}.csv", "Kaggle sent it", "try again, or download it by hand")
    return plain if plain.is_file() else packed
