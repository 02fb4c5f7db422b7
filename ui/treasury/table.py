"""The columns of the till's lists."""

from backoffice.payments.means import MEANS_WORDS
from backoffice.treasury.day_book import MOVEMENT_WORDS, Movement, MovementKind
from backoffice.treasury.deposit import WaitingRow
from backoffice.treasury.lists import ClosingRow, DepositRow, RemittanceRow
from backoffice.treasury.remit import ProductLine
from backoffice.treasury.statements import period_words
from models.vocabulary import ClosingKind
from resources.french import amount, capital, euros, number
from ui.common.table import Column
from ui.shell.theme import State

MOVEMENT_STATES = {
    MovementKind.RECEIPT: State.ACCEPTED,
    MovementKind.COUNTER: State.LATE,
    MovementKind.DEPOSIT: State.INFO,
    MovementKind.REMITTANCE: State.NEUTRAL,
}


def _closed(row: ClosingRow) -> str:
    """Name what was closed without its article: Mois de novembre 2026."""
    return capital(period_words(row.kind, row.first, row.day).partition(" ")[2])


WAITING: tuple[Column[WaitingRow], ...] = (
    Column("Quittance", lambda row: row.receipt_number),
    Column("Reçu le", lambda row: row.received_on),
    Column("Payeur", lambda row: row.drawer or row.payer, stretch=True),
    Column("Banque", lambda row: row.bank),
    Column("N° ou référence", lambda row: row.reference),
    Column("Montant", lambda row: row.amount_cents, amount, number=True, tip=lambda row: euros(row.amount_cents)),
)
DEPOSITS: tuple[Column[DepositRow], ...] = (
    Column("Bordereau", lambda row: row.number, stretch=True),
    Column("Date", lambda row: row.made_on),
    Column("Moyen", lambda row: MEANS_WORDS[row.means]),
    Column("Nombre", lambda row: row.count, number, number=True),
    Column("Montant", lambda row: row.amount_cents, amount, number=True),
    Column("Par", lambda row: row.made_by),
)
MOVEMENTS: tuple[Column[Movement], ...] = (
    Column("Jour", lambda row: row.day),
    Column("Opération", lambda row: MOVEMENT_WORDS[row.kind], state=lambda row: MOVEMENT_STATES[row.kind]),
    Column("Numéro", lambda row: row.number),
    Column("Moyen", lambda row: row.means_words),
    Column("Libellé", lambda row: row.label, tip=lambda row: row.label, stretch=True),
    Column("Montant", lambda row: row.cents, amount, number=True),
    Column("En caisse", lambda row: row.till_cents, amount, number=True),
    Column("Valeurs", lambda row: row.values_cents, amount, number=True),
    Column("Compte", lambda row: row.account_cents, amount, number=True),
)
CLOSINGS: tuple[Column[ClosingRow], ...] = (
    Column("Ce qui est arrêté", _closed, order=lambda row: (row.day, row.kind is ClosingKind.MONTH), stretch=True),
    Column("Encaissements nets", lambda row: row.receipts_cents, amount, number=True),
    Column("Arrêté le", lambda row: row.made_at),
    Column("Par", lambda row: row.made_by),
)
REMITTANCES: tuple[Column[RemittanceRow], ...] = (
    Column("Versement", lambda row: row.number, stretch=True),
    Column("Date", lambda row: row.made_on),
    Column("Opérations", lambda row: row.count, number, number=True),
    Column("Montant", lambda row: row.amount_cents, amount, number=True),
    Column("Par", lambda row: row.made_by),
)
PRODUCTS: tuple[Column[ProductLine], ...] = (
    Column("Compte", lambda line: line.account),
    Column("Code produit", lambda line: line.product_code),
    Column("Libellé", lambda line: line.label, stretch=True),
    Column("Montant", lambda line: line.cents, amount, number=True),
)
