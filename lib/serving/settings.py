"""What the environment says about how to serve."""

from functools import cached_property
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from lib.decision import InvalidInput
from lib.serving.http.keys import Key, KeyRing, RenewedKeys, Role, check_length
from lib.serving.journal.retention import FEWEST_DAYS, MOST_DAYS, USUAL_DAYS

PREFIX = "SCORING_"


class Settings(BaseSettings):
    """How the service runs, from the variables that begin with ``SCORING_``; empty is unset.

    Parameters
    ----------
    model : str
        Tag of the scorer in the store.
    shadow : str
        Tag of a second one, which scores silently beside it; empty for none.
    portfolio : Path
        The known clients; need not be there.
    journal : str
        Where every score given is written: the path of a file, which is made where it is not there,
        or the URL of a PostgreSQL database, which may have a password in it.
    monitoring : Path
        What `make monitor` last found; need not be there.
    journal_days : int
        How long its entries are kept.
    api_key : SecretStr or None
        One key as it is, which opens everything.
    api_keys : SecretStr
        Lines ``name:role:hash``, or ``name:role:hash:last day``, between spaces.
    api_keys_file : Path or None
        A file of such lines; it is read again when it has changed.
    allow_no_key : bool
        Whether it may listen beyond loopback without a key.
    hosts : str
        Names between spaces under which the service is called; where there are none, on loopback
        only this machine's own names.
    portfolio_needed : bool
        Whether the service is ready only while it can read the portfolio.
    requests_per_second : float
        What each key may send, in the long run.
    most_at_once : int
        Requests that a worker takes on at a time; more are told to come again.

    Examples
    --------
    >>> settings = Settings(api_key="a secret of a few words")
    >>> settings.api_key
    SecretStr('**********')
    >>> bool(settings.keys)
    True
    """

    # A value may be secret: neither an error nor a log repeats it.
    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, hide_input_in_errors=True
    )

    model: str = "credit_scorer:latest"
    shadow: str = ""
    portfolio: Path = Path("data/portfolio.parquet")
    journal: Annotated[str, Field(repr=False)] = "data/journal.sqlite"
    monitoring: Path = Path("data/monitoring/report.json")
    journal_days: Annotated[int, Field(ge=FEWEST_DAYS, le=MOST_DAYS)] = USUAL_DAYS
    api_key: SecretStr | None = None
    api_keys: SecretStr = SecretStr("")
    api_keys_file: Path | None = None
    allow_no_key: bool = False
    hosts: str = ""
    portfolio_needed: bool = True
    requests_per_second: Annotated[float, Field(ge=1, le=1e6)] = 100.0
    most_at_once: Annotated[int, Field(ge=1, le=1_000_000)] = 64

    @classmethod
    def from_environment(cls) -> Self:
        """Read the variables.

        Raises
        ------
        InvalidInput
            If one of them makes no sense; it names the variable.
        """
        try:
            settings = cls()
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False, include_context=False)[0]
            raise InvalidInput(
                f"{PREFIX}{first['loc'][0]}".upper(),
                first["msg"][:1].lower() + first["msg"][1:],
                "correct it, or leave it out",
            ) from None
        _ = settings.keys  # read now, so that a line which is no key is named at the start
        return settings

    @cached_property
    def host_names(self) -> frozenset[str]:
        """The names of `hosts`."""
        return frozenset(self.hosts.lower().split())

    @cached_property
    def keys(self) -> KeyRing:
        """The keys that opened the service when it started; an empty ring asks for none."""
        return self.read_keys()

    def renewed_keys(self) -> RenewedKeys:
        """Give the keys that open the service, as their file has them at each moment."""
        return RenewedKeys(self.read_keys, self.api_keys_file)

    def read_keys(self) -> KeyRing:
        """Read the keys from all three places.

        Raises
        ------
        InvalidInput
            If a line is not a key, or the file cannot be read.
        """
        lines = self.api_keys.get_secret_value().split()
        if self.api_keys_file is not None:
            lines += _read_lines(self.api_keys_file)
        if self.api_key is not None:
            secret = self.api_key.get_secret_value()
            check_length(f"{PREFIX}API_KEY", secret)
            lines.append(str(Key.from_secret("default", Role.DASHBOARD, secret)))
        return KeyRing.from_lines(lines)


def _read_lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(
            f"{PREFIX}API_KEYS_FILE {path}", "it is a text that can be read", "check the path"
        ) from error
