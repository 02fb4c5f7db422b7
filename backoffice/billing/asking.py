"""What an invoice asks when it is issued, and by which way: pure rules."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

SHORTEST, LONGEST = 6, 30  # letters and digits of a PayFiP reference
DIGEST = 10  # of a number that does not fit


class Ask(NamedTuple):
    """An invoice about to be issued: its place in the run, and what its household owes, aids deducted."""

    place: int
    net_cents: int


@dataclass(frozen=True, slots=True)
class Carry:
    """What a household's small invoices become: those that wait, and the one that asks for those that waited."""

    waiting: frozenset[int]  # places
    taker: int | None  # its place; none: nothing is taken


def carry(asks: Iterable[Ask], waiting_cents: int, below_cents: int) -> Carry:
    """Decide which of a household's invoices at a régie are too small to be asked alone.

    The biggest of the run asks for the others that are small, and for those of before that still wait; if all together
    stay below the threshold, all of them wait for a later run.

    >>> carry([Ask(0, 360), Ask(1, 4150)], 0, 500)
    Carry(waiting=frozenset({0}), taker=1)
    >>> carry([Ask(0, 360)], 100, 500)
    Carry(waiting=frozenset({0}), taker=None)
    >>> carry([Ask(0, 360)], 200, 500)
    Carry(waiting=frozenset(), taker=0)
    """
    owed = sorted((ask for ask in asks if ask.net_cents > 0), key=lambda ask: (-ask.net_cents, ask.place))
    small = [ask for ask in owed if ask.net_cents < below_cents]
    if not owed or (not small and not waiting_cents):
        return Carry(frozenset(), None)
    biggest = owed[0]
    if biggest.net_cents < below_cents and sum(ask.net_cents for ask in small) + waiting_cents < below_cents:
        return Carry(frozenset(ask.place for ask in small), None)
    return Carry(frozenset(ask.place for ask in small if ask is not biggest), biggest.place)


def payfip_reference(number: str) -> str:
    """Write an invoice's number as PayFiP wants a reference: letters and digits only, and no other number's.

    >>> payfip_reference("CANTINE-2026-000012")
    'CANTINE2026000012'
    >>> payfip_reference("A-1-2")
    '000A12'
    """
    bare = number.replace("-", "")
    plain = bare.isascii() and bare.isalnum() and number.count("-") == 2
    if plain and len(bare) <= LONGEST:
        return bare.zfill(SHORTEST)
    kept = "".join(letter for letter in bare if letter.isascii() and letter.isalnum())
    return kept[: LONGEST - DIGEST] + hashlib.sha256(number.encode()).hexdigest()[:DIGEST].upper()


def debit_day(issued_on: date, due_on: date, notice_days: int) -> date:
    """Give the day from which a debit may be asked: the due date, and never before the notice is over."""
    return max(due_on, issued_on + timedelta(days=notice_days))


def is_void(unused_since: date, day: date) -> bool:
    """Tell whether a mandate is void for not having been used in thirty-six months.

    >>> is_void(date(2023, 11, 23), date(2026, 11, 23)), is_void(date(2023, 11, 23), date(2026, 11, 24))
    (False, True)
    """
    return (day.year - unused_since.year, day.month, day.day) > (3, unused_since.month, unused_since.day)


def biggest_first(asks: Sequence[Ask]) -> list[Ask]:
    """Put the invoices of a household in the order in which a debit that may be made once is given."""
    return sorted(asks, key=lambda ask: (-ask.net_cents, ask.place))
