"""Handing invoices over to the Treasury, and giving up what cannot be recovered: both close the portal's payment."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.billing.numbers import CLAIM_LISTS, numbered
from backoffice.errors import RefusedByRule, StaleRecord
from backoffice.office import Changed, Work
from backoffice.reminders.claims import ClaimDebtor, ClaimLine, by_debtor, document_of, lines_of, set_apart
from backoffice.reminders.owed import being_debited, owed_at
from backoffice.sync.contract import ViewKind
from backoffice.treasury.periods import hold_regie, refuse_closed
from models.office.billing import PAYABLE, Invoice
from models.office.reminders import ClaimList, TreasuryClaim, WriteOff
from models.office.structure import Regie, Service
from models.vocabulary import InvoiceStatus, Role
from reports.sheets.claims import render_claims
from resources.french import plural

NOTHING = "Rien n'a été transmis."


def hand_over(work: Work, regie_id: int, invoice_ids: Collection[int], seen: Mapping[int, int]) -> ClaimList:
    """Hand invoices over, as the agent saw them (what was due, by invoice): a numbered list, its workbook kept.

    Raises:
        StaleRecord: something was paid, credited or decided since the list was read.
        RefusedByRule: a debit is under way, an invoice is not late enough, the day is closed; a debtor owes too little,
            is left in peace, or has a credit that covers what it owes.
    """
    work.agent.must_be(Role.CASHIER)
    session = work.session
    regie = hold_regie(session, regie_id)
    refuse_closed(session, regie_id, work.today)
    if not invoice_ids:
        raise RefusedByRule(f"Aucune facture n'est choisie. {NOTHING}")
    lines = _lines(work, regie, invoice_ids, seen)
    chosen = _by_debtor(work, regie, lines)
    made = _write_list(work, regie, chosen)
    session.add_all(
        TreasuryClaim(invoice_id=line.owed.invoice_id, list_id=made.id, amount_cents=line.owed.due_cents)
        for line in lines
    )
    _close(work, _held(session, [line.owed.invoice_id for line in lines]), InvoiceStatus.HANDED_OVER)
    numbers = [line.owed.number for line in lines]
    new = {"invoices": numbers, "amount_cents": made.amount_cents, "sha256": made.sha256}
    work.sign("claims.hand_over", "claim_list", made.number, new=new)
    return made


def write_off(work: Work, invoice_id: int, reason: str) -> int:
    """Give up what is left of an invoice, here or already handed over; give the cents given up.

    Raises:
        RefusedByRule: there is no reason, nothing is left, a debit is under way, or the day is closed.
    """
    work.agent.must_be(Role.CASHIER)
    if not reason.strip():
        raise RefusedByRule("Il manque le motif de la non-valeur. Rien n'a été enregistré.")
    regie_id = work.session.scalar(
        select(Service.regie_id).join(Invoice, Invoice.service_id == Service.id).where(Invoice.id == invoice_id)
    )
    if regie_id is None:
        raise RefusedByRule("Cette facture n'existe pas. Rien n'a été enregistré.")
    hold_regie(work.session, regie_id)
    refuse_closed(work.session, regie_id, work.today)
    (invoice,) = _held(work.session, [invoice_id])
    _refuse_giving_up(work.session, invoice)
    cents, before = invoice.balance_cents, invoice.status
    work.session.add(
        WriteOff(
            invoice_id=invoice_id, amount_cents=cents, decided_on=work.today, decided_at=work.now,
            decided_by=work.agent.name, reason=reason.strip(),
        )
    )  # fmt: skip
    _close(work, [invoice], InvoiceStatus.WRITTEN_OFF)
    new = {"invoice": invoice.number, "amount_cents": cents, "reason": reason.strip()}
    work.sign("invoice.write_off", "invoice", invoice_id, old={"status": before}, new=new)
    return cents


def _refuse_giving_up(session: Session, invoice: Invoice) -> None:
    if invoice.status is InvoiceStatus.DRAFT:
        message = (
            "Un brouillon ne s'admet pas en non-valeur. Rien n'a été enregistré. Retirez-le, ou émettez la facture."
        )
        raise RefusedByRule(message)
    if invoice.status not in {*PAYABLE, InvoiceStatus.HANDED_OVER} or invoice.balance_cents <= 0:
        message = f"Il ne reste rien à recouvrer de la facture {invoice.number}. Rien n'a été enregistré."
        raise RefusedByRule(message)
    if being_debited(session, [invoice.id]):
        message = (
            f"La facture {invoice.number} est présentée à la banque. Rien n'a été enregistré. "
            "Attendez le résultat du prélèvement."
        )
        raise RefusedByRule(message)


def _write_list(work: Work, regie: Regie, chosen: Sequence[ClaimDebtor]) -> ClaimList:
    """Number a list and keep its workbook."""
    ((_, number),) = numbered(work.session, CLAIM_LISTS, regie.code, work.today.year)
    workbook = render_claims(document_of(work.session, regie.id, chosen, number=number, made_at=work.now))
    made = ClaimList(
        regie_id=regie.id,
        number=number,
        made_on=work.today,
        made_at=work.now,
        made_by=work.agent.name,
        amount_cents=sum(one.cents for one in chosen),
        sha256=hashlib.sha256(workbook).hexdigest(),
        workbook=workbook,
    )
    work.session.add(made)
    work.session.flush()
    return made


def _close(work: Work, invoices: Iterable[Invoice], status: InvoiceStatus) -> None:
    """Say that invoices are no longer asked here, and show it so to the families: the portal takes no payment of them."""
    for invoice in invoices:
        invoice.status = status
        work.show(ViewKind.INVOICE, invoice.id, invoice.family_id)
    work.session.flush()
    work.changed(Changed.INVOICES, Changed.REMINDERS)


def _held(session: Session, invoice_ids: Collection[int]) -> Sequence[Invoice]:
    """Read invoices, held until the end."""
    query = select(Invoice).where(Invoice.id.in_(list(invoice_ids)))
    return session.scalars(query.order_by(Invoice.id).with_for_update()).all()


def _lines(work: Work, regie: Regie, invoice_ids: Collection[int], seen: Mapping[int, int]) -> tuple[ClaimLine, ...]:
    """Read the invoices again, and refuse what is not as it was seen, or may not go."""
    held = _held(work.session, invoice_ids)
    now = {one.id: one.due_cents for one in held}
    moved = [one.number or "" for one in held if now[one.id] != seen.get(one.id)]
    if moved or len(held) != len(set(invoice_ids)):
        message = (
            f"Ce qui reste dû a changé depuis que vous avez lu la liste ({', '.join(moved[:3]) or 'facture disparue'})"
            f"\u202f: un paiement, un avoir ou une décision est arrivé. {NOTHING} Relisez la liste."
        )
        raise StaleRecord(message)
    owed = owed_at(work.session, regie.id, work.today, invoice_ids=invoice_ids)
    if len(owed) != len(held):
        raise RefusedByRule(f"Une de ces factures n'est pas en retard à cette régie. {NOTHING} Relisez la liste.")
    for one in owed:
        if one.in_peace:
            raise RefusedByRule(f"Facture {one.number}\u202f: {one.in_peace} {NOTHING} Retirez-la de la liste.")
        if one.days_late(work.today) < regie.claim_days:
            days = plural(regie.claim_days, "jour")
            message = f"La facture {one.number} n'est pas en retard de {days}. {NOTHING} Relisez la liste."
            raise RefusedByRule(message)
    return lines_of(work.session, owed, work.today)


def _by_debtor(work: Work, regie: Regie, lines: Sequence[ClaimLine]) -> tuple[ClaimDebtor, ...]:
    """Group invoices by household, and refuse one that something keeps apart."""
    chosen = set_apart(work.session, regie, by_debtor(work.session, lines), work.today)
    for one in chosen:
        if one.apart:
            raise RefusedByRule(f"{one.debtor.name}\u202f: {one.apart} {NOTHING} Retirez ce débiteur de la liste.")
    return chosen
