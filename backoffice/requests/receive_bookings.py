"""The cells that a family books and frees on the portal, judged at the moment of their receipt."""

from sqlalchemy import select

from backoffice.bookings.book import set_booking
from backoffice.bookings.cells import hold_places, read_cells
from backoffice.bookings.rules import CellJudgement, Effect, judge_cell
from backoffice.office import Work
from backoffice.requests.waiting import CELL
from backoffice.sync.contract import Action, BookingsChange, CellState, CellWish
from models.office.families import FamilyChild
from models.office.requests import RequestItem
from models.vocabulary import BookingState, Origin, Verdict

STATES = {
    Effect.BOOK: BookingState.BOOKED,
    Effect.CANCEL: BookingState.CANCELLED,
    Effect.HOLD: BookingState.WAITING,
}
NOT_YOURS = CellJudgement(Verdict.REFUSED, Effect.NOTHING, "Cet enfant n'est pas de votre foyer.")
UNKNOWN = CellJudgement(Verdict.REFUSED, Effect.NOTHING, "Cette case n'existe pas.")


def booking_items(work: Work, action: Action, change: BookingsChange) -> list[RequestItem]:
    """Judge each cell, apply at once those that are accepted, and give the lines of the request."""
    wishes = list({(wish.unit_id, wish.day): wish for wish in change.cells}.values())
    judged = _judge(work, action, change.child_id, wishes)
    for wish, judgement in judged:
        if judgement.effect is not Effect.NOTHING:
            cell = (change.child_id, wish.unit_id, wish.day)
            set_booking(work, cell, STATES[judgement.effect], origin=Origin.PORTAL, request_id=action.id)
    return [_item(change.child_id, wish, judgement) for wish, judgement in judged]


def _judge(work: Work, action: Action, child_id: int, wishes: list[CellWish]) -> list[tuple[CellWish, CellJudgement]]:
    query = select(FamilyChild.child_id).where(
        FamilyChild.family_id == action.family_id, FamilyChild.child_id == child_id
    )
    if work.session.scalar(query) is None:
        return [(wish, NOT_YOURS) for wish in wishes]
    hold_places(work.session, {wish.unit_id for wish in wishes})
    spots = [(wish.unit_id, wish.day) for wish in wishes]
    facts = read_cells(work.session, child_id, spots, family_id=action.family_id)
    judged = []
    for wish in wishes:
        known = facts.get((wish.unit_id, wish.day))
        book = wish.wished is CellState.BOOKED
        judged.append((wish, judge_cell(known, book=book, at=action.received_at) if known else UNKNOWN))
    return judged


def _item(child_id: int, wish: CellWish, judgement: CellJudgement) -> RequestItem:
    bound = judgement.bound
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
        explanation=list(judgement.steps),
    )
