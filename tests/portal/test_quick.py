"""A plain sending is judged before its turn to be written: what changes in between is judged again, by the usual way."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from backoffice.portal import quick
from backoffice.portal.store import Store
from backoffice.sync.contract import ViewKind
from tests.portal.conftest import Office, Person
from tests.portal.published import CANTEEN, DAYS, LEA, WEEK, canteen, view

PAGE = f"/reservations/{LEA}/{WEEK}"
BOX = f"{CANTEEN}:{DAYS[3]}"


@pytest.fixture
def store(app: Flask) -> Store:
    found: Store = app.extensions["marelle"].store
    return found


def between(monkeypatch: pytest.MonkeyPatch, store: Store, happens: Callable[[], object]) -> list[str | None]:
    """Let something happen after a sending was judged and before it is written; give what the quick way answered."""
    answers: list[str | None] = []
    usual = store.write_one

    def late(*told: object) -> object:
        happens()
        answers.append(usual(*told))  # type: ignore[arg-type]  # the very arguments of the page
        return answers[-1]

    monkeypatch.setattr(store, "write_one", late)
    return answers


def send(claire: Person) -> int:
    claire.get(PAGE)
    form: dict[str, object] = {"s": claire.all_hidden("s"), "c": [*claire.ticked(), BOX]}
    return claire.post(PAGE, form).status_code


def test_a_plain_sending_is_written_by_one_statement(
    monkeypatch: pytest.MonkeyPatch, store: Store, office: Office, claire: Person
) -> None:
    answers = between(monkeypatch, store, lambda: None)
    assert send(claire) == 303
    assert [bool(one) for one in answers] == [True]
    assert len(office.payloads("bookings")) == 1


def test_a_cell_that_closes_between_is_judged_again(
    monkeypatch: pytest.MonkeyPatch, store: Store, office: Office, claire: Person
) -> None:
    slots = tuple(
        slot.model_copy(update={"closed": "Grève"}) if (slot.unit_id, slot.day) == (CANTEEN, DAYS[3]) else slot
        for slot in canteen().slots
    )
    shut = view(ViewKind.ACTIVITY_WEEK, f"1:{WEEK}", 0, canteen().model_copy(update={"slots": slots}))
    answers = between(monkeypatch, store, lambda: office.publish(shut))
    assert send(claire) == 422
    assert answers == [None]
    assert office.payloads("bookings") == []


def test_another_action_of_the_family_between_is_seen(
    monkeypatch: pytest.MonkeyPatch, store: Store, office: Office, claire: Person
) -> None:
    kept: list[str | None] = []
    usual = quick.write_down

    def twice(moment: object, author: object, ready: object, sent: object, title: str) -> str | None:
        kept.append(usual(moment, author, ready, sent, title))  # type: ignore[arg-type]  # what the page gave
        return usual(moment, author, ready, sent, title)  # type: ignore[arg-type]  # judged before the first was written

    monkeypatch.setattr(quick, "write_down", twice)
    assert send(claire) == 303
    assert len(office.payloads("bookings")) == 1


def test_a_limit_that_passes_between_is_judged_again(
    monkeypatch: pytest.MonkeyPatch, store: Store, office: Office, claire: Person
) -> None:
    now, usual = store.clock(), store.clock
    answers = between(monkeypatch, store, lambda: monkeypatch.setattr(store, "clock", lambda: now + timedelta(days=5)))
    status = send(claire)
    monkeypatch.setattr(store, "clock", usual)
    assert answers == [None]
    assert status == 422
    assert office.payloads("bookings") == []
