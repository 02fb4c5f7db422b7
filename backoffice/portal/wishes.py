"""What a browser sends back of a planning, judged against what the portal itself knows."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from backoffice.portal.cells import ON, Cell, Spot
from backoffice.sync.contract import CellState, CellWish
from resources.french import day_and_month, euros, plural, until_text

Wished = Literal[CellState.FREE, CellState.BOOKED]
Cells = Mapping[Spot, Cell]

SEEN = {
    state.value: state for state in CellState if state not in {CellState.PRESENT, CellState.ABSENT, CellState.WAITING}
}
ANSWERS: dict[str, Wished] = {"prendre": CellState.BOOKED, "laisser": CellState.FREE}  # to an offered place
MOST = 1000  # changes that one « Enregistrer » may send

UNKNOWN = "Une case envoyée n'existe pas dans ce planning\u202f: elle a été laissée de côté."
CHANGED = "Cette case a changé entre-temps, sur un autre appareil ou à la régie\u202f: voici où elle en est."
DEARER = (
    "Le délai est passé depuis l'ouverture de cette page\u202f: voyez ce que cela coûte, puis changez de nouveau la case "
    "si vous êtes d'accord."
)
TOO_LATE = "Cette case ne peut plus être modifiée\u202f: voici où elle en est."


@dataclass(frozen=True, slots=True)
class Judged:
    """The wishes that may leave, and what must be told instead."""

    wishes: tuple[CellWish, ...]
    troubles: dict[Spot, str]  # beside the cell
    unknown: bool  # something was sent that no page shows


@dataclass(frozen=True, slots=True)
class Total:
    """What some changes do to the next invoices, before they are sent."""

    changes: int
    cents: int
    costs: tuple[str, ...] = ()  # of being late, in words

    @property
    def words(self) -> str:
        """Say it in one line: « 3 changements : +13,65 € »."""
        costs = f" ({', '.join(self.costs)})" if self.costs else ""
        return f"{plural(self.changes, 'changement')}\u202f: {signed(self.cents)}{costs}"


def signed(cents: int) -> str:
    """Write what is added to an invoice with its sign: +4,55 €."""
    return f"+{euros(cents)}" if cents > 0 else euros(cents)


def total_of(cells: Cells, wishes: Collection[CellWish]) -> Total:
    """Add up what some changes do; a place that is left takes nothing off."""
    cents, costs = 0, dict[str, None]()
    for wish in wishes:
        cell = cells[wish.unit_id, wish.day]
        cents += 0 if (wish.seen, wish.wished) == (CellState.OFFERED, CellState.FREE) else cell.change_cents
        if cell.cost:
            costs[cell.cost] = None
    return Total(len(wishes), cents, tuple(costs))


def read_spot(text: str) -> Spot | None:
    """Read the name of a cell, « 31:2026-11-26 »."""
    unit, _, day = text.partition(":")
    try:
        return (int(unit), date.fromisoformat(day)) if unit.isdecimal() and len(unit) < 10 else None
    except ValueError:
        return None


def read_seen(texts: Collection[str]) -> dict[Spot, CellState] | None:
    """Read the states that the page showed, « 31:2026-11-26:free », several to a field or one.

    None when one of them is no state that a box can have.
    """
    seen: dict[Spot, CellState] = {}
    for text in " ".join(texts).split(" "):
        name, _, state = text.rpartition(":")
        spot = read_spot(name)
        if text and (spot is None or state not in SEEN):
            return None
        if spot is not None:
            seen[spot] = SEEN[state]
    return seen


def judge(
    cells: Cells,
    seen: Mapping[Spot, CellState],
    ticked: Collection[Spot],
    costs: Collection[Spot] = (),
    answers: Mapping[Spot, Wished] | None = None,
) -> Judged:
    """Keep the changes of cells that this portal, at this moment, lets the family change.

    `costs` are the cells whose page said that changing them late costs something: nobody pays what was not shown.
    """
    wishes: list[CellWish] = []
    troubles: dict[Spot, str] = {}
    answered = answers or {}
    unknown = any(spot not in seen for spot in ticked)
    unknown = unknown or any(seen.get(spot) is not CellState.OFFERED for spot in answered)
    for spot, state in sorted(seen.items(), key=lambda item: (item[0][1], item[0][0])):
        cell = cells.get(spot)
        wished = answered.get(spot) if state is CellState.OFFERED else _wished(state, ticked=spot in ticked)
        if cell is None:
            unknown = True
        elif wished is not None and (trouble := _trouble(cell, state, told=spot in costs)):
            troubles[spot] = trouble
        elif wished is not None:
            wishes.append(CellWish(unit_id=cell.unit.id, day=cell.day, seen=state, wished=wished))
    return Judged(tuple(wishes), troubles, unknown)


def _wished(state: CellState, *, ticked: bool) -> Wished | None:
    if ticked is (state in ON):
        return None
    return CellState.BOOKED if ticked else CellState.FREE


def summary(cells: Cells, wishes: Collection[CellWish]) -> list[dict[str, str]]:
    """Say what was asked, line by line, for the page that follows."""
    return [
        {
            "text": f"{day_and_month(wish.day).capitalize()}, {cells[wish.unit_id, wish.day].unit.name}",
            "wished": _words(cells[wish.unit_id, wish.day], wish),
        }
        for wish in wishes
    ]


def _words(cell: Cell, wish: CellWish) -> str:
    books = wish.wished is CellState.BOOKED
    if wish.seen is CellState.OFFERED:
        return "Prendre la place proposée" if books else "Laisser la place proposée"
    if cell.queues:
        return "S'inscrire sur la liste d'attente" if books else "Quitter la liste d'attente"
    asked = "Réserver" if books else "Annuler"
    cost = f" ({cell.cost})" if cell.cost else ""
    if cell.on_request:
        return f"{asked}, sur demande{cost}"
    if cost:
        return f"{asked}{cost}"
    return f"{asked} (modifiable jusqu'au {until_text(cell.until)})" if cell.until else asked


def _trouble(cell: Cell, seen: CellState, *, told: bool) -> str | None:
    if cell.state is not seen:
        return CHANGED
    if not cell.changeable:
        details = " ".join(cell.details)
        told_so = f"{cell.words}\u202f: {details}" if details else cell.words
        return f"{TOO_LATE} {told_so}."
    if cell.cost and not told:
        return DEARER
    return None
