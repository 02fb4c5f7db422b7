"""The portal's legal texts: the commune's own, beside what is said without them."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.portal.notices import ACCESS, DATA, LEGAL, NOTICES, default_text
from backoffice.sync.contract import NoticeView, StructureView
from models.office.house import PortalNotice
from models.office.structure import Commune, Regie

PAGE_NAMES = {LEGAL: "Mentions légales", ACCESS: "Accessibilité", DATA: "Vos données"}


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One text of the portal."""

    code: str
    page: str
    title: str
    hint: str
    text: str  # the commune's own; none: the portal says the default
    default: str

    @property
    def shown(self) -> str:
        """Give what families read."""
        return self.text or self.default


def notices(session: Session) -> tuple[NoticeRow, ...]:
    """Read every text, in the order of the pages."""
    own = dict(session.execute(select(PortalNotice.code, PortalNotice.text)).all())
    structure = _structure(session)
    return tuple(
        NoticeRow(
            notice.code,
            PAGE_NAMES[notice.page],
            notice.title,
            notice.hint,
            own.get(notice.code, ""),
            default_text(notice, structure),
        )
        for notice in NOTICES
    )


def notice_views(session: Session) -> tuple[NoticeView, ...]:
    """Give the portal the commune's own texts."""
    query = select(PortalNotice).order_by(PortalNotice.code)
    return tuple(NoticeView(code=row.code, text=row.text) for row in session.scalars(query))


def _structure(session: Session) -> StructureView:
    commune = session.scalar(select(Commune.name).limit(1))
    regie = session.scalars(select(Regie).order_by(Regie.id).limit(1)).first()
    return StructureView(
        commune=commune or "",
        regie=regie.name if regie else "la régie",
        street=regie.street if regie else "",
        city=f"{regie.postal_code} {regie.city}" if regie else "",
        phone=regie.phone if regie else "",
        email=regie.email if regie else "",
        places=(),
        demonstration=False,
    )
