"""Corrected days are made good: a credit note or a complement, exact, once."""

from collections.abc import Iterable
from datetime import date, time
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from backoffice.attendance.correct import correct
from backoffice.attendance.record import AttendanceEntry
from backoffice.billing.credit import credit
from backoffice.billing.credit_lists import credit_notes_of
from backoffice.billing.draft import draft_month
from backoffice.billing.issue import issue_month
from backoffice.billing.lists import InvoiceFile, invoice_file, invoices_of
from backoffice.billing.proposals import Proposal, proposals
from backoffice.billing.regularise import RegulariseReport, regularise, regularise_and_render, set_aside
from backoffice.billing.render import render_missing
from backoffice.billing.weighing import groups
from backoffice.errors import RefusedByRule, StaleRecord
from backoffice.office import Office, Work
from backoffice.payments.book import credits_of
from models.office.billing import Invoice
from models.office.bookings import Attendance, Enrolment
from models.office.structure import RulebookVersion
from models.vocabulary import AttendanceState, InvoiceKind, InvoiceStatus
from tests.factories import AGENT, COLLEAGUE, Town, a_commune, an_office, another_child
from tests.months import IN_NOVEMBER, OCTOBER, SCHOOL_DAYS, an_issued_invoice, seen
from tests.unit.billing.books import CARE_TARIFF, HOURLY, add_evening, adopt
from tests.unit.billing.sharing import other_parent, share
from tests.unit.billing.test_credit import frozen, paid
from tests.unit.billing.test_whole_days import DAY_PRICE, THREE_UNITS, WHOLE_DAY

PRESENT, EXCUSED, AWAY = AttendanceState


def set_right(office: Office, child_id: int, unit_id: int, day: date, state: AttendanceState) -> None:
    """Correct a billed cell."""
    version = office.read(
        lambda session: session.scalar(
            select(Attendance.version).where(
                Attendance.child_id == child_id, Attendance.unit_id == unit_id, Attendance.day == day
            )
        )
    )
    entry = AttendanceEntry(child_id, unit_id, day, state, version=version)
    office.write(correct, AGENT, entry, reason="Certificat remis")


def issued(office: Office) -> InvoiceFile:
    office.write(draft_month, AGENT, OCTOBER)
    office.write(issue_month, AGENT, OCTOBER)
    return office.read(invoice_file, office.read(invoices_of, OCTOBER)[0].id)


def the_proposal(office: Office) -> Proposal:
    (found,) = office.read(proposals)
    return found


def made_good(office: Office, found: Proposal | None = None) -> RegulariseReport:
    found = found or the_proposal(office)
    return office.write(regularise, AGENT, found.family_id, found.service_id, found.month, seen_cents=found.cents)


def told(found: Proposal) -> list[tuple[str, tuple[int, ...], int, int, int]]:
    return [
        (line.thing.label, line.days, line.invoiced_cents, line.cost_cents, line.cents)
        for household in found.households
        for line in household.lines
    ]


def test_an_absence_proved_after_the_issue_gives_its_price_back(office: Office, town: Town) -> None:
    invoice = an_issued_invoice(office, town, meals=17)
    render_missing(office, AGENT)
    before = frozen(office)
    set_right(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[1], EXCUSED)
    found = the_proposal(office)
    assert told(found) == [("Restauration scolaire, repas", (2,), 7055, 6640, -415)]
    assert (found.family, found.invoice_numbers, found.units, found.sentence) == (
        "Martin", (invoice.number,), 1, "À établir\u202f: 1 avoir.",
    )  # fmt: skip
    report = made_good(office, found)
    (note,) = office.read(credit_notes_of, invoice.id)
    assert report.credit_notes == ((note.id, "AV-CANTINE-2026-000001", 415),)
    assert note.reason == "Régularisation du pointage d'octobre 2026"
    (line,) = note.lines
    assert (line.days, line.quantity_hundredths, line.unit_price_cents, line.amount_cents) == ("2", 100, 415, 415)
    assert office.read(proposals) == ()
    assert frozen(office) == before
    assert office.read(invoice_file, invoice.id).row.due_cents == 6640


