"""An administrator corrects the calendar."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import delete, func, select

from backoffice.calendar.edit import (
    RefusedEntry,
    complete,
    remove_entry,
    reread_year,
    set_school_week,
    set_zone,
    write_entry,
)
from backoffice.calendar.entries import Entry, EntryKind
from backoffice.calendar.lists import calendar_warnings, entries, rereading, zone_of
from backoffice.errors import NotAllowed, RefusedByRule, StaleRecord
from backoffice.office import Changed, Office, Work
from backoffice.rulebook.in_force import read_rules
from backoffice.sync.contract import ViewKind
from backoffice.sync.horizon import USUAL, weeks_shown
from models.office.house import AuditEntry, PublishedView
from models.office.structure import Holiday, School
from models.vocabulary import BookingState, Role
from resources.french import NARROW
from tests.factories import AGENT, COLLEAGUE, NEXT_MONDAY, THURSDAY, TODAY, Town, another_family, booked

PUBLIC, VACATION, NO_CLASS, CLASS, CLOSED, OPEN = EntryKind
FRIDAY = date(2026, 11, 27)
WEDNESDAY = date(2026, 12, 2)
DIRECTOR = replace(AGENT, roles=frozenset({Role.DIRECTOR}))


def closed(office: Office, activity: str, day: date) -> str | None:
    return office.read(lambda session: read_rules(session).closed(activity, day))


def entry_on(office: Office, day: date) -> Entry:
    return next(entry for entry in office.read(entries) if entry.first == day)


def last_deed(office: Office) -> AuditEntry:
    def find(session):
        return session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()

    return office.read(find)


def test_a_bridge_closes_the_canteen_and_counts_the_bookings_to_tell_of(office: Office, town: Town) -> None:
    other = another_family(office, town)
    for child in (town.home.child_id, other.child_id):
        booked(office, child, town.meal_id, FRIDAY)
    booked(office, town.home.child_id, town.morning_id, FRIDAY, state=BookingState.CANCELLED)
    booked(office, town.home.child_id, town.meal_id, NEXT_MONDAY)
    report = office.write(write_entry, AGENT, Entry(NO_CLASS, FRIDAY, FRIDAY, "Pont"))
    assert closed(office, "CANTINE", FRIDAY) == f"Pas d'école{NARROW}: Pont"
    assert closed(office, "CANTINE", NEXT_MONDAY) is None
    assert report.bookings == 2
    assert "2 réservations tombent un jour qui devient fermé" in report.sentence
    assert "prévenez les familles" in report.sentence


def test_a_day_that_was_closed_already_closes_nothing(office: Office, town: Town) -> None:
    saturday = date(2026, 11, 28)
    booked(office, town.home.child_id, town.meal_id, saturday)
    assert office.write(write_entry, AGENT, Entry(CLOSED, saturday, saturday, "Travaux")).bookings == 0


def test_bookings_of_days_gone_by_are_no_longer_to_be_told(office: Office, town: Town) -> None:
    gone = date(2026, 11, 20)
    booked(office, town.home.child_id, town.meal_id, gone, FRIDAY)
    report = office.write(write_entry, AGENT, Entry(CLOSED, gone, FRIDAY, "Grève", facility_id=town.facility_id))
    assert report.sentence.endswith("elle reste, prévenez la famille.")


def test_every_kind_is_written_over_and_taken_away(office: Office, town: Town) -> None:
    for kind, where in (
        (PUBLIC, {}),
        (VACATION, {}),
        (NO_CLASS, {"school_id": town.school_id}),
        (CLASS, {"school_id": town.school_id}),
        (CLOSED, {"facility_id": town.facility_id}),
        (OPEN, {"facility_id": town.facility_id}),
    ):
        before = office.read(entries)
        office.write(write_entry, AGENT, Entry(kind, FRIDAY, FRIDAY, "Essai", **where))
        seen = entry_on(office, FRIDAY)
        assert (seen.kind, seen.name, seen.school_id, seen.facility_id) == (
            kind, "Essai", where.get("school_id"), where.get("facility_id"),
        )  # fmt: skip
        office.write(write_entry, AGENT, replace(seen, first=THURSDAY, last=THURSDAY, name=" Autre "), seen=seen)
        moved = entry_on(office, THURSDAY)
        assert (moved.kind, moved.name) == (kind, "Autre")
        office.write(remove_entry, AGENT, moved)
        assert office.read(entries) == before


def test_an_entry_may_become_of_another_kind(office: Office, town: Town) -> None:
    office.write(write_entry, AGENT, Entry(PUBLIC, FRIDAY, FRIDAY, "Foire"))
    seen = entry_on(office, FRIDAY)
    office.write(write_entry, AGENT, replace(seen, kind=NO_CLASS), seen=seen)
    assert entry_on(office, FRIDAY).kind is NO_CLASS
    assert (last_deed(office).action, last_deed(office).old["kind"]) == ("calendar.change", "public")


def test_every_correction_is_signed_and_shown_to_the_families(office: Office, town: Town) -> None:
    heard: list[frozenset[Changed]] = []
    office.on_change(heard.append)
    office.write(write_entry, AGENT, Entry(CLOSED, FRIDAY, FRIDAY, "Travaux", facility_id=town.facility_id))
    deed = last_deed(office)
    assert (deed.action, deed.agent, deed.subject_id) == ("calendar.add", "Claire Aubry", "2026-11-27")
    assert deed.new == {
        "kind": "closed", "first": "2026-11-27", "last": "2026-11-27", "name": "Travaux", "facility": town.facility_id,
    }  # fmt: skip
    assert heard[-1] >= {Changed.STRUCTURE, Changed.PORTAL}
    weeks = office.read(
        lambda session: session.scalar(
            select(func.count()).where(PublishedView.kind == ViewKind.ACTIVITY_WEEK, PublishedView.wanted > 0)
        )
    )
    assert weeks == 2 * len(weeks_shown(TODAY, USUAL))


def test_days_that_make_no_sense_are_refused_with_the_field(office: Office, town: Town) -> None:
    before = office.read(entries)
    overlap = Entry(VACATION, date(2026, 12, 10), date(2026, 12, 20), "Avent")
    with pytest.raises(RefusedEntry, match="Vacances de Noël") as refused:
        office.write(write_entry, AGENT, overlap)
    assert refused.value.field == "first"
    with pytest.raises(RefusedEntry, match="n'existe plus") as refused:
        office.write(write_entry, AGENT, Entry(CLOSED, FRIDAY, FRIDAY, "Eau", facility_id=99))
    assert refused.value.field == "place"
    assert office.read(entries) == before


def test_the_second_administrator_is_told(office: Office, town: Town) -> None:
    seen = entry_on(office, date(2026, 12, 19))
    office.write(write_entry, COLLEAGUE, replace(seen, last=date(2027, 1, 4)), seen=seen)
    with pytest.raises(StaleRecord, match="Relisez"):
        office.write(write_entry, AGENT, replace(seen, name="Noël"), seen=seen)
    with pytest.raises(StaleRecord, match="Rien n'a été enregistré"):
        office.write(remove_entry, AGENT, seen)


def test_who_is_no_administrator_changes_nothing(office: Office, town: Town) -> None:
    noel = entry_on(office, date(2026, 12, 25))
    before = office.read(entries)
    for use_case in (
        lambda: office.write(write_entry, DIRECTOR, Entry(PUBLIC, FRIDAY, FRIDAY, "Foire")),
        lambda: office.write(remove_entry, DIRECTOR, noel),
        lambda: office.write(set_school_week, DIRECTOR, town.school_id, {0}, seen={0, 1, 3, 4}),
        lambda: office.write(set_zone, DIRECTOR, "A"),
        lambda: office.write(complete, DIRECTOR),
        lambda: office.write(reread_year, DIRECTOR, date(2026, 9, 1)),
    ):
        with pytest.raises(NotAllowed):
            use_case()
    assert office.read(entries) == before


def test_a_school_goes_to_four_days_and_a_half(office: Office, town: Town) -> None:
    assert closed(office, "CANTINE", WEDNESDAY) is not None
    report = office.write(set_school_week, AGENT, town.school_id, range(5), seen={0, 1, 3, 4})
    assert "4 jours et demi" in report.sentence
    assert closed(office, "CANTINE", WEDNESDAY) is None
    booked(office, town.home.child_id, town.meal_id, WEDNESDAY)
    assert office.write(set_school_week, AGENT, town.school_id, {0, 1, 3, 4}, seen=range(5)).bookings == 1
    assert office.read(lambda session: session.get_one(School, town.school_id).weekdays) == "1245"


@pytest.mark.parametrize(
    ("weekdays", "seen", "error"),
    [((), {0, 1, 3, 4}, RefusedByRule), ({6}, {0, 1, 3, 4}, RefusedByRule), ({0}, {0}, StaleRecord)],
)
def test_a_week_that_makes_no_sense_is_refused(office: Office, town: Town, weekdays, seen, error) -> None:
    with pytest.raises(error):
        office.write(set_school_week, AGENT, town.school_id, weekdays, seen=seen)
    with pytest.raises(RefusedByRule, match="n'existe plus"):
        office.write(set_school_week, AGENT, 99, {0}, seen={0})


def test_the_commune_may_be_in_another_zone(office: Office, town: Town) -> None:
    report = office.write(set_zone, AGENT, "C")
    assert office.read(zone_of) == "C"
    assert "Relisez chaque année" in report.sentence
    office.write(reread_year, AGENT, date(2026, 9, 1))
    assert entry_on(office, date(2027, 2, 6)).name == "Vacances d'hiver"
    with pytest.raises(RefusedByRule, match="zone A, B ou C"):
        office.write(set_zone, AGENT, "D")


def test_completing_keeps_every_correction(office: Office, town: Town) -> None:
    christmas = entry_on(office, date(2026, 12, 19))
    office.write(write_entry, AGENT, replace(christmas, last=date(2027, 1, 4)), seen=christmas)
    office.write(remove_entry, AGENT, entry_on(office, date(2026, 11, 11)))
    report = office.write(complete, AGENT)
    there = {(entry.kind, entry.first): entry for entry in office.read(entries)}
    assert there[VACATION, date(2026, 12, 19)].last == date(2027, 1, 4)
    assert (PUBLIC, date(2026, 11, 11)) not in there
    assert there[VACATION, date(2028, 7, 4)].last == date(2028, 8, 31)
    assert there[PUBLIC, date(2028, 12, 25)].name == "Noël"
    assert f"jusqu'au 25/12/2028{NARROW}; vos corrections n'ont pas changé" in report.sentence
    assert last_deed(office).action == "calendar.complete"
    again = office.write(complete, AGENT)
    assert "Rien à ajouter" in again.sentence


def test_reading_a_year_again_loses_its_corrections_and_no_others(office: Office, town: Town) -> None:
    office.write(write_entry, AGENT, Entry(CLOSED, FRIDAY, FRIDAY, "Travaux"))
    office.write(write_entry, AGENT, Entry(PUBLIC, WEDNESDAY, WEDNESDAY, "Saint-Nicolas"))
    christmas = entry_on(office, date(2026, 12, 19))
    office.write(write_entry, AGENT, replace(christmas, last=date(2027, 1, 4)), seen=christmas)
    toussaint = entry_on(office, date(2027, 10, 23))
    office.write(remove_entry, AGENT, toussaint)
    year = date(2026, 9, 1)
    change = office.read(rereading, year, TODAY)
    assert [entry.name for entry in change.removed] == ["Saint-Nicolas", "Vacances de Noël"]
    assert [entry.last for entry in change.added] == [date(2027, 1, 3)]
    report = office.write(reread_year, AGENT, year)
    assert "2 lignes retirées, 1 ligne ajoutée" in report.sentence
    names = [entry.name for entry in office.read(entries)]
    assert "Travaux" in names
    assert "Saint-Nicolas" not in names
    assert not [entry for entry in office.read(entries) if entry.first == toussaint.first]
    assert "déjà" in office.write(reread_year, AGENT, year).sentence


def test_a_year_that_is_not_published_keeps_the_holidays_written_by_hand(office: Office, town: Town) -> None:
    year = date(2029, 9, 1)
    office.write(write_entry, AGENT, Entry(VACATION, date(2029, 10, 20), date(2029, 11, 4), "Toussaint"))
    change = office.read(rereading, year, TODAY)
    assert (change.published, change.removed) == (False, ())
    office.write(reread_year, AGENT, year)
    assert entry_on(office, date(2029, 10, 20)).name == "Toussaint"
    assert entry_on(office, date(2029, 11, 11)).name == "Armistice"


def test_what_closes_after_completing_is_counted(office: Office, town: Town) -> None:
    def forget(work: Work) -> None:
        work.session.execute(delete(Holiday))

    office.write(forget, AGENT)
    assert office.read(calendar_warnings, TODAY)[0].may_complete
    booked(office, town.home.child_id, town.meal_id, date(2028, 5, 1))
    assert office.write(complete, AGENT).bookings == 1
