"""What each rule of a rulebook makes of an invoice."""

from datetime import date, time

import pytest
from sqlalchemy import select, update

from backoffice.attendance.record import AttendanceEntry, record
from backoffice.billing.alerts import AlertKind, month_alerts
from backoffice.billing.draft import draft_month
from backoffice.billing.issue import issue_month
from backoffice.errors import StaleRecord
from backoffice.office import Office
from models.office.bookings import Attendance, Booking, Enrolment
from models.office.structure import RulebookVersion
from models.vocabulary import AttendanceState, BookingState
from tests.factories import AGENT, Town, another_child, another_family
from tests.months import OCTOBER, SCHOOL_DAYS, seen
from tests.unit.billing.books import (
    LATE,
    adopt,
    book,
    brief,
    drafted,
    plain,
    point,
    prove,
)

PRESENT, EXCUSED, AWAY = AttendanceState
CHEAPER_SECOND = """
[[modification]]
code = "fratrie"
titre = "Fratrie"
activites = ["CANTINE"]
rang_min = 2
pourcent = -20
"""


def test_the_second_child_enrolled_pays_less(office: Office, town: Town) -> None:
    adopt(office, CHEAPER_SECOND)
    noe = another_child(office, town, town.home.family_id)
    alone = another_family(office, town, quotient=900)
    for child in (noe, town.home.child_id, alone.child_id):
        seen(office, child, town.meal_id, *SCHOOL_DAYS[:2])
    told = [(line.child, line.unit_price_cents, line.tariff) for line in drafted(office)]
    assert told == [
        ("Léa Martin", 415, "QF de 801 à 1\u202f200"),
        ("Noé Martin", 332, "QF de 801 à 1\u202f200, 2e enfant"),
        ("Léa Petit", 415, "QF de 801 à 1\u202f200"),
    ]


def test_an_elder_enrolled_elsewhere_or_no_longer_does_not_count(office: Office, town: Town) -> None:
    adopt(office, CHEAPER_SECOND)
    noe = another_child(office, town, town.home.family_id)
    gone = update(Enrolment).where(Enrolment.child_id == town.home.child_id, Enrolment.activity_id == town.canteen_id)
    office.write(lambda work: work.session.execute(gone.values(ends=SCHOOL_DAYS[2])) and None, AGENT)
    seen(office, noe, town.meal_id, *SCHOOL_DAYS[:5])
    assert sorted((line.unit_price_cents, len(line.days)) for line in drafted(office)) == [(332, 3), (415, 2)]


def test_the_second_child_present_pays_less_even_if_the_first_is_billed_already(office: Office, town: Town) -> None:
    adopt(office, CHEAPER_SECOND, siblings='[fratrie]\ncompte = "présents"\ndans = "activité"\n')
    noe = another_child(office, town, town.home.family_id)
    seen(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[0])
    office.write(draft_month, AGENT, OCTOBER)
    office.write(issue_month, AGENT, OCTOBER)
    seen(office, noe, town.meal_id, *SCHOOL_DAYS[:2])
    lines = [line for line in drafted(office) if line.child == "Noé Martin"]
    assert sorted((line.unit_price_cents, line.days) for line in lines) == [
        (332, SCHOOL_DAYS[:1]),
        (415, SCHOOL_DAYS[1:2]),
    ]


def test_a_late_booking_pays_its_surcharge_on_a_line_of_its_own(office: Office, town: Town) -> None:
    child = town.home.child_id
    book(office, child, town.meal_id, *SCHOOL_DAYS[:2])
    book(office, child, town.meal_id, SCHOOL_DAYS[2], late=LATE)
    seen(office, child, town.meal_id, *SCHOOL_DAYS[:3])
    raised, in_time = sorted(drafted(office), key=lambda line: len(line.days))
    assert (in_time.amount_cents, in_time.days) == (830, SCHOOL_DAYS[:2])
    assert (raised.amount_cents, raised.days, raised.tariff[-6:]) == (498, SCHOOL_DAYS[2:3], "majoré")
    assert "Réservé après la limite" in " ".join(raised.steps)


def test_a_day_cancelled_too_late_is_billed_at_the_price_of_its_booking(office: Office, town: Town) -> None:
    book(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[0], late=LATE, state=BookingState.CANCELLED)
    point(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[0], AWAY)
    (line,) = drafted(office)
    assert (line.amount_cents, plain(line.steps[-1])) == (498, "Réservation annulée : l'absence reste facturée.")


def test_whoever_comes_without_a_booking_pays_more(office: Office, town: Town) -> None:
    adopt(
        office,
        '[[modification]]\ncode = "imprevu"\ntitre = "Sans réservation"\nsi = ["sans réservation"]\nprix = 5.45',
    )
    book(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[0])
    book(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[1], state=BookingState.CANCELLED)
    seen(office, town.home.child_id, town.meal_id, *SCHOOL_DAYS[:2])
    seen(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[2], state=AWAY)
    lines = drafted(office)
    assert sorted((line.unit_price_cents, line.days) for line in lines) == [
        (415, SCHOOL_DAYS[:1]),
        (415, SCHOOL_DAYS[2:3]),
        (545, SCHOOL_DAYS[1:2]),
    ]


ILLNESS = """
[[absence]]
code = "maladie"
titre = "Maladie avec certificat"
activites = ["CANTINE"]
justifiee = true
jours_factures = 1

[[absence]]
code = "greve"
titre = "Grève"
activites = ["CANTINE"]
justifiee = true

[[absence]]
code = "oubli"
titre = "Absence sans prévenir"
activites = ["PERI"]
justifiee = false
facture = 50
"""