def test_an_absence_that_was_none_is_asked_as_a_complement(office: Office, town: Town) -> None:
    child = town.home.child_id
    seen(office, child, town.meal_id, SCHOOL_DAYS[0])
    first = issued(office)

    def excused(work: Work) -> None:  # billed at nothing, as some rulebooks do
        work.session.add(
            Attendance(child_id=child, unit_id=town.meal_id, day=SCHOOL_DAYS[1], state=EXCUSED, invoice_id=first.row.id)
        )

    office.write(excused, AGENT)
    set_right(office, child, town.meal_id, SCHOOL_DAYS[1], PRESENT)
    report, rendered = regularise_and_render(office, AGENT, the_proposal(office))
    ((invoice_id, number, cents),) = report.invoices
    assert (number, cents, rendered.rendered) == ("CANTINE-2026-000002", 415, 2)
    file = office.read(invoice_file, invoice_id)
    assert (file.row.kind, file.row.status, file.row.total_cents, file.row.due_on, file.row.has_pdf) == (
        InvoiceKind.ADJUSTMENT, InvoiceStatus.ISSUED, 415, date(2026, 12, 3), True,
    )  # fmt: skip
    (line,) = file.lines
    assert (line.days, line.amount_cents, line.quantity_text) == ((SCHOOL_DAYS[1],), 415, "1")
    assert line.steps[0].startswith("Pointage corrigé après facturation\u202f: 4,15")
    bound = office.read(lambda session: set(session.scalars(select(Attendance.invoice_id))))
    assert bound == {first.row.id}, "what was billed stays bound to the invoice that billed it"
    assert office.read(proposals) == ()


def test_there_and_back_again_ends_where_it_began(office: Office, town: Town) -> None:
    invoice = an_issued_invoice(office, town, meals=2)
    child, meal, day = town.home.child_id, town.meal_id, SCHOOL_DAYS[0]
    set_right(office, child, meal, day, EXCUSED)
    assert made_good(office).cents == -415
    set_right(office, child, meal, day, PRESENT)
    assert made_good(office).cents == 415
    set_right(office, child, meal, day, EXCUSED)
    assert told(the_proposal(office)) == [("Restauration scolaire, repas", (1,), 830, 415, -415)]
    report = made_good(office)
    rows = office.read(invoices_of, OCTOBER)
    assert [(row.kind, row.status, row.due_cents) for row in rows] == [
        (InvoiceKind.MONTH, InvoiceStatus.ISSUED, 415),
        (InvoiceKind.ADJUSTMENT, InvoiceStatus.CANCELLED, 0),
    ]
    assert [cents for *_, cents in report.credit_notes] == [415]
    assert invoice.id == rows[0].id


def test_a_correction_taken_back_before_anything_is_written_changes_nothing(office: Office, town: Town) -> None:
    an_issued_invoice(office, town, meals=2)
    child, meal, day = town.home.child_id, town.meal_id, SCHOOL_DAYS[0]
    set_right(office, child, meal, day, EXCUSED)
    set_right(office, child, meal, day, PRESENT)
    found = the_proposal(office)
    assert (told(found), found.cents) == ([], 0)
    assert "le prix ne change pas, la correction est classée" in made_good(office, found).sentence
    assert office.read(groups) == []


