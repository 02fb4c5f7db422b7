"""What cannot be written in the calendar."""

from datetime import date

import pytest

from backoffice.calendar.entries import Entry, EntryKind, refusal
from tests.factories import TODAY

PUBLIC, VACATION, NO_CLASS, CLASS, CLOSED, OPEN = EntryKind
FRIDAY, SATURDAY, SUNDAY = date(2027, 5, 7), date(2027, 5, 8), date(2027, 5, 9)


@pytest.mark.parametrize(
    ("wished", "field", "said"),
    [
        (Entry(PUBLIC, FRIDAY, FRIDAY, "  "), "name", "Donnez un nom"),
        (Entry(CLOSED, SUNDAY, FRIDAY, "Travaux"), "last", "précède"),
        (Entry(PUBLIC, FRIDAY, SATURDAY, "Fête"), "last", "qu'un jour"),
        (Entry(VACATION, date(2027, 2, 20), date(2027, 7, 7), "Hiver"), "last", "138 jours"),
        (Entry(VACATION, date(2072, 2, 20), date(2072, 3, 7), "Hiver"), "first", "vérifiez l'année"),
        (Entry(CLOSED, FRIDAY, FRIDAY, "Travaux", school_id=1), "place", "journée de classe"),
        (Entry(NO_CLASS, FRIDAY, FRIDAY, "Pont", facility_id=1), "place", "fermeture"),
    ],
)
def test_days_that_make_no_sense_are_refused(wished: Entry, field: str, said: str) -> None:
    wrong = refusal(wished, [], TODAY)
    assert wrong is not None
    assert (wrong[0], said in wrong[1]) == (field, True)


@pytest.mark.parametrize(
    ("wished", "other", "field", "said"),
    [
        (Entry(PUBLIC, FRIDAY, FRIDAY, "Fête"), Entry(PUBLIC, FRIDAY, FRIDAY, "Foire"), "first", "déjà férié"),
        (Entry(VACATION, FRIDAY, SUNDAY, "Pont"), Entry(VACATION, SUNDAY, SUNDAY, "Mai", id=1), "first", "Mai"),
        (Entry(CLOSED, FRIDAY, FRIDAY, "Eau"), Entry(OPEN, FRIDAY, SUNDAY, "Fête", id=1), "kind", "le contraire"),
        (Entry(CLASS, FRIDAY, FRIDAY, "Rattrapage"), Entry(PUBLIC, FRIDAY, FRIDAY, "Foire"), "first", "pas classe"),
        (Entry(CLASS, FRIDAY, FRIDAY, "Rattrapage", 1), Entry(NO_CLASS, FRIDAY, FRIDAY, "Pont", 1), "kind", "Pont"),
    ],
)
def test_two_entries_do_not_speak_of_the_same_days(wished: Entry, other: Entry, field: str, said: str) -> None:
    wrong = refusal(wished, [other], TODAY)
    assert wrong is not None
    assert (wrong[0], said in wrong[1]) == (field, True)


@pytest.mark.parametrize(
    "other",
    [
        Entry(CLOSED, SATURDAY, SUNDAY, "Après", facility_id=1),
        Entry(CLOSED, FRIDAY, FRIDAY, "Ailleurs", facility_id=2),
        Entry(VACATION, FRIDAY, FRIDAY, "Vacances"),
        Entry(PUBLIC, FRIDAY, FRIDAY, "Férié"),
    ],
)
def test_what_is_elsewhere_or_of_another_nature_may_share_a_day(other: Entry) -> None:
    assert refusal(Entry(CLOSED, FRIDAY, FRIDAY, "Travaux", facility_id=1), [other], TODAY) is None
