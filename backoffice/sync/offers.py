"""The offers of enrolments as days pass: one comes in sight before it opens, and leaves after it has closed."""

from datetime import datetime

from sqlalchemy.orm import Session

from backoffice.clock import paris_day
from backoffice.office import Work
from backoffice.sync.contract import SHARED, ViewKind
from backoffice.sync.frame import Frame
from backoffice.sync.publish import REFUSED
from backoffice.sync.views import build_views
from models.office.house import PublishedView

OFFERS = (ViewKind.OFFERS, "", SHARED)


def offers_have_moved(session: Session, now: datetime) -> bool:
    """Tell whether the portal shows other offers than it should; three short queries, whatever the number of families."""
    shown = session.get(PublishedView, OFFERS)
    if shown is None or shown.wanted > shown.sent or shown.digest == REFUSED:
        return False
    return build_views(Frame(session, now, paris_day(now)), [OFFERS])[OFFERS].digest != shown.digest


def follow_offers(work: Work) -> None:
    """Show the offers as they are today."""
    if offers_have_moved(work.session, work.now):
        work.show(*OFFERS)
