"""The office's tables, one file a subject."""

from models.base import OfficeBase
from models.office import (
    billing,
    bookings,
    contracts,
    debits,
    documents,
    families,
    house,
    payments,
    reminders,
    requests,
    structure,
    treasury,
)

__all__ = [
    "OfficeBase",
    "billing",
    "bookings",
    "contracts",
    "debits",
    "documents",
    "families",
    "house",
    "payments",
    "reminders",
    "requests",
    "structure",
    "treasury",
]
