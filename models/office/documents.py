"""The documents asked of a family or of each child."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
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
