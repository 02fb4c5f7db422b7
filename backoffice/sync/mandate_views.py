"""The views of households' direct-debit mandates: accounts masked, requests included."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Literal

from sqlalchemy import select

from backoffice.clock import paris_day
from backoffice.office import ViewKey
from backoffice.requests.kinds.mandate import SUBJECT, ending_of
from backoffice.sync.contract import MandatesView, MandateView
from backoffice.sync.frame import Frame, Shown
from models.office.debits import Mandate
from models.office.requests import Request, RequestItem
from models.vocabulary import MandateState, RequestKind, Verdict

Words = Literal["unsigned", "active", "suspended", "revoked"]
WORDS: dict[MandateState, Words] = {
    MandateState.UNSIGNED: "unsigned", MandateState.ACTIVE: "active", MandateState.SUSPENDED: "suspended",
    MandateState.REVOKED: "revoked",
}  # fmt: skip
DOTS = "••••"


def mandates(frame: Frame, keys: Sequence[ViewKey]) -> dict[ViewKey, Shown]:
    """Build the households' mandates, what is asked for first."""
    families = {family_id for _, _, family_id in keys}
    lines: dict[int, list[MandateView]] = defaultdict(list)
    asked = (
        select(Request.family_id, Request.received_at, RequestItem)
        .join(RequestItem, RequestItem.request_id == Request.id)
        .where(
            Request.kind == RequestKind.MANDATE, Request.family_id.in_(families), RequestItem.subject == SUBJECT,
            RequestItem.verdict == Verdict.WAITING,
        )
        .order_by(Request.received_at)
    )  # fmt: skip
    for family_id, received_at, item in frame.session.execute(asked):
        since = paris_day(received_at)
        line = MandateView(
            regie_id=item.subject_id, rum="", state="asked", account=f"{DOTS} {ending_of(item)}", since=since
        )
        lines[family_id].append(line)
    for row in frame.session.scalars(
        select(Mandate).where(Mandate.family_id.in_(families)).order_by(Mandate.id.desc())
    ):
        lines[row.family_id].append(
            MandateView(
                regie_id=row.regie_id, rum=row.rum, state=WORDS[row.state], account=f"{DOTS} {row.iban_ending}",
                since=row.signed_on or paris_day(row.created_at),
            )
        )  # fmt: skip
    return {key: Shown(MandatesView(lines=tuple(lines[key[2]]))) for key in keys}
