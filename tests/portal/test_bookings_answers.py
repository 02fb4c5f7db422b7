"""Mes réservations: waiting lists, offered places, refusals; the total before sending, one activity, the month."""

import re
from datetime import timedelta

import pytest

from backoffice.portal.cells import Look
from backoffice.portal.weeks import merge, narrowed
from backoffice.sync.contract import AnswerLine, CellState, CellView, ViewKind, week_of
from tests.portal.conftest import Office, Person
from tests.portal.motion import request
from tests.portal.plannings import (
    ASKED,
    NEXT,
    NEXT_DAYS,
    answered_cells,
    dearer_canteen,
    full_canteen,
    weeks_to_come,
)
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
    Clock,
    canteen,
    limit,
    slot,
    view,
    week,
)

PAGE = f"/reservations/{LEA}/{week_of(NEXT)}"
MONTH = f"/reservations/{LEA}/mois/2026-12"
MON, TUE, WED, THU, FRI = NEXT_DAYS
FULL = f"{CANTEEN}:{THU}"


@pytest.fixture
def mum(office: Office, claire: Person) -> Person:
    """Her mother, on a week where the office has answered in every way."""
    office.publish(*weeks_to_come(answered_cells()))
    claire.get(PAGE)
    return claire


def save(person: Person, add: tuple[str, ...] = (), remove: tuple[str, ...] = (), path: str = PAGE, **more: object):
    ticked = [spot for spot in person.ticked() if spot not in remove] + list(add)
    return person.post(path, {"s": person.all_hidden("s"), "c": ticked, "k": person.all_hidden("k")} | more)


def asked(office: Office) -> list[tuple[int, str, str, str]]:
    cells = [cell for one in office.payloads("bookings") for cell in one["cells"]]
    return [(one["unit_id"], one["day"], one["seen"], one["wished"]) for one in cells]


def one(cell: CellView, now=NOW, **changes: object):
    """Draw Thursday's meal alone."""
    shown = canteen(NEXT, slots=(slot(CANTEEN, THU, 455),), **changes)
    return merge(week(monday=NEXT, cells=(cell,)), {1: shown}, {}, now).cells[CANTEEN, THU]


def test_a_waiting_list_says_the_rank_and_an_offer_its_end():
    listed = one(CellView(unit_id=CANTEEN, day=THU, state=CellState.LISTED, rank=1))
    assert (listed.look, listed.words, listed.on, listed.change_cents) == (Look.LISTED, "Liste d'attente, 1er", True, 0)
    until = NOW + timedelta(hours=1)
    offered = CellView(unit_id=CANTEEN, day=THU, state=CellState.OFFERED, until=until)
    assert one(offered).changeable
    assert one(offered).details == ("Proposée jusqu'au mardi 24 novembre à 10\xa0h\xa030",)
    assert not one(offered, now=until).changeable


def test_a_refusal_says_why_and_may_be_asked_again_where_the_cell_is_free():
    refused = CellView(unit_id=CANTEEN, day=THU, state=CellState.REFUSED, why="Sortie scolaire")
    assert (one(refused).look, one(refused).changeable, one(refused).details[0]) == (
        Look.REFUSED,
        True,
        "Sortie scolaire",
    )
    late = one(refused, now=NOW + timedelta(days=8))
    assert (late.look, late.changeable, late.details[0]) == (Look.REFUSED, False, "Sortie scolaire")


@pytest.mark.parametrize(
    ("state", "sent", "words"),
    [
        (CellState.OFFERED, CellState.FREE, "Réponse à la place proposée en cours d'enregistrement"),
        (CellState.LISTED, CellState.FREE, "Retrait de la liste d'attente en cours d'enregistrement"),
    ],
)
def test_what_was_answered_is_held_until_the_office_has_it(state: CellState, sent: CellState, words: str):
    cells = (CellView(unit_id=CANTEEN, day=THU, state=state),)
    shown = canteen(NEXT, slots=(slot(CANTEEN, THU, 455),))
    found = merge(week(monday=NEXT, cells=cells), {1: shown}, {(CANTEEN, THU): sent}, NOW).cells[CANTEEN, THU]
    assert (found.look, found.changeable, found.details) == (Look.SENT, False, (words,))


