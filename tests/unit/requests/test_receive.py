"""What families did arrives at the office: once, and judged at the moment the portal received it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from uuid6 import uuid7

from backoffice.bookings.change import CellChange, change_bookings
from backoffice.families.edit import edit_person
from backoffice.families.fields import Subject
from backoffice.families.invite import invite
from backoffice.office import Office
from backoffice.permissions import SYSTEM
from backoffice.requests.file import RequestFile, request_file
from backoffice.requests.lists import request_counts, waiting_requests
from backoffice.requests.receive import Receipt, receive, set_aside
from backoffice.sync.contract import (
    AccountOpened,
    Action,
    BookingsChange,
    CellState,
    CellWish,
    FieldsChange,
    FieldWish,
    LinkAsked,
    Payload,
)
from models.office.bookings import Booking
from models.office.families import FamilyChild, Guardian
from models.office.house import AuditEntry, Mail
from models.office.requests import AppliedAction, Request
from models.vocabulary import BookingState, RequestStatus, Verdict
from tests.factories import AGENT, NEXT_MONDAY, NOW, THURSDAY, TODAY, Household, a_commune, another_family, booked
from tests.letterbox import an_action, new_fields
from tests.servers import ON_BOTH


def arrives(office: Office, home: Household, payload: Payload, *, at: datetime = NOW) -> tuple[Action, Receipt]:
    action = an_action(home, payload, at=at)
    return action, office.write(receive, SYSTEM, action)


def file_of(office: Office, action: Action) -> RequestFile:
    return office.read(request_file, action.id)


def books(child_id: int, unit_id: int, *days, seen: str = "free", wished: str = "booked") -> BookingsChange:
    return BookingsChange(
        child_id=child_id,
        cells=tuple(CellWish(unit_id=unit_id, day=day, seen=CellState(seen), wished=CellState(wished)) for day in days),
    )


def bookings(office: Office) -> dict[tuple[int, object], BookingState]:
    rows = office.read(lambda session: session.execute(select(Booking.child_id, Booking.day, Booking.state)).all())
    return {(child_id, day): state for child_id, day, state in rows}


def guardian(office: Office, home: Household) -> Guardian:
    return office.read(lambda session: session.get_one(Guardian, home.guardian_id))


def test_a_phone_number_is_written_at_once_and_an_address_waits(office: Office) -> None:
    town = a_commune(office)
    wishes = new_fields(
        town.home, mobile=("06 12 34 56 78", "0699887766"), street=("3 rue des Tilleuls", "5 rue du Lac")
    )
    action, receipt = arrives(office, town.home, wishes)
    assert receipt.waits
    assert guardian(office, town.home).mobile == "06 99 88 77 66"
    assert guardian(office, town.home).street == "3 rue des Tilleuls"
    items = file_of(office, action).items
    assert [(item.key, item.verdict) for item in items] == [("mobile", Verdict.ACCEPTED), ("street", Verdict.WAITING)]
    assert (items[1].then, items[1].now, items[1].wished) == (
        "3 rue des Tilleuls",
        "3 rue des Tilleuls",
        "5 rue du Lac",
    )
    assert office.read(request_counts).waiting == 1


@pytest.mark.parametrize("office", ON_BOTH, indirect=True)
def test_the_same_action_twice_changes_nothing(office: Office) -> None:
    town = a_commune(office)
    action, first = arrives(office, town.home, books(town.home.child_id, town.meal_id, THURSDAY))
    office.write(change_bookings, AGENT, town.home.child_id, [CellChange(town.meal_id, THURSDAY, book=False)])
    second = office.write(receive, SYSTEM, action)
    assert (first.applied, second.applied) == (True, False)
    assert bookings(office) == {(town.home.child_id, THURSDAY): BookingState.CANCELLED}
    assert len(office.read(lambda session: session.scalars(select(Request)).all())) == 1


def test_the_receipt_on_the_portal_is_the_moment_that_counts(office: Office) -> None:
    town = a_commune(office)
    limit = datetime(2026, 11, 24, 9, tzinfo=UTC)
    office.clock.set(limit + timedelta(days=1))  # the office was closed: it collects a day later
    in_time, _ = arrives(
        office, town.home, books(town.home.child_id, town.meal_id, THURSDAY), at=limit - timedelta(seconds=1)
    )
    other = another_family(office, town)
    late, _ = arrives(office, other, books(other.child_id, town.meal_id, THURSDAY), at=limit)
    assert file_of(office, in_time).items[0].verdict is Verdict.ACCEPTED
    refused = file_of(office, late).items[0]
    assert refused.verdict is Verdict.REFUSED
    assert refused.limit_at == limit
    assert refused.rule == "2 jours ouvrés avant, 10 h (version 2026-1)"
    assert "Limite pour réserver" in refused.steps[-2]
    assert refused.steps[-1].replace("\xa0", " ") == "Demande reçue sur le portail le mardi 24 novembre à 10 h."
    assert bookings(office) == {(town.home.child_id, THURSDAY): BookingState.BOOKED}


def test_a_late_wish_waits_where_the_rulebook_lets_the_regie_decide(office: Office) -> None:
    town = a_commune(office)
    action, receipt = arrives(office, town.home, books(town.home.child_id, town.morning_id, TODAY))
    assert receipt.outcome == "à traiter"
    assert bookings(office) == {(town.home.child_id, TODAY): BookingState.WAITING}
    row = office.read(waiting_requests)[0]
    assert (row.id, row.title, row.waiting) == (action.id, "Réservations de Léa\u202f: 1 jour", 1)
    again, _ = arrives(office, town.home, books(town.home.child_id, town.morning_id, TODAY))
    assert "attend déjà" in file_of(office, again).items[0].why


def test_a_late_cancellation_keeps_the_place_until_the_regie_decides(office: Office) -> None:
    town = a_commune(office)
    booked(office, town.home.child_id, town.morning_id, TODAY)
    wish = books(town.home.child_id, town.morning_id, TODAY, seen="booked", wished="free")
    _, receipt = arrives(office, town.home, wish)
    assert receipt.waits
    assert bookings(office) == {(town.home.child_id, TODAY): BookingState.BOOKED}


@pytest.mark.parametrize("office", ON_BOTH, indirect=True)
def test_the_last_place_goes_to_the_first_received(office: Office) -> None:
    town = a_commune(office, capacity=1)
    other = another_family(office, town)
    arrives(office, town.home, books(town.home.child_id, town.meal_id, NEXT_MONDAY))
    second, _ = arrives(office, other, books(other.child_id, town.meal_id, NEXT_MONDAY))
    assert "Complet" in file_of(office, second).items[0].why
    assert list(bookings(office)) == [(town.home.child_id, NEXT_MONDAY)]


def test_one_family_reaches_nothing_of_another(office: Office) -> None:
    town = a_commune(office)
    other = another_family(office, town)
    action, _ = arrives(office, town.home, books(other.child_id, town.meal_id, NEXT_MONDAY))
    item = file_of(office, action).items[0]
    assert item.verdict is Verdict.REFUSED
    assert "une personne inconnue" in item.text
    fields = FieldsChange(
        subject="guardian",
        subject_id=other.guardian_id,
        fields=(FieldWish(name="mobile", seen="", wished="0611111111"),),
    )
    action, _ = arrives(office, town.home, fields)
    item = file_of(office, action).items[0]
    assert (item.verdict, item.why) == (Verdict.REFUSED, "Cette personne n'est pas de votre foyer.")
    assert "Petit" not in item.text
    assert item.now == ""
    stranger = Household(town.home.family_id, other.guardian_id, town.home.child_id)
    _, receipt = arrives(office, stranger, new_fields(town.home, mobile=("", "0611111111")))
    assert "n'est pas de ce foyer" in receipt.outcome
    assert guardian(office, other).mobile == "06 12 34 56 78"
    assert guardian(office, town.home).mobile == "06 12 34 56 78"
    assert bookings(office) == {}


def test_a_separated_parent_books_only_what_his_household_pays(office: Office) -> None:
    town = a_commune(office)
    father = another_family(office, town, "Petit")
    office.write(
        lambda work: work.session.add(FamilyChild(family_id=father.family_id, child_id=town.home.child_id)), AGENT
    )
    action, _ = arrives(office, father, books(town.home.child_id, town.meal_id, NEXT_MONDAY))
    item = file_of(office, action).items[0]
    assert item.verdict is Verdict.REFUSED
    assert "Pas d'inscription de Léa" in item.why


@pytest.mark.parametrize("office", ON_BOTH, indirect=True)
def test_a_field_that_an_agent_changed_meanwhile_waits_for_her(office: Office) -> None:
    town = a_commune(office)
    office.write(edit_person, AGENT, Subject.GUARDIAN, town.home.guardian_id, {"mobile": "0655555555"}, version=1)
    action, _ = arrives(office, town.home, new_fields(town.home, mobile=("06 12 34 56 78", "0699887766")))
    item = file_of(office, action).items[0]
    assert (item.verdict, item.stale) == (Verdict.WAITING, True)
    assert (item.then, item.now, item.wished) == ("06 12 34 56 78", "06 55 55 55 55", "06 99 88 77 66")


def test_what_is_not_a_value_or_not_theirs_to_change_is_refused(office: Office) -> None:
    town = a_commune(office)
    wishes = new_fields(
        town.home, mobile=("", "12"), work_phone=("", "06١٢٣٤٥٦٧٨"), last_name=("Martin", "Dupont"), is_payer=("", "non")
    )  # fmt: skip
    action, _ = arrives(office, town.home, wishes)
    assert [item.verdict for item in file_of(office, action).items] == [Verdict.REFUSED] * 4
    assert guardian(office, town.home).last_name == "Martin"


def test_a_new_wish_takes_the_place_of_the_one_that_waits(office: Office) -> None:
    town = a_commune(office)
    first, _ = arrives(office, town.home, new_fields(town.home, street=("3 rue des Tilleuls", "5 rue du Lac")))
    second, _ = arrives(office, town.home, new_fields(town.home, street=("3 rue des Tilleuls", "7 rue du Lac")))
    assert [row.id for row in office.read(waiting_requests)] == [second.id]
    old = file_of(office, first)
    assert old.row.status is RequestStatus.REFUSED
    assert "Remplacée par votre demande" in old.items[0].why


def test_an_opened_account_and_a_forgotten_password(office: Office) -> None:
    town = a_commune(office)
    office.write(invite, AGENT, town.home.guardian_id)
    arrives(office, town.home, AccountOpened(), at=NOW + timedelta(minutes=3))
    assert guardian(office, town.home).account_opened
    assert guardian(office, town.home).link_sha256 is None
    action, _ = arrives(office, town.home, LinkAsked())
    office.write(receive, SYSTEM, action)
    causes = office.read(lambda session: session.scalars(select(Mail.cause).order_by(Mail.id)).all())
    assert causes[1:] == [f"link:{action.id}"]
    assert guardian(office, town.home).link_sha256


def test_an_account_opened_with_an_old_link_leaves_the_new_one_alone(office: Office) -> None:
    town = a_commune(office)
    office.clock.move(hours=2)
    office.write(invite, AGENT, town.home.guardian_id)
    arrives(office, town.home, AccountOpened(), at=NOW)
    assert guardian(office, town.home).link_sha256


def test_an_action_set_aside_is_answered_and_remembered(office: Office) -> None:
    town = a_commune(office)
    action = an_action(town.home, books(town.home.child_id, town.meal_id, THURSDAY), at=NOW)
    office.write(set_aside, SYSTEM, action.id, NOW, "Illisible.", action=action)
    file = file_of(office, action)
    assert (file.row.status, file.note, file.items) == (RequestStatus.REFUSED, "Illisible.", ())
    assert not office.write(receive, SYSTEM, action).applied
    nobody = office.write(set_aside, SYSTEM, uuid7(), NOW, "Illisible.")
    assert nobody.applied


def test_each_action_is_signed_by_the_programme(office: Office) -> None:
    town = a_commune(office)
    action, _ = arrives(office, town.home, books(town.home.child_id, town.meal_id, THURSDAY))
    entry = office.read(lambda session: session.scalars(select(AuditEntry)).one())
    assert (entry.agent, entry.action, entry.subject_id) == ("Marelle", "receive", str(action.id))


@pytest.mark.parametrize("office", ON_BOTH, indirect=True)
def test_two_desks_that_collect_together_apply_each_action_once(office: Office) -> None:
    town = a_commune(office, capacity=1)
    homes = [town.home, *(another_family(office, town, name) for name in ("Petit", "Zola", "Évrard"))]
    actions = [an_action(home, books(home.child_id, town.meal_id, NEXT_MONDAY), at=NOW) for home in homes]

    def desk(_: int) -> int:
        return sum(office.write(receive, SYSTEM, action).applied for action in actions)

    with ThreadPoolExecutor(3) as desks:
        assert sum(desks.map(desk, range(3))) == len(actions)
    assert list(bookings(office)) == [(town.home.child_id, NEXT_MONDAY)]
    assert len(office.read(lambda session: session.scalars(select(AppliedAction)).all())) == len(actions)


@pytest.mark.parametrize("days", [1, 20])
def test_a_week_of_wishes_costs_a_constant_number_of_reads(office: Office, days: int) -> None:
    from tests.letterbox import Queries

    town = a_commune(office)
    wishes = books(town.home.child_id, town.meal_id, *(NEXT_MONDAY + timedelta(days=n) for n in range(days)))
    with Queries(office) as asked:
        arrives(office, town.home, wishes)
    reads = [
        statement
        for statement in asked.statements
        if statement.startswith("SELECT") and "FROM booking" not in statement
    ]
    assert len(reads) < 35
