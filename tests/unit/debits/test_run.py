"""A run: what may be debited, the file for the bank, its receipts."""

import hashlib
import logging
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sepaxml.validation import try_valid_xml
from sqlalchemy import event, select, update

from backoffice.debits.candidates import Candidate, candidates, next_day
from backoffice.debits.lists import debits_of, runs
from backoffice.debits.mandates import revoke_mandate, suspend_mandate
from backoffice.debits.pain import SCHEMES
from backoffice.debits.reject import reject
from backoffice.debits.rules import Trouble
from backoffice.debits.run import make_run, run_file
from backoffice.debits.settle import settle_due, settle_run
from backoffice.errors import NotAllowed, RefusedByRule, StaleRecord, Unavailable
from backoffice.office import Office
from backoffice.payments.record import record_payment
from backoffice.permissions import Agent
from models.office.billing import NumberSeries
from models.office.debits import DebitRun, Mandate
from models.office.house import AuditEntry, PublishedView
from models.office.structure import Regie
from models.vocabulary import (
    DebitSequence,
    DebitState,
    InvoiceStatus,
    MandateState,
    PaymentMeans,
    Role,
)
from tests.factories import AGENT, TREASURY_IBAN, Town, another_family
from tests.months import an_issued_invoice
from tests.unit.debits.books import (
    DEBIT_ON,
    FAMILY_IBAN,
    ICS,
    a_mandate,
    an_announced_invoice,
    at,
    plain,
    presented,
    settled,
    the_debits,
    the_invoice,
    the_mandate,
)

JANUARY = date(2027, 1, 5)


def change(office: Office, table: Any, **values: Any) -> None:
    office.write(lambda work: work.session.execute(update(table).values(**values)), AGENT)


def found(office: Office, town: Town, day: date = DEBIT_ON, **wish: Any) -> tuple[Candidate, ...]:
    return office.read(candidates, office.sealer, town.regie_id, day, **wish)


def document(content: bytes, scheme: str) -> ET.Element:
    root = ET.fromstring(content)  # noqa: S314 ours
    assert root.tag == f"{{urn:iso:std:iso:20022:tech:xsd:{scheme}}}Document"
    for node in root.iter():
        node.tag = node.tag.rpartition("}")[2]
    return root


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_file_is_what_its_xsd_says_and_holds_what_was_chosen(office: Office, town: Town, scheme: str) -> None:
    other = another_family(office, town, "Évrard")
    change(office, Regie, name="Régie « Enfance & Cie » – cœur")
    first = an_announced_invoice(office, town, a_mandate(office, town))
    second = an_announced_invoice(
        office, town, a_mandate(office, town, other, one_off=True, holder="Zoé Lœw-Évrard"), cents=1205, rank=2
    )
    report = presented(office, town, first, second, scheme=scheme)
    assert (report.number, report.count, report.amount_cents) == ("P-ENF-2026-000001", 2, 5355)
    content = office.write(run_file, AGENT, report.run_id)
    try_valid_xml(content, scheme)
    root = document(content, scheme)
    header = root.find("CstmrDrctDbtInitn/GrpHdr")
    assert header is not None
    assert [header.findtext(tag) for tag in ("MsgId", "CreDtTm", "NbOfTxs", "CtrlSum")] == [
        "P-ENF-2026-000001", "2026-11-03T10:00:00", "2", "53.55",
    ]  # fmt: skip
    groups = root.findall("CstmrDrctDbtInitn/PmtInf")
    assert [[group.findtext(tag) for tag in ("PmtInfId", "NbOfTxs", "ReqdColltnDt")] for group in groups] == [
        ["P-ENF-2026-000001-OOFF", "1", "2026-12-03"],
        ["P-ENF-2026-000001-FRST", "1", "2026-12-03"],
    ]
    assert {group.findtext("CdtrAcct/Id/IBAN") for group in groups} == {TREASURY_IBAN}
    assert {group.findtext("CdtrSchmeId/Id/PrvtId/Othr/Id") for group in groups} == {ICS}
    assert {group.findtext("PmtTpInf/LclInstrm/Cd") for group in groups} == {"CORE"}
    lines = root.findall(".//DrctDbtTxInf")
    assert [line.findtext("Dbtr/Nm") for line in lines] == ["Zoe Loew-Evrard", "Camille Martin"]
    assert [line.findtext("PmtId/EndToEndId") for line in lines] == ["CANTINE-2026-000002", "CANTINE-2026-000001"]
    assert [line.findtext("InstdAmt") for line in lines] == ["12.05", "41.50"]
    assert {line.findtext("DrctDbtTx/MndtRltdInf/DtOfSgntr") for line in lines} == {"2026-10-20"}
    assert not list(root.iter("PstlAdr")), "an address without a structure is refused since November 2026"
    assert content.isascii()


