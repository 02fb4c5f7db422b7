"""What a portal is told when it starts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from argon2 import PasswordHasher

IDLE = timedelta(hours=2)  # a sign-in unused for so long is over
LONGEST = timedelta(hours=12)  # and so is one that lasted so long
SEEN_EVERY = timedelta(minutes=5)  # how exactly « last seen » is kept: reading a page seldom writes
KEPT_CONNECTIONS = timedelta(days=365)


def utc_now() -> datetime:
    """Give the machine's clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class PortalSettings:
    """One portal: its database, its two secrets, and how the world reaches it."""

    database_url: str
    sync_key: str = field(repr=False)  # shared with the office
    secret_key: str = field(repr=False)  # signs forms; nobody else knows it
    secure: bool = True  # behind TLS; False for the loopback alone
    clock: Callable[[], datetime] = utc_now
    proxies: int = 0  # reverse proxies in front, whose X-Forwarded-* are believed
    sign_in_rate: str = "20 per minute; 200 per hour"  # of one network address
    payfip_url: str | None = None  # its web service; none: the Treasury's
    payfip_page_url: str = "https://www.payfip.gouv.fr/tpa/paiementws.web"  # where a family pays
    public_url: str = ""  # how families and PayFiP reach us; none: as the request did (a portal of the loopback)
    link_rate: str = "5 per minute; 20 per hour"
    form_rate: str = "60 per minute; 600 per hour"  # of one account, all its forms together
    upload_rate: str = "30 per 10 minutes; 120 per day"  # the same, of its documents: each is opened and drawn anew
    hasher: PasswordHasher = field(default_factory=PasswordHasher, repr=False)
