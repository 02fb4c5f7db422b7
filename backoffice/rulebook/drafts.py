"""A rulebook's file before it is adopted: what is wrong in it, or what adopting it would change; nothing is kept."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from backoffice.errors import RefusedByRule
from backoffice.rulebook.adopt import Adopted, foresee
from backoffice.rulebook.file.compare import Difference, compare
from backoffice.rulebook.file.mistakes import Mistake
from backoffice.rulebook.lists import source_of
from backoffice.rulebook.load import parsed


@dataclass(frozen=True, slots=True)
class Draft:
    """A file that nobody adopted yet: it has mistakes, or it can be tried; and perhaps adopted."""

    file: str
    source: str
    mistakes: tuple[Mistake, ...] = ()
    name: str = ""
    version: str = ""
    effective: date | None = None
    foreseen: Adopted | None = None  # none: it cannot be adopted
    obstacle: str = ""  # why

    @property
    def usable(self) -> bool:
        """Tell whether it can be tried."""
        return not self.mistakes

    @property
    def adoptable(self) -> bool:
        """Tell whether adopting it would change anything."""
        return self.foreseen is not None and self.foreseen.stored


def draft_of(session: Session, file: str, content: bytes, today: date) -> Draft:
    """Read a file: what is wrong in it, or what adopting it would change."""
    try:
        source = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return Draft(
            file, "", (Mistake(line, "", "Ce fichier n'est pas du texte UTF-8\u202f: enregistrez-le en UTF-8."),)
        )
    try:
        book = parsed(source)
    except RefusedByRule as error:
        return Draft(file, source, getattr(error, "mistakes", ()) or (Mistake(None, "", str(error)),))
    foreseen, obstacle = None, ""
    try:
        foreseen = foresee(session, source, today=today)
    except RefusedByRule as error:
        obstacle = str(error)
    return Draft(file, source, (), book.name, book.version, book.effective, foreseen, obstacle)


def changes_since(session: Session, version: str, today: date) -> tuple[Difference, ...]:
    """Say what changed from a version to the one in force today.

    Raises:
        RefusedByRule: there is no such version, or none is in force.
    """
    _, old = source_of(session, version, today=today)
    _, new = source_of(session, None, today=today)
    return compare(parsed(old), parsed(new))
