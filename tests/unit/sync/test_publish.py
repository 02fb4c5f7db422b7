"""What the office publishes is what the portal shows; nothing leaves twice for nothing."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import delete, select, update

from backoffice.bookings.change import CellChange, change_bookings
from backoffice.families.edit import edit_person
from backoffice.families.fields import Subject
from backoffice.families.invite import invite
from backoffice.office import Office
from backoffice.permissions import SYSTEM
from backoffice.requests.accept import accept
from backoffice.requests.receive import receive
from backoffice.sync.client import PublicationRefused
from backoffice.sync.contract import (
    BookingsChange,
    CellState,
    CellWish,
    ViewKind,
    week_of,
)
from backoffice.sync.frame import Frame
from backoffice.sync.horizon import USUAL, weeks_shown
from backoffice.sync.lists import sync_state
from backoffice.sync.loop import synchronise
from backoffice.sync.mark import mark_everything
from backoffice.sync.publish import publish
from backoffice.sync.views import build_views
from models.office.billing import Explanation, Invoice, InvoiceLine, InvoicePdf
from models.office.house import PublishedView
from models.vocabulary import InvoiceStatus, Section
from tests.factories import (
    AGENT,
    NOW,
    THURSDAY,
    TODAY,
    Town,
    a_commune,
    another_child,
    another_family,
    booked,
)
from tests.letterbox import Letterbox, Queries, an_action, new_fields

WEEK = week_of(TODAY)


def an_issued_invoice(office: Office, town: Town, content: bytes = b"%PDF-1.7 facture") -> int:
    import hashlib

    def issue(work) -> int:
        invoice = Invoice(
            family_id=town.home.family_id, service_id=town.canteen_service_id, month=date(2026, 10, 1),
            status=InvoiceStatus.ISSUED, number="CANTINE-2026-000001", year=2026, rank=1, issued_on=TODAY,
            due_on=date(2026, 12, 24), payer_name="Camille Martin", payer_address="3 rue des Tilleuls",
            total_cents=6640, paid_cents=1000, drafted_at=work.now, basis="0" * 64,
        )  # fmt: skip
        explanation = Explanation(digest="0" * 64, steps=["Tarif."])
        work.session.add_all([invoice, explanation])
        work.session.flush()
        work.session.add(InvoicePdf(invoice_id=invoice.id, sha256=hashlib.sha256(content).hexdigest(), content=content))
        work.session.add(
            InvoiceLine(
                invoice_id=invoice.id, position=1, child_id=town.home.child_id, child_name="Léa Martin",
                section=Section.MEALS, label="Repas", days="1,2", quantity_hundredths=1600, unit_price_cents=415,
                amount_cents=6640, tariff="QF de 801 à 1 200", explanation_id=explanation.id,
            )
        )  # fmt: skip
        work.show(ViewKind.INVOICE, invoice.id, town.home.family_id)
        return invoice.id

    return office.write(issue, AGENT)


def turn(office: Office, portal: Letterbox):
    return portal.turn(office)


def test_the_first_turn_shows_everything_and_the_second_nothing(office: Office, portal: Letterbox) -> None:
    town = a_commune(office)
    assert turn(office, portal).published > 20
    assert turn(office, portal).published == 0
    home = town.home
    structure = portal.body(ViewKind.STRUCTURE, "", 0)
    assert structure
    assert structure["commune"] == "Contrexéville"
    people = portal.body(ViewKind.FAMILY, "", home.family_id)["people"]
    assert [(person["name"], person["role"]) for person in people] == [
        ("Camille Martin", "responsable"), ("Léa Martin", "enfant, 7\xa0ans")
    ]  # fmt: skip
    assert portal.account(home.guardian_id) is None
    weeks = [
        portal.body(ViewKind.WEEK, f"{home.child_id}:{week_of(day)}", home.family_id)
        for day in weeks_shown(TODAY, USUAL)
    ]
    assert all(weeks)
    lines = portal.body(ViewKind.ENROLMENTS, "", home.family_id)["lines"]
    assert [line["activity"] for line in lines] == ["Restauration scolaire", "Accueil périscolaire"]


def test_a_week_says_states_limits_prices_and_places(office: Office, portal: Letterbox) -> None:
    town = a_commune(office)
    booked(office, town.home.child_id, town.meal_id, THURSDAY)
    turn(office, portal)
    mine = portal.body(ViewKind.WEEK, f"{town.home.child_id}:{WEEK}", town.home.family_id)
    assert mine["cells"] == [{"unit_id": town.meal_id, "day": "2026-11-26", "state": "booked"}]
    shared = portal.body(ViewKind.ACTIVITY_WEEK, f"{town.canteen_id}:{WEEK}", 0)
    slots = {slot["day"]: slot for slot in shared["slots"]}
    thursday = slots["2026-11-26"]
    assert thursday["book"]["until"] == "2026-11-24T09:00:00Z"
    line = next(line for line in mine["activities"] if line["activity_id"] == town.canteen_id)
    assert thursday["prices"][line["rate"]] == 415
    assert thursday["places"][line["group"]] == 23
    assert slots["2026-11-25"]["closed"] == "Pas d'école ce jour"
    assert thursday["closed"] is None


def test_one_booking_touches_two_views(office: Office, portal: Letterbox) -> None:
    town = a_commune(office)
    for number in range(5):
        another_child(office, town, town.home.family_id, f"Enfant{number}")
    turn(office, portal)
    office.write(change_bookings, AGENT, town.home.child_id, [CellChange(town.meal_id, THURSDAY, book=True)])
    assert turn(office, portal).published == 2


def test_a_view_that_came_back_to_what_it_was_does_not_leave(office: Office, portal: Letterbox) -> None:
    town = a_commune(office)
    turn(office, portal)
    office.write(lambda work: work.show(ViewKind.FAMILY, "", town.home.family_id), AGENT)
    with portal.client() as client:
        report = publish(office, client)
    assert (report.sent, report.unchanged, report.left) == (0, 1, 0)


def test_a_sending_that_was_never_noted_is_sent_over(office: Office, portal: Letterbox) -> None:
    """The power went off after the portal had taken « B », and before it was noted; then the file says « A » again."""
    town = a_commune(office)
    turn(office, portal)
    change = (Subject.GUARDIAN, town.home.guardian_id)
    office.write(edit_person, AGENT, *change, {"city": "Vittel"}, version=1)
    noted = office.read(lambda session: [(row.kind, row.key, row.family_id, row.sent, row.digest) for row in session.scalars(select(PublishedView))])  # fmt: skip
    with portal.client() as client:
        publish(office, client)

    def forget(work) -> None:
        for kind, key, family_id, sent, digest in noted:
            mine = (PublishedView.kind == kind, PublishedView.key == key, PublishedView.family_id == family_id)
            work.session.execute(update(PublishedView).where(*mine).values(sent=sent, digest=digest))

    office.write(forget, AGENT)
    office.write(edit_person, AGENT, *change, {"city": "Contrexéville"}, version=2)
    turn(office, portal)
    people = portal.body(ViewKind.FAMILY, "", town.home.family_id)["people"]
    assert "Contrexéville" in {field["value"] for field in people[0]["fields"]}


def test_an_invited_guardian_has_a_way_in(office: Office, portal: Letterbox) -> None:
    town = a_commune(office)
    turn(office, portal)
    office.write(invite, AGENT, town.home.guardian_id)
    turn(office, portal)
    account = portal.account(town.home.guardian_id)
    assert account
    assert (account.email, account.open) == ("camille.martin@exemple.fr", True)
    assert account.link_hash


def test_an_issued_invoice_travels_with_its_pdf(office: Office, portal: Letterbox) -> None:
    town = a_commune(office)
    invoice_id = an_issued_invoice(office, town)
    turn(office, portal)
    body = portal.body(ViewKind.INVOICE, str(invoice_id), town.home.family_id)
    assert (body["due_cents"], body["state"], body["children"]) == (5640, "to_pay", ["Léa Martin"])

    from models.portal import Attachment

    kept = portal.store.read(lambda work: work.session.scalars(select(Attachment)).one())
    assert (kept.name, kept.content) == ("facture-CANTINE-2026-000001.pdf", b"%PDF-1.7 facture")


def test_an_answer_says_line_by_line_what_was_decided(office: Office, portal: Letterbox) -> None:
    town = a_commune(office)
    cells = (
        CellWish(unit_id=town.meal_id, day=THURSDAY, seen=CellState.FREE, wished=CellState.BOOKED),
        CellWish(unit_id=town.morning_id, day=TODAY, seen=CellState.FREE, wished=CellState.BOOKED),
    )
    portal.send(town.home, BookingsChange(child_id=town.home.child_id, cells=cells))
    action_id = portal.send(town.home, new_fields(town.home, street=("3 rue des Tilleuls", "5 rue du Lac")))
    report = turn(office, portal)
    assert (report.collected, portal.uncollected()) == (2, 0)
    body = portal.body(ViewKind.REQUEST, action_id, town.home.family_id)
    assert (body["status"], body["lines"][0]["verdict"]) == ("waiting", "waiting")
    person = portal.body(ViewKind.FAMILY, "", town.home.family_id)["people"][0]
    assert next(field["waiting"] for field in person["fields"] if field["name"] == "street") == "5 rue du Lac"
    week = portal.body(ViewKind.WEEK, f"{town.home.child_id}:{WEEK}", town.home.family_id)
    assert {cell["state"] for cell in week["cells"]} == {"booked", "waiting"}
    office.write(accept, AGENT, UUID(action_id), note="Merci.")
    turn(office, portal)
    body = portal.body(ViewKind.REQUEST, action_id, town.home.family_id)
    assert (body["status"], body["note"]) == ("accepted", "Merci.")


def test_an_accepted_booking_says_its_price_and_until_when_it_can_change(office: Office) -> None:
    town = a_commune(office)
    wish = CellWish(unit_id=town.meal_id, day=THURSDAY, seen=CellState.FREE, wished=CellState.BOOKED)
    action = an_action(town.home, BookingsChange(child_id=town.home.child_id, cells=(wish,)), at=NOW)
    office.write(receive, SYSTEM, action)
    key = (ViewKind.REQUEST, str(action.id), town.home.family_id)
    built = office.read(lambda session: build_views(Frame(session, NOW, TODAY), [key]))[key]
    line = built.body["lines"][0]
    assert (line["price_cents"], line["until"]) == (415, "2026-11-24T09:00:00Z")
    assert line["text"] == "jeudi 26 novembre, Repas, Léa"


def test_weeks_come_and_go_with_the_calendar(office: Office, portal: Letterbox) -> None:
    town = a_commune(office)
    turn(office, portal)
    first, entering = weeks_shown(TODAY, USUAL)[0], weeks_shown(TODAY, USUAL)[-1] + timedelta(weeks=1)
    office.clock.move(weeks=1)
    turn(office, portal)
    key = f"{town.home.child_id}:"
    assert portal.body(ViewKind.WEEK, key + week_of(entering), town.home.family_id)
    assert portal.body(ViewKind.WEEK, key + week_of(first), town.home.family_id) is None
    assert portal.body(ViewKind.ACTIVITY_WEEK, f"{town.canteen_id}:{week_of(entering)}", 0)
    assert turn(office, portal).published == 0


def test_a_new_portal_is_given_everything_again(office: Office, portal: Letterbox, tmp_path) -> None:
    a_commune(office)
    turn(office, portal)
    (tmp_path / "autre").mkdir()
    other = Letterbox(tmp_path / "autre", office)
    office.write(mark_everything, AGENT)
    turn(office, other)
    assert other.body(ViewKind.STRUCTURE, "", 0)
    other.close()


def test_an_office_that_published_before_there_were_offers_shows_everything_once(
    office: Office, portal: Letterbox
) -> None:
    town = a_commune(office)
    turn(office, portal)
    before = office.write(_as_migration_0011_left_it, AGENT)
    assert turn(office, portal).published > len(before)
    assert portal.body(ViewKind.OFFERS, "", 0) is not None
    assert portal.body(ViewKind.STRUCTURE, "", 0)["upload_key"] == office.sealer.public_key
    assert portal.body(ViewKind.ENROLMENTS, "", town.home.family_id)["children"]
    rows = office.read(lambda session: session.scalars(select(PublishedView)).all())
    after = {(row.kind, row.key, row.family_id): row.wanted for row in rows}
    assert all(after[key] == wanted + 1 for key, wanted in before.items()), "a portal takes later versions only"
    assert turn(office, portal).published == 0


def _as_migration_0011_left_it(work) -> dict[tuple[str, str, int], int]:
    """Forget the kinds of views that came since; the others were published with fewer fields."""
    newer = (ViewKind.OFFERS, ViewKind.PUBLICATION, ViewKind.PAPER, ViewKind.MANDATES, ViewKind.THREAD)
    work.session.execute(delete(PublishedView).where(PublishedView.kind.in_(newer)))
    work.session.execute(update(PublishedView).values(digest="0" * 64))
    return {(row.kind, row.key, row.family_id): row.wanted for row in work.session.scalars(select(PublishedView))}


def test_a_view_that_the_portal_refuses_does_not_hold_the_others(office: Office, portal: Letterbox) -> None:
    town = a_commune(office)

    with portal.client() as client:
        send = client.publish

        def picky(views) -> None:
            if any(view.kind is ViewKind.DOCUMENTS for view in views):
                raise PublicationRefused("documents")
            send(views)

        client.publish = picky  # type: ignore[method-assign]  # a portal of another mind
        report = synchronise(office, client)
    assert report.publish.refused == 1
    assert report.warning
    assert portal.body(ViewKind.FAMILY, "", town.home.family_id)
    assert office.read(sync_state).refused == 1


@pytest.mark.parametrize("kind", list(ViewKind))
def test_a_kind_costs_the_same_queries_however_many_views(office: Office, kind: ViewKind) -> None:
    town = a_commune(office)
    an_issued_invoice(office, town)
    homes = [town.home, *(another_family(office, town, f"Famille{number}") for number in range(6))]
    for home in homes:
        office.write(receive, SYSTEM, an_action(home, new_fields(home, mobile=("", "0611111111")), at=NOW))
    office.write(mark_everything, AGENT)
    rows = select(PublishedView.kind, PublishedView.key, PublishedView.family_id).where(PublishedView.kind == kind)
    keys = [(ViewKind(name), key, family_id) for name, key, family_id in office.read(lambda s: s.execute(rows).all())]

    def build(session, some):
        return build_views(Frame(session, NOW, TODAY), some)

    with Queries(office) as one:
        office.read(build, keys[:1])
    with Queries(office) as all_of_them:
        assert len(office.read(build, keys)) == len(keys)
    assert len(all_of_them) <= len(one) + 1
    assert len(one) <= 20  # of which the rules in force take eight
