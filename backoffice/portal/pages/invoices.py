"""Mes factures: to pay first, settled on a second button, each with its PDF."""

from flask import Blueprint, Response, request
from sqlalchemy import select

from backoffice.portal.bills import SETTLED, is_to_pay
from backoffice.portal.context import chosen, found, page, read, visitor
from backoffice.portal.shown import of_kind, shown
from backoffice.portal.store import Work
from backoffice.sync.contract import InvoiceState, InvoiceView, ViewKind
from models.portal import Attachment
from resources.french import in_paris

blueprint = Blueprint("invoices", __name__)


@blueprint.get("/factures")
def show() -> str:
    """List the household's invoices."""
    documents, now = read(lambda work: (shown(work, visitor().family_id, of_kind(ViewKind.INVOICE)), work.now))
    every = documents.many(ViewKind.INVOICE, InvoiceView)
    which = chosen(["a-payer", "soldees"], request.args.get("voir", ""))
    settled = which == "soldees"
    invoices = [(key, one) for key, one in every.items() if (one.state in SETTLED) == settled]
    invoices.sort(key=lambda item: (item[1].issued_on, item[1].number), reverse=settled)
    return page(
        "invoices",
        title="Mes factures",
        which=which,
        invoices=sorted(invoices, key=lambda item: item[1].state is InvoiceState.HANDED_OVER),
        due_cents=sum(one.due_cents for _, one in invoices if is_to_pay(one)),
        debited_cents=sum(one.due_cents for _, one in invoices if one.state is InvoiceState.DEBITED),
        to_pay=sum(is_to_pay(one) for one in every.values()),
        today=in_paris(now).date(),
    )


@blueprint.get("/factures/<key>.pdf")
def pdf(key: str) -> Response:
    """Give an invoice's PDF to the household that it was sent to."""
    file = found(read(_file, visitor().family_id, key))
    response = Response(file.content, mimetype=file.media_type)
    response.headers.set("Content-Disposition", "attachment", filename=_plain(file.name))
    response.headers["Cache-Control"] = "private, no-cache"
    response.set_etag(file.sha256)
    response.make_conditional(request)
    return response


def _file(work: Work, family_id: int, key: str) -> Attachment | None:
    if "\0" in key:
        return None
    mine = (Attachment.kind == ViewKind.INVOICE, Attachment.family_id == family_id, Attachment.key == key)
    return work.session.scalar(select(Attachment).where(*mine))


def _plain(name: str) -> str:
    kept = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-_.") else "-" for letter in name)
    return kept.strip(".-") or "facture.pdf"
