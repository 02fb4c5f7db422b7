"""Documents past their date: the portal says so on the day it happens."""

from datetime import date

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from backoffice.office import Changed, Work
from backoffice.sync.contract import ViewKind
from models.office.documents import Document
from models.vocabulary import DocumentState


def any_expiring(session: Session, today: date) -> bool:
    """Tell whether a document has just passed its date."""
    return bool(session.scalar(select(exists().where(_past(today)))))


def expire_documents(work: Work) -> int:
    """Write down which documents have passed their date, and show it to their families."""
    documents = work.session.scalars(select(Document).where(_past(work.today))).all()
    for document in documents:
        document.state = DocumentState.EXPIRED
        work.show(ViewKind.DOCUMENTS, "", document.family_id)
    if documents:
        work.changed(Changed.DOCUMENTS)
    return len(documents)


def _past(today: date) -> ColumnElement[bool]:
    return (Document.state == DocumentState.PROVIDED) & (Document.valid_until < today)
