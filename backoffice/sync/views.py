"""What each view of the portal must show, built for many keys at once."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from backoffice.office import ViewKey
from backoffice.sync import (
    activity_views,
    document_views,
    invoice_views,
    mandate_views,
    message_views,
    offer_views,
    paper_views,
    people_views,
    receipt_views,
    week_views,
)
from backoffice.sync.contract import AttachedFile, View, ViewKind
from backoffice.sync.frame import Builder, FileRef, Frame, Shown
from backoffice.sync.mark import WITHDRAWN

BUILDERS: dict[ViewKind, Builder] = {
    ViewKind.STRUCTURE: people_views.structure,
    ViewKind.ACCOUNT: people_views.accounts,
    ViewKind.FAMILY: people_views.families,
    ViewKind.ENROLMENTS: offer_views.enrolments,
    ViewKind.OFFERS: offer_views.offers,
    ViewKind.WEEK: week_views.weeks,
    ViewKind.ACTIVITY_WEEK: activity_views.activity_weeks,
    ViewKind.INVOICE: invoice_views.invoices,
    ViewKind.DOCUMENTS: document_views.documents,
    ViewKind.PUBLICATION: document_views.publications,
    ViewKind.REQUEST: paper_views.requests,
    ViewKind.PAPER: receipt_views.papers,
    ViewKind.MANDATES: mandate_views.mandates,
    ViewKind.THREAD: message_views.threads,
}


@dataclass(frozen=True, slots=True)
class Built:
    """A view ready to leave, and its print: the same print need not leave twice."""

    key: ViewKey
    body: dict[str, object] | None
    file: FileRef | None
    digest: str

    def view(self, version: int, content: bytes | None = None) -> View:
        """Give the view at its version, with its file's content if it has one."""
        kind, key, family_id = self.key
        attached = None
        if self.file is not None and content is not None:
            attached = AttachedFile(
                name=self.file.name, media_type=self.file.media_type, sha256=self.file.sha256, content=content
            )
        return View(kind=kind, key=key, family_id=family_id, version=version, body=self.body, file=attached)


def build_views(frame: Frame, keys: Sequence[ViewKey]) -> dict[ViewKey, Built]:
    """Build what some views must show; a kind costs the same few queries however many keys it has."""
    built: dict[ViewKey, Built] = {}
    for kind, builder in BUILDERS.items():
        mine = [key for key in keys if key[0] is kind]
        if mine:
            built |= {key: _built(key, shown) for key, shown in builder(frame, mine).items()}
    return built


def _built(key: ViewKey, shown: Shown) -> Built:
    if shown.body is None:
        return Built(key, None, None, WITHDRAWN)
    body = shown.body.model_dump(mode="json", exclude_defaults=True)  # the contract says them on both sides
    written = json.dumps([body, shown.file.sha256 if shown.file else ""], sort_keys=True, ensure_ascii=False)
    return Built(key, body, shown.file, hashlib.sha256(written.encode()).hexdigest())
