"""Tableau de bord: one tile per menu, with what waits there."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import Blueprint

from backoffice.portal.bills import is_to_pay
from backoffice.portal.context import page, read, visitor
from backoffice.portal.shown import Shown, activity_weeks, of_kind, shown, weeks_named
from backoffice.portal.store import Work
from backoffice.portal.weeks import activity_keys
from backoffice.sync.contract import (
    ActivityWeekView,
    CellState,
    DocumentsView,
    FamilyView,
    InvoiceView,
    RequestView,
    UnitView,
    ViewKind,
    WeekView,
    week_of,
)
from resources.french import day_and_month, in_paris, listed, plural

COMING = 3  # days named on the tile
RECENT = timedelta(days=7)

blueprint = Blueprint("home", __name__)


@dataclass(frozen=True, slots=True)
class Tile:
    """One menu, and what waits there."""

    endpoint: str
    icon: str
    name: str
    waits: tuple[str, ...] = ()
    calm: str = ""  # what it says when nothing waits
    urgent: bool = False


@blueprint.get("/")
def show() -> str:
    """Show what waits in each menu."""
    documents, shared, now = read(_ask, visitor().family_id)
    return page("home", title="Tableau de bord", tiles=_tiles(documents, shared, now), name=visitor().name)


def _ask(work: Work, family_id: int) -> tuple[Shown, dict[str, ActivityWeekView], datetime]:
    today = in_paris(work.now).date()
    names = (week_of(today), week_of(today + timedelta(days=7)))
    asked = of_kind(ViewKind.FAMILY, ViewKind.INVOICE, ViewKind.DOCUMENTS, ViewKind.REQUEST)
    documents = shown(work, family_id, asked, weeks_named(names), pending=True)
    weeks = documents.many(ViewKind.WEEK, WeekView).values()
    keys = {key for week in weeks for key in activity_keys(week, week_of(week.monday))}
    return documents, activity_weeks(work, keys) if keys else {}, work.now


def _tiles(documents: Shown, shared: Mapping[str, ActivityWeekView], now: datetime) -> list[Tile]:
    coming = _coming(documents, shared, now)
    return [
        _family(documents),
        Tile("enrolments.show", "enrolment", "Mes inscriptions", calm="Les activités de vos enfants"),
        Tile("bookings.show", "planning", "Mes réservations", coming, "Rien de réservé d'ici la semaine prochaine"),
        _invoices(documents),
        _documents(documents),
        _requests(documents, now),
        Tile("history.show", "history", "Historique de mes actions", calm="Vos connexions"),
        Tile("contact.show", "contact", "Contacter la structure", calm="Téléphone, e-mail, adresses"),
    ]


def _coming(documents: Shown, shared: Mapping[str, ActivityWeekView], now: datetime) -> tuple[str, ...]:
    today = in_paris(now).date()
    units = {unit.id: unit for view in shared.values() for unit in view.units}
    booked: dict[tuple[date, str], list[UnitView]] = {}
    for week in documents.many(ViewKind.WEEK, WeekView).values():
        for cell in week.cells:
            if cell.state is CellState.BOOKED and cell.day >= today and cell.unit_id in units:
                booked.setdefault((cell.day, week.child), []).append(units[cell.unit_id])
    lines = [
        f"{_day(day, today)} : {listed(unit.name for unit in sorted(some, key=_starts))}, {child}"
        for (day, child), some in sorted(booked.items())
    ]
    return (*lines[:COMING], "et d'autres ensuite") if len(lines) > COMING else tuple(lines)


def _starts(unit: UnitView) -> list[int]:
    """Sort units as the day goes: « 7 h 15 » before « 11 h 30 »."""
    return [int(figures) for figures in re.findall(r"\d+", unit.hours)]


def _day(day: date, today: date) -> str:
    return {0: "aujourd'hui", 1: "demain"}.get((day - today).days, day_and_month(day)).capitalize()


def _invoices(documents: Shown) -> Tile:
    due = [invoice for invoice in documents.many(ViewKind.INVOICE, InvoiceView).values() if is_to_pay(invoice)]
    waits = (f"{plural(len(due), 'facture')} à payer",) if due else ()
    return Tile("invoices.show", "invoice", "Mes factures", waits, "Rien à payer", urgent=bool(due))


def _documents(documents: Shown) -> Tile:
    asked = documents.one(ViewKind.DOCUMENTS, DocumentsView)
    states = [line.state for line in asked.lines] if asked else []
    words = {
        "missing": ("document manquant", "documents manquants"),
        "refused": ("document refusé", "documents refusés"),
        "expired": ("document expiré", "documents expirés"),
    }
    waits = tuple(plural(states.count(state), *names) for state, names in words.items() if state in states)
    return Tile("documents.show", "document", "Mes documents", waits, "Rien ne manque", urgent=bool(waits))


def _family(documents: Shown) -> Tile:
    family = documents.one(ViewKind.FAMILY, FamilyView)
    people = family.people if family else ()
    waiting = sum(field.waiting is not None for person in people for field in person.fields)
    waits = (f"{plural(waiting, 'modification')} en attente de la régie",) if waiting else ()
    return Tile("family.show", "family", "Ma famille", waits, plural(len(people), "personne"))


def _requests(documents: Shown, now: datetime) -> Tile:
    answers = documents.many(ViewKind.REQUEST, RequestView).values()
    sent = len(documents.pending("fields")) + len(documents.pending("bookings"))
    waiting = sum(answer.status == "waiting" for answer in answers)
    refused = sum(
        answer.status in {"refused", "partly"} and answer.decided_at is not None and now - answer.decided_at < RECENT
        for answer in answers
    )
    waits = [
        f"{plural(sent, 'demande')} en cours d'enregistrement" if sent else "",
        f"{plural(waiting, 'demande')} en attente de la régie" if waiting else "",
        f"{plural(refused, 'réponse récente', 'réponses récentes')} à lire" if refused else "",
    ]
    return Tile("answers.show", "inbox", "Mes demandes", tuple(filter(None, waits)), "Les réponses de la régie")
