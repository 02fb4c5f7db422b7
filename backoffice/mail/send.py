"""Sending what waits: claimed, handed over, noted; a cut in between is told, never guessed."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.orm import Session

from backoffice.mail.transport import Carrier, NotNow, RefusedForGood, Transport, Uncertain
from backoffice.office import Changed, Office, Work
from backoffice.permissions import SYSTEM
from models.office.house import Mail
from models.office.structure import Regie
from models.vocabulary import MailState
from resources.french import NARROW, in_paris, plural

CLAIMED_FOR = timedelta(minutes=10)  # longer than any conversation with a server
MOST_TRIES = 12
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
CUT = f"Le programme s'est arrêté pendant l'envoi{NARROW}: ce message est peut-être parti."
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class MailReport:
    """What became of the e-mails of one turn."""

    sent: int = 0
    postponed: int = 0
    failed: int = 0
    uncertain: int = 0
    waiting: int = 0

    @property
    def sentence(self) -> str:
        """Tell the agent."""
        parts = [plural(self.sent, "e-mail parti", "e-mails partis")]
        if self.waiting:
            parts.append(f"{self.waiting} en attente")
        if self.failed:
            parts.append(plural(self.failed, "refusé", "refusés"))
        if self.uncertain:
            parts.append(plural(self.uncertain, "incertain", "incertains"))
        return f"{', '.join(parts)}."


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An e-mail that this programme alone may now send."""

    id: int
    message_id: str
    sender: tuple[str, str]
    answer_to: str
    recipient: str
    subject: str
    text: str
    date: str

    def message(self) -> EmailMessage:
        """Write it as mail servers read it."""
        message = EmailMessage(policy=SMTP)
        message["From"] = formataddr(self.sender)
        message["Reply-To"] = self.answer_to
        message["To"] = self.recipient
        message["Subject"] = self.subject
        message["Date"] = self.date
        message["Message-ID"] = self.message_id
        message["Content-Language"] = "fr"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(self.text)
        return message


def send_waiting(office: Office, transport: Transport | None, *, limit: int = 100) -> MailReport:
    """Send the e-mails whose time has come; without a mail server they wait.

    Kill it anywhere: what had certainly not left is sent at the next turn, what may have left is told to an agent.
    """
    if office.read(_any_left_over, office.now()):
        office.write(_tell_left_overs, SYSTEM)
    due = office.read(_due, office.now(), limit) if transport else []
    counts = dict.fromkeys(MailState, 0)
    if transport and due:
        _send_all(office, transport, due, counts)
    return MailReport(
        sent=counts[MailState.SENT], postponed=counts[MailState.WAITING], failed=counts[MailState.FAILED],
        uncertain=counts[MailState.UNCERTAIN], waiting=office.read(_waiting),
    )  # fmt: skip


def _send_all(office: Office, transport: Transport, due: list[int], counts: dict[MailState, int]) -> None:
    try:
        with transport.line() as carrier:
            for mail_id in due:
                outgoing = office.write(_claim, SYSTEM, mail_id)
                if outgoing:
                    counts[_send(office, carrier, outgoing)] += 1
    except NotNow as error:
        log.warning("mail server unavailable: %s", error)
        counts[MailState.WAITING] += office.write(_postpone_all, SYSTEM, due, str(error))


def _send(office: Office, carrier: Carrier, outgoing: Outgoing) -> MailState:
    try:
        carrier.deliver(outgoing.message())
    except NotNow as error:
        return office.write(_note, SYSTEM, outgoing.id, MailState.WAITING, str(error))
    except (RefusedForGood, ValueError, IndexError) as error:  # an address that no header can hold
        return office.write(_note, SYSTEM, outgoing.id, MailState.FAILED, str(error))
    except Uncertain as error:
        return office.write(_note, SYSTEM, outgoing.id, MailState.UNCERTAIN, str(error))
    return office.write(_note, SYSTEM, outgoing.id, MailState.SENT, None)


def _due(session: Session, now: datetime, limit: int) -> list[int]:
    query = select(Mail.id).where(Mail.state == MailState.WAITING, Mail.next_try_at <= now)
    return list(session.scalars(query.order_by(Mail.next_try_at, Mail.id).limit(limit)))


def _waiting(session: Session) -> int:
    return session.scalar(select(func.count()).where(Mail.state == MailState.WAITING)) or 0


def _any_left_over(session: Session, now: datetime) -> bool:
    query = select(Mail.id).where(Mail.state == MailState.SENDING, Mail.next_try_at <= now)
    return session.scalar(query.limit(1)) is not None


def _tell_left_overs(work: Work) -> None:
    """Mark what a stopped programme was sending: it is never sent again by itself."""
    for mail in work.session.scalars(select(Mail).where(Mail.state == MailState.SENDING, Mail.next_try_at <= work.now)):
        mail.state, mail.error = MailState.UNCERTAIN, CUT
    work.changed(Changed.MAIL)


def _claim(work: Work, mail_id: int) -> Outgoing | None:
    """Take an e-mail for oneself, before a word of it leaves."""
    taken = work.session.execute(
        update(Mail)
        .where(Mail.id == mail_id, Mail.state == MailState.WAITING, Mail.next_try_at <= work.now)
        .values(state=MailState.SENDING, tries=Mail.tries + 1, next_try_at=work.now + CLAIMED_FOR)
    )
    assert isinstance(taken, CursorResult)
    if not taken.rowcount:
        return None
    mail = work.session.get_one(Mail, mail_id, populate_existing=True)
    assert mail.body_sealed is not None
    regie = work.session.scalars(select(Regie).order_by(Regie.id).limit(1)).first()
    sender = (regie.name if regie else "", work.settings.mail_from)
    return Outgoing(
        mail.id, mail.message_id, sender, regie.email if regie else work.settings.mail_from, mail.recipient,
        mail.subject, work.sealer.unseal(mail.body_sealed), format_datetime(in_paris(work.now)),
    )  # fmt: skip


def _note(work: Work, mail_id: int, state: MailState, error: str | None) -> MailState:
    mail = work.session.get_one(Mail, mail_id)
    if state is MailState.WAITING and mail.tries >= MOST_TRIES:
        state = MailState.FAILED
    mail.state, mail.error = state, error[:200] if error else None
    if state is MailState.SENT:
        mail.sent_at, mail.body_sealed = work.now, None
    elif state is MailState.WAITING:
        mail.next_try_at = work.now + _wait(mail.tries)
    work.changed(Changed.MAIL)
    return state


def _postpone_all(work: Work, mail_ids: list[int], error: str) -> int:
    """Put off what has not been claimed; without a mail server nothing counts as a try of its own."""
    waiting = work.session.scalars(select(Mail).where(Mail.id.in_(mail_ids), Mail.state == MailState.WAITING)).all()
    for mail in waiting:
        mail.error, mail.next_try_at = error[:200], work.now + FIRST_WAIT
    work.changed(Changed.MAIL)
    return len(waiting)


def _wait(tries: int) -> timedelta:
    return min(FIRST_WAIT * (1 << (tries - 1)), LONGEST_WAIT)
