"""The plain sendings, a few boxes in time, that all families send at an opening: judged and written many at a time.

Nobody is refused here: whatever is not that plain is left to the usual way (`sending.save`), which judges it by itself.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from sqlalchemy import Text, bindparam, cast, literal, select, union_all

from backoffice.portal import accounts, outbox, wishes
from backoffice.portal.cells import Cell, CellJudge, Spot
from backoffice.portal.outbox import Author, unanswered
from backoffice.portal.sending import Sent
from backoffice.portal.sheets import Sheet
from backoffice.portal.shown import read_once
from backoffice.portal.store import Moment
from backoffice.portal.weeks import activity_keys, sent_cells
from backoffice.sync.contract import (
    SHARED,
    ActivityWeekView,
    BookingsChange,
    CellState,
    SlotView,
    UnitView,
    ViewKind,
    WeekView,
    week_of,
)
from models.portal import OutboxAction, ShownView
from resources.french import in_paris

MOST = 40  # changes; more are no hurry
FRIDAY = 4


@dataclass(frozen=True, slots=True)
class Asked:
    """One sending, and what it says of who sends it: nothing of it is known to be true yet."""

    sign_in: str  # the hash of the cookie's token
    child_id: int
    sheet: Sheet
    name: str  # of the sheet
    sent: Sent


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sending whose author is known."""

    place: int  # among those asked
    author: Author
    asked: Asked
    first: date
    keys: tuple[str, ...]  # of the child's weeks that it is about


def take(moment: Moment, asked: Sequence[Asked], admits: Callable[[int], bool]) -> list[str | None]:
    """Write down those that are plain, in their order, and give the ids of their actions; none: not this way.

    `admits` counts what an account sends.
    """
    outcomes: list[str | None] = [None] * len(asked)
    candidates = _candidates(moment, asked)
    if not candidates:
        return outcomes
    judge = _Judge(moment, candidates)
    actions = {
        one.place: action
        for one in candidates
        if (action := judge.action(one)) is not None and admits(one.author.guardian_id)
    }
    written = outbox.append_all(moment, list(actions.values()))
    for place, action in actions.items():
        outcomes[place] = action_id if (action_id := str(action["id"])) in written else None
    return outcomes


def _candidates(moment: Moment, asked: Sequence[Asked]) -> list[Candidate]:
    """Find who sends; of a family that sends two together, the second is judged after the first."""
    authors = accounts.authors(moment, {one.sign_in for one in asked})
    today, found = in_paris(moment.now).date(), dict[int, Candidate]()
    for place, one in enumerate(asked):
        author, days = authors.get(one.sign_in), one.sheet.days(one.name, today)
        if author and days and author.family_id not in found and _plain(one.sent, *days):
            found[author.family_id] = Candidate(place, author, one, days[0], _weeks_of(one))
    return list(found.values())


def _weeks_of(asked: Asked) -> tuple[str, ...]:
    days = {day for _, day in asked.sent.seen}
    mondays = {day - timedelta(days=day.weekday()) for day in days}
    return tuple(f"{asked.child_id}:{week_of(monday)}" for monday in mondays)


def _plain(sent: Sent, first: date, last: date) -> bool:
    turned = sent.turned
    if sent.unknown or sent.only_total or sent.answers or not 0 < len(turned) <= MOST:
        return False
    if not sent.ticked <= sent.seen.keys() or any(sent.seen[spot] is CellState.OFFERED for spot in turned):
        return False
    return all(first <= day <= last and day.weekday() <= FRIDAY for _, day in sent.seen)  # an idle weekend is not drawn


