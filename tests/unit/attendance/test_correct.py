"""Correcting a day that an invoice bills."""

from datetime import date, time

import pytest
from sqlalchemy import select

from backoffice.attendance.correct import CorrectReport, correct
from backoffice.attendance.lists import day_sheet
from backoffice.attendance.record import AttendanceEntry, record
from backoffice.errors import NotAllowed, RefusedByRule, StaleRecord
from backoffice.office import Office
from backoffice.permissions import Agent
from models.office.bookings import Attendance
from models.office.house import AuditEntry
from models.vocabulary import AttendanceState, Role
from tests.factories import AGENT, Town
from tests.months import SCHOOL_DAYS, an_issued_invoice, seen

PRESENT, EXCUSED, AWAY = AttendanceState
DAY = SCHOOL_DAYS[0]
LATE_PROOF = "Justificatif reçu après l'émission"


def entry(town: Town, state: AttendanceState | None = EXCUSED, *, version: int | None = 2, **told: object):
    return AttendanceEntry(town.home.child_id, town.meal_id, DAY, state, version=version, **told)


def corrected(office: Office, town: Town, **told: object) -> CorrectReport:
    return office.write(correct, AGENT, entry(town, **told), reason=LATE_PROOF)


def cell(office: Office) -> Attendance:
    return office.read(lambda session: session.scalars(select(Attendance).where(Attendance.day == DAY)).one())


def test_a_billed_day_is_corrected_and_stays_bound_to_its_invoice(office: Office, town: Town) -> None:
    invoice = an_issued_invoice(office, town, meals=2)
    report = corrected(office, town)
    now = cell(office)
    assert (now.state, now.invoice_id, now.corrected_at) == (EXCUSED, invoice.id, office.now())
    assert f"La facture {invoice.number} ne change pas" in report.sentence
    sheet = office.read(day_sheet, town.canteen_id, DAY)
    shown = next(one for row in sheet.rows for one in row.cells if one.state)
    assert (shown.billed, shown.corrected) == (True, True)


def test_the_correction_is_signed_with_what_was_there(office: Office, town: Town) -> None:
    an_issued_invoice(office, town, meals=1)
    corrected(office, town)
    deed = office.read(
        lambda session: session.scalars(select(AuditEntry).where(AuditEntry.action == "attendance.correct")).one()
    )
    name = f"child {town.home.child_id}, unit {town.meal_id}"
    assert (deed.old[name], deed.new[name], deed.new["reason"]) == ("present", "justified", LATE_PROOF)


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"state": PRESENT}, "ne change rien"),
        ({"state": None}, "ne s'efface pas"),
        ({"state": EXCUSED, "arrived": time(12)}, "ne se note que pour un enfant présent"),
        ({"state": PRESENT, "arrived": time(13), "left": time(12)}, "doit suivre"),
        ({"state": EXCUSED, "absence": "lune"}, "n'est pas dans le règlement"),
    ],
)
def test_what_cannot_be_is_refused(office: Office, town: Town, told: dict[str, object], why: str) -> None:
    an_issued_invoice(office, town, meals=1)
    with pytest.raises(RefusedByRule, match=why) as refusal:
        corrected(office, town, **told)
    assert "Rien n'a été enregistré" in str(refusal.value)
    assert cell(office).corrected_at is None


def test_a_reason_is_asked(office: Office, town: Town) -> None:
    an_issued_invoice(office, town, meals=1)
    with pytest.raises(RefusedByRule, match="le motif de la correction manque"):
        office.write(correct, AGENT, entry(town), reason="  ")


def test_a_day_not_billed_is_for_the_roll_call(office: Office, town: Town) -> None:
    seen(office, town.home.child_id, town.meal_id, DAY)
    with pytest.raises(RefusedByRule, match="n'est pas facturée"):
        corrected(office, town, version=1)


def test_who_has_not_seen_the_last_correction_is_told(office: Office, town: Town) -> None:
    an_issued_invoice(office, town, meals=1)
    corrected(office, town)
    with pytest.raises(StaleRecord, match="a modifié cette case entre-temps"):
        corrected(office, town, state=AWAY)


def test_the_roll_call_still_refuses_a_billed_day(office: Office, town: Town) -> None:
    an_issued_invoice(office, town, meals=1)
    corrected(office, town)
    with pytest.raises(RefusedByRule, match="se corrige à part"):
        office.write(record, AGENT, [entry(town, PRESENT, version=3)])


def test_correcting_wants_the_director(office: Office, town: Town) -> None:
    an_issued_invoice(office, town, meals=1)
    with pytest.raises(NotAllowed):
        office.write(correct, Agent("x", "Xavier", frozenset({Role.AGENT}), "P1"), entry(town), reason=LATE_PROOF)


def test_the_billed_days_of_an_absence_are_numbered_again_with_it(office: Office, town: Town) -> None:
    invoice = an_issued_invoice(office, town, meals=4)
    for at in (3, 2, 1):  # the last day first
        told = AttendanceEntry(town.home.child_id, town.meal_id, SCHOOL_DAYS[at], EXCUSED, version=2)
        office.write(correct, AGENT, told, reason=LATE_PROOF)
    rows = office.read(
        lambda session: session.execute(
            select(Attendance.day, Attendance.absence_day, Attendance.invoice_id).order_by(Attendance.day)
        ).all()
    )
    first: date = SCHOOL_DAYS[1]
    assert [(row.day, row.absence_day) for row in rows] == [
        (SCHOOL_DAYS[0], None),
        *((day, (day - first).days + 1) for day in SCHOOL_DAYS[1:4]),
    ]
    assert {row.invoice_id for row in rows} == {invoice.id}