def test_a_run_is_kept_sealed_and_signed_without_an_iban(
    office: Office, town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    report = presented(office, town, an_announced_invoice(office, town, a_mandate(office, town)))
    run = office.read(lambda session: session.get_one(DebitRun, report.run_id))
    content = office.write(run_file, AGENT, report.run_id)
    assert run.sha256 == hashlib.sha256(content).hexdigest()
    assert FAMILY_IBAN.encode() in content
    deed = office.read(lambda s: s.scalars(select(AuditEntry).where(AuditEntry.action == "debit.run")).one())
    assert deed.new["sha256"] == run.sha256
    office.close()
    kept = b"".join(file.read_bytes() for file in Path(office.folder).rglob("*") if file.is_file())
    for secret in (FAMILY_IBAN, TREASURY_IBAN):
        assert secret.encode() not in kept
        assert secret not in caplog.text


def test_a_file_changed_behind_the_books_is_not_given(office: Office, town: Town) -> None:
    report = presented(office, town, an_announced_invoice(office, town, a_mandate(office, town)))
    change(office, DebitRun, file_sealed=office.sealer.seal("<x/>"))
    with pytest.raises(RefusedByRule, match="modifié en dehors"):
        office.write(run_file, AGENT, report.run_id)
    change(office, DebitRun, file_sealed=b"x" * 60)
    with pytest.raises(Unavailable):
        office.write(run_file, AGENT, report.run_id)


def test_each_debit_has_its_place_in_the_life_of_its_mandate(office: Office, town: Town) -> None:
    mandate = a_mandate(office, town)
    ids = [an_announced_invoice(office, town, mandate, rank=rank) for rank in (1, 2, 3, 4, 5)]
    first = presented(office, town, *ids[:2])
    assert [debit.sequence for debit in the_debits(office)] == [DebitSequence.FIRST, DebitSequence.RECURRENT]
    presented(office, town, ids[2], debit_on=date(2026, 12, 4))
    settled(office, first)
    presented(office, town, *ids[3:], debit_on=JANUARY, last=[mandate])
    assert [debit.sequence for debit in the_debits(office)[2:]] == [
        DebitSequence.RECURRENT,
        DebitSequence.RECURRENT,
        DebitSequence.FINAL,
    ]
    sixth = an_announced_invoice(office, town, mandate, rank=6)
    (row,) = [row for row in found(office, town, JANUARY) if row.invoice_id == sixth]
    assert row.troubles == (Trouble.ENDED,)
    at(office, JANUARY)
    office.write(settle_due, AGENT)
    assert the_mandate(office, mandate).state is MandateState.REVOKED


def test_a_one_off_mandate_serves_once(office: Office, town: Town) -> None:
    mandate = a_mandate(office, town, one_off=True)
    one, two = (an_announced_invoice(office, town, mandate, rank=rank) for rank in (1, 2))
    assert [row.troubles for row in found(office, town)] == [(), (Trouble.ENDED,)]
    with pytest.raises(RefusedByRule, match="ne sert qu'une fois"):
        presented(office, town, one, two)
    report = presented(office, town, two)
    assert [debit.sequence for debit in the_debits(office)] == [DebitSequence.ONE_OFF]
    assert [row.troubles for row in found(office, town)] == [(Trouble.ENDED,), (Trouble.PRESENTED,)]
    settled(office, report)
    assert the_mandate(office, mandate).state is MandateState.REVOKED


def wanted(office: Office, invoice_id: int) -> int:
    key = ("invoice", str(invoice_id))
    query = select(PublishedView.wanted).where(PublishedView.kind == key[0], PublishedView.key == key[1])
    return office.read(lambda session: session.scalars(query).one())


def test_a_first_debit_that_was_rejected_is_a_first_again(office: Office, town: Town) -> None:
    invoice = an_announced_invoice(office, town, a_mandate(office, town))
    presented(office, town, invoice)
    (debit,) = the_debits(office)
    office.write(reject, AGENT, debit.id, "AM04", office.today())
    (row,) = found(office, town)
    assert (row.is_ready, row.again, row.sequence) == (True, True, DebitSequence.FIRST)
    assert "Déjà rejetée une fois" in row.sentence
    marked = wanted(office, invoice)
    presented(office, town, invoice, debit_on=date(2026, 12, 4))
    assert wanted(office, invoice) == marked + 1, "families no longer see it as to be paid"
    assert [debit.end_to_end for debit in the_debits(office)] == ["CANTINE-2026-000001", "CANTINE-2026-000001-2"]


@pytest.mark.parametrize(
    ("mend", "trouble", "sentence"),
    [
        (lambda office, mandate: change(office, Mandate, state=MandateState.UNSIGNED), Trouble.UNSIGNED, "n'est pas signé"),
        (lambda office, mandate: office.write(suspend_mandate, AGENT, mandate, "voyage"), Trouble.SUSPENDED, "suspendu (voyage)"),
        (lambda office, mandate: office.write(revoke_mandate, AGENT, mandate, "départ"), Trouble.REVOKED, "révoqué (départ)"),
        (lambda office, mandate: change(office, Mandate, signed_on=date(2023, 12, 2)), Trouble.VOID, "caduc après 36 mois"),
        (lambda office, mandate: change(office, Mandate, last_debit_on=date(2023, 11, 1)), Trouble.VOID, "depuis le 01/11/2023"),
        (lambda office, mandate: change(office, Mandate, iban_sealed=b"x" * 50), Trouble.UNREADABLE, "plus lisible"),
    ],
)  # fmt: skip
def test_a_mandate_that_cannot_serve_names_the_family_to_call(
    office: Office, town: Town, mend: Any, trouble: Trouble, sentence: str
) -> None:
    mandate = a_mandate(office, town)
    invoice = an_announced_invoice(office, town, mandate)
    mend(office, mandate)
    (row,) = found(office, town)
    assert (row.troubles, row.is_ready, row.to_call) == ((trouble,), False, True)
    assert sentence in plain(row.sentence)
    assert "Appelez la famille Martin au 06" in plain(row.sentence)
    with pytest.raises(RefusedByRule, match="famille Martin, CANTINE-2026-000001"):
        presented(office, town, invoice)
    assert the_debits(office) == []


def test_a_short_notice_waits(office: Office, town: Town) -> None:
    invoice = an_announced_invoice(office, town, a_mandate(office, town), issued_on=date(2026, 11, 25))
    (row,) = found(office, town)
    assert (row.troubles, row.to_call) == ((Trouble.NOTICE,), False)
    assert "annoncée le 25/11/2026, il faut 14 jours de préavis" in plain(row.told[0])
    (later,) = found(office, town, date(2026, 12, 9))
    assert later.is_ready
    with pytest.raises(RefusedByRule, match="préavis"):
        presented(office, town, invoice)


def test_what_is_paid_at_the_desk_is_said_and_left_out(office: Office, town: Town) -> None:
    invoice = an_announced_invoice(office, town, a_mandate(office, town))
    cash = {"means": PaymentMeans.CASH, "received_on": office.today()}
    office.write(record_payment, AGENT, invoice, amount_cents=1150, **cash)
    (row,) = found(office, town)
    assert (row.amount_cents, row.is_ready) == (3000, True), "what is due now, not what was announced"
    office.write(record_payment, AGENT, invoice, amount_cents=3000, **cash)
    (row,) = found(office, town)
    assert (row.troubles, row.to_call) == ((Trouble.NOTHING_DUE,), False)
    assert "laissée de côté" in row.sentence
    assert found(office, town, date(2027, 1, 20)) == (), "it is not told for ever"
    with pytest.raises(RefusedByRule, match="plus rien n'est dû"):
        presented(office, town, invoice)


def test_an_invoice_announced_later_or_never_is_no_candidate(office: Office, town: Town) -> None:
    mandate = a_mandate(office, town)
    later = an_announced_invoice(office, town, mandate, debit_on=date(2026, 12, 4))
    an_announced_invoice(office, town, mandate, rank=2, debit_on=None)
    assert found(office, town) == ()
    assert [row.invoice_id for row in found(office, town, date(2026, 12, 4))] == [later]
    with pytest.raises(StaleRecord, match="n'est pas annoncée pour ce jour"):
        presented(office, town, later)


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (date(2026, 11, 3), "trop tôt"),
        (date(2026, 12, 5), "ne prélèvent pas le samedi 5 décembre 2026.*lundi 7 décembre"),
        (date(2026, 12, 25), "lundi 28 décembre"),
    ],
)
def test_a_run_is_for_a_day_on_which_banks_settle(office: Office, town: Town, day: date, sentence: str) -> None:
    invoice = an_announced_invoice(office, town, a_mandate(office, town), debit_on=date(2026, 11, 2))
    with pytest.raises(RefusedByRule, match=sentence):
        presented(office, town, invoice, debit_on=day)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"ics": None}, "ICS"),
        ({"ics": "FR98ZZZ999999"}, "ICS"),
        ({"bic": None}, "BIC"),
        ({"iban_sealed": None}, "IBAN"),
    ],
)
def test_a_regie_without_an_account_debits_nobody(office: Office, town: Town, values: dict, sentence: str) -> None:
    invoice = an_announced_invoice(office, town, a_mandate(office, town))
    change(office, Regie, **values)
    with pytest.raises(RefusedByRule, match=sentence):
        presented(office, town, invoice)


