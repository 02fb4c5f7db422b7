"""How families and the parts of their file are written in lists."""

from backoffice.billing.credit_lists import CreditNoteRow
from backoffice.billing.lists import STATUS_WORDS as INVOICE_WORDS
from backoffice.billing.lists import InvoiceRow
from backoffice.documents.lists import DOCUMENT_WORDS, DocumentRow
from backoffice.enrolments.lists import ENROLMENT_WORDS, EnrolmentRow
from backoffice.families.lists import ACCOUNT_WORDS, AccountState, FamilyRow
from backoffice.requests.lists import RequestRow
from backoffice.requests.words import STATUS_WORDS as REQUEST_WORDS
from models.vocabulary import Diet, DocumentState, EnrolmentStatus, FamilyKind
from resources.french import NARROW, euros, month_name, plural, short_date
from ui.billing.table import SHORT_WORDS
from ui.billing.table import STATES as INVOICE_STATES
from ui.common.cards import Face
from ui.common.table import Column
from ui.requests.table import STATUS_STATES as REQUEST_STATES
from ui.shell.theme import State

ACCOUNT_STATES = {
    AccountState.NONE: State.NEUTRAL,
    AccountState.INVITED: State.WAITING,
    AccountState.OPEN: State.ACCEPTED,
}
DOCUMENT_STATES = {
    DocumentState.MISSING: State.LATE,
    DocumentState.RECEIVED: State.WAITING,
    DocumentState.PROVIDED: State.ACCEPTED,
    DocumentState.EXPIRED: State.LATE,
    DocumentState.REFUSED: State.REFUSED,
}
ENROLMENT_STATES = {EnrolmentStatus.ACTIVE: State.ACCEPTED, EnrolmentStatus.ENDED: State.NEUTRAL}
KIND_WORDS = {
    FamilyKind.TOGETHER: "Vie commune",
    FamilyKind.SEPARATED: "Parents séparés",
    FamilyKind.SINGLE: "Parent seul",
}
DIET_WORDS = {Diet.NONE: "Sans régime particulier", Diet.NO_PORK: "Sans porc", Diet.VEGETARIAN: "Végétarien"}


def family_face(row: FamilyRow) -> Face:
    """Show a family in the list; what waits for the régie comes before its access to the portal."""
    children = row.children or "aucun enfant"
    guardians = row.guardians.replace(f" {row.name}", "")  # the name stands above
    detail = f"{row.number} — {guardians} — {children}"
    if row.waiting:
        return Face(row.name, detail, "families", plural(row.waiting, "demande"), State.WAITING)
    return Face(row.name, detail, "families", ACCOUNT_WORDS[row.account], ACCOUNT_STATES[row.account])


def _spoken(row: FamilyRow) -> str:
    waiting = f", {plural(row.waiting, 'demande')} en attente" if row.waiting else ""
    people = f"responsables{NARROW}: {row.guardians}, enfants{NARROW}: {row.children or 'aucun'}"
    return f"Famille {row.name}, n°\xa0{row.number}, {people}. {ACCOUNT_WORDS[row.account]}{waiting}"


FAMILY_COLUMNS: tuple[Column[FamilyRow], ...] = (
    Column(
        "Famille",
        lambda row: row.name,
        spoken=_spoken,
        tip=lambda row: f"{row.guardians}\n{row.children}",
        stretch=True,
    ),
)


def _period_words(row: EnrolmentRow) -> str:
    return f"Du {short_date(row.starts)} au {short_date(row.ends)}"


def _terms_words(row: EnrolmentRow) -> str:
    days = f"{row.days_a_week}\xa0j/sem." if row.days_a_week is not None else ""
    return ", ".join(part for part in (row.category or "", days) if part)


ENROLMENT_COLUMNS: tuple[Column[EnrolmentRow], ...] = (
    Column("Enfant", lambda row: row.child),
    Column("Activité", lambda row: row.activity),
    Column("Structure", lambda row: row.facility, tip=lambda row: row.facility, stretch=True),
    Column("Groupe", lambda row: row.group),
    Column("Conditions", _terms_words),
    Column("Jusqu'au", lambda row: row.ends, tip=_period_words, spoken=_period_words),
    Column("État", lambda row: row.status, ENROLMENT_WORDS.__getitem__, state=lambda row: ENROLMENT_STATES[row.status]),
)
DOCUMENT_COLUMNS: tuple[Column[DocumentRow], ...] = (
    Column("Document", lambda row: row.name, tip=lambda row: row.name, stretch=True),
    Column("Concerne", lambda row: row.owner),
    Column("État", lambda row: row.state, DOCUMENT_WORDS.__getitem__, state=lambda row: DOCUMENT_STATES[row.state]),
    Column("Jusqu'au", lambda row: row.valid_until),
    Column("Remarque", lambda row: row.reason or ("" if row.mandatory else "Facultatif"), tip=lambda row: row.blocks),
)


def _due_words(row: InvoiceRow) -> str:
    return f"À payer avant le {short_date(row.due_on)}" if row.due_on else "Pas encore émise"


def _status_words(row: InvoiceRow) -> str:
    return SHORT_WORDS.get(row.status) or INVOICE_WORDS[row.status]


INVOICE_COLUMNS: tuple[Column[InvoiceRow], ...] = (
    Column("Facture", lambda row: row.number or "Brouillon", tip=_due_words),
    Column("Service", lambda row: row.service, tip=lambda row: row.service, stretch=True),
    Column("Mois", lambda row: row.month, month_name),
    Column("Montant", lambda row: row.total_cents, euros, number=True),
    Column("Reste dû", lambda row: row.due_cents, euros, number=True),
    Column(
        "État", _status_words, state=lambda row: INVOICE_STATES[row.status], tip=lambda row: INVOICE_WORDS[row.status]
    ),
)
CREDIT_NOTE_COLUMNS: tuple[Column[CreditNoteRow], ...] = (
    Column("Avoir", lambda row: row.number, tip=lambda row: f"Établi par {row.issued_by}"),
    Column("Date", lambda row: row.issued_on),
    Column("Facture", lambda row: row.invoice_number),
    Column("Motif", lambda row: row.reason, tip=lambda row: row.reason, stretch=True),
    Column("Montant", lambda row: row.total_cents, euros, number=True),
)
REQUEST_COLUMNS: tuple[Column[RequestRow], ...] = (
    Column("Reçue le", lambda row: row.received_at),
    Column("Demande", lambda row: row.title, tip=lambda row: row.summary, stretch=True),
    Column("Par", lambda row: row.guardian),
    Column("Réponse", lambda row: row.decided_at),
    Column("État", lambda row: row.status, REQUEST_WORDS.__getitem__, state=lambda row: REQUEST_STATES[row.status]),
)
