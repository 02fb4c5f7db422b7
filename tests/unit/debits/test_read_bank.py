"""A file of the bank is read once, whole, and only if it is ours."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from backoffice.debits.bank_file import parse
from backoffice.debits.lists import bank_files
from backoffice.debits.read_bank import BankReport, read_bank_file
from backoffice.debits.reject import AlreadyRejected, reject
from backoffice.debits.run import RunReport
from backoffice.errors import NotAllowed, RefusedByRule
from backoffice.office import Office
from backoffice.permissions import Agent
from models.office.house import Mail
from models.vocabulary import DebitState, InvoiceStatus, Role
from tests.factories import AGENT, Household, Town, another_family, reached
from tests.unit.debits.books import (
    a_mandate,
    an_announced_invoice,
    at,
    camt_054,
    pain_002,
    plain,
    presented,
    settled,
    the_debits,
    the_invoice,
)
from tests.unit.debits.test_settle import payments

RUN = "P-ENF-2026-000001"
ONE, TWO = "CANTINE-2026-000001", "CANTINE-2026-000002"
DECEMBER_9 = date(2026, 12, 9)
FOREIGN = "FR7630006000011234567890189"


@pytest.fixture
def other(office: Office, town: Town) -> Household:
    return reached(office, "another family", lambda: another_family(office, town))


@pytest.fixture
def two_debits(office: Office, town: Town, other: Household) -> tuple[int, int]:
    """Two families are debited on 3 December; the receipts are written."""

    def present() -> tuple[int, int, RunReport]:
        first = an_announced_invoice(office, town, a_mandate(office, town))
        second = an_announced_invoice(office, town, a_mandate(office, town, other), cents=1205, rank=2)
        return first, second, presented(office, town, first, second)

    first, second, run = reached(office, "two debits", present)
    settled(office, run)
    at(office, DECEMBER_9)
    return first, second


def reads(office: Office, town: Town, content: bytes, **wish: bool) -> BankReport:
    return office.write(read_bank_file, AGENT, town.regie_id, content, **wish)


@pytest.mark.parametrize("version", ["03", "10"])
def test_a_pain_002_gives_its_debits_back(
    office: Office, town: Town, two_debits: tuple[int, int], version: str
) -> None:
    content = pain_002(RUN, (ONE, "AM04", "41.50"), (TWO, "AC04", "12.05"), version=version)
    told = reads(office, town, content)
    assert [(report.end_to_end, report.reason.code) for report in told.rejections] == [(ONE, "AM04"), (TWO, "AC04")]
    assert "2 rejets enregistrés, 53,55 €. Mandat arrêté : Petit." in plain(told.sentence)
    assert [payment.amount_cents for payment in payments(office)] == [4150, 1205, -4150, -1205]
    assert {the_invoice(office, at).status for at in two_debits} == {InvoiceStatus.ISSUED}
    assert [debit.rejected_on for debit in the_debits(office)] == [date(2026, 12, 2)] * 2
    (row,) = office.read(bank_files, town.regie_id)
    assert (row.message, row.rejections) == (f"pain.002.001.{version} ENF REJ-1", 2)
    assert len(office.read(lambda session: session.scalars(select(Mail.id)).all())) == 2


@pytest.mark.parametrize("version", ["02", "08"])
def test_a_camt_054_gives_its_debits_back_and_leaves_the_fees(
    office: Office, town: Town, two_debits: tuple[int, int], version: str
) -> None:
    fees = '<Chrgs><Amt Ccy="EUR">0.85</Amt></Chrgs>' if version == "02" else (
        '<Chrgs><TtlChrgsAndTaxAmt Ccy="EUR">0.85</TtlChrgsAndTaxAmt><Rcrd><Amt Ccy="EUR">0.85</Amt></Rcrd></Chrgs>'
    )  # fmt: skip
    told = reads(office, town, camt_054((TWO, "MD06", "12.05"), version=version, fees=fees))
    assert [report.end_to_end for report in told.rejections] == [TWO]
    assert (told.fees, told.fees_cents) == (1, 85)
    assert "1 ligne de frais, 0,85 €" in plain(told.sentence)
    assert the_debits(office)[1].rejected_on == date(2026, 12, 8)
    assert [debit.state for debit in the_debits(office)] == [DebitState.PAID, DebitState.REJECTED]


def test_a_run_refused_whole_gives_everything_back(office: Office, town: Town, two_debits: tuple[int, int]) -> None:
    extra = "<GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>FF01</Cd></Rsn></StsRsnInf>"
    content = (
        pain_002(RUN, extra=extra).replace(b"<OrgnlPmtInfAndSts>", b"<!--").replace(b"</OrgnlPmtInfAndSts>", b"-->")
    )
    told = reads(office, town, content)
    assert [report.reason.code for report in told.rejections] == ["FF01", "FF01"]
    assert not any(report.stopped for report in told.rejections)


def test_a_group_refused_whole_gives_its_own_back(office: Office, town: Town, two_debits: tuple[int, int]) -> None:
    mandate = a_mandate(office, town, another_family(office, town, "Zola"), one_off=True)
    third = an_announced_invoice(office, town, mandate, rank=3)
    fourth = an_announced_invoice(office, town, the_invoice(office, two_debits[0]).mandate_id or 0, rank=4)
    presented(office, town, third, fourth, debit_on=date(2026, 12, 10))
    group = b"<PmtInfSts>RJCT</PmtInfSts><StsRsnInf><Rsn><Cd>AG02</Cd></Rsn></StsRsnInf></OrgnlPmtInfAndSts>"
    content = pain_002("P-ENF-2026-000002").replace(b"</OrgnlPmtInfAndSts>", group).replace(b"-FRST<", b"-OOFF<")
    told = reads(office, town, content)
    assert [report.end_to_end for report in told.rejections] == ["CANTINE-2026-000003"]


def test_a_group_refused_whole_gives_back_what_it_does_not_name_too(
    office: Office, town: Town, two_debits: tuple[int, int]
) -> None:
    """Banks name the debit that made them refuse the group, and not the others."""
    group = b"<PmtInfSts>RJCT</PmtInfSts></OrgnlPmtInfAndSts>"
    content = pain_002(RUN, (ONE, "AC04", "41.50")).replace(b"</OrgnlPmtInfAndSts>", group)
    told = reads(office, town, content)
    assert [(report.end_to_end, report.reason.code) for report in told.rejections] == [(ONE, "AC04"), (TWO, "MS03")]
    assert not told.unknown


@pytest.mark.parametrize("version", ["02", "08"])
def test_a_run_taken_back_in_one_sum_is_told(
    office: Office, town: Town, two_debits: tuple[int, int], version: str
) -> None:
    """It says no reason and no debit: the books cannot follow, and somebody must know."""
    entry = f"""<Ntry><Amt Ccy="EUR">53.55</Amt><CdtDbtInd>DBIT</CdtDbtInd><RvslInd>true</RvslInd>
    <NtryDtls><Btch><PmtInfId>{RUN}-FRST</PmtInfId></Btch></NtryDtls></Ntry>
    <Ntry><Amt Ccy="EUR">53.55</Amt><CdtDbtInd>CRDT</CdtDbtInd></Ntry>
    <Ntry><Amt Ccy="EUR">41.50</Amt><CdtDbtInd>DBIT</CdtDbtInd><NtryDtls><TxDtls><Refs><EndToEndId>{ONE}</EndToEndId></Refs>
    </TxDtls></NtryDtls></Ntry></Ntfctn>"""
    told = reads(office, town, camt_054(version=version).replace(b"</Ntfctn>", entry.encode()))
    assert told.unexplained == (f"{RUN}-FRST", ONE)
    said = f"2 débits du compte sans motif de rejet, à vérifier à la main : {RUN}-FRST et {ONE}."
    assert said in plain(told.sentence)


def test_an_amount_of_no_money_is_unreadable() -> None:
    with pytest.raises(RefusedByRule, match="illisible"):
        parse(pain_002(RUN, (ONE, "AM04", "1E9999")))


def test_what_was_accepted_is_left_alone(office: Office, town: Town, two_debits: tuple[int, int]) -> None:
    content = pain_002(RUN, (ONE, "AM04", "41.50")).replace(b"<TxSts>RJCT", b"<TxSts>ACSC")
    assert reads(office, town, content).rejections == ()
    assert "0 rejet enregistré" in plain(reads(office, town, camt_054()).sentence)


BILLION = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>"""
GOOD = (ONE, "AM04", "41.50")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "pas un fichier XML"),
        (b"%PDF-1.7 relev\xe9", "pas un fichier XML"),
        (pain_002(RUN, GOOD)[:-30], "pas un fichier XML"),
        (b"<Document/>", "ni un pain.002"),
        (camt_054(GOOD).replace(b"camt.054", b"camt.053"), "ni un camt.054"),
        (pain_002(RUN, GOOD, version="02"), "ni un pain.002"),
        (BILLION, "DTD"),
        (OUTSIDE, "DTD"),
        (pain_002(RUN, GOOD).replace(b"REJ-1", b""), "numéro de message"),
        (pain_002("", GOOD), "à quelle remise"),
        (camt_054(GOOD, iban=""), "de quel compte"),
        (pain_002(RUN, GOOD, ics="FR30ZZZ123456"), "autre créancier"),
        (pain_002("P-AUTRE-2026-000009", GOOD), "cette régie n'a pas faite"),
        (camt_054(GOOD, iban=FOREIGN), "autre compte"),
        (pain_002(RUN, ("CANTINE-2026-000099", "AM04", "41.50")), "n'est pas un prélèvement de cette remise"),
        (pain_002(RUN, GOOD, GOOD), "deux fois"),
        (pain_002(RUN, (ONE, "AM04", "41.49")), "au lieu de 41,50"),
        (camt_054((ONE, "AM04", "beaucoup")), "illisible"),
        (camt_054(GOOD).replace(b'Ccy="EUR"', b'Ccy="CHF"'), "pas en euros"),
        (pain_002(RUN, (ONE, "trop long", "41.50")), "motif de rejet"),
    ],
)
def test_each_bad_file_is_refused_with_its_sentence_and_nothing_is_written(
    office: Office, town: Town, two_debits: tuple[int, int], content: bytes, sentence: str
) -> None:
    with pytest.raises(RefusedByRule) as refused:
        reads(office, town, content)
    assert sentence in plain(str(refused.value))
    assert "Rien n'a été enregistré" in str(refused.value)
    assert office.read(bank_files, town.regie_id) == ()
    assert [debit.state for debit in the_debits(office)] == [DebitState.PAID] * 2
    assert len(payments(office)) == 2
    assert FOREIGN not in str(refused.value)


