"""What each rule of a rulebook does to a family's wish, from its receipt to the booking and to the answer."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from backoffice.billing.draft import draft_month
from backoffice.bookings.change import CellChange, change_bookings, check_bookings
from backoffice.errors import RefusedByRule
from backoffice.office import Office
from backoffice.permissions import SYSTEM
from backoffice.requests.accept import accept
from backoffice.requests.file import request_file
from backoffice.requests.kinds.kind import ItemRow
from backoffice.requests.receive import receive
from backoffice.requests.refuse import refuse
from backoffice.requests.stakes import stakes_of
from backoffice.rulebook.file.notice_parts import Late
from backoffice.sync.contract import BookingsChange, CellState, CellWish, ViewKind
from backoffice.sync.frame import Frame
from backoffice.sync.views import build_views
from models.office.bookings import Attendance, Booking
from models.office.families import Family
from models.office.structure import RulebookVersion
from models.vocabulary import AttendanceState, BookingState, Verdict
from tests.factories import AGENT, NOW, RULEBOOK, THURSDAY, Town, a_commune, an_office, booked
from tests.letterbox import an_action

LIMIT = 'limite = { nombre = 2, unite = "ouvré", heure = 10:00:00 }'  # of Thursday's meal: Tuesday 10:00
LATE = NOW + timedelta(hours=2)
BOOK, CANCEL = 'operations = ["réserver"]', 'operations = ["annuler"]'


@pytest.fixture
def office(tmp_path):
    """One database is enough here: the rules decide, and what is written is proved on both elsewhere."""
    opened = an_office(tmp_path)
    yield opened
    opened.close()


def rule(*lines: str, code: str = "essai", more: str = "") -> str:
    """Write the commune's rulebook with another notice period for the canteen."""
    mine = "\n".join(["[[delai]]", f'code = "{code}"', 'titre = "Délai d\'essai"', 'activites = ["CANTINE"]', *lines])
    head, _, tail = RULEBOOK.replace('version = "2026-1"', 'version = "essai-1"').partition("[[delai]]")
    _, _, rest = tail.partition("[[delai]]")
    return f"{head}{mine}\n\n[[delai]]{rest}\n{more}"


def adopt(office: Office, source: str, *, at: datetime = NOW, version: str = "essai-1") -> None:
    source = source.replace('version = "essai-1"', f'version = "{version}"')
    row = {"effective": date(2026, 1, 1), "name": "essai", "version": version, "source": source}
    office.write(lambda work: work.session.add(RulebookVersion(**row, loaded_at=at, loaded_by="")), AGENT)


def town_with(office: Office, source: str) -> Town:
    town = a_commune(office)
    adopt(office, source)
    return town


def asks(office: Office, town: Town, *, at: datetime, book: bool = True) -> UUID:
    states = (CellState.FREE, CellState.BOOKED) if book else (CellState.BOOKED, CellState.FREE)
    cell = CellWish(unit_id=town.meal_id, day=THURSDAY, seen=states[0], wished=states[1])
    action = an_action(town.home, BookingsChange(child_id=town.home.child_id, cells=(cell,)), at=at)
    office.clock.set(max(office.now(), at))
    office.write(receive, SYSTEM, action)
    return action.id


def item_of(office: Office, request_id: UUID) -> ItemRow:
    (item,) = office.read(request_file, request_id).items
    return item


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\xa0", " ")


def booking(office: Office) -> Booking | None:
    return office.read(lambda session: session.scalars(select(Booking)).one_or_none())


def state_of(office: Office) -> BookingState | None:
    found = booking(office)
    return found.state if found else None


def absence(office: Office) -> Attendance | None:
    return office.read(lambda session: session.scalars(select(Attendance)).one_or_none())


def answer(office: Office, town: Town, request_id: UUID) -> dict:
    key = (ViewKind.REQUEST, str(request_id), town.home.family_id)
    now = office.now()
    return office.read(lambda session: build_views(Frame(session, now, office.today()), [key]))[key].body


def desk(office: Office, town: Town, *, book: bool = True, note: str = ""):
    cell = CellChange(town.meal_id, THURSDAY, book=book)
    return office.write(change_bookings, AGENT, town.home.child_id, [cell], override=bool(note), note=note)


OPENING = """
[[ouverture]]
code = "novembre"
titre = "Réservations de novembre"
activites = ["CANTINE"]
ouvre = { ancre = "date", date = 2026-11-24, heure = 09:30:00 }
"""


