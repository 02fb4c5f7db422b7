"""The office asks PayFiP of each online payment that is not settled, keeps its answers, and records what was paid."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Protocol

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from backoffice.clock import paris_instant
from backoffice.errors import RefusedByRule, Unavailable
from backoffice.office import Changed, Office, Work
from backoffice.payfip.client import Answer, PayfipClient, Standing
from backoffice.payments.book import counter
from backoffice.payments.online import MEANS, Paid, book_day, enter_paid, is_trial
from backoffice.payments.online_rules import STANDING_WORDS
from backoffice.permissions import Agent
from backoffice.treasury.periods import closed_until, hold_regie
from models.office.payments import OnlinePayment, Payment
from models.office.structure import Regie
from models.vocabulary import OnlineState, Role
from resources.french import NARROW, euros, plural

SURE_AFTER = timedelta(hours=24)  # until then, a payment refused or given up may still be made
NOT_PAID = frozenset({Standing.REFUSED, Standing.CANCELLED})


class Payfip(Protocol):
    """What is asked of PayFiP."""

    def detail(self, idop: str) -> Answer: ...


@dataclass(frozen=True, slots=True)
class AskReport:
    """How many payments were asked about, and the receipts written for those that the portal had not told."""

    asked: int
    receipts: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """Say it in French."""
        if not self.asked:
            return f"Rien à demander à PayFiP{NARROW}: tous les paiements de la période sont vérifiés."
        told = f"PayFiP a répondu pour {plural(self.asked, 'paiement')}"
        if not self.receipts:
            return f"{told}{NARROW}; rien de nouveau à encaisser."
        return f"{told}{NARROW}; {plural(len(self.receipts), 'encaissement')} de plus, quittance {', '.join(self.receipts)}."


def ask_payfip(
    office: Office,
    agent: Agent,
    regie_id: int,
    first: date,
    last: date,
    *,
    progress: Callable[[int, int, str], None],
    payfip: Payfip | None = None,
) -> AskReport:
    """Ask PayFiP of the payments of a period, and of all that still wait; each answer is kept in its own transaction.

    Raises:
        Unavailable: PayFiP or the database does not answer; the answers received before are kept.
        RefusedByRule: the régie has no client number at PayFiP.
    """
    agent.must_be(Role.CASHIER)
    wanted = office.read(_to_ask, regie_id, first, last)
    if not wanted:
        return AskReport(0)
    client = payfip or PayfipClient(office.settings.payfip_url)
    receipts: list[str] = []
    for done, idop in enumerate(wanted):
        progress(done, len(wanted), "Paiements demandés à PayFiP")
        try:
            answer = client.detail(idop)
        except Unavailable as error:
            kept = (
                f" {plural(done, 'réponse reçue avant est notée', 'réponses reçues avant sont notées')}."
                if done
                else ""
            )
            message = f"{error}{kept}"
            raise Unavailable(message) from error
        receipt = office.write(note_answer, agent, idop, answer)
        receipts += [receipt] if receipt else []
    progress(len(wanted), len(wanted), "Paiements demandés à PayFiP")
    return AskReport(len(wanted), tuple(receipts))


def check_line(office: Office, regie_id: int) -> str:
    """Test the line: ask PayFiP how it names the régie's client number, and say it in French.

    Raises:
        Unavailable: PayFiP does not answer.
        RefusedByRule: the régie has no client number, or PayFiP does not know it.
    """
    client = office.read(_client_of, regie_id)
    facts = PayfipClient(office.settings.payfip_url).client_check(client)
    return f"PayFiP répond{NARROW}: le client {facts.client} est «\xa0{', '.join(facts.names)}\xa0»."


def note_answer(work: Work, idop: str, answer: Answer) -> str | None:
    """Keep PayFiP's answer, and record the payment that it tells unless it is; give the receipt's number then."""
    work.agent.must_be(Role.CASHIER)
    regie, row = _hold(work.session, idop)
    row.payfip, row.asked_at = answer.as_json(), work.now
    work.sign("online.asked", "online_payment", idop, new={"standing": answer.standing, "amount_cents": answer.cents})
    work.changed(Changed.PAYMENTS)
    if answer.standing is not Standing.PAID or row.payment_id is not None or is_trial(row):
        return None
    return enter_paid(work, regie, row, _paid(work, answer)).receipt_number


def follow_payfip(work: Work, idop: str) -> str:
    """Make the books say what PayFiP says: reverse what it did not cash, and record what it did; tell it in French.

    Raises:
        RefusedByRule: PayFiP was not asked, or agrees with the books.
    """
    work.agent.must_be(Role.CASHIER)
    regie, row = _hold(work.session, idop)
    answer = Answer.from_json(row.payfip) if row.payfip else None
    payment = work.session.get(Payment, row.payment_id) if row.payment_id else None
    wrong = (
        answer
        and payment
        and (answer.standing in NOT_PAID or (answer.standing is Standing.PAID and answer.cents != payment.amount_cents))
    )
    if answer is None or payment is None or not wrong or _is_reversed(work.session, payment):
        message = "Les comptes disent déjà ce que PayFiP a répondu. Rien n'a été enregistré. Relisez la liste."
        raise RefusedByRule(message)
    said = f"PayFiP répond {STANDING_WORDS[answer.standing]}"
    said += f", {euros(answer.cents or 0)}" if answer.standing is Standing.PAID else ""
    day = book_day(work.today, work.today, closed_until(work.session, regie.id))
    entry = counter(work, regie, payment, reason=said, on=day)
    told = f"La quittance {payment.receipt_number} est annulée par la contre-écriture {entry.receipt_number}"
    if answer.standing is not Standing.PAID:
        return f"{told}{NARROW}; rien n'a été encaissé."
    row.payment_id = None
    fresh = enter_paid(work, regie, row, _paid(work, answer))
    return f"{told}{NARROW}; {euros(fresh.amount_cents)} sont encaissés, quittance {fresh.receipt_number}."


def _to_ask(session: Session, regie_id: int, first: date, last: date) -> Sequence[str]:
    """List the payments whose answer is not sure yet, of a period or still waiting, oldest first.

    Raises:
        RefusedByRule: the régie has no client number.
    """
    _client_of(session, regie_id)
    starts, ends = paris_instant(first, time()), paris_instant(last + timedelta(days=1), time())
    within = (OnlinePayment.started_at >= starts) & (OnlinePayment.started_at < ends)
    waits = OnlinePayment.payment_id.is_(None) & OnlinePayment.state.in_([OnlineState.STARTED, OnlineState.PAID])
    rows = session.scalars(
        select(OnlinePayment)
        .where(OnlinePayment.regie_id == regie_id, or_(within, waits))
        .order_by(OnlinePayment.started_at, OnlinePayment.idop)
    )
    return [row.idop for row in rows if not _is_sure(row)]


def _is_sure(row: OnlinePayment) -> bool:
    """Tell whether PayFiP's last answer will not change: paid, or long enough after the payment began."""
    if row.payfip is None or row.asked_at is None:
        return False
    standing = Standing(row.payfip["standing"])
    if standing is Standing.PAID:
        return row.payment_id is not None or is_trial(row)
    return row.asked_at - row.started_at >= SURE_AFTER and standing is not Standing.PENDING


def _hold(session: Session, idop: str) -> tuple[Regie, OnlinePayment]:
    regie = hold_regie(session, session.get_one(OnlinePayment, idop).regie_id)
    return regie, session.get_one(OnlinePayment, idop, with_for_update=True, populate_existing=True)


def _paid(work: Work, answer: Answer) -> Paid:
    return Paid(answer.cents or 0, MEANS[answer.means or "card"], answer.at or work.now)


def _is_reversed(session: Session, payment: Payment) -> bool:
    return session.scalar(select(Payment.id).where(Payment.reverses_id == payment.id)) is not None


def _client_of(session: Session, regie_id: int) -> str:
    client = session.get_one(Regie, regie_id).payfip_client
    if not client:
        message = (
            "La régie n'a pas de numéro de client PayFiP. Rien n'a été demandé. Notez-le dans les réglages de la régie."
        )
        raise RefusedByRule(message)
    return client
