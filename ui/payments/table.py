"""The columns of the desk's lists: who owes, what came in, a family's account."""

from backoffice.payments.account import Entry, EntryKind
from backoffice.payments.debtors import DebtorRow
from backoffice.payments.lists import STATE_WORDS, PaymentState, ReceiptRow
from backoffice.payments.means import MEANS_WORDS
from resources.french import NARROW, amount, euros, plural, short_date
from ui.common.table import Column
from ui.shell.theme import State

STATES = {
    PaymentState.IN_HAND: State.INFO,
    PaymentState.ON_ACCOUNT: State.ACCEPTED,
    PaymentState.REMITTED: State.ACCEPTED,
    PaymentState.REVERSED: State.REFUSED,
    PaymentState.COUNTER: State.NEUTRAL,
}
ENTRY_STATES = {
    EntryKind.INVOICE: State.WAITING,
    EntryKind.CREDIT_NOTE: State.INFO,
    EntryKind.PAYMENT: State.ACCEPTED,
    EntryKind.COUNTER: State.REFUSED,
    EntryKind.CLAIM: State.LATE,
    EntryKind.WRITE_OFF: State.NEUTRAL,
}
ENTRY_WORDS = {
    EntryKind.INVOICE: "Facture",
    EntryKind.CREDIT_NOTE: "Avoir",
    EntryKind.PAYMENT: "Encaissement",
    EntryKind.COUNTER: "Contre-écriture",
    EntryKind.CLAIM: "Titre",
    EntryKind.WRITE_OFF: "Non-valeur",
}


CREDIT_TOLD = (
    "Le crédit est ce qu'elle a payé de trop\u202f: la régie le garde, et il règle une facture avec "
    "«\xa0Utiliser le crédit\xa0», au guichet."
)


def debtor_tip(row: DebtorRow) -> str:
    """Say all that a line of the list has no room for."""
    told = [f"Famille {row.family}, {row.number}"]
    if row.invoices:
        told.append(
            f"{plural(row.invoices, 'facture')} à payer, la plus ancienne avant le {short_date(row.oldest_due_on)}"
        )
    if row.late_cents:
        told.append(f"En retard{NARROW}: {euros(row.late_cents)}")
    if row.credit_cents:
        told.append(f"Crédit{NARROW}: {euros(row.credit_cents)}")
    return "\n".join(told)


DEBTORS: tuple[Column[DebtorRow], ...] = (
    Column("Famille", lambda row: row.family, order=lambda row: row.sort_key, tip=debtor_tip, stretch=True),
    Column("Reste dû", lambda row: row.due_cents, amount, number=True, tip=debtor_tip),
    Column(
        "Échéance",
        lambda row: row.oldest_due_on,
        lambda day: short_date(day) or "—",
        state=lambda row: State.LATE if row.late_cents else None,
        tip=debtor_tip,
    ),
)


def receipt_tip(row: ReceiptRow) -> str:
    """Say a payment in full."""
    told = [f"{MEANS_WORDS[row.means]}{f' ({row.detail})' if row.detail else ''}, enregistré par {row.recorded_by}"]
    if row.invoices:
        told.append(f"Règle {', '.join(row.invoices)}")
    if row.credit_cents:
        told.append(f"Reste au crédit de la famille{NARROW}: {euros(row.credit_cents)}")
    if row.reverses:
        told.append(f"Annule la quittance {row.reverses}{NARROW}: {row.reason}")
    if row.reversed_by:
        told.append(f"Annulé par la contre-écriture {row.reversed_by}")
    if row.deposit:
        told.append(f"Bordereau {row.deposit}")
    if row.remittance:
        told.append(f"Versement {row.remittance}")
    return "\n".join(told)


RECEIPTS: tuple[Column[ReceiptRow], ...] = (
    Column("Quittance", lambda row: row.receipt_number, tip=receipt_tip),
    Column("Reçu le", lambda row: row.received_on, tip=receipt_tip),
    Column("Famille", lambda row: row.family, order=lambda row: row.sort_key, tip=receipt_tip, stretch=True),
    Column("Moyen", lambda row: row.means, lambda means: MEANS_WORDS[means], tip=receipt_tip),
    Column("Détail", lambda row: row.detail, tip=receipt_tip),
    Column("Montant", lambda row: row.amount_cents, amount, number=True, tip=receipt_tip),
    Column("Crédit", lambda row: row.credit_cents, lambda cents: amount(cents) if cents else "", number=True),
    Column(
        "État",
        lambda row: STATE_WORDS[row.state],
        state=lambda row: STATES[row.state],
        order=lambda row: list(STATE_WORDS).index(row.state),
        tip=receipt_tip,
    ),
)
ENTRIES: tuple[Column[Entry], ...] = (
    Column("Date", lambda row: row.day),
    Column("Mouvement", lambda row: ENTRY_WORDS[row.kind], state=lambda row: ENTRY_STATES[row.kind]),
    Column("Numéro", lambda row: row.number),
    Column("Libellé", lambda row: row.label, stretch=True),
    Column("Doit", lambda row: max(row.cents, 0), lambda cents: amount(cents) if cents else "", number=True),
    Column("Reçu", lambda row: max(-row.cents, 0), lambda cents: amount(cents) if cents else "", number=True),
    Column("Solde", lambda row: row.balance_cents, amount, number=True),
)
