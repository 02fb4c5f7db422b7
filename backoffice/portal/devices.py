"""The devices where somebody is signed in, as its owner knows them, and how each is sent away."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select

from backoffice.portal.accounts import Visitor
from backoffice.portal.settings import IDLE
from backoffice.portal.store import Work
from models.portal import SignIn

SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS": "Mac",
    "Linux": "Linux",
}
BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "Chrome": "Chrome",
    "CriOS": "Chrome",
    "Safari": "Safari",
}


@dataclass(frozen=True, slots=True)
class Device:
    """An open sign-in, as its owner sees it."""

    code: str
    name: str
    since: datetime
    seen_at: datetime
    here: bool


def devices(work: Work, visitor: Visitor) -> list[Device]:
    """List the devices where the visitor is signed in, the latest first."""
    rows = work.session.scalars(select(SignIn).where(*_open(work, visitor)).order_by(SignIn.seen_at.desc()))
    return [
        Device(_code(row.token_hash), row.device, row.created_at, row.seen_at, row.token_hash == visitor.sign_in)
        for row in rows
    ]


def revoke(work: Work, visitor: Visitor, code: str) -> str | None:
    """End one of the visitor's own sign-ins, and give its device's name; anybody else's is unknown here."""
    rows = work.session.scalars(select(SignIn).where(*_open(work, visitor)))
    row = next((row for row in rows if _code(row.token_hash) == code), None)
    if row is None:
        return None
    work.session.execute(delete(SignIn).where(SignIn.token_hash == row.token_hash))
    return row.device


def device_name(agent: str) -> str:
    """Name a device from what its browser says: « Chrome sur Android »."""
    system = next((words for mark, words in SYSTEMS.items() if mark in agent), "un autre appareil")
    browser = next((words for mark, words in BROWSERS.items() if mark in agent), "Un navigateur")
    return f"{browser} sur {system}"


def _open(work: Work, visitor: Visitor) -> tuple[ColumnElement[bool], ...]:
    mine = SignIn.guardian_id == visitor.guardian_id
    return (mine, SignIn.until > work.now, SignIn.seen_at > work.now - IDLE)


def _code(token_hash: str) -> str:
    """Name a sign-in on a page, from which nothing of its token is learnt."""
    return hashlib.sha256(f"device {token_hash}".encode()).hexdigest()[:16]
