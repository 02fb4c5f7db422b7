"""Freezing: drafts bear a number, and all that their papers will say of the day of issue, in a few queries."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, bindparam, insert, literal_column, select, update
from sqlalchemy.orm import Session

from backoffice.billing.asking import Ask, Carry, biggest_first, carry, debit_day, is_void, payfip_reference
from backoffice.billing.letterhead import LetterheadFacts, letterhead_of
from backoffice.billing.numbers import INVOICES, take_numbers
from backoffice.billing.once import letterhead
from backoffice.billing.rules import invoice_number
from backoffice.debits.calendar import target_day
from backoffice.office import Work
from backoffice.sync.contract import ViewKind
from backoffice.treasury.periods import hold_regie, refuse_closed
from models.office.billing import OWED, CarryOver, Invoice
from models.office.debits import Mandate
from models.office.payments import AcceptedMeans
from models.office.structure import Regie, Service
from models.vocabulary import InvoiceStatus, MandateState, PaymentMeans

FEW = 500  # households that a query names; beyond, it reads them all
ONLINE = frozenset({PaymentMeans.ONLINE_CARD, PaymentMeans.ONLINE_DEBIT})
Household = tuple[int, int]  # family, régie


@dataclass(frozen=True, slots=True)
class Draft:
    """An invoice about to be issued: a row of `invoice` still without a number."""

    id: int
    family_id: int
    service_id: int
    total_cents: int
    aid_cents: int = 0

    @property
    def net_cents(self) -> int:
        """What the household owes, aids deducted."""
        return self.total_cents - self.aid_cents


@dataclass(frozen=True, slots=True)
class Frozen:
    """What became of a draft."""

    id: int
    number: str
    carried: bool
    debit_on: date | None


class _Due(NamedTuple):
    """What a household still owes on an invoice of before."""

    id: int
    cents: int
    waits: bool  # small, and no paper has asked for it yet
    debit_on: date | None  # the debit that its paper announced


@dataclass(frozen=True, slots=True)
class _Service:
    """A service, and what its régie's act allows."""

    id: int
    code: str
    regie: Regie
    facts: LetterheadFacts
    means: frozenset[PaymentMeans]

    def due_on(self, day: date) -> date:
        """Give the day until which an invoice issued on a day may be paid."""
        return day + timedelta(days=self.facts.due_days)

    @property
    def online(self) -> bool:
        """Tell whether its invoices may be paid on PayFiP."""
        return bool(self.regie.payfip_client and ONLINE & self.means)

    @property
    def debits(self) -> bool:
        """Tell whether its invoices may be debited."""
        return bool(self.regie.ics and PaymentMeans.SEPA_DEBIT in self.means)


@dataclass(slots=True)
class _Run:
    """What issuing looks at besides the drafts, read once; and what it writes."""

    today: date
    services: Mapping[int, _Service]
    dues: Mapping[Household, Sequence[_Due]]
    mandates: Mapping[Household, Sequence[Mandate]]
    rows: dict[int, dict[str, Any]] = field(default_factory=dict)  # by place
    taken: list[dict[str, int]] = field(default_factory=list)
    again: list[tuple[int, int]] = field(default_factory=list)  # small invoices of before, and their households

    def recalled(self, due: _Due) -> bool:
        """Tell whether a paper recalls what is due of before: not what it asks for itself, nor what will be debited."""
        return not due.waits and (due.debit_on is None or due.debit_on < self.today)


def open_books(session: Session, service_ids: Collection[int], day: date) -> None:
    """Hold the régies of some services, then refuse a day that one of them has closed: before anything is issued.

    Raises:
        RefusedByRule: the day is closed.
    """
    regies = session.scalars(select(Service.regie_id).where(Service.id.in_(service_ids)).distinct())
    for regie_id in sorted(regies.all()):
        hold_regie(session, regie_id)
        refuse_closed(session, regie_id, day)