@pytest.mark.parametrize(
    ("limits", "look", "cost"),
    [
        ({}, Look.QUEUE, ""),
        ({"book": limit(NOW + timedelta(hours=1), in_time="ask")}, Look.QUEUE, ""),
        ({"book": limit(NOW, "charge", cost="majoré")}, Look.QUEUE, "majoré"),
        ({"book": limit(NOW, "ask")}, Look.FULL, ""),
        ({"book": limit(NOW)}, Look.LATE, ""),
    ],
)
def test_a_full_cell_takes_on_its_list_who_would_have_had_a_place(limits, look, cost):
    full = slot(CANTEEN, THU, 455, places={"primaire": 0}, **limits)
    for waiting_list in (True, False):
        shown = canteen(NEXT, slots=(full,), waiting_list=waiting_list)
        cell = merge(week(monday=NEXT), {1: shown}, {}, NOW).cells[CANTEEN, THU]
        found = look if waiting_list or look is Look.LATE else Look.FULL
        assert (cell.look, cell.cost) == (found, cost if found is Look.QUEUE else "")


def test_days_closed_for_several_reasons_fold_into_one_line():
    shut = canteen(NEXT, slots=(slot(CANTEEN, WED, 455, closed="Pas d'école"),))
    other = shut.model_copy(
        update={"activity_id": 2, "activity": "Mercredis", "slots": (slot(9, WED, 1, closed="Férié"),)}
    )
    other = other.model_copy(update={"units": (other.units[0].model_copy(update={"id": 9}),)})
    (day,) = merge(week(monday=NEXT), {1: shut, 2: other}, {}, NOW).days
    assert day.shut == "Restauration scolaire\u202f: Pas d'école\u202f; Mercredis\u202f: Férié"


# --- the page ---------------------------------------------------------------------------------------------------------


def test_every_answer_is_read_in_words(mum: Person):
    for words in (
        "Place proposée", "Proposée jusqu'au mercredi 25 novembre à 15 h 30", "Prendre la place", "Liste d'attente, 2e",
        "Complet, liste d'attente", "3 enfants attendent", "Refusé", "Sortie scolaire ce jour-là",
    ):  # fmt: skip
        assert words in mum.words, words
    assert f'action="/demandes/{ASKED}/retirer"' in mum.text
    assert f'form="r-{ASKED}" name="keys" value="{MORNING}:{MON}"' in mum.text


def test_the_list_is_entered_and_left_the_place_taken_the_refusal_asked_again(office: Office, mum: Person):
    changes = {"add": (FULL, f"{CANTEEN}:{FRI}"), "remove": (f"{EVENING}:{TUE}",)}
    response = save(mum, **changes, **{f"o.{CANTEEN}:{MON}": "prendre"})
    assert response.status_code == 303
    assert asked(office) == [
        (CANTEEN, str(MON), "offered", "booked"),
        (EVENING, str(TUE), "listed", "free"),
        (CANTEEN, str(THU), "free", "booked"),
        (CANTEEN, str(FRI), "refused", "booked"),
    ]
    mum.get(response.location)
    for words in ("Prendre la place proposée", "Quitter la liste d'attente", "S'inscrire sur la liste d'attente"):
        assert words in mum.words


def test_an_offered_place_is_left_or_decided_later(office: Office, mum: Person):
    later = {f"o.{CANTEEN}:{MON}": ""}
    assert save(mum, **later).status_code == 422
    assert "Vous n'avez rien changé" in mum.words
    assert save(mum, **{f"o.{CANTEEN}:{MON}": "laisser"}).status_code == 303
    assert asked(office) == [(CANTEEN, str(MON), "offered", "free")]


