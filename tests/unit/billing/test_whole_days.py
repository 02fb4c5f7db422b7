"""Days and months priced whole: hours, combinations, packages, the national scale, penalties."""

from datetime import date, time
from decimal import Decimal

import pytest
from sqlalchemy import update

from backoffice.billing.alerts import AlertKind, month_alerts
from backoffice.billing.issue import issue_month
from backoffice.billing.lists import invoices_of
from backoffice.errors import StaleRecord
from backoffice.office import Office
from models.office.bookings import Enrolment
from models.vocabulary import AttendanceState, Section
from tests.factories import AGENT, Town
from tests.months import OCTOBER, SCHOOL_DAYS, seen
from tests.unit.billing.books import (
    CARE_TARIFF,
    DAY_UNIT,
    EVENING_UNIT,
    HOURLY,
    LATE,
    MORNING_UNIT,
    PICKUP,
    add_evening,
    adopt,
    book,
    brief,
    drafted,
    enrol,
    plain,
    point,
    prove,
)

PRESENT, EXCUSED, AWAY = AttendanceState
TWO_UNITS = {"of": MORNING_UNIT, "instead": f"{MORNING_UNIT}, {EVENING_UNIT}"}
EVENING = """
[[tarif]]
code = "soir"
titre = "Soir"
activites = ["PERI"]
prix.PERI-SOIR = 3.00
"""


def test_hours_are_counted_from_what_was_pointed_and_added_up(office: Office, town: Town) -> None:
    adopt(office, HOURLY, of=CARE_TARIFF)
    child, morning = town.home.child_id, town.morning_id
    point(office, child, morning, SCHOOL_DAYS[0], arrived=time(7, 40), left=time(8, 30))  # 50 min: 45, 5 forgiven
    point(office, child, morning, SCHOOL_DAYS[1], arrived=time(7, 38), left=time(8, 30))  # 52 min: 1 h
    point(office, child, morning, SCHOOL_DAYS[2])  # the unit's own hour
    (line,) = drafted(office)
    assert (plain(line.quantity_text), line.amount_cents) == ("2,75 h", 578)  # 2.75 × 2.10 = 5.775
    assert line.label == "Accueil périscolaire, accueil à l'heure"
    told = [plain(step) for step in line.steps]
    assert any(step.startswith("Le 1er : présence de 7 h 40 à 8 h 30 : 50 min. Par tranches") for step in told)
    assert any(step.startswith("Le 5 : durée prévue") for step in told)
    assert told[-1] == "Montant de la ligne : 2 h 45 × 2,10 € l'heure = 5,78 €."


def test_morning_and_evening_are_one_presence_each_with_its_own_hours(office: Office, town: Town) -> None:
    adopt(office, HOURLY.replace("activites", "priorite = 1\nactivites"), **TWO_UNITS)
    evening = add_evening(office, town)
    point(office, town.home.child_id, town.morning_id, SCHOOL_DAYS[0], arrived=time(7, 30), left=time(8, 30))
    point(office, town.home.child_id, evening, SCHOOL_DAYS[0], arrived=time(16, 30), left=time(17, 30))
    (line,) = drafted(office)
    assert plain(line.quantity_text) == "2 h"


WHOLE_DAY = """
[[combinaison]]
code = "journee"
ensemble = ["PERI-MATIN", "PERI-SOIR"]
donne = "PERI-JOUR"
"""
THREE_UNITS = {"of": MORNING_UNIT, "instead": f"{MORNING_UNIT}, {EVENING_UNIT}, {DAY_UNIT}"}
DAY_PRICE = EVENING + "prix.PERI-JOUR = 4.00\n"


def test_units_of_a_day_are_priced_together(office: Office, town: Town) -> None:
    adopt(office, DAY_PRICE, WHOLE_DAY, **THREE_UNITS)
    evening = add_evening(office, town)
    seen(office, town.home.child_id, town.morning_id, *SCHOOL_DAYS[:2])
    seen(office, town.home.child_id, evening, SCHOOL_DAYS[0])
    assert brief(drafted(office)) == [
        ("Accueil périscolaire, matin", "1", "1,45 €", 145),
        ("Accueil périscolaire, journée", "1", "4,00 €", 400),
    ]


def test_leaving_before_the_end_of_a_booked_day_does_not_make_it_dearer(office: Office, town: Town) -> None:
    adopt(office, DAY_PRICE, WHOLE_DAY, **THREE_UNITS)
    evening = add_evening(office, town)
    seen(office, town.home.child_id, town.morning_id, *SCHOOL_DAYS[:2])
    seen(office, town.home.child_id, evening, SCHOOL_DAYS[0], state=AWAY)
    seen(office, town.home.child_id, evening, SCHOOL_DAYS[1], state=EXCUSED)
    assert brief(drafted(office)) == [
        ("Accueil périscolaire, matin", "1", "1,45 €", 145),
        ("Accueil périscolaire, journée", "1", "4,00 €", 400),
    ]


def test_of_two_units_the_late_one_alone_pays_the_surcharge(office: Office, town: Town) -> None:
    adopt(office, EVENING, **TWO_UNITS)
    evening = add_evening(office, town)
    book(office, town.home.child_id, town.morning_id, SCHOOL_DAYS[0])
    book(office, town.home.child_id, evening, SCHOOL_DAYS[0], late=LATE)
    for unit in (town.morning_id, evening):
        seen(office, town.home.child_id, unit, SCHOOL_DAYS[0])
    assert [amount for *_, amount in brief(drafted(office))] == [145, 360]


