"""Rendering: each issued invoice gets its PDF once, kept with its SHA-256; then the family is shown it and told."""

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from backoffice.billing.documents import documents_of
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
Render = Callable[[Sequence[InvoiceDocument]], Sequence[bytes]]
BATCH = 100  # PDFs that one transaction keeps
FEW = 50  # up to here, starting processes costs more than it saves
SHARE = 10  # documents handed to a process at once


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


def render_missing(office: Office, agent: Agent, *, progress: Progress | None = None) -> RenderReport:
    """Render every issued invoice that has no PDF yet, batch by batch, each batch kept as a whole.

    It may be stopped at any line and started again: what is kept stays, nothing is rendered or sent twice. `progress`
    is told how many PDFs are kept, of how many; it may raise Cancelled between two batches.
    """
    agent.must_be(Role.CASHIER)
    waiting = office.read(_count_missing)
    rendered = mailed = last = 0
    with _renderer(waiting) as render:
        while ids := office.read(_missing_after, last):
            last = ids[-1]
            documents = office.read(documents_of, ids)
            papers = dict(zip(documents, render(tuple(documents.values())), strict=True))
            kept = office.write(keep_papers, agent, papers)
            rendered, mailed = rendered + kept.rendered, mailed + kept.mailed
            if progress:
                progress(min(rendered, waiting), waiting)
    return RenderReport(rendered, mailed)


def keep_papers(work: Work, papers: Mapping[int, bytes]) -> RenderReport:
    """Keep PDFs, unless somebody kept them first; publish them and write the families' e-mails."""
    rows = [
        {"invoice_id": invoice_id, "sha256": hashlib.sha256(content).hexdigest(), "content": content}
        for invoice_id, content in papers.items()
    ]
    statement = insert_into(work.session, InvoicePdf).on_conflict_do_nothing(index_elements=["invoice_id"])
    kept = set(work.session.scalars(statement.returning(InvoicePdf.invoice_id), rows))
    mailed = sum(_tell(work, invoice_id) for invoice_id in sorted(kept))
    if kept:
        work.changed(Changed.INVOICES)
    return RenderReport(len(kept), mailed)


def _tell(work: Work, invoice_id: int) -> bool:
    """Show one invoice on the portal, and write to who pays, if there is an address."""
    row = work.session.execute(
        select(Invoice, Service.name, Guardian.email, Guardian.first_name)
        .join(Service, Invoice.service_id == Service.id)
        .outerjoin(Guardian, (Guardian.family_id == Invoice.family_id) & Guardian.is_payer)
        .where(Invoice.id == invoice_id)
        .order_by(Guardian.position)
        .limit(1)
    ).one()
    invoice, service, email, first_name = row
    work.show(ViewKind.INVOICE, invoice_id, invoice.family_id)
    if not email:
        return False
    return write_mail(
        work,
        cause=f"invoice:{invoice_id}",
        recipient=email,
        subject=f"Facture {invoice.number}",
        template="invoice",
        values={
            "first_name": first_name,
            "number": invoice.number,
            "service": service,
            "month": invoice.month,
            "total_cents": invoice.total_cents,
            "due_on": invoice.due_on,
        },
    )


def _count_missing(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Invoice).where(_missing())) or 0


def _missing_after(session: Session, last: int) -> Sequence[int]:
    query = select(Invoice.id).where(_missing(), Invoice.id > last).order_by(Invoice.id).limit(BATCH)
    return session.scalars(query).all()


def _missing() -> ColumnElement[bool]:
    return and_(Invoice.number.is_not(None), Invoice.id.not_in(select(InvoicePdf.invoice_id)))


@contextmanager
def _renderer(count: int) -> Iterator[Render]:
    """Render here, or on all cores when there is enough to do."""
    if count <= FEW:
        yield lambda documents: [render_invoice(document) for document in documents]
        return
    # spawn, not fork: the window's threads must not be copied halfway through what they hold
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        yield lambda documents: list(pool.map(render_invoice, documents, chunksize=SHARE))