def test_before_the_opening_a_wish_is_refused_and_the_desk_may_still_note_an_exception(office: Office) -> None:
    town = town_with(office, rule(LIMIT, more=OPENING))
    item = item_of(office, asks(office, town, at=NOW))
    assert item.verdict is Verdict.REFUSED
    assert plain(item.why) == "Les réservations ouvrent le mardi 24 novembre à 9 h 30."
    assert any("Réservations de novembre" in step for step in item.steps)
    assert item.rule == "Délai d'essai (version essai-1)"
    assert booking(office) is None
    with pytest.raises(RefusedByRule, match="ouvrent le mardi"):
        desk(office, town)
    desk(office, town, note="Déménagement")
    found = booking(office)
    assert found
    assert (found.state, found.late) == (BookingState.BOOKED, None)


def test_from_the_opening_on_it_is_booked(office: Office) -> None:
    town = town_with(office, rule(LIMIT, more=OPENING))
    assert item_of(office, asks(office, town, at=NOW + timedelta(minutes=30))).verdict is Verdict.ACCEPTED


def test_in_time_where_the_regie_validates_the_place_waits_and_costs_nothing_more(office: Office) -> None:
    town = town_with(office, rule(LIMIT, 'dans_le_delai = "demander"'))
    request_id = asks(office, town, at=NOW)
    item = item_of(office, request_id)
    assert item.verdict is Verdict.WAITING
    assert plain(item.why) == "Demandé dans le délai : la régie valide chaque réservation."
    assert state_of(office) is BookingState.WAITING
    office.clock.set(LATE)  # she answers after the limit: the receipt is what counts
    office.write(accept, AGENT, request_id)
    found = booking(office)
    assert found
    assert (found.state, found.late) == (BookingState.BOOKED, None)


def test_in_time_the_desk_validates_by_booking(office: Office) -> None:
    town = town_with(office, rule(LIMIT, 'dans_le_delai = "demander"'))
    desk(office, town)
    assert state_of(office) is BookingState.BOOKED


def test_late_and_refused_an_exception_of_the_desk_remembers_that_it_was_late(office: Office) -> None:
    town = town_with(office, rule(LIMIT))
    assert item_of(office, asks(office, town, at=LATE)).verdict is Verdict.REFUSED
    assert booking(office) is None
    desk(office, town, note="Vu avec la mère")
    found = booking(office)
    assert found
    assert (found.state, found.late) == (BookingState.BOOKED, {"effet": "refuser"})


LATE_MODIFIER = """
[[modification]]
code = "tardif"
titre = "Réservation tardive"
si = ["retard"]
pourcent = 20
"""


def test_late_and_accepted_by_the_regie_a_booking_pays_what_lateness_costs(office: Office) -> None:
    town = town_with(office, rule(LIMIT, 'retard = "demander"', more=LATE_MODIFIER))
    request_id = asks(office, town, at=LATE)
    item = item_of(office, request_id)
    assert (item.verdict, state_of(office)) == (Verdict.WAITING, BookingState.WAITING)
    price = office.read(stakes_of, request_id)[item.key].price
    assert price
    assert price.cents == 498  # 4,15 + 20 %
    assert answer(office, town, request_id)["lines"][0]["price_cents"] == 498
    office.write(accept, AGENT, request_id)
    found = booking(office)
    assert found
    assert (found.state, found.late) == (BookingState.BOOKED, {"effet": "demander"})


@pytest.mark.parametrize(
    ("late", "words", "cents"),
    [
        ('retard = { effet = "majorer", montant = 2 }', "majoré de 2,00 € par unité.", 615),
        ('retard = { effet = "majorer", pourcent = 10 }', "majoré de 10 %.", 457),
        ('retard = { effet = "prix spécial", prix = 6.50 }', "au prix de 6,50 € par unité.", 650),
    ],
)
def test_late_and_dearer_it_is_booked_at_its_own_price(office: Office, late: str, words: str, cents: int) -> None:
    town = town_with(office, rule(BOOK, LIMIT, late))
    request_id = asks(office, town, at=LATE)
    item = item_of(office, request_id)
    assert item.verdict is Verdict.ACCEPTED
    assert plain(item.why) == f"Réservé après la limite du mardi 24 novembre à 10 h : {words}"
    line = answer(office, town, request_id)["lines"][0]
    assert (line["price_cents"], line["verdict"]) == (cents, "accepted")
    found = booking(office)
    assert found
    assert found.state is BookingState.BOOKED
    assert found.late
    assert Late.model_validate(found.late).effect.value in late


def test_the_desk_books_late_at_the_price_of_latecomers_without_a_note(office: Office) -> None:
    town = town_with(office, rule(BOOK, LIMIT, 'retard = { effet = "majorer", montant = 2 }'))
    office.clock.set(LATE)
    cell = CellChange(town.meal_id, THURSDAY, book=True)
    (told,) = office.read(check_bookings, town.home.child_id, [cell], now=office.now())
    assert (told.verdict, told.late) == (Verdict.ACCEPTED, True)
    assert "majoré de 2,00" in told.why
    desk(office, town)
    found = booking(office)
    assert found
    assert found.late == {"effet": "majorer", "montant": "2"}