def test_a_combination_undone_charges_what_is_left_and_gives_the_rest_back(office: Office, town: Town) -> None:
    """Morning and evening cost 4 € together, and the morning alone 1,45 €."""
    adopt(office, DAY_PRICE, WHOLE_DAY, **THREE_UNITS)
    evening = add_evening(office, town)
    for unit in (town.morning_id, evening):
        seen(office, town.home.child_id, unit, SCHOOL_DAYS[0])
    file = issued(office)
    assert file.row.total_cents == 400
    set_right(office, town.home.child_id, evening, SCHOOL_DAYS[0], EXCUSED)
    found = the_proposal(office)
    assert sorted(cents for *_, cents in told(found)) == [-400, 145]
    made_good(office, found)
    (note,) = office.read(credit_notes_of, file.row.id)
    assert (note.total_cents, sorted(line.amount_cents for line in note.lines)) == (255, [-145, 400])
    set_right(office, town.home.child_id, evening, SCHOOL_DAYS[0], PRESENT)
    assert the_proposal(office).cents == 255
    made_good(office)
    rows = office.read(invoices_of, OCTOBER)
    assert sum(row.net_cents - row.credited_cents for row in rows) == 400
    adjustment = office.read(invoice_file, rows[1].id)
    assert sum(line.amount_cents for line in adjustment.lines) == adjustment.row.total_cents == 255
    remaining = office.read(invoice_file, file.row.id).row
    report = office.write(credit, AGENT, file.row.id, reason="Erreur", seen_cents=remaining.left_cents)
    assert report.total_cents == 145, "a whole credit note gives back what earlier ones left, charges in passing too"


def test_only_the_children_touched_are_priced_again(office: Office, town: Town) -> None:
    brother = another_child(office, town, town.home.family_id)
    seen(office, brother, town.meal_id, *SCHOOL_DAYS[:2])
    an_issued_invoice(office, town, meals=2)

    def dearer(work: Work) -> None:  # a price that changed since concerns nobody whose day was not corrected
        version = work.session.scalars(select(RulebookVersion)).one()
        version.source = version.source.replace("[3.60, 4.15, 4.55]", "[3.60, 4.25, 4.55]")

    office.write(dearer, AGENT)
    set_right(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[0], EXCUSED)
    found = the_proposal(office)
    assert {line.child for household in found.households for line in household.lines} == {"Léa Martin"}
    assert found.cents == 425 - 830


def test_a_paid_invoice_leaves_a_credit(office: Office, town: Town) -> None:
    invoice = an_issued_invoice(office, town, meals=3)
    paid(office, town, invoice, 1245)
    set_right(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[0], EXCUSED)
    made_good(office)
    assert office.read(credits_of, town.regie_id) == {town.home.family_id: 415}
    assert office.read(invoice_file, invoice.id).row.status is InvoiceStatus.PAID


def test_each_household_gets_its_own_part(office: Office, town: Town) -> None:
    other = other_parent(office, town)
    share(office, town, (town.home.family_id, 60), (other, 40))
    seen(office, town.home.child_id, town.meal_id, *SCHOOL_DAYS[:10])
    issued(office)
    set_right(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[0], EXCUSED)
    found = the_proposal(office)
    assert {household.family: household.cents for household in found.households} == {"Martin": -249, "Durand": -166}
    report = made_good(office, found)
    assert len(report.credit_notes) == 2
    assert office.read(proposals) == ()
    due = {row.family: row.due_cents for row in office.read(invoices_of, OCTOBER)}
    assert due == {"Martin": 2490 - 249, "Durand": 1660 - 166}


def test_shared_days_are_not_billed_again_while_the_other_household_pays_its_part(office: Office, town: Town) -> None:
    other = other_parent(office, town)
    share(office, town, (town.home.family_id, 60), (other, 40))
    seen(office, town.home.child_id, town.meal_id, *SCHOOL_DAYS[:10])
    issued(office)
    rows = {row.family: row for row in office.read(invoices_of, OCTOBER)}
    with pytest.raises(RefusedByRule, match="fait payer aussi une part de ces journées"):
        office.write(credit, AGENT, rows["Martin"].id, reason="Erreur", seen_cents=rows["Martin"].net_cents, free=True)
    for name in ("Durand", "Martin"):
        office.write(credit, AGENT, rows[name].id, reason="Erreur", seen_cents=rows[name].net_cents, free=True)
    office.write(draft_month, AGENT, OCTOBER)
    again = [row.total_cents for row in office.read(invoices_of, OCTOBER) if row.status is InvoiceStatus.DRAFT]
    assert sorted(again) == [1660, 2490]


