"""A school year at once: a typical week seen week by week, sent as one action; what is not open yet says so."""

import html
import re
from datetime import date, timedelta
from urllib.parse import urlencode

import pytest

from backoffice.portal.cells import Spot
from backoffice.portal.folds import HEAVIEST, HEAVY, MOST_DRAWN, page_of, weeks_of
from backoffice.portal.periods import Lines, Wanted, propose
from backoffice.portal.weeks import Planning, merge
from backoffice.sync.contract import ViewKind, week_of
from tests.portal.conftest import Office, Person
from tests.portal.plannings import NEXT, dearer_canteen, full_canteen, weeks_to_come
from tests.portal.published import (
    CANTEEN,
    EVENING,
    FAMILY,
    LEA,
    MORNING,
    NOW,
    TOM,
    WEEK,
    around_school,
    cell,
    enrolments,
    view,
    wednesdays,
    week,
)

YEAR = 40  # weeks
LAST = NEXT + timedelta(weeks=YEAR, days=-3)
SCHOOL_DAYS = (0, 1, 3, 4)
SLOTS = [f"{unit}:{day}" for unit in (CANTEEN, MORNING, EVENING) for day in SCHOOL_DAYS]
BASE = f"/reservations/{LEA}/periode"


def typical(first: date = NEXT, last: date = LAST, slots: list[str] = SLOTS) -> str:
    asked = [("du", str(first)), ("au", str(last)), ("mode", "ajouter"), *(("t", slot) for slot in slots)]
    return f"{BASE}/semaine-type/apercu?{urlencode(asked)}"


@pytest.fixture
def mum(office: Office, claire: Person) -> Person:
    office.publish(*weeks_to_come(weeks=YEAR))
    return claire


def boxes(person: Person, name: str) -> list[str]:
    return re.findall(rf'name="{name}" value="([^"]*)" checked', person.text)


def send(person: Person, path: str, *, weeks: list[str] | None = None, **more: object):
    turned = {"x": boxes(person, "x"), "w": boxes(person, "w") if weeks is None else weeks}
    return person.post(path, {"s": person.all_hidden("s"), "k": person.all_hidden("k"), "turn": "1"} | turned | more)


def sent(office: Office) -> list[tuple[int, str]]:
    return [(one["unit_id"], one["day"]) for one in office.payloads("bookings")[-1]["cells"]]


def test_a_typical_week_over_forty_weeks_is_one_light_page_and_one_action(office: Office, mum: Person):
    styles = len(mum.get("/static/portal.css").data)
    mum.get(typical())
    assert "semaine par semaine" in mum.words
    assert "Semaine du 30 novembre" in mum.words
    assert (
        "Réserver\u202f: Repas\xa0×\xa03, Matin\xa0×\xa04, Soir\xa0×\xa02\u202f; Liste d&#39;attente\u202f: Repas"
        in mum.text
    )
    assert len(boxes(mum, "w")) == YEAR
    assert len(mum.text.encode()) + styles < 60_000
    assert re.search(r"400 changements\s: \+954,00", mum.words)
    answer = send(mum, typical())
    assert answer.status_code == 303
    assert len(sent(office)) == 400
    assert max(day for _, day in sent(office)) == str(LAST)
    assert "1 à 60 sur 400" in mum.get(answer.location).text


def test_a_week_unticked_is_left_alone(office: Office, mum: Person):
    mum.get(typical())
    weeks = boxes(mum, "w")
    assert send(mum, typical(), weeks=weeks[2:]).status_code == 303
    assert min(day for _, day in sent(office)) == str(NEXT + timedelta(weeks=2))
    assert len(sent(office)) == 400 - 20


def test_the_total_is_asked_for_with_the_weeks_that_stay_ticked(office: Office, mum: Person):
    mum.get(typical())
    weeks = boxes(mum, "w")
    mum.get(typical())
    assert send(mum, typical(), weeks=weeks[:1], voir="1").status_code == 200
    assert boxes(mum, "w") == weeks[:1]
    assert "10 changements" in mum.words
    assert office.payloads("bookings") == []


def test_what_costs_for_being_late_is_read_by_itself(office: Office, mum: Person):
    office.publish(view(ViewKind.ACTIVITY_WEEK, f"1:{week_of(NEXT)}", 0, dearer_canteen(NEXT)))
    mum.get(typical())
    assert len(boxes(mum, "w")) == YEAR - 1
    assert len(mum.all_hidden("k")) == 2
    assert not {f"{CANTEEN}:{NEXT}", f"{CANTEEN}:{NEXT + timedelta(days=1)}"} & {*boxes(mum, "x")}
    assert f"{MORNING}:{NEXT}" in boxes(mum, "x")


def test_a_week_gone_stale_is_drawn_day_by_day_and_nothing_is_sent(office: Office, mum: Person):
    mum.get(typical())
    monday = NEXT + timedelta(weeks=5)
    mine = week(monday=monday, cells=[cell(MORNING, monday)])
    office.publish(view(ViewKind.WEEK, f"{LEA}:{week_of(monday)}", FAMILY, mine))
    assert send(mum, typical()).status_code == 422
    assert "Cette case a changé entre-temps" in mum.words
    assert len(boxes(mum, "w")) == YEAR - 1
    assert office.payloads("bookings") == []
    assert send(mum, typical()).status_code == 303
    assert len(sent(office)) == 399


