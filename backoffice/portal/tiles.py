"""The tiles of the dashboard: what waits in each menu, drawn from what the office published."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from backoffice.portal.bills import bills_of, cents_of, owed
from backoffice.portal.menus import Menu
from backoffice.portal.outbox import FAMILY_KINDS
from backoffice.portal.payment_rules import Attempt, holders
from backoffice.portal.shown import Shown
from backoffice.portal.thread import unread
from backoffice.sync.contract import (
    ActivityWeekView,
    CellState,
    CellView,
    DocumentsView,
    FamilyView,
    InvoiceState,
    OffersView,
    RequestView,
    ThreadView,
    UnitView,
    ViewKind,
    WeekView,
)
from resources.french import day_and_month, euros, in_paris, listed, plural, until_text

COMING = 3  # days named on the tile
NAMED = 2  # of what is offered, what opens
RECENT, SOON = timedelta(days=7), timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Waits:
    """What waits in a menu; `calm` is said when nothing does."""

    lines: tuple[str, ...] = ()
    calm: str = ""
    urgent: bool = False
    also: tuple[str, ...] = ()  # good to know, and nothing to do about it


@dataclass(frozen=True, slots=True)
class Tile:
    """A menu, with what waits there."""

    menu: Menu
    waits: Waits


@dataclass(frozen=True, slots=True)
class Board:
    """All that the dashboard was told, at a moment."""

    household: Shown
    weeks: tuple[WeekView, ...]
    shared: Mapping[str, ActivityWeekView]
    offers: OffersView | None
    thread_seen: int
    now: datetime
    attempts: tuple[Attempt, ...] = ()  # to pay online

    @property
    def today(self) -> date:
        """The civil date in the town hall."""
        return in_paris(self.now).date()


def tile(menu: Menu, board: Board) -> Tile:
    """Draw the tile of a menu."""
    drawn = DRAWN.get(menu.room)
    return Tile(menu, drawn(board) if drawn else Waits(calm=CALM.get(menu.room, "")))


def _family(board: Board) -> Waits:
    family = board.household.one(ViewKind.FAMILY, FamilyView)
    if family is None:
        return Waits(calm="Les personnes de votre foyer")
    fields = sum(field.waiting is not None for person in family.people for field in person.fields)
    people = len(family.waiting) + sum(person.waiting_request is not None for person in family.people)
    waiting = fields + people
    lines = (f"{plural(waiting, 'modification')} en attente de la régie",) if waiting else ()
    return Waits(lines, plural(len(family.people), "personne"))


def _enrolments(board: Board) -> Waits:
    lines = board.offers.lines if board.offers else ()
    open_now = sorted((line for line in lines if line.opens <= board.now < line.closes), key=lambda line: line.closes)
    soon = sorted((line for line in lines if board.now < line.opens < board.now + SOON), key=lambda line: line.opens)
    said = [f"{line.activity}\u202f: inscriptions ouvertes jusqu'au {until_text(line.closes)}" for line in open_now]
    said += [f"{line.activity}\u202f: ouverture le {until_text(line.opens)}" for line in soon]
    return Waits(calm="Les activités de vos enfants", also=_first(said, NAMED))


def _bookings(board: Board) -> Waits:
    offered = _offered(board)
    return Waits(_first(offered, NAMED), "Rien de réservé pour le moment", urgent=bool(offered), also=_coming(board))


def _offered(board: Board) -> list[str]:
    """Say which places are held for a child, and until when the family may take them."""
    cells: list[tuple[CellView, str]] = [
        (cell, week.child)
        for week in board.weeks
        for cell in week.cells
        if cell.state is CellState.OFFERED and (cell.until is None or cell.until > board.now)
    ]
    units = _units(board)
    said = []
    for cell, child in sorted(cells, key=lambda item: (item[0].until or board.now, item[0].day)):
        unit = f", {units[cell.unit_id].name}" if cell.unit_id in units else ""
        until = f", à prendre avant le {until_text(cell.until)}" if cell.until else ""
        said.append(f"Place proposée à {child}\u202f: {day_and_month(cell.day)}{unit}{until}")
    return said


def _coming(board: Board) -> tuple[str, ...]:
    """Name the days booked until the end of next week, or else those of the first later week that has any."""
    units, booked = _units(board), dict[tuple[date, str], list[UnitView]]()
    for week in board.weeks:
        for cell in week.cells:
            if cell.state is CellState.BOOKED and board.today <= cell.day and cell.unit_id in units:
                booked.setdefault((cell.day, week.child), []).append(units[cell.unit_id])
    soonest = min((day for day, _ in booked), default=board.today)
    last = max(_sunday(board.today) + timedelta(days=7), _sunday(soonest))
    lines = [
        f"{_day(day, board.today)}\u202f: {listed(unit.name for unit in sorted(some, key=_starts))}, {child}"
        for (day, child), some in sorted(booked.items())
        if day <= last
    ]
    return _first(lines, COMING, "et d'autres ensuite")


def _invoices(board: Board) -> Waits:
    bills = bills_of(board.household)
    owing = owed(bills, holders(bills, board.attempts, board.now))
    due, lines, also = owing.due, list[str](), list[str]()
    if due:
        lines.append(f"{plural(len(due), 'facture')} à payer\u202f: {euros(owing.cents)}")
    if late := sum(one.due_on < board.today for one in due):
        lines.append(f"dont {late} en retard" if late < len(due) else "en retard" if late == 1 else "toutes en retard")
    if owing.paying:
        also.append(f"Paiement en ligne en cours\u202f: {euros(cents_of(owing.paying))}")
    if owing.paid:
        also.append(f"Payé en ligne\u202f: {euros(cents_of(owing.paid))}, la régie l'enregistre")
    if debited := [bill.invoice for bill in bills if bill.invoice.state is InvoiceState.DEBITED]:
        also.append(f"Prélèvement annoncé\u202f: {euros(cents_of(debited))}, rien à faire")
    return Waits(tuple(lines), "Rien à payer", urgent=bool(due), also=tuple(also))


def _documents(board: Board) -> Waits:
    asked = board.household.one(ViewKind.DOCUMENTS, DocumentsView)
    states = [line.state for line in asked.lines] if asked else []
    words = {
        "missing": ("document manquant", "documents manquants"),
        "refused": ("document refusé", "documents refusés"),
        "expired": ("document expiré", "documents expirés"),
    }
    lines = [plural(states.count(state), *names) for state, names in words.items() if state in states]
    sent = states.count("received")
    also = (f"{plural(sent, 'document')} en lecture à la régie",) if sent else ()
    return Waits(tuple(lines), "Rien ne manque", urgent=bool(lines), also=also)


def _requests(board: Board) -> Waits:
    answers = board.household.many(ViewKind.REQUEST, RequestView).values()
    sent = sum(len(board.household.pending(kind)) for kind in FAMILY_KINDS)
    waiting = sum(answer.status == "waiting" for answer in answers)
    recent = [one for one in answers if one.decided_at is not None and board.now - one.decided_at < RECENT]
    refused = sum(answer.status in {"refused", "partly"} for answer in recent)
    lines = [
        f"{plural(sent, 'demande')} en cours d'enregistrement" if sent else "",
        f"{plural(waiting, 'demande')} en attente de la régie" if waiting else "",
        f"{plural(refused, 'réponse récente', 'réponses récentes')} à lire" if refused else "",
    ]
    return Waits(tuple(filter(None, lines)), "Les réponses de la régie")


def _contact(board: Board) -> Waits:
    new = unread(board.household.one(ViewKind.THREAD, ThreadView), board.thread_seen)
    lines = (f"{plural(new, 'message')} de la régie à lire",) if new else ()
    return Waits(lines, "Écrire à la régie, téléphone, adresses", urgent=bool(new))


DRAWN: dict[str, Callable[[Board], Waits]] = {
    "family": _family,
    "enrolments": _enrolments,
    "bookings": _bookings,
    "invoices": _invoices,
    "documents": _documents,
    "answers": _requests,
    "contact": _contact,
}
CALM = {"history": "Vos connexions et vos paiements", "documentation": "Formulaires, règlements, menus"}


def _first(lines: list[str], most: int, more: str = "") -> tuple[str, ...]:
    """Keep the first lines, and say that there are others."""
    if len(lines) <= most:
        return tuple(lines)
    return (*lines[:most], more or f"et {plural(len(lines) - most, 'autre')}")


def _units(board: Board) -> dict[int, UnitView]:
    return {unit.id: unit for view in board.shared.values() for unit in view.units}


def _sunday(day: date) -> date:
    return day + timedelta(days=6 - day.weekday())


def _starts(unit: UnitView) -> list[int]:
    """Sort units as the day goes: « 7 h 15 » before « 11 h 30 »."""
    return [int(figures) for figures in re.findall(r"\d+", unit.hours)]


def _day(day: date, today: date) -> str:
    return {0: "aujourd'hui", 1: "demain"}.get((day - today).days, day_and_month(day)).capitalize()
