"""What to look at before issuing."""

from datetime import date

from sqlalchemy import delete

from backoffice.billing.alerts import ALERT_WORDS, AlertKind, AlertRow, month_alerts
from backoffice.billing.draft import draft_month
from backoffice.office import Office
from models.office.bookings import Attendance, Enrolment
from tests.factories import AGENT, Town, another_child, another_family, booked
from tests.months import OCTOBER, SCHOOL_DAYS, seen


def alerts(office: Office, kind: AlertKind, *, today: date | None = None) -> list[AlertRow]:
    found = office.read(month_alerts, OCTOBER, today=today or office.today())
    return [alert for alert in found if alert.kind is kind]


def plain(sentence: str) -> str:
    return sentence.replace("\N{NARROW NO-BREAK SPACE}", " ")


def test_a_day_that_nobody_pointed_is_said_once(office: Office, town: Town) -> None:
    noe = another_child(office, town, town.home.family_id)
    for child in (noe, town.home.child_id):
        booked(office, child, town.meal_id, SCHOOL_DAYS[0])
    (alert,) = alerts(office, AlertKind.DAY_NOT_POINTED)
    assert plain(alert.sentence) == "Restauration scolaire, jeudi 1er octobre : 2 réservations, aucun pointage."
    assert (alert.activity_id, alert.day, alert.service_code) == (town.canteen_id, SCHOOL_DAYS[0], "CANTINE")
    assert not alerts(office, AlertKind.BOOKED_NOT_POINTED)
    assert not alerts(office, AlertKind.DAY_NOT_POINTED, today=SCHOOL_DAYS[0])


def test_a_child_forgotten_on_a_pointed_day_is_named(office: Office, town: Town) -> None:
    noe = another_child(office, town, town.home.family_id)
    for child in (noe, town.home.child_id):
        booked(office, child, town.meal_id, *SCHOOL_DAYS[:2])
    seen(office, noe, town.meal_id, *SCHOOL_DAYS[:2])
    (alert,) = alerts(office, AlertKind.BOOKED_NOT_POINTED)
    expected = "Léa Martin, Restauration scolaire : réservation sans pointage, le 01/10 et le 02/10."
    assert plain(alert.sentence) == expected
    assert (alert.child_id, alert.day) == (town.home.child_id, SCHOOL_DAYS[0])


def test_a_child_without_a_booking_is_named(office: Office, town: Town) -> None:
    booked(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[0])
    seen(office, town.home.child_id, town.meal_id, *SCHOOL_DAYS[:5])
    (alert,) = alerts(office, AlertKind.NOT_BOOKED)
    expected = "Léa Martin, Restauration scolaire : présence sans réservation, 4 jours depuis le 02/10."
    assert plain(alert.sentence) == expected


def test_a_family_without_a_proof_of_income_is_named(office: Office, town: Town) -> None:
    seen(office, another_family(office, town, quotient=None).child_id, town.meal_id, SCHOOL_DAYS[0])
    (alert,) = alerts(office, AlertKind.NO_QUOTIENT)
    assert alert.sentence.startswith("Petit (FPETIT)")
    assert not alert.blocking


def test_attendance_that_nobody_pays_for_is_named(office: Office, town: Town) -> None:
    seen(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[0])
    office.write(lambda work: work.session.execute(delete(Enrolment)) and None, AGENT)
    (alert,) = alerts(office, AlertKind.NOT_ENROLLED)
    assert "ne sera pas facturé" in alert.sentence


def test_drafts_that_fall_behind_are_named_and_a_month_not_begun_is_not(office: Office, town: Town) -> None:
    other = another_family(office, town)
    seen(office, town.home.child_id, town.meal_id, *SCHOOL_DAYS[:2])
    assert not alerts(office, AlertKind.NO_DRAFT)
    office.write(draft_month, AGENT, OCTOBER)
    assert not alerts(office, AlertKind.OUTDATED)
    office.write(
        lambda work: work.session.execute(delete(Attendance).where(Attendance.day == SCHOOL_DAYS[1])) and None, AGENT
    )
    seen(office, other.child_id, town.meal_id, SCHOOL_DAYS[0])
    (behind,) = alerts(office, AlertKind.OUTDATED)
    (lost,) = alerts(office, AlertKind.NO_DRAFT)
    assert (behind.family_id, behind.blocking) == (town.home.family_id, True)
    assert (lost.family_id, lost.blocking) == (other.family_id, False)


def test_every_kind_has_its_words() -> None:
    assert set(ALERT_WORDS) == set(AlertKind)
