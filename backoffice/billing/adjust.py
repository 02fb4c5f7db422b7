"""The complement of a month billed already: an invoice of its own, numbered in the same series and issued at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import insert

from backoffice.billing.credit_note import times
from backoffice.billing.differences import Difference
from backoffice.billing.freeze import Draft, Frozen, freeze
from backoffice.billing.ledger import read_payers
from backoffice.billing.once import Steps, explanations
from backoffice.billing.rules import basis_of
from backoffice.office import Changed, Work
from models.office.billing import Invoice, InvoiceLine
from models.vocabulary import InvoiceKind, InvoiceStatus
from resources.french import NARROW, euros


@dataclass(frozen=True, slots=True)
class Account:
    """Whom an adjustment asks, for which service and month."""

    family_id: int
    service_id: int
    month: date


def adjust(work: Work, account: Account, lines: Sequence[Difference]) -> Frozen:
    """Write and issue an adjustment; the caller holds the books, and the lines add up to a positive amount."""
    session, total = work.session, sum(line.cents for line in lines)
    payer = read_payers(session, [account.family_id])[account.family_id]
    invoice = Invoice(
        family_id=account.family_id,
        service_id=account.service_id,
        month=account.month,
        kind=InvoiceKind.ADJUSTMENT,
        status=InvoiceStatus.DRAFT,
        payer_name=payer.name,
        payer_address=payer.address,
        total_cents=total,
        drafted_at=work.now,
        basis=basis_of(()),
    )
    session.add(invoice)
    session.flush()
    told = {at: _steps(line) for at, line in enumerate(lines)}
    known = explanations(session, set(told.values()))
    session.execute(
        insert(InvoiceLine),
        [_row(invoice.id, at + 1, line, known[told[at]]) for at, line in enumerate(lines)],
    )
    (frozen,) = freeze(work, [Draft(invoice.id, account.family_id, account.service_id, total)])
    work.sign(
        "invoice.adjust",
        "invoice",
        invoice.id,
        new={"number": frozen.number, "month": f"{account.month:%Y-%m}", "total_cents": total},
    )
    work.changed(Changed.INVOICES)
    return frozen


def _row(invoice_id: int, position: int, line: Difference, explanation_id: int) -> dict[str, Any]:
    now = line.now[0] if line.now else None
    before = line.left[0] if line.left else None
    exact = now.unit_price_exact if now else before and before.unit_price_exact
    price = 0 if exact else now.unit_price_cents if now else before.unit_price_cents if before else 0
    quantity, price = times(line.cents, price)
    return {
        "invoice_id": invoice_id,
        "position": position,
        "child_id": line.thing.child_id,
        "child_name": line.child,
        "section": line.thing.section,
        "activity": line.thing.activity,
        "label": line.thing.label,
        "days": ",".join(map(str, line.days)),
        "quantity_hundredths": quantity,
        "quantity_unit": None,
        "unit_price_cents": price,
        "unit_price_exact": None,
        "amount_cents": line.cents,
        "share_percent": now.share_percent if now else before and before.share_percent,
        "contract_id": now.kind.contract_id if now else before and before.contract_id,
        "tariff": line.thing.tariff,
        "explanation_id": explanation_id,
    }


def _steps(line: Difference) -> Steps:
    """Explain a line: what was invoiced, what it costs now, how that price was found."""
    change = (
        f"Pointage corrigé après facturation{NARROW}: {euros(line.invoiced_cents)} facturés, "
        f"{euros(line.cost_cents)} dus, soit {euros(line.cents)}."
    )
    return (change, *(step for found in line.now for step in found.steps))
