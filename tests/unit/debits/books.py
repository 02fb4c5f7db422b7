"""Mandates, announced invoices and the bank's answers, for tests of the debits."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select

from backoffice.debits.mandates import MandateEntry, enter_mandate
from backoffice.debits.run import RunReport, make_run
from backoffice.debits.settle import settle_run
from backoffice.office import Office, Work
from models.office.billing import Invoice
from models.office.debits import DirectDebit, Mandate
from models.vocabulary import InvoiceStatus
from tests.factories import AGENT, TREASURY_IBAN, Household, Town
from tests.months import OCTOBER

FAMILY_IBAN = "FR1420041010050500013M02606"
MASKED = "FR14 •••• •••• 2606"
ISSUED_ON = date(2026, 11, 3)
DEBIT_ON = date(2026, 12, 3)  # a Thursday
ICS = "FR98ZZZ881140"


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\xa0", " ")


def a_mandate(office: Office, town: Town, home: Household | None = None, **wish: Any) -> int:
    """Enter a mandate, signed in October unless said otherwise."""
    entry: dict[str, Any] = {
        "family_id": (home or town.home).family_id, "regie_id": town.regie_id, "holder": "Camille Martin",
        "iban": FAMILY_IBAN, "signed_on": date(2026, 10, 20), "signed_at_place": "Contrexéville", **wish,
    }  # fmt: skip
    return office.write(enter_mandate, AGENT, MandateEntry(**entry)).id


def an_announced_invoice(
    office: Office, town: Town, mandate_id: int, *, cents: int = 4150, rank: int = 1, **wish: Any
) -> int:
    """Issue an invoice that announces its debit, without what else issuing does; `wish` changes any of its facts."""

    def issue(work: Work) -> int:
        mandate = work.session.get_one(Mandate, mandate_id)
        facts = {
            "family_id": mandate.family_id, "service_id": town.canteen_service_id, "month": OCTOBER,
            "status": InvoiceStatus.ISSUED, "number": f"CANTINE-2026-{rank:06}", "year": 2026, "rank": rank,
            "issued_on": ISSUED_ON, "due_on": DEBIT_ON, "payer_name": "Camille Martin", "payer_address": "Ici",
            "total_cents": cents, "aid_cents": 0, "credited_cents": 0, "paid_cents": 0, "carried_cents": 0,
            "debit_on": DEBIT_ON, "mandate_id": mandate.id, "drafted_at": work.now, "basis": "x" * 64,
            "debit_notice": {"ics": ICS, "rum": mandate.rum, "ending": mandate.iban_ending}, **wish,
        }  # fmt: skip
        invoice = Invoice(**facts)
        work.session.add(invoice)
        work.session.flush()
        return invoice.id

    return office.write(issue, AGENT)


def presented(office: Office, town: Town, *invoice_ids: int, debit_on: date = DEBIT_ON, **wish: Any) -> RunReport:
    """Make a run of some invoices."""
    return office.write(make_run, AGENT, town.regie_id, debit_on, invoice_ids, **wish)


def settled(office: Office, run: RunReport) -> None:
    """Let the day of a run come, and write its receipts."""
    at(office, run.debit_on)
    office.write(settle_run, AGENT, run.run_id)


def at(office: Office, day: date) -> None:
    """Move the clock to a morning."""
    office.clock.set(datetime(day.year, day.month, day.day, 9, tzinfo=UTC))


def the_debits(office: Office) -> list[DirectDebit]:
    return list(office.read(lambda session: session.scalars(select(DirectDebit).order_by(DirectDebit.id)).all()))


def the_invoice(office: Office, invoice_id: int) -> Invoice:
    return office.read(lambda session: session.get_one(Invoice, invoice_id))


def the_mandate(office: Office, mandate_id: int) -> Mandate:
    return office.read(lambda session: session.get_one(Mandate, mandate_id))


def pain_002(
    run: str, *lines: tuple[str, str, str], message: str = "REJ-1", version: str = "03", ics: str = ICS, extra: str = ""
) -> bytes:
    """Write a bank's report of rejected debits: (end to end, code, amount)."""
    rows = "".join(
        f"""<TxInfAndSts><OrgnlEndToEndId>{name}</OrgnlEndToEndId><TxSts>RJCT</TxSts>
        <StsRsnInf><Rsn><Cd>{code}</Cd></Rsn></StsRsnInf>
        <OrgnlTxRef><Amt><InstdAmt Ccy="EUR">{amount}</InstdAmt></Amt>
        <CdtrSchmeId><Id><PrvtId><Othr><Id>{ics}</Id></Othr></PrvtId></Id></CdtrSchmeId></OrgnlTxRef></TxInfAndSts>"""
        for name, code, amount in lines
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
    <Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.{version}"><CstmrPmtStsRpt>
    <GrpHdr><MsgId>{message}</MsgId><CreDtTm>2026-12-02T18:00:00</CreDtTm></GrpHdr>
    <OrgnlGrpInfAndSts><OrgnlMsgId>{run}</OrgnlMsgId><OrgnlMsgNmId>pain.008.001.02</OrgnlMsgNmId>{extra}</OrgnlGrpInfAndSts>
    <OrgnlPmtInfAndSts><OrgnlPmtInfId>{run}-FRST</OrgnlPmtInfId>{rows}</OrgnlPmtInfAndSts>
    </CstmrPmtStsRpt></Document>""".encode()


def camt_054(
    *lines: tuple[str, str, str], message: str = "AVIS-1", version: str = "02", iban: str = TREASURY_IBAN,
    fees: str = "", on: str = "2026-12-08",
) -> bytes:  # fmt: skip
    """Write a bank's notice of debits given back: (end to end, code, amount)."""
    rows = "".join(
        f"""<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts>
        <BookgDt><Dt>{on}</Dt></BookgDt><NtryDtls><TxDtls><Refs><EndToEndId>{name}</EndToEndId></Refs>
        <AmtDtls><InstdAmt><Amt Ccy="EUR">{amount}</Amt></InstdAmt></AmtDtls>{fees}
        <RtrInf><Rsn><Cd>{code}</Cd></Rsn></RtrInf></TxDtls></NtryDtls></Ntry>"""
        for name, code, amount in lines
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
    <Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.{version}"><BkToCstmrDbtCdtNtfctn>
    <GrpHdr><MsgId>{message}</MsgId><CreDtTm>2026-12-08T06:00:00</CreDtTm></GrpHdr>
    <Ntfctn><Id>1</Id><Acct><Id><IBAN>{iban}</IBAN></Id></Acct>{rows}</Ntfctn>
    </BkToCstmrDbtCdtNtfctn></Document>""".encode()
