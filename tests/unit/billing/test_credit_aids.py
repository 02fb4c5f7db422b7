"""What credit notes and regularisations give back to those who aid a family."""

from datetime import date

from sqlalchemy import func, select, update

from backoffice.agreements.grant import AidTerms, grant_aid
from backoffice.billing.credit import credit
from backoffice.billing.lists import invoice_file
from backoffice.office import Office
from models.office.contracts import AidUse
from models.office.structure import RulebookVersion
from models.vocabulary import AttendanceState
from tests.factories import AGENT, RULEBOOK, Town
from tests.months import SCHOOL_DAYS, an_issued_invoice
from tests.unit.agreements.test_aids import VOUCHERS
from tests.unit.billing.test_regularise import made_good, set_right, the_proposal


def aided(office: Office, town: Town, meals: int) -> int:
    """Bill meals at 4,15 € of which vouchers pay 3 € each."""
    source = RULEBOOK + VOUCHERS
    office.write(lambda work: work.session.execute(update(RulebookVersion).values(source=source)) and None, AGENT)
    terms = AidTerms("bons", date(2026, 9, 1), date(2027, 8, 31), 9000)
    office.write(grant_aid, AGENT, town.home.child_id, town.home.family_id, terms)
    return an_issued_invoice(office, town, meals).id


def used(office: Office) -> int:
    return office.read(lambda session: int(session.scalar(select(func.sum(AidUse.amount_cents))) or 0))


def test_a_whole_credit_note_gives_the_aid_back(office: Office, town: Town) -> None:
    invoice = aided(office, town, 5)
    assert used(office) == 1500
    report = office.write(credit, AGENT, invoice, reason="Erreur", seen_cents=575)
    assert (report.total_cents, report.due_cents, used(office)) == (575, 0, 0)


def test_a_line_credited_in_part_keeps_its_aid(office: Office, town: Town) -> None:
    invoice = aided(office, town, 5)
    (line,) = office.read(invoice_file, invoice).lines
    assert line.left_cents == 575
    office.write(credit, AGENT, invoice, reason="Erreur", seen_cents=575, lines={line.id: 100})
    assert used(office) == 1500


def test_a_corrected_day_gives_each_his_part_back(office: Office, town: Town) -> None:
    invoice = aided(office, town, 5)
    set_right(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[0], AttendanceState.JUSTIFIED)
    found = the_proposal(office)
    assert found.cents == -115
    made_good(office, found)
    assert (office.read(invoice_file, invoice).row.due_cents, used(office)) == (460, 1200)
    assert office.read(invoice_file, invoice).row.left_cents == 460