def test_what_changed_since_it_was_shown_is_told(office: Office, town: Town) -> None:
    an_issued_invoice(office, town, meals=3)
    set_right(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[0], EXCUSED)
    found = the_proposal(office)
    set_right(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[1], EXCUSED)
    with pytest.raises(StaleRecord, match="a changé entre-temps"):
        made_good(office, found)


def test_it_is_done_once(office: Office, town: Town) -> None:
    an_issued_invoice(office, town, meals=3)
    set_right(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[0], EXCUSED)
    found = the_proposal(office)
    made_good(office, found)
    with pytest.raises(StaleRecord, match="déjà faite"):
        made_good(office, found)


def test_an_invoice_at_the_treasury_is_not_lowered_here(office: Office, town: Town) -> None:
    invoice = an_issued_invoice(office, town, meals=3)
    set_right(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[0], EXCUSED)

    def hand_over(work: Work) -> None:
        work.session.get_one(Invoice, invoice.id).status = InvoiceStatus.HANDED_OVER

    office.write(hand_over, AGENT)
    found = the_proposal(office)
    assert "transmise au Trésor public" in found.refusal
    with pytest.raises(RefusedByRule, match="Rien n'a été enregistré"):
        made_good(office, found)
    said = office.write(
        set_aside, AGENT, found.family_id, found.service_id, found.month, reason="Vu avec la trésorerie"
    )
    assert "classée sans suite" in said
    assert office.read(proposals) == ()


def test_a_child_no_longer_enrolled_is_told_and_nothing_is_given_back(office: Office, town: Town) -> None:
    an_issued_invoice(office, town, meals=3)
    set_right(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[0], EXCUSED)
    office.write(lambda work: work.session.execute(update(Enrolment).values(ends=SCHOOL_DAYS[0])) and None, AGENT)
    assert "n'est plus inscrit" in the_proposal(office).refusal


def test_a_goodwill_credit_is_not_given_back_twice(office: Office, town: Town) -> None:
    invoice = an_issued_invoice(office, town, meals=3)
    (line,) = office.read(invoice_file, invoice.id).lines
    office.write(
        credit, AGENT, invoice.id, reason="Absence non notée", seen_cents=invoice.net_cents, lines={line.id: 415}
    )
    set_right(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[0], EXCUSED)
    found = the_proposal(office)
    assert found.cents == 0
    made_good(office, found)
    assert len(office.read(credit_notes_of, invoice.id)) == 1


def test_a_draft_of_the_same_account_stays_a_draft(office: Office, town: Town) -> None:
    invoice = an_issued_invoice(office, town, meals=2)
    child = town.home.child_id
    set_right(office, child, town.meal_id, SCHOOL_DAYS[0], EXCUSED)
    made_good(office)
    seen(office, child, town.meal_id, SCHOOL_DAYS[5])  # pointed late
    office.write(draft_month, AGENT, OCTOBER)
    set_right(office, child, town.meal_id, SCHOOL_DAYS[0], PRESENT)
    report = made_good(office)
    assert [(number, cents) for _, number, cents in report.invoices] == [("CANTINE-2026-000002", 415)]
    assert office.write(issue_month, AGENT, OCTOBER).numbers == ("CANTINE-2026-000003",)
    found = [(row.kind, row.total_cents) for row in office.read(invoices_of, OCTOBER) if row.id != invoice.id]
    assert sorted(found) == [(InvoiceKind.ADJUSTMENT, 415), (InvoiceKind.MONTH, 415)]