def freeze(work: Work, drafts: Sequence[Draft]) -> list[Frozen]:
    """Number drafts in the order given, and freeze what each asks, when, and by which way; the caller signs.

    Its caller has called `open_books`, and written the rows and their lines. An invoice whose aids cover all is paid at
    once. One that is too small waits for a bigger one of its household: see `backoffice.billing.asking.carry`.
    """
    if not drafts:
        return []
    session = work.session
    services = _services(work, {draft.service_id for draft in drafts})
    regies = {service.regie.id: service.regie for service in services.values()}
    families = {draft.family_id for draft in drafts}
    run = _Run(work.today, services, _dues(session, regies, families), _mandates(session, regies, families))
    households: dict[Household, list[int]] = defaultdict(list)
    for place, draft in enumerate(drafts):
        households[draft.family_id, services[draft.service_id].regie.id].append(place)
    for household, places in households.items():
        _ask(run, household, {place: drafts[place] for place in places})
    frozen = _number(work, run, drafts)
    _write(session, run)
    for invoice_id, family_id in run.again:
        work.show(ViewKind.INVOICE, invoice_id, family_id)
    return frozen


def _services(work: Work, ids: Collection[int]) -> Mapping[int, _Service]:
    session = work.session
    rows = session.execute(select(Service, Regie).join(Regie, Service.regie_id == Regie.id).where(Service.id.in_(ids)))
    allowed: dict[int, set[PaymentMeans]] = defaultdict(set)
    for service_id, means in session.execute(
        select(AcceptedMeans.service_id, AcceptedMeans.means).where(AcceptedMeans.service_id.in_(ids))
    ):
        allowed[service_id].add(means)
    found = {}
    for service, regie in rows.all():
        facts = letterhead_of(session, service.id)
        one = _Service(service.id, service.code, regie, facts, frozenset(allowed[service.id]))
        address = work.settings.public_url if one.online else ""
        found[service.id] = replace(one, facts=replace(facts, pay_online_at=address))
    return found


def _dues(session: Session, regies: Collection[int], families: Collection[int]) -> Mapping[Household, Sequence[_Due]]:
    """Read what is still due on invoices of before, the oldest first; through their own index, however long the past."""
    services = select(Service.id, Service.regie_id).where(Service.regie_id.in_(regies))
    regie_of = {row.id: row.regie_id for row in session.execute(services)}
    query = (
        select(
            Invoice.family_id,
            Invoice.service_id,
            Invoice.id,
            (Invoice.total_cents - Invoice.aid_cents - Invoice.credited_cents - Invoice.paid_cents).label("cents"),
            (Invoice.carried & CarryOver.invoice_id.is_(None)).label("waits"),
            Invoice.debit_on,
        )
        .outerjoin(CarryOver, CarryOver.invoice_id == Invoice.id)
        .where(literal_column(OWED), *_of(families))
        .order_by(Invoice.family_id, Invoice.issued_on, Invoice.id)
    )
    found: dict[Household, list[_Due]] = defaultdict(list)
    for family_id, service_id, invoice_id, cents, waits, debit_on in session.connection().execute(query):
        if service_id in regie_of:
            found[family_id, regie_of[service_id]].append(_Due(invoice_id, cents, waits, debit_on))
    return found


def _of(families: Collection[int]) -> list[ColumnElement[bool]]:
    return [Invoice.family_id.in_(sorted(families))] if len(families) <= FEW else []


def _mandates(
    session: Session, regies: Mapping[int, Regie], families: Collection[int]
) -> Mapping[Household, Sequence[Mandate]]:
    """Read the mandates that may be used, the latest first; one that serves once is left out once announced."""
    announced = select(Invoice.id).where(Invoice.mandate_id == Mandate.id).exists()
    query = (
        select(Mandate)
        .where(
            Mandate.regie_id.in_([regie.id for regie in regies.values() if regie.ics]),
            Mandate.state == MandateState.ACTIVE,
            Mandate.signed_on.is_not(None),
            ~Mandate.one_off | (Mandate.last_debit_on.is_(None) & ~announced),
        )
        .order_by(Mandate.signed_on.desc(), Mandate.id.desc())
    )
    found: dict[Household, list[Mandate]] = defaultdict(list)
    for mandate in session.scalars(query if len(families) > FEW else query.where(Mandate.family_id.in_(families))):
        found[mandate.family_id, mandate.regie_id].append(mandate)
    return found


def _ask(run: _Run, household: Household, drafts: Mapping[int, Draft]) -> None:
    """Say what each invoice of a household at a régie asks."""
    asks = [Ask(place, draft.net_cents) for place, draft in drafts.items()]
    dues = run.dues.get(household, ())
    waiting = [due for due in dues if due.waits]
    regie = run.services[next(iter(drafts.values())).service_id].regie
    decided = carry(asks, sum(due.cents for due in waiting), regie.carry_below_cents)
    for place, draft in drafts.items():
        run.rows[place] = {
            "draft_id": draft.id,
            "now": InvoiceStatus.ISSUED if draft.net_cents else InvoiceStatus.PAID,
            "small": place in decided.waiting,
            "with_others": 0,
            "before": sum(due.cents for due in dues if run.recalled(due)),
            "mandate": None,
            "debited": None,
            "notice": None,
        }
    if decided.taker is not None:
        _take(run, decided, drafts, waiting)
    _announce(run, household, drafts, [ask for ask in asks if ask.net_cents and ask.place not in decided.waiting])


