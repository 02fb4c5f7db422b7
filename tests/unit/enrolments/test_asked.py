"""A family asks for an enrolment: judged at the moment of its receipt, then decided by the régie."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from backoffice.documents.expire import expire_documents
from backoffice.documents.kinds import retire_kind
from backoffice.enrolments.asked import say_what_lacks
from backoffice.enrolments.enrol import SeatRefused
from backoffice.enrolments.openings import close_opening
from backoffice.errors import RefusedByRule
from backoffice.permissions import SYSTEM
from backoffice.requests.accept import accept
from backoffice.requests.receive import receive
from backoffice.requests.refuse import refuse
from backoffice.requests.withdraw import withdraw
from backoffice.sync.contract import SHARED, EnrolmentAsked, ViewKind, Withdrawn
from backoffice.sync.frame import Frame
from backoffice.sync.views import build_views
from models.office.families import Family
from models.office.house import AuditEntry, Mail
from models.office.requests import RequestItem
from models.vocabulary import DocumentState, RequestStatus, Verdict
from tests.enrolments import DAY, ENDS, STARTS, answer, asks, enrolments, holds, opened, wednesdays
from tests.factories import AGENT, NOW, another_child, another_family
from tests.letterbox import an_action


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\xa0", " ")


def test_what_is_asked_in_time_waits_for_the_regie_and_enrols_once_accepted(office):
    place = wednesdays(office)
    row = opened(office, place)
    request = asks(office, place.home, row.id, note="Léa vient avec son frère.")
    file = answer(office, request)
    assert (file.row.status, plain(file.row.title)) == (
        RequestStatus.WAITING,
        "Inscription de Léa : Accueil du mercredi",
    )
    assert "Léa vient avec son frère." in file.items[0].why
    assert plain(file.items[0].wished) == "à partir du 04/01/2027"
    office.write(accept, AGENT, request)
    (made,) = enrolments(office, place.home.child_id, place.activity_id)
    assert (made.age_group_id, made.payer_family_id, made.starts, made.ends) == (
        place.tall_id, place.home.family_id, STARTS, ENDS,
    )  # fmt: skip
    mail = office.read(lambda session: session.scalars(select(Mail)).one())
    assert mail.cause == f"request:{request}"


def test_a_document_that_is_asked_no_more_lacks_nobody(small_office):
    place = wednesdays(small_office)
    row = opened(small_office, place, documents=frozenset({place.insurance_id}))
    request = asks(small_office, place.home, row.id)
    assert "Il manque" in answer(small_office, request).items[0].why
    small_office.write(retire_kind, AGENT, place.insurance_id)
    assert "Aucun document ne manque." in answer(small_office, request).items[0].why
    offers = (ViewKind.OFFERS, "", SHARED)
    now, today = small_office.now(), small_office.today()
    built = small_office.read(lambda session: build_views(Frame(session, now, today), [offers]))
    assert "documents" not in built[offers].body["lines"][0]
    small_office.write(accept, AGENT, request)
    assert enrolments(small_office, place.home.child_id, place.activity_id)


def test_the_agent_chooses_the_group_and_the_dates(small_office):
    place = wednesdays(small_office)
    request = asks(small_office, place.home, opened(small_office, place).id)
    chosen = {"group_id": place.small_id, "starts": STARTS + DAY, "ends": ENDS - DAY}
    small_office.write(accept, AGENT, request, values=chosen)
    (made,) = enrolments(small_office, place.home.child_id, place.activity_id)
    assert (made.age_group_id, made.starts, made.ends) == (place.small_id, STARTS + DAY, ENDS - DAY)


def test_a_group_of_another_activity_is_refused_and_nothing_is_decided(small_office):
    place = wednesdays(small_office)
    request = asks(small_office, place.home, opened(small_office, place).id)
    with pytest.raises(SeatRefused, match="Choisissez un groupe"):
        small_office.write(accept, AGENT, request, values={"group_id": place.town.canteen_group_id})
    assert answer(small_office, request).row.status is RequestStatus.WAITING
    assert enrolments(small_office, place.home.child_id, place.activity_id) == []


def test_a_missing_document_is_named_and_holds_the_acceptance_back(small_office):
    place = wednesdays(small_office)
    row = opened(small_office, place, documents=frozenset({place.insurance_id}))
    request = asks(small_office, place.home, row.id)
    assert "Il manque : Assurance scolaire." in plain(answer(small_office, request).items[0].why)
    with pytest.raises(RefusedByRule, match="Assurance scolaire"):
        small_office.write(accept, AGENT, request)
    holds(small_office, place.home, place.insurance_id, DocumentState.REFUSED)
    with pytest.raises(RefusedByRule, match="Assurance scolaire"):
        small_office.write(accept, AGENT, request)
    holds(small_office, place.home, place.insurance_id, DocumentState.RECEIVED)
    assert "Aucun document ne manque." in answer(small_office, request).items[0].why
    assert small_office.write(accept, AGENT, request).status is RequestStatus.ACCEPTED


def test_the_family_reads_what_lacks_as_its_documents_come(small_office):
    place = wednesdays(small_office)
    row = opened(small_office, place, documents=frozenset({place.insurance_id}))
    request = asks(small_office, place.home, row.id)

    def told() -> str:
        item = select(RequestItem).where(RequestItem.request_id == request)
        return plain(small_office.read(lambda session: session.scalars(item).one()).why)

    assert told() == "La régie étudie votre demande. Il manque : Assurance scolaire."
    holds(small_office, place.home, place.insurance_id, DocumentState.PROVIDED, until=NOW.date())
    small_office.write(say_what_lacks, AGENT, [place.home.family_id])
    assert told() == "La régie étudie votre demande."
    small_office.clock.move(days=1)
    small_office.write(expire_documents, SYSTEM)
    assert told() == "La régie étudie votre demande. Il manque : Assurance scolaire."


def test_the_agent_may_do_without_a_document_and_signs_it(small_office):
    place = wednesdays(small_office)
    row = opened(small_office, place, documents=frozenset({place.insurance_id}))
    request = asks(small_office, place.home, row.id)
    small_office.write(accept, AGENT, request, values={"without_documents": True})
    signed = select(AuditEntry).where(AuditEntry.action == "without_documents")
    assert small_office.read(lambda session: session.scalars(signed).one()).new == {"documents": ["Assurance scolaire"]}


def test_the_receipt_decides_not_the_collecting(small_office):
    place = wednesdays(small_office)
    row = opened(small_office, place)
    small_office.clock.move(hours=2)
    small_office.write(close_opening, AGENT, row.id, version=row.version)
    before = asks(small_office, place.home, row.id, at=NOW + timedelta(hours=1))
    assert answer(small_office, before).row.status is RequestStatus.WAITING
    other = another_family(small_office, place.town)
    after = asks(small_office, other, row.id, at=NOW + timedelta(hours=2))
    assert answer(small_office, after).row.status is RequestStatus.REFUSED
    assert "étaient possibles jusqu'au" in answer(small_office, after).items[0].why


def test_what_a_forged_form_says_is_judged_by_the_office(small_office):
    place = wednesdays(small_office)
    row = opened(small_office, place, residents_only=True)
    stranger = another_family(small_office, place.town)
    small_office.write(lambda work: setattr(work.session.get_one(Family, stranger.family_id), "resident", False), AGENT)
    baby = another_child(small_office, place.town, place.home.family_id, "Noé", born=date(2024, 5, 4))
    forged = {
        "n'est pas de votre foyer": EnrolmentAsked(opening_id=row.id, child_id=stranger.child_id, starts=STARTS),
        "ou n'est plus, proposée": EnrolmentAsked(opening_id=987, child_id=place.home.child_id, starts=STARTS),
        "Noé aura 2": EnrolmentAsked(opening_id=row.id, child_id=baby, starts=STARTS),
        "entre le": EnrolmentAsked(opening_id=row.id, child_id=place.home.child_id, starts=ENDS + DAY),
    }
    for words, payload in forged.items():
        action = an_action(place.home, payload, at=NOW)
        small_office.write(receive, SYSTEM, action)
        file = answer(small_office, action.id)
        assert file.row.status is RequestStatus.REFUSED
        assert words in plain(file.items[0].why)
    request = asks(small_office, stranger, row.id)
    assert "réservée aux habitants" in answer(small_office, request).items[0].why


def test_a_child_of_another_household_is_not_named(small_office):
    place = wednesdays(small_office)
    row = opened(small_office, place)
    stranger = another_family(small_office, place.town)
    payload = EnrolmentAsked(opening_id=row.id, child_id=stranger.child_id, starts=STARTS)
    action = an_action(place.home, payload, at=NOW)
    small_office.write(receive, SYSTEM, action)
    assert answer(small_office, action.id).items[0].text == "Accueil du mercredi, une personne inconnue"


def test_the_same_enrolment_asked_at_once_from_two_phones_waits_once(office):
    place = wednesdays(office)
    row = opened(office, place)
    payload = EnrolmentAsked(opening_id=row.id, child_id=place.home.child_id, starts=STARTS)
    actions = [an_action(place.home, payload, at=NOW) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda action: office.write(receive, SYSTEM, action), actions))
    statuses = sorted(answer(office, action.id).row.status for action in actions)
    assert statuses == sorted([RequestStatus.WAITING, *[RequestStatus.REFUSED] * 3])


def test_a_replayed_action_changes_nothing(small_office):
    place = wednesdays(small_office)
    payload = EnrolmentAsked(opening_id=opened(small_office, place).id, child_id=place.home.child_id, starts=STARTS)
    action = an_action(place.home, payload, at=NOW)
    assert small_office.write(receive, SYSTEM, action).applied
    small_office.write(accept, AGENT, action.id)
    assert not small_office.write(receive, SYSTEM, action).applied
    assert len(enrolments(small_office, place.home.child_id, place.activity_id)) == 1


def test_a_child_enrolled_meanwhile_blocks_the_acceptance(small_office):
    place = wednesdays(small_office)
    first = opened(small_office, place)
    one = asks(small_office, place.home, first.id)
    small_office.write(accept, AGENT, one)
    two = asks(small_office, place.home, first.id)
    assert "a déjà une inscription" in answer(small_office, two).items[0].why
    assert answer(small_office, two).items[0].verdict is Verdict.REFUSED


def test_a_withdrawn_or_refused_request_enrols_nobody_and_can_be_asked_again(small_office):
    place = wednesdays(small_office)
    row = opened(small_office, place)
    one = asks(small_office, place.home, row.id)
    small_office.write(withdraw, SYSTEM, an_action(place.home, Withdrawn(request_id=one), at=NOW))
    two = asks(small_office, place.home, row.id)
    small_office.write(refuse, AGENT, two, reason_id=place.town.reason_id)
    three = asks(small_office, place.home, row.id)
    statuses = [answer(small_office, request).row.status for request in (one, two, three)]
    assert statuses == [RequestStatus.WITHDRAWN, RequestStatus.REFUSED, RequestStatus.WAITING]
    assert enrolments(small_office, place.home.child_id, place.activity_id) == []
