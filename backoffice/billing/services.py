"""The services that are billed, to choose from."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.office.structure import Service


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """A service: its code begins the numbers of its invoices."""

    code: str
    name: str


def services(session: Session) -> tuple[ServiceRow, ...]:
    """List the services in the commune's order."""
    query = select(Service.code, Service.name).order_by(Service.position, Service.id)
    return tuple(ServiceRow(*row) for row in session.execute(query))