def test_a_booking_made_again_in_time_forgets_that_it_was_late(office: Office) -> None:
    town = town_with(office, rule(BOOK, LIMIT, 'retard = { effet = "majorer", montant = 2 }'))
    office.clock.set(LATE)
    desk(office, town)
    office.clock.set(NOW)
    for book in (False, True):
        desk(office, town, book=book)
    found = booking(office)
    assert found
    assert (found.state, found.late) == (BookingState.BOOKED, None)


def test_cancelled_late_and_billed_an_absence_is_written_at_once(office: Office) -> None:
    town = town_with(office, rule(CANCEL, LIMIT, 'retard = "facturer l\'absence"'))
    booked(office, town.home.child_id, town.meal_id, THURSDAY)
    item = item_of(office, asks(office, town, at=LATE, book=False))
    assert item.verdict is Verdict.ACCEPTED
    assert plain(item.why) == "Annulé après la limite du mardi 24 novembre à 10 h : l'absence reste facturée."
    seen = absence(office)
    assert seen
    assert (seen.state, state_of(office)) == (AttendanceState.UNJUSTIFIED, BookingState.CANCELLED)
    assert plain(seen.note or "") == "Annulé par la famille le mardi 24 novembre à 11 h, après la limite."
    again = item_of(office, asks(office, town, at=LATE))
    assert (again.verdict, "absence de ce jour" in again.why) == (Verdict.REFUSED, True)


def test_the_desk_goes_back_on_an_announced_absence_before_its_day(office: Office) -> None:
    town = town_with(office, rule(CANCEL, LIMIT, 'retard = "facturer l\'absence"'))
    booked(office, town.home.child_id, town.meal_id, THURSDAY)
    office.clock.set(LATE)
    desk(office, town, book=False)
    assert absence(office)
    desk(office, town)  # nothing limits the bookings of this rulebook before the day
    assert (absence(office), state_of(office)) == (None, BookingState.BOOKED)


def test_cancelled_late_a_proof_is_awaited_and_then_justifies_the_absence(office: Office) -> None:
    town = town_with(office, rule(CANCEL, LIMIT, 'retard = "justifier l\'absence"'))
    booked(office, town.home.child_id, town.meal_id, THURSDAY)
    request_id = asks(office, town, at=LATE, book=False)
    item = item_of(office, request_id)
    assert (item.verdict, item.needs_proof, state_of(office)) == (Verdict.WAITING, True, BookingState.BOOKED)
    assert item.why.endswith("Un justificatif est demandé.")
    with pytest.raises(RefusedByRule, match="un justificatif est demandé"):
        office.write(accept, AGENT, request_id)
    office.write(accept, AGENT, request_id, note="Certificat du 24 novembre")
    seen = absence(office)
    assert seen
    assert (seen.state, seen.note) == (AttendanceState.JUSTIFIED, "Certificat du 24 novembre")
    assert state_of(office) is BookingState.CANCELLED


def test_a_proof_that_comes_after_the_day_justifies_what_was_pointed(office: Office) -> None:
    town = town_with(office, rule(CANCEL, LIMIT, 'retard = "justifier l\'absence"'))
    booked(office, town.home.child_id, town.meal_id, THURSDAY)
    request_id = asks(office, town, at=LATE, book=False)
    point(office, town, AttendanceState.UNJUSTIFIED)
    office.clock.move(days=4)
    assert item_of(office, request_id).blocked is None
    office.write(accept, AGENT, request_id, note="Certificat")
    seen = absence(office)
    assert seen
    assert seen.state is AttendanceState.JUSTIFIED


def test_without_a_proof_the_cancellation_is_refused_and_the_day_stays_booked(office: Office) -> None:
    town = town_with(office, rule(CANCEL, LIMIT, 'retard = "justifier l\'absence"'))
    booked(office, town.home.child_id, town.meal_id, THURSDAY)
    request_id = asks(office, town, at=LATE, book=False)
    office.write(refuse, AGENT, request_id, reason_id=town.reason_id)
    assert (absence(office), state_of(office)) == (None, BookingState.BOOKED)
    desk(office, town, book=False, note="Certificat reçu au guichet")
    seen = absence(office)
    assert seen
    assert (seen.state, seen.note) == (AttendanceState.JUSTIFIED, "Certificat reçu au guichet")


def test_a_child_that_was_there_after_all_is_not_excused(office: Office) -> None:
    town = town_with(office, rule(CANCEL, LIMIT, 'retard = "justifier l\'absence"'))
    booked(office, town.home.child_id, town.meal_id, THURSDAY)
    request_id = asks(office, town, at=LATE, book=False)
    point(office, town, AttendanceState.PRESENT)
    with pytest.raises(RefusedByRule, match="pointage de ce jour"):
        office.write(accept, AGENT, request_id, note="Certificat")


