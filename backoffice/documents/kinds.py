"""The documents that the structure asks for: of the household or of each child, mandatory or not, and what they block."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.enrolments.asked import say_what_lacks
from backoffice.errors import RefusedByRule, StaleRecord
from backoffice.office import Changed, Work
from backoffice.sync.contract import SHARED, ViewKind
from backoffice.sync.mark import REQUESTS_SHOWN
from models.office.documents import Document, DocumentKind
from models.office.families import Family
from models.office.requests import Request, RequestItem
from models.vocabulary import RequestKind, Role
from resources.french import search_key

LONGEST_NAME, LONGEST_BLOCKS, LONGEST_LIFE = 80, 200, 120  # signs, signs, months


@dataclass(frozen=True, slots=True)
class KindRow:
    """One document that is asked for."""

    id: int
    name: str
    per_child: bool
    mandatory: bool
    blocks: str
    months_valid: int | None
    held: int  # documents given for it


@dataclass(frozen=True, slots=True)
class KindDraft:
    """What an agent types of it."""

    name: str
    per_child: bool
    mandatory: bool
    blocks: str
    months_valid: int | None


class KindRefused(RefusedByRule):
    """What was typed cannot be kept; `faults` says why, field by field."""

    def __init__(self, faults: dict[str, str]) -> None:
        super().__init__("Rien n'a été enregistré. Corrigez ce qui est signalé.")
        self.faults = faults


def asked_kinds(session: Session) -> tuple[KindRow, ...]:
    """List the documents asked for, in their order."""
    held = dict(session.execute(select(Document.kind_id, func.count()).group_by(Document.kind_id)).all())
    query = select(DocumentKind).where(DocumentKind.asked).order_by(DocumentKind.position, DocumentKind.id)
    return tuple(
        KindRow(
            kind.id, kind.name, kind.per_child, kind.mandatory, kind.blocks, kind.months_valid, held.get(kind.id, 0)
        )
        for kind in session.scalars(query)
    )


def add_kind(work: Work, draft: KindDraft) -> int:
    """Ask for a new document.

    Raises:
        KindRefused: its name is empty, taken, or too long.
    """
    work.agent.must_be(Role.ADMINISTRATOR)
    _check(work.session, draft, None)
    last = work.session.scalar(select(func.max(DocumentKind.position))) or 0
    kind = DocumentKind(
        code=_code(work.session, draft.name), name=draft.name.strip(), per_child=draft.per_child,
        mandatory=draft.mandatory, blocks=draft.blocks.strip(), position=last + 1, months_valid=draft.months_valid,
        asked=True,
    )  # fmt: skip
    work.session.add(kind)
    work.session.flush()
    work.sign("add", "document_kind", kind.id, new={"name": kind.name})
    _show(work, kind.id)
    return kind.id


def change_kind(work: Work, kind_id: int, draft: KindDraft, *, seen: KindRow | None = None) -> None:
    """Change what is said of a document; whose it is changes no more once one was given.

    Raises:
        StaleRecord: somebody else has changed it since it was `seen`.
        KindRefused: its name is empty, taken, or too long, or documents were given of the household or of each child.
    """
    work.agent.must_be(Role.ADMINISTRATOR)
    kind = _held(work, kind_id)
    if seen is not None and _said(seen) != _said(kind):
        raise StaleRecord(
            "Ce document vient d'être modifié par quelqu'un d'autre. Rien n'a été enregistré\u202f: relisez-le."
        )
    _check(work.session, draft, kind)
    old = {"name": kind.name, "mandatory": kind.mandatory, "blocks": kind.blocks, "months_valid": kind.months_valid}
    kind.name, kind.per_child, kind.mandatory = draft.name.strip(), draft.per_child, draft.mandatory
    kind.blocks, kind.months_valid = draft.blocks.strip(), draft.months_valid
    work.sign("change", "document_kind", kind.id, old=old, new={"name": kind.name, "mandatory": kind.mandatory})
    _show(work, kind.id)


def retire_kind(work: Work, kind_id: int) -> None:
    """Ask for it no more; what was given is kept."""
    work.agent.must_be(Role.ADMINISTRATOR)
    kind = _held(work, kind_id)
    kind.asked = False
    work.sign("retire", "document_kind", kind.id, old={"name": kind.name})
    _show(work, kind.id)


def order_kinds(work: Work, ids: Sequence[int]) -> None:
    """Put the documents in the order in which they are listed; those left out follow."""
    work.agent.must_be(Role.ADMINISTRATOR)
    rows = {kind.id: kind for kind in work.session.scalars(select(DocumentKind).order_by(DocumentKind.position))}
    ordered = [*dict.fromkeys(one for one in ids if one in rows), *(one for one in rows if one not in ids)]
    for position, kind_id in enumerate(ordered, start=1):
        rows[kind_id].position = position
    work.sign("order", "document_kind", "", new={"order": ordered})
    _show(work, *ordered)


def _held(work: Work, kind_id: int) -> DocumentKind:
    kind = work.session.get(DocumentKind, kind_id, with_for_update=True)
    if kind is None or not kind.asked:
        raise RefusedByRule("Ce document n'est plus demandé. Rien n'a été modifié.")
    return kind


def _said(kind: KindRow | DocumentKind) -> tuple[object, ...]:
    return kind.name, kind.per_child, kind.mandatory, kind.blocks, kind.months_valid


def _check(session: Session, draft: KindDraft, kind: DocumentKind | None) -> None:
    faults, name = {}, draft.name.strip()
    others = session.execute(select(DocumentKind.id, DocumentKind.name).where(DocumentKind.asked))
    if not name:
        faults["name"] = "Donnez un nom à ce document."
    elif len(name) > LONGEST_NAME:
        faults["name"] = f"{LONGEST_NAME} signes au plus."
    elif any(search_key(other) == search_key(name) and (kind is None or number != kind.id) for number, other in others):
        faults["name"] = "Un document de ce nom est déjà demandé."
    if len(draft.blocks.strip()) > LONGEST_BLOCKS:
        faults["blocks"] = f"{LONGEST_BLOCKS} signes au plus."
    if draft.months_valid is not None and not 0 < draft.months_valid <= LONGEST_LIFE:
        faults["months"] = f"Entre 1 et {LONGEST_LIFE} mois, ou rien."
    if kind is not None and kind.per_child is not draft.per_child and _was_given(session, kind.id):
        faults["owner"] = "Des documents ont déjà été fournis\u202f: créez-en plutôt un autre, et retirez celui-ci."
    if faults:
        raise KindRefused(faults)


def _was_given(session: Session, kind_id: int) -> bool:
    return session.scalar(select(Document.id).where(Document.kind_id == kind_id).limit(1)) is not None


def _code(session: Session, name: str) -> str:
    stem = (
        "-".join("".join(one if one.isalnum() else " " for one in search_key(name)).split()).upper()[:40] or "DOCUMENT"
    )
    taken = set(session.scalars(select(DocumentKind.code)))
    return next(code for n in range(1, len(taken) + 2) if (code := stem if n == 1 else f"{stem}-{n}") not in taken)


def _show(work: Work, *kind_ids: int) -> None:
    """Every household is asked for something else; offers name what they need, and requests what was sent or lacks."""
    work.session.flush()
    families = work.session.scalars(select(Family.id)).all()
    for family_id in families:
        work.show(ViewKind.DOCUMENTS, "", family_id)
    work.show(ViewKind.OFFERS, "", SHARED)
    say_what_lacks(work, families)
    sent = (
        select(Request.id, Request.family_id)
        .join(RequestItem, RequestItem.request_id == Request.id)
        .where(Request.kind == RequestKind.DOCUMENT, Request.received_at >= work.now - REQUESTS_SHOWN)
        .where(RequestItem.field.in_([str(kind_id) for kind_id in kind_ids]))
    )
    for request_id, family_id in work.session.execute(sent):
        work.show(ViewKind.REQUEST, str(request_id), family_id)
    work.changed(Changed.DOCUMENTS)
