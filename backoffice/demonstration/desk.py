"""The régisseur's desk, week after week: what families bring, the slips, the account paid over, the months closed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from backoffice.demonstration.commune import Season
from backoffice.office import Work
from backoffice.payments.book import Share
from backoffice.payments.receive import receive
from backoffice.treasury.balance import balance
from backoffice.treasury.close import close, propose_closing
from backoffice.treasury.deposit import deposit, waiting
from backoffice.treasury.periods import closed_until
from backoffice.treasury.remit import propose_remittance, remit
from models.office.billing import PAYABLE, CarryOver, Invoice
from models.office.structure import Regie, Service
from models.vocabulary import ClosingKind, PaymentMeans

SAMPLE = 1  # the family that shows the portal: an invoice paid in part, others to pay, a receipt
FATES = {  # one family in so many, and the rest of its number
    "never": (19, 3),
    "morning": (12, 9),  # pays this morning what it owes since a month
    "late": (16, 2),
    "half": (29, 9),
    "more": (31, 5),
}
DESK = {PaymentMeans.CHEQUE: 44, PaymentMeans.CARD: 26, PaymentMeans.TRANSFER: 18, PaymentMeans.CASH: 12}
VOUCHERS = {
    "CRECHE": (PaymentMeans.CESU, 0.3),
    "ALSH": (PaymentMeans.ANCV, 0.12),
}  # how often, when nothing else is owed
WEEKLY = (PaymentMeans.CHEQUE, PaymentMeans.CASH, PaymentMeans.CARD)
MONTHLY = (PaymentMeans.CESU, PaymentMeans.ANCV)
BANKS = ("Banque des Sources", "Crédit du Vair", "Caisse de la Plaine")
MOST_CASH = 6000  # cents that a family brings in notes
LEAST_LEFT = 1000  # cents that are worth coming again for
TILL, IN_HAND = 28500, 5  # cents in the till this morning, under a ceiling of 300 €; cheques and slips in hand


@dataclass(frozen=True, slots=True)
class Purse:
    """What a household owes for a month, and how it pays."""

    family_id: int
    month: date
    shares: tuple[Share, ...]
    services: frozenset[str]
    fate: str
    day: date | None  # on which it comes; none: it does not
    draw: Random

    @property
    def cents(self) -> int:
        """What is due in all."""
        return sum(share.cents for share in self.shares)


def regie_of(session: Session) -> int:
    """Give the commune's régie."""
    return session.scalars(select(Regie.id)).one()


def week_at_desk(work: Work, season: Season, since: date) -> None:
    """Receive what came in the days after `since`, today included, then put it on slips."""
    regie_id = regie_of(work.session)
    first = max(since, closed_until(work.session, regie_id) or since) + timedelta(days=1)
    for purse in _purses(work.session, season):
        if purse.day is not None and since < purse.day <= work.today:
            _pay(work, purse, max(purse.day, first))
    make_slips(work, regie_id, WEEKLY)


def make_slips(work: Work, regie_id: int, means: Iterable[PaymentMeans]) -> None:
    """Take to the account all that is in hand of some means."""
    for one in means:
        if rows := waiting(work.session, regie_id, one):
            total = sum(row.amount_cents for row in rows)
            deposit(work, regie_id, one, [row.id for row in rows], made_on=work.today, seen_cents=total)


def end_month(work: Work) -> None:
    """On its last day: the vouchers to their slips, the account paid over, the month closed."""
    regie_id = regie_of(work.session)
    make_slips(work, regie_id, MONTHLY)
    found = propose_remittance(work.session, regie_id, work.today)
    if found.amount_cents > 0:
        remit(work, regie_id, made_on=work.today, seen_cents=found.amount_cents)
    proposal = propose_closing(work.session, regie_id, ClosingKind.MONTH, work.today, today=work.today)
    close(work, regie_id, ClosingKind.MONTH, work.today, seen=proposal.seen)


def fill_hand(work: Work, season: Season) -> None:
    """This morning: cheques and card slips in hand, and a till near its ceiling."""
    regie_id, draw = regie_of(work.session), Random(work.today.toordinal())  # noqa: S311 a demonstration
    days, held = _open_days(work, regie_id), 0
    left = TILL - balance(work.session, regie_id).till_cents
    for purse in _purses(work.session, season):
        if purse.fate != "morning":
            continue
        if cents := _in_notes(purse.cents, left):
            left -= cents
            _receive(work, purse, PaymentMeans.CASH, cents, draw.choice(days))
        elif held < IN_HAND:
            held += 1
            means = PaymentMeans.CARD if held % 3 == 0 else PaymentMeans.CHEQUE
            _receive(work, purse, means, purse.cents, draw.choice(days))


def _in_notes(due: int, left: int) -> int:
    """Say what a household brings in notes: all that it owes, or the most that the till takes if much is left to pay."""
    return due if due <= left else left if due - left >= LEAST_LEFT else 0


