"""Aids: what a third party takes off the lines of a child, one after the other, until its balance is spent."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from backoffice.rulebook.file.parts import Occasion
from backoffice.rulebook.file.schema import Rulebook
from backoffice.rulebook.file.tariff_parts import Aid
from backoffice.rulebook.file.words import Per
from backoffice.rulebook.tariffs import presence
from backoffice.rulebook.values import Deduction, Grant, Helped, PriceLine, cents
from models.vocabulary import Section

Given = defaultdict[tuple[str, date], int]  # cents already deducted, by aid and day


def apply(book: Rulebook, lines: Sequence[tuple[PriceLine, Occasion]], grants: Sequence[Grant]) -> Helped:
    """Deduct the aids of the file from a child's lines, each of one day, the oldest first; never from a penalty.

    Never more than a line still owes, nor than a balance holds: what is deducted and what is left add up exactly.
    """
    left = {at: grant.balance for at, grant in enumerate(grants)}
    deductions: list[Deduction] = []
    given: Given = defaultdict(int)
    for rank in sorted(range(len(lines)), key=lambda at: lines[at][1].day):
        line, occasion = lines[rank]
        owed = 0 if line.section is Section.PENALTY else line.amount_cents
        for aid in book.aids:
            mine = [at for at, grant in enumerate(grants) if grant.code == aid.code]
            if not mine or not aid.concerns(occasion):
                continue
            wanted = min(owed, _worth(book, aid, line, occasion, given))
            for at in mine:
                taken, left[at] = _take(wanted, left[at])
                if taken:
                    deductions.append(Deduction(rank, aid.code, aid.title, taken, left[at]))
                    given[aid.code, occasion.day] += taken
                wanted, owed = wanted - taken, owed - taken
    kept = tuple(replace(grant, balance=left[at]) for at, grant in enumerate(grants))
    return Helped(tuple(line for line, _ in lines), tuple(deductions), kept)


def _worth(book: Rulebook, aid: Aid, line: PriceLine, occasion: Occasion, given: Given) -> int:
    """Give what an aid is worth for a line, in cents: so much a unit, once a day, or an hour."""
    if aid.per is Per.DAY:
        return cents(aid.amount) - given[aid.code, occasion.day]
    if aid.per is Per.HOUR:
        return cents(aid.amount * _hours(book, line))
    return cents(aid.amount * (1 if line.per is Per.HOUR else line.quantity))


def _hours(book: Rulebook, line: PriceLine) -> Decimal:
    """Give the hours of a line: those it bills, or those of its unit."""
    if line.per is Per.HOUR:
        return line.quantity
    known = book.units.get(line.unit)
    parts = [known[1]] if known else list(book.activities[line.unit].units)
    minutes = sum(last - first for first, last in presence.planned(parts))
    return line.quantity * minutes / 60


def _take(wanted: int, balance: Decimal | None) -> tuple[int, Decimal | None]:
    """Take from a balance what it holds, in whole cents."""
    if balance is None:
        return wanted, None
    taken = max(0, min(wanted, int(balance * 100)))
    return taken, balance - Decimal(taken).scaleb(-2)
