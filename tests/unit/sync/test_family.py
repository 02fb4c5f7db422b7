"""From the family's page to the file and back: a person added, a request taken back, in the order they were sent."""

from uuid import UUID

from backoffice.office import Office
from backoffice.requests.accept import accept
from backoffice.requests.lists import waiting_requests
from backoffice.sync.contract import FieldWish, PersonAdded, ViewKind, Withdrawn
from tests.factories import AGENT, Household, a_commune
from tests.letterbox import Letterbox, new_fields


def turn(office: Office, portal: Letterbox) -> None:
    portal.turn(office)


def family(portal: Letterbox, home: Household) -> dict:
    return portal.body(ViewKind.FAMILY, "", home.family_id) or {}


def test_a_contact_goes_from_the_page_to_the_file_and_back(office: Office, portal: Letterbox) -> None:
    home = a_commune(office).home
    turn(office, portal)
    assert portal.body(ViewKind.STRUCTURE, "", 0)["addable"] == ["child", "contact", "pickup"]
    wishes = {"name": "Jeanne Roux", "relation": "grand-mère", "phone": "03 29 00 00 09"}
    fields = tuple(FieldWish(name=name, seen="", wished=wished) for name, wished in wishes.items())
    sent = portal.send(home, PersonAdded(person="contact", child_id=home.child_id, fields=fields))
    turn(office, portal)
    [waiting] = family(portal, home)["waiting"]
    assert (waiting["request_id"], waiting["name"], waiting["child_id"]) == (sent, "Jeanne Roux", home.child_id)
    office.write(accept, AGENT, UUID(sent))
    turn(office, portal)
    jeanne = family(portal, home)["people"][-1]
    assert (jeanne["kind"], jeanne["role"], jeanne["child_id"]) == ("contact", "grand-mère, à prévenir", home.child_id)
    assert "waiting" not in family(portal, home)
    assert portal.body(ViewKind.REQUEST, sent, home.family_id)["status"] == "accepted"


def test_what_is_sent_and_taken_back_before_the_office_looks_never_waits(office: Office, portal: Letterbox) -> None:
    home = a_commune(office).home
    wishes = new_fields(home, street=("3 rue des Tilleuls", "5 rue du Lac"), city=("Contrexéville", "Vittel"))
    sent = portal.send(home, wishes)
    portal.send(home, Withdrawn(request_id=UUID(sent), keys=("street",)))
    turn(office, portal)
    answer = portal.body(ViewKind.REQUEST, sent, home.family_id)
    assert [line["verdict"] for line in answer["lines"]] == ["withdrawn", "waiting"]
    portal.send(home, Withdrawn(request_id=UUID(sent)))
    turn(office, portal)
    assert portal.body(ViewKind.REQUEST, sent, home.family_id)["status"] == "withdrawn"
    assert office.read(waiting_requests) == ()
    fields = {one["name"]: one for one in family(portal, home)["people"][0]["fields"]}
    assert "waiting" not in fields["street"]
    assert "answer" not in fields["city"]
