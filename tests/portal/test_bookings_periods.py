"""Many days at once: a week repeated, a typical week, a period emptied; seen before, judged again, sent once."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
from werkzeug.datastructures import MultiDict

from backoffice.portal.cells import Look
from backoffice.portal.period_forms import read_form
from backoffice.portal.periods import Gesture, Wanted, pattern_of, propose, scope, typical_rows
from backoffice.portal.weeks import Planning, merge
from backoffice.sync.contract import CellState, CellView, ViewKind, week_of
from tests.portal.conftest import Office, Person
from tests.portal.plannings import NEXT, NEXT_DAYS, answered_cells, dearer_canteen, full_canteen, weeks_to_come
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
    around_school,
    cell,
    enrolments,
    everything,
    view,
    wednesdays,
    week,
)

TODAY = DAYS[1]
SOURCE = week_of(NEXT)
BASE = f"/reservations/{LEA}/periode"
REPEAT = f"{BASE}/repeter/apercu?semaine={SOURCE}&fin=semaines&nombre=2&mode=ajouter"
SECOND = NEXT + timedelta(days=7)


def typical(*slots: str, first: date = SECOND, last: date = SECOND + timedelta(days=4), mode: str = "ajouter") -> str:
    asked = [("du", str(first)), ("au", str(last)), ("mode", mode), *(("t", slot) for slot in slots)]
    return f"{BASE}/semaine-type/apercu?{urlencode(asked)}"


def clear(first: date | str = NEXT, last: date = NEXT + timedelta(days=20), **more: object) -> str:
    return f"{BASE}/annuler/apercu?{urlencode({'du': first, 'au': last} | more)}"


@pytest.fixture
def mum(office: Office, claire: Person) -> Person:
    office.publish(*weeks_to_come([cell(CANTEEN, NEXT_DAYS[1]), cell(EVENING, NEXT_DAYS[1])]))
    return claire


def lines(person: Person) -> list[str]:
    return person.all_hidden("x")


def send(person: Person, path: str, changes: Iterable[str] | None = None, **more: object):
    ticked = lines(person) if changes is None else list(changes)
    given = {"s": person.all_hidden("s"), "k": person.all_hidden("k"), "turn": "1", "x": ticked}
    return person.post(path, given | more)


def sent(office: Office) -> list[tuple[int, str, str]]:
    (payload,) = office.payloads("bookings")
    return [(one["unit_id"], one["day"], one["wished"]) for one in payload["cells"]]


def plan(cells: Iterable[CellView] = (), monday: date = NEXT) -> Planning:
    shared = {1: full_canteen(monday), 2: around_school(monday), 3: wednesdays(monday)}
    return merge(week(monday=monday, cells=cells), shared, {}, NOW)


# --- what would change ------------------------------------------------------------------------------------------------


def test_a_weeks_pattern_is_all_that_was_meant():
    pattern = pattern_of(plan([*answered_cells(), cell(MORNING, NEXT_DAYS[3], CellState.ABSENT)]))
    assert pattern == {(CANTEEN, 0), (CANTEEN, 1), (MORNING, 0), (EVENING, 1), (MORNING, 3)}
    assert pattern_of(None) == frozenset()


def test_a_pattern_adds_and_says_in_one_sentence_what_cannot_be_booked():
    pattern = frozenset({(CANTEEN, 0), (CANTEEN, 1), (CANTEEN, 3), (EVENING, 3), (EVENING, 4), (WEDNESDAY, 2)})
    told = propose(plan([cell(CANTEEN, NEXT_DAYS[1])]).cells, Wanted(NEXT, NEXT_DAYS[4], pattern))
    assert [(one.unit.id, one.day.weekday(), one.look) for one in told.cells] == [
        (CANTEEN, 0, Look.FREE),
        (CANTEEN, 3, Look.QUEUE),
    ]
    assert told.already == 1
    assert [reason.replace("\u202f", " ") for reason in told.reasons] == [
        "Auprès de la régie : Journée avec repas, mercredi 2 décembre.",
        "Complet : Soir, jeudi 3 décembre.",
        "Fermé (Réunion des équipes) : Soir, vendredi 4 décembre.",
    ]


def test_replacing_frees_the_rest_and_a_scope_keeps_to_one_activity():
    booked = plan([cell(CANTEEN, NEXT_DAYS[1]), cell(MORNING, NEXT_DAYS[1])])
    wanted = Wanted(NEXT, NEXT_DAYS[4], frozenset({(CANTEEN, 0)}), frees=True)
    freed = [(one.unit.id, one.on) for one in propose(booked.cells, wanted).cells]
    assert freed == [(CANTEEN, False), (CANTEEN, True), (MORNING, True)]
    kept = propose(booked.cells, wanted, scope([booked], 2)).cells
    assert [(one.unit.id, one.on) for one in kept] == [(MORNING, True)]


def test_what_waits_or_is_offered_is_told_not_touched():
    told = propose(plan(answered_cells()).cells, Wanted(NEXT, NEXT_DAYS[4], frees=True))
    assert [(one.unit.id, one.look) for one in told.cells] == [(CANTEEN, Look.BOOKED), (EVENING, Look.LISTED)]
    assert len(told.reasons) == 2


def test_a_typical_week_offers_what_may_be_open():
    rows = typical_rows([plan()], TODAY)
    assert [(row.unit_id, sorted(row.weekdays)) for row in rows] == [
        (CANTEEN, [0, 1, 3, 4]),
        (MORNING, [0, 1, 3, 4]),
        (EVENING, [0, 1, 3]),
    ]


@pytest.mark.parametrize(
    ("gesture", "typed", "field", "words"),
    [
        (Gesture.TYPICAL, {"du": "2026-12-01", "au": "2026-12-20"}, "t", "Cochez au moins une case"),
        (Gesture.CLEAR, {"du": "bientôt", "au": "2026-12-20"}, "du", "ne se lit pas"),
        (Gesture.CLEAR, {"du": "", "au": "20/12/2026"}, "du", "Indiquez une date"),
        (Gesture.CLEAR, {"du": "2026-12-20", "au": "2026-12-01"}, "au", "avant le début"),
        (Gesture.CLEAR, {"du": "2026-01-01", "au": "2026-02-01"}, "au", "est passée"),
        (Gesture.CLEAR, {"du": "2026-12-01", "au": "2028-12-01"}, "au", "un an au plus"),
        (Gesture.CLEAR, {"du": "0001-01-01", "au": "9999-12-31"}, "du", "ne se lit pas"),
        (Gesture.REPEAT, {"semaine": SOURCE, "fin": "semaines", "nombre": "0"}, "nombre", "de 1 à 8"),
        (Gesture.REPEAT, {"semaine": SOURCE, "fin": "semaines", "nombre": "²"}, "nombre", "de 1 à 8"),
        (Gesture.REPEAT, {"semaine": SOURCE, "fin": "date", "au": "2026-12-01"}, "au", "la semaine d'après"),
    ],
)
def test_a_mistake_is_told_beside_its_field_and_what_was_typed_is_kept(gesture, typed, field, words):
    found = read_form(gesture, MultiDict(typed), TODAY)
    assert words in found.troubles[field]
    assert found.wanted is None
    assert all(found.values[name] == text for name, text in typed.items())


def test_dates_are_read_as_typed_and_never_before_today():
    found = read_form(Gesture.CLEAR, MultiDict({"du": "01/11/2026", "au": "2026-12-20"}), TODAY)
    assert found.wanted == Wanted(TODAY, date(2026, 12, 20), frees=True)


# --- the pages --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("gesture", list(Gesture))
def test_each_form_is_read_and_leads_to_what_would_change(mum: Person, gesture: Gesture):
    assert mum.get(f"{BASE}/{gesture}?semaine={SOURCE}").status_code == 200
    assert "Rien n'est envoyé avant « Enregistrer »" in mum.words
    assert f'action="{BASE}/{gesture}/apercu"' in mum.text
    assert mum.get(f"{BASE}/{gesture}/apercu?du=&fin=semaines&nombre=99&au=hier").status_code == 422
    assert "Rien n'a été envoyé. Corrigez ce qui est signalé" in mum.words


def test_a_typical_week_begins_from_what_is_booked(office: Office, mum: Person):
    office.publish(view(ViewKind.WEEK, f"{LEA}:{week_of(DAYS[0])}", FAMILY, week()))
    mum.get(f"{BASE}/semaine-type")
    assert [name for name in mum.all_hidden("t") if f'value="{name}" checked' in mum.text] == [
        f"{CANTEEN}:1",
        f"{EVENING}:1",
    ]
    mum.get(f"{BASE}/semaine-type?du=2026-12-01&au=2026-12-20&t={CANTEEN}:0")
    assert mum.text.count('name="t"') > mum.text.count(" checked") == 2  # the box typed, and how it is added


def test_a_week_is_repeated_once_seen_as_one_action(office: Office, mum: Person):
    mum.get(REPEAT)
    assert "4 changements : +13,30 €. Rien n'est encore envoyé." in mum.words
    assert len(lines(mum)) == 4
    response = send(mum, REPEAT)
    assert response.status_code == 303
    tuesdays = [str(NEXT_DAYS[1] + timedelta(days=7 * n)) for n in (1, 2)]
    assert sent(office) == [(unit, day, "booked") for day in tuesdays for unit in (CANTEEN, EVENING)]
    mum.get(response.location)
    assert "Réservations de Léa, du lundi 7 décembre au dimanche 20 décembre" in mum.words
    mum.get(REPEAT)
    assert "Déjà envoyé, en cours d'enregistrement : Repas et Soir, mardi 8 décembre et mardi 15 décembre." in mum.words
    assert lines(mum) == []


def test_what_is_unticked_is_not_sent_and_the_total_follows(office: Office, mum: Person):
    mum.get(REPEAT)
    kept = [name for name in lines(mum) if name.startswith(f"{EVENING}:")]
    assert send(mum, REPEAT, kept, voir="1").status_code == 200
    assert "2 changements : +4,20 €" in mum.words
    assert office.payloads("bookings") == []
    checked = mum.text.count(" checked")
    assert checked == 2
    assert send(mum, REPEAT, kept).status_code == 303
    assert {unit for unit, _, _ in sent(office)} == {EVENING}


def test_a_typical_week_over_a_period_and_a_period_emptied(office: Office, mum: Person):
    path = typical(f"{CANTEEN}:0", f"{CANTEEN}:4", "999:0", "x:y", f"{CANTEEN}:9", first=NEXT, mode="remplacer")
    mum.get(path)
    assert "Annuler : Soir" in mum.words
    assert send(mum, path).status_code == 303
    assert len([one for one in sent(office) if one[2] == "free"]) == 2
    assert {date.fromisoformat(day).weekday() for _, day, wished in sent(office) if wished == "booked"} == {0, 4}


def test_a_period_is_emptied_of_one_activity(office: Office, mum: Person):
    mum.get(clear(activite=2))
    assert lines(mum) == [f"{EVENING}:{NEXT_DAYS[1]}"]
    assert "1 changement : -2,10 €" in mum.words
    assert send(mum, clear(activite=2)).status_code == 303
    assert sent(office) == [(EVENING, str(NEXT_DAYS[1]), "free")]


def test_what_costs_for_being_late_is_shown_and_never_ticked_for_the_family(office: Office, mum: Person):
    office.publish(view(ViewKind.ACTIVITY_WEEK, f"1:{week_of(SECOND)}", 0, dearer_canteen(SECOND)))
    path = typical(f"{CANTEEN}:0")
    mum.get(path)
    assert "majoré de 2,00 €" in mum.words
    assert " checked" not in mum.text
    assert send(mum, path, []).status_code == 422
    assert send(mum, path, lines(mum), k=[]).status_code == 422
    assert "voyez ce que cela coûte" in mum.words
    assert send(mum, path, lines(mum)).status_code == 303


def test_a_preview_gone_stale_shows_the_change_and_sends_nothing(office: Office, mum: Person):
    mum.get(REPEAT)
    taken = [CellView(unit_id=CANTEEN, day=SECOND + timedelta(days=1), state=CellState.BOOKED)]
    office.publish(view(ViewKind.WEEK, f"{LEA}:{week_of(SECOND)}", FAMILY, week(monday=SECOND, cells=taken)))
    assert send(mum, REPEAT).status_code == 422
    assert "a changé entre-temps" in mum.words
    assert office.payloads("bookings") == []
    assert len(lines(mum)) == 3  # what may still be sent stays ticked
    assert send(mum, REPEAT).status_code == 303
    assert len(sent(office)) == 3


def test_the_clock_judges_a_preview_again(office: Office, mum: Person, clock: Clock):
    mum.get(REPEAT)
    clock.move(days=13)
    mum.sign_in()
    token = mum.get(REPEAT) and mum.hidden("csrf_token")
    given = {"s": f"{CANTEEN}:{SECOND + timedelta(days=1)}:free", "x": f"{CANTEEN}:{SECOND + timedelta(days=1)}"}
    assert mum.post(REPEAT, given | {"turn": "1", "csrf_token": token}).status_code == 422
    assert "ne peut plus être modifiée" in mum.words
    assert office.payloads("bookings") == []


@pytest.mark.parametrize(
    "name",
    [
        f"{CANTEEN}:{NEXT_DAYS[0]}",
        f"999:{SECOND}",
        f"{CANTEEN}:2031-01-06",
        f"{WEDNESDAY}:{SECOND + timedelta(days=2)}",
    ],
)
def test_a_forged_line_is_refused(office: Office, mum: Person, name: str):
    mum.get(REPEAT)
    assert send(mum, REPEAT, [name], s=[f"{name}:free"]).status_code == 422
    assert send(mum, REPEAT, [name], s=[]).status_code == 422
    assert office.payloads("bookings") == []


def test_one_preview_is_one_action_however_often_and_from_how_many_hands(office: Office, mum: Person):
    mum.get(REPEAT)
    page = mum.text
    form = mum.form() | {"s": mum.all_hidden("s"), "turn": "1", "x": lines(mum)}

    def post(_: int) -> str:
        return mum.tab().post(REPEAT, data=form).location

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(post, range(8)))) == 1
    assert len(office.payloads("bookings")) == 1
    mum.text = page
    assert send(mum, REPEAT, lines(mum)[:1]).status_code == 422
    assert "avait déjà été enregistrée" in mum.words
    assert len(office.payloads("bookings")) == 1


def test_beyond_what_is_published_a_preview_says_until_when(mum: Person):
    mum.get(clear(last=NEXT + timedelta(days=90)))
    assert "Les réservations de Léa après le dimanche 27 décembre 2026 ne sont pas encore ouvertes." in mum.words
    far = NEXT + timedelta(days=100)
    mum.get(clear(first=far, last=far + timedelta(days=5)))
    assert "Rien ne changerait sur cette période" in mum.words
    assert mum.post(clear(first=far, last=far + timedelta(days=5)), {"turn": "1"}).status_code in {400, 404}


def test_a_child_whose_enrolments_end_is_told_so(office: Office, mum: Person):
    ends = SECOND + timedelta(days=2)
    line = enrolments().lines[0].model_copy(update={"ends": ends})
    office.publish(view(ViewKind.ENROLMENTS, "", FAMILY, enrolments().model_copy(update={"lines": (line,)})))
    mum.get(clear(last=NEXT + timedelta(days=60)))
    assert "Les inscriptions de Léa s'arrêtent le mercredi 9 décembre 2026." in mum.words


def test_a_date_that_no_calendar_has_is_shown_again_as_typed(mum: Person):
    mum.get(clear(first="31/02/2027"))
    assert '<input type="text" id="du" name="du" value="31/02/2027" aria-describedby="du-trouble"' in mum.text
    assert '<input type="date" id="au"' in mum.text


def test_too_many_changes_at_once_are_not_sent(office: Office, mum: Person, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("backoffice.portal.wishes.MOST", 3)
    mum.get(REPEAT)
    assert send(mum, REPEAT).status_code == 422
    assert "Trop de cases changent à la fois" in mum.words
    assert office.payloads("bookings") == []
    assert send(mum, REPEAT, lines(mum)[:3]).status_code == 303


def test_no_other_family_no_unknown_gesture(office: Office, mum: Person):
    for path in (REPEAT, clear(), typical(f"{CANTEEN}:0"), f"{BASE}/annuler"):
        theirs = path.replace(f"/reservations/{LEA}/", f"/reservations/{OTHER_CHILD}/")
        assert mum.get(theirs).status_code == 404
        assert mum.get(path.replace("/periode/", "/periode/tout-")).status_code == 404
        assert mum.get(path.replace(f"/{LEA}/", f"/{TOM}/")).status_code == 200
    mum.get(REPEAT)
    assert send(mum, REPEAT.replace(f"/{LEA}/", f"/{OTHER_CHILD}/")).status_code == 404
    assert office.payloads("bookings") == []


def test_before_anything_is_booked_there_is_nothing_to_repeat(office: Office, claire: Person):
    office.publish(*everything())
    claire.get(f"{BASE}/repeter?semaine=2026-W49")
    assert "il n'y a rien à répéter" in claire.words
    claire.get(f"{BASE}/repeter?semaine=abc")
    assert "La semaine du lundi 23 novembre" in claire.words


@pytest.mark.parametrize("name", ["child_id", "endpoint", "_anchor", "_scheme", "_external", "_method"])
def test_an_address_with_more_in_it_leads_nowhere_else(mum: Person, name: str):
    response = mum.get(f"{BASE}/repeter/apercu?nombre=4&fin=semaines&{name}=javascript")
    assert response.status_code == 200
    assert "javascript" not in mum.text
