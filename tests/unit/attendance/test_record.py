"""A director points the children."""

from dataclasses import replace
from datetime import date, time

import pytest
from sqlalchemy import select

from backoffice.attendance.record import AttendanceEntry, record
from backoffice.errors import NotAllowed, RefusedByRule, StaleRecord
from backoffice.office import Office
from backoffice.permissions import Agent
from models.office.bookings import Attendance
from models.office.house import AuditEntry, PublishedView
from models.vocabulary import AttendanceState, Role
from tests.factories import AGENT, COLLEAGUE, THURSDAY, TODAY, Town, another_child, booked

MONDAY = date(2026, 11, 23)


def here(town: Town, *, day: date = TODAY, **changes: object) -> AttendanceEntry:
    entry = AttendanceEntry(
        town.home.child_id, town.meal_id, day, AttendanceState.PRESENT, arrived=time(12), left=time(13, 15)
    )
    return replace(entry, **changes)


def cells(office: Office) -> list[tuple[int, AttendanceState, int]]:
    query = select(Attendance.child_id, Attendance.state, Attendance.version).order_by(Attendance.id)
    return [tuple(row) for row in office.read(lambda session: session.execute(query).all())]


def test_many_cells_are_written_in_one_action_and_signed_once(office: Office, town: Town) -> None:
    noe = another_child(office, town, town.home.family_id)
    booked(office, noe, town.meal_id, TODAY)
    away = AttendanceEntry(noe, town.meal_id, TODAY, AttendanceState.JUSTIFIED, note="fièvre")

    report = office.write(record, AGENT, [here(town), away])

    assert (report.written, report.erased, report.unbooked) == (2, 0, ("Léa Martin",))
    assert "sans réservation" in report.sentence
    assert len(cells(office)) == 2
    (deed,) = office.read(
        lambda session: session.scalars(select(AuditEntry).where(AuditEntry.subject == "attendance")).all()
    )
    assert deed.subject_id == "2026-11-24"
    assert sorted(deed.new.values()) == ["justified", "present 12:00-13:15"]
    assert "fièvre" not in str(deed.new)


def test_the_families_weeks_are_shown_again(office: Office, town: Town) -> None:
    office.write(record, AGENT, [here(town)])
    views = office.read(lambda session: session.scalars(select(PublishedView)).all())
    assert ("week", f"{town.home.child_id}:2026-W48", town.home.family_id) in {
        (view.kind, view.key, view.family_id) for view in views
    }


def test_a_cell_is_changed_then_erased(office: Office, town: Town) -> None:
    office.write(record, AGENT, [here(town)])
    away = here(town, state=AttendanceState.UNJUSTIFIED, arrived=None, left=None, version=1)
    office.write(record, AGENT, [away])
    assert cells(office) == [(town.home.child_id, AttendanceState.UNJUSTIFIED, 2)]
    report = office.write(record, AGENT, [replace(away, state=None, version=2)])
    assert (report.written, report.erased) == (0, 1)
    assert cells(office) == []


def test_writing_the_same_again_changes_nothing(office: Office, town: Town) -> None:
    office.write(record, AGENT, [here(town)])
    report = office.write(record, AGENT, [here(town, version=1)])
    assert report.written == 0
    assert cells(office) == [(town.home.child_id, AttendanceState.PRESENT, 1)]


def test_the_second_director_is_told_who_was_first(office: Office, town: Town) -> None:
    office.write(record, COLLEAGUE, [here(town)])
    with pytest.raises(StaleRecord, match=r"Léa Martin, Repas, 24/11/2026.*Denis Colin \(24/11/2026 09:00\).*présent"):
        office.write(record, AGENT, [here(town, state=AttendanceState.JUSTIFIED, arrived=None, left=None)])
    assert cells(office) == [(town.home.child_id, AttendanceState.PRESENT, 1)]


def test_a_cell_erased_meanwhile_is_told(office: Office, town: Town) -> None:
    office.write(record, AGENT, [here(town)])
    office.write(record, COLLEAGUE, [here(town, state=None, arrived=None, left=None, version=1)])
    with pytest.raises(StaleRecord, match=r"Denis Colin.*case vide"):
        office.write(record, AGENT, [here(town, version=1)])


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"day": THURSDAY}, "n'est pas encore venu"),
        ({"arrived": time(13), "left": time(12)}, "doit suivre l'heure d'arrivée"),
        ({"arrived": None}, "sans l'heure d'arrivée"),
        ({"state": AttendanceState.JUSTIFIED}, "que pour un enfant présent"),
        ({"day": date(2026, 8, 20)}, "n'est pas inscrit"),
        ({"child_id": 999}, "n'existe plus"),
    ],
)
def test_what_cannot_be_is_refused_whole(office: Office, town: Town, changes: dict, sentence: str) -> None:
    good = here(town, day=MONDAY)
    with pytest.raises(RefusedByRule, match=sentence):
        office.write(record, AGENT, [good, here(town, **changes)])
    assert cells(office) == []


def test_a_cell_given_twice_is_refused(office: Office, town: Town) -> None:
    with pytest.raises(RefusedByRule, match="deux fois"):
        office.write(record, AGENT, [here(town), here(town)])


def test_pointing_wants_a_director(office: Office, town: Town) -> None:
    with pytest.raises(NotAllowed):
        office.write(record, Agent("x", "Xavier", frozenset({Role.AGENT}), "P1"), [here(town)])
