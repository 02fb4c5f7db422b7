"""What a browser sends back of a week, judged against what the portal itself knows."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from backoffice.portal.cells import Cell, Spot
from backoffice.portal.weeks import Planning
from backoffice.sync.contract import CellState, CellWish
from resources.french import day_and_month, until_text

Wished = Literal[CellState.FREE, CellState.BOOKED]

UNKNOWN = "Une case envoyée n'existe pas dans ce planning : elle a été laissée de côté."
CHANGED = "Cette case a changé entre-temps, sur un autre appareil ou à la régie : voici où elle en est."
DEARER = (
    "Le délai est passé depuis l'ouverture de cette page\u202f: voyez ce que cela coûte, puis changez de nouveau la case "
    "si vous êtes d'accord."
)
TOO_LATE = "Cette case ne peut plus être modifiée : voici où elle en est."


@dataclass(frozen=True, slots=True)
class Judged:
    """The wishes that may leave, and what must be told instead."""

    wishes: tuple[CellWish, ...]
    troubles: dict[Spot, str]  # beside the cell
    unknown: bool  # something was sent that no page shows


def read_spot(text: str) -> Spot | None:
    """Read the name of a cell, « 31:2026-11-26 »."""
    unit, _, day = text.partition(":")
    try:
        return (int(unit), date.fromisoformat(day)) if unit.isdecimal() and len(unit) < 10 else None
    except ValueError:
        return None


def read_seen(texts: Collection[str]) -> dict[Spot, CellState] | None:
    """Read the states that the page showed, « 31:2026-11-26:free »; none when one of them is no state at all."""
    seen: dict[Spot, CellState] = {}
    for text in texts:
        name, _, state = text.rpartition(":")
        spot = read_spot(name)
        if spot is None or state not in {CellState.FREE, CellState.BOOKED}:
            return None
        seen[spot] = CellState(state)
    return seen


def judge(
    planning: Planning, seen: Mapping[Spot, CellState], ticked: Collection[Spot], costs: Collection[Spot] = ()
) -> Judged:
    """Keep the changes of cells that this portal, at this moment, lets the family change.

    `costs` are the cells whose page said that changing them late costs something: nobody pays what was not shown.
    """
    cells = planning.cells
    wishes: list[CellWish] = []
    troubles: dict[Spot, str] = {}
    unknown = any(spot not in seen for spot in ticked)
    for spot, state in sorted(seen.items(), key=lambda item: (item[0][1], item[0][0])):
        cell = cells.get(spot)
        wished: Wished = CellState.BOOKED if spot in ticked else CellState.FREE
        if cell is None:
            unknown = True
        elif wished is not state and (trouble := _trouble(cell, state, told=spot in costs)):
            troubles[spot] = trouble
        elif wished is not state:
            wishes.append(CellWish(unit_id=cell.unit.id, day=cell.day, seen=state, wished=wished))
    return Judged(tuple(wishes), troubles, unknown)


def summary(planning: Planning, wishes: Collection[CellWish]) -> list[dict[str, str]]:
    """Say what was asked, line by line, for the page that follows."""
    cells = planning.cells
    return [
        {
            "text": f"{day_and_month(wish.day).capitalize()}, {cells[wish.unit_id, wish.day].unit.name}",
            "wished": _words(cells[wish.unit_id, wish.day], wish),
        }
        for wish in wishes
    ]


def _words(cell: Cell, wish: CellWish) -> str:
    asked = "Réserver" if wish.wished is CellState.BOOKED else "Annuler"
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
        return f"{TOO_LATE} {cell.words}{f' : {details}' if details else ''}."
    if cell.cost and not told:
        return DEARER
    return None
