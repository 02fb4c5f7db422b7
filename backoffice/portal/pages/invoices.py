"""Mes factures: to pay first, ticked régie by régie and paid in full; settled on a second button; papers on a third."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, request

from backoffice.portal import files, payment
from backoffice.portal.bills import SETTLED, bills_of, owed
from backoffice.portal.context import chosen, page, read, visit, visitor
from backoffice.portal.payment_rules import Attempt, Bill, holders, why_not
from backoffice.portal.shown import of_kind, shown
from backoffice.portal.store import Work
from backoffice.sync.contract import InvoiceState, InvoiceView, PaperView, RegieView, ViewKind
from resources.french import in_paris

TO_PAY, SETTLED_ONES, PAPERS = "a-payer", "soldees", "papiers"
PAPER_ORDER = {"mandate": 0, "certificate": 1, "receipt": 2, "credit_note": 2}

blueprint = Blueprint("invoices", __name__)


@dataclass(frozen=True, slots=True)
class Row:
    """An invoice of the list: whether it may be ticked, or what keeps it from being paid online."""

    key: str
    invoice: InvoiceView
    why: str | None
    held: Attempt | None

    @property
    def ticks(self) -> bool:
        """Tell whether it has a box."""
        return self.why is None


@dataclass(frozen=True, slots=True)
class Group:
    """The invoices of one régie: they are paid together, and with no other."""

    regie: RegieView | None
    rows: tuple[Row, ...]

    @property
    def ticking(self) -> int:
        """Count the boxes."""
        return sum(row.ticks for row in self.rows)


@blueprint.get("/factures")
def show() -> str:
    """List the household's invoices."""
    which = chosen([TO_PAY, SETTLED_ONES, PAPERS], request.args.get("voir", ""))
    if which == PAPERS:
        return _papers()
    bills, attempts, now = read(_ask, visitor().family_id)
    settled = which == SETTLED_ONES
    mine = [bill for bill in bills if (bill.invoice.state in SETTLED) == settled]
    mine.sort(key=lambda bill: (bill.invoice.issued_on, bill.invoice.number), reverse=settled)
    mine.sort(key=lambda bill: bill.invoice.state is InvoiceState.HANDED_OVER)
    held = holders(bills, attempts, now)
    groups, owing = _groups(mine, held), owed(bills, held)
    return page(
        "invoices",
        title="Mes factures",
        which=which,
        groups=groups,
        due_cents=owing.cents,
        debited_cents=sum(bill.invoice.due_cents for bill in mine if bill.invoice.state is InvoiceState.DEBITED),
        to_pay=len(owing.due),
        online=any(row.held or row.ticks for group in groups for row in group.rows),
        debits=[regie for regie in visit().structure.regies if regie.debits],
        today=in_paris(now).date(),
    )


@blueprint.get("/factures/<key>.pdf")
def pdf(key: str) -> Response:
    """Give an invoice's PDF to the household that it was sent to."""
    return files.give(ViewKind.INVOICE, visitor().family_id, key, otherwise="facture.pdf")


@blueprint.get("/factures/papiers/<key>.pdf")
def paper(key: str) -> Response:
    """Give a receipt, a credit note, a certificate or a mandate to its household."""
    return files.give(ViewKind.PAPER, visitor().family_id, key, otherwise="document.pdf")


def _papers() -> str:
    documents = read(lambda work: shown(work, visitor().family_id, of_kind(ViewKind.PAPER)))
    papers = list(documents.many(ViewKind.PAPER, PaperView).items())
    papers.sort(key=lambda item: (item[1].day, item[1].number), reverse=True)
    papers.sort(key=lambda item: PAPER_ORDER[item[1].kind])
    by_kind = {
        kinds: [item for item in papers if item[1].kind in kinds]
        for kinds in (("mandate",), ("certificate",), ("receipt", "credit_note"))
    }
    return page(
        "papers",
        title="Quittances et attestations",
        which=PAPERS,
        mandates=by_kind[("mandate",)],
        certificates=by_kind[("certificate",)],
        receipts=by_kind[("receipt", "credit_note")],
    )


def _ask(work: Work, family_id: int) -> tuple[list[Bill], list[Attempt], datetime]:
    bills = bills_of(shown(work, family_id, of_kind(ViewKind.INVOICE)))
    return bills, payment.attempts(work, family_id), work.now


def _groups(bills: Sequence[Bill], held: Mapping[str, Attempt]) -> list[Group]:
    """Put the invoices of each régie together, in the order of their first."""
    regies: Mapping[int, RegieView] = {regie.id: regie for regie in visit().structure.regies}
    rows = dict[int, list[Row]]()
    for bill in bills:
        regie = regies.get(bill.invoice.regie_id)
        attempt = held.get(bill.key)
        row = Row(bill.key, bill.invoice, why_not(bill, regie, attempt), attempt)
        rows.setdefault(bill.invoice.regie_id, []).append(row)
    return [Group(regies.get(regie_id), tuple(some)) for regie_id, some in rows.items()]