class _Judge:
    """Judges sendings as the whole planning would, on what was read for all of them at once."""

    def __init__(self, moment: Moment, candidates: Collection[Candidate]) -> None:
        self._now = moment.now
        self._weeks, self._pending = _told(moment, candidates)
        self._shared = _shared(moment, {key for week in self._weeks.values() for key in _keys(week)})

    def action(self, one: Candidate) -> outbox.ROW | None:
        """Give what to write down; none: it is not plain."""
        sent, child_id, family_id = one.asked.sent, one.asked.child_id, one.author.family_id
        weeks = [week for key in one.keys if (week := self._weeks.get((family_id, key)))]
        busy = sent_cells(self._pending.get(family_id, ()), child_id)
        if len(weeks) != len(one.keys) or sent.turned & busy.keys():
            return None
        cells = self._cells(weeks, sent)
        if cells is None:
            return None
        judged = wishes.judge(cells, {spot: sent.seen[spot] for spot in cells}, sent.ticked & cells.keys(), sent.costs)
        if judged.troubles or judged.unknown or not judged.wishes:
            return None
        change, lines = BookingsChange(child_id=child_id, cells=judged.wishes), wishes.summary(cells, judged.wishes)
        title = one.asked.sheet.title(weeks[0].child, one.first)
        return outbox.row(self._now, one.author, change, sent.form, title=title, lines=lines)

    def _cells(self, weeks: Iterable[WeekView], sent: Sent) -> dict[Spot, Cell] | None:
        """Draw the cells that change; none: the page had one that is not there, or that two activities have."""
        cells, left, turned = dict[Spot, Cell](), set(sent.seen), sent.turned
        for week in weeks:
            told = {(cell.unit_id, cell.day): cell for cell in week.cells}
            for key, mine in zip(_keys(week), week.activities, strict=True):
                if key not in self._shared:
                    continue
                view, places = self._shared[key]
                here = sent.seen.keys() & places.keys()
                if not here <= left:
                    return None
                left -= here
                for spot in turned & here:
                    known = told.get(spot)
                    state = known.state if known else CellState.FREE
                    cells[spot] = CellJudge(mine, view, *places[spot], state, None, self._now, known).cell()
        return None if left else cells


def _keys(week: WeekView) -> list[str]:
    return activity_keys(week, week_of(week.monday))


# --- what is asked ----------------------------------------------------------------------------------------------------

TOLD = union_all(
    select(literal("week").label("kind"), ShownView.family_id, ShownView.key, cast(ShownView.body, Text)).where(
        ShownView.kind == ViewKind.WEEK,
        ShownView.key.in_(bindparam("keys", expanding=True)),  # children's: few have two households
        ShownView.body.is_not(None),
    ),
    select(OutboxAction.kind, OutboxAction.family_id, OutboxAction.id, cast(OutboxAction.payload, Text)).where(
        OutboxAction.family_id.in_(bindparam("families", expanding=True)), unanswered(OutboxAction.family_id)
    ),
)
SHARED_WEEKS = select(ShownView.key, cast(ShownView.body, Text)).where(
    ShownView.kind == ViewKind.ACTIVITY_WEEK,
    ShownView.key.in_(bindparam("keys", expanding=True)),
    ShownView.family_id == SHARED,
    ShownView.body.is_not(None),
)
Weeks = dict[tuple[int, str], WeekView]  # by family, and child and week
Places = Mapping[Spot, tuple[UnitView, SlotView]]
Shared = tuple[ActivityWeekView, Places]


def _told(moment: Moment, candidates: Collection[Candidate]) -> tuple[Weeks, dict[int, list[BookingsChange]]]:
    """Read the children's weeks, and what their families sent that the office has not answered."""
    asked = {
        "keys": [key for one in candidates for key in one.keys],
        "families": [one.author.family_id for one in candidates],
    }
    weeks, pending = Weeks(), dict[int, list[BookingsChange]]()
    for kind, family_id, key, text in moment.connection.execute(TOLD, asked):
        if kind == "week":
            weeks[family_id, key] = WeekView.model_validate_json(text)
        elif kind == "bookings":
            pending.setdefault(family_id, []).append(BookingsChange.model_validate_json(text))
    return weeks, pending


def _shared(moment: Moment, keys: Collection[str]) -> dict[str, Shared]:
    """Read the activities' weeks."""
    rows = moment.connection.execute(SHARED_WEEKS, {"keys": sorted(keys)})
    return {key: _places(text) for key, text in rows}


@lru_cache(maxsize=256)
def _places(text: str) -> Shared:
    """Find the places of an activity's week: the same words give the same, for all families."""
    view = read_once(ActivityWeekView, text)
    units = {unit.id: unit for unit in view.units}
    return view, {(slot.unit_id, slot.day): (units[slot.unit_id], slot) for slot in view.slots if slot.unit_id in units}
