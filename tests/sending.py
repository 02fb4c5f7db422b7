"""An office that asks two documents, its portal, and a family that sends them."""

import hashlib
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import func, select
from uuid6 import uuid7

from backoffice.documents.lists import DocumentRow, documents_of
from backoffice.office import Office, Work
from backoffice.portal import outbox
from backoffice.portal.outbox import Author, Form
from backoffice.portal.sealed import seal
from backoffice.sync.contract import DocumentSent, ViewKind
from models.office.documents import DocumentFile, DocumentKind
from models.office.requests import Request
from models.portal import Upload
from models.vocabulary import RequestStatus
from tests.factories import AGENT, Town, a_commune, reached
from tests.letterbox import Letterbox
from tests.papers import a_pdf

PAPER = a_pdf()


@dataclass
class House:
    """An office that asks two documents, its portal, a family."""

    office: Office
    portal: Letterbox
    town: Town = field(init=False)
    insurance: int = 0
    taxes: int = 0

    def __post_init__(self) -> None:
        self.town = a_commune(self.office)
        self.insurance, self.taxes = reached(self.office, "documents", lambda: self.office.write(self._ask, AGENT))
        self.turn()

    def _ask(self, work: Work) -> tuple[int, int]:
        kinds = [
            DocumentKind(
                code=name, name=name, per_child=child, mandatory=True, blocks="", position=at, months_valid=months
            )
            for at, (name, child, months) in enumerate([("Assurance", True, 12), ("Impôts", False, None)])
        ]
        work.session.add_all(kinds)
        work.session.flush()
        work.show(ViewKind.DOCUMENTS, "", self.town.home.family_id)
        return kinds[0].id, kinds[1].id

    def turn(self) -> None:
        self.portal.turn(self.office)

    def send(self, content: bytes = PAPER, *, key: str = "", sealed: bytes | None = None, **changes: object) -> str:
        """Do as the page does; and more than it would, for whoever has stolen its host."""
        letter = sealed if sealed is not None else seal(key or self.office.sealer.public_key, content)
        told = {
            "document_kind": self.insurance, "child_id": self.town.home.child_id, "upload": uuid7(), "name": "scan.pdf",
            "pages": 1, "size": len(content), "sha256": hashlib.sha256(letter).hexdigest(),
        }  # fmt: skip
        return self.portal.store.write(self._put, DocumentSent.model_validate(told | changes), letter)

    def _put(self, work, sent: DocumentSent, letter: bytes) -> str:
        home = self.town.home
        form = Form.of(outbox.new_form_key(), [])
        action_id = outbox.append(work, Author(home.guardian_id, home.family_id), sent, form)
        work.session.add(
            Upload(
                id=str(sent.upload), action_id=action_id, family_id=home.family_id, received_at=work.now,
                sha256=sent.sha256, sealed=letter,
            )
        )  # fmt: skip
        return action_id

    def rows(self) -> dict[str, DocumentRow]:
        return {row.name: row for row in self.office.read(documents_of, self.town.home.family_id, self.office.today())}

    def status(self, action_id: str) -> tuple[RequestStatus, str | None]:
        request = self.office.read(lambda session: session.get_one(Request, UUID(action_id)))
        return request.status, request.note

    def files(self) -> int:
        return self.office.read(lambda session: session.scalar(select(func.count(DocumentFile.id)))) or 0

    def shown(self) -> dict[str, dict]:
        body = self.portal.body(ViewKind.DOCUMENTS, "", self.town.home.family_id)
        return {line["name"]: line for line in body["lines"]}

    def uploads(self) -> int:
        return self.portal.store.read(lambda work: work.session.scalar(select(func.count(Upload.id)))) or 0
