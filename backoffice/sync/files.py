"""The files that travel with views: who reads them, kind by kind, and how many may leave together."""

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy.orm import Session

from backoffice.office import ViewKey
from backoffice.sync.contract import ViewKind
from backoffice.sync.document_views import publication_files
from backoffice.sync.invoice_views import invoice_files
from backoffice.sync.receipt_views import paper_files

FileReader = Callable[[Session, Sequence[ViewKey]], Mapping[ViewKey, bytes]]
READERS: Mapping[ViewKind, FileReader] = {
    ViewKind.INVOICE: invoice_files,
    ViewKind.PAPER: paper_files,
    ViewKind.PUBLICATION: publication_files,
}
MOST_WEIGHT = 60  # of the files of one batch: their contents travel with them, and the portal bounds what it takes
WEIGHTS: Mapping[ViewKind, int] = {ViewKind.PUBLICATION: 20}  # up to 10 MB each; the others are papers of some pages


def files_of(session: Session, keys: Sequence[ViewKey]) -> dict[ViewKey, bytes]:
    """Read the files of some views; one whose file is gone is left out."""
    found: dict[ViewKey, bytes] = {}
    for kind, reader in READERS.items():
        if mine := [key for key in keys if key[0] is kind]:
            found |= reader(session, mine)
    return found


def weight_of(kind: str) -> int:
    """Weigh the file that a view of a kind brings; 0 when it brings none."""
    return WEIGHTS.get(ViewKind(kind), 1) if kind in READERS else 0
