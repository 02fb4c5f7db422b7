"""Amounts as they are typed: 12,50 or 12.5 or 1 234."""

import re

from resources.french import NARROW

SHAPE = re.compile(r"(?P<euros>\d{1,7})(?:[.,](?P<cents>\d{1,2}))?")


def read_amount(text: str) -> int:
    """Read an amount in cents.

    >>> read_amount("1 234,5 €")
    123450

    Raises:
        ValueError: it is no amount; the sentence says how to write one.
    """
    flat = "".join(text.replace("€", "").split())
    found = SHAPE.fullmatch(flat)
    if not found:
        message = f"«\xa0{text.strip()}\xa0» n'est pas un montant{NARROW}: écrivez par exemple 12,50."
        raise ValueError(message)
    return int(found["euros"]) * 100 + int((found["cents"] or "0").ljust(2, "0"))
