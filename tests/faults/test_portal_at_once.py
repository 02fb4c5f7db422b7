"""Families, lists and agents act on the same requests and settings at the same moment: nobody's answer is lost."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from functools import partial
from threading import Event
from uuid import UUID

import pytest
from sqlalchemy import select

from backoffice.bookings.change import CellChange, change_bookings
from backoffice.enrolments import groups
from backoffice.errors import RefusedByRule, StaleRecord
from backoffice.families.field_rules import PortalFiles, portal_files, save_portal_files
from backoffice.notices.edit import edit_notice
from backoffice.office import Office, Work
from backoffice.permissions import SYSTEM
from backoffice.requests.accept import accept
from backoffice.requests.decision import Decision
from backoffice.requests.receive import Receipt, receive
from backoffice.requests.refuse import refuse
from backoffice.sync.contract import BookingsChange, CellState, CellWish, Withdrawn
from models.office.requests import Request, RequestItem
from models.office.structure import AgeGroup
from models.vocabulary import RequestStatus, Verdict
from tests.factories import AGENT, COLLEAGUE, Household, Town
from tests.faults.desks import together
from tests.letterbox import an_action
from tests.waiting import Canteen

FREE, BOOKED = CellState.FREE, CellState.BOOKED
TODAY, LATER = date(2026, 11, 3), date(2026, 11, 30)
BLOCKED_FOR = 0.4  # seconds: the colleague has reached what the first one holds


def asks(office: Office, town: Town, home: Household, *cells: tuple[int, date]) -> UUID:
    wishes = tuple(CellWish(unit_id=unit_id, day=day, seen=FREE, wished=BOOKED) for unit_id, day in cells)
    action = an_action(home, BookingsChange(child_id=home.child_id, cells=wishes), at=office.now())
    office.write(receive, SYSTEM, action)
    return action.id


def verdicts(office: Office, request_id: UUID) -> tuple[RequestStatus, list[Verdict]]:
    query = select(RequestItem.verdict).where(RequestItem.request_id == request_id).order_by(RequestItem.position)
    status = office.read(lambda session: session.get_one(Request, request_id).status)
    return status, list(office.read(lambda session: session.scalars(query).all()))


def test_a_list_answers_one_line_while_an_agent_accepts_the_other(desks: tuple[Office, Office]) -> None:
    one, two = desks
    canteen = Canteen(one, day=LATER, families=2)
    town, (first, second) = canteen.town, canteen.homes
    canteen.asks(first)
    request = asks(one, town, second, (town.meal_id, LATER), (town.morning_id, TODAY))
    assert verdicts(one, request) == (RequestStatus.WAITING, [Verdict.LISTED, Verdict.WAITING])
    freed = Event()

    def free(work: Work) -> None:
        change_bookings(work, first.child_id, [CellChange(town.meal_id, LATER, book=False)])
        freed.set()
        Event().wait(BLOCKED_FOR)

    def decide() -> Decision:
        freed.wait(5)
        return two.write(accept, COLLEAGUE, request)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda act: act(), (lambda: one.write(free, AGENT), decide)))
    assert verdicts(one, request) == (RequestStatus.ACCEPTED, [Verdict.ACCEPTED, Verdict.ACCEPTED])


def test_a_request_is_accepted_refused_or_withdrawn_once(desks: tuple[Office, Office]) -> None:
    one, two = desks
    canteen = Canteen(one, families=1)
    town, home = canteen.town, canteen.homes[0]
    for _ in range(3):
        request = asks(one, town, home, (town.morning_id, TODAY))
        taken_back = an_action(home, Withdrawn(request_id=request), at=one.now())
        answers = together(
            partial(one.write, accept, AGENT, request),
            partial(two.write, refuse, COLLEAGUE, request, reason_id=town.reason_id),
            partial(two.write, receive, SYSTEM, taken_back),
        )
        decided = [answer for answer in answers if isinstance(answer, Decision)]
        withdrawn = [told for told in answers if isinstance(told, Receipt) and "retirée" in told.outcome]
        assert len(decided) + len(withdrawn) == 1
        assert all("déjà été traitée" in str(answer) for answer in answers if isinstance(answer, RefusedByRule))
        status, _ = verdicts(one, request)
        assert status is (RequestStatus.WITHDRAWN if withdrawn else decided[0].status)
        if status is RequestStatus.ACCEPTED:
            cell = CellChange(town.morning_id, TODAY, book=False)
            one.write(change_bookings, AGENT, home.child_id, [cell], override=True, note="Encore")


def test_a_group_gets_more_places_while_a_family_books(
    desks: tuple[Office, Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = desks
    canteen = Canteen(one, families=1)
    town = canteen.town
    second = one.write(_another_group, AGENT, town)
    show = groups.mark_activity

    def slowly(work: Work, activity_id: int) -> None:
        Event().wait(BLOCKED_FOR)
        show(work, activity_id)

    monkeypatch.setattr(groups, "mark_activity", slowly)
    asked = canteen.action(canteen.homes[0])

    def books() -> Receipt:
        Event().wait(BLOCKED_FOR / 2)
        return two.write(receive, SYSTEM, asked)

    changes = partial(one.write, groups.edit_group, AGENT, second, capacity=30, age_from=None, age_to=None)
    answers = together(changes, books)  # a deadlock would be Unavailable
    assert isinstance(answers[1], Receipt)
    assert verdicts(one, asked.id) == (RequestStatus.ACCEPTED, [Verdict.ACCEPTED])


def _another_group(work: Work, town: Town) -> int:
    group = AgeGroup(activity_id=town.canteen_id, code="CANTINE-GRANDS", name="Grands", capacity=10)
    work.session.add(group)
    work.session.flush()
    return group.id


def test_two_administrators_save_what_families_see_and_one_reads_again(desks: tuple[Office, Office]) -> None:
    one, two = desks
    Canteen(one, families=1)
    seen = one.read(portal_files)

    def hidden(at: int) -> PortalFiles:
        fields = [replace(field, shown=False) if n == at else field for n, field in enumerate(seen.fields)]
        return replace(seen, fields=tuple(fields))

    answers = together(
        lambda: one.write(save_portal_files, AGENT, hidden(3), seen=seen),
        lambda: two.write(save_portal_files, COLLEAGUE, hidden(3), seen=seen),
    )
    assert sorted(isinstance(answer, StaleRecord) for answer in answers) == [False, True]
    answers = together(
        lambda: one.write(edit_notice, AGENT, "host", "Chez nous.", seen=""),
        lambda: two.write(edit_notice, COLLEAGUE, "host", "Chez eux.", seen=""),
    )
    assert sorted(isinstance(answer, StaleRecord) for answer in answers) == [False, True]