def _open_days(work: Work, regie_id: int) -> list[date]:
    """List the last working days that are open: today at least."""
    closed = closed_until(work.session, regie_id)
    days = [work.today - timedelta(days=back) for back in range(4)]
    return [day for day in days if day.isoweekday() < 6 and (closed is None or day > closed)] or [work.today]


def _purses(session: Session, season: Season) -> Iterator[Purse]:
    """Put together, by household and month, what is asked at the desk: not what is debited, nor asked later."""
    into = aliased(Invoice)
    asked = select(CarryOver.invoice_id).join(into, CarryOver.into_id == into.id).where(into.debit_on.is_(None))
    rows = session.execute(
        select(Invoice, Service.code)
        .join(Service, Service.id == Invoice.service_id)
        .where(Invoice.status.in_(PAYABLE), Invoice.debit_on.is_(None), ~Invoice.carried | Invoice.id.in_(asked))
        .order_by(Invoice.family_id, Invoice.month, Invoice.id)
    ).all()
    for (family_id, month), found in groupby(rows, key=lambda row: (row.Invoice.family_id, row.Invoice.month)):
        owed = list(found)
        shares = tuple(
            sorted((Share(row.Invoice.id, row.Invoice.due_cents) for row in owed), key=lambda one: -one.cents)
        )
        draw, fate = Random(f"{family_id} {month}"), _fate(family_id, month, season)  # noqa: S311 a demonstration
        day = _day(owed[0].Invoice.issued_on, fate, draw)
        yield Purse(family_id, month, shares, frozenset(row.code for row in owed), fate, day, draw)


def _fate(family_id: int, month: date, season: Season) -> str:
    """Say how a household pays a month: most of them, whole and in time."""
    last = month == season.months[1]
    if family_id == SAMPLE:
        return "half" if last else "whole"
    fate = next((fate for fate, (every, rest) in FATES.items() if family_id % every == rest), "whole")
    return "whole" if fate == "morning" and not last else fate


def _day(issued_on: date, fate: str, draw: Random) -> date | None:
    """Draw a working day on which a household comes."""
    if fate in {"never", "morning"}:
        return None
    day = issued_on + timedelta(days=draw.randrange(30, 50) if fate == "late" else draw.randrange(3, 20))
    return day - timedelta(days=max(0, day.isoweekday() - 5))


def _pay(work: Work, purse: Purse, day: date) -> None:
    """Receive one payment for all that a household owes for a month, a part of it, or a little more."""
    if purse.family_id == SAMPLE:
        _pay_sample(work, purse, day)
    elif purse.fate == "half":
        _receive(work, purse, PaymentMeans.CHEQUE, max(1, purse.cents // 2), day)
    elif purse.fate == "more":
        _receive(work, purse, PaymentMeans.CHEQUE, purse.cents // 1000 * 1000 + 1000, day)
    else:
        _receive(work, purse, _means(purse), purse.cents, day)


def _pay_sample(work: Work, purse: Purse, day: date) -> None:
    """Leave the sample family an invoice to pay and one paid in part; of three, the smallest is paid whole."""
    if purse.fate == "whole":
        _receive(work, purse, PaymentMeans.CHEQUE, purse.cents, day)
        return
    *others, smallest = purse.shares
    if len(others) > 1:
        _receive(work, replace(purse, shares=(smallest,)), PaymentMeans.CHEQUE, smallest.cents, day)
    _receive(work, purse, PaymentMeans.CARD, max(1, purse.shares[0].cents // 2), day)


def _means(purse: Purse) -> PaymentMeans:
    """Draw how a household pays: vouchers for what they may pay, the CAF for a few, no heap of notes."""
    chance = purse.draw.random()
    for service, (voucher, often) in VOUCHERS.items():
        if purse.services == {service} and chance < often:
            return voucher
    if "ALSH" in purse.services and chance > 0.97:
        return PaymentMeans.AID
    means = purse.draw.choices(tuple(DESK), weights=tuple(DESK.values()))[0]
    return PaymentMeans.CHEQUE if means is PaymentMeans.CASH and purse.cents > MOST_CASH else means


def _receive(work: Work, purse: Purse, means: PaymentMeans, cents: int, day: date) -> None:
    cheque = means is PaymentMeans.CHEQUE
    number = f"{purse.draw.randrange(10**6, 10**7)}" if means not in MONTHLY else str(max(1, cents // 1000))
    receive(
        work,
        regie_id=regie_of(work.session),
        family_id=purse.family_id,
        means=means,
        amount_cents=cents,
        received_on=day,
        shares=list(_up_to(purse.shares, cents)),
        keep_excess=cents > purse.cents,
        reference=None if means is PaymentMeans.CASH else number,
        bank=purse.draw.choice(BANKS) if cheque else None,
    )


def _up_to(shares: Sequence[Share], cents: int) -> Iterator[Share]:
    """Give the invoices what an amount settles of them, the first one first."""
    for share in shares:
        given = min(share.cents, cents)
        if given:
            yield Share(share.invoice_id, given)
        cents -= given
