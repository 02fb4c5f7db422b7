"""The commune that a data folder is about."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.office.structure import Commune


@dataclass(frozen=True, slots=True)
class CommuneRow:
    """The town, as a window's title names it."""

    name: str
    zone: str
    demonstration: bool


def read_commune(session: Session) -> CommuneRow | None:
    """Read the commune; none in a folder where nothing has been set up yet."""
    row = session.execute(select(Commune.name, Commune.zone, Commune.demonstration)).first()
    return CommuneRow(*row) if row else None
