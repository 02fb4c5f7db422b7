"""Direct debits under two agents at once, and when the power goes off: once, whole, or not at all."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from backoffice.debits.lists import bank_files, debits_of, mandates, runs
from backoffice.debits.mandates import sign_mandate
from backoffice.debits.read_bank import read_bank_file
from backoffice.debits.reject import reject
from backoffice.debits.run import make_run, run_file
from backoffice.debits.settle import settle_due, settle_run
from backoffice.errors import RefusedByRule
from backoffice.office import Office
from models.office.billing import Invoice
from models.office.debits import BankFile, DebitRun, DirectDebit, Mandate
from models.office.house import Mail
from models.office.payments import Allocation, Payment
from models.vocabulary import InvoiceStatus, MandateState
from tests.factories import AGENT, COLLEAGUE, Town, a_commune, an_office, another_family
from tests.faults.cuts import Cut, PowerCut, one_in
from tests.faults.desks import together
from tests.months import IN_NOVEMBER
from tests.unit.debits.books import (
    DEBIT_ON,
    a_mandate,
    an_announced_invoice,
    at,
    pain_002,
    presented,
    settled,
    the_debits,
    the_invoice,
)

RUN = "P-ENF-2026-000001"
LINES = (("CANTINE-2026-000001", "AM04", "41.50"), ("CANTINE-2026-000002", "AC04", "12.05"))


@pytest.fixture
def both(desks: tuple[Office, Office]) -> tuple[Office, Office, Town]:
    """Give one régie to two workstations."""
    return *desks, a_commune(desks[0])


def two_invoices(office: Office, town: Town) -> list[int]:
    other = another_family(office, town)
    first = an_announced_invoice(office, town, a_mandate(office, town))
    return [first, an_announced_invoice(office, town, a_mandate(office, town, other), cents=1205, rank=2)]


def refused(answers: list[Any]) -> list[str]:
    return [str(answer) for answer in answers if isinstance(answer, RefusedByRule)]


def test_two_agents_present_debit_and_give_back_the_same_invoices(both: tuple[Office, Office, Town]) -> None:
    one, two, town = both
    ids = two_invoices(one, town)
    make = (make_run, AGENT, town.regie_id, DEBIT_ON, ids)
    answers = together(lambda: one.write(*make), lambda: two.write(*make))
    assert ["déjà présentée" in words for words in refused(answers)] == [True]
    (run,) = one.read(runs, town.regie_id)
    assert (run.number, run.count) == (RUN, 2)
    for office in (one, two):
        at(office, DEBIT_ON)
    answers = together(lambda: one.write(settle_run, AGENT, run.id), lambda: two.write(settle_due, COLLEAGUE))
    assert one.read(lambda session: session.scalar(select(func.count()).select_from(Payment))) == 2
    assert len(refused(answers)) <= 1
    content = pain_002(RUN, *LINES)
    answers = together(
        lambda: one.write(read_bank_file, AGENT, town.regie_id, content),
        lambda: two.write(read_bank_file, COLLEAGUE, town.regie_id, content),
    )
    assert ["a déjà été lu" in words for words in refused(answers)] == [True]
    assert [row.rejections for row in two.read(bank_files, town.regie_id)] == [2]
    assert {the_invoice(one, at).status for at in ids} == {InvoiceStatus.ISSUED}
    assert one.read(lambda session: session.scalar(select(func.sum(Payment.amount_cents)))) == 0


def test_two_agents_reject_the_same_debit(both: tuple[Office, Office, Town]) -> None:
    one, two, town = both
    settled(one, presented(one, town, *two_invoices(one, town)))
    two.clock.set(one.now())
    debit = the_debits(one)[0].id
    answers = together(
        lambda: one.write(reject, AGENT, debit, "AM04", DEBIT_ON),
        lambda: two.write(reject, AGENT, debit, "MD06", DEBIT_ON),
    )
    assert ["déjà enregistré" in words for words in refused(answers)] == [True]
    assert len(one.read(debits_of, town.regie_id, rejected=True)) == 1
    assert one.read(lambda session: session.scalar(select(func.count()).select_from(Payment))) == 3


def test_two_agents_sign_two_mandates_of_a_family(both: tuple[Office, Office, Town]) -> None:
    one, two, town = both
    ids = [a_mandate(one, town, signed_on=None, signed_at_place="") for _ in range(2)]
    facts = {"signed_on": date(2026, 10, 20), "place": "Ici"}
    answers = together(
        lambda: one.write(sign_mandate, AGENT, ids[0], **facts), lambda: two.write(sign_mandate, AGENT, ids[1], **facts)
    )
    assert ["déjà un mandat actif" in words for words in refused(answers)] == [True]
    states = sorted(row.state for row in one.read(mandates, one.sealer, town.regie_id))
    assert states == [MandateState.ACTIVE, MandateState.UNSIGNED]


@pytest.fixture
def lit(tmp_path: Path) -> Iterator[tuple[Office, Town, list[int]]]:
    """Give an office with two announced debits."""
    office = an_office(tmp_path, now=IN_NOVEMBER)
    town = a_commune(office)
    yield office, town, two_invoices(office, town)
    office.close()


def written(office: Office) -> list[Any]:
    """Read all that these use-cases write."""
    queries = (
        select(DebitRun.number, DebitRun.settled_at),
        select(DirectDebit.id, DirectDebit.state, DirectDebit.payment_id, DirectDebit.reject_code),
        select(Mandate.state, Mandate.rejections, Mandate.last_debit_on),
        select(Payment.receipt_number, Payment.amount_cents),
        select(Allocation.amount_cents),
        select(Invoice.status, Invoice.paid_cents),
        select(BankFile.message),
        select(Mail.cause),
    )
    return [list(map(tuple, office.read(lambda session, q=query: session.execute(q).all()))) for query in queries]


def cut_everywhere(office: Office, act: Callable[[], Any], step: int) -> Any:
    """Cut the power all along an act, look that nothing is left each time, then let it be done."""
    before = written(office)
    for moment in count(1, step):
        with PowerCut(office.engine, moment) as cut:
            answer = act()
        if not cut.happened:
            assert moment > 5
            assert written(office) != before
            return answer
        assert written(office) == before
    raise Cut


@one_in(5)
def test_a_cut_at_one_statement_or_another_leaves_nothing_and_the_next_try_all(
    lit: tuple[Office, Town, list[int]], step: int
) -> None:
    office, town, ids = lit
    report = cut_everywhere(office, partial(office.write, make_run, AGENT, town.regie_id, DEBIT_ON, ids), step)
    assert (report.number, report.count) == (RUN, 2)
    assert RUN.encode() in office.write(run_file, AGENT, report.run_id)
    at(office, DEBIT_ON)
    (told,) = cut_everywhere(office, partial(office.write, settle_due, AGENT), step)
    assert told.amount_cents == 5355
    content = pain_002(RUN, *LINES)
    read = cut_everywhere(office, partial(office.write, read_bank_file, AGENT, town.regie_id, content), step)
    assert [one.counter_receipt for one in read.rejections] == ["Q-ENF-2026-000003", "Q-ENF-2026-000004"]
