"""Mes réservations: what a cell says, what « Enregistrer » sends, and what it refuses to send."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from backoffice.portal.cells import Look
from backoffice.portal.weeks import merge, sent_cells
from backoffice.portal.wishes import judge
from backoffice.sync.contract import (
    BookingsChange,
    CellState,
    CellWish,
    RequestView,
    ViewKind,
    WeekActivity,
    WeekView,
)
from tests.portal.conftest import Office, Person
from tests.portal.published import (
    CANTEEN,
    DAYS,
    EVENING,
    FAMILY,
    LEA,
    MORNING,
    NOW,
    OTHER_CHILD,
    TOM,
    WEDNESDAY,
    WEEK,
    Clock,
    around_school,
    canteen,
    cell,
    lea_cells,
    limit,
    slot,
    view,
    wednesdays,
    week,
)

PAGE = f"/reservations/{LEA}/{WEEK}"
THURSDAY, FRIDAY = DAYS[3], DAYS[4]


def plan(week_view: WeekView | None = None, now: datetime = NOW, sent: dict | None = None):
    shared = {1: canteen(), 2: around_school(), 3: wednesdays()}
    return merge(week_view or week(cells=lea_cells()), shared, sent or {}, now).cells


@pytest.mark.parametrize(
    ("unit", "day", "look", "changeable"),
    [
        (CANTEEN, DAYS[0], Look.PRESENT, False),
        (MORNING, DAYS[0], Look.ABSENT, False),
        (EVENING, DAYS[0], Look.LATE, False),
        (CANTEEN, DAYS[1], Look.BOOKED, False),
        (MORNING, DAYS[1], Look.ASKABLE, True),
        (WEDNESDAY, DAYS[2], Look.DESK, False),
        (CANTEEN, THURSDAY, Look.FREE, True),
        (EVENING, THURSDAY, Look.FULL, False),
        (CANTEEN, FRIDAY, Look.BOOKED, True),
        (MORNING, FRIDAY, Look.WAITING, False),
        (EVENING, FRIDAY, Look.CLOSED, False),
    ],
)
def test_every_cell_says_how_it_stands(unit: int, day: date, look: Look, changeable: bool):
    found = plan()[unit, day]
    assert (found.look, found.changeable) == (look, changeable)
    assert found.words


def test_a_cell_changes_until_the_very_instant_of_its_limit():
    until = datetime(2026, 11, 24, 9, tzinfo=UTC)
    assert plan(now=until - timedelta(microseconds=1))[CANTEEN, THURSDAY].changeable
    assert plan(now=until)[CANTEEN, THURSDAY].look is Look.LATE


def test_outside_the_enrolment_nothing_can_be_booked():
    out = WeekActivity(activity_id=1, rate="normal", group="primaire", starts=DAYS[4], ends=DAYS[4])
    cells = plan(week().model_copy(update={"activities": (out,)}))
    assert cells[CANTEEN, THURSDAY].look is Look.OUTSIDE
    assert cells[CANTEEN, FRIDAY].look is Look.FREE


def test_the_price_is_the_childs_rate_and_few_places_are_told():
    low = WeekActivity(activity_id=1, rate="bas", group="primaire", starts=DAYS[0], ends=DAYS[4])
    cells = plan(week().model_copy(update={"activities": (low,)}))
    assert cells[CANTEEN, THURSDAY].price_cents == 227
    assert any("2" in detail and "place" in detail for detail in cells[CANTEEN, FRIDAY].details)


def test_a_rate_that_changes_within_the_week_prices_its_later_days():
    year = {"activity_id": 1, "group": "primaire", "starts": DAYS[0], "ends": DAYS[4]}
    mine = WeekActivity(**year, rate="normal", later=(WeekActivity(**year | {"starts": FRIDAY}, rate="bas"),))
    cells = plan(week().model_copy(update={"activities": (mine,)}))
    assert [cells[CANTEEN, day].price_cents for day in (THURSDAY, FRIDAY)] == [455, 227]


def test_a_rule_that_changes_within_the_week_says_its_days():
    other = limit(NOW + timedelta(days=2)).model_copy(update={"rule": "la veille"})
    slots = [slot(CANTEEN, day, 455, **({"book": other} if day > DAYS[0] else {})) for day in DAYS]
    slots.append(slot(CANTEEN, DAYS[4] + timedelta(days=1), 455, closed="week-end", cancel=other))
    (rules,) = merge(week(), {1: canteen(slots=tuple(slots))}, {}, NOW).rules
    assert [told.replace("\u202f", " ") for told in rules[1]] == [
        "Réserver : deux jours ouvrés avant, à 10\xa0h (lundi)",
        "Réserver : la veille (du mardi au vendredi)",
        "Annuler : deux jours ouvrés avant, à 10\xa0h",
    ]


def test_two_units_under_two_rules_are_named():
    other = limit(NOW + timedelta(days=2)).model_copy(update={"rule": "la veille"})
    view = around_school()
    slots = tuple(one.model_copy(update={"cancel": other}) if one.unit_id == EVENING else one for one in view.slots)
    (rules,) = merge(week(), {2: view.model_copy(update={"slots": slots})}, {}, NOW).rules
    assert {"Annuler\u202f: la veille (soir)", "Annuler\u202f: deux jours ouvrés avant, à 10\xa0h (matin)"} < set(
        rules[1]
    )


def test_a_limit_that_never_comes_locks_the_cell():
    slots = (slot(CANTEEN, FRIDAY, 455, book=limit(None), cancel=limit(None)),)
    for cells in ((), (cell(CANTEEN, FRIDAY),)):
        planning = merge(week(cells=cells), {1: canteen(slots=slots)}, {}, NOW)
        assert not planning.changeable


def test_a_late_cancellation_may_be_asked():
    slots = (slot(CANTEEN, THURSDAY, 455, cancel=limit(NOW - timedelta(hours=1), "ask")),)
    planning = merge(week(cells=(cell(CANTEEN, THURSDAY),)), {1: canteen(slots=slots)}, {}, NOW)
    assert planning.cells[CANTEEN, THURSDAY].on_request


def test_what_was_sent_is_shown_and_held():
    change = BookingsChange(
        child_id=LEA, cells=(CellWish(unit_id=CANTEEN, day=THURSDAY, seen=CellState.FREE, wished=CellState.BOOKED),)
    )
    assert sent_cells([change], TOM) == {}
    held = plan(sent=sent_cells([change], LEA))[CANTEEN, THURSDAY]
    assert (held.look, held.changeable) == (Look.SENT, False)


def test_a_day_closed_whole_says_it_once_and_a_weekend_says_nothing():
    days = [*DAYS, DAYS[4] + timedelta(days=1)]
    slots = tuple(slot(CANTEEN, day, 455, closed="Pas d'école ce jour") for day in days)
    planning = merge(week(), {1: canteen(slots=slots)}, {}, NOW)
    assert [(day.day, day.shut) for day in planning.days] == [(day, "Pas d'école ce jour") for day in DAYS]
    planning = merge(week(cells=[cell(CANTEEN, days[5])]), {1: canteen(slots=slots)}, {}, NOW)
    assert planning.days[5].shut is None  # what was booked there must be seen


def test_a_week_without_its_activities_is_empty_not_broken():
    planning = merge(week(), {}, {}, NOW)
    assert planning.days == ()
    assert judge(planning.cells, {(CANTEEN, THURSDAY): CellState.FREE}, {(CANTEEN, THURSDAY)}).unknown


# --- the page ---------------------------------------------------------------------------------------------------------


def save(person: Person, add: tuple[str, ...] = (), remove: tuple[str, ...] = (), **more: object):
    ticked = [spot for spot in person.ticked() if spot not in remove] + list(add)
    return person.post(PAGE, {"s": person.all_hidden("s"), "c": ticked} | more)


def test_booking_and_cancelling_leave_together_and_the_answer_comes(office: Office, claire: Person):
    claire.get(PAGE)
    response = save(claire, add=(f"{CANTEEN}:{THURSDAY}",), remove=(f"{CANTEEN}:{FRIDAY}",))
    assert response.status_code == 303
    (payload,) = office.payloads("bookings")
    assert payload["child_id"] == LEA
    assert payload["cells"] == [
        {"unit_id": CANTEEN, "day": str(THURSDAY), "seen": "free", "wished": "booked"},
        {"unit_id": CANTEEN, "day": str(FRIDAY), "seen": "booked", "wished": "free"},
    ]
    claire.get(response.location)
    assert "Enregistré le mardi 24 novembre à 9 h 30. Confirmation dans un instant." in claire.words
    assert "Jeudi 26 novembre, Repas" in claire.words
    assert "quand vous actualiserez la page" in claire.words
    claire.get(PAGE)
    assert f"{CANTEEN}:{THURSDAY}" not in claire.boxes()
    assert "Réservation en cours d'enregistrement" in claire.words
    assert "Annulation en cours d'enregistrement" in claire.words


def answer(office: Office, action_id: str, **changes: object) -> None:
    line = {
        "text": "jeudi 26 novembre, repas, Léa",
        "wished": "Réserver",
        "verdict": "accepted",
        "why": "",
        "price_cents": 455,
        "until": NOW,
    }
    body = {"title": "Réservations de Léa", "received_at": NOW, "status": "accepted", "lines": [line | changes]}
    office.publish(view(ViewKind.REQUEST, action_id, FAMILY, RequestView.model_validate(body)))


def test_the_answer_replaces_what_was_sent(office: Office, claire: Person):
    claire.get(PAGE)
    path = save(claire, add=(f"{CANTEEN}:{THURSDAY}",)).location
    assert "data-answered" not in claire.get(f"{path}/etat").text
    answer(office, path.rpartition("/")[2])
    assert "data-answered" in claire.get(f"{path}/etat").text
    claire.get(path)
    assert "Accepté" in claire.words
    assert "4,55 €" in claire.words
    assert "Modifiable jusqu'au mardi 24 novembre à 9 h 30" in claire.words
    assert "noscript" not in claire.text
    claire.get(PAGE)
    assert f"{CANTEEN}:{THURSDAY}" in claire.boxes()
    assert "Réservations de Léa" in claire.get("/demandes").text


def test_one_form_is_one_action_however_often_it_is_sent(office: Office, claire: Person):
    claire.get(PAGE)
    page = claire.text
    first = save(claire, add=(f"{CANTEEN}:{THURSDAY}",)).location
    for _ in range(3):
        claire.text = page
        assert save(claire, add=(f"{CANTEEN}:{THURSDAY}",)).location == first
    assert len(office.payloads("bookings")) == 1


def test_an_old_page_with_other_wishes_is_told_and_sends_nothing(office: Office, claire: Person):
    claire.get(PAGE)
    page = claire.text
    save(claire, add=(f"{CANTEEN}:{THURSDAY}",))
    claire.text = page
    assert save(claire, add=(f"{MORNING}:{THURSDAY}",)).status_code == 422
    assert "avait déjà été enregistrée" in claire.words
    assert len(office.payloads("bookings")) == 1


def test_the_servers_clock_judges_not_the_page(office: Office, claire: Person, clock: Clock):
    claire.get(PAGE)
    clock.move(hours=1)
    response = save(claire, add=(f"{CANTEEN}:{THURSDAY}", f"{MORNING}:{THURSDAY}"))
    assert response.status_code == 422
    assert "Rien n'a encore été envoyé" in claire.words
    assert "ne peut plus être modifiée" in claire.words
    assert f"{MORNING}:{THURSDAY}" in claire.ticked()  # what may still be asked stays ticked
    assert office.payloads("bookings") == []
    assert save(claire).status_code == 303
    assert [one["unit_id"] for one in office.payloads("bookings")[0]["cells"]] == [MORNING]


def test_a_change_on_another_device_is_shown_not_overwritten(office: Office, claire: Person):
    claire.get(PAGE)
    office.publish(view(ViewKind.WEEK, f"{LEA}:{WEEK}", FAMILY, week(cells=[*lea_cells(), cell(CANTEEN, THURSDAY)])))
    assert save(claire, add=(f"{CANTEEN}:{THURSDAY}",)).status_code == 422
    assert "a changé entre-temps" in claire.words
    assert office.payloads("bookings") == []


def test_saving_nothing_sends_nothing(office: Office, claire: Person):
    claire.get(PAGE)
    assert save(claire).status_code == 422
    assert "Vous n'avez rien changé" in claire.words
    assert office.payloads("bookings") == []


@pytest.mark.parametrize(
    ("seen", "ticked"),
    [
        (["999:2026-11-26:free"], ["999:2026-11-26"]),
        ([f"{CANTEEN}:2031-01-01:free"], [f"{CANTEEN}:2031-01-01"]),
        ([], [f"{CANTEEN}:{THURSDAY}"]),
        ([f"{CANTEEN}:{THURSDAY}:present"], [f"{CANTEEN}:{THURSDAY}"]),
        (["nonsense"], []),
        (["1:2:3:4"], []),
        ([f"{CANTEEN}:{THURSDAY}:free"], ["nonsense", f"{CANTEEN}:{THURSDAY}"]),
        ([f"{10**40}:{THURSDAY}:free"], []),
        ([f"²:{THURSDAY}:free"], []),
    ],
)
def test_forged_cells_are_left_out_with_a_sentence(office: Office, claire: Person, seen: list[str], ticked: list[str]):
    claire.get(PAGE)
    assert claire.post(PAGE, {"s": seen, "c": ticked}).status_code == 422
    assert "n'existe pas dans ce planning" in claire.words
    assert office.payloads("bookings") == []


@pytest.mark.parametrize(
    ("unit", "day"), [(EVENING, THURSDAY), (EVENING, FRIDAY), (EVENING, DAYS[1]), (WEDNESDAY, DAYS[2])]
)
def test_a_locked_cell_cannot_be_forced(office: Office, claire: Person, unit: int, day: date):
    claire.get(PAGE)
    assert claire.post(PAGE, {"s": [f"{unit}:{day}:free"], "c": [f"{unit}:{day}"]}).status_code == 422
    assert "ne peut plus être modifiée" in claire.words
    assert office.payloads("bookings") == []


def test_a_price_from_the_browser_is_not_looked_at(office: Office, claire: Person):
    claire.get(PAGE)
    assert save(claire, add=(f"{CANTEEN}:{THURSDAY}",), price="0", prix="0").status_code == 303
    assert "0,00" not in claire.get(f"/demandes/{office.actions()['actions'][-1]['id']}").text


@pytest.mark.parametrize("key", ["", "x" * 65, "a\0b"])
def test_a_form_without_a_proper_key_is_refused(claire: Person, key: str):
    claire.get(PAGE)
    assert save(claire, add=(f"{CANTEEN}:{THURSDAY}",), form_key=key).status_code == 400


@pytest.mark.parametrize("name", ["2026-W54", "2026-48", "2026-W481", "abc", "1990-W01", "9999-W52", "2026-w48", "%00"])
def test_a_week_that_no_calendar_has_is_not_found(claire: Person, name: str):
    assert claire.get(f"/reservations/{LEA}/{name}").status_code == 404


def test_the_children_are_listed_and_lead_to_the_week_at_hand(claire: Person, clock: Clock):
    assert [child in claire.get("/reservations").text for child in ("Léa", "Tom", "Zoé")] == [True, True, False]
    assert claire.get(f"/reservations/{LEA}").location == PAGE
    clock.move(days=4)  # a Saturday
    claire.sign_in()
    assert claire.get(f"/reservations/{LEA}").location == f"/reservations/{LEA}/2026-W49"


def test_a_child_without_a_published_week_is_told_calmly(claire: Person):
    claire.get(f"/reservations/{TOM}/2026-W51")
    assert "Les réservations de Tom après le dimanche 29 novembre 2026 ne sont pas encore ouvertes." in claire.words
    assert claire.get(f"/reservations/{OTHER_CHILD}/{WEEK}").status_code == 404


def test_two_guardians_of_one_key_do_not_meet(app: Flask, office: Office, claire: Person, hugo: Person):
    claire.get(PAGE)
    key = claire.hidden("form_key")
    save(claire, add=(f"{CANTEEN}:{THURSDAY}",))
    page = f"/reservations/{OTHER_CHILD}/{WEEK}"
    hugo.get(page)
    sent = hugo.post(page, {"s": hugo.all_hidden("s"), "c": [f"{CANTEEN}:{THURSDAY}"], "form_key": key})
    assert sent.status_code == 303
    assert len(office.payloads("bookings")) == 2