def test_days_with_a_complement_are_billed_again_only_once_it_is_credited(office: Office, town: Town) -> None:
    invoice = an_issued_invoice(office, town, meals=2)
    for state in (EXCUSED, PRESENT):
        set_right(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[0], state)
        report = made_good(office)
    ((complement, *_),) = report.invoices

    def whole(invoice_id: int, *, free: bool) -> None:
        left = office.read(invoice_file, invoice_id).row.left_cents
        office.write(credit, AGENT, invoice_id, reason="Erreur", seen_cents=left, free=free)

    with pytest.raises(RefusedByRule, match="fait payer aussi une part de ces journées"):
        whole(invoice.id, free=True)
    with pytest.raises(RefusedByRule, match="est un complément"):
        whole(complement, free=True)
    whole(complement, free=False)
    whole(invoice.id, free=True)
    assert office.write(draft_month, AGENT, OCTOBER).total_cents == 830
    assert owed(office) == 0


def test_corrected_hours_make_their_difference(office: Office, town: Town) -> None:
    adopt(office, HOURLY, of=CARE_TARIFF)
    child, morning = town.home.child_id, town.morning_id
    seen(office, child, morning, *SCHOOL_DAYS[:2])
    file = issued(office)
    assert file.row.total_cents == 420
    entry = AttendanceEntry(child, morning, SCHOOL_DAYS[0], PRESENT, time(7, 30), time(8), version=2)
    office.write(correct, AGENT, entry, reason="Heures relues")
    assert told(the_proposal(office)) == [
        ("Accueil périscolaire, accueil à l'heure", (SCHOOL_DAYS[0].day,), 420, 315, -105)
    ]
    made_good(office)
    (note,) = office.read(credit_notes_of, file.row.id)
    assert [(line.days, line.amount_cents) for line in note.lines] == [("1", 105)]


def owed(office: Office) -> int:
    query = select(func.sum(Invoice.total_cents - Invoice.aid_cents - Invoice.credited_cents))
    return office.read(lambda session: session.scalar(query.where(Invoice.number.is_not(None)))) or 0


def attended(office: Office) -> Iterable[Any]:
    return office.read(
        lambda session: session.scalars(select(Attendance.state).where(Attendance.state != EXCUSED)).all()
    )


@example(steps=[(0, EXCUSED), (0, None), (0, AWAY), (1, AWAY)])
@settings(max_examples=5, deadline=None)
@given(steps=st.lists(st.tuples(st.integers(0, 3), st.sampled_from([*AttendanceState, None])), min_size=1, max_size=8))
def test_whatever_is_corrected_what_is_owed_is_what_was_attended(
    steps: list[tuple[int, AttendanceState | None]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    office = an_office(tmp_path_factory.mktemp("corrected"), now=IN_NOVEMBER)
    town = a_commune(office)
    an_issued_invoice(office, town, meals=4)
    now = [PRESENT] * 4
    for at, state in [*steps, (0, None)]:  # none: make good what awaits
        if state is None:
            for found in office.read(proposals):
                made_good(office, found)
        elif state is not now[at]:
            set_right(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[at], state)
            now[at] = state
    assert owed(office) == 415 * len(list(attended(office)))
    for row in office.read(invoices_of, OCTOBER):
        file = office.read(invoice_file, row.id)
        assert sum(line.amount_cents for line in file.lines) == row.total_cents
        assert 0 <= row.due_cents <= row.net_cents
        assert 0 <= row.credited_cents <= row.net_cents
        for line in file.lines:  # a complement may take something back in passing
            assert min(0, line.amount_cents) <= line.left_cents <= max(0, line.amount_cents)
    office.close()


def test_two_agents_make_good_or_credit_once(office: Office, town: Town) -> None:
    """The second to come reads what the first has done, and is told."""
    invoice = an_issued_invoice(office, town, meals=3)
    set_right(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[0], EXCUSED)
    found = the_proposal(office)
    office.write(credit, COLLEAGUE, invoice.id, reason="Erreur", seen_cents=1245)
    with pytest.raises(StaleRecord):
        made_good(office, found)
