"""The cells that a family books and frees on the portal, judged at the moment of their receipt."""

from datetime import datetime

from sqlalchemy import select

from backoffice.bookings.book import change_cell
from backoffice.bookings.cells import hold_places, read_cells
from backoffice.bookings.rules import CellJudgement, Effect, Grant, judge_cell
from backoffice.office import Work
from backoffice.requests.waiting import CELL
from backoffice.sync.contract import Action, BookingsChange, CellState, CellWish
from models.office.families import FamilyChild
from models.office.requests import RequestItem
from models.vocabulary import Origin, Verdict
from resources.french import instant_text

NOT_YOURS = CellJudgement(Verdict.REFUSED, Effect.NOTHING, "Cet enfant n'est pas de votre foyer.")
UNKNOWN = CellJudgement(Verdict.REFUSED, Effect.NOTHING, "Cette case n'existe pas.")


def booking_items(work: Work, action: Action, change: BookingsChange) -> list[RequestItem]:
    """Judge each cell, apply at once those that are accepted, and give the lines of the request."""
    wishes = list({(wish.unit_id, wish.day): wish for wish in change.cells}.values())
    judged = _judge(work, action, change.child_id, wishes)
    note = f"Annulé par la famille le {instant_text(action.received_at)}, après la limite."
    for wish, judgement in judged:
        cell = (change.child_id, wish.unit_id, wish.day)
        done = Grant(judgement.effect, judgement.grant.late if judgement.effect is Effect.BOOK else None)
        change_cell(work, cell, done, origin=Origin.PORTAL, request_id=action.id, note=note)
    return [_item(change.child_id, wish, judgement, action.received_at) for wish, judgement in judged]


def _judge(work: Work, action: Action, child_id: int, wishes: list[CellWish]) -> list[tuple[CellWish, CellJudgement]]:
    query = select(FamilyChild.child_id).where(
        FamilyChild.family_id == action.family_id, FamilyChild.child_id == child_id
    )
    if work.session.scalar(query) is None:
        return [(wish, NOT_YOURS) for wish in wishes]
    hold_places(work.session, {wish.unit_id for wish in wishes})
    spots = [(wish.unit_id, wish.day) for wish in wishes]
    facts = read_cells(work.session, child_id, spots, family_id=action.family_id, received_at=action.received_at)
    judged = []
    for wish in wishes:
        known = facts.get((wish.unit_id, wish.day))
        book = wish.wished is CellState.BOOKED
        judged.append((wish, judge_cell(known, book=book, at=action.received_at) if known else UNKNOWN))
    return judged


def _item(child_id: int, wish: CellWish, judgement: CellJudgement, received_at: datetime) -> RequestItem:
    bound, received = judgement.bound, f"Demande reçue sur le portail le {instant_text(received_at)}."
    return RequestItem(
        subject=CELL,
        subject_id=child_id,
        field=str(wish.unit_id),
        day=wish.day,
        then=wish.seen.value,
        wished=wish.wished.value,
        verdict=judgement.verdict,
        why=judgement.why,
        limit_at=bound.until if bound else None,
        rule=f"{bound.rule} (version {bound.version})"[:200] if bound else None,
        explanation=[*judgement.steps, received] if judgement.steps else [],
    )
