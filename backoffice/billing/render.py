"""Rendering: each issued invoice gets its PDF once, kept with its SHA-256; then the family is shown it and told."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from backoffice.billing.documents import documents_of
from backoffice.drawing import renderer
from backoffice.mail.queue import write_mail
from backoffice.office import Changed, Office, Work
from backoffice.permissions import Agent
from backoffice.sync.contract import ViewKind
from models.office.billing import Invoice, InvoicePdf
from models.office.families import Guardian
from models.office.structure import Service
from models.upsert import insert_into
from models.vocabulary import Role
from reports.pdf.invoice import InvoiceDocument, render_invoice
from resources.french import plural

Progress = Callable[[int, int], None]
Render = Callable[[Sequence[InvoiceDocument]], Iterator[bytes]]
BATCH = 100  # PDFs that one transaction keeps
FEW = 50  # up to here, no other process is started


@dataclass(frozen=True, slots=True)
class RenderReport:
    """What a rendering run did."""

    rendered: int
    mailed: int

    @property
    def sentence(self) -> str:
        """Say it in French."""
        return (
            f"{plural(self.rendered, 'PDF enregistré', 'PDF enregistrés')}, "
            f"{plural(self.mailed, 'courriel préparé', 'courriels préparés')}."
        )


@dataclass(frozen=True, slots=True)
class _Addressed:
    """An invoice, and to whom it is announced."""

    id: int
    family_id: int
    number: str | None
    service: str
    month: date
    asked_cents: int
    carried: bool
    carried_cents: int
    due_on: date | None
    debit_on: date | None
    first_name: str | None
    email: str | None


def render_missing(office: Office, agent: Agent, *, progress: Progress | None = None) -> RenderReport:
    """Render every issued invoice that has no PDF yet, batch by batch, each batch kept as a whole.

    It may be stopped at any line and started again: what is kept stays, nothing is rendered or sent twice. `progress`
    is told how many PDFs are kept, of how many; it may raise Cancelled between two batches.
    """
    agent.must_be(Role.CASHIER)
    waiting = office.read(_count_missing)
    rendered = mailed = 0
    with renderer(render_invoice, waiting, few=FEW) as render:
        for papers in _batches(office, render):
            kept = office.write(keep_papers, agent, papers)
            rendered, mailed = rendered + kept.rendered, mailed + kept.mailed
            if progress:
                progress(min(rendered, waiting), waiting)
    return RenderReport(rendered, mailed)


def _batches(office: Office, render: Render) -> Iterator[dict[int, bytes]]:
    """Give the papers batch by batch; other processes draw the next batch while the caller keeps this one."""
    last = 0
    drawing: tuple[Sequence[int], Iterator[bytes]] | None = None
    while ids := office.read(_missing_after, last):
        last = ids[-1]
        documents = office.read(documents_of, ids)
        begun = tuple(documents), render(tuple(documents.values()))
        if drawing:
            yield dict(zip(*drawing, strict=True))
        drawing = begun
    if drawing:
        yield dict(zip(*drawing, strict=True))


def keep_papers(work: Work, papers: Mapping[int, bytes]) -> RenderReport:
    """Keep PDFs, unless somebody kept them first; publish them and write the families' e-mails."""
    rows = [
        {"invoice_id": invoice_id, "sha256": hashlib.sha256(content).hexdigest(), "content": content}
        for invoice_id, content in papers.items()
    ]
    statement = insert_into(work.session, InvoicePdf).on_conflict_do_nothing(index_elements=["invoice_id"])
    kept = set(work.session.scalars(statement.returning(InvoicePdf.invoice_id), rows))
    invoices = _addressed(work.session, kept)
    for invoice in invoices:
        work.show(ViewKind.INVOICE, invoice.id, invoice.family_id)
    mailed = sum(_write(work, invoice) for invoice in invoices if invoice.email)
    if kept:
        work.changed(Changed.INVOICES)
    return RenderReport(len(kept), mailed)


def _addressed(session: Session, ids: set[int]) -> list[_Addressed]:
    """Read what the e-mails say, and to whom: the guardian who pays, as the file is today."""
    rows = session.execute(
        select(
            Invoice.id,
            Invoice.family_id,
            Invoice.number,
            Service.name.label("service"),
            Invoice.month,
            (Invoice.total_cents - Invoice.aid_cents + Invoice.carried_cents).label("asked_cents"),
            Invoice.carried,
            Invoice.carried_cents,
            Invoice.due_on,
            Invoice.debit_on,
            Guardian.first_name,
            Guardian.email,
        )
        .join(Service, Invoice.service_id == Service.id)
        .outerjoin(Guardian, and_(Guardian.family_id == Invoice.family_id, Guardian.is_payer))
        .where(Invoice.id.in_(ids))
        .order_by(Invoice.id, Guardian.position.desc())  # of two payers, the first comes last, and stays
    )
    return list({row["id"]: _Addressed(**row) for row in rows.mappings()}.values())


def _write(work: Work, invoice: _Addressed) -> bool:
    return write_mail(
        work,
        cause=f"invoice:{invoice.id}",
        recipient=invoice.email or "",
        subject=f"Facture {invoice.number}",
        template="invoice",
        values={
            "first_name": invoice.first_name,
            "number": invoice.number,
            "service": invoice.service,
            "month": invoice.month,
            "total_cents": invoice.asked_cents,
            "waits": invoice.carried,
            "carried_cents": invoice.carried_cents,
            "due_on": invoice.due_on,
            "debit_on": invoice.debit_on,
        },
    )


def _count_missing(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Invoice).where(_missing())) or 0


def _missing_after(session: Session, last: int) -> Sequence[int]:
    query = select(Invoice.id).where(_missing(), Invoice.id > last).order_by(Invoice.id).limit(BATCH)
    return session.scalars(query).all()


def _missing() -> ColumnElement[bool]:
    return and_(Invoice.number.is_not(None), Invoice.id.not_in(select(InvoicePdf.invoice_id)))
