"""What a rulebook makes of a cell, as the family reads it: not open yet, validated, dearer, billed; before it is sent."""

from datetime import datetime, timedelta

import pytest

from backoffice.portal.cells import Look
from backoffice.portal.weeks import merge
from backoffice.sync.contract import ActivityWeekView, CellState, ViewKind, WeekView
from tests.portal.conftest import Office, Person
from tests.portal.published import (
    CANTEEN,
    DAYS,
    NOW,
    WEEK,
    Clock,
    canteen,
    cell,
    limit,
    slot,
    view,
    week,
)
from tests.portal.test_bookings import PAGE, save

THURSDAY, FRIDAY = DAYS[3], DAYS[4]
PAST, SOON = NOW - timedelta(hours=1), NOW + timedelta(hours=1)
SURCHARGE = {"cost": "majoré de 2,00 € par unité", "late_prices": {"normal": 655}}


def one(state: CellState | None = None, mine: dict | None = None, now: datetime = NOW, **limits: object):
    """Draw Thursday's meal alone, under these limits."""
    slots = (slot(CANTEEN, THURSDAY, 455, **limits),)
    shown = week(cells=(cell(CANTEEN, THURSDAY, state),) if state else ())
    if mine is not None:
        shown = shown.model_copy(update={"activities": (shown.activities[0].model_copy(update=mine),)})
    return merge(shown, {1: canteen(slots=slots)}, {}, now).cells[CANTEEN, THURSDAY]


@pytest.mark.parametrize(
    ("state", "limits", "look", "changeable", "words"),
    [
        (None, {"book": limit(SOON, opens=SOON)}, Look.EARLY, False, "Ouvre le mardi 24 novembre à 10 h 30"),
        (None, {"book": limit(SOON, "charge", **SURCHARGE)}, Look.FREE, True, "Après : majoré de 2,00 € par unité"),
        (
            None, {"book": limit(PAST, "charge", **SURCHARGE)}, Look.DEARER, True,
            "Délai passé depuis le mardi 24 novembre à 8 h 30 : majoré de 2,00 € par unité",
        ),
        (None, {"book": limit(PAST, "charge", late_until=NOW, **SURCHARGE)}, Look.LATE, False, "Délai passé"),
        (None, {"book": limit(PAST, "ask", late_until=NOW)}, Look.LATE, False, "Délai passé"),
        (None, {"book": limit(SOON, in_time="ask")}, Look.ASKABLE, True, "Validation par la régie"),
        (CellState.BOOKED, {"cancel": limit(SOON, in_time="ask")}, Look.BOOKED, True, "Validation par la régie"),
        (
            CellState.BOOKED, {"cancel": limit(PAST, "bill", cost="l'absence reste facturée")}, Look.BOOKED, True,
            "si vous annulez, l'absence reste facturée",
        ),
        (
            CellState.BOOKED, {"cancel": limit(PAST, "proof", cost="un justificatif est demandé")}, Look.BOOKED, True,
            "l'annulation se demande, un justificatif est demandé",
        ),
        (CellState.BOOKED, {"cancel": limit(SOON, opens=SOON)}, Look.BOOKED, False, "S'annule à partir du mardi 24"),
        (CellState.ABSENT, {}, Look.ABSENT, False, "Absence annoncée"),
    ],
)  # fmt: skip
def test_a_cell_says_what_the_rule_makes_of_the_moment(state, limits, look, changeable, words):
    found = one(state, **limits)
    assert (found.look, found.changeable) == (look, changeable)
    assert words in " ".join(found.details).replace("\u202f", " ").replace("\xa0", " ")


def test_a_late_booking_shows_the_price_that_it_costs():
    assert one(book=limit(SOON, "charge", **SURCHARGE)).price_cents == 455
    dearer = one(book=limit(PAST, "charge", **SURCHARGE))
    assert (dearer.price_cents, dearer.stake_cents, dearer.cost) == (655, 655, SURCHARGE["cost"])


def test_cancelling_what_stays_billed_takes_nothing_off():
    billed = one(CellState.BOOKED, cancel=limit(PAST, "bill", cost="l'absence reste facturée"))
    assert (billed.price_cents, billed.stake_cents) == (455, 0)


def test_a_family_from_outside_sees_its_own_limits():
    limits = {"book": limit(SOON), "outside": (limit(PAST), limit(PAST))}
    assert one(mine={"outside": True}, **limits).look is Look.LATE
    assert one(mine={"outside": False}, **limits).look is Look.FREE
    assert one(mine={"outside": True}, book=limit(SOON)).look is Look.FREE


def test_an_effort_rate_shows_the_households_own_price():
    mine = {"rate": "", "prices": {str(CANTEEN): 312}, "late_prices": {str(CANTEEN): 512}}
    assert one(mine=mine).price_cents == 312
    assert one(mine=mine, book=limit(PAST, "charge", cost="majoré de 2,00 € par unité")).price_cents == 512


def test_views_of_before_are_still_read():
    old = week().model_dump(mode="json")
    for activity in old["activities"]:
        for added in ("outside", "prices", "late_prices"):
            del activity[added]
    shared = canteen().model_dump(mode="json")
    for added in shared["slots"]:
        del added["outside"]
        for one_limit in (added["book"], added["cancel"]):
            for name in ("opens", "in_time", "cost", "late_until", "late_prices"):
                del one_limit[name]
    assert WeekView.model_validate(old) == week()
    assert ActivityWeekView.model_validate(shared) == canteen()


# --- the page ---------------------------------------------------------------------------------------------------------


def late_canteen(office: Office, until: datetime = PAST) -> None:
    book = limit(until, "charge", **SURCHARGE)
    cancel = limit(until, "bill", cost="l'absence reste facturée")
    slots = tuple(slot(CANTEEN, day, 455, book=book, cancel=cancel) for day in (THURSDAY, FRIDAY))
    office.publish(view(ViewKind.ACTIVITY_WEEK, f"1:{WEEK}", 0, canteen(slots=slots)))


def test_what_being_late_costs_is_read_before_it_is_sent(office: Office, claire: Person):
    late_canteen(office)
    claire.get(PAGE)
    assert "Hors délai" in claire.words
    assert "majoré de 2,00 € par unité" in claire.words
    assert "6,55 €" in claire.words
    response = save(claire, add=(f"{CANTEEN}:{THURSDAY}",), remove=(f"{CANTEEN}:{FRIDAY}",), k=claire.all_hidden("k"))
    assert response.status_code == 303
    claire.get(response.location)
    assert "Réserver (majoré de 2,00 € par unité)" in claire.words
    assert "Annuler (l'absence reste facturée)" in claire.words


def test_nobody_pays_for_being_late_without_having_read_it(office: Office, claire: Person, clock: Clock):
    late_canteen(office, SOON)
    claire.get(PAGE)
    assert "Après : majoré de 2,00 € par unité" in claire.words
    assert claire.all_hidden("k") == []
    clock.move(hours=1)
    sent = {"add": (f"{CANTEEN}:{THURSDAY}",), "remove": (f"{CANTEEN}:{FRIDAY}",)}
    assert save(claire, **sent).status_code == 422
    assert "Le délai est passé depuis l'ouverture de cette page" in claire.words
    assert office.payloads("bookings") == []
    assert save(claire, **sent, k=claire.all_hidden("k")).status_code == 303
    assert len(office.payloads("bookings")[0]["cells"]) == 2
