"""What the views of weeks say of a rulebook: openings, limits, what lateness costs, and prices that are a family's own."""

from datetime import date, timedelta

from sqlalchemy import delete, update

from backoffice.office import Office
from backoffice.portal.cells import at_rate
from backoffice.rulebook.adopt import adopt as adopt_rulebook
from backoffice.sync.contract import ActivityWeekView, SlotView, ViewKind, WeekActivity, WeekView, week_of
from backoffice.sync.frame import Frame
from backoffice.sync.views import build_views
from models.office.families import Family, Quotient
from models.office.structure import RulebookVersion
from tests.factories import AGENT, NOW, RULEBOOK, THURSDAY, TODAY, Town, a_commune, another_child, booked

WEEK = week_of(TODAY)
CANTEEN_LATE = 'limite = { nombre = 2, unite = "ouvré", heure = 10:00:00 }\nretard = "refuser"'


def adopt(office: Office, old: str, new: str, more: str = "") -> None:
    assert old in RULEBOOK
    source = RULEBOOK.replace(old, new, 1) + more
    office.write(lambda work: work.session.execute(update(RulebookVersion).values(source=source)), AGENT)


def slot_of(office: Office, town: Town, day: date = THURSDAY) -> SlotView:
    key = (ViewKind.ACTIVITY_WEEK, f"{town.canteen_id}:{WEEK}", 0)
    body = office.read(lambda session: build_views(Frame(session, NOW, TODAY), [key]))[key].body
    return next(slot for slot in ActivityWeekView.model_validate(body).slots if slot.day == day)


def activity_of(office: Office, town: Town, child_id: int, activity_id: int) -> WeekActivity:
    key = (ViewKind.WEEK, f"{child_id}:{WEEK}", town.home.family_id)
    body = office.read(lambda session: build_views(Frame(session, NOW, TODAY), [key]))[key].body
    return next(one for one in WeekView.model_validate(body).activities if one.activity_id == activity_id)


def test_a_slot_says_from_when_until_when_and_what_being_late_costs(office: Office) -> None:
    town = a_commune(office)
    opening = '[[ouverture]]\ncode = "o"\ntitre = "Novembre"\nactivites = ["CANTINE"]\n'
    opening += 'ouvre = { ancre = "date", date = 2026-11-10, heure = 09:00:00 }\n'
    adopt(
        office,
        CANTEEN_LATE,
        'operations = ["réserver"]\ndans_le_delai = "demander"\n'
        'limite = { nombre = 2, unite = "ouvré", heure = 10:00:00 }\nretard = { effet = "majorer", pourcent = 10 }\n'
        'limite_regie = { nombre = 1, unite = "ouvré", heure = 12:00:00 }\n'
        '[[delai]]\ncode = "annuler"\ntitre = "La veille"\nactivites = ["CANTINE"]\noperations = ["annuler"]\n'
        'limite = { nombre = 1, heure = 18:00:00 }\nretard = "facturer l\'absence"',
        opening,
    )
    slot = slot_of(office, town)
    book, cancel = slot.book, slot.cancel
    assert (book.in_time, book.late, book.cost.replace("\u202f", " ")) == ("ask", "charge", "majoré de 10 %")
    assert book.opens is not None
    assert (book.opens.isoformat(), book.late_until.isoformat() if book.late_until else "") == (
        "2026-11-10T08:00:00+00:00",
        "2026-11-25T11:00:00+00:00",
    )
    assert {key: book.late_prices[key] for key in slot.prices} == {
        key: (cents * 11 + 5) // 10 for key, cents in slot.prices.items()
    }
    assert (cancel.late, cancel.cost, cancel.opens) == ("bill", "l'absence reste facturée", None)
    assert slot.outside is None


def test_a_modification_that_answers_to_lateness_is_told_too(office: Office) -> None:
    town = a_commune(office)
    more = '[[modification]]\ncode = "t"\ntitre = "Tardif"\nsi = ["retard"]\nactivites = ["CANTINE"]\nmontant = 1\n'
    adopt(office, CANTEEN_LATE, CANTEEN_LATE.replace("refuser", "demander"), more)
    slot = slot_of(office, town)
    assert slot.book.cost.replace("\u202f", " ") == "majoré de 1,00 € par unité"
    assert set(slot.book.late_prices.items()) == {(key, cents + 100) for key, cents in slot.prices.items()}
    past = slot_of(office, town, date(2026, 11, 23))
    assert (past.book.late, past.book.cost, past.book.late_prices) == ("refuse", "", {})


def test_families_from_outside_are_told_their_own_limits_only_where_they_differ(office: Office) -> None:
    town = a_commune(office)
    more = '[[delai]]\ncode = "x"\ntitre = "Extérieurs"\nactivites = ["CANTINE"]\npublic = "extérieurs"\npriorite = 1\n'
    adopt(office, CANTEEN_LATE, CANTEEN_LATE, more + "limite = { nombre = 7, heure = 10:00:00 }\n")
    slot = slot_of(office, town)
    assert slot.outside is not None
    assert [limit.rule for limit in slot.outside] == ["Extérieurs", "Extérieurs"]
    assert slot.book.rule == "2 jours ouvrés avant, 10 h"
    assert not activity_of(office, town, town.home.child_id, town.canteen_id).outside
    office.write(lambda work: work.session.execute(update(Family).values(resident=False)), AGENT)
    mine = activity_of(office, town, town.home.child_id, town.canteen_id)
    assert mine.outside
    assert slot.prices[mine.rate] == 580


