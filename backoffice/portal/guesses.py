"""Growing delays for those who guess: by the address typed, and by the network it came from, known or not."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, ip_address

from sqlalchemy import delete, select, update

from backoffice.portal.publish import folded
from backoffice.portal.store import Work
from models.portal import Guess
from models.upsert import insert_into

FORGET_GUESSES = timedelta(days=1)
SIGN_IN, LINK = "connexion", "lien"


@dataclass(frozen=True, slots=True)
class Pace:
    """How many tries are free, and how long the next ones wait: twice as long each time."""

    free: int
    first: timedelta
    longest: timedelta

    def delay(self, tries: int) -> timedelta | None:
        """Tell how long to wait after so many tries."""
        over = tries - self.free
        return min(self.first * 2 ** min(over - 1, 10), self.longest) if over > 0 else None


PACES = {  # of an address, of a network: a school, a town hall's hotspot are one network for many families
    SIGN_IN: (Pace(4, timedelta(seconds=30), timedelta(minutes=15)), Pace(25, timedelta(seconds=30), timedelta(minutes=15))),
    LINK: (Pace(2, timedelta(minutes=5), timedelta(hours=1)), Pace(15, timedelta(minutes=2), timedelta(hours=1))),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tries:
    """What is counted of somebody who tries: two keyed prints, so that a stolen table names neither people nor homes."""

    door: str
    address: str
    network: str

    @property
    def prints(self) -> tuple[tuple[str, Pace], tuple[str, Pace]]:
        """Give each print with its pace."""
        of_address, of_network = PACES[self.door]
        return (self.address, of_address), (self.network, of_network)


def tries(secret: str, door: str, email: str, remote: str | None) -> Tries:
    """Name what is counted of one try at a door."""

    def print_of(kind: str, text: str) -> str:
        said = f"guess {door} {kind} {text}".encode("utf-8", "replace")
        return hmac.new(secret.encode(), said, hashlib.sha256).hexdigest()

    return Tries(door, print_of("address", folded(email)), print_of("network", network_of(remote or "")))


def network_of(remote: str) -> str:
    """Name a subscriber: an IPv4 address, or the /64 that one IPv6 home draws its addresses from."""
    try:
        address = ip_address(remote.partition("%")[0])
    except ValueError:
        return remote
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return f"{int(address) >> 64:x}::/64"
    return str(address)


def delay_left(work: Work, tried: Tries) -> timedelta | None:
    """Tell how long a try must still wait."""
    marks = [mark for mark, _ in tried.prints]
    query = select(Guess.locked_until).where(Guess.address_hash.in_(marks), Guess.locked_until > work.now)
    until = max((at for at in work.session.scalars(query) if at), default=None)
    return until - work.now if until else None


def count(work: Work, tried: Tries) -> None:
    """Count a try; beyond the free ones, the next waits longer and longer."""
    work.session.execute(delete(Guess).where(Guess.at < work.now - FORGET_GUESSES))
    for mark, pace in tried.prints:
        statement = insert_into(work.session, Guess).values(
            address_hash=mark, failures=1, at=work.now, locked_until=None
        )
        failures = work.session.execute(
            statement.on_conflict_do_update(
                index_elements=["address_hash"], set_={"failures": Guess.failures + 1, "at": work.now}
            ).returning(Guess.failures)
        ).scalar_one()
        if delay := pace.delay(failures):
            locked = update(Guess).where(Guess.address_hash == mark).values(locked_until=work.now + delay)
            work.session.execute(locked)


def forget(work: Work, tried: Tries) -> None:
    """Forget the tries at an address once it has entered; its network stays counted: one of its accounts may be a thief's."""
    work.session.execute(delete(Guess).where(Guess.address_hash == tried.address))