@pytest.mark.parametrize(
    ("name", "answer"),
    [(f"{CANTEEN}:{TUE}", "prendre"), (f"{CANTEEN}:{MON}", "voler"), ("9:9", "prendre"), (f"999:{MON}", "laisser")],
)
def test_an_answer_to_no_offer_is_left_out(office: Office, mum: Person, name: str, answer: str):
    assert save(mum, **{f"o.{name}": answer}).status_code == 422
    assert "n'existe pas dans ce planning" in mum.words
    assert asked(office) == []


def test_an_offer_that_went_meanwhile_is_told(office: Office, mum: Person, clock: Clock):
    office.publish(view(ViewKind.WEEK, f"{LEA}:{week_of(NEXT)}", FAMILY, week(monday=NEXT)))
    assert save(mum, **{f"o.{CANTEEN}:{MON}": "prendre"}).status_code == 422
    assert "a changé entre-temps" in mum.words
    assert asked(office) == []


def test_the_total_is_shown_without_script_and_nothing_is_sent(office: Office, mum: Person):
    add = {"add": (f"{MORNING}:{TUE}", FULL), "remove": (f"{CANTEEN}:{TUE}",)}
    assert save(mum, **add, voir="1").status_code == 200
    assert "3 changements : -3,05 €. Rien n'est encore envoyé." in mum.words  # a list costs nothing yet
    assert asked(office) == []
    assert f"{MORNING}:{TUE}" in mum.ticked()
    assert save(mum).status_code == 303
    assert len(asked(office)) == 3


def test_one_activity_alone_is_drawn_and_saved(office: Office, mum: Person):
    mum.get(f"{PAGE}?activite=1")
    assert {name.partition(":")[0] for name in mum.boxes()} == {str(CANTEEN)}
    assert "« Restauration scolaire » est affichée" in mum.words
    assert save(mum, add=(FULL,), path=f"{PAGE}?activite=1").status_code == 303
    assert asked(office) == [(CANTEEN, str(THU), "free", "booked")]
    for unknown in ("999", "x", "1" * 30, "²"):
        assert f"{MORNING}:{TUE}" in mum.get(f"{PAGE}?activite={unknown}").text


def test_narrowing_keeps_the_days_and_the_rules_of_one_activity():
    planning = merge(week(monday=NEXT), {1: full_canteen(NEXT), 3: canteen(NEXT, activity_id=3, slots=())}, {}, NOW)
    assert narrowed(planning, 7) is planning
    assert [name for name, *_ in narrowed(planning, 1).rules] == ["Restauration scolaire"]
    assert narrowed(planning, 3).days == ()


# --- the month --------------------------------------------------------------------------------------------------------


def test_a_month_is_read_and_saved_like_a_week(office: Office, mum: Person):
    mum.get(MONTH)
    assert "Décembre 2026" in mum.words
    boxes = mum.boxes()
    assert f"{CANTEEN}:{MON}" not in boxes  # 30 November is of another month
    assert len(boxes) == len(set(boxes)) > 30
    assert "Modifiable jusqu'au 29/11 à 10 h" in mum.words
    third = f"{MORNING}:{THU + timedelta(days=14)}"
    assert save(mum, add=(FULL, third), path=MONTH).status_code == 303
    assert asked(office) == [
        (CANTEEN, str(THU), "free", "booked"),
        (MORNING, third.partition(":")[2], "free", "booked"),
    ]
    assert office.actions()["actions"][-1]["payload"]["child_id"] == LEA
    assert {name.partition(":")[0] for name in _boxes(mum, f"{MONTH}?activite=1")} == {str(CANTEEN)}


def _boxes(person: Person, path: str) -> list[str]:
    person.get(path)
    return person.boxes()


def test_a_month_shows_what_changed_on_another_device(office: Office, mum: Person):
    mum.get(MONTH)
    office.publish(*weeks_to_come([CellView(unit_id=MORNING, day=TUE, state=CellState.BOOKED)]))
    assert save(mum, add=(f"{MORNING}:{TUE}",), path=MONTH).status_code == 422
    assert "a changé entre-temps" in mum.words
    assert asked(office) == []


