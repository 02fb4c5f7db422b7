"""What every message is: frozen, and exact about its fields."""

from typing import Final

from pydantic import BaseModel, ConfigDict

CONTRACT: Final = 3
SHARED = 0  # the family of a view that every family may see


class Message(BaseModel):
    """A frozen message; an unknown field is an error, so that the two sides cannot drift apart unseen."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_bytes="base64", val_json_bytes="base64")
