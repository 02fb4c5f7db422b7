"""Applying what a family did on the portal: exactly once, judged at the moment the portal received it."""

import logging
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from backoffice.documents.arrive import ARRIVED, Kept
from backoffice.families.invite import link_drawn_at, send_link
from backoffice.messages.receive import receive_message
from backoffice.office import Changed, Work
from backoffice.payments.online import receive_online
from backoffice.requests import words
from backoffice.requests.closing import sum_up
from backoffice.requests.decision import show_request
from backoffice.requests.kinds import HANDLERS, KIND_OF
from backoffice.requests.withdraw import withdraw
from backoffice.sync.contract import (
    AccountOpened,
    Action,
    LinkAsked,
    MessageSent,
    OnlinePaymentTold,
    ViewKind,
    Withdrawn,
)
from models.office.families import Family, Guardian
from models.office.requests import AppliedAction, Request, RequestItem
from models.upsert import insert_into
from models.vocabulary import RequestStatus
from resources.french import NARROW

LARGEST_ID = 2**31 - 1
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of an action; `applied` is false when it had been applied before."""

    action_id: UUID
    outcome: str
    applied: bool
    waits: bool = False


def receive(work: Work, action: Action, document: Kept | None = None) -> Receipt:
    """Apply an action and remember it, in one transaction: a second sending changes nothing.

    `document` is what a document sent is about, fetched and opened beforehand.
    """
    if not _first_time(work, action.id, action.payload.kind, action.received_at):
        return Receipt(action.id, "déjà appliquée", applied=False)
    if isinstance(action.payload, OnlinePaymentTold):  # money is kept, whoever has left the household meanwhile
        return _remember(work, action.id, receive_online(work, action))
    guardian = work.session.get(Guardian, action.guardian_id)
    if guardian is None or guardian.family_id != action.family_id:
        log.warning("action %s: guardian %s is not of family %s", action.id, action.guardian_id, action.family_id)
        return _remember(work, action.id, f"refusée{NARROW}: ce responsable n'est pas de ce foyer")
    work.memo[ARRIVED] = document
    if type(action.payload) in KIND_OF:
        status = _request(work, action)
        return _remember(work, action.id, words.STATUS_WORDS[status].lower(), waits=status is RequestStatus.WAITING)
    return _remember(work, action.id, _effect(work, action, guardian))


def _effect(work: Work, action: Action, guardian: Guardian) -> str:
    """Do what is not a request, and say what became of it."""
    match action.payload:
        case AccountOpened():
            return _open_account(work, guardian, action.received_at)
        case LinkAsked():
            return _send_link(work, guardian, action.id)
        case Withdrawn():
            return withdraw(work, action)
        case MessageSent():
            return receive_message(work, action, guardian)
    message = f"action {action.id}: nothing is known of {action.payload.kind}"
    raise LookupError(message)


def set_aside(
    work: Work, action_id: UUID, received_at: datetime, sentence: str, *, action: Action | None = None
) -> Receipt:
    """Remember an action that cannot be applied, so that it blocks nothing; the family is told when it is known."""
    kind = action.payload.kind if action else "illisible"
    if not _first_time(work, action_id, kind, received_at):
        return Receipt(action_id, "déjà appliquée", applied=False)
    if action is not None and type(action.payload) in KIND_OF and _is_known(work, action):
        request = _new_request(action, RequestStatus.REFUSED, work.now)
        request.note = sentence
        work.session.add(request)
        work.show(ViewKind.REQUEST, str(action_id), action.family_id)
        work.changed(Changed.REQUESTS)
    told = action.payload.model_dump(mode="json") if action and isinstance(action.payload, OnlinePaymentTold) else {}
    work.sign("set_aside", "action", action_id, new={"sentence": sentence, **told})
    return _remember(work, action_id, f"refusée{NARROW}: {sentence}")


def is_applied(session: Session, action_id: UUID) -> bool:
    """Tell whether an action has been applied before: what it brings need not be fetched again."""
    return session.get(AppliedAction, action_id) is not None


def _first_time(work: Work, action_id: UUID, kind: str, received_at: datetime) -> bool:
    """Put the action's id under its unique key; two offices collecting together wait for one another here."""
    row = {"id": action_id, "kind": kind, "received_at": received_at, "applied_at": work.now, "outcome": ""}
    statement = insert_into(work.session, AppliedAction).values(**row).on_conflict_do_nothing(index_elements=["id"])
    return work.session.connection().execute(statement.returning(AppliedAction.id)).first() is not None


def _remember(work: Work, action_id: UUID, outcome: str, *, waits: bool = False) -> Receipt:
    work.session.execute(update(AppliedAction).where(AppliedAction.id == action_id).values(outcome=outcome[:200]))
    return Receipt(action_id, outcome, applied=True, waits=waits)


def _open_account(work: Work, guardian: Guardian, received_at: datetime) -> str:
    guardian.account_opened = True
    drawn_at = link_drawn_at(guardian)
    if drawn_at is not None and drawn_at <= received_at:  # a link drawn since then still serves
        guardian.link_sha256 = guardian.link_until = None
    work.show(ViewKind.ACCOUNT, guardian.id, guardian.family_id)
    work.sign("account_opened", "guardian", guardian.id)
    work.changed(Changed.FAMILIES)
    return "compte ouvert"


def _send_link(work: Work, guardian: Guardian, action_id: UUID) -> str:
    if not guardian.email:
        return f"refusée{NARROW}: pas d'adresse e-mail"
    send_link(work, guardian, template="link", cause=f"link:{action_id}")
    return "lien envoyé"


def _request(work: Work, action: Action) -> RequestStatus:
    request = _new_request(action, RequestStatus.WAITING, None)
    work.session.add(request)
    work.session.flush()
    items = HANDLERS[request.kind].receive(work, action)
    for position, item in enumerate(items, start=1):
        item.request_id, item.position = action.id, position
    work.session.add_all(items)
    sum_up(work, request, items)
    _sign(work, request, items)
    show_request(work, request, items)
    return request.status


def _new_request(action: Action, status: RequestStatus, decided_at: datetime | None) -> Request:
    return Request(
        id=action.id,
        kind=KIND_OF[type(action.payload)],
        family_id=action.family_id,
        guardian_id=action.guardian_id,
        received_at=action.received_at,
        status=status,
        decided_at=decided_at,
        decided_by=words.AUTOMATIC if decided_at else None,
    )


def _sign(work: Work, request: Request, items: list[RequestItem]) -> None:
    verdicts = {f"{item.subject}:{item.subject_id}:{item.field}:{item.day or ''}": item.verdict for item in items}
    work.sign("receive", "request", request.id, new={"received_at": str(request.received_at), **verdicts})


def _is_known(work: Work, action: Action) -> bool:
    if not (0 < action.guardian_id <= LARGEST_ID and 0 < action.family_id <= LARGEST_ID):
        return False
    guardian = work.session.get(Guardian, action.guardian_id)
    return bool(guardian and guardian.family_id == action.family_id and work.session.get(Family, action.family_id))
