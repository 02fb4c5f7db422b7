"""Two agents credit, correct and make good at once: one wins, the other is told."""

from typing import Any

import pytest

from backoffice.attendance.correct import correct
from backoffice.attendance.record import AttendanceEntry
from backoffice.billing import regularise as module
from backoffice.billing.credit import CreditReport, credit
from backoffice.billing.credit_lists import credit_notes_of
from backoffice.billing.lists import invoice_file
from backoffice.billing.proposals import proposals
from backoffice.billing.regularise import regularise
from backoffice.billing.scope import Scope
from backoffice.errors import RefusedByRule, StaleRecord
from backoffice.office import Office
from models.vocabulary import AttendanceState
from tests.factories import AGENT, COLLEAGUE, Town, a_commune
from tests.faults.desks import together
from tests.months import SCHOOL_DAYS, an_issued_invoice


def set_right(office: Office, town: Town, at: int = 0, version: int = 2) -> str:
    entry = AttendanceEntry(
        town.home.child_id, town.meal_id, SCHOOL_DAYS[at], AttendanceState.JUSTIFIED, version=version
    )
    return office.write(correct, COLLEAGUE, entry, reason="Certificat remis").sentence


def test_two_agents_credit_the_same_line(desks: tuple[Office, Office]) -> None:
    one, two = desks
    invoice = an_issued_invoice(one, a_commune(one), meals=1)
    (line,) = one.read(invoice_file, invoice.id).lines
    asked: dict[str, Any] = {"reason": "Erreur", "seen_cents": 415, "lines": {line.id: 415}}
    answers = together(
        lambda: one.write(credit, AGENT, invoice.id, **asked), lambda: two.write(credit, COLLEAGUE, invoice.id, **asked)
    )
    assert sorted(type(answer) for answer in answers if isinstance(answer, CreditReport)) == [CreditReport]
    assert sum(isinstance(answer, RefusedByRule) for answer in answers) == 1
    (note,) = two.read(credit_notes_of, invoice.id)
    assert (note.number, note.total_cents) == ("AV-CANTINE-2026-000001", 415)


def test_two_agents_make_the_same_account_good(desks: tuple[Office, Office]) -> None:
    one, two = desks
    town = a_commune(one)
    invoice = an_issued_invoice(one, town, meals=2)
    set_right(one, town)
    (found,) = one.read(proposals)
    asked = (found.family_id, found.service_id, found.month)
    answers = together(
        lambda: one.write(regularise, AGENT, *asked, seen_cents=-415),
        lambda: two.write(regularise, COLLEAGUE, *asked, seen_cents=-415),
    )
    assert sum(isinstance(answer, StaleRecord) for answer in answers) == 1
    assert [note.total_cents for note in one.read(credit_notes_of, invoice.id)] == [415]


def test_one_corrects_while_the_other_makes_good(desks: tuple[Office, Office]) -> None:
    """Whoever comes first, what is corrected is made good, now or later, and once."""
    one, two = desks
    town = a_commune(one)
    invoice = an_issued_invoice(one, town, meals=2)
    set_right(one, town)
    (found,) = one.read(proposals)
    together(
        lambda: one.write(regularise, AGENT, found.family_id, found.service_id, found.month, seen_cents=-415),
        lambda: set_right(two, town, at=1),
    )
    for left in one.read(proposals):
        one.write(regularise, AGENT, left.family_id, left.service_id, left.month, seen_cents=left.cents)
    assert sum(note.total_cents for note in one.read(credit_notes_of, invoice.id)) == 830
    assert one.read(invoice_file, invoice.id).row.due_cents == 0


def test_who_pays_is_what_was_agreed_before_the_books_were_held(
    desks: tuple[Office, Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody may agree who pays while the régisseur waits for the service: hers is the later transaction."""
    one, _ = desks
    town = a_commune(one)
    an_issued_invoice(one, town, meals=2)
    set_right(one, town)
    (found,) = one.read(proposals)
    scopes: list[Scope] = []
    hold, weigh = module.hold_books, module.proposal
    monkeypatch.setattr(module, "hold_books", lambda *told: scopes.append(hold(*told)) or scopes[-1])
    monkeypatch.setattr(module, "proposal", lambda *told: scopes.append(told[1]) or weigh(*told))
    one.write(regularise, AGENT, found.family_id, found.service_id, found.month, seen_cents=-415)
    held, weighed = scopes
    assert weighed.shares is held.shares
