"""What a parameter of a notebook or a variable of `make` may be, checked before any work.

The parameters cell of a notebook is the one declaration of its parameters, a line each::

    folds: Folds = 5  # number of stratified folds that all candidates share

The name after the colon is one of the types below; the cell after it calls
``check_parameters(globals())``. `lib.launch.notebooks` reads the same lines through Papermill, to
refuse a wrong name or value before a kernel starts.
"""

from collections.abc import Callable, Collection, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, TypeAdapter, ValidationError

from lib.decision import LARGEST_SEED, InvalidInput
from lib.features.description import Family, Purpose

FEWEST_CLIENTS = 100  # among fewer synthetic ones hardly anybody defaults


def _among(whole: str, names_of: Callable[[], Collection[str]]) -> AfterValidator:
    """Require that names are known; the known ones are loaded only when some are given."""

    def check(names: list[str]) -> list[str]:
        known = names_of() if names else ()
        for name in names:
            if name not in known:
                near = get_close_matches(name, known) or sorted(known)[:3]
                raise ValueError(
                    f"a list of {whole} (“{name}” is none, {', '.join(near)} would be)"
                )
        return names

    return AfterValidator(check)


def _features() -> set[str]:
    from lib.features.catalogue import CATALOGUE

    return set(CATALOGUE)


def _attributes() -> set[str]:
    from lib.features.catalogue import CATALOGUE

    return {row.attribute for row in CATALOGUE.values() if row.attribute}


def _check_engine(name: str) -> str:
    from lib.features.batch.engines import ENGINES

    if name not in ENGINES:
        raise ValueError(f"one of {', '.join(ENGINES)}")
    return name


def _check_folder(path: str) -> str:
    where = Path(path).expanduser()  # the shell leaves ~ as it is after RAW=
    if path and not where.is_dir() and not (where.is_file() and where.suffix.lower() == ".zip"):
        raise ValueError("a folder that exists, with the eight raw tables, or a zip file of them")
    return str(where) if path else path


def _check_period(period: str) -> str:
    from lib.monitoring.entries import days_of

    if period:
        try:
            days_of(period)
        except InvalidInput as error:
            raise ValueError(error.rule) from error
    return period


# A description completes “<name> is …”; the first example is what the error proposes.
File = Annotated[
    str, Field(pattern=r"\S", description="the path of a file", examples=["mine.parquet"])
]
Folder = Annotated[
    str, Field(pattern=r"\S", description="the path of a folder", examples=["data/mine"])
]
Words = Annotated[str, Field(description="a text", examples=["spring of 2018"])]
JournalAddress = Annotated[
    str,
    Field(
        pattern=r"\S",
        description="the path of a journal, or the URL of a PostgreSQL database",
        examples=["data/journal.sqlite"],
    ),
]
JournalOrNone = Annotated[
    str,
    Field(
        description="the path of a journal, or the URL of a PostgreSQL database, or empty for none",
        examples=["data/journal.sqlite"],
    ),
]
TagOrNone = Annotated[
    str,
    Field(
        pattern=r"^$|^[\w.-]+:[\w.-]+$",
        description="the tag of a scorer in the store, with its version, or empty for none",
        examples=["credit_challenger:czevzbxjicxmiax4"],
    ),
]
FileOrNone = Annotated[
    str, Field(description="the path of a file, or empty for none", examples=["outcomes.csv"])
]
Period = Annotated[
    str,
    AfterValidator(_check_period),
    Field(description="a period, or empty", examples=["2026-11"]),
]
Flag = Annotated[bool, Field(description="true or false", examples=["true"])]
Cost = Annotated[
    float, Field(gt=0, allow_inf_nan=False, description="a finite number above 0", examples=[10])
]
Share = Annotated[
    float, Field(gt=0, lt=1, description="a number above 0 and below 1", examples=[0.2])
]
ShareOfCredit = Annotated[
    float,
    Field(
        gt=0, le=1, description="a share of the credit amount, above 0, at most 1", examples=[0.1]
    ),
]
Currency = Annotated[
    str,
    Field(
        pattern=r"^[A-Z]{3}$",
        description="the code of a currency, three capital letters (ISO 4217)",
        examples=["EUR"],
    ),
]
Trials = Annotated[int, Field(ge=1, description="a whole number, 1 or more", examples=[20])]
Folds = Annotated[int, Field(ge=2, description="a whole number, 2 or more", examples=[5])]
Seed = Annotated[
    int,
    Field(
        ge=0, le=LARGEST_SEED, description=f"a whole number from 0 to {LARGEST_SEED}", examples=[0]
    ),
]
MostFeatures = Annotated[
    int,
    Field(ge=0, description="a whole number, 0 or more (0 lets the cost choose)", examples=[20]),
]
Minutes = Annotated[
    Annotated[float, Field(gt=0, allow_inf_nan=False)] | None,
    Field(description="a number above 0, or null for no limit", examples=[30]),
]
MemoryLimit = Annotated[
    Annotated[float, Field(gt=0, allow_inf_nan=False)] | None,
    Field(description="a number of GiB above 0, or null for no limit", examples=[4]),
]
SampleClients = Annotated[
    Annotated[int, Field(ge=1)] | None,
    Field(description="a whole number, 1 or more, or null for all clients", examples=[1000]),
]
StorageUrl = Annotated[
    str,
    Field(
        pattern=r"^$|^\w+(\+\w+)?://\S",
        description="the URL of a database, or empty for a file beside the selection",
        examples=["sqlite:///data/study.db"],
    ),
]
Engine = Annotated[
    str, AfterValidator(_check_engine), Field(description="a name", examples=["duckdb"])
]
Families = Annotated[
    Annotated[list[str], Field(min_length=1), _among("families of features", lambda: list(Family))]
    | None,
    Field(
        description="a list of at least one family of features, or null for all",
        examples=["[credit_requested]"],
    ),
]
FeatureNames = Annotated[
    list[str],
    _among("features of the catalogue", _features),
    Field(description="a list of features of the catalogue", examples=["[external_score_2]"]),
]
AttributeNames = Annotated[
    list[str],
    _among("protected attributes of the catalogue", _attributes),
    Field(description="a list of protected attributes of the catalogue", examples=["[gender]"]),
]
PurposeNames = Annotated[
    list[str],
    _among("purposes of features", lambda: list(Purpose)),
    Field(description="a list of purposes of features", examples=["[residence, contact]"]),
]

