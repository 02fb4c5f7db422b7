"""Documents past their date: the portal says so on the day it happens."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from backoffice.enrolments.asked import say_what_lacks
from backoffice.office import Changed, Work
from backoffice.sync.contract import ViewKind
from models.office.documents import Document
from models.office.families import FamilyChild
from models.vocabulary import DocumentState


def any_expiring(session: Session, today: date) -> bool:
    """Tell whether a document has just passed its date."""
    return bool(session.scalar(select(exists().where(_past(today)))))


def expire_documents(work: Work) -> int:
    """Write down which documents have passed their date, and show it to their families."""
    documents = work.session.scalars(select(Document).where(_past(work.today))).all()
    for document in documents:
        document.state = DocumentState.EXPIRED
    if documents:
        families = _concerned(work.session, documents)
        for family_id in families:
            work.show(ViewKind.DOCUMENTS, "", family_id)
        say_what_lacks(work, families)
        work.changed(Changed.DOCUMENTS)
    return len(documents)


def _concerned(session: Session, documents: Sequence[Document]) -> set[int]:
    """Name the households that see these documents: a child's is good for both its own."""
    children = {document.child_id for document in documents if document.child_id}
    both = session.scalars(select(FamilyChild.family_id).where(FamilyChild.child_id.in_(children)))
    return {document.family_id for document in documents} | set(both)


def _past(today: date) -> ColumnElement[bool]:
    return (Document.state == DocumentState.PROVIDED) & (Document.valid_until < today)