def _take(run: _Run, decided: Carry, drafts: Mapping[int, Draft], waiting: Sequence[_Due]) -> None:
    """Let an invoice ask for small ones: those of before first, then those of the run."""
    assert decided.taker is not None, "somebody takes"
    small = [(due.id, due.cents) for due in waiting]
    small += [(drafts[place].id, drafts[place].net_cents) for place in sorted(decided.waiting)]
    into = drafts[decided.taker].id
    run.taken += [{"invoice_id": invoice_id, "into_id": into, "cents": cents} for invoice_id, cents in small]
    run.again += [(due.id, drafts[decided.taker].family_id) for due in waiting]
    run.rows[decided.taker]["with_others"] = sum(cents for _, cents in small)


def _announce(run: _Run, household: Household, drafts: Mapping[int, Draft], asks: Sequence[Ask]) -> None:
    """Announce the debits of a household that has a mandate; one that serves once is for the biggest invoice."""
    mandates = run.mandates.get(household, ())
    for ask in biggest_first(asks) if mandates else ():
        service = run.services[drafts[ask.place].service_id]
        due_on = service.due_on(run.today)
        on = target_day(debit_day(run.today, due_on, service.regie.notice_days))
        mandate = next((one for one in mandates if not is_void(one.last_debit_on or _signed(one), on)), None)
        if mandate is None or not service.debits:
            continue
        notice = {"ics": service.regie.ics, "rum": mandate.rum, "ending": mandate.iban_ending}
        run.rows[ask.place].update(mandate=mandate.id, debited=on, notice=notice)
        if mandate.one_off:
            mandates = [one for one in mandates if one is not mandate]


def _signed(mandate: Mandate) -> date:
    assert mandate.signed_on, "an unsigned mandate is not read"
    return mandate.signed_on


def _number(work: Work, run: _Run, drafts: Sequence[Draft]) -> list[Frozen]:
    """Take the numbers of each service, and give them out in the order of the drafts."""
    year, places = run.today.year, defaultdict[int, list[int]](list)
    for place, draft in enumerate(drafts):
        places[draft.service_id].append(place)
    for service_id, of_service in places.items():
        service = run.services[service_id]
        shared = {
            "content": letterhead(work.session, service.facts.as_json()),
            "due": service.due_on(run.today),
            "since": run.today,
            "of_year": year,
        }
        ranks = take_numbers(work.session, INVOICES, service.code, year, len(of_service))
        for place, rank in zip(of_service, ranks, strict=True):
            number, row = invoice_number(service.code, year, rank), run.rows[place]
            reference = payfip_reference(number) if service.online and drafts[place].net_cents else None
            row.update(shared, given=number, rank_given=rank, reference=reference)
    rows = (run.rows[place] for place in range(len(drafts)))
    return [Frozen(row["draft_id"], row["given"], row["small"], row["debited"]) for row in rows]


def _write(session: Session, run: _Run) -> None:
    """Write all invoices in one statement, and which asks for which in another."""
    statement = update(Invoice).where(Invoice.id == bindparam("draft_id"))
    session.flush()
    session.connection().execute(
        statement.values(
            status=bindparam("now"),
            number=bindparam("given"),
            year=bindparam("of_year"),
            rank=bindparam("rank_given"),
            issued_on=bindparam("since"),
            due_on=bindparam("due"),
            letterhead_id=bindparam("content"),
            carried=bindparam("small"),
            carried_cents=bindparam("with_others"),
            previous_balance_cents=bindparam("before"),
            payfip_reference=bindparam("reference"),
            mandate_id=bindparam("mandate"),
            debit_on=bindparam("debited"),
            debit_notice=bindparam("notice"),
            version=Invoice.version + 1,
        ),
        list(run.rows.values()),
    )
    if run.taken:
        session.execute(insert(CarryOver), run.taken)
    for known in [one for one in session.identity_map.values() if isinstance(one, Invoice)]:
        session.expire(known)  # written behind its back