# Of `make` alone.
RawTables = Annotated[
    str, AfterValidator(_check_folder), Field(description="a folder", examples=["data/kaggle"])
]
SyntheticClients = Annotated[
    int,
    Field(
        ge=FEWEST_CLIENTS, description=f"a whole number, {FEWEST_CLIENTS} or more", examples=[20000]
    ),
]
TrialsOrDefault = Annotated[
    Annotated[int, Field(ge=1)] | None,
    BeforeValidator(lambda text: text or None),
    Field(description="a whole number, 1 or more, or empty for the default", examples=[20]),
]
Port = Annotated[
    int, Field(ge=1, le=65_535, description="a whole number from 1 to 65535", examples=[8080])
]


def check_parameters(namespace: Mapping[str, Any]) -> None:
    """Check all parameters of a notebook, from the cell after its parameters cell.

    Parameters
    ----------
    namespace : mapping
        The notebook's ``globals()``; nothing is annotated yet but the parameters.

    Raises
    ------
    InvalidInput
        If a value does not fit the declared type; it names all such parameters at once.

    Examples
    --------
    >>> check_parameters({"__annotations__": {"folds": Folds}, "folds": "3"})
    Traceback (most recent call last):
    ...
    lib.decision.errors.InvalidInput: parameter folds '3': \
folds is a whole number, 2 or more; pass -y '{folds: 5}', say.
    """
    types = namespace["__annotations__"]
    check_values({name: namespace[name] for name in types}, types)


def check_values(values: Mapping[str, Any], types: Mapping[str, Any]) -> None:
    """Check values against types that convert nothing: neither ``"3"`` nor ``True`` is a number.

    Raises
    ------
    InvalidInput
        As `check_parameters`.
    """
    broken = {}
    for name, value in values.items():
        try:
            TypeAdapter(types[name]).validate_python(value, strict=True)
        except ValidationError as error:
            broken[name] = _rule(error, types[name])
    if broken:
        raise InvalidInput(
            "parameter " + ", ".join(f"{name} {values[name]!r}" for name in broken),
            ", and ".join(f"{name} is {rule}" for name, rule in broken.items()),
            "pass -y '{"
            + ", ".join(f"{name}: {_example(types[name])}" for name in broken)
            + "}', say",
        )


def read_variables(values: Mapping[str, str], types: Mapping[str, Any]) -> dict[str, Any]:
    """Turn variables of `make`, which are texts, into values of their types.

    Raises
    ------
    InvalidInput
        If a text does not fit its type; it names all such variables at once.

    Examples
    --------
    >>> read_variables({"CLIENTS": "300"}, {"CLIENTS": SyntheticClients})
    {'CLIENTS': 300}
    >>> read_variables({"CLIENTS": "50"}, {"CLIENTS": SyntheticClients})
    Traceback (most recent call last):
    ...
    lib.decision.errors.InvalidInput: CLIENTS=50: \
CLIENTS is a whole number, 100 or more; pass CLIENTS=20000, say.
    """
    read, broken = {}, {}
    for name, text in values.items():
        try:
            read[name] = TypeAdapter(types[name]).validate_python(text)
        except ValidationError as error:
            broken[name] = _rule(error, types[name])
    if broken:
        raise InvalidInput(
            " ".join(f"{name}={values[name]}" for name in broken),
            ", and ".join(f"{name} is {rule}" for name, rule in broken.items()),
            f"pass {' '.join(f'{name}={_example(types[name])}' for name in broken)}, say",
        )
    return read


def _rule(error: ValidationError, declared: Any) -> str:
    """Say which rule was broken: the type's own, or what a function found."""
    found = [detail["ctx"]["error"] for detail in error.errors() if detail["type"] == "value_error"]
    return str(found[0]) if found else str(TypeAdapter(declared).json_schema()["description"])


def _example(declared: Any) -> str:
    return str(TypeAdapter(declared).json_schema()["examples"][0])
