"""Tableau de bord: a tile a menu, with what waits there, and nothing alarming when nothing does."""

import re
from datetime import date, timedelta

from flask import Flask

from backoffice.portal.menus import MENUS
from backoffice.sync.contract import CellState, CellView, InvoiceState, OfferLine, OffersView, ViewKind, week_of
from tests.portal.conftest import Office, Person
from tests.portal.published import CANTEEN, DAYS, FAMILY, LEA, MONDAY, NOW, TOM, Clock, invoice, pdf, view, week

NEXT = MONDAY + timedelta(days=7)
LATER = MONDAY + timedelta(days=21)


def tile(person: Person, name: str) -> str:
    person.get("/")
    found = next(part for part in person.words.split('<a class="tile') if f"<strong>{name}</strong>" in part)
    return re.sub(r"<[^>]+>", " ", found.partition("</a>")[0])


def offer(number: int, activity: str, **changes: object) -> OfferLine:
    values = {"id": number, "activity_id": 3, "activity": activity, "place": "La Ruche", "service": "ALSH", "words": ""}
    values |= {"starts": date(2027, 1, 6), "ends": date(2027, 7, 3)}
    values |= {"opens": NOW - timedelta(days=1), "closes": NOW + timedelta(days=9)}
    return OfferLine(**values | changes)


def test_every_menu_has_its_page_its_tile_and_its_place_in_the_bar(app: Flask, claire: Person):
    assert all(menu.endpoint in app.view_functions for menu in MENUS)
    claire.get("/")
    assert claire.text.count('<a class="tile') == len(MENUS)
    assert 'aria-current="page"' in claire.text
    claire.get("/contact")
    assert all(f">{menu.words}</a>" in claire.text for menu in MENUS)
    assert '<a class="menu" href="/">' in claire.text


def test_a_place_that_is_held_is_the_first_thing_said(office: Office, claire: Person):
    held = CellView(
        unit_id=CANTEEN, day=NEXT + timedelta(days=3), state=CellState.OFFERED, until=NOW + timedelta(hours=2)
    )
    gone = held.model_copy(update={"day": NEXT, "until": NOW})
    office.publish(view(ViewKind.WEEK, f"{TOM}:{week_of(NEXT)}", FAMILY, week(TOM, "Tom", NEXT, [gone, held])))
    said = tile(claire, "Mes réservations")
    assert "Place proposée à Tom : jeudi 3 décembre, Repas, à prendre avant le mardi 24 novembre à 11 h 30" in said
    assert said.count("Place proposée") == 1
    assert "urgent" in said


def test_a_place_held_weeks_ahead_is_said_too(office: Office, claire: Person):
    held = CellView(unit_id=CANTEEN, day=LATER, state=CellState.OFFERED, until=NOW + timedelta(hours=2))
    booked = CellView(unit_id=CANTEEN, day=LATER + timedelta(days=1), state=CellState.BOOKED)
    office.publish(view(ViewKind.WEEK, f"{LEA}:{week_of(LATER)}", FAMILY, week(LEA, "Léa", LATER, [held, booked])))
    said = tile(claire, "Mes réservations")
    assert "Place proposée à Léa : lundi 14 décembre" in said
    assert "mardi 15 décembre" not in said.lower()


def test_enrolments_that_open_or_are_open_are_named(office: Office, claire: Person, clock: Clock):
    lines = (
        offer(1, "Mercredis"),
        offer(2, "ALSH d'hiver", opens=NOW + timedelta(days=3), closes=NOW + timedelta(days=30)),
        offer(3, "Été", opens=NOW + timedelta(days=60), closes=NOW + timedelta(days=90)),
    )
    office.publish(view(ViewKind.OFFERS, "", 0, OffersView(lines=lines)))
    said = tile(claire, "Mes inscriptions")
    assert "Mercredis : inscriptions ouvertes jusqu'au jeudi 3 décembre à 9 h 30" in said
    assert "ALSH d'hiver : ouverture le vendredi 27 novembre à 9 h 30" in said
    assert "Été" not in said
    clock.move(days=10)
    claire.sign_in()
    assert "Mercredis" not in tile(claire, "Mes inscriptions")


def test_what_is_to_pay_is_counted_and_what_is_debited_is_not(office: Office, claire: Person):
    debited = invoice("2026-000103", InvoiceState.DEBITED, debit_on=DAYS[4])
    office.publish(view(ViewKind.INVOICE, 103, FAMILY, debited, file=pdf("2026-000103")))
    said = tile(claire, "Mes factures")
    assert "2 factures à payer : 90,49 €" in said
    assert "dont 1 en retard" in said
    assert "Prélèvement annoncé : 70,49 €, rien à faire" in said


def test_where_nothing_waits_nothing_alarms(app: Flask, office: Office, hugo: Person):
    for name, calm in (("Mes factures", "1 facture à payer"), ("Mes documents", "Rien ne manque")):
        assert calm in tile(hugo, name)
    for name in ("Mes documents", "Mes réservations", "Mes demandes", "Ma famille"):
        assert "urgent" not in tile(hugo, name)
