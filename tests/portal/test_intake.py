"""Plain sendings are taken in together, before the pages: with the answers that the pages would have given."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, event, select, update

from backoffice.portal.intake import Intake
from backoffice.portal.outbox import new_form_key
from backoffice.portal.store import Store
from backoffice.sync.contract import SHARED, CellState, ViewKind
from models.portal import OutboxAction, ShownView, SignIn
from tests.portal.conftest import Office, Person
from tests.portal.published import (
    CANTEEN,
    DAYS,
    EVENING,
    LEA,
    MORNING,
    OTHER_CHILD,
    OTHER_FAMILY,
    WEDNESDAY,
    WEEK,
    Clock,
    canteen_under_rules,
    cell,
    everything,
    view,
    week,
)
from tests.portal.queueing import while_one_writes

PAGE = f"/reservations/{LEA}/{WEEK}"
BOX = f"{CANTEEN}:{DAYS[3]}"


def store_of(app: Flask) -> Store:
    found: Store = app.extensions["marelle"].store
    return found


@pytest.fixture
def paged(monkeypatch: pytest.MonkeyPatch, app: Flask) -> list[str]:
    """Note what reaches the pages."""
    return _noted(monkeypatch, app)


def _noted(monkeypatch: pytest.MonkeyPatch, app: Flask) -> list[str]:
    intake, asked = app.wsgi_app, list[str]()
    assert isinstance(intake, Intake)
    pages = intake._pages

    def note(environ: dict[str, Any], start_response: Any) -> Any:
        asked.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
        return pages(environ, start_response)

    monkeypatch.setattr(intake, "_pages", note)
    return asked


def opened(person: Person, page: str = PAGE) -> dict[str, object]:
    """Open a week, and give what its form sends as it is."""
    person.get(page)
    return person.form() | {"s": person.all_hidden("s"), "c": person.ticked(), "k": person.all_hidden("k")}


def ticking(person: Person, *boxes: str, page: str = PAGE) -> dict[str, object]:
    form = opened(person, page)
    return form | {"c": [*form["c"], *boxes]}  # type: ignore[misc]  # a list of names


def rows(app: Flask) -> list[OutboxAction]:
    return store_of(app).read(
        lambda work: list(
            work.session.scalars(select(OutboxAction).where(OutboxAction.kind == "bookings").order_by(OutboxAction.seq))
        )
    )


# --- the same as the pages --------------------------------------------------------------------------------------------


def test_a_plain_sending_never_reaches_the_pages(app: Flask, claire: Person, paged: list[str]) -> None:
    form = ticking(claire, BOX)
    paged.clear()
    answer = claire.client.post(PAGE, data=form)
    (row,) = rows(app)
    assert (answer.status_code, answer.location) == (303, f"/demandes/{row.id}")
    assert paged == []
    assert claire.get(answer.location).status_code == 200
    assert "Jeudi 26 novembre, Repas" in claire.words


def test_its_answer_has_the_headers_of_every_page(claire: Person) -> None:
    page = claire.get(PAGE)
    answer = claire.client.post(PAGE, data=ticking(claire, BOX))
    of_the_body = {"Content-Type", "Content-Length", "Location"}
    found, usual = ({one for one in seen.headers if one[0] not in of_the_body} for seen in (answer, page))
    assert found == usual


def tries() -> Iterator[tuple[set[str], list[str]]]:
    """Give sets of boxes to turn, and states claimed besides."""
    spots = [f"{unit}:{day}" for unit in (CANTEEN, MORNING, EVENING, WEDNESDAY) for day in DAYS]
    yield from (({one}, []) for one in spots)
    yield from ((set(pair), []) for pair in list(combinations(spots, 2))[::7])
    yield set(spots), []
    yield {BOX}, [f"{CANTEEN}:{DAYS[3]}:booked"]
    yield {BOX}, [f"99:{DAYS[3]}:free"]
    yield {BOX}, [f"{CANTEEN}:{DAYS[3] + timedelta(days=7)}:free"]
    yield {BOX}, [f"{CANTEEN}:{DAYS[4] + timedelta(days=1)}:free"]
    yield {BOX}, ["n'importe quoi"]


@pytest.mark.parametrize(
    "page", [PAGE, pytest.param(f"/reservations/{LEA}/mois/2026-11", marks=pytest.mark.thorough)], ids=["week", "month"]
)
@pytest.mark.parametrize("rules", [False, True])
def test_what_is_taken_in_is_what_the_pages_would_have_written(
    monkeypatch: pytest.MonkeyPatch, app: Flask, office: Office, claire: Person, page: str, *, rules: bool
) -> None:
    """Whatever is turned: open, late, dearer, validated, full, closed, sent already, not of this child, or no cell."""
    if rules:
        office.publish(view(ViewKind.ACTIVITY_WEEK, f"1:{WEEK}", SHARED, canteen_under_rules()))
    paged = _noted(monkeypatch, app)
    form, taken = opened(claire, page), 0
    for turned, claimed in tries():
        ticked = set(form["c"]) ^ turned  # type: ignore[call-overload]  # a list of names
        told = form | {"c": sorted(ticked), "s": [*form["s"], *claimed]}  # type: ignore[misc]  # a list too
        paged.clear()
        together = _sent(app, claire, page, told)
        taken += not paged
        with monkeypatch.context() as alone:
            alone.setattr(Intake, "_taken", lambda *_: None)
            assert _sent(app, claire, page, told) == together, (turned, claimed)
    assert taken >= 4  # and not only what the pages judge


def _sent(app: Flask, person: Person, page: str, form: dict[str, object]) -> tuple[int, list[object]]:
    """Send a form, forget what it made, and tell what became of it."""
    answer = person.client.post(page, data=form | {"form_key": new_form_key()})
    made = [(row.kind, row.payload, row.title, row.lines, row.guardian_id, row.family_id) for row in rows(app)]
    store_of(app).write(lambda work: work.session.execute(delete(OutboxAction).where(OutboxAction.kind == "bookings")))
    return answer.status_code, made


# --- what the pages still answer --------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", [f"/reservations/{OTHER_CHILD}/{WEEK}", f"/reservations/{LEA}/2020-W01"])
def test_another_family_s_child_and_weeks_never_shown_take_nothing(app: Flask, claire: Person, page: str) -> None:
    assert claire.client.post(page, data=ticking(claire, BOX)).status_code == 404
    assert rows(app) == []


def test_a_form_without_its_mark_takes_nothing(app: Flask, claire: Person, hugo: Person) -> None:
    form = ticking(claire, BOX)
    hugo.get(f"/reservations/{OTHER_CHILD}/{WEEK}")
    for mark in ("", "0" * 64, hugo.hidden("csrf_token")):
        assert claire.client.post(PAGE, data=form | {"csrf_token": mark}).status_code == 400
    assert rows(app) == []


def test_over_tls_a_form_from_elsewhere_takes_nothing(make_app: Callable[..., Flask]) -> None:
    app = make_app(secure=True)
    Office(app).publish(*everything())
    claire = Person(app)
    here = {"base_url": "https://famille.exemple.fr", "headers": {"Referer": "https://famille.exemple.fr/x"}}
    there = here | {"headers": {"Referer": "https://mechant.exemple.org/x"}}
    claire.get("/bienvenue/premier-lien", **here)
    claire.post(
        "/bienvenue/premier-lien", {"password": "Marelle-et-craie-2026", "again": "Marelle-et-craie-2026"}, **here
    )
    claire.get(PAGE, **here)
    form = claire.form() | {"s": claire.all_hidden("s"), "c": [*claire.ticked(), BOX]}
    nowhere = [here | {"headers": {"Referer": text}} for text in ("https://[x", "https://famille.exemple.fr:99999/")]
    sent = [claire.client.post(PAGE, data=form, **one).status_code for one in (there, *nowhere, here)]
    assert sent == [400, 400, 400, 303]
    assert len(rows(app)) == 1


def test_a_sign_in_that_ended_takes_nothing(app: Flask, clock: Clock, claire: Person) -> None:
    form = ticking(claire, BOX)
    clock.move(hours=3)
    answer = claire.client.post(PAGE, data=form)
    assert answer.status_code == 303
    assert answer.location.startswith("/connexion")
    assert rows(app) == []


def test_who_sends_is_seen(app: Flask, clock: Clock, claire: Person) -> None:
    form = ticking(claire, BOX)
    clock.move(minutes=10)
    assert claire.client.post(PAGE, data=form).status_code == 303
    seen = store_of(app).read(lambda work: work.session.scalars(select(SignIn.seen_at)).all())
    assert seen == [clock.now]


def test_an_account_that_sends_too_much_is_told_to_wait(make_app: Callable[..., Flask]) -> None:
    app = make_app(form_rate="2 per minute")
    Office(app).publish(*everything())
    claire = Person(app)
    claire.open_account()
    boxes = [f"{CANTEEN}:{DAYS[3]}", f"{MORNING}:{DAYS[3]}", f"{EVENING}:{DAYS[1]}"]
    assert [claire.client.post(PAGE, data=ticking(claire, box)).status_code for box in boxes] == [303, 303, 429]
    assert len(rows(app)) == 2


# --- many at once -----------------------------------------------------------------------------------------------------


@pytest.fixture
def both(either_app: Flask) -> tuple[Flask, Person, Person]:
    """Two families signed in, on each database."""
    Office(either_app).publish(*everything())
    claire, hugo = Person(either_app), Person(either_app)
    claire.open_account()
    hugo.open_account("autre-lien")
    return either_app, claire, hugo


HUGO = f"/reservations/{OTHER_CHILD}/{WEEK}"


def test_those_who_send_together_are_written_down_in_one_transaction_in_their_order(
    both: tuple[Flask, Person, Person],
) -> None:
    app, claire, hugo = both
    first, second = ticking(hugo, BOX, page=HUGO), ticking(claire, BOX)
    commits: list[object] = []
    event.listen(store_of(app).engine, "commit", commits.append)
    with while_one_writes(store_of(app)) as queue:
        asked = [queue(hugo.client.post, HUGO, data=first), queue(claire.client.post, PAGE, data=second)]
    made = rows(app)
    assert [row.family_id for row in made] == [8, 7]
    assert [one.result(20).location for one in asked] == [f"/demandes/{row.id}" for row in made]
    assert len(commits) == 2


def test_one_form_sent_twice_together_is_one_action(both: tuple[Flask, Person, Person]) -> None:
    app, claire, hugo = both
    form, others = ticking(claire, BOX), ticking(hugo, BOX, page=HUGO)
    with while_one_writes(store_of(app)) as queue:
        asked = [queue(claire.tab().post, PAGE, data=form) for _ in range(3)]
        asked.append(queue(hugo.client.post, HUGO, data=others))
    places = [one.result(20).location for one in asked]
    assert len(rows(app)) == 2
    assert len(set(places[:3])) == 1
    assert places[3] not in places[:3]


def test_a_form_sent_again_among_others_leads_to_what_it_made(both: tuple[Flask, Person, Person]) -> None:
    app, claire, hugo = both
    form, others = ticking(claire, BOX), ticking(hugo, BOX, page=HUGO)
    made = claire.client.post(PAGE, data=form).location
    with while_one_writes(store_of(app)) as queue:
        asked = [queue(claire.client.post, PAGE, data=form), queue(hugo.client.post, HUGO, data=others)]
    assert asked[0].result(20).location == made
    assert asked[1].result(20).status_code == 303
    assert len(rows(app)) == 2


def test_two_devices_of_a_family_never_send_one_cell_twice(both: tuple[Flask, Person, Person]) -> None:
    app, claire, _ = both
    forms = [ticking(claire, BOX), ticking(claire, BOX)]
    with while_one_writes(store_of(app)) as queue:
        asked = [queue(claire.tab().post, PAGE, data=form) for form in forms]
    assert sorted(one.result(20).status_code for one in asked) == [303, 422]
    assert len(rows(app)) == 1


def test_a_broken_neighbour_stops_nobody(both: tuple[Flask, Person, Person], caplog: pytest.LogCaptureFixture) -> None:
    app, claire, hugo = both
    mine, broken = ticking(claire, BOX), ticking(hugo, BOX, page=HUGO)
    spoil = update(ShownView).where(ShownView.family_id == OTHER_FAMILY, ShownView.kind == ViewKind.WEEK)
    store_of(app).write(lambda work: work.session.execute(spoil.values(body={"monday": "jamais"})))
    app.testing = app.config["PROPAGATE_EXCEPTIONS"] = False
    with while_one_writes(store_of(app)) as queue:
        asked = [queue(hugo.client.post, HUGO, data=broken), queue(claire.client.post, PAGE, data=mine)]
    assert [one.result(20).status_code for one in asked] == [500, 303]
    assert [row.family_id for row in rows(app)] == [7]
    assert "jamais" not in caplog.text
    assert json.dumps(str(broken["form_key"])) not in caplog.text


def test_a_cell_that_changed_meanwhile_is_shown_as_it_stands(app: Flask, office: Office, claire: Person) -> None:
    form = ticking(claire, BOX)
    office.publish(view(ViewKind.WEEK, f"{LEA}:{WEEK}", 7, week(cells=[cell(CANTEEN, DAYS[3], CellState.WAITING)])))
    answer = claire.client.post(PAGE, data=form)
    assert answer.status_code == 422
    assert "a changé entre-temps" in answer.text
    assert rows(app) == []
