"""What every builder of views starts from: one moment of the database, and the rules of its days."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from sqlalchemy.orm import Session

from backoffice.office import ViewKey
from backoffice.rulebook.in_force import Rules, read_rules
from backoffice.sync.contract import Message
from backoffice.sync.horizon import horizon


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file that travels with a view; its content is read only if the view leaves."""

    name: str
    media_type: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What a view must show: nothing withdraws it from the portal."""

    body: Message | None = None
    file: FileRef | None = None


@dataclass(frozen=True)
class Frame:
    """One moment, and what the builders of one batch share."""

    session: Session
    now: datetime
    today: date
    upload_key: str = ""  # the office's public key

    @cached_property
    def rules(self) -> Rules:
        """The rules in force, read once a batch."""
        return read_rules(self.session)

    @cached_property
    def weeks(self) -> frozenset[date]:
        """The Mondays of the weeks that families see."""
        return frozenset(horizon(self.session, self.today))


Builder = Callable[[Frame, Sequence[ViewKey]], Mapping[ViewKey, Shown]]
NOTHING = Shown()
