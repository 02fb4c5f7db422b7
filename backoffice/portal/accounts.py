"""Ways in: the link of an e-mail, the password, the open sign-ins and the devices they are on."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from backoffice.portal import outbox
from backoffice.portal.outbox import Author, Form
from backoffice.portal.publish import folded
from backoffice.portal.settings import IDLE, KEPT_CONNECTIONS, LONGEST, SEEN_EVERY
from backoffice.portal.shown import NOBODY, structure_body, structure_of
from backoffice.portal.store import Work
from backoffice.sync.contract import AccountOpened, LinkAsked, StructureView
from models.portal import Account, Connection, Guess, SignIn
from models.upsert import insert_into

FREE_GUESSES, FIRST_DELAY, LONGEST_DELAY = 4, timedelta(seconds=30), timedelta(minutes=15)
FORGET_GUESSES = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is signed in, as the server knows it."""

    guardian_id: int
    family_id: int
    name: str
    email: str
    sign_in: str  # the token's hash
    since: datetime

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


@dataclass(frozen=True, slots=True)
class Device:
    """An open sign-in, as its owner sees it."""

    name: str
    since: datetime
    seen_at: datetime
    here: bool


def digest(token: str) -> str:
    """Give what is kept of a secret that only its owner has."""
    return hashlib.sha256(token.encode()).hexdigest()


def identify(work: Work, token: str) -> Visit:
    """Tell who sends a request, and from which commune's portal, in one query."""
    if token:
        query = (
            select(SignIn, Account.family_id, Account.name, Account.email, structure_body())
            .join(Account, Account.guardian_id == SignIn.guardian_id)
            .where(SignIn.token_hash == digest(token), Account.open)
            .where(SignIn.until > work.now, SignIn.seen_at > work.now - IDLE)
        )
        if row := work.session.execute(query).first():
            kept, family_id, name, email, structure = row
            visitor = Visitor(kept.guardian_id, family_id, name, email or "", kept.token_hash, kept.created_at)
            return Visit(structure_of(structure), visitor, stale=work.now - kept.seen_at > SEEN_EVERY)
    return Visit(structure_of(work.session.scalar(select(structure_body()))), None)


def keep_alive(work: Work, visitor: Visitor) -> None:
    """Remember that a device was seen."""
    work.session.execute(update(SignIn).where(SignIn.token_hash == visitor.sign_in).values(seen_at=work.now))


# --- signing in and out -----------------------------------------------------------------------------------------------


def candidates(work: Work, email: str) -> Sequence[Candidate]:
    """Find the accounts of an address: two parents may share one."""
    query = select(Account.guardian_id, Account.password_hash).where(Account.email == folded(email), Account.open)
    return [Candidate(*row) for row in work.session.execute(query.order_by(Account.guardian_id).limit(3))]


def delay_left(work: Work, email: str) -> timedelta | None:
    """Tell how long an address must wait before its next try."""
    guess = work.session.get(Guess, digest(folded(email)))
    if guess and guess.locked_until and guess.locked_until > work.now:
        return guess.locked_until - work.now
    return None


def enter(work: Work, email: str, guardian_id: int | None, device: str) -> str | None:
    """Open a sign-in after a right password, and give its token; a wrong one counts, and costs more each time."""
    if delay_left(work, email):
        return None
    if guardian_id is None:
        _count_failure(work, email)
        return None
    return open_sign_in(work, guardian_id, email, device)


def open_sign_in(work: Work, guardian_id: int, email: str, device: str) -> str:
    """Open a sign-in with a token that no earlier page has seen."""
    token = secrets.token_urlsafe(32)
    session = work.session
    session.execute(delete(Guess).where(Guess.address_hash == digest(folded(email))))
    session.execute(delete(SignIn).where((SignIn.until <= work.now) | (SignIn.seen_at <= work.now - IDLE)))
    session.execute(
        delete(Connection).where(Connection.guardian_id == guardian_id, Connection.at < work.now - KEPT_CONNECTIONS)
    )
    session.add(Connection(guardian_id=guardian_id, at=work.now, device=device))
    session.add(
        SignIn(
            token_hash=digest(token),
            guardian_id=guardian_id,
            device=device,
            created_at=work.now,
            seen_at=work.now,
            until=work.now + LONGEST,
        )
    )
    return token


def sign_out(work: Work, visitor: Visitor) -> None:
    """End the sign-in of this device."""
    work.session.execute(delete(SignIn).where(SignIn.token_hash == visitor.sign_in))


def sign_out_others(work: Work, visitor: Visitor) -> None:
    """End the sign-ins of the visitor's other devices."""
    mine = SignIn.guardian_id == visitor.guardian_id
    work.session.execute(delete(SignIn).where(mine, SignIn.token_hash != visitor.sign_in))