@pytest.mark.parametrize(
    "name", [f"{CANTEEN}:{MON}", f"{CANTEEN}:2027-02-01", "999:2026-12-01", f"{WEDNESDAY}:2026-12-02"]
)
def test_a_forged_cell_of_a_month_is_refused(office: Office, mum: Person, name: str):
    mum.get(MONTH)
    assert mum.post(MONTH, {"s": f"{name}:free", "c": name}).status_code == 422
    assert asked(office) == []


@pytest.mark.parametrize(
    "name", ["2026-13", "2026-1", "26-12", "0000-01", "9999-12", "2019-01", "abc", "2026-12-01", "%00"]
)
def test_a_month_that_no_calendar_has_is_not_found(claire: Person, name: str):
    assert claire.get(f"/reservations/{LEA}/mois/{name}").status_code == 404


def test_a_month_not_published_yet_says_until_when_it_is(mum: Person):
    assert mum.get(f"/reservations/{LEA}/mois/2027-03").status_code == 200
    assert "Les réservations de Léa après le dimanche 27 décembre 2026 ne sont pas encore ouvertes." in mum.words
    assert f'href="/reservations/{LEA}/2026-W52">Voir la dernière semaine ouverte' in mum.text
    mum.get(MONTH)
    assert "Les réservations de Léa après le dimanche 27 décembre 2026 ne sont pas encore ouvertes." in mum.words
    assert "Voir la dernière semaine ouverte" not in mum.words
    assert mum.get(f"/reservations/{TOM}/mois/2026-12").status_code == 200
    assert mum.get(f"/reservations/{OTHER_CHILD}/mois/2026-12").status_code == 404


def test_what_being_late_costs_is_read_in_the_month_too(office: Office, mum: Person):
    office.publish(view(ViewKind.ACTIVITY_WEEK, f"1:{week_of(NEXT)}", 0, dearer_canteen(NEXT)))
    office.publish(view(ViewKind.WEEK, f"{LEA}:{week_of(NEXT)}", FAMILY, week(monday=NEXT)))
    mum.get(MONTH)
    assert "Hors délai, majoré de 2,00 €" in mum.words
    assert save(mum, add=(f"{CANTEEN}:{TUE}",), path=MONTH, k=[]).status_code == 422
    assert save(mum, add=(f"{CANTEEN}:{TUE}",), path=MONTH).status_code == 303


def test_a_planning_weighs_little_and_asks_little(mum: Person):
    styles = len(mum.get("/static/portal.css").data)
    for path in (PAGE, MONTH, f"{MONTH}?activite=1"):
        assert len(mum.get(path).data) + styles < 60_000, path


def test_a_day_of_this_week_keeps_its_address(claire: Person):
    claire.get(f"/reservations/{LEA}/{week_of(DAYS[0])}")
    assert re.search(rf'href="/reservations/{LEA}/mois/2026-11"', claire.text)


def test_what_is_taken_back_waits_no_more(office: Office, mum: Person):
    asked_for = AnswerLine(text="Matin", wished="Réserver", verdict="waiting", why="", key=f"{MORNING}:{MON}")
    office.publish(view(ViewKind.REQUEST, ASKED, FAMILY, request("bookings", lines=(asked_for,))))
    mum.post(f"/demandes/{ASKED}/retirer", {"keys": f"{MORNING}:{MON}"})
    (withdrawn,) = office.payloads("withdrawn")
    assert withdrawn["keys"] == [f"{MORNING}:{MON}"]
    for path in (PAGE, MONTH):
        mum.get(path)
        assert "En attente" not in mum.words
    mum.get(PAGE)
    assert "Retrait de la demande en cours d'enregistrement" in mum.words
    assert f"/demandes/{ASKED}/retirer" not in mum.text
