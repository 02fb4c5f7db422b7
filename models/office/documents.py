"""The documents asked of a family or of each child, the files that families send, and those that the structure gives."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import OfficeBase
from models.vocabulary import DocumentState


class DocumentKind(OfficeBase):
    """A document that the structure asks for."""

    __tablename__ = "document_kind"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    per_child: Mapped[bool]
    mandatory: Mapped[bool]
    blocks: Mapped[str]  # what waits for it, in French
    position: Mapped[int]
    months_valid: Mapped[int | None]  # from its receipt; none: no end, or the one written on it
    asked: Mapped[bool] = mapped_column(default=True)  # false once the structure asks for it no more


class Document(OfficeBase):
    """A document of a family (child_id empty) or of a child; a missing one has no row."""

    __tablename__ = "document"
    __table_args__ = (Index("ix_document_family_child", "family_id", "child_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind_id: Mapped[int] = mapped_column(ForeignKey("document_kind.id"), index=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"))
    child_id: Mapped[int | None] = mapped_column(ForeignKey("child.id"))
    state: Mapped[DocumentState]
    received_at: Mapped[datetime | None]
    valid_until: Mapped[date | None]
    reason: Mapped[str | None]


class DocumentFile(OfficeBase):
    """A file sent for a document; sealed at rest, opened for an agent who reads it."""

    __tablename__ = "document_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    request_id: Mapped[UUID | None] = mapped_column(ForeignKey("request.id"), index=True)
    name: Mapped[str]
    media_type: Mapped[str]
    pages: Mapped[int]
    size: Mapped[int]  # bytes, before it was sealed
    sha256: Mapped[str] = mapped_column(String(64))  # of the file itself
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # none: thrown away after its retention
    received_at: Mapped[datetime]


class Publication(OfficeBase):
    """A file that the structure gives its families (« Documentation »): a form to return, the règlement intérieur, menus."""

    __tablename__ = "publication"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    words: Mapped[str] = mapped_column(Text)  # what it is for
    to_return: Mapped[bool]  # filled in and sent back
    position: Mapped[int]
    file_name: Mapped[str]
    media_type: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    published_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 SQLAlchemy's form