def test_more_than_a_sending_takes_is_said_and_saved_in_two(
    office: Office, mum: Person, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("backoffice.portal.folds.HEAVIEST", 390)
    mum.get(typical())
    assert "on enregistre au plus 1000 cases à la fois" in mum.words
    following = html.unescape(re.search(r'href="([^"]*)">voyez la suite', mum.text)[1])
    assert send(mum, typical()).status_code == 303
    first = sent(office)
    mum.get(following)
    assert "voyez la suite" not in mum.text
    assert send(mum, following).status_code == 303
    assert len({*first, *sent(office)}) == len(first) + len(sent(office)) == 400


def test_a_page_drawn_again_still_leads_to_the_next(office: Office, mum: Person, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("backoffice.portal.folds.HEAVIEST", 390)
    mum.get(typical())
    address = re.search(r'href="([^"]*)">voyez la suite', mum.text)[1]
    assert send(mum, typical(), voir="1").status_code == 200
    assert re.search(r'href="([^"]*)">voyez la suite', mum.text)[1] == address
    monday = NEXT + timedelta(weeks=5)
    mine = week(monday=monday, cells=[cell(MORNING, monday)])
    office.publish(view(ViewKind.WEEK, f"{LEA}:{week_of(monday)}", FAMILY, mine))
    assert send(mum, typical()).status_code == 422
    assert "voyez la suite" in mum.text


def test_an_unknown_week_turns_nothing(office: Office, mum: Person):
    mum.get(typical())
    assert send(mum, typical(), weeks=["2031-W01", "abc", "\0"], x=[]).status_code == 422
    assert "Vous n'avez rien changé" in mum.words
    assert office.payloads("bookings") == []


def test_the_form_says_until_when_bookings_are_open_and_offers_what_opens_later(office: Office, mum: Person):
    line = enrolments().lines[0].model_copy(update={"ends": date(2028, 7, 1)})
    office.publish(view(ViewKind.ENROLMENTS, "", FAMILY, enrolments().model_copy(update={"lines": (line,)})))
    last = NEXT + timedelta(weeks=YEAR - 1)
    mum.get(f"{BASE}/semaine-type")
    until = "Les réservations de Léa après le dimanche 5 septembre 2027 ne sont pas encore ouvertes."
    assert last + timedelta(days=6) == date(2027, 9, 5)
    assert until in mum.words
    assert mum.get(f"/reservations/{LEA}/{week_of(last + timedelta(weeks=1))}").status_code == 200
    assert until in mum.words
    mum.get(f"/reservations/{LEA}/{week_of(last)}")
    assert until not in mum.words


def test_a_child_whose_enrolment_is_to_come_is_told_from_when(office: Office, mum: Person):
    starts = {"starts": date(2027, 9, 1), "ends": date(2028, 7, 1)}
    lines = tuple(
        line.model_copy(update=starts) if line.child_id == TOM and line.ends.year == 2027 else line
        for line in enrolments().lines
    )
    office.publish(view(ViewKind.ENROLMENTS, "", FAMILY, enrolments().model_copy(update={"lines": lines})))
    office.publish(view(ViewKind.WEEK, f"{TOM}:{WEEK}", FAMILY, None))
    mum.get(f"/reservations/{TOM}/{week_of(NEXT)}")
    said = (
        "L'inscription de Tom commence le mercredi 1er septembre 2027 : les réservations ne sont pas encore ouvertes."
    )
    assert said in mum.words
    assert "Aucune activité" not in mum.words
    mum.get(f"/reservations/{TOM}/mois/2027-03")
    assert said in mum.words


# --- folding ----------------------------------------------------------------------------------------------------------


def days(weeks: int) -> tuple[Lines, ...]:
    plans: list[Planning] = []
    for number in range(weeks):
        monday = NEXT + timedelta(weeks=number)
        shared = {1: full_canteen(monday), 2: around_school(monday), 3: wednesdays(monday)}
        plans.append(merge(week(monday=monday), shared, {}, NOW))
    cells = {spot: one for planning in plans for spot, one in planning.cells.items()}
    pattern = frozenset((unit, day) for unit in (MORNING, EVENING) for day in SCHOOL_DAYS)
    return propose(cells, Wanted(NEXT, NEXT + timedelta(weeks=weeks), pattern)).days


def spots_of(some: tuple[Lines, ...]) -> set[Spot]:
    return {one.spot for lines in some for one in lines.cells}


def test_few_changes_are_drawn_one_by_one_and_many_week_by_week():
    few, many = days(16), days(17)
    assert (len(spots_of(few)), len(spots_of(many))) == (96, 102)
    assert len(spots_of(few)) <= MOST_DRAWN < len(spots_of(many))
    assert not any(one.whole for one in weeks_of(few, spots_of(few), ()))
    assert all(one.whole for one in weeks_of(many, spots_of(many), ()))
    assert all(one.whole for one in weeks_of(many, (), ())), "left alone, all of them"


def test_a_week_turned_by_halves_or_to_be_read_is_drawn_by_days():
    some = days(17)
    spots = sorted(spots_of(some), key=lambda spot: spot[1])
    half, apart = spots[0], spots[-1]
    laid = weeks_of(some, {*spots} - {half}, {apart})
    assert [one.whole for one in laid] == [False, *([True] * 15), False]


def test_a_page_bears_some_weeks_and_the_first_whatever_it_weighs():
    some = days(26)
    light, heavy = weeks_of(some, spots_of(some), ()), weeks_of(some, (), spots_of(some))
    assert page_of(light) == (light, None)
    assert (light[0].weight, heavy[0].weight) == (6, 6 * HEAVY)
    kept, following = page_of(heavy)
    assert (len(kept), following) == (HEAVIEST // (6 * HEAVY), NEXT + timedelta(weeks=16))
    assert page_of(heavy[:1]) == (heavy[:1], None)
