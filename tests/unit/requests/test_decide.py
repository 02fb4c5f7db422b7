"""The régie decides: then, now, wished; one decision, one signature, one e-mail."""

from uuid import UUID

import pytest
from sqlalchemy import select

from backoffice.bookings.change import CellChange, change_bookings
from backoffice.errors import NotAllowed, RefusedByRule
from backoffice.families.edit import edit_person
from backoffice.families.fields import Subject
from backoffice.office import Office
from backoffice.permissions import SYSTEM, Agent
from backoffice.requests.accept import ChangedSince, accept
from backoffice.requests.file import request_file
from backoffice.requests.lists import decided_requests, refusal_reasons, waiting_requests
from backoffice.requests.receive import receive
from backoffice.requests.refuse import refuse
from backoffice.sync.contract import BookingsChange, CellState, CellWish, Payload, ViewKind
from models.office.bookings import Booking
from models.office.families import Guardian
from models.office.house import AuditEntry, Mail, PublishedView
from models.vocabulary import BookingState, RequestStatus, Verdict
from tests.factories import AGENT, COLLEAGUE, NOW, TODAY, Household, Town, a_commune, an_office, another_family, booked
from tests.letterbox import Queries, an_action, new_fields


@pytest.fixture
def office(tmp_path):
    opened = an_office(tmp_path)
    yield opened
    opened.close()


MOVE = {"street": ("3 rue des Tilleuls", "5 rue du Lac"), "city": ("Contrexéville", "Vittel")}


def asks(office: Office, home: Household, payload: Payload) -> UUID:
    action = an_action(home, payload, at=NOW)
    office.write(receive, SYSTEM, action)
    return action.id


def late_morning(town: Town, home: Household, wished: CellState = CellState.BOOKED) -> BookingsChange:
    seen = CellState.FREE if wished is CellState.BOOKED else CellState.BOOKED
    return BookingsChange(
        child_id=home.child_id, cells=(CellWish(unit_id=town.morning_id, day=TODAY, seen=seen, wished=wished),)
    )


def guardian(office: Office, home: Household) -> Guardian:
    return office.read(lambda session: session.get_one(Guardian, home.guardian_id))


def letters(office: Office) -> list[tuple[str, str]]:
    mails = office.read(lambda session: session.scalars(select(Mail).order_by(Mail.id)).all())
    return [(mail.cause, office.sealer.unseal(mail.body_sealed)) for mail in mails if mail.body_sealed]


def state(office: Office) -> BookingState:
    return office.read(lambda session: session.scalars(select(Booking.state)).one())


def test_an_accepted_move_is_written_signed_shown_and_told(office: Office) -> None:
    town = a_commune(office)
    request_id = asks(office, town.home, new_fields(town.home, **MOVE))
    decision = office.write(accept, AGENT, request_id, note="Bienvenue rue du Lac.")
    assert decision.sentence == "Demande acceptée."
    assert (guardian(office, town.home).street, guardian(office, town.home).city) == ("5 rue du Lac", "Vittel")
    [(cause, text)] = letters(office)
    assert cause == f"request:{request_id}"
    assert "Adresse de Camille Martin (5 rue du Lac)\u202f: accepté." in text
    assert "Bienvenue rue du Lac." in text
    journal = office.read(lambda session: session.scalars(select(AuditEntry).order_by(AuditEntry.seq)).all())
    assert [(entry.agent, entry.action) for entry in journal[1:]] == [
        ("Claire Aubry", "fields"),
        ("Claire Aubry", "accept"),
    ]
    shown = office.read(lambda session: {(row.kind, row.key) for row in session.scalars(select(PublishedView))})
    assert {(ViewKind.REQUEST, str(request_id)), (ViewKind.FAMILY, "")} <= shown
    assert office.read(waiting_requests) == ()
    assert office.read(decided_requests)[0].decided_by == "Claire Aubry"


def test_the_second_agent_learns_who_decided(office: Office) -> None:
    town = a_commune(office)
    request_id = asks(office, town.home, new_fields(town.home, **MOVE))
    office.write(refuse, AGENT, request_id, reason_id=town.reason_id)
    with pytest.raises(RefusedByRule, match="Claire Aubry le 24/11/2026 09:00"):
        office.write(accept, COLLEAGUE, request_id)
    assert guardian(office, town.home).city == "Contrexéville"
    assert len(letters(office)) == 1


def test_line_by_line_one_letter_leaves_when_nothing_waits(office: Office) -> None:
    town = a_commune(office)
    request_id = asks(office, town.home, new_fields(town.home, **MOVE))
    first = office.write(accept, AGENT, request_id, fields=["city"])
    assert (first.status, first.waiting, first.mailed) == (RequestStatus.WAITING, 1, False)
    assert letters(office) == []
    second = office.write(refuse, COLLEAGUE, request_id, reason_id=town.reason_id, note="Il manque la facture d'eau.")
    assert (second.status, second.accepted, second.refused, second.mailed) == (RequestStatus.PARTLY, 1, 1, True)
    [(_, text)] = letters(office)
    assert "Motif\u202f: Justificatif manquant." in text
    assert "Il manque la facture d'eau." in text
    file = office.read(request_file, request_id)
    assert [item.verdict for item in file.items] == [Verdict.REFUSED, Verdict.ACCEPTED]
    assert (guardian(office, town.home).street, guardian(office, town.home).city) == ("3 rue des Tilleuls", "Vittel")


