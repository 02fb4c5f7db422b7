"""Two offices hear of one online payment at once, or the power goes off: one receipt, nothing lost."""

from itertools import count
from pathlib import Path

import pytest

from backoffice.audit import first_broken_entry
from backoffice.office import Office
from backoffice.payments.ask import note_answer
from backoffice.payments.lists import receipts
from backoffice.payments.online_rules import Finding
from backoffice.permissions import SYSTEM
from backoffice.requests.receive import Receipt, receive
from models.vocabulary import OnlineState, PaymentMeans
from tests.factories import COLLEAGUE, a_commune, an_office
from tests.faults.cuts import Cut, cut_at
from tests.faults.desks import together
from tests.letterbox import an_action
from tests.months import IN_NOVEMBER
from tests.unit.payments.household import Owed, two_invoices
from tests.unit.payments.payfip import BOTH, IDOP, a_client_number, paid, rows, tell, told


@pytest.fixture
def both(desks: tuple[Office, Office]) -> tuple[Owed, Owed]:
    """Give two workstations of one régie, before a family that owes for two services."""
    town = a_commune(desks[0])
    a_client_number(desks[0])
    one = two_invoices(desks[0], town)
    return one, Owed(desks[1], town, one.canteen, one.care)


def sound(owed: Owed, receipts_written: int) -> None:
    office: Office = owed.office
    assert owed.count() == receipts_written
    assert (owed.dues().due_cents, office.read(first_broken_entry)) == (0, None)


def test_the_same_action_collected_twice_at_once_is_applied_once(both: tuple[Owed, Owed]) -> None:
    one, two = both
    action = an_action(one.town.home, told(one), at=one.office.now())
    answers: list[Receipt] = together(
        lambda: one.office.write(receive, SYSTEM, action), lambda: two.office.write(receive, SYSTEM, action)
    )
    assert sorted(answer.applied for answer in answers) == [False, True]
    sound(one, 1)


def test_the_portal_and_payfip_say_it_at_once_to_two_offices(both: tuple[Owed, Owed]) -> None:
    one, two = both
    tell(one, told(one, "started"))
    action = an_action(one.town.home, told(one), at=one.office.now())
    together(
        lambda: one.office.write(receive, SYSTEM, action),
        lambda: two.office.write(note_answer, COLLEAGUE, IDOP, paid(at=one.office.now())),
    )
    sound(one, 1)
    (row,) = rows(one)
    assert row.verdict.finding is Finding.AGREED


def test_two_messages_of_one_payment_at_once_are_one_receipt(both: tuple[Owed, Owed]) -> None:
    one, two = both
    first, second = (an_action(one.town.home, told(one), at=one.office.now()) for _ in range(2))
    together(lambda: one.office.write(receive, SYSTEM, first), lambda: two.office.write(receive, SYSTEM, second))
    sound(one, 1)
    (row,) = rows(one)
    assert row.verdict.finding is Finding.UNCHECKED


def test_paid_at_the_desk_and_online_at_once_loses_nothing(both: tuple[Owed, Owed]) -> None:
    one, two = both
    action = an_action(one.town.home, told(one), at=one.office.now())
    answers = together(lambda: one.office.write(receive, SYSTEM, action), lambda: two.pay(BOTH, keep_excess=True))
    assert len(answers) == 2
    sound(one, len(one.office.read(receipts, one.town.regie_id)))
    by_means = {row.means: row.amount_cents for row in one.office.read(receipts, one.town.regie_id)}
    assert by_means[PaymentMeans.ONLINE_CARD] == BOTH  # the desk may have been told that nothing is due any more
    assert one.dues().credit_cents == sum(by_means.values()) - BOTH


def test_a_power_cut_at_any_statement_is_made_good_by_the_next_collection(tmp_path: Path) -> None:
    office = an_office(tmp_path, now=IN_NOVEMBER)
    town = a_commune(office)
    a_client_number(office)
    owed = two_invoices(office, town)
    tell(owed, told(owed, "started"))
    action = an_action(town.home, told(owed), at=office.now())
    for moment in count(1):
        with cut_at(office, moment):
            try:
                office.write(receive, SYSTEM, action)
            except Cut:
                assert (owed.count(), rows(owed)[0].told_state) == (0, OnlineState.STARTED), f"cut at {moment}"
            else:
                break
    assert moment > 10
    sound(owed, 1)
    office.close()
