"""What all messages are made of."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from lib.serving.examples import EXAMPLE_PROBLEM, Example

MOST_CLIENTS = 1000
MOST_PAGE_SIZE = 100
MOST_SHOWN_FEATURES = 50

# Strict, or `true` would pass for 1.
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Value = Number | str | None
ClientId = Annotated[int, Field(ge=0, lt=2**63, description="SK_ID_CURR of Kaggle's tables")]
Probability = Annotated[float, Field(ge=0, le=1)]
Share = Annotated[float, Field(ge=0, le=1)]


class Message(BaseModel):
    """A message that names what it does not know instead of ignoring it."""

    # A value that a client sent is personal: no error may repeat it.
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def shown_by(example: Example) -> ConfigDict:
    """Let the OpenAPI document show a message by an example."""
    return ConfigDict(json_schema_extra={"example": example})


class Problem(Message):
    """Body of every 4xx: what is wrong, the rule that it breaks, and what to do."""

    model_config = shown_by(EXAMPLE_PROBLEM)

    offender: str
    rule: str
    remedy: str
