"""Where a child's planning opens: the week at hand, or the next one in which there is something to see."""

from datetime import date

from sqlalchemy import select

from backoffice.portal.cells import Look
from backoffice.portal.spans import monday, read_span, week_span
from backoffice.portal.store import Work
from backoffice.portal.weeks import Planning
from backoffice.sync.contract import CellState, ViewKind, monday_of, week_of
from models.portal import ShownView

AT_ONCE = 4  # weeks read together
NOTHING_THERE = frozenset({Look.CLOSED, Look.OUTSIDE})


def first_week(work: Work, family_id: int, child_id: int, day: date) -> str | None:
    """Name the week on which a child's planning opens; none: no child of this family."""
    at_hand = week_span(work, family_id, child_id, day)
    if at_hand is None:
        return None
    if not any(map(_says_something, at_hand.plannings)):
        for weeks in _published_after(work, family_id, child_id, week_of(day)):
            span = read_span(work, family_id, child_id, monday(weeks[0]), weeks[0], besides=weeks)
            open_ones = [one for one in span.plannings if _says_something(one)] if span else []
            if open_ones:
                return week_of(open_ones[0].monday)
    return week_of(day)


def _says_something(planning: Planning) -> bool:
    return any(cell.look not in NOTHING_THERE or cell.state is not CellState.FREE for cell in planning.cells.values())


def _published_after(work: Work, family_id: int, child_id: int, name: str) -> list[list[date]]:
    """List the Mondays of a child's published weeks after one, some at a time."""
    query = select(ShownView.key).where(
        ShownView.family_id == family_id,
        ShownView.kind == ViewKind.WEEK,
        ShownView.body.is_not(None),
        ShownView.key.startswith(f"{child_id}:"),
    )
    names = sorted(key.partition(":")[2] for key in work.session.scalars(query))  # weeks sort by their names
    weeks = [monday_of(one) for one in names if one > name]
    return [weeks[at : at + AT_ONCE] for at in range(0, len(weeks), AT_ONCE)]
