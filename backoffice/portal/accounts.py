"""Ways in: the link of an e-mail, the password, the open sign-ins."""

import hashlib
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, select, update

from backoffice.portal import guesses, outbox
from backoffice.portal.guesses import Tries
from backoffice.portal.outbox import Author, Form
from backoffice.portal.publish import folded
from backoffice.portal.settings import IDLE, KEPT_CONNECTIONS, LONGEST, SEEN_EVERY
from backoffice.portal.shown import NOBODY, structure_body, structure_of
from backoffice.portal.store import Moment, Work
from backoffice.sync.contract import AccountOpened, LinkAsked, StructureView
from models.portal import Account, Connection, SignIn

MOST_SHARERS = 4  # accounts of one address: two parents, or a parent of two households


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is signed in, as the server knows it."""

    guardian_id: int
    family_id: int
    name: str
    email: str
    sign_in: str  # the token's hash
    since: datetime
    thread_seen: int = 0  # the last message of the régie's that this person has read

    @property
    def author(self) -> Author:
        """What the outbox writes of the visitor."""
        return Author(self.guardian_id, self.family_id)


@dataclass(frozen=True, slots=True)
class Visit:
    """One request: the commune, and the visitor if somebody is signed in."""

    structure: StructureView
    visitor: Visitor | None
    stale: bool = False  # « last seen » should be written again


NO_VISIT = Visit(NOBODY, None)
STRUCTURE = select(structure_body())
AUTHORS = (
    select(SignIn.token_hash, SignIn.guardian_id, Account.family_id, SignIn.seen_at)
    .join(Account, Account.guardian_id == SignIn.guardian_id)
    .where(SignIn.token_hash.in_(bindparam("tokens", expanding=True)), Account.open)
    .where(SignIn.until > bindparam("now"), SignIn.seen_at > bindparam("oldest"))
)
IDENTIFY = (  # every page asks it: written once
    select(SignIn.guardian_id, SignIn.token_hash, SignIn.created_at, SignIn.seen_at)
    .add_columns(Account.family_id, Account.name, Account.email, Account.thread_seen, structure_body())
    .join(Account, Account.guardian_id == SignIn.guardian_id)
    .where(SignIn.token_hash == bindparam("token"), Account.open)
    .where(SignIn.until > bindparam("now"), SignIn.seen_at > bindparam("oldest"))
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An account that an address may open."""

    guardian_id: int
    password_hash: str | None


@dataclass(frozen=True, slots=True)
class LinkOwner:
    """Whose password a link lets choose."""

    guardian_id: int
    name: str
    email: str


def digest(token: str) -> str:
    """Give what is kept of a secret that only its owner has."""
    return hashlib.sha256(token.encode()).hexdigest()


def identify(work: Work | Moment, token: str) -> Visit:
    """Tell who sends a request, and from which commune's portal, in one query."""
    if token:
        given = {"token": digest(token), "now": work.now, "oldest": work.now - IDLE}
        if row := work.connection.execute(IDENTIFY, given).first():
            guardian_id, sign_in, since, seen_at, family_id, name, email, seen, structure = row
            visitor = Visitor(guardian_id, family_id, name, email or "", sign_in, since, seen)
            return Visit(structure_of(structure), visitor, stale=work.now - seen_at > SEEN_EVERY)
    return Visit(structure_of(work.connection.scalar(STRUCTURE)), None)


def authors(moment: Moment, sign_ins: Collection[str]) -> dict[str, Author]:
    """Tell who sends many forms at once, by their sign-ins, and remember that their devices were seen."""
    given = {"tokens": sorted(sign_ins), "now": moment.now, "oldest": moment.now - IDLE}
    rows = moment.connection.execute(AUTHORS, given).all()
    if stale := [sign_in for sign_in, _, _, seen_at in rows if moment.now - seen_at > SEEN_EVERY]:
        moment.connection.execute(update(SignIn).where(SignIn.token_hash.in_(stale)).values(seen_at=moment.now))
    return {sign_in: Author(guardian_id, family_id) for sign_in, guardian_id, family_id, _ in rows}


def keep_alive(work: Work, visitor: Visitor) -> None:
    """Remember that a device was seen."""
    work.session.execute(update(SignIn).where(SignIn.token_hash == visitor.sign_in).values(seen_at=work.now))


# --- signing in and out -----------------------------------------------------------------------------------------------


def candidates(work: Work, email: str) -> Sequence[Candidate]:
    """Find the accounts of an address: two parents may share one."""
    query = select(Account.guardian_id, Account.password_hash).where(Account.email == folded(email), Account.open)
    return [Candidate(*row) for row in work.session.execute(query.order_by(Account.guardian_id).limit(MOST_SHARERS))]


def enter(work: Work, tried: Tries, guardian_id: int | None, device: str) -> str | None:
    """Open a sign-in after a right password, and give its token; a wrong one counts, and costs more each time."""
    if guesses.delay_left(work, tried):
        return None
    if guardian_id is None:
        guesses.count(work, tried)
        return None
    guesses.forget(work, tried)
    return open_sign_in(work, guardian_id, device)


