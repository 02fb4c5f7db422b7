"""The lists of the direct debits: mandates, runs and their debits, rejections."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import BigInteger, cast, func, select
from sqlalchemy.orm import Session

from backoffice.debits.accounts import DOTS, opened_account
from backoffice.debits.candidates import phone_of
from backoffice.debits.reasons import Reason, reason_of
from backoffice.families.lists import full_name, guardians_of, payer_first
from backoffice.sealing import Sealer
from models.office.billing import Invoice
from models.office.debits import BankFile, DebitRun, DirectDebit, Mandate
from models.office.families import Family
from models.office.structure import Commune, Regie
from models.vocabulary import DebitSequence, DebitState, MandateState
from resources.french import search_key

LONGEST_LIST = 5000


@dataclass(frozen=True, slots=True)
class RegieRow:
    """A régie that may debit."""

    id: int
    name: str
    ics: str | None
    notice_days: int


@dataclass(frozen=True, slots=True)
class MandateRow:
    """One line of the mandates; its account is masked."""

    id: int
    rum: str
    state: MandateState
    reason: str | None
    family_id: int
    family: str
    family_number: str
    sort_key: str
    phone: str
    holder: str
    account: str
    one_off: bool
    signed_on: date | None
    signed_at_place: str | None
    last_debit_on: date | None
    rejections: int


@dataclass(frozen=True, slots=True)
class RunRow:
    """One line of the runs."""

    id: int
    number: str
    scheme: str
    debit_on: date
    made_at: datetime
    made_by: str
    count: int
    amount_cents: int
    settled_at: datetime | None
    rejected: int
    rejected_cents: int


@dataclass(frozen=True, slots=True)
class DebitRow:
    """One debit of a run, rejected or not."""

    id: int
    run: str
    debit_on: date
    end_to_end: str
    invoice_id: int
    invoice: str
    family_id: int
    family: str
    sort_key: str
    rum: str
    sequence: DebitSequence
    amount_cents: int
    state: DebitState
    settled: bool  # its receipt was written
    rejected_on: date | None
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class BankFileRow:
    """A file of the bank that was read."""

    id: int
    message: str
    read_at: datetime
    read_by: str
    rejections: int


@dataclass(frozen=True, slots=True)
class Payer:
    """What a new mandate is filled in with: the household, who pays, and the town."""

    family_id: int
    family: str
    holder: str
    city: str


def regies(session: Session) -> tuple[RegieRow, ...]:
    """List the régies, those that may debit first."""
    query = select(Regie.id, Regie.name, Regie.ics, Regie.notice_days).order_by(Regie.ics.is_(None), Regie.id)
    return tuple(RegieRow(*row) for row in session.execute(query))


def mandates(session: Session, sealer: Sealer, regie_id: int, search: str = "") -> tuple[MandateRow, ...]:
    """List the mandates of a régie whose household, holder or RUM holds every word of a search."""
    rows = session.execute(
        select(Mandate, Family)
        .join(Family, Mandate.family_id == Family.id)
        .where(Mandate.regie_id == regie_id)
        .order_by(Family.search_key, Family.id, Mandate.id.desc())
    ).all()
    words = search_key(search).split()
    kept = [(mandate, family) for mandate, family in rows if _holds(mandate, family, words)][:LONGEST_LIST]
    guardians = guardians_of(session, {family.id for _, family in kept}) if kept else {}
    return tuple(
        MandateRow(
            mandate.id, mandate.rum, mandate.state, mandate.state_reason, family.id, family.name, family.number,
            family.search_key, phone_of(guardians.get(family.id, [])), mandate.holder, account_of(sealer, mandate),
            mandate.one_off, mandate.signed_on, mandate.signed_at_place, mandate.last_debit_on, mandate.rejections,
        )
        for mandate, family in kept
    )  # fmt: skip


def account_of(sealer: Sealer, mandate: Mandate) -> str:
    """Show the account of a mandate by its ends; by its last figures alone when its seal cannot be opened."""
    return opened_account(sealer, mandate) or f"{DOTS} {mandate.iban_ending}"


def runs(session: Session, regie_id: int) -> tuple[RunRow, ...]:
    """List the runs of a régie, the latest first."""
    query = (
        select(
            DebitRun.id, DebitRun.number, DebitRun.scheme, DebitRun.debit_on, DebitRun.made_at, DebitRun.made_by,
            DebitRun.count, DebitRun.amount_cents, DebitRun.settled_at,
            func.count(DirectDebit.id), cast(func.coalesce(func.sum(DirectDebit.amount_cents), 0), BigInteger),
        )
        .outerjoin(DirectDebit, (DirectDebit.run_id == DebitRun.id) & (DirectDebit.state == DebitState.REJECTED))
        .where(DebitRun.regie_id == regie_id)
        .group_by(DebitRun.id)
        .order_by(DebitRun.debit_on.desc(), DebitRun.id.desc())
    )  # fmt: skip
    return tuple(RunRow(*row) for row in session.execute(query))


def debits_of(
    session: Session, regie_id: int, *, run_id: int | None = None, rejected: bool = False, search: str = ""
) -> tuple[DebitRow, ...]:
    """List the debits of a run, the rejected ones of all runs, or those that a search finds."""
    query = (
        select(DirectDebit, DebitRun.number, DebitRun.debit_on, Invoice, Family, Mandate.rum)  # never a run's file
        .join(DebitRun, DirectDebit.run_id == DebitRun.id)
        .join(Invoice, DirectDebit.invoice_id == Invoice.id)
        .join(Family, Invoice.family_id == Family.id)
        .join(Mandate, DirectDebit.mandate_id == Mandate.id)
        .where(DebitRun.regie_id == regie_id)
    )
    if run_id is not None:
        query = query.where(DirectDebit.run_id == run_id).order_by(Family.search_key, DirectDebit.id)
    elif rejected:
        query = query.where(DirectDebit.state == DebitState.REJECTED)
        query = query.order_by(DirectDebit.rejected_on.desc(), DirectDebit.id.desc())
    else:
        query = query.where(DirectDebit.state != DebitState.REJECTED).order_by(DirectDebit.id.desc())
    for word in search_key(search).split():
        pattern = f"%{word.replace('%', '').replace('_', '')}%"
        query = query.where(Family.search_key.like(pattern) | func.lower(DirectDebit.end_to_end).like(pattern))
    return tuple(
        DebitRow(
            debit.id, run, debit_on, debit.end_to_end, invoice.id, invoice.number or "", family.id,
            family.name, family.search_key, rum, debit.sequence, debit.amount_cents, debit.state,
            debit.payment_id is not None, debit.rejected_on,
            reason_of(debit.reject_code) if debit.reject_code else None,
        )
        for debit, run, debit_on, invoice, family, rum in session.execute(query.limit(LONGEST_LIST))
    )  # fmt: skip


def bank_files(session: Session, regie_id: int) -> tuple[BankFileRow, ...]:
    """List the files of the bank that were read, the latest first."""
    query = (
        select(BankFile.id, BankFile.message, BankFile.read_at, BankFile.read_by, BankFile.rejections)
        .where(BankFile.regie_id == regie_id)
        .order_by(BankFile.id.desc())
    )
    return tuple(BankFileRow(*row) for row in session.execute(query))


def payer_of(session: Session, family_id: int) -> Payer:
    """Give what a new mandate of a household is filled in with."""
    family = session.get_one(Family, family_id)
    guardians = payer_first(guardians_of(session, [family_id]).get(family_id, []))
    holder = full_name(guardians[0]) if guardians else family.name
    city = guardians[0].city if guardians else session.scalar(select(Commune.name).limit(1)) or ""
    return Payer(family_id, family.name, holder, city)


def _holds(mandate: Mandate, family: Family, words: list[str]) -> bool:
    key = f"{family.search_key} {family.number.lower()} {search_key(mandate.holder)} {mandate.rum.lower()}"
    return all(word in key for word in words)
