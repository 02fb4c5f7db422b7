"""What may be debited on a day: the invoices whose paper announced it, and the families to call for the others."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.debits.accounts import DOTS, opened_account
from backoffice.debits.asked import asked_with, due_of
from backoffice.debits.calendar import target_day
from backoffice.debits.rules import TO_CALL, DebitFacts, Trouble, sequence_of, troubles
from backoffice.families.lists import guardians_of, payer_first
from backoffice.sealing import Sealer
from models.office.billing import PAYABLE, Invoice
from models.office.debits import DebitRun, DirectDebit, Mandate
from models.office.families import Family, Guardian
from models.office.structure import Regie, Service
from models.vocabulary import DebitSequence, DebitState
from resources.french import capital

RECENT = timedelta(days=31)  # how long an invoice paid otherwise is still told


@dataclass(frozen=True, slots=True)
class Candidate:
    """An invoice announced as debited, what would be debited, and what keeps it from being."""

    invoice_id: int
    number: str
    service: str
    family_id: int
    family: str
    family_number: str
    sort_key: str
    phone: str
    announced_on: date
    amount_cents: int
    mandate_id: int
    rum: str
    account: str  # masked
    one_off: bool
    used: bool  # another debit of the mandate came before
    sequence: DebitSequence
    again: bool  # rejected once already: the cashier chooses
    troubles: tuple[Trouble, ...]
    told: tuple[str, ...]

    @property
    def id(self) -> int:
        """Know the row in a list."""
        return self.invoice_id

    @property
    def is_ready(self) -> bool:
        """Tell whether it can be presented."""
        return not self.troubles

    @property
    def to_call(self) -> bool:
        """Tell whether the family is to be called."""
        return bool(TO_CALL.intersection(self.troubles))

    @property
    def sentence(self) -> str:
        """Say what is wrong, whom to call and where; nothing when it is ready."""
        if not self.troubles:
            return "Déjà rejetée une fois\u202f: cochez-la pour la présenter de nouveau." if self.again else ""
        why = capital(", ".join(self.told))
        if not self.to_call:
            return f"{why}."
        return f"{why}. Appelez la famille {self.family}{f' au {self.phone}' if self.phone else ''}."


class _Row(NamedTuple):
    """An invoice that announced a debit, with what it is about."""

    invoice: Invoice
    service: str
    family: Family
    mandate: Mandate


@dataclass(frozen=True, slots=True)
class _Past:
    """What was presented before: of the invoices, and of their mandates."""

    awaited: Mapping[int, str]  # the run, by invoice
    rejected: frozenset[int]  # invoices
    used: frozenset[int]  # mandates that a debit not rejected used
    ended: frozenset[int]  # mandates whose last debit is presented


def candidates(
    session: Session,
    sealer: Sealer,
    regie_id: int,
    debit_on: date,
    *,
    only: Collection[int] | None = None,
    last: Collection[int] = (),
) -> tuple[Candidate, ...]:
    """List what a régie may debit on a day, in the French order of the families.

    `only` keeps some invoices; `last` names the mandates whose debit would be the last one. Of two debits of one
    mandate, the second is recurrent; a one-off mandate has only one.
    """
    rows = _rows(session, regie_id, debit_on, only)
    asked = asked_with(session, [row.invoice for row in rows])
    past = _past(session, [row.invoice.id for row in rows], {row.mandate.id for row in rows})
    phones = _phones(session, {row.family.id for row in rows})
    notice_days = session.get_one(Regie, regie_id).notice_days
    found = []
    for row in rows:
        account, due_cents = opened_account(sealer, row.mandate), due_of(asked[row.invoice.id])
        facts = _facts(row, past, debit_on, notice_days=notice_days, due_cents=due_cents, readable=account is not None)
        shown = account or f"{DOTS} {row.mandate.iban_ending}"
        found.append(_candidate(row, past, facts, account=shown, phone=phones.get(row.family.id, "")))
    return _in_sequence(found, last)


def next_day(session: Session, regie_id: int, today: date) -> date:
    """Give the first day to come for which debits are announced; the next one on which banks settle otherwise."""
    first = session.scalar(
        select(func.min(Invoice.debit_on))
        .join(Service, Invoice.service_id == Service.id)
        .where(Service.regie_id == regie_id, Invoice.status.in_(PAYABLE), Invoice.debit_on > today)
        .where(Invoice.id.not_in(select(DirectDebit.invoice_id)))
    )
    return target_day(first or today + timedelta(days=1))


def phone_of(guardians: Iterable[Guardian]) -> str:
    """Give the number on which a household is best called: the payer's first."""
    for guardian in payer_first(guardians):
        if number := guardian.mobile or guardian.work_phone:
            return number
    return ""


