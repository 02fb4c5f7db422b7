"""Mes réservations: a week and a month of everything a cell can be, what changes meanwhile, many days at once."""

from datetime import date, timedelta

from backoffice.sync.contract import CellState, CellView, EnrolmentsView, UnitView, ViewKind, week_of
from tests.browser.states import Send, State, World
from tests.browser.visits import RULED, Portal
from tests.portal.conftest import Person
from tests.portal.motion import request
from tests.portal.plannings import (
    ASKED,
    NEXT,
    NEXT_DAYS,
    WEEKS,
    answered_cells,
    dearer_canteen,
    weeks_to_come,
)
from tests.portal.published import (
    CANTEEN,
    EVENING,
    FAMILY,
    LEA,
    TOM,
    WEEK,
    canteen,
    cell,
    enrolments,
    slot,
    view,
    week,
)

HERE = f"/reservations/{LEA}"
NEXT_WEEK, MONTH = f"{HERE}/{week_of(NEXT)}", f"{HERE}/mois/2026-12"
PERIOD = f"{HERE}/periode"
REPEAT, TYPICAL, CLEAR = f"{PERIOD}/repeter", f"{PERIOD}/semaine-type", f"{PERIOD}/annuler"
AGAIN = f"{REPEAT}/apercu?semaine={week_of(NEXT)}&fin=semaines&nombre=2&mode=ajouter"
REPLACED = f"{TYPICAL}/apercu?du={NEXT}&au=2026-12-27&mode=remplacer&t={CANTEEN}:0&t={CANTEEN}:3&t={EVENING}:1"
EMPTIED = f"{CLEAR}/apercu?du={NEXT}&au=2026-12-27"
LONG = f"{CLEAR}/apercu?du={NEXT}&au=2027-02-27"
SAVE, SHOW = "^Enregistrer", "Voir ce qui changerait"
LATER = NEXT + timedelta(weeks=2)


def _box(unit: int, day: date) -> str:
    return f"[name=c][value='{unit}:{day}']"


TUESDAY, THURSDAY = _box(CANTEEN, NEXT_DAYS[1]), _box(CANTEEN, NEXT_DAYS[3])


def _answer(portal: Portal, claire: Person) -> None:
    """Publish every answer of the office, send a change for the last week."""
    portal.publish(
        *weeks_to_come(answered_cells()),
        view(ViewKind.REQUEST, ASKED, FAMILY, request("bookings")),
        view(ViewKind.ACTIVITY_WEEK, f"1:{week_of(LATER)}", 0, dearer_canteen(LATER)),
    )
    last = NEXT + timedelta(weeks=WEEKS - 1)
    page = f"{HERE}/{week_of(last)}"
    claire.get(page)
    claire.post(page, {"s": claire.all_hidden("s"), "c": [f"{CANTEEN}:{last}"]})


def _elsewhere(portal: Portal, _claire: Person) -> None:
    """Book Thursday and free Tuesday on another device."""
    cells = [one for one in answered_cells() if (one.unit_id, one.day) != (CANTEEN, NEXT_DAYS[1])]
    cells.append(CellView(unit_id=CANTEEN, day=NEXT_DAYS[3], state=CellState.LISTED, rank=4))
    portal.publish(view(ViewKind.WEEK, f"{LEA}:{week_of(NEXT)}", FAMILY, week(monday=NEXT, cells=cells)))


def _back(portal: Portal, _claire: Person) -> None:
    portal.publish(view(ViewKind.WEEK, f"{LEA}:{week_of(NEXT)}", FAMILY, week(monday=NEXT, cells=answered_cells())))


def _shut(portal: Portal, _claire: Person) -> None:
    """Close a day wholly, another for several reasons, and publish a week of one activity alone."""
    days = [NEXT + timedelta(days=number) for number in (0, 1, 3, 4)]
    shut = canteen(
        NEXT,
        slots=tuple(slot(CANTEEN, day, 455, closed="Grève des agents" if day == days[1] else None) for day in days),
    )
    portal.publish(
        view(ViewKind.ACTIVITY_WEEK, f"1:{week_of(NEXT)}", 0, shut),
        view(ViewKind.ACTIVITY_WEEK, f"2:{week_of(NEXT)}", 0, None),
        view(ViewKind.ACTIVITY_WEEK, f"3:{week_of(NEXT)}", 0, None),
    )


def _empty(portal: Portal, _claire: Person) -> None:
    """Take every activity away from a week."""
    portal.publish(*(view(ViewKind.ACTIVITY_WEEK, f"{number}:{week_of(NEXT)}", 0, None) for number in (1, 2, 3)))


def _over(portal: Portal, _claire: Person) -> None:
    """End every enrolment with the weeks that are published."""
    ends = NEXT + timedelta(weeks=WEEKS, days=-3)
    lines = tuple(line.model_copy(update={"ends": ends}) for line in enrolments().lines)
    portal.publish(view(ViewKind.ENROLMENTS, "", FAMILY, EnrolmentsView(lines=lines)))


def _long(portal: Portal, _claire: Person) -> None:
    """Book so much, for ten weeks, that a page draws whole weeks, and one « Enregistrer » does not send them all."""
    units = tuple(UnitView(id=number, name=f"Atelier {number}", hours="") for number in range(500, 527))
    for number in range(10):
        monday = NEXT + timedelta(weeks=number)
        days = [monday + timedelta(days=day) for day in (0, 1, 3, 4)]
        slots = tuple(slot(unit.id, day, 455) for day in days for unit in units)
        booked = [cell(unit.id, day) for day in days for unit in units]
        portal.publish(
            view(ViewKind.ACTIVITY_WEEK, f"1:{week_of(monday)}", 0, canteen(monday, units=units, slots=slots)),
            view(ViewKind.WEEK, f"{LEA}:{week_of(monday)}", FAMILY, week(monday=monday, cells=booked)),
        )