def test_the_first_day_of_an_illness_is_billed_and_the_next_are_not(office: Office, town: Town) -> None:
    adopt(office, ILLNESS)
    child = town.home.child_id
    days = SCHOOL_DAYS[1], SCHOOL_DAYS[2], SCHOOL_DAYS[3]  # Friday, Monday, Tuesday
    office.write(record, AGENT, [AttendanceEntry(child, town.meal_id, day, EXCUSED, absence="maladie") for day in days])
    strike = AttendanceEntry(child, town.meal_id, SCHOOL_DAYS[7], EXCUSED, absence="greve")
    office.write(record, AGENT, [strike])
    (line,) = drafted(office)
    assert (line.amount_cents, line.days) == (415, days[:1])
    assert line.label == "Restauration scolaire, repas, absence justifiée"
    assert "le premier jour est dû" in " ".join(line.steps)


def test_an_absence_that_nobody_justified_may_be_billed_in_part(office: Office, town: Town) -> None:
    adopt(office, ILLNESS)
    seen(office, town.home.child_id, town.morning_id, SCHOOL_DAYS[0])
    seen(office, town.home.child_id, town.morning_id, *SCHOOL_DAYS[1:3], state=AWAY)
    assert brief(drafted(office)) == [
        ("Accueil périscolaire, matin", "1", "1,45 €", 145),
        ("Accueil périscolaire, matin, absence non justifiée", "2", "0,73 €", 146),
    ]


def test_excused_children_owe_nothing_and_stay_free_to_change(office: Office, town: Town) -> None:
    seen(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[0])
    seen(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[1], state=EXCUSED)
    office.write(draft_month, AGENT, OCTOBER)
    office.write(issue_month, AGENT, OCTOBER)
    billed = office.read(lambda s: s.scalars(select(Attendance.invoice_id).order_by(Attendance.day)).all())
    assert [bool(invoice) for invoice in billed] == [True, False]


def test_a_family_that_only_has_free_absences_gets_no_draft_and_no_alert(office: Office, town: Town) -> None:
    adopt(office, ILLNESS)
    other = another_family(office, town)
    point(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[0], EXCUSED, absence="greve")
    seen(office, other.child_id, town.meal_id, SCHOOL_DAYS[0])
    assert [line.child for line in drafted(office)] == ["Léa Petit"]
    kinds = {alert.kind for alert in office.read(month_alerts, OCTOBER, today=office.today())}
    assert not kinds & {AlertKind.NO_DRAFT, AlertKind.OUTDATED}


def test_a_proof_that_comes_late_changes_nothing_before_it(office: Office, town: Town) -> None:
    prove(office, town, proved_on=date(2026, 10, 12))
    seen(office, town.home.child_id, town.meal_id, date(2026, 10, 9), date(2026, 10, 12))
    assert sorted((line.unit_price_cents, line.days) for line in drafted(office)) == [
        (415, (date(2026, 10, 12),)),
        (455, (date(2026, 10, 9),)),
    ]
    alerts = office.read(month_alerts, OCTOBER, today=office.today())
    (alert,) = [alert for alert in alerts if alert.kind is AlertKind.NO_QUOTIENT]
    assert "le 09/10" in alert.sentence


def test_a_category_of_people_has_its_own_prices(office: Office, town: Town) -> None:
    adopt(
        office,
        '[[tarif]]\ncode = "adultes"\ntitre = "Adultes"\nactivites = ["CANTINE"]\ncategories = ["ADULTE"]\nprix.REPAS = 5.45\n',
    )
    mine = Enrolment.activity_id == town.canteen_id
    office.write(lambda work: work.session.execute(update(Enrolment).where(mine).values(category="ADULTE")), AGENT)
    seen(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[0])
    assert [line.amount_cents for line in drafted(office)] == [545]


@pytest.mark.parametrize("change", ["late", "cancelled", "arrived"])
def test_what_changes_a_price_after_the_draft_is_seen_at_issue(office: Office, town: Town, change: str) -> None:
    book(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[0])
    seen(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[0])
    drafted(office)
    statement = {
        "late": update(Booking).values(late=LATE),
        "cancelled": update(Booking).values(state=BookingState.CANCELLED),
        "arrived": update(Attendance).values(arrived=time(12, 10)),
    }[change]
    office.write(lambda work: work.session.execute(statement) and None, AGENT)
    kinds = {alert.kind for alert in office.read(month_alerts, OCTOBER, today=office.today())}
    assert AlertKind.OUTDATED in kinds
    with pytest.raises(StaleRecord, match="une réservation"):
        office.write(issue_month, AGENT, OCTOBER)
    drafted(office)
    assert office.write(issue_month, AGENT, OCTOBER).numbers == ("CANTINE-2026-000001",)


def test_the_rulebook_of_each_day_prices_it(office: Office, town: Town) -> None:
    def dearer(work) -> None:
        book = work.session.scalars(select(RulebookVersion)).one()
        source = book.source.replace("4.15", "4.25").replace("2026-1", "2026-2").replace("2026-01-01", "2026-10-12")
        work.session.add(
            RulebookVersion(
                effective=date(2026, 10, 12), name=book.name, version="2026-2", source=source, loaded_at=work.now,
                loaded_by="x",
            )
        )  # fmt: skip

    office.write(dearer, AGENT)
    seen(office, town.home.child_id, town.meal_id, date(2026, 10, 9), date(2026, 10, 12))
    assert sorted(line.unit_price_cents for line in drafted(office)) == [415, 425]
