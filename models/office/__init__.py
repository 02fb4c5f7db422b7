"""The office's tables, one file a subject."""

from models.base import OfficeBase
from models.office import billing, bookings, documents, families, house, requests, structure

__all__ = ["OfficeBase", "billing", "bookings", "documents", "families", "house", "requests", "structure"]
