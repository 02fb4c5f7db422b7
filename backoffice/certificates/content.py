"""What the certificates of a year say, read from the books."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import extract, func, select
from sqlalchemy.orm import Session

from backoffice.billing.heading import regie_document
from backoffice.billing.letterhead import LetterheadFacts, letterhead_of_regie
from backoffice.certificates.rules import PaidInvoice, PaidLine, care_paid, counts, net_of_credits
from backoffice.reminders.people import debtors
from models.office.billing import CreditNote, CreditNoteLine, Invoice, InvoiceLine
from models.office.families import Child
from models.office.payments import Allocation, Payment
from models.office.reminders import TaxCertificate
from models.office.structure import Service
from models.vocabulary import PaymentMeans, Section
from reports.pdf.certificate import CertificateDocument, CertifiedChild

Content = dict[str, Any]
ByYear = Mapping[int, Mapping[int, int]]  # cents by invoice, then by year
FACTS = ("year", "payer", "children")  # what a new edition is made for, besides the end of the year
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Draft:
    """A certificate to make, and the edition that it would bear."""

    family_id: int
    edition: int
    cents: int
    content: Content


def drafts_of(session: Session, regie_id: int, year: int, *, today: date, signed_by: str) -> list[Draft]:
    """Find the certificates of a year that are not made yet, or no longer say what the books say; in French order."""
    births = _births(session)
    paid = care_paid(_invoices(session, regie_id, year, births), births, year)
    last = latest(session, regie_id, year)
    people = debtors(session, {*paid, *last})
    facts = letterhead_of_regie(session, regie_id).as_json()
    named = _names(session, {child_id for children in paid.values() for child_id in children})
    found = []
    for person in sorted(people.values(), key=lambda one: (one.sort_key, one.family_id)):
        children = paid.get(person.family_id, {})
        before = last.get(person.family_id)
        content: Content = {
            "letterhead": facts,
            "year": year,
            "until": min(today, date(year, 12, 31)).isoformat(),
            "made_on": today.isoformat(),
            "family_number": person.number,
            "payer": person.name,
            "address": list(person.address),
            "signed_by": signed_by,
            "children": [
                {"id": child_id, "name": named[child_id], "born": births[child_id].isoformat(), "cents": cents}
                for child_id, cents in sorted(children.items(), key=lambda one: (births[one[0]], one[0]))
            ],
        }
        if is_new(content, before.content if before else None):
            edition = before.edition + 1 if before else 1
            found.append(Draft(person.family_id, edition, sum(children.values()), content))
    return found


def is_new(content: Content, before: Content | None) -> bool:
    """Tell whether a certificate says what the last edition did not; while a year runs, its end alone is not new."""
    if before is None:
        return bool(content["children"])
    ended = f"{content['year']}-12-31"
    ends = content["until"] == ended and before["until"] != ended
    return ends or any(content[name] != before[name] for name in FACTS)


def latest(session: Session, regie_id: int, year: int) -> dict[int, TaxCertificate]:
    """Read the last edition of each household."""
    rows = session.scalars(
        select(TaxCertificate)
        .where(TaxCertificate.regie_id == regie_id, TaxCertificate.year == year)
        .order_by(TaxCertificate.edition)
    )
    return {row.family_id: row for row in rows}


def document_of(content: Mapping[str, Any], edition: int) -> CertificateDocument:
    """Give the letter that a frozen content is printed as."""
    return CertificateDocument(
        regie=regie_document(LetterheadFacts.from_json(content["letterhead"])),
        year=content["year"],
        edition=edition,
        until=date.fromisoformat(content["until"]),
        made_on=date.fromisoformat(content["made_on"]),
        family_number=content["family_number"],
        payer_name=content["payer"],
        payer_address=tuple(content["address"]),
        children=tuple(
            CertifiedChild(one["name"], date.fromisoformat(one["born"]), one["cents"]) for one in content["children"]
        ),
        signed_by=content["signed_by"],
    )


def _births(session: Session) -> dict[int, date]:
    return {row.id: row.birth_date for row in session.execute(select(Child.id, Child.birth_date))}


def _names(session: Session, child_ids: Collection[int]) -> dict[int, str]:
    rows = session.execute(select(Child.id, Child.first_name, Child.last_name).where(Child.id.in_(list(child_ids))))
    return {row.id: f"{row.first_name} {row.last_name}" for row in rows}


def _received(session: Session, regie_id: int, year: int) -> tuple[ByYear, ByYear]:
    """Sum what was received of the invoices of which something was in a year, by year: from households, from others."""
    received, aid = extract("year", Payment.received_on), Payment.means == PaymentMeans.AID
    of_the_year = (
        select(Allocation.invoice_id)
        .join(Payment, Payment.id == Allocation.payment_id)
        .where(Payment.regie_id == regie_id, Payment.received_on.between(date(year, 1, 1), date(year, 12, 31)))
    )
    sums = (
        select(
            Allocation.invoice_id,
            received.label("year"),
            aid.label("aid"),
            func.sum(Allocation.amount_cents).label("cents"),
        )
        .join(Payment, Payment.id == Allocation.payment_id)
        .where(Payment.regie_id == regie_id, Allocation.invoice_id.in_(of_the_year))
        .group_by(Allocation.invoice_id, received, aid)
    )
    paid: dict[int, dict[int, int]] = defaultdict(dict)
    aided: dict[int, dict[int, int]] = defaultdict(dict)
    for row in session.execute(sums):
        if row.cents:
            (aided if row.aid else paid)[row.invoice_id][int(row.year)] = int(row.cents)
    return paid, aided


def _invoices(session: Session, regie_id: int, year: int, births: Mapping[int, date]) -> list[PaidInvoice]:
    """Read the invoices of which something was received in the year, and that bear the care of a young child.

    What a payment settles counts in the year when the money was received; what it took back since is no longer there,
    whenever that was: a cheque of December that comes back unpaid in January is not in the year's certificate. What a
    third party paid takes its part of each line, and is nobody's to declare.
    """
    paid, aided = _received(session, regie_id, year)
    young = {child_id for child_id, born in births.items() if counts(born, year)}
    found = []
    ids = sorted(invoice_id for invoice_id, years in paid.items() if year in years)
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        lines, credited = _lines(session, chunk), _credited(session, chunk)
        families = session.execute(
            select(Invoice.id, Invoice.family_id)
            .join(Service, Service.id == Invoice.service_id)
            .where(Invoice.id.in_(chunk), Service.regie_id == regie_id)
            .order_by(Invoice.id)
        )
        for invoice_id, family_id in families:
            mine = lines[invoice_id]
            if any(line.section is Section.CARE and line.child_id in young for _, line in mine):
                net = net_of_credits(mine, credited.get(invoice_id, ()))
                found.append(PaidInvoice(family_id, net, paid[invoice_id], aided.get(invoice_id, {})))
    return found


def _lines(session: Session, invoice_ids: Collection[int]) -> Mapping[int, list[tuple[int, PaidLine]]]:
    found: dict[int, list[tuple[int, PaidLine]]] = defaultdict(list)
    query = (
        select(
            InvoiceLine.invoice_id, InvoiceLine.id, InvoiceLine.child_id, InvoiceLine.section,
            InvoiceLine.amount_cents - InvoiceLine.aid_cents,
        )
        .where(InvoiceLine.invoice_id.in_(list(invoice_ids)))
        .order_by(InvoiceLine.invoice_id, InvoiceLine.position)
    )  # fmt: skip
    for invoice_id, line_id, child_id, section, cents in session.execute(query):
        found[invoice_id].append((line_id, PaidLine(child_id, section, int(cents))))
    return found


def _credited(session: Session, invoice_ids: Collection[int]) -> Mapping[int, list[tuple[int | None, PaidLine]]]:
    found: dict[int, list[tuple[int | None, PaidLine]]] = defaultdict(list)
    query = (
        select(
            CreditNote.invoice_id, CreditNoteLine.invoice_line_id, CreditNoteLine.child_id, CreditNoteLine.section,
            CreditNoteLine.amount_cents,
        )
        .join(CreditNote, CreditNote.id == CreditNoteLine.credit_note_id)
        .where(CreditNote.invoice_id.in_(list(invoice_ids)))
        .order_by(CreditNote.id, CreditNoteLine.position)
    )  # fmt: skip
    for invoice_id, line_id, child_id, section, cents in session.execute(query):
        found[invoice_id].append((line_id, PaidLine(child_id, section, int(cents))))
    return found