def _count_failure(work: Work, email: str) -> None:
    work.session.execute(delete(Guess).where(Guess.at < work.now - FORGET_GUESSES))
    statement = insert_into(work.session, Guess).values(
        address_hash=digest(folded(email)), failures=1, at=work.now, locked_until=None
    )
    failures = work.session.execute(
        statement.on_conflict_do_update(
            index_elements=["address_hash"], set_={"failures": Guess.failures + 1, "at": work.now}
        ).returning(Guess.failures)
    ).scalar_one()
    if failures > FREE_GUESSES:
        delay = min(FIRST_DELAY * 2 ** min(failures - FREE_GUESSES - 1, 10), LONGEST_DELAY)
        locked = update(Guess).where(Guess.address_hash == digest(folded(email))).values(locked_until=work.now + delay)
        work.session.execute(locked)


# --- links and passwords ----------------------------------------------------------------------------------------------


def link_owner(work: Work, token: str) -> LinkOwner | None:
    """Find whose password a link lets choose, without using the link up: mail scanners open links too."""
    account = _linked(work, token)
    return LinkOwner(account.guardian_id, account.name, account.email or "") if account else None


def use_link(work: Work, token: str, password_hash: str, device: str) -> str | None:
    """Use a link up: keep the password, end the old sign-ins, open a new one, tell the office."""
    account = _linked(work, token)
    if account is None:
        return None
    account.last_link_hash, account.link_hash, account.link_until = account.link_hash, None, None
    account.password_hash = password_hash
    work.session.execute(delete(SignIn).where(SignIn.guardian_id == account.guardian_id))
    author = Author(account.guardian_id, account.family_id)
    outbox.append(work, author, AccountOpened(), Form.of(f"lien-{digest(token)[:48]}", ()))
    return open_sign_in(work, account.guardian_id, account.email or "", device)


def ask_link(work: Work, email: str, form: Form) -> None:
    """Ask the office for a new link, if the address is known; one question at a time."""
    query = select(Account).where(Account.email == folded(email), Account.open)
    for account in work.session.scalars(query):
        if not outbox.has_uncollected(work, account.guardian_id, "link_asked"):
            outbox.append(work, Author(account.guardian_id, account.family_id), LinkAsked(), form)


def password_hash(work: Work, visitor: Visitor) -> str | None:
    """Read the visitor's own password, as it is kept."""
    return work.session.scalar(select(Account.password_hash).where(Account.guardian_id == visitor.guardian_id))


def change_password(work: Work, visitor: Visitor, password_hash: str) -> None:
    """Keep a new password, and end the sign-ins of the other devices."""
    mine = update(Account).where(Account.guardian_id == visitor.guardian_id)
    work.session.execute(mine.values(password_hash=password_hash))
    sign_out_others(work, visitor)


def _linked(work: Work, token: str) -> Account | None:
    query = select(Account).where(Account.link_hash == digest(token), Account.link_until > work.now, Account.open)
    return work.session.scalar(query)


# --- devices ----------------------------------------------------------------------------------------------------------


def devices(work: Work, visitor: Visitor) -> list[Device]:
    """List the devices where the visitor is signed in, the latest first."""
    query = select(SignIn).where(
        SignIn.guardian_id == visitor.guardian_id, SignIn.until > work.now, SignIn.seen_at > work.now - IDLE
    )
    rows = work.session.scalars(query.order_by(SignIn.seen_at.desc()))
    return [Device(row.device, row.created_at, row.seen_at, row.token_hash == visitor.sign_in) for row in rows]


def connections(work: Work, visitor: Visitor, first: datetime, end: datetime) -> list[tuple[datetime, str]]:
    """List the visitor's connections in a period, the latest first."""
    query = select(Connection.at, Connection.device).where(
        Connection.guardian_id == visitor.guardian_id, Connection.at >= first, Connection.at < end
    )
    return [(at, device) for at, device in work.session.execute(query.order_by(Connection.at.desc()))]


def device_name(agent: str) -> str:
    """Name a device from what its browser says: « Chrome sur Android »."""
    systems = {
        "iPhone": "iPhone",
        "iPad": "iPad",
        "Android": "Android",
        "Windows": "Windows",
        "Mac OS": "Mac",
        "Linux": "Linux",
    }
    browsers = {
        "Edg": "Edge",
        "OPR": "Opera",
        "Firefox": "Firefox",
        "FxiOS": "Firefox",
        "Chrome": "Chrome",
        "CriOS": "Chrome",
        "Safari": "Safari",
    }
    system = next((words for mark, words in systems.items() if mark in agent), "un autre appareil")
    browser = next((words for mark, words in browsers.items() if mark in agent), "Un navigateur")
    return f"{browser} sur {system}"
