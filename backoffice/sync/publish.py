"""Publishing: what is no longer what the portal shows leaves in batches; kill it anywhere and run again."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from sqlalchemy import Row, bindparam, case, func, select, update
from sqlalchemy.orm import Session

from backoffice.clock import paris_day
from backoffice.office import Changed, Office, ViewKey, Work
from backoffice.permissions import SYSTEM
from backoffice.sync.client import PortalClient, PublicationRefused
from backoffice.sync.contract import View, ViewKind
from backoffice.sync.draw import DRAWN_A_TURN, draw_papers, undrawn
from backoffice.sync.files import MOST_WEIGHT, files_of, weight_of
from backoffice.sync.frame import Frame
from backoffice.sync.mark import WITHDRAWN
from backoffice.sync.views import Built, build_views
from models.office.house import PublishedView

BATCH = 500
PATIENCE = 20  # batches after which families' requests are looked at again: some seconds
FIRST = (ViewKind.REQUEST, ViewKind.ACCOUNT, ViewKind.STRUCTURE, ViewKind.FAMILY)  # what a family waits for
LAST = (ViewKind.PAPER,)  # what nobody waits for
REFUSED = "refused"
COLUMNS = (
    PublishedView.kind, PublishedView.key, PublishedView.family_id, PublishedView.wanted, PublishedView.sent, PublishedView.digest,
)  # fmt: skip
Stale = Row[str, str, int, int, int, str | None]  # a view's line, without the weight of an object
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PublishReport:
    """How many views left, were the same as what is shown, were refused by the portal, still wait."""

    sent: int = 0
    unchanged: int = 0
    refused: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True)
class Mark:
    """What the portal now shows of a view, and its print."""

    key: ViewKey
    version: int
    digest: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Some stale views, built from one moment of the database."""

    views: tuple[View, ...]
    marks: tuple[Mark, ...]
    unchanged: int
    late: frozenset[tuple[str, int]] = frozenset()  # papers that are to be drawn before they leave


def publish(
    office: Office,
    client: PortalClient,
    *,
    progress: Callable[[int, int], None] | None = None,
    batches: int | None = None,
    between: Callable[[], None] | None = None,
) -> PublishReport:
    """Send what the portal does not show yet, requests first, all of it or some batches.

    `between` is called now and then: a whole year takes minutes, and families do not wait for it.

    Raises:
        Unavailable: the portal cannot be reached; what was sent is noted, the rest waits.
    """
    sent = unchanged = refused = done = drawn = 0
    total = office.read(count_stale)
    for turn in count(1):
        if done >= total or (batches is not None and turn > batches):
            break
        batch = office.read(_next_batch, office.now(), office.sealer.public_key)
        just_drawn = draw_papers(office, batch.late) if drawn < DRAWN_A_TURN else 0
        drawn += just_drawn  # the rest leaves with the next turns
        if not batch.marks and not just_drawn:
            break
        troubled = _send(client, batch.views)
        marks = tuple(_refused(mark) if mark.key in troubled else mark for mark in batch.marks)
        if marks:
            office.write(_note_sent, SYSTEM, marks)
        sent += len(batch.views) - len(troubled)
        unchanged, refused, done = unchanged + batch.unchanged, refused + len(troubled), done + len(marks)
        if progress:
            progress(done, max(total, done))
        if between and turn % PATIENCE == 0:
            between()
    return PublishReport(sent, unchanged, refused, office.read(count_stale))


def count_stale(session: Session) -> int:
    """Count the views that the portal does not show as they are."""
    return session.scalar(select(func.count()).where(PublishedView.wanted > PublishedView.sent)) or 0


def _next_batch(session: Session, now: datetime, upload_key: str) -> Batch:
    ranks = {kind.value: rank for rank, kind in enumerate(FIRST)} | {kind.value: len(FIRST) + 1 for kind in LAST}
    urgency = case(ranks, value=PublishedView.kind, else_=len(FIRST))
    stale_rows = PublishedView.wanted > PublishedView.sent
    asking = select(PublishedView.family_id).where(stale_rows, PublishedView.kind == ViewKind.REQUEST)
    answered = case((PublishedView.family_id.in_(asking), 0), else_=1)  # an answer travels with the week it changes
    query = select(*COLUMNS).where(stale_rows)
    stale = _with_few_files(
        session.execute(query.order_by(answered, urgency, PublishedView.kind, PublishedView.key).limit(BATCH)).all()
    )
    late = undrawn(session, paris_day(now), [row.key for row in stale if row.kind == ViewKind.PAPER])
    names = {f"{kind}:{number}" for kind, number in late}
    stale = [row for row in stale if row.kind != ViewKind.PAPER or row.key not in names]
    rows = {(ViewKind(row.kind), row.key, row.family_id): row for row in stale}
    built = build_views(Frame(session, now, paris_day(now), upload_key), list(rows))
    leaving = [view for key, view in built.items() if not _is_shown(view, rows[key])]
    files = files_of(session, [view.key for view in leaving if view.file])
    return Batch(
        tuple(view.view(rows[view.key].wanted, files.get(view.key)) for view in leaving),
        tuple(Mark(key, row.wanted, built[key].digest) for key, row in rows.items()),
        len(rows) - len(leaving),
        frozenset(late),
    )


def _with_few_files(stale: Sequence[Stale]) -> list[Stale]:
    kept, weight = [], 0
    for row in stale:
        weight += (mine := weight_of(row.kind))
        if not mine or weight <= MOST_WEIGHT:
            kept.append(row)
    return kept


def _is_shown(view: Built, row: Stale) -> bool:
    """Tell whether the portal already shows just this.

    Only when no version between the one noted and this one can have left: a programme stopped after a sending, and
    before noting it, may have shown something else meanwhile.
    """
    if row.wanted != row.sent + 1:
        return False
    return view.digest == row.digest or (view.digest == WITHDRAWN and row.sent == 0)


def _send(client: PortalClient, views: Sequence[View]) -> set[ViewKey]:
    """Send views, and find those that the portal will not show: the others do not wait for them."""
    if not views:
        return set()
    try:
        client.publish(views)
    except PublicationRefused as refusal:
        if len(views) == 1:
            view = views[0]
            log.error("the portal refuses view %s %s: %s", view.kind, view.key, refusal)  # noqa: TRY400 the sentence says all
            return {(view.kind, view.key, view.family_id)}
        half = len(views) // 2
        return _send(client, views[:half]) | _send(client, views[half:])
    return set()


def _refused(mark: Mark) -> Mark:
    return Mark(mark.key, mark.version, REFUSED)


def _note_sent(work: Work, marks: Sequence[Mark]) -> None:
    """Note what the portal shows; another office may have noted a later version meanwhile."""
    table = PublishedView.__table__
    statement = (
        update(PublishedView)
        .where(
            table.c.kind == bindparam("of_kind"),
            table.c.key == bindparam("of_key"),
            table.c.family_id == bindparam("of_family"),
            table.c.sent < bindparam("version"),
        )
        .values(sent=bindparam("version"), digest=bindparam("print"))
    )
    rows = [
        {"of_kind": kind, "of_key": key, "of_family": family_id, "version": mark.version, "print": mark.digest}
        for mark in marks
        for kind, key, family_id in [mark.key]
    ]
    work.session.connection().execute(statement, rows)
    work.changed(Changed.PORTAL)