def _in_sequence(rows: Sequence[Candidate], last: Collection[int]) -> tuple[Candidate, ...]:
    """Say the place of each debit in the life of its mandate, when these are presented together."""
    ready = [row for row in rows if row.is_ready]
    final = {row.mandate_id: row.invoice_id for row in ready if row.mandate_id in last}
    used: set[int] = {row.mandate_id for row in rows if row.used}
    once: set[int] = set()
    found = []
    for row in rows:
        sequence = sequence_of(
            one_off=row.one_off, used=row.mandate_id in used, last=final.get(row.mandate_id) == row.invoice_id
        )
        found.append(replace(row, sequence=sequence))
        if not row.is_ready:
            continue
        if row.one_off and row.mandate_id in once:
            ended = f"le mandat {row.rum} est ponctuel\u202f: il ne sert qu'une fois"
            found[-1] = replace(row, sequence=sequence, troubles=(Trouble.ENDED,), told=(ended,))
        once.add(row.mandate_id)
        used.add(row.mandate_id)
    return tuple(found)


def _rows(session: Session, regie_id: int, debit_on: date, only: Collection[int] | None) -> list[_Row]:
    presented = select(DirectDebit.invoice_id)
    told = (Invoice.debit_on > debit_on - RECENT) & Invoice.id.not_in(presented)  # what was paid otherwise
    query = (
        select(Invoice, Service.name, Family, Mandate)
        .join(Service, Invoice.service_id == Service.id)
        .join(Family, Invoice.family_id == Family.id)
        .join(Mandate, Invoice.mandate_id == Mandate.id)
        .where(Service.regie_id == regie_id, Invoice.number.is_not(None), Invoice.debit_on <= debit_on)
        .where(Invoice.status.in_(PAYABLE) | told)
        .order_by(Family.search_key, Family.id, Invoice.id)
    )
    return [
        _Row(*row) for row in session.execute(query if only is None else query.where(Invoice.id.in_(only)))
    ]  # fmt: skip


def _candidate(row: _Row, past: _Past, facts: DebitFacts, *, account: str, phone: str) -> Candidate:
    invoice, wrong = row.invoice, troubles(facts)
    return Candidate(
        invoice_id=invoice.id,
        number=invoice.number or "",
        service=row.service,
        family_id=row.family.id,
        family=row.family.name,
        family_number=row.family.number,
        sort_key=row.family.search_key,
        phone=phone,
        announced_on=invoice.debit_on or facts.debit_on,
        amount_cents=max(0, facts.due_cents),
        mandate_id=row.mandate.id,
        rum=row.mandate.rum,
        account=account,
        one_off=row.mandate.one_off,
        used=row.mandate.id in past.used or row.mandate.first_debit_on is not None,
        sequence=DebitSequence.RECURRENT,  # said later, among those presented together
        again=invoice.id in past.rejected,
        troubles=tuple(kind for kind, _ in wrong),
        told=tuple(told for _, told in wrong),
    )


def _facts(row: _Row, past: _Past, debit_on: date, *, notice_days: int, due_cents: int, readable: bool) -> DebitFacts:
    invoice, mandate = row.invoice, row.mandate
    assert invoice.issued_on, "an issued invoice is dated"
    served = mandate.id in past.used or mandate.last_debit_on is not None
    return DebitFacts(
        state=mandate.state,
        rum=mandate.rum,
        reason=mandate.state_reason,
        unused_since=mandate.last_debit_on or mandate.signed_on,
        ended=mandate.id in past.ended or (mandate.one_off and served),
        readable=readable,
        issued_on=invoice.issued_on,
        notice_days=notice_days,
        debit_on=debit_on,
        presented_in=past.awaited.get(invoice.id),
        due_cents=due_cents,
    )


def _past(session: Session, invoice_ids: Collection[int], mandate_ids: Collection[int]) -> _Past:
    of_invoices = session.execute(
        select(DirectDebit.invoice_id, DirectDebit.state, DebitRun.number)
        .join(DebitRun, DirectDebit.run_id == DebitRun.id)
        .where(DirectDebit.invoice_id.in_(invoice_ids))
    ).all()
    of_mandates = session.execute(
        select(DirectDebit.mandate_id, DirectDebit.sequence)
        .where(DirectDebit.mandate_id.in_(mandate_ids), DirectDebit.state != DebitState.REJECTED)
        .distinct()
    ).all()
    return _Past(
        awaited={row.invoice_id: row.number for row in of_invoices if row.state is DebitState.PRESENTED},
        rejected=frozenset(row.invoice_id for row in of_invoices if row.state is DebitState.REJECTED),
        used=frozenset(row.mandate_id for row in of_mandates),
        ended=frozenset(row.mandate_id for row in of_mandates if row.sequence is DebitSequence.FINAL),
    )


def _phones(session: Session, family_ids: Collection[int]) -> dict[int, str]:
    return {family_id: phone_of(found) for family_id, found in guardians_of(session, family_ids).items()}
