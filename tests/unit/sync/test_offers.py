"""What families may ask to enrol in, as the portal is told it: by changes, and by the days that pass."""

from datetime import timedelta
from uuid import UUID

from backoffice.enrolments.openings import close_opening, edit_opening
from backoffice.families.edit import edit_person
from backoffice.families.fields import Subject
from backoffice.office import Office
from backoffice.requests.accept import accept
from backoffice.sync.contract import SHARED, EnrolmentAsked, EnrolmentsView, OffersView, ViewKind
from models.vocabulary import RequestStatus
from tests.enrolments import DAY, ENDS, STARTS, a_draft, answer, asks, opened, opening, wednesdays
from tests.factories import AGENT, NOW
from tests.letterbox import Letterbox


def offers(portal: Letterbox) -> OffersView:
    return OffersView.model_validate(portal.body(ViewKind.OFFERS, "", SHARED))


def enrolments(portal: Letterbox, family_id: int) -> EnrolmentsView:
    return EnrolmentsView.model_validate(portal.body(ViewKind.ENROLMENTS, "", family_id))


def test_an_opening_is_published_with_what_it_needs_and_follows_each_change(office: Office, portal: Letterbox) -> None:
    place = wednesdays(office)
    row = opened(office, place, documents=frozenset({place.insurance_id}))
    portal.turn(office)
    (line,) = offers(portal).lines
    assert (line.id, line.activity, line.place, line.service) == (
        row.id, "Accueil du mercredi", "Accueil du Stade", "Accueil périscolaire",
    )  # fmt: skip
    assert (line.opens, line.closes, line.age_from, line.age_to) == (row.draft.opens_at, row.draft.closes_at, 6, 11)
    assert (line.documents, line.document_kinds) == (("Assurance scolaire",), (place.insurance_id,))
    office.write(edit_opening, AGENT, row.id, a_draft(place, age_to=12), version=row.version)
    portal.turn(office)
    assert offers(portal).lines[0].age_to == 12
    office.write(close_opening, AGENT, row.id, version=opening(office, row.id).version)
    portal.turn(office)
    assert offers(portal).lines[0].closes == office.now()


def test_an_offer_comes_in_sight_and_leaves_as_days_pass_without_any_change(office: Office, portal: Letterbox) -> None:
    place = wednesdays(office)
    opened(office, place, opens_at=NOW + 61 * DAY, closes_at=NOW + 62 * DAY)
    portal.turn(office)
    assert offers(portal).lines == ()
    for after, seen in ((DAY, 1), (61 * DAY, 1), (68 * DAY, 1), (70 * DAY, 0)):
        office.clock.set(NOW + after)
        portal.turn(office)
        assert len(offers(portal).lines) == seen, after
    assert portal.turn(office).published == 0


def test_what_is_asked_waits_in_the_household_s_view_until_it_is_answered(office: Office, portal: Letterbox) -> None:
    place = wednesdays(office)
    row = opened(office, place)
    request = asks(office, place.home, row.id)
    portal.turn(office)
    view = enrolments(portal, place.home.family_id)
    (line,) = view.asked
    assert (line.request_id, line.opening_id, line.child, line.starts, line.since) == (
        str(request), row.id, "Léa", STARTS, NOW,
    )  # fmt: skip
    assert [(child.id, child.name) for child in view.children] == [(place.home.child_id, "Léa")]
    assert view.resident
    office.write(accept, AGENT, request)
    portal.turn(office)
    view = enrolments(portal, place.home.family_id)
    assert view.asked == ()
    assert [line.ends for line in view.lines if line.activity_id == place.activity_id] == [ENDS]


def test_a_birth_date_that_is_corrected_is_compared_anew(office: Office, portal: Letterbox) -> None:
    place = wednesdays(office)
    portal.turn(office)
    office.write(edit_person, AGENT, Subject.CHILD, place.home.child_id, {"birth_date": "2020-03-02"}, version=1)
    portal.turn(office)
    assert enrolments(portal, place.home.family_id).children[0].born.year == 2020


def test_a_request_sent_on_the_portal_is_received_once_and_answered(office: Office, portal: Letterbox) -> None:
    place = wednesdays(office)
    row = opened(office, place)
    action = portal.send(
        place.home, EnrolmentAsked(opening_id=row.id, child_id=place.home.child_id, starts=STARTS, note="Merci")
    )
    office.clock.move(minutes=1)
    portal.turn(office)
    portal.turn(office)
    body = portal.body(ViewKind.REQUEST, action, place.home.family_id)
    assert body is not None
    assert (body["kind"], body["status"]) == ("enrolment", "waiting")
    (waiting,) = enrolments(portal, place.home.family_id).asked
    assert answer(office, UUID(action)).row.status is RequestStatus.WAITING
    assert waiting.since == NOW
    assert office.now() - NOW == timedelta(minutes=1)
