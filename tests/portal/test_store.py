"""Writers who come together are written down together, in their order; what is read once is never somebody else's."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar

import pytest
from flask import Flask
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError

from backoffice.portal import outbox
from backoffice.portal.outbox import Author, Form
from backoffice.portal.store import Moment, Store, Work
from backoffice.sync.contract import AccountOpened, ViewKind
from models.portal import OutboxAction
from tests.portal.conftest import Office, Person
from tests.portal.published import LEA, WEEK, canteen, structure, view
from tests.portal.queueing import while_one_writes

WHO: ContextVar[str] = ContextVar("who", default="nobody")


def note(work: Work, number: int, *, fails: bool = False) -> int:
    outbox.append(work, Author(number, 1), AccountOpened(), Form.of(f"form-{number}", ()))
    if fails:
        raise ValueError(number)
    return number


def kept(store: Store) -> list[int]:
    return store.read(
        lambda work: list(work.session.scalars(select(OutboxAction.guardian_id).order_by(OutboxAction.seq)))
    )


def test_those_who_wait_go_into_one_transaction_in_their_order(either_app: Flask) -> None:
    store: Store = either_app.extensions["marelle"].store
    commits: list[object] = []
    event.listen(store.engine, "commit", commits.append)
    with while_one_writes(store, lambda work: note(work, 0)) as queue:
        asked = [queue(store.write, note, number) for number in (3, 1, 2, 5, 4)]
    assert [one.result(20) for one in asked] == [3, 1, 2, 5, 4]
    assert kept(store) == [0, 3, 1, 2, 5, 4]
    assert len(commits) == 2


def test_one_that_fails_is_undone_alone(either_app: Flask) -> None:
    store: Store = either_app.extensions["marelle"].store
    with while_one_writes(store, lambda work: note(work, 0)) as queue:
        asked = [queue(store.write, note, number, fails=number == 2) for number in (1, 2, 3)]
    with pytest.raises(ValueError, match="2"):
        asked[1].result(20)
    assert (asked[0].result(20), asked[2].result(20)) == (1, 3)
    assert kept(store) == [0, 1, 3]


def test_a_transaction_that_is_not_kept_is_told_to_all_of_its_writers(app: Flask) -> None:
    store: Store = app.extensions["marelle"].store

    commits: list[object] = []

    def cut(connection: object) -> None:
        commits.append(connection)
        if len(commits) == 2:
            raise OSError("disque plein")

    event.listen(store.engine, "commit", cut)
    with while_one_writes(store, lambda work: note(work, 0)) as queue:
        asked = [queue(store.write, note, number) for number in (1, 2)]
    for one in asked:
        with pytest.raises(OSError, match="disque plein"):
            one.result(20)
    assert store.write(note, 7) == 7
    assert kept(store)[-1] == 7
    assert not {1, 2} & set(kept(store))


def fill(moment: Moment, numbers: list[int]) -> list[int]:
    pages = moment.connection.exec_driver_sql("PRAGMA page_count").scalar()
    moment.connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    for number in numbers:
        form = Form.of(f"form-{number}", ())
        large = outbox.row(moment.now, Author(number, 1), AccountOpened(), form, title="x" * 200_000)
        outbox.append_all(moment, [large])
    return numbers


def fill_alone(work: Work) -> None:
    pages = work.connection.exec_driver_sql("PRAGMA page_count").scalar()
    work.connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    large = outbox.row(work.now, Author(2, 1), AccountOpened(), Form.of("form-2", ()), title="x" * 200_000)
    work.session.add(OutboxAction(**large))


@pytest.mark.parametrize("among", [False, True])
def test_nobody_is_told_that_is_kept_what_a_full_disk_undid(app: Flask, *, among: bool) -> None:
    """SQLite then undoes the whole transaction by itself, also what others wrote in it before."""
    store: Store = app.extensions["marelle"].store
    with while_one_writes(store, lambda work: note(work, 0)) as queue:
        asked = [queue(store.write, note, 1)]
        asked.append(queue(store.write_among, fill, 2) if among else queue(store.write, fill_alone))
        asked.append(queue(store.write, note, 3))
    for one in asked:
        with pytest.raises(OperationalError):
            one.result(20)
    assert kept(store) == [0]


def test_who_is_interrupted_before_writing_leaves_the_turn_to_the_next(
    monkeypatch: pytest.MonkeyPatch, app: Flask
) -> None:
    store: Store = app.extensions["marelle"].store

    def interrupted() -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as once:
        once.setattr(store, "_gather", interrupted)
        with pytest.raises(KeyboardInterrupt):
            store.write_among(fill, 1)
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(store.write, note, 2).result(5) == 2
    assert kept(store) == [2]


def test_a_deed_is_done_as_the_one_who_asked_whoever_writes_it(app: Flask) -> None:
    store: Store = app.extensions["marelle"].store

    def ask(name: str) -> str:
        WHO.set(name)
        return store.write(lambda _work: WHO.get())

    with ThreadPoolExecutor(8) as pool:
        names = [f"parent {number}" for number in range(40)]
        assert list(pool.map(ask, names)) == names
    assert store.read(lambda work: work.session.scalar(select(func.count()).select_from(OutboxAction))) == 0


def test_what_families_share_is_read_anew_once_it_changes(office: Office, claire: Person) -> None:
    page = f"/reservations/{LEA}/{WEEK}"
    assert "Restauration scolaire" in claire.get(page).text
    renamed = canteen().model_copy(update={"activity": "Cantine du Parc"})
    office.publish(view(ViewKind.ACTIVITY_WEEK, f"1:{WEEK}", 0, renamed))
    office.publish(view(ViewKind.STRUCTURE, "", 0, structure().model_copy(update={"commune": "Vittel"})))
    claire.get(page)
    assert "Cantine du Parc" in claire.text
    assert "Restauration scolaire" not in claire.text
    assert "Vittel" in claire.text
    assert "Contrexéville" not in claire.text


def test_a_week_is_one_question_about_who_asks_and_two_about_the_week(app: Flask, claire: Person) -> None:
    asked: list[str] = []
    store: Store = app.extensions["marelle"].store
    event.listen(store.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    claire.get(f"/reservations/{LEA}/{WEEK}")
    assert sum(statement.startswith("SELECT") for statement in asked) == 3