def test_a_file_or_a_message_is_read_once(office: Office, town: Town, two_debits: tuple[int, int]) -> None:
    content = pain_002(RUN, GOOD)
    reads(office, town, content)
    for again in (content, content + b"\n", pain_002(RUN, (TWO, "AM04", "12.05"))):
        with pytest.raises(RefusedByRule, match=r"REJ-1\) a déjà été lu le 09/12/2026 par Claire Aubry"):
            reads(office, town, again)
    assert len(payments(office)) == 3


def test_a_rejection_in_the_books_stops_the_file_unless_it_is_left_alone(
    office: Office, town: Town, two_debits: tuple[int, int]
) -> None:
    office.write(reject, AGENT, the_debits(office)[0].id, "AM04", DECEMBER_9)
    content = camt_054(GOOD, (TWO, "AM04", "12.05"))
    with pytest.raises(AlreadyRejected, match=ONE):
        reads(office, town, content)
    assert [debit.state for debit in the_debits(office)] == [DebitState.REJECTED, DebitState.PAID]
    told = reads(office, town, content, leave_known=True)
    assert ([report.end_to_end for report in told.rejections], told.known) == ([TWO], (ONE,))
    assert "laissé tel quel" in told.sentence


def test_a_debit_of_another_software_on_our_account_is_told(
    office: Office, town: Town, two_debits: tuple[int, int]
) -> None:
    told = reads(office, town, camt_054(GOOD, ("ANCIEN-77", "AM04", "33.00")))
    assert [report.end_to_end for report in told.rejections] == [ONE]
    assert [plain(words) for words in told.unknown] == ["ANCIEN-77 (33,00 €)"]
    assert "à traiter à la main" in told.sentence


def test_reading_wants_the_cashier(office: Office, town: Town, two_debits: tuple[int, int]) -> None:
    with pytest.raises(NotAllowed):
        office.write(read_bank_file, Agent("x", "X", frozenset({Role.AGENT}), "P"), town.regie_id, b"")


def test_a_file_too_big_is_not_even_looked_at() -> None:
    with pytest.raises(RefusedByRule, match="trop gros"):
        parse(b" " * 20_000_001)


@given(st.binary(max_size=300), st.integers(0, 2000))
@settings(max_examples=60)
def test_whatever_the_bytes_a_file_is_read_or_refused(noise: bytes, place: int) -> None:
    good = pain_002(RUN, GOOD)
    at = place % len(good)
    for content in (noise, good[:at] + noise[:3] + good[at + 3 :]):
        assert "Rien n'a été enregistré" in refusal(content) or parse(content).id


def refusal(content: bytes) -> str:
    try:
        parse(content)
    except RefusedByRule as refused:
        return str(refused)
    return ""
