"""What a check of the data folder found, one thing at a time."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; `outside` when it is not the folder's own fault."""

    code: str
    subject: str
    good: bool
    sentence: str
    outside: bool = False
