"""A document that a family sends: kept sealed, shown as received, until an agent has read it."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from backoffice.clock import paris_day
from backoffice.documents.arrive import ARRIVED, Kept
from backoffice.documents.rules import default_until
from backoffice.enrolments.asked import say_what_lacks
from backoffice.errors import RefusedByRule
from backoffice.families.edit import families_of
from backoffice.office import Changed, Work
from backoffice.requests.closing import give_way
from backoffice.requests.kinds.fields import read_people
from backoffice.requests.kinds.kind import Handler, ItemRow, Line, Pairs, Terms, Told, nothing_to_release
from backoffice.requests.waiting import waiting_lines
from backoffice.scans.rules import PDF, megabytes
from backoffice.sync.contract import Action, DocumentSent, ViewKind
from models.office.documents import Document, DocumentFile, DocumentKind
from models.office.families import FamilyChild
from models.office.requests import Request, RequestItem
from models.vocabulary import DocumentState, Verdict
from resources.french import NARROW, instant_text, plural, short_date

WORD = "Document"
DOCUMENT = "document"  # what a request's line is about
READ_NEXT = "La régie vérifie ce document."
NOT_YOURS = "Cet enfant n'est pas de votre foyer."
NOT_ASKED = "Ce document ne vous est pas demandé, ou ne l'est plus."
UNKNOWN = "document inconnu"


def receive(work: Work, action: Action) -> list[RequestItem]:
    """Keep what was sent, if it is asked of this household; the one before it, that nobody has read, gives way."""
    sent = action.payload
    assert isinstance(sent, DocumentSent)
    kept = work.memo[ARRIVED]
    assert isinstance(kept, Kept)
    why = _refusal(work.session, action.family_id, sent)
    if not why:
        _supersede(work, action, sent)
        _keep(work, action, sent, kept)
    return [
        RequestItem(
            subject=DOCUMENT,
            subject_id=sent.child_id or 0,
            field=str(sent.document_kind),
            day=None,
            then=None,
            wished=f"{sent.name}, {plural(kept.pages, 'page')}, {megabytes(kept.size)}",
            verdict=Verdict.REFUSED if why else Verdict.WAITING,
            why=why or READ_NEXT,
            explanation=[],
        )
    ]


def tell(session: Session, pairs: Pairs) -> dict[int, Told]:
    """Tell documents: « Assurance scolaire, Léa »; a child is named to its own households only."""
    people = read_people(session, {request.family_id for request, _ in pairs})
    kinds = {int(item.field) for _, item in pairs}
    names = dict(session.execute(select(DocumentKind.id, DocumentKind.name).where(DocumentKind.id.in_(kinds))).all())
    told = {}
    for request, item in pairs:
        name = names.get(int(item.field), UNKNOWN)
        person = people.child(request.family_id, item.subject_id) if item.subject_id else ""
        text = f"{name}, {person}" if person else name
        told[item.id] = Told(name, person, text, item.then or "", item.wished or "")
    return told


def rows(session: Session, request: Request, lines: Sequence[Line]) -> tuple[ItemRow, ...]:
    """Say what was sent; there is nothing to compare it with."""
    return tuple(_row(session, request, line) for line in lines)


def apply(
    work: Work, request: Request, items: Sequence[RequestItem], rows: Mapping[str, ItemRow], terms: Terms
) -> None:
    """Take the document for provided, until `valid_until`; by default as long as its kind is good for.

    Raises:
        RefusedByRule: it would be out of date already.
    """
    document = document_of(work.session, request)
    assert document is not None
    kind = work.session.get_one(DocumentKind, document.kind_id)
    until: date | None = terms.values.get(
        "valid_until", default_until(kind.months_valid, paris_day(request.received_at))
    )
    if until is not None and until < work.today:
        raise RefusedByRule(
            f"Ce document n'est plus valable depuis le {short_date(until)}{NARROW}: rien n'a été modifié. "
            "Corrigez la date, ou refusez le document."
        )
    document.state, document.valid_until, document.reason = DocumentState.PROVIDED, until, None


def show(work: Work, request: Request, items: Sequence[RequestItem]) -> None:
    """Bring the document to what was decided of it, and show it to the households that it concerns."""
    document = document_of(work.session, request)
    if document is not None and document.state is DocumentState.RECEIVED:
        item = items[0]
        if item.verdict is Verdict.REFUSED:
            document.state = DocumentState.REFUSED
            document.reason = "\n".join(part for part in (item.why, request.note) if part)
        elif item.verdict is Verdict.WITHDRAWN:
            forget(work, document)
    families = {request.family_id, *(families_of(work.session, items[0].subject_id) if items else ())}
    for family_id in families:
        work.show(ViewKind.DOCUMENTS, "", family_id)
    say_what_lacks(work, families)
    work.changed(Changed.DOCUMENTS)


def title(lines: Sequence[Line]) -> str:
    """Name it: « Document : Assurance scolaire, Léa »."""
    return f"{WORD}{NARROW}: {lines[0].text}" if lines else WORD


def document_of(session: Session, request: Request) -> Document | None:
    """Find the document that a request brought."""
    return session.scalar(
        select(Document)
        .join(DocumentFile, DocumentFile.document_id == Document.id)
        .where(DocumentFile.request_id == request.id)
    )


def forget(work: Work, document: Document) -> None:
    """Throw away what the family took back before anybody answered."""
    work.session.execute(delete(DocumentFile).where(DocumentFile.document_id == document.id))
    work.session.execute(delete(Document).where(Document.id == document.id))
    work.session.expunge(document)


def _refusal(session: Session, family_id: int, sent: DocumentSent) -> str:
    kind = session.get(DocumentKind, sent.document_kind)
    if kind is None or not kind.asked or kind.per_child is not (sent.child_id is not None):
        return NOT_ASKED
    if sent.child_id is not None and session.get(FamilyChild, (family_id, sent.child_id)) is None:
        return NOT_YOURS
    return ""


def _keep(work: Work, action: Action, sent: DocumentSent, kept: Kept) -> None:
    document = Document(
        kind_id=sent.document_kind, family_id=action.family_id, child_id=sent.child_id, state=DocumentState.RECEIVED,
        received_at=action.received_at, valid_until=None, reason=None,
    )  # fmt: skip
    work.session.add(document)
    work.session.flush()
    work.session.add(
        DocumentFile(
            document_id=document.id, request_id=action.id, name=sent.name, media_type=PDF, pages=kept.pages,
            size=kept.size, sha256=kept.sha256, sealed=kept.sealed, received_at=action.received_at,
        )
    )  # fmt: skip
    work.session.flush()


def _supersede(work: Work, action: Action, sent: DocumentSent) -> None:
    """Close what this household sent before for the same document, and nobody has read."""
    same = RequestItem.field == str(sent.document_kind)
    older = waiting_lines(work.session, action.family_id, DOCUMENT, sent.child_id or 0, same)
    why = f"Remplacé par votre envoi du {instant_text(action.received_at)}."
    for request, items in give_way(work, older, Verdict.WITHDRAWN, why):
        show(work, request, items)


def _row(session: Session, request: Request, line: Line) -> ItemRow:
    waiting = line.verdict is Verdict.WAITING
    lost = waiting and document_of(session, request) is None
    blocked = "ce document n'est plus là." if lost else None
    if waiting and line.subject_id and session.get(FamilyChild, (request.family_id, line.subject_id)) is None:
        blocked = "cet enfant n'est plus de ce foyer."
    return ItemRow(line.key, line.text, line.then, "", line.wished, line.verdict, line.why, blocked=blocked)


HANDLER = Handler(
    word=WORD, receive=receive, tell=tell, rows=rows, apply=apply, release=nothing_to_release, show=show, title=title,
    whole=True,
)  # fmt: skip
