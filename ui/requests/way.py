"""What a kind of request adds to « À traiter »: its icon, its words, what it reads, shows and asks besides."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QWidget

from backoffice.office import Office
from backoffice.permissions import Agent
from backoffice.requests.file import RequestFile
from ui.common.dialogs import FormDialog


class TermsDialog(FormDialog):
    """Asks what accepting needs to know; stays open, and keeps what was typed, until the acceptance is written."""

    @property
    def values(self) -> Mapping[str, Any]:
        """What the kind's handler finds in `Terms.values`, by its name."""
        return {}

    @property
    def note(self) -> str:
        """A word to the family, if the dialog asks for one."""
        return ""


class Besides(QWidget):
    """What the file of a kind shows under its lines: a scan, places left."""

    def show_request(self, file: RequestFile, known: Any) -> None:
        """Show what this request needs; `known` is what the kind has read, None while there is nothing."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How « À traiter » handles one kind of request; `ui.requests.kinds.WAYS` names them all."""

    icon: str  # of resources/icons
    one: str = "ligne"  # what one of its lines is called on the button that accepts some of them
    read: Callable[[Office, Agent, UUID], Any] | None = None  # on a worker lane, when the file opens: known besides
    ask: Callable[[RequestFile, Any, QWidget], TermsDialog] | None = None  # (file, known, parent), before accepting
    asks: Callable[[Any], bool] = lambda _known: True  # whether this request needs the dialog, by what was read
    besides: Callable[[], Besides] | None = None  # made once, shown with each file of this kind
