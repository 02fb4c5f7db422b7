"""The spreadsheet of the golden month: its figures were found by a spreadsheet, line by line, without Marelle."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from openpyxl import load_workbook

FILE = Path(__file__).with_name("mois.xlsx")
HEADS = 3  # a title, a blank line, the heads


class Move(NamedTuple):
    """Something that happened to a family's account."""

    day: date
    family: str
    service: str | None
    nature: str
    means: str | None
    cents: int


def lines() -> dict[tuple[str, str], list[tuple[str, Decimal, int]]]:
    """Give the lines of each family and service: child, quantity, cents."""
    found: dict[tuple[str, str], list[tuple[str, Decimal, int]]] = {}
    for family, service, child, _, quantity, _, _, _, due, _ in _rows("Lignes"):
        found.setdefault((family, service), []).append((child, Decimal(str(quantity)), cents(due)))
    return found


def invoices() -> dict[tuple[str, str], tuple[int, int, int]]:
    """Give total, aids and net of each invoice."""
    return {
        (family, service): (cents(total), cents(aids), cents(net))
        for family, service, total, aids, net in _rows("Factures")
    }


def moves() -> list[Move]:
    """Give what happened, in its order."""
    return [
        Move(day.date(), family, service, nature, means, cents(amount))
        for day, family, service, nature, means, amount in _rows("Mouvements")
    ]


def balances() -> dict[str, tuple[int, ...]]:
    """Give for each family: invoiced, credited, paid, due, kept as credit; and their total."""
    return {family: tuple(cents(amount) for amount in amounts) for family, *amounts in _rows("Soldes")}


def receipts() -> dict[str, tuple[int, int]]:
    """Give what came in by each means, in November and in all."""
    return {means: (cents(then), cents(whole)) for means, then, whole in _rows("Recettes")}


def products() -> dict[str, tuple[int, int]]:
    """Give what comes back to each service, in November and in all."""
    return {product: (cents(then), cents(whole)) for product, then, whole in _rows("Versement")}


def cents(euros: float) -> int:
    """Read an amount that the spreadsheet rounded to the cent."""
    return int((Decimal(str(euros)) * 100).quantize(Decimal(1)))


def _rows(name: str) -> Iterator[tuple[Any, ...]]:
    return load_workbook(FILE, data_only=True)[name].iter_rows(min_row=HEADS + 1, values_only=True)
