"""A full day keeps those who ask, in order; a place freed goes to the next, exactly once."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from backoffice.bookings.change import CellChange, change_bookings
from backoffice.bookings.lists import week_plan
from backoffice.bookings.waiting_desk import propose_place, remove_from_list, waiting_queue
from backoffice.bookings.waiting_list import expire_offers, lists_move, serve_lists
from backoffice.bookings.waiting_settings import set_waiting_list, waiting_settings
from backoffice.errors import RefusedByRule, StaleRecord
from backoffice.office import Office, Work
from backoffice.permissions import SYSTEM
from backoffice.requests.file import request_file
from backoffice.sync.contract import CellState, ViewKind
from models.office.bookings import Booking, Enrolment
from models.office.families import Family, Guardian
from models.office.house import AuditEntry, PublishedView
from models.office.structure import AgeGroup, RulebookVersion
from models.vocabulary import BookingState, RequestStatus, Verdict, WaitingState
from tests.factories import AGENT, NEXT_MONDAY, RULEBOOK, THURSDAY, an_office, another_child, booked
from tests.waiting import Canteen

LIMIT = datetime(2026, 11, 26, 9, tzinfo=UTC)  # to book or to cancel the meal of next Monday
MIDNIGHT = datetime(2026, 11, 29, 23, tzinfo=UTC)  # next Monday begins


@pytest.fixture
def office(tmp_path):
    opened = an_office(tmp_path)
    yield opened
    opened.close()


def a_full_canteen(office: Office, *, hours: int | None = None, families: int = 3) -> Canteen:
    """One place, taken by the first family; the others wait in order."""
    canteen = Canteen(office, hours=hours, families=families)
    for home in canteen.homes:
        canteen.asks(home)
    return canteen


def let_expire(office: Office) -> int:
    return office.write(expire_offers, SYSTEM, office.now())


def test_who_finds_no_place_is_listed_in_the_order_of_receipt(office: Office) -> None:
    canteen = Canteen(office)
    lines = [canteen.asks(home) for home in canteen.homes]
    assert canteen.stand() == ["booked", "listed 1", "listed 2"]
    assert [line.verdict for line in lines] == [Verdict.ACCEPTED, Verdict.LISTED, Verdict.LISTED]
    assert lines[2].why == "Complet\u202f: 1 place prise sur 1. Sur la liste d'attente, au rang 2 lors de la demande."
    assert office.read(request_file, lines[2].request_id).row.status is RequestStatus.LISTED
    again = canteen.asks(canteen.homes[2], seen="listed")
    assert (again.verdict, again.why) == (
        Verdict.LISTED,
        "Déjà demandé. Sur la liste d'attente, au rang 2 lors de la demande.",
    )
    assert len(canteen.entries()) == 2


def test_a_full_day_without_a_list_is_refused_as_before(office: Office) -> None:
    canteen = Canteen(office)
    office.write(set_waiting_list, AGENT, canteen.town.canteen_id, waiting_list=False, answer_hours=None)
    canteen.asks(canteen.homes[0])
    line = canteen.asks(canteen.homes[1])
    assert (line.verdict, line.why) == (Verdict.REFUSED, "Complet\u202f: 1 place prise sur 1.")
    assert canteen.entries() == []


def test_who_asks_too_late_is_not_listed(office: Office) -> None:
    canteen = Canteen(office)
    canteen.asks(canteen.homes[0])
    assert canteen.asks(canteen.homes[1], at=LIMIT).verdict is Verdict.REFUSED
    assert canteen.asks(canteen.homes[2], at=LIMIT - timedelta(seconds=1)).verdict is Verdict.LISTED


def test_a_place_freed_is_given_to_the_next_who_is_told(office: Office) -> None:
    canteen = a_full_canteen(office)
    canteen.gives_up(canteen.homes[0])
    assert canteen.stand() == ["free", "booked", "listed 1"]
    assert canteen.mails() == ["place camille.n01"]
    entry = canteen.entries()[0]
    line = canteen.line(entry.request_id)
    assert (line.verdict, line.why) == (Verdict.ACCEPTED, "Place libérée\u202f: réservé le mardi 24 novembre à 9\xa0h.")
    assert office.read(request_file, entry.request_id).row.status is RequestStatus.ACCEPTED


def test_a_place_freed_is_offered_and_held(office: Office) -> None:
    canteen = a_full_canteen(office, hours=24, families=4)
    canteen.gives_up(canteen.homes[0])
    assert canteen.stand() == ["free", "offered", "listed 1", "listed 2"]
    assert canteen.entries()[0].offer_until == office.now() + timedelta(hours=24)
    assert canteen.mails() == ["offer camille.n01"]
    back = canteen.asks(canteen.homes[0])
    assert back.verdict is Verdict.LISTED, "the place is held for another"
    accepted = canteen.asks(canteen.homes[1], seen="offered")
    assert (accepted.verdict, accepted.why) == (Verdict.ACCEPTED, "La place proposée est prise.")
    assert canteen.stand() == ["listed 3", "booked", "listed 1", "listed 2"]
    assert canteen.line(canteen.entries()[0].request_id).verdict is Verdict.ACCEPTED


def test_an_offer_declined_or_left_unanswered_goes_to_the_next(office: Office) -> None:
    canteen = a_full_canteen(office, hours=2, families=4)
    canteen.gives_up(canteen.homes[0])
    declined = canteen.gives_up(canteen.homes[1], seen="offered")
    assert declined.why == "La place proposée est laissée au suivant."
    assert canteen.stand() == ["free", "free", "offered", "listed 1"]
    office.clock.move(hours=1, minutes=59)
    assert let_expire(office) == 0
    office.clock.move(minutes=1)
    assert let_expire(office) == 1
    assert let_expire(office) == 0
    assert canteen.stand() == ["free", "free", "free", "offered"]
    states = [entry.state for entry in canteen.entries()]
    assert states == [WaitingState.DECLINED, WaitingState.EXPIRED, WaitingState.OFFERED]
    assert canteen.mails() == ["offer camille.n01", "offer camille.n02", "offer camille.n03"]
    assert canteen.line(canteen.entries()[1].request_id).verdict is Verdict.REFUSED


def test_an_answer_received_in_time_takes_the_place_however_late_it_is_collected(office: Office) -> None:
    canteen = a_full_canteen(office, hours=2)
    canteen.gives_up(canteen.homes[0])
    in_time = canteen.action(canteen.homes[1], seen="offered", at=office.now() + timedelta(hours=1, minutes=59))
    office.clock.move(hours=30)
    assert canteen.does(in_time).verdict is Verdict.ACCEPTED
    assert canteen.stand() == ["free", "booked", "listed 1"]


def test_an_answer_received_too_late_goes_behind_those_who_wait(office: Office) -> None:
    canteen = a_full_canteen(office, hours=2)
    canteen.gives_up(canteen.homes[0])
    late = canteen.action(canteen.homes[1], seen="offered", at=office.now() + timedelta(hours=2))
    office.clock.move(hours=2)
    line = canteen.does(late)
    assert line.verdict is Verdict.LISTED
    assert line.why.startswith("La place qui vous était proposée n'est plus gardée. Complet")
    assert canteen.stand() == ["free", "listed 1", "offered"]


def test_a_place_given_to_the_next_is_not_taken_back(office: Office) -> None:
    canteen = a_full_canteen(office, hours=2)
    canteen.gives_up(canteen.homes[0])
    in_time = canteen.action(canteen.homes[1], seen="offered", at=office.now() + timedelta(hours=1))
    office.clock.move(hours=3)
    let_expire(office)
    line = canteen.does(in_time)
    assert "n'est plus gardée" in line.why
    assert canteen.stand() == ["free", "listed 1", "offered"]


def test_leaving_the_list_moves_the_others_up(office: Office) -> None:
    canteen = a_full_canteen(office, families=4)
    shown = _versions(office)
    canteen.gives_up(canteen.homes[2], seen="listed")
    assert canteen.stand() == ["booked", "listed 1", "free", "listed 2"]
    changed = {key for key, version in _versions(office).items() if version != shown.get(key)}
    week = f"{NEXT_MONDAY:%G-W%V}"
    moved = {(ViewKind.WEEK, f"{canteen.homes[at].child_id}:{week}") for at in (2, 3)}
    assert {key for key in changed if key[0] == ViewKind.WEEK} == moved
    assert (ViewKind.ACTIVITY_WEEK, f"{canteen.town.canteen_id}:{week}") in changed


def test_who_had_left_before_the_place_came_owes_nothing(office: Office) -> None:
    canteen = a_full_canteen(office)
    left = canteen.action(canteen.homes[1], CellState.FREE, seen="listed", at=office.now())
    office.clock.move(hours=1)
    canteen.gives_up(canteen.homes[0])
    assert canteen.stand() == ["free", "booked", "listed 1"]
    line = canteen.does(left)
    assert line.verdict is Verdict.ACCEPTED
    assert "rien n'est facturé" in line.why
    assert canteen.stand() == ["free", "free", "booked"]


def test_residents_go_first_then_siblings(office: Office) -> None:
    canteen = Canteen(office, families=4)
    outside, plain, sibling = canteen.homes[1:]
    office.write(lambda work: work.session.execute(_outside(outside.family_id)), AGENT)
    elder = another_child(office, canteen.town, sibling.family_id)
    canteen.asks(canteen.homes[0])
    booked(office, elder, canteen.town.meal_id, NEXT_MONDAY)
    for home in (outside, plain, sibling):
        canteen.asks(home)
    assert canteen.stand() == ["booked", "listed 3", "listed 2", "listed 1"]
    queue = office.read(waiting_queue, canteen.town.meal_id, NEXT_MONDAY)
    assert [row.priority for row in queue.rows] == ["commune, fratrie", "commune", "hors commune"]


def test_the_desk_frees_a_place_and_the_list_is_served_at_once(office: Office) -> None:
    canteen = a_full_canteen(office)
    cell = CellChange(canteen.town.meal_id, NEXT_MONDAY, book=False)
    office.write(change_bookings, AGENT, canteen.homes[0].child_id, [cell])
    assert canteen.stand() == ["free", "booked", "listed 1"]


def test_the_desk_books_a_child_of_the_list_and_its_answer_says_so(office: Office) -> None:
    canteen = a_full_canteen(office)
    cell = CellChange(canteen.town.meal_id, NEXT_MONDAY, book=True)
    with pytest.raises(RefusedByRule, match="Complet"):
        office.write(change_bookings, AGENT, canteen.homes[2].child_id, [cell])
    office.write(change_bookings, AGENT, canteen.homes[2].child_id, [cell], override=True, note="Urgence")
    assert canteen.stand() == ["booked", "listed 1", "booked"]
    line = canteen.line(canteen.entries()[1].request_id)
    assert (line.verdict, line.why) == (Verdict.ACCEPTED, "Réservé par la régie.")


def test_more_places_serve_the_list(office: Office) -> None:
    canteen = a_full_canteen(office)
    assert not office.read(lists_move, office.today())
    office.write(lambda work: work.session.execute(update(AgeGroup).values(capacity=2)), AGENT)
    assert office.read(lists_move, office.today())
    office.write(serve_lists, SYSTEM)
    assert canteen.stand() == ["booked", "booked", "listed 1"]


def test_an_enrolment_that_ends_frees_its_place_and_leaves_the_list(office: Office) -> None:
    canteen = a_full_canteen(office, families=4)

    def end(work: Work) -> None:
        gone = [canteen.homes[at].child_id for at in (0, 1)]
        work.session.execute(update(Enrolment).where(Enrolment.child_id.in_(gone)).values(ends=date(2026, 11, 27)))

    office.write(end, AGENT)
    office.write(serve_lists, SYSTEM)
    assert [entry.state for entry in canteen.entries()] == [WaitingState.LEFT, WaitingState.TAKEN, WaitingState.WAITING]


def test_past_the_limit_to_cancel_a_place_is_offered_never_forced(office: Office) -> None:
    canteen = a_full_canteen(office)
    office.clock.set(LIMIT + timedelta(hours=1))
    free = [CellChange(canteen.town.meal_id, NEXT_MONDAY, book=False)]
    office.write(change_bookings, AGENT, canteen.homes[0].child_id, free, override=True, note="Enfant malade")
    assert canteen.stand() == ["free", "offered", "listed 1"]
    assert canteen.entries()[0].offer_until == MIDNIGHT
    assert canteen.asks(canteen.homes[1], seen="offered").verdict is Verdict.ACCEPTED


def test_on_the_day_the_desk_gives_the_place_and_afterwards_the_list_is_closed(office: Office) -> None:
    canteen = a_full_canteen(office, hours=24)
    office.clock.set(MIDNIGHT + timedelta(hours=7))
    free = [CellChange(canteen.town.meal_id, NEXT_MONDAY, book=False)]
    office.write(change_bookings, AGENT, canteen.homes[0].child_id, free, override=True, note="Malade")
    assert canteen.stand() == ["free", "listed 1", "listed 2"], "nothing goes by itself on the day"
    office.write(serve_lists, SYSTEM)
    rows = office.read(waiting_queue, canteen.town.meal_id, NEXT_MONDAY).rows
    assert office.write(propose_place, AGENT, rows[0].id).endswith("réservé, la famille est prévenue.")
    assert canteen.stand() == ["free", "booked", "listed 1"]
    office.clock.move(days=1)
    assert office.read(lists_move, office.today())
    office.write(serve_lists, SYSTEM)
    assert not office.read(lists_move, office.today())
    assert canteen.stand() == ["free", "booked", "free"]
    assert canteen.line(canteen.entries()[1].request_id).why == "Aucune place ne s'est libérée pour ce jour."


def test_where_the_regie_validates_each_booking_she_proposes_each_place(office: Office) -> None:
    rules = RULEBOOK.replace('retard = "refuser"', 'retard = "refuser"\ndans_le_delai = "demander"')
    canteen = Canteen(office)
    booked(office, canteen.homes[0].child_id, canteen.town.meal_id, NEXT_MONDAY)
    office.write(lambda work: work.session.execute(update(RulebookVersion).values(source=rules)), AGENT)
    assert [canteen.asks(home).verdict for home in canteen.homes[1:]] == [Verdict.LISTED] * 2
    free = [CellChange(canteen.town.meal_id, NEXT_MONDAY, book=False)]
    office.write(change_bookings, AGENT, canteen.homes[0].child_id, free)
    assert canteen.stand() == ["free", "listed 1", "listed 2"]
    line = canteen.asks(canteen.homes[0])
    assert (
        line.why == "D'autres enfants attendent déjà une place. Sur la liste d'attente, au rang 3 lors de la demande."
    )
    canteen.gives_up(canteen.homes[0], seen="listed")
    queue = office.read(waiting_queue, canteen.town.meal_id, NEXT_MONDAY)
    assert (queue.free, [row.rank for row in queue.rows]) == (1, [1, 2])
    with pytest.raises(RefusedByRule, match="attendent avant lui"):
        office.write(propose_place, AGENT, queue.rows[1].id)
    said = office.write(propose_place, AGENT, queue.rows[0].id)
    assert said.endswith("réservé, la famille est prévenue.")
    assert canteen.stand() == ["free", "booked", "listed 1"]
    with pytest.raises(RefusedByRule, match="aucune place n'est libre"):
        office.write(propose_place, AGENT, queue.rows[1].id)


def test_the_regie_takes_a_child_off_the_list_with_a_reason(office: Office) -> None:
    canteen = a_full_canteen(office, hours=24)
    canteen.gives_up(canteen.homes[0])
    rows = office.read(waiting_queue, canteen.town.meal_id, NEXT_MONDAY).rows
    with pytest.raises(RefusedByRule, match="Écrivez pourquoi"):
        office.write(remove_from_list, AGENT, rows[0].id, note=" ")
    said = office.write(remove_from_list, AGENT, rows[0].id, note="Double demande")
    assert said.endswith("La place va au suivant.")
    assert canteen.stand() == ["free", "free", "offered"]
    assert canteen.line(canteen.entries()[0].request_id).why.endswith("par la régie\u202f: Double demande")
    with pytest.raises(RefusedByRule, match="n'est plus sur la liste"):
        office.write(remove_from_list, AGENT, rows[0].id, note="Double demande")


def test_the_settings_are_signed_shown_and_checked(office: Office) -> None:
    canteen = a_full_canteen(office)
    canteen_id = canteen.town.canteen_id
    assert office.read(waiting_settings, canteen_id).listed == 2
    with pytest.raises(RefusedByRule, match="de 1 heure à 336 heures"):
        office.write(set_waiting_list, AGENT, canteen_id, waiting_list=True, answer_hours=0)
    shown = _versions(office)
    said = office.write(set_waiting_list, AGENT, canteen_id, waiting_list=False, answer_hours=48)
    assert said == "Restauration scolaire\u202f: pas de liste d'attente."
    assert _versions(office) != shown
    signed = select(AuditEntry).where(AuditEntry.subject == "activity")
    assert office.read(lambda session: session.scalars(signed).one()).new == {"waiting_list": False, "answer_hours": 48}
    canteen.gives_up(canteen.homes[0])
    assert canteen.stand() == ["free", "offered", "listed 1"], "who is on the list keeps its rank"


def test_settings_changed_meanwhile_are_read_again(office: Office) -> None:
    canteen_id = a_full_canteen(office).town.canteen_id
    seen = office.read(waiting_settings, canteen_id)
    office.write(set_waiting_list, AGENT, canteen_id, waiting_list=True, answer_hours=48, seen=seen)
    with pytest.raises(StaleRecord, match="de Restauration scolaire a été modifiée entre-temps"):
        office.write(set_waiting_list, AGENT, canteen_id, waiting_list=False, answer_hours=None, seen=seen)
    now = office.read(waiting_settings, canteen_id)
    assert (now.waiting_list, now.answer_hours) == (True, 48)


def test_the_planning_counts_places_held_and_children_who_wait(office: Office) -> None:
    canteen = a_full_canteen(office, hours=24, families=4)
    canteen.gives_up(canteen.homes[0])
    plan = office.read(week_plan, canteen.town.canteen_id, NEXT_MONDAY)
    count = plan.counts[canteen.town.meal_id, NEXT_MONDAY]
    assert (count.booked, count.offered, count.listed, count.full) == (0, 1, 2, True)
    assert plan.waiting_list


def test_a_listed_child_has_no_booking_that_an_invoice_could_see(office: Office) -> None:
    canteen = a_full_canteen(office, hours=24)
    canteen.gives_up(canteen.homes[0])
    rows = office.read(lambda session: session.execute(select(Booking.child_id, Booking.state)).all())
    assert [tuple(row) for row in rows] == [(canteen.homes[0].child_id, BookingState.CANCELLED)]


def test_who_was_listed_at_a_dearer_price_keeps_it(office: Office) -> None:
    canteen = Canteen(office)
    canteen.asks(canteen.homes[0])
    dearer = 'operations = ["réserver"]\nretard = { effet = "majorer", pourcent = 10 }\n'
    to_cancel = '[[delai]]\ncode = "a"\ntitre = "A"\nactivites = ["CANTINE"]\noperations = ["annuler"]\n'
    to_cancel += 'limite = { nombre = 2, unite = "ouvré", heure = 10:00:00 }\nretard = "refuser"\n'
    rules = RULEBOOK.replace('retard = "refuser"\n', f"{dearer}{to_cancel}", 1)
    office.write(lambda work: work.session.execute(update(RulebookVersion).values(source=rules)), AGENT)
    office.clock.set(LIMIT + timedelta(hours=1))
    assert canteen.asks(canteen.homes[1]).verdict is Verdict.LISTED
    assert canteen.asks(canteen.homes[2], at=LIMIT - timedelta(hours=2)).verdict is Verdict.LISTED
    office.write(lambda work: work.session.execute(update(AgeGroup).values(capacity=3)), AGENT)
    office.write(serve_lists, SYSTEM)
    assert canteen.stand() == ["booked", "offered", "offered"], "too late to give a place back: none is forced"
    for home in canteen.homes[1:]:
        canteen.asks(home, seen="offered")
    query = select(Booking.child_id, Booking.late).order_by(Booking.id)
    late = dict(office.read(lambda session: session.execute(query).all()))
    assert [bool(late[home.child_id]) for home in canteen.homes] == [False, True, False]


def test_another_guardian_is_told_when_who_asked_has_no_address(office: Office) -> None:
    canteen = a_full_canteen(office)
    home = canteen.homes[1]

    def move(work: Work) -> None:
        who = work.session.get_one(Guardian, home.guardian_id)
        other = Guardian(
            family_id=home.family_id, position=2, is_payer=False, last_name="N01", first_name="Dominique",
            email="dominique.n01@exemple.fr", street="", postal_code="", city="",
        )  # fmt: skip
        who.email = None
        work.session.add(other)

    office.write(move, AGENT)
    canteen.gives_up(canteen.homes[0])
    assert canteen.mails() == ["place dominique.n01"]


def test_another_day_of_the_same_family_is_not_touched(office: Office) -> None:
    canteen = a_full_canteen(office)
    booked(office, canteen.homes[1].child_id, canteen.town.meal_id, THURSDAY)
    canteen.gives_up(canteen.homes[1], seen="listed")
    query = select(Booking.state).where(Booking.child_id == canteen.homes[1].child_id)
    assert office.read(lambda session: session.scalars(query).all()) == [BookingState.BOOKED]


def _versions(office: Office) -> dict[tuple[str, str], int]:
    rows = office.read(lambda session: session.scalars(select(PublishedView)).all())
    return {(row.kind, row.key): row.wanted for row in rows}


def _outside(family_id: int) -> object:
    return update(Family).where(Family.id == family_id).values(resident=False)