def open_sign_in(work: Work, guardian_id: int, device: str) -> str:
    """Open a sign-in with a token that no earlier page has seen."""
    session = work.session
    session.execute(delete(SignIn).where((SignIn.until <= work.now) | (SignIn.seen_at <= work.now - IDLE)))
    session.execute(
        delete(Connection).where(Connection.guardian_id == guardian_id, Connection.at < work.now - KEPT_CONNECTIONS)
    )
    session.add(Connection(guardian_id=guardian_id, at=work.now, device=device))
    return _draw_token(work, guardian_id, device, work.now, work.now + LONGEST)


def end(work: Work, sign_in: str) -> None:
    """End one sign-in: its cookie is worth nothing any more."""
    work.session.execute(delete(SignIn).where(SignIn.token_hash == sign_in))


def sign_out(work: Work, visitor: Visitor) -> None:
    """End the sign-in of this device."""
    end(work, visitor.sign_in)


def sign_out_others(work: Work, visitor: Visitor) -> None:
    """End the sign-ins of the visitor's other devices."""
    mine = SignIn.guardian_id == visitor.guardian_id
    work.session.execute(delete(SignIn).where(mine, SignIn.token_hash != visitor.sign_in))


def _draw_token(work: Work, guardian_id: int, device: str, since: datetime, until: datetime) -> str:
    token = secrets.token_urlsafe(32)
    work.session.add(
        SignIn(
            token_hash=digest(token),
            guardian_id=guardian_id,
            device=device,
            created_at=since,
            seen_at=work.now,
            until=until,
        )
    )
    return token


# --- links and passwords ----------------------------------------------------------------------------------------------


def link_owner(work: Work, token: str) -> LinkOwner | None:
    """Find whose password a link lets choose, without using the link up: mail scanners open links too."""
    account = _linked(work, token)
    return LinkOwner(account.guardian_id, account.name, account.email or "") if account else None


def use_link(work: Work, tried: Tries, token: str, password_hash: str, device: str) -> str | None:
    """Use a link up: keep the password, end the old sign-ins, open a new one, tell the office."""
    account = _linked(work, token)
    if account is None:
        return None
    account.last_link_hash, account.link_hash, account.link_until = account.link_hash, None, None
    account.password_hash = password_hash
    work.session.execute(delete(SignIn).where(SignIn.guardian_id == account.guardian_id))
    author = Author(account.guardian_id, account.family_id)
    outbox.append(work, author, AccountOpened(), Form.of(f"lien-{digest(token)[:48]}", ()))
    guesses.forget(work, tried)
    return open_sign_in(work, account.guardian_id, device)


def ask_link(work: Work, tried: Tries, email: str, form: Form) -> bool:
    """Ask the office for a new link, if the address is known; one question at a time, and not before its delay is over.

    Known or not, an address is counted and waits alike.
    """
    if guesses.delay_left(work, tried):
        return False
    guesses.count(work, tried)
    query = select(Account).where(Account.email == folded(email), Account.open)
    for account in work.session.scalars(query):
        if not outbox.has_uncollected(work, account.guardian_id, "link_asked"):
            outbox.append(work, Author(account.guardian_id, account.family_id), LinkAsked(), form)
    return True


def password_hash(work: Work, visitor: Visitor) -> str | None:
    """Read the visitor's own password, as it is kept."""
    return work.session.scalar(select(Account.password_hash).where(Account.guardian_id == visitor.guardian_id))


def change_password(work: Work, visitor: Visitor, password_hash: str) -> str | None:
    """Keep a new password, end every sign-in, and give this device the token of a new one, no longer than the last.

    Nothing is kept when this device was sent away meanwhile.
    """
    kept = work.session.get(SignIn, visitor.sign_in)
    if kept is None:
        return None
    mine = update(Account).where(Account.guardian_id == visitor.guardian_id)
    work.session.execute(mine.values(password_hash=password_hash))
    device, until = kept.device, kept.until
    work.session.execute(delete(SignIn).where(SignIn.guardian_id == visitor.guardian_id))
    return _draw_token(work, visitor.guardian_id, device, visitor.since, until)


def _linked(work: Work, token: str) -> Account | None:
    query = select(Account).where(Account.link_hash == digest(token), Account.link_until > work.now, Account.open)
    return work.session.scalar(query)


# --- history ----------------------------------------------------------------------------------------------------------


def connections(work: Work, visitor: Visitor, first: datetime, end: datetime) -> list[tuple[datetime, str]]:
    """List the visitor's connections in a period, the latest first."""
    query = select(Connection.at, Connection.device).where(
        Connection.guardian_id == visitor.guardian_id, Connection.at >= first, Connection.at < end
    )
    return [(at, device) for at, device in work.session.execute(query.order_by(Connection.at.desc()))]