def _freed(portal: Portal, _claire: Person) -> None:
    """Empty a week of what a page has just drawn."""
    portal.publish(view(ViewKind.WEEK, f"{LEA}:{week_of(LATER)}", FAMILY, week(monday=LATER)))


WORLDS = (
    World(
        "the planning",
        (
            State("/", "Tableau de bord"),
            State("/reservations", "Choisissez un enfant"),
            State(f"{HERE}/{WEEK}", "aujourd'hui"),
            State(f"{HERE}/{week_of(RULED)}", "Place proposée"),
            State(NEXT_WEEK, "Liste d'attente"),
            State(f"{NEXT_WEEK}?activite=1", "Complet, liste d'attente"),
            State(f"{HERE}/{week_of(LATER)}", "majoré de 2,00"),
            State(f"{HERE}/{week_of(NEXT + timedelta(weeks=WEEKS - 1))}", "en cours d'enregistrement"),
            State(f"{HERE}/{week_of(NEXT + timedelta(weeks=WEEKS))}", "ne sont pas encore ouvertes"),
            State(f"{HERE}/2026-W40", "Réservations de Léa"),
            State(f"/reservations/{TOM}/{WEEK}", "Réservations de Tom"),
            State(f"/reservations/{TOM}/{week_of(NEXT + timedelta(weeks=3))}", "ne sont pas encore ouvertes"),
            State(MONTH, "Décembre 2026"),
            State(f"{MONTH}?activite=1", "Mois suivant"),
            State(f"{HERE}/mois/2026-11", "Répondre"),
            State(f"{HERE}/mois/2027-03", "ne sont pas encore ouvertes"),
            State(NEXT_WEEK, "Vous n'avez rien changé", 422, Send(SAVE)),
            State(NEXT_WEEK, "n'existe pas dans ce planning", 422, Send(SAVE, {"main [name=s]": "999:2026-11-30:free"})),
            State(
                NEXT_WEEK, "a changé entre-temps", 422, Send(SAVE, {TUESDAY: False, THURSDAY: True}), meanwhile=_elsewhere,
            ),
            State(MONTH, "a changé entre-temps", 422, Send(SAVE, {TUESDAY: True, THURSDAY: False}), before=_elsewhere, meanwhile=_back),
            State(NEXT_WEEK, "2 changements", 200, Send("Voir le total", {TUESDAY: False, THURSDAY: True}), before=_back, script=False),
            State(f"{HERE}/{week_of(LATER)}", "majoré", 200, Send("Voir le total", {_box(CANTEEN, LATER): True}), script=False),
            State(REPEAT, "La répéter"),
            State(f"{REPEAT}?semaine={week_of(LATER)}", "il n'y a rien à répéter"),
            State(TYPICAL, "La semaine type"),
            State(f"/reservations/{TOM}/periode/semaine-type", "semaine type|ne se réserve"),
            State(CLEAR, "Annuler une période"),
            State(
                f"{REPEAT}?semaine={week_of(NEXT)}", "Indiquez une date", 422,
                Send(SHOW, {"[name=fin][value=date]": True, "#au": ""}, to=f"{REPEAT}/apercu", beside={"#au": "Indiquez"}),
            ),
            State(
                TYPICAL, "Cochez au moins une case", 422,
                Send(
                    SHOW, {"#du": "31/02/2027", "#au": "2026-01-01", "[name=t]": False},
                    to=f"{TYPICAL}/apercu", beside={"#du": "ne se lit pas"}, kept={"#du": "31/02/2027", "#au": "2026-01-01"},
                ),
            ),
            State(
                CLEAR, "Rien n'a été envoyé", 422,
                Send(SHOW, {"#du": "2026-12-10", "#au": "2026-12-01"}, to=f"{CLEAR}/apercu", beside={"#au": "vient avant"}, kept={"#au": "2026-12-01"}),
            ),
            State(CLEAR, "période est passée", 422, Send(SHOW, {"#du": "2026-01-01", "#au": "2026-02-01"}, to=f"{CLEAR}/apercu")),
            State(AGAIN, "Voici tout ce qui changerait"),
            State(REPLACED, "Ce qui ne change pas"),
            State(EMPTIED, "Annuler"),
            State(f"{CLEAR}/apercu?du=2027-01-04&au=2027-01-08", "Rien ne changerait"),
            State(AGAIN, "Vous n'avez rien changé", 422, Send(SAVE, {"[name=x]": False}, to=f"{REPEAT}/apercu"), script=None),
            State(AGAIN, "changements", 200, Send("Recalculer le total", to=f"{REPEAT}/apercu"), script=False),
            State(EMPTIED, "a changé entre-temps", 422, Send(SAVE, to=f"{CLEAR}/apercu"), before=_back, meanwhile=_elsewhere),
            State(NEXT_WEEK, "Grève des agents", before=_shut),
            State(MONTH, "Grève des agents"),
            State(NEXT_WEEK, "Aucune activité n'est publiée", before=_empty),
            State(f"{HERE}/{week_of(NEXT + timedelta(weeks=WEEKS))}", "s'arrêtent le", before=_over),
            State(LONG, "semaine par semaine.*Cette page s'arrête avant", before=_long),
            State(LONG, "Vous n'avez rien changé", 422, Send(SAVE, {"[name=w]": False}, to=f"{CLEAR}/apercu")),
            State(LONG, "Vérifiez les cases signalées", 422, Send(SAVE, to=f"{CLEAR}/apercu"), meanwhile=_freed),
        ),
        _answer,
    ),
)  # fmt: skip