def test_what_moved_since_it_was_read_is_told(office: Office, town: Town) -> None:
    invoice = an_announced_invoice(office, town, a_mandate(office, town))
    with pytest.raises(StaleRecord, match="41,50"):
        presented(office, town, invoice, seen={invoice: 5000})
    with pytest.raises(RefusedByRule, match="Aucune facture"):
        presented(office, town)
    assert presented(office, town, invoice, seen={invoice: 4150}).number == "P-ENF-2026-000001"
    with pytest.raises(RefusedByRule, match="déjà présentée dans la remise P-ENF-2026-000001"):
        presented(office, town, invoice)


def test_a_file_against_its_xsd_is_not_written_and_takes_no_number(
    office: Office, town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    invoice = an_announced_invoice(office, town, a_mandate(office, town))
    change(office, Mandate, bic="rien")
    with pytest.raises(RefusedByRule, match="ne respecte pas le format"):
        presented(office, town, invoice)
    assert office.read(runs, town.regie_id) == ()
    assert the_debits(office) == []
    series = office.read(lambda s: s.scalars(select(NumberSeries).where(NumberSeries.kind == "debit_run")).all())
    assert series == []
    assert FAMILY_IBAN not in caplog.text


def test_making_and_settling_a_run_want_the_cashier(office: Office, town: Town) -> None:
    invoice = an_announced_invoice(office, town, a_mandate(office, town))
    stranger = Agent("x", "X", frozenset({Role.AGENT}), "P")
    with pytest.raises(NotAllowed):
        office.write(make_run, stranger, town.regie_id, DEBIT_ON, [invoice])
    report = presented(office, town, invoice)
    with pytest.raises(NotAllowed):
        office.write(settle_run, stranger, report.run_id)


def test_a_debit_is_named_with_what_banks_take_and_no_other_ones_name(office: Office, town: Town) -> None:
    """A service's code may hold accents and forty letters."""
    mandate, long = a_mandate(office, town), f"ÉCOLE_{'A' * 34}-2026"
    invoices = [an_announced_invoice(office, town, mandate, rank=at, number=f"{long}-{at:06}") for at in (1, 2)]
    presented(office, town, *invoices)
    names = {debit.end_to_end for debit in the_debits(office)}
    assert len(names) == 2
    assert all(len(name) <= 35 and re.fullmatch(r"[A-Za-z0-9-]+", name) for name in names)


def test_the_next_run_bears_the_next_number(office: Office, town: Town) -> None:
    mandate = a_mandate(office, town)
    ids = [an_announced_invoice(office, town, mandate, rank=rank) for rank in (1, 2)]
    numbers = [presented(office, town, invoice).number for invoice in ids]
    assert numbers == ["P-ENF-2026-000001", "P-ENF-2026-000002"]
    assert [row.number for row in office.read(runs, town.regie_id)] == numbers[::-1]
    searched = office.read(debits_of, town.regie_id, search="000002")
    assert [row.end_to_end for row in searched] == ["CANTINE-2026-000002"]


def test_a_candidate_says_where_to_call_or_only_whom() -> None:
    row = Candidate(
        invoice_id=1, number="C-1", service="C", family_id=1, family="Martin", family_number="F1", sort_key="martin",
        phone="", announced_on=DEBIT_ON, amount_cents=1, mandate_id=1, rum="R", account="", one_off=False, used=False,
        sequence=DebitSequence.FIRST, again=False, troubles=(Trouble.UNSIGNED,), told=("le mandat R n'est pas signé",),
    )  # fmt: skip
    assert row.sentence == "Le mandat R n'est pas signé. Appelez la famille Martin."
    assert replace(row, phone="06 1").sentence.endswith("Martin au 06 1.")
    assert replace(row, troubles=()).sentence == ""


def test_rejected_debits_are_listed_apart(office: Office, town: Town) -> None:
    presented(office, town, an_announced_invoice(office, town, a_mandate(office, town)))
    (debit,) = the_debits(office)
    assert office.read(debits_of, town.regie_id, rejected=True) == ()
    office.write(reject, AGENT, debit.id, "AC04", office.today())
    (row,) = office.read(debits_of, town.regie_id, rejected=True)
    assert row.reason is not None
    assert (row.reason.words, row.settled, row.state) == ("compte clos", False, DebitState.REJECTED)
    assert office.read(debits_of, town.regie_id) == ()


def test_what_issuing_announces_is_what_may_be_debited(office: Office, town: Town) -> None:
    mandate = a_mandate(office, town)
    row = an_issued_invoice(office, town, meals=2)
    (candidate,) = found(office, town, date(2026, 12, 31))
    assert (candidate.invoice_id, candidate.mandate_id, candidate.amount_cents) == (row.id, mandate, row.due_cents)
    assert candidate.announced_on == office.read(next_day, town.regie_id, office.today())
    settled(office, presented(office, town, row.id, debit_on=candidate.announced_on))
    assert the_invoice(office, row.id).status is InvoiceStatus.PAID


def test_debits_are_listed_without_their_runs_file(office: Office, town: Town) -> None:
    """A file of five thousand debits, read with each of them, fills the machine."""
    presented(office, town, an_announced_invoice(office, town, a_mandate(office, town)))
    said: list[str] = []
    event.listen(office.engine, "before_cursor_execute", lambda *told: said.append(told[2]))
    (row,) = office.read(debits_of, town.regie_id)
    assert (row.run, row.debit_on) == ("P-ENF-2026-000001", DEBIT_ON)
    assert said
    assert not any("file_sealed" in statement for statement in said)


def test_who_takes_the_banks_file_is_signed_and_must_be_the_cashier(office: Office, town: Town) -> None:
    report = presented(office, town, an_announced_invoice(office, town, a_mandate(office, town)))
    with pytest.raises(NotAllowed):
        office.write(run_file, replace(AGENT, roles=frozenset({Role.AGENT})), report.run_id)
    office.write(run_file, AGENT, report.run_id)
    deeds = office.read(lambda s: s.scalars(select(AuditEntry).where(AuditEntry.action == "debit.file")).all())
    assert [deed.new for deed in deeds] == [{"number": report.number}]
