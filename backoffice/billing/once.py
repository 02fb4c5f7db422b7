"""What many invoices share — explanations, letterheads — is stored once, by its digest."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.billing.rules import digest_of
from models.office.billing import Explanation, Letterhead
from models.upsert import insert_into

Steps = tuple[str, ...]
CHUNK = 1000


def explanations(session: Session, told: Collection[Steps]) -> dict[Steps, int]:
    """Store the explanations that are not yet there; give the id of each."""
    digests = {digest_of(steps): steps for steps in told}
    ids = _ids(session, Explanation, [{"digest": at, "steps": list(steps)} for at, steps in sorted(digests.items())])
    return {steps: ids[at] for at, steps in digests.items()}


def letterhead(session: Session, content: Mapping[str, object]) -> int:
    """Store a letterhead unless it is there; give its id."""
    digest = digest_of(content)
    return _ids(session, Letterhead, [{"digest": digest, "content": dict(content)}])[digest]


def _ids(session: Session, table: type[Explanation] | type[Letterhead], rows: list[dict[str, Any]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(rows), CHUNK):
        chunk = rows[start : start + CHUNK]
        session.execute(insert_into(session, table).on_conflict_do_nothing(index_elements=["digest"]), chunk)
        ids = session.execute(select(table.digest, table.id).where(table.digest.in_([row["digest"] for row in chunk])))
        found.update({row.digest: row.id for row in ids})
    return found
