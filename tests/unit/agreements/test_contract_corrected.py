"""A billed month of a contract, of which a day is corrected."""

from datetime import date

from backoffice.attendance.correct import correct
from backoffice.attendance.record import AttendanceEntry
from backoffice.billing.credit_lists import credit_notes_of
from backoffice.billing.lists import invoice_file
from backoffice.billing.proposals import proposals
from backoffice.billing.regularise import regularise
from backoffice.office import Office
from models.vocabulary import AttendanceState
from tests.factories import AGENT, Town
from tests.unit.agreements.creche import MONTHS, a_creche, issued, sign, there

OCTOBER = MONTHS[1]
DAY = date(2026, 10, 6)
LEVEL = 18213  # 117,5 h at 1,55 €
WITHOUT = 17283  # 111,5 h: a closure takes six hours off


def test_a_closure_told_after_the_issue_lowers_the_levelled_month(office: Office, town: Town) -> None:
    a_creche(office, town)
    sign(office, town)
    there(office, town, DAY)
    file = issued(office, OCTOBER)
    assert file.row.total_cents == LEVEL
    entry = AttendanceEntry(
        town.home.child_id, town.morning_id, DAY, AttendanceState.JUSTIFIED, version=2, absence="fermeture"
    )
    office.write(correct, AGENT, entry, reason="Fermeture imprévue")
    (found,) = office.read(proposals)
    assert (found.cents, found.refusal) == (WITHOUT - LEVEL, "")
    office.write(regularise, AGENT, found.family_id, found.service_id, found.month, seen_cents=found.cents)
    assert office.read(invoice_file, file.row.id).row.left_cents == WITHOUT
    (note,) = office.read(credit_notes_of, file.row.id)
    assert [line.days for line in note.lines] == ["6"]
    assert office.read(proposals) == ()
