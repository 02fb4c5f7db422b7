"""What has served goes; what the office has not taken stays, whatever its age."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from backoffice.portal import outbox
from backoffice.portal.housekeeping import Tidied, tidy
from backoffice.portal.outbox import Author, Form
from backoffice.portal.store import Store, Work
from backoffice.sync.contract import (
    Collected,
    FieldsChange,
    FieldWish,
    LinkAsked,
    MandateAsked,
    MessageSent,
    Payload,
    RequestView,
    ViewKind,
)
from models.portal import Account, Connection, Feed, Guess, OnlinePayment, OutboxAction, SignIn, Upload
from tests.portal.conftest import Office, Person
from tests.portal.published import CLAIRE, FAMILY, Clock, everything, view

ME = Author(CLAIRE, FAMILY)
CHANGE = FieldsChange(subject="guardian", subject_id=CLAIRE, fields=(FieldWish(name="a", seen="", wished="b"),))


@pytest.fixture
def store(app: Flask, claire: Person) -> Store:
    return app.extensions["marelle"].store


def send(store: Store, payload: Payload, *, collected: bool) -> str:
    form = Form.of(outbox.new_form_key(), ())
    identity = store.write(outbox.append, ME, payload, form)
    if collected:
        store.write(outbox.mark_collected, Collected(ids=(identity,)))
    return identity


def kinds(store: Store) -> list[str]:
    return list(
        store.read(lambda work: work.session.scalars(select(OutboxAction.kind).order_by(OutboxAction.seq)).all())
    )


def count(store: Store, table: type[Any]) -> int:
    return store.read(lambda work: work.session.scalar(select(func.count()).select_from(table)))


def payload(store: Store, identity: str) -> dict[str, Any]:
    query = select(OutboxAction.payload).where(OutboxAction.id == identity)
    return store.read(lambda work: work.session.scalar(query))


def test_nothing_that_the_office_has_not_taken_ever_goes(store: Store, clock: Clock):
    sent = [MessageSent(text="Bonjour"), CHANGE, LinkAsked(), MandateAsked(regie_id=1, sealed=b"clos", holder="Claire")]
    ids = [send(store, one, collected=False) for one in sent]
    before = [payload(store, identity) for identity in ids]
    clock.move(days=4000)
    store.write(tidy)
    assert kinds(store)[-4:] == ["message", "fields", "link_asked", "mandate"]
    assert [payload(store, identity) for identity in ids] == before


def test_words_and_accounts_leave_once_the_office_has_them(store: Store, clock: Clock):
    message = send(store, MessageSent(text="Bonjour"), collected=True)
    mandate = send(store, MandateAsked(regie_id=1, sealed=b"clos", holder="Claire"), collected=True)
    assert store.write(tidy).emptied == 1  # the page still shows the message until the office publishes it back
    assert payload(store, message)["text"] == "Bonjour"
    assert not payload(store, mandate)["sealed"]
    clock.move(hours=2)
    assert store.write(tidy).emptied == 1
    assert not payload(store, message)["text"]
    assert store.write(tidy).emptied == 0


def test_a_request_goes_after_its_answer_and_one_that_waits_stays(store: Store, office: Office, clock: Clock):
    send(store, CHANGE, collected=True)
    waiting = send(store, CHANGE, collected=True)
    told = RequestView(title="Fiche", received_at=clock.now, status="waiting", lines=())
    office.publish(view(ViewKind.REQUEST, waiting, FAMILY, told))
    clock.move(days=91)
    store.write(tidy)
    left = store.read(
        lambda work: work.session.scalars(select(OutboxAction.id).where(OutboxAction.kind == "fields")).all()
    )
    assert left == [waiting]


def test_doors_and_traces_are_forgotten_in_their_time(store: Store, claire: Person, clock: Clock):
    claire.client.get("/")
    other = Person(claire.client.application)
    other.sign_in(password="Faux-mot-de-passe-1")
    assert (count(store, Connection), count(store, SignIn), count(store, Guess)) == (1, 1, 2)
    clock.move(days=2)
    gone = store.write(tidy)
    assert (gone.sign_ins, gone.guesses, gone.connections) == (1, 2, 0)
    clock.move(days=364)
    assert store.write(tidy).connections == 1
    assert count(store, Account) == 2


def add(store: Store, *rows: Any) -> None:
    store.write(lambda work: work.session.add_all(rows))


def paid(number: int, clock: Clock, **changes: Any) -> OnlinePayment:
    values = {
        "id": f"p{number}", "form_key": f"f{number}", "guardian_id": CLAIRE, "family_id": FAMILY, "regie_id": 1,
        "client": "000001", "mode": "T", "reference": f"REF{number:06}", "amount_cents": 100, "basket": [],
        "email": "claire.martin@exemple.fr", "state": "paid", "started_at": clock.now,
    }  # fmt: skip
    return OnlinePayment(**values | changes)


def test_old_payments_go_unless_they_are_open_or_untold(store: Store, clock: Clock):
    untold = send(store, MessageSent(text="tient lieu d'avis de paiement"), collected=False)
    add(store, paid(1, clock), paid(2, clock, state="started"), paid(3, clock, told_id=untold))
    clock.move(days=399)
    add(store, paid(4, clock))
    clock.move(days=2)
    assert store.write(tidy).payments == 1
    left = store.read(lambda work: work.session.scalars(select(OnlinePayment.id).order_by(OnlinePayment.id)).all())
    assert left == ["p2", "p3", "p4"]


def test_uploads_that_were_taken_and_feeds_that_nobody_reads_go(store: Store, clock: Clock):
    taken, waits = send(store, CHANGE, collected=True), send(store, CHANGE, collected=False)
    for number, action in enumerate((taken, waits)):
        seal = Upload(
            id=f"u{number}", action_id=action, family_id=FAMILY, received_at=clock.now, sha256="", sealed=b"x"
        )
        add(store, seal)
    add(store, Feed(token_hash="a", guardian_id=CLAIRE, created_at=clock.now))
    assert store.write(tidy).uploads == 1
    clock.move(days=300)
    add(store, Feed(token_hash="b", guardian_id=CLAIRE, created_at=clock.now))
    clock.move(days=101)
    assert store.write(tidy).feeds == 1
    assert (count(store, Upload), count(store, Feed)) == (1, 1)


def test_a_dry_run_counts_the_same_and_touches_nothing(store: Store, clock: Clock):
    send(store, CHANGE, collected=True)
    message = send(store, MessageSent(text="Bonjour"), collected=True)
    clock.move(days=366)

    def everything(work: Work) -> list[Any]:
        return [
            [tuple(row) for row in work.session.execute(select(table.__table__))]
            for table in (OutboxAction, Connection, SignIn, Guess)
        ]

    before = store.read(everything)
    foreseen = store.write(tidy, dry=True)
    assert store.read(everything) == before
    assert payload(store, message)["text"] == "Bonjour"
    assert foreseen == store.write(tidy)
    assert foreseen.total >= 3
    assert store.write(tidy) == Tidied()


def test_a_link_that_was_closed_goes_once_its_form_can_serve_no_more(store: Store, clock: Clock):
    add(store, Feed(token_hash="a", guardian_id=CLAIRE, created_at=clock.now, revoked_at=clock.now))
    clock.move(hours=12)
    store.write(tidy)
    assert count(store, Feed) == 1
    clock.move(seconds=1)
    store.write(tidy)
    assert count(store, Feed) == 0


def test_the_portal_s_own_time_tidies_when_it_starts(store: Store, clock: Clock):
    from backoffice.portal.housekeeping import Housekeeper

    clock.move(days=2)
    keeper = Housekeeper(store)
    keeper.start()
    keeper.stop()
    assert count(store, SignIn) == 0


def test_both_databases_tidy_the_same(either_app: Flask, clock: Clock):
    office, store = Office(either_app), either_app.extensions["marelle"].store
    office.publish(*everything())
    Person(either_app).open_account()
    waiting, served, said = (send(store, one, collected=True) for one in (CHANGE, CHANGE, MessageSent(text="Bonjour")))
    told = RequestView(title="Fiche", received_at=clock.now, status="waiting", lines=())
    office.publish(view(ViewKind.REQUEST, waiting, FAMILY, told))
    clock.move(hours=2)
    gone = store.write(tidy)
    assert (gone.emptied, gone.sign_ins) == (1, 1)
    assert not payload(store, said)["text"]
    clock.move(days=91)
    assert store.write(tidy).actions == 2
    assert payload(store, waiting)["kind"] == "fields"
    assert payload(store, served) is None
