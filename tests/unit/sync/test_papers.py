"""What families find of their papers and mandates: published when made, with the PDF that the office keeps."""

import hashlib
import json
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from backoffice.billing.credit import credit
from backoffice.certificates.make import make_certificates
from backoffice.debits.mandates import MandateEntry, enter_mandate, revoke_mandate, sign_mandate
from backoffice.errors import NotAllowed, RefusedByRule
from backoffice.office import Office
from backoffice.payments.receipts import receipt_pdf
from backoffice.payments.reverse import reverse
from backoffice.payments.use_credit import use_credit
from backoffice.portal.sealed import seal
from backoffice.regie.edit import edit_regie
from backoffice.regie.lists import regie_settings
from backoffice.requests.accept import accept
from backoffice.requests.file import request_file
from backoffice.requests.refuse import refuse
from backoffice.sync.collect import collect
from backoffice.sync.contract import MandateAsked, ViewKind, Withdrawn
from backoffice.sync.draw import draw_papers, undrawn
from backoffice.sync.files import files_of
from backoffice.sync.frame import Frame
from backoffice.sync.mark import mark_everything
from backoffice.sync.publish import publish
from backoffice.sync.views import build_views
from models.office.debits import Mandate
from models.office.house import PublishedView
from models.office.requests import RefusalReason, RequestItem
from models.portal import Attachment
from models.vocabulary import MandateState, Role
from tests.factories import AGENT, Town, a_commune, an_office
from tests.letterbox import Letterbox
from tests.unit.payments.household import CHEQUE, Owed, two_invoices

IBAN = "FR1420041010050500013M02606"


@pytest.fixture
def town(office: Office) -> Town:
    return a_commune(office)


@pytest.fixture
def owed(office: Office, town: Town) -> Owed:
    return two_invoices(office, town)


def turn(office: Office, portal: Letterbox) -> None:
    portal.turn(office)


def file_of(portal: Letterbox, key: str, family_id: int) -> bytes | None:
    def find(work) -> bytes | None:
        row = work.session.get(Attachment, (str(ViewKind.PAPER), key, family_id))
        return row.content if row else None

    return portal.store.read(find)


def shown(portal: Letterbox, town: Town, key: str):
    return portal.body(ViewKind.PAPER, key, town.home.family_id)


def test_a_receipt_is_published_with_the_bytes_that_the_desk_gives(
    office: Office, town: Town, owed: Owed, portal: Letterbox
) -> None:
    paid = owed.pay(4730, **CHEQUE)
    turn(office, portal)
    key, family = f"receipt:{paid.payment_id}", town.home.family_id
    body = shown(portal, town, key)
    assert (body["title"], body["cents"], body["means"]) == ("Quittance", 4730, "Chèque")
    assert set(body["invoices"]) == {owed.canteen.number, owed.care.number}
    assert file_of(portal, key, family) == office.write(receipt_pdf, AGENT, paid.payment_id)
    office.write(reverse, AGENT, paid.payment_id, reason="Chèque sans provision")
    turn(office, portal)
    titles = [shown(portal, town, f"receipt:{number}")["title"] for number in (paid.payment_id, paid.payment_id + 1)]
    assert titles == ["Quittance annulée", f"Annulation de la quittance {paid.receipt_number}"]


def test_a_receipt_names_what_it_settles_now(office: Office, town: Town, owed: Owed, portal: Letterbox) -> None:
    paid = owed.pay(4150)
    turn(office, portal)
    key = f"receipt:{paid.payment_id}"
    before = file_of(portal, key, town.home.family_id)
    assert shown(portal, town, key)["invoices"] == [owed.canteen.number]
    office.write(credit, AGENT, owed.canteen.id, reason="Erreur", seen_cents=4150)
    turn(office, portal)
    assert "invoices" not in shown(portal, town, key)  # the family's credit, until another invoice needs it
    office.write(use_credit, AGENT, town.regie_id, town.home.family_id)
    turn(office, portal)
    assert shown(portal, town, key)["invoices"] == [owed.care.number]
    assert file_of(portal, key, town.home.family_id) == before