EFFORT = """[[tarif]]
code = "periscolaire"
titre = "Taux d'effort"
activites = ["PERI"]
mode = "effort"
taux = [0.1]
plafond = 5000
"""


def test_an_effort_rate_is_priced_for_the_household_alone(office: Office) -> None:
    town = a_commune(office)
    adopt(office, RULEBOOK[RULEBOOK.rindex("[[tarif]]") :], EFFORT)
    home = town.home
    unknown = activity_of(office, town, home.child_id, town.care_id)
    assert (unknown.rate, unknown.prices) == ("", {str(town.morning_id): 500})  # no proof: the ceiling

    def prove(work) -> None:
        work.session.execute(delete(Quotient))
        work.session.add(
            Quotient(family_id=home.family_id, value=900, starts=date(2026, 1, 1), resources_cents=200_000, children=1)
        )

    office.write(prove, AGENT)
    mine = activity_of(office, town, home.child_id, town.care_id)
    assert (mine.rate, mine.prices, mine.late_prices) == ("", {str(town.morning_id): 200}, {})
    assert activity_of(office, town, home.child_id, town.canteen_id).prices == {}


def test_the_younger_child_pays_by_its_own_rank(office: Office) -> None:
    town = a_commune(office)
    more = '[[modification]]\ncode = "f"\ntitre = "Fratrie"\nactivites = ["CANTINE"]\nrang_min = 2\npourcent = -50\n'
    adopt(office, CANTEEN_LATE, CANTEEN_LATE, more)
    younger = another_child(office, town, town.home.family_id)
    slot = slot_of(office, town)
    rates = [activity_of(office, town, child, town.canteen_id).rate for child in (town.home.child_id, younger)]
    assert [slot.prices[rate] for rate in rates] == [415, 208]


def test_a_rulebook_that_does_not_know_an_activity_closes_nothing_and_breaks_nothing(office: Office) -> None:
    town = a_commune(office)
    booked(office, town.home.child_id, town.meal_id, THURSDAY)
    source = RULEBOOK.replace("CANTINE", "CUISINE").replace('"REPAS"', '"PLAT"').replace(".REPAS", ".PLAT")
    office.write(lambda work: work.session.execute(update(RulebookVersion).values(source=source)), AGENT)
    slot = slot_of(office, town)
    assert (slot.closed, slot.prices, slot.book.until) == (None, {}, None)
    mine = activity_of(office, town, town.home.child_id, town.canteen_id)
    assert (mine.rate, mine.prices) == ("", {})


def test_a_quotient_that_changes_within_the_week_changes_the_price_of_its_later_days(office: Office) -> None:
    town = a_commune(office)
    quotient = Quotient(family_id=town.home.family_id, value=500, starts=THURSDAY)
    office.write(lambda work: work.session.add(quotient), AGENT)
    mine = activity_of(office, town, town.home.child_id, town.canteen_id)
    assert [later.starts for later in mine.later] == [THURSDAY]
    prices = slot_of(office, town).prices
    wednesday, friday = THURSDAY - timedelta(days=1), THURSDAY + timedelta(days=1)
    assert [prices[at_rate(mine, day).rate] for day in (TODAY, wednesday, THURSDAY, friday)] == [415, 415, 360, 360]


def test_a_rulebook_that_begins_within_the_week_prices_its_own_days_by_its_own_brackets(office: Office) -> None:
    town = a_commune(office)
    source = RULEBOOK.replace('"2026-1"', '"2026-2"').replace("2026-01-01", str(THURSDAY))
    source = source.replace("[0, 801, 1201]", "[0, 301, 601, 801]").replace("[3.60, 4.15, 4.55]", "[1, 2, 3, 4]")
    office.write(adopt_rulebook, AGENT, source)
    mine = activity_of(office, town, town.home.child_id, town.canteen_id)
    days = (TODAY, THURSDAY)
    assert [slot_of(office, town, day).prices[at_rate(mine, day).rate] for day in days] == [415, 400]


def test_an_effort_rate_that_looks_at_the_weekday_is_told_by_days(office: Office) -> None:
    town = a_commune(office)
    more = '[[modification]]\ncode = "j"\ntitre = "Jeudi"\nactivites = ["PERI"]\njours = ["jeudi"]\nmontant = 1\n'
    adopt(office, RULEBOOK[RULEBOOK.rindex("[[tarif]]") :], EFFORT, more)
    mine = activity_of(office, town, town.home.child_id, town.care_id)
    told = [at_rate(mine, THURSDAY + timedelta(days=n)).prices[str(town.morning_id)] for n in (-1, 0, 1)]
    assert told == [500, 600, 500]
