"""The views of a household's papers besides its invoices: receipts, credit notes, tax certificates, mandates to sign."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.clock import paris_day
from backoffice.office import ViewKey
from backoffice.payments.means import MEANS_WORDS
from backoffice.sync.contract import PaperView
from backoffice.sync.frame import NOTHING, FileRef, Frame, Shown
from backoffice.sync.paper_marks import CERTIFICATE, CREDIT_NOTE, MANDATE, RECEIPT, receipts_since
from models.office.billing import CreditNote, Invoice
from models.office.debits import Mandate
from models.office.payments import Allocation, OnlinePayment, Payment
from models.office.reminders import TaxCertificate
from models.office.structure import Service
from models.office.treasury import Paper
from models.vocabulary import MandateState, PaperKind, PaymentMeans

KINDS: Mapping[str, PaperKind] = {
    RECEIPT: PaperKind.RECEIPT, CREDIT_NOTE: PaperKind.CREDIT_NOTE, CERTIFICATE: PaperKind.TAX_CERTIFICATE,
    MANDATE: PaperKind.MANDATE,
}  # fmt: skip
PDF = "application/pdf"
Found = dict[int, tuple[int, PaperView, str]]  # by id: whose, what, the name of its file
Builder = Callable[[Session, Collection[int], date], Found]


def papers(frame: Frame, keys: Sequence[ViewKey]) -> dict[ViewKey, Shown]:
    """Build papers whose PDF is kept."""
    built = dict.fromkeys(keys, NOTHING)
    for kind, (builder, mine) in _by_kind(keys).items():
        ids = set(mine)
        prints = dict(
            frame.session.execute(
                select(Paper.subject_id, Paper.sha256).where(Paper.kind == KINDS[kind], Paper.subject_id.in_(ids))
            ).all()
        )
        for number, (family_id, body, name) in builder(frame.session, ids, frame.today).items():
            key = mine[number]
            if number in prints and key[2] == family_id:
                built[key] = Shown(body, FileRef(f"{name}.pdf", PDF, prints[number]))
    return built


def paper_files(session: Session, keys: Sequence[ViewKey]) -> dict[ViewKey, bytes]:
    """Read the PDFs of some papers."""
    found: dict[ViewKey, bytes] = {}
    for kind, (_, mine) in _by_kind(keys).items():
        query = select(Paper.subject_id, Paper.content)
        rows = session.execute(query.where(Paper.kind == KINDS[kind], Paper.subject_id.in_(set(mine))))
        found |= {mine[number]: content for number, content in rows}
    return found


def _by_kind(keys: Sequence[ViewKey]) -> dict[str, tuple[Builder, dict[int, ViewKey]]]:
    found: dict[str, dict[int, ViewKey]] = defaultdict(dict)
    for key in keys:
        kind, _, number = key[1].partition(":")
        found[kind][int(number)] = key
    return {kind: (BUILDERS[kind], mine) for kind, mine in found.items()}


def _receipts(session: Session, ids: Collection[int], today: date) -> Found:
    """Read receipts and counter-entries of the last two years; what a third party paid is its own."""
    query = select(Payment).where(
        Payment.id.in_(ids), Payment.received_on >= receipts_since(today), Payment.means != PaymentMeans.AID
    )
    payments = session.scalars(query).all()
    reversed_ids = {payment.reverses_id for payment in payments if payment.reverses_id}
    numbers = select(Payment.id, Payment.receipt_number).where(Payment.id.in_(reversed_ids))
    reverses = dict(session.execute(numbers).all())
    undone = set(session.scalars(select(Payment.reverses_id).where(Payment.reverses_id.in_(ids))))
    online = set(session.scalars(select(OnlinePayment.payment_id).where(OnlinePayment.payment_id.in_(ids))))
    settles = _settled(session, ids)
    found: Found = {}
    for payment in payments:
        of = reverses.get(payment.reverses_id or 0)
        body = PaperView(
            kind="receipt",
            title=_receipt_title(of, undone=payment.id in undone),
            number=payment.receipt_number,
            day=payment.received_on,
            cents=payment.amount_cents,
            regie_id=payment.regie_id,
            means=MEANS_WORDS[payment.means],
            invoices=tuple(settles.get(payment.id, ())),
            online=payment.id in online,
        )
        found[payment.id] = (payment.family_id, body, f"quittance-{payment.receipt_number}")
    return found


def _receipt_title(reverses: str | None, *, undone: bool) -> str:
    """Name a receipt; one that is worth nothing any more says so, its paper stays as it was given."""
    if reverses:
        return f"Annulation de la quittance {reverses}"
    return "Quittance annulée" if undone else "Quittance"


def _settled(session: Session, ids: Collection[int]) -> Mapping[int, Sequence[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    rows = session.execute(
        select(Allocation.payment_id, Invoice.number)
        .join(Invoice, Allocation.invoice_id == Invoice.id)
        .where(Allocation.payment_id.in_(ids))
        .group_by(Allocation.payment_id, Invoice.id, Invoice.number)
        .having(func.sum(Allocation.amount_cents) != 0)
        .order_by(func.min(Allocation.id))
    )
    for payment_id, number in rows:
        found[payment_id].append(number or "")
    return found


def _credit_notes(session: Session, ids: Collection[int], _today: date) -> Found:
    rows = session.execute(
        select(CreditNote, Invoice.number, Service.regie_id)
        .join(Invoice, CreditNote.invoice_id == Invoice.id)
        .join(Service, CreditNote.service_id == Service.id)
        .where(CreditNote.id.in_(ids))
    )
    return {
        note.id: (
            note.family_id,
            PaperView(
                kind="credit_note", title="Avoir", number=note.number, day=note.issued_on, cents=note.total_cents,
                regie_id=regie_id, invoices=(number or "",),
            ),
            f"avoir-{note.number}",
        )
        for note, number, regie_id in rows
    }  # fmt: skip


def _certificates(session: Session, ids: Collection[int], _today: date) -> Found:
    """Read certificates; an edition that another replaces is no longer shown."""
    rows = session.scalars(select(TaxCertificate).where(TaxCertificate.id.in_(ids))).all()
    families = {row.family_id for row in rows}
    last = {
        (regie_id, family_id, year): edition
        for regie_id, family_id, year, edition in session.execute(
            select(
                TaxCertificate.regie_id, TaxCertificate.family_id, TaxCertificate.year, func.max(TaxCertificate.edition)
            )
            .where(TaxCertificate.family_id.in_(families))
            .group_by(TaxCertificate.regie_id, TaxCertificate.family_id, TaxCertificate.year)
        )
    }
    return {
        row.id: (
            row.family_id,
            PaperView(
                kind="certificate", title=f"Attestation fiscale {row.year}",
                number=f"édition {row.edition}" if row.edition > 1 else "", day=row.made_on, cents=row.amount_cents,
                regie_id=row.regie_id,
            ),
            f"attestation-fiscale-{row.year}",
        )
        for row in rows
        if last[row.regie_id, row.family_id, row.year] == row.edition
    }  # fmt: skip


def _mandates(session: Session, ids: Collection[int], _today: date) -> Found:
    rows = session.scalars(select(Mandate).where(Mandate.id.in_(ids), Mandate.state == MandateState.UNSIGNED))
    return {
        row.id: (
            row.family_id,
            PaperView(
                kind="mandate", title="Mandat de prélèvement", number=row.rum, day=paris_day(row.created_at),
                regie_id=row.regie_id,
            ),
            f"mandat-{row.rum}",
        )
        for row in rows
    }  # fmt: skip


BUILDERS: Mapping[str, Builder] = {
    RECEIPT: _receipts, CREDIT_NOTE: _credit_notes, CERTIFICATE: _certificates, MANDATE: _mandates,
}  # fmt: skip