def test_many_receipts_are_drawn_a_few_at_a_time_and_all_leave(
    office: Office, town: Town, owed: Owed, portal: Letterbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backoffice.sync.draw.AT_ONCE", 2)
    ids = [owed.pay(100).payment_id for _ in range(5)]
    keys = [f"receipt:{number}" for number in ids]
    assert len(office.read(undrawn, office.today(), keys)) == 5
    monkeypatch.setattr("backoffice.sync.publish.DRAWN_A_TURN", 3)
    with portal.client() as client:
        assert publish(office, client).left == 1  # the next turn goes on
        assert publish(office, client).left == 0
    assert all(file_of(portal, f"receipt:{number}", town.home.family_id) for number in ids)


def test_receipts_of_long_ago_and_other_peoples_money_are_not_shown(
    office: Office, town: Town, owed: Owed, portal: Letterbox
) -> None:
    paid = owed.pay(4150)
    office.clock.set(office.now() + timedelta(days=800))
    turn(office, portal)
    assert shown(portal, town, f"receipt:{paid.payment_id}") is None
    assert office.read(undrawn, office.today(), [f"receipt:{paid.payment_id}"]) == set()


def test_a_certificate_is_published_and_its_next_edition_replaces_it(
    office: Office, town: Town, owed: Owed, portal: Letterbox
) -> None:
    office.write(_young, AGENT, town)
    owed.pay(4150 + 100, **CHEQUE)
    make_certificates(office, AGENT, town.regie_id, 2026)
    turn(office, portal)
    first = shown(portal, town, "certificate:1")
    assert (first["title"], first["cents"] > 0) == ("Attestation fiscale 2026", True)
    owed.pay(480, **CHEQUE)
    make_certificates(office, AGENT, town.regie_id, 2026)
    turn(office, portal)
    assert shown(portal, town, "certificate:1") is None
    assert shown(portal, town, "certificate:2")["number"] == "édition 2"
    assert file_of(portal, "certificate:2", town.home.family_id).startswith(b"%PDF")


def _young(work, town: Town) -> None:
    from models.office.families import Child

    work.session.get_one(Child, town.home.child_id).birth_date = date(2022, 5, 4)


def test_a_mandate_is_published_masked_with_its_form_until_it_is_signed(
    office: Office, town: Town, portal: Letterbox
) -> None:
    entry = MandateEntry(family_id=town.home.family_id, regie_id=town.regie_id, holder="Camille Martin", iban=IBAN)
    mandate = office.write(enter_mandate, AGENT, entry)
    turn(office, portal)
    (line,) = portal.body(ViewKind.MANDATES, "", town.home.family_id)["lines"]
    assert (line["state"], line["account"]) == ("unsigned", "•••• 2606")
    assert file_of(portal, f"mandate:{mandate.id}", town.home.family_id).startswith(b"%PDF")
    office.write(sign_mandate, AGENT, mandate.id, signed_on=office.today(), place="Contrexéville")
    turn(office, portal)
    assert portal.body(ViewKind.MANDATES, "", town.home.family_id)["lines"][0]["state"] == "active"
    assert shown(portal, town, f"mandate:{mandate.id}") is None
    office.write(revoke_mandate, AGENT, mandate.id, "Compte fermé")
    office.write(mark_everything, AGENT)
    turn(office, portal)
    assert portal.body(ViewKind.MANDATES, "", town.home.family_id)["lines"][0]["state"] == "revoked"


def ask(office: Office, town: Town, portal: Letterbox, **changes: object) -> str:
    """Ask for a debit as the portal does, and let the office take it."""
    told = json.dumps({"holder": "Camille Martin", "iban": IBAN, "bic": ""} | changes)
    sealed = seal(office.sealer.public_key, told.encode())
    action = portal.send(town.home, MandateAsked(regie_id=town.regie_id, sealed=sealed, holder="Camille Martin"))
    take(office, portal)
    return action


def test_a_debit_asked_twice_waits_once(office: Office, town: Town, portal: Letterbox) -> None:
    first, second = ask(office, town, portal), ask(office, town, portal)
    statuses = [portal.body(ViewKind.REQUEST, one, town.home.family_id)["status"] for one in (first, second)]
    assert statuses == ["waiting", "refused"]
    assert len(portal.body(ViewKind.MANDATES, "", town.home.family_id)["lines"]) == 1
    portal.send(town.home, Withdrawn(request_id=UUID(first)))
    take(office, portal)
    third = portal.body(ViewKind.REQUEST, ask(office, town, portal), town.home.family_id)
    assert third["status"] == "waiting"


def take(office: Office, portal: Letterbox) -> None:
    with portal.client() as client:
        collect(office, client)


def the_item(office: Office) -> RequestItem:
    return office.read(lambda session: session.scalars(select(RequestItem)).one())


def test_a_debit_asked_waits_masked_then_becomes_a_mandate_to_sign(
    office: Office, town: Town, portal: Letterbox
) -> None:
    action = ask(office, town, portal)
    (line,) = portal.body(ViewKind.MANDATES, "", town.home.family_id)["lines"]
    assert (line["state"], line["account"]) == ("asked", "•••• 2606")
    file = office.read(request_file, UUID(action))
    assert file.items[0].wished == "compte •••• 2606 de Camille Martin"
    assert IBAN.encode() not in the_item(office).sealed
    agent = replace(AGENT, roles=frozenset({Role.AGENT}))
    with pytest.raises(NotAllowed):
        office.write(accept, agent, UUID(action))
    assert the_item(office).sealed is not None
    office.write(accept, AGENT, UUID(action))
    assert the_item(office).sealed is None
    (mandate,) = office.read(lambda session: session.scalars(select(Mandate)).all())
    assert (mandate.state, mandate.holder, mandate.iban_ending) == (MandateState.UNSIGNED, "Camille Martin", "2606")
    assert office.sealer.unseal(mandate.iban_sealed) == IBAN
    turn(office, portal)
    assert shown(portal, town, f"mandate:{mandate.id}")["title"] == "Mandat de prélèvement"
    answer = portal.body(ViewKind.REQUEST, action, town.home.family_id)
    assert "signez-le et rendez-le à la régie" in answer["lines"][0]["wished"]


def test_a_refusal_and_a_withdrawal_forget_the_account(office: Office, town: Town, portal: Letterbox) -> None:
    action = ask(office, town, portal)
    reason = office.read(lambda session: session.scalars(select(RefusalReason.id)).first())
    office.write(refuse, AGENT, UUID(action), reason_id=reason)
    assert the_item(office).sealed is None
    again = ask(office, town, portal)
    portal.send(town.home, Withdrawn(request_id=UUID(again)))
    take(office, portal)
    assert office.read(lambda session: session.scalars(select(RequestItem.sealed)).all()) == [None, None]


@pytest.mark.parametrize("changes", [{"iban": "FR1420041010050500013M02607"}, {"holder": ""}, {"iban": None}])
def test_what_is_sealed_is_judged_again_when_it_is_opened(
    office: Office, town: Town, portal: Letterbox, changes: dict[str, object]
) -> None:
    ask(office, town, portal, **changes)
    item = the_item(office)
    assert (item.verdict.value, item.sealed) == ("refused", None)
    assert portal.body(ViewKind.MANDATES, "", town.home.family_id)["lines"] == []


def test_what_was_sealed_for_another_office_is_refused_calmly(office: Office, town: Town, portal: Letterbox) -> None:
    sealed = hashlib.sha256(b"rien").digest() * 4
    portal.send(town.home, MandateAsked(regie_id=town.regie_id, sealed=sealed, holder="Camille Martin"))
    take(office, portal)
    assert the_item(office).why == "Ce compte n'a pas pu être lu. Demandez de nouveau le prélèvement."


def test_the_mode_of_payfip_and_who_debits_are_told_to_families(
    office: Office, town: Town, owed: Owed, portal: Letterbox
) -> None:
    turn(office, portal)
    (regie,) = portal.body(ViewKind.STRUCTURE, "", 0)["regies"]
    assert "payfip_mode" not in regie  # test, the default
    assert regie["debits"] is True
    settings = office.read(regie_settings, town.regie_id)
    wished = replace(settings.values, payfip_mode="W", payfip_client="881140")
    office.write(edit_regie, AGENT, town.regie_id, wished, seen=settings.values)
    stale = select(PublishedView.kind).where(PublishedView.wanted > PublishedView.sent)
    told = office.read(lambda session: session.scalars(stale).all())
    assert sorted(told) == ["invoice", "invoice", "structure"]  # they may be paid online from now on
    turn(office, portal)
    (regie,) = portal.body(ViewKind.STRUCTURE, "", 0)["regies"]
    assert (regie["payfip_mode"], regie["payfip_client"]) == ("W", "881140")
    wrong = replace(wished, payfip_mode="Z")
    with pytest.raises(RefusedByRule, match="trois modes"):
        office.write(edit_regie, AGENT, town.regie_id, wrong, seen=wished)


@pytest.mark.postgres
def test_on_postgresql_papers_and_mandates_are_the_same(new_postgres, tmp_path) -> None:
    office = an_office(tmp_path, database=new_postgres("office"))
    try:
        town = a_commune(office)
        owed = two_invoices(office, town)
        paid = owed.pay(4730, **CHEQUE)
        office.write(reverse, AGENT, paid.payment_id, reason="Chèque sans provision")
        entry = MandateEntry(family_id=town.home.family_id, regie_id=town.regie_id, holder="Camille Martin", iban=IBAN)
        mandate = office.write(enter_mandate, AGENT, entry)
        office.write(mark_everything, AGENT)
        keys = [f"receipt:{paid.payment_id}", f"receipt:{paid.payment_id + 1}", f"mandate:{mandate.id}"]
        late = office.read(undrawn, office.today(), keys)
        assert draw_papers(office, late) == 3
        family = town.home.family_id
        views = [(ViewKind.PAPER, key, family) for key in keys] + [(ViewKind.MANDATES, "", family)]
        built = office.read(lambda session: build_views(Frame(session, office.now(), office.today()), views))
        assert [built[view].body["number"] for view in views[:3]] == [
            paid.receipt_number,
            "Q-ENF-2026-000002",
            mandate.rum,
        ]
        assert built[views[3]].body["lines"][0]["account"] == "•••• 2606"
        assert len(office.read(files_of, views[:3])) == 3
    finally:
        office.close()
