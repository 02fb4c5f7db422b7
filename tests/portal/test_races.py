"""Several sendings at the same instant: one action, one password, in order."""

import re
from concurrent.futures import ThreadPoolExecutor

from flask import Flask

from backoffice.portal import outbox
from backoffice.portal.outbox import Author, Form
from backoffice.sync.contract import AccountOpened
from tests.portal.conftest import Office, Person
from tests.portal.published import CANTEEN, DAYS, LEA, PASSWORD, WEEK, everything

PAGE = f"/reservations/{LEA}/{WEEK}"


def test_parallel_sendings_of_one_form_are_one_action(either_app: Flask):
    office, claire = Office(either_app), Person(either_app)
    office.publish(*everything())
    claire.open_account()
    claire.get(PAGE)
    form = claire.form() | {"s": claire.all_hidden("s"), "c": [*claire.ticked(), f"{CANTEEN}:{DAYS[3]}"]}

    def send(_: int) -> str:
        return claire.tab().post(PAGE, data=form).location

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(send, range(16)))
    assert len(answers) == 1
    assert re.fullmatch(r"/demandes/[0-9a-f-]{36}", answers.pop())
    assert len(office.payloads("bookings")) == 1


def test_a_link_followed_by_two_at_once_opens_one_account(either_app: Flask):
    office = Office(either_app)
    office.publish(*everything())
    people = [Person(either_app) for _ in range(4)]
    for person in people:
        person.get("/bienvenue/premier-lien")
    form = {"password": PASSWORD, "again": PASSWORD}
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda one: one.post("/bienvenue/premier-lien", form).status_code, people))
    assert sorted(answers) == [303, 410, 410, 410]
    assert len(office.payloads("account_opened")) == 1


def test_the_outbox_is_in_receipt_order_whoever_writes(either_app: Flask):
    store = either_app.extensions["marelle"].store
    clock = iter(range(1, 1000))
    base = store.clock()
    store.clock = lambda: base.replace(microsecond=next(clock))

    def write(number: int) -> None:
        author = Author(number, 1)
        store.write(outbox.append, author, AccountOpened(), Form.of(f"form-{number}", ()))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(40)))
    actions = store.read(outbox.to_collect, 100).actions
    assert len({action.id for action in actions}) == 40
    assert [action.received_at for action in actions] == sorted(action.received_at for action in actions)
