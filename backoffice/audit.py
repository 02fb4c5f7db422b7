"""The signed journal: each decision with who, when, where, old and new, chained by hash."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from backoffice.permissions import Agent
from models.office.house import AuditEntry

ORIGIN = "0" * 64
CHAIN_LOCK = 7_250_001  # any constant: PostgreSQL's writers of the journal wait for one another on it


@dataclass(frozen=True, slots=True)
class Deed:
    """What was done to what; the values never hold a secret, a health fact or an IBAN."""

    action: str
    subject: str
    subject_id: str
    old: Mapping[str, Any]
    new: Mapping[str, Any]


def write_deeds(session: Session, agent: Agent, at: datetime, deeds: Sequence[Deed]) -> None:
    """Append deeds to the journal, at the end of the transaction that did them."""
    if not deeds:
        return
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": CHAIN_LOCK})
    head = session.execute(
        select(AuditEntry.seq, AuditEntry.digest).order_by(AuditEntry.seq.desc()).limit(1)
    ).one_or_none()
    seq, previous = (head.seq, head.digest) if head else (0, ORIGIN)
    rows = []
    for deed in deeds:
        seq += 1
        row = {
            "seq": seq,
            "at": at,
            "agent": agent.name,
            "workstation": agent.workstation,
            "action": deed.action,
            "subject": deed.subject,
            "subject_id": deed.subject_id,
            "old": dict(deed.old),
            "new": dict(deed.new),
            "previous": previous,
        }
        row["digest"] = previous = _digest(row)
        rows.append(row)
    session.execute(insert(AuditEntry), rows)


def first_broken_entry(session: Session) -> int | None:
    """Walk the whole chain; give the first entry that was changed, added or removed behind the software's back."""
    previous = ORIGIN
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.seq)).yield_per(1000)
    for expected, entry in enumerate(entries, start=1):
        row = {column.key: getattr(entry, column.key) for column in AuditEntry.__table__.columns}
        digest = row.pop("digest")
        if entry.seq != expected or entry.previous != previous or digest != _digest(row):
            return expected
        previous = digest
    return None


def _digest(row: Mapping[str, Any]) -> str:
    written = json.dumps({**row, "at": row["at"].isoformat()}, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(written.encode()).hexdigest()