def test_a_day_at_one_price_is_due_once_whatever_happened_in_it(office: Office, town: Town) -> None:
    flat = '[[tarif]]\ncode = "jour"\ntitre = "Journée"\nactivites = ["PERI"]\nmode = "jour"\nprix = 6.00\n'
    adopt(office, flat + "priorite = 1\n", **TWO_UNITS)
    evening = add_evening(office, town)
    book(office, town.home.child_id, town.morning_id, *SCHOOL_DAYS[:2])
    book(office, town.home.child_id, evening, *SCHOOL_DAYS[:2], late=LATE)
    seen(office, town.home.child_id, town.morning_id, *SCHOOL_DAYS[:2])
    seen(office, town.home.child_id, evening, SCHOOL_DAYS[0])
    seen(office, town.home.child_id, evening, SCHOOL_DAYS[1], state=AWAY)
    assert brief(drafted(office)) == [("Accueil périscolaire, journée", "2", "6,00 €", 1200)]


MONTHLY = """[[tarif]]
code = "forfait"
titre = "Forfait du mois"
activites = ["PERI"]
mode = "mensuel"
par_jours.2 = 20.00
par_jours.4 = 31.00
"""


def a_package(office: Office, town: Town, days: int) -> None:
    """Enrol the Martin child for so many days a week."""
    mine = Enrolment.activity_id == town.care_id, Enrolment.child_id == town.home.child_id
    office.write(
        lambda work: work.session.execute(update(Enrolment).where(*mine).values(days_a_week=days)) and None, AGENT
    )


def test_a_package_is_owed_each_month_whatever_the_attendance_and_once(office: Office, town: Town) -> None:
    adopt(office, MONTHLY, of=CARE_TARIFF)
    a_package(office, town, 4)
    assert brief(drafted(office)) == [("Accueil périscolaire, forfait du mois", "1", "31,00 €", 3100)]
    office.write(issue_month, AGENT, OCTOBER)
    seen(office, town.home.child_id, town.morning_id, *SCHOOL_DAYS[:3])
    assert len(drafted(office)) == 1, "already billed, whoever comes"
    assert [row.number for row in office.read(invoices_of, OCTOBER)] == ["PERI-2026-000001"]


def test_a_package_shares_out_the_days_of_the_month_when_the_rulebook_says_so(office: Office, town: Town) -> None:
    adopt(office, MONTHLY + "prorata = true\n", of=CARE_TARIFF)
    a_package(office, town, 4)
    mine = Enrolment.activity_id == town.care_id, Enrolment.child_id == town.home.child_id
    office.write(
        lambda work: work.session.execute(update(Enrolment).where(*mine).values(ends=date(2026, 10, 10))) and None,
        AGENT,
    )
    enrol(office, town, starts=date(2026, 10, 11), days_a_week=2)
    assert sorted(line.amount_cents for line in drafted(office)) == [1000, 1355]  # 31 × 10/31, 20 × 21/31
    assert all(not line.days for line in drafted(office))


def test_a_package_that_changed_since_the_draft_stops_the_issue(office: Office, town: Town) -> None:
    adopt(office, MONTHLY, of=CARE_TARIFF)
    a_package(office, town, 4)
    drafted(office)
    a_package(office, town, 2)
    with pytest.raises(StaleRecord, match="Le brouillon de Martin"):
        office.write(issue_month, AGENT, OCTOBER)


PSU = """[[tarif]]
code = "psu"
titre = "Barème national"
activites = ["PERI"]
mode = "effort"
bareme = "psu"
pas_minutes = 30
tolerance_minutes = 10
arrondi_prix = "après"
"""


def test_the_national_scale_keeps_its_exact_hourly_price(office: Office, town: Town) -> None:
    adopt(office, PSU, of=CARE_TARIFF)
    prove(office, town, resources_cents=245_333, children=2)
    point(office, town.home.child_id, town.morning_id, SCHOOL_DAYS[0], arrived=time(7, 20), left=time(9))  # 100 min
    point(office, town.home.child_id, town.morning_id, SCHOOL_DAYS[1], arrived=time(7, 30), left=time(8, 30))
    (line,) = drafted(office)
    exact = Decimal("2453.33") * Decimal("0.0516") / 100
    assert plain(line.unit_price_text) == f"{exact.normalize():f} €".replace(".", ",")
    assert (plain(line.quantity_text), line.amount_cents) == ("2,5 h", round(exact * 250))
    assert line.tariff == "PSU 2 enfants"
    assert not [a for a in office.read(month_alerts, OCTOBER, today=office.today()) if a.kind is AlertKind.NO_QUOTIENT]


def test_a_family_without_resources_pays_the_ceiling_and_is_named(office: Office, town: Town) -> None:
    adopt(office, PSU, of=CARE_TARIFF)
    point(office, town.home.child_id, town.morning_id, SCHOOL_DAYS[0])
    (line,) = drafted(office)
    assert line.amount_cents == round(Decimal(8500) * Decimal("0.0619"))  # an hour, one child
    (alert,) = [a for a in office.read(month_alerts, OCTOBER, today=office.today()) if a.kind is AlertKind.NO_QUOTIENT]
    assert alert.family_id == town.home.family_id


def test_a_late_pick_up_is_a_penalty_apart(office: Office, town: Town) -> None:
    adopt(office, PICKUP)
    child = town.home.child_id
    point(office, child, town.morning_id, SCHOOL_DAYS[0], arrived=time(7, 30), left=time(8, 50))
    point(office, child, town.morning_id, SCHOOL_DAYS[1], arrived=time(7, 30), left=time(8, 30))
    care, penalty = drafted(office)
    assert (care.section, care.amount_cents) == (Section.CARE, 290)
    assert (penalty.section, penalty.amount_cents, penalty.days) == (Section.PENALTY, 1000, SCHOOL_DAYS[:1])
    assert penalty.label == "Accueil périscolaire, départ après la fermeture"
    assert "20 minutes après la fin" in plain(" ".join(penalty.steps))