def test_after_its_own_limit_the_regie_accepts_no_more(office: Office) -> None:
    staff = 'limite_regie = { nombre = 1, unite = "ouvré", heure = 12:00:00 }'
    town = town_with(office, rule(LIMIT, 'retard = "demander"', staff))
    request_id = asks(office, town, at=LATE)
    item = item_of(office, request_id)
    assert item.verdict is Verdict.WAITING
    office.clock.move(days=1, hours=2)  # Wednesday, 13:00
    for note in ("", "Vu avec la mère"):
        with pytest.raises(RefusedByRule, match="pouvait décider jusqu'au mercredi 25 novembre à 12"):
            office.write(accept, AGENT, request_id, note=note)
    office.write(refuse, AGENT, request_id, reason_id=town.reason_id)
    with pytest.raises(RefusedByRule, match="même auprès de la régie"):
        desk(office, town, note="Vu avec la mère")
    assert state_of(office) is BookingState.CANCELLED
    late = item_of(office, asks(office, town, at=office.now()))
    assert late.verdict is Verdict.REFUSED


def test_a_family_from_outside_has_its_own_limit(office: Office) -> None:
    outside = """
[[delai]]
code = "exterieurs"
titre = "Une semaine avant pour les extérieurs"
activites = ["CANTINE"]
public = "extérieurs"
priorite = 1
limite = { nombre = 7, heure = 10:00:00 }
"""
    town = town_with(office, rule(LIMIT, more=outside))
    office.write(lambda work: work.session.execute(update(Family).values(resident=False)), AGENT)
    item = item_of(office, asks(office, town, at=NOW))
    assert item.verdict is Verdict.REFUSED
    assert item.rule == "Une semaine avant pour les extérieurs (version essai-1)"
    office.write(lambda work: work.session.execute(update(Family).values(resident=True)), AGENT)
    assert item_of(office, asks(office, town, at=NOW)).verdict is Verdict.ACCEPTED


def point(office: Office, town: Town, state: AttendanceState) -> None:
    cell = Attendance(child_id=town.home.child_id, unit_id=town.meal_id, day=THURSDAY, state=state)
    office.write(lambda work: work.session.add(cell), AGENT)


@pytest.mark.parametrize(
    ("lines", "book", "cents"),
    [
        ((BOOK, LIMIT, 'retard = { effet = "majorer", montant = 2 }'), True, 615),
        ((CANCEL, LIMIT, 'retard = "facturer l\'absence"'), False, 415),
    ],
    ids=["dearer", "absence billed"],
)
def test_what_a_family_was_told_is_what_it_is_billed(office: Office, lines, book: bool, cents: int) -> None:
    town = town_with(office, rule(*lines))
    if not book:
        booked(office, town.home.child_id, town.meal_id, THURSDAY)
    asks(office, town, at=LATE, book=book)
    if book:
        point(office, town, AttendanceState.PRESENT)
    office.clock.move(days=10)
    report = office.write(draft_month, AGENT, date(2026, 11, 1))
    assert report.total_cents == cents


def test_a_wish_received_before_a_rulebook_was_adopted_is_judged_by_the_limit_that_the_family_read(
    office: Office,
) -> None:
    town = a_commune(office)
    adopt(office, rule('limite = { nombre = 5, unite = "ouvré", heure = 10:00:00 }'), at=NOW + timedelta(minutes=2))
    before = item_of(office, asks(office, town, at=NOW + timedelta(minutes=1)))
    assert (before.verdict, before.rule) == (Verdict.ACCEPTED, "2 jours ouvrés avant, 10 h (version 2026-1)")
    after = item_of(office, asks(office, town, at=NOW + timedelta(minutes=3), book=False))
    assert (after.verdict, after.rule) == (Verdict.REFUSED, "Délai d'essai (version essai-1)")
    assert booking(office).state is BookingState.BOOKED


def test_what_waits_is_decided_by_the_rulebook_of_its_receipt(office: Office) -> None:
    town = town_with(office, rule('limite = { nombre = 5, unite = "ouvré" }', 'retard = "demander"'))
    asked = asks(office, town, at=NOW)
    dearer = rule(BOOK, 'limite = { nombre = 5, unite = "ouvré" }', 'retard = { effet = "majorer", montant = 2.00 }')
    adopt(office, dearer, at=NOW + timedelta(minutes=1), version="essai-2")
    office.clock.move(minutes=2)
    assert office.read(stakes_of, asked)[item_of(office, asked).key].price.cents == 415
    office.write(accept, AGENT, asked)
    assert booking(office).late["effet"] == "demander"