def test_a_file_that_changed_since_is_compared_before_it_is_overwritten(office: Office) -> None:
    town = a_commune(office)
    request_id = asks(office, town.home, new_fields(town.home, **MOVE))
    office.write(
        edit_person, COLLEAGUE, Subject.GUARDIAN, town.home.guardian_id, {"street": "1 place Verte"}, version=1
    )
    with pytest.raises(ChangedSince, match="a changé depuis la demande") as trouble:
        office.write(accept, AGENT, request_id)
    [item] = trouble.value.items
    assert (item.then, item.now, item.wished) == ("3 rue des Tilleuls", "1 place Verte", "5 rue du Lac")
    assert guardian(office, town.home).street == "1 place Verte"
    office.write(accept, AGENT, request_id, force=True)
    assert guardian(office, town.home).street == "5 rue du Lac"


def test_a_late_booking_accepted_then_one_refused(office: Office) -> None:
    town = a_commune(office)
    other = another_family(office, town)
    yes, no = (asks(office, home, late_morning(town, home)) for home in (town.home, other))
    office.write(accept, AGENT, yes)
    office.write(refuse, AGENT, no, reason_id=town.reason_id)
    rows = office.read(lambda session: dict(session.execute(select(Booking.child_id, Booking.state)).all()))
    assert rows == {town.home.child_id: BookingState.BOOKED, other.child_id: BookingState.CANCELLED}


def test_a_late_cancellation_accepted(office: Office) -> None:
    town = a_commune(office)
    booked(office, town.home.child_id, town.morning_id, TODAY)
    request_id = asks(office, town.home, late_morning(town, town.home, CellState.FREE))
    office.write(accept, AGENT, request_id)
    assert state(office) is BookingState.CANCELLED


def test_a_group_that_filled_up_is_shown_before_it_overflows(office: Office) -> None:
    town = a_commune(office, capacity=1)
    request_id = asks(office, town.home, late_morning(town, town.home))
    other = another_family(office, town)
    booked(office, other.child_id, town.morning_id, TODAY)
    with pytest.raises(ChangedSince, match="complet"):
        office.write(accept, AGENT, request_id)
    assert office.read(request_file, request_id).items[0].full
    office.write(accept, AGENT, request_id, force=True)


def test_the_desk_leaves_a_cell_alone_while_a_request_waits_for_it(office: Office) -> None:
    town = a_commune(office)
    asks(office, town.home, late_morning(town, town.home))
    with pytest.raises(RefusedByRule, match="attend déjà"):
        office.write(
            change_bookings, AGENT, town.home.child_id, [CellChange(town.morning_id, TODAY, book=True)],
            override=True, note="Vu avec la mère",
        )  # fmt: skip


def test_an_address_that_somebody_else_has_cannot_be_accepted(office: Office) -> None:
    town = a_commune(office)
    another_family(office, town, "Petit")
    wish = new_fields(town.home, email=("camille.martin@exemple.fr", "camille.petit@exemple.fr"))
    request_id = asks(office, town.home, wish)
    with pytest.raises(RefusedByRule, match="déjà celle de Camille Petit"):
        office.write(accept, AGENT, request_id)
    assert office.read(waiting_requests)[0].id == request_id


def test_only_agents_decide_and_a_reason_comes_from_the_list(office: Office) -> None:
    town = a_commune(office)
    request_id = asks(office, town.home, new_fields(town.home, **MOVE))
    stranger = Agent("x", "Inconnu", frozenset(), "POSTE")
    for decide in (accept, refuse):
        with pytest.raises(NotAllowed):
            office.write(decide, stranger, request_id, **({"reason_id": town.reason_id} if decide is refuse else {}))
    with pytest.raises(RefusedByRule, match="n'existe plus"):
        office.write(refuse, AGENT, request_id, reason_id=99)
    with pytest.raises(RefusedByRule, match="au moins une ligne"):
        office.write(accept, AGENT, request_id, fields=["mobile"])
    assert [row.label for row in office.read(refusal_reasons)] == ["Justificatif manquant"]


def test_the_list_of_requests_costs_the_same_queries_however_long(office: Office) -> None:
    town = a_commune(office)
    asks(office, town.home, new_fields(town.home, **MOVE))
    with Queries(office) as few:
        office.read(waiting_requests)
    for number in range(8):
        home = another_family(office, town, f"Famille{number}")
        asks(office, home, new_fields(home, **MOVE))
    with Queries(office) as many:
        assert len(office.read(waiting_requests)) == 9
    assert len(many) == len(few)
