"""The calendar as the office reads it."""

from dataclasses import replace
from datetime import UTC, date, datetime

from backoffice.calendar.days import Nature
from backoffice.calendar.edit import complete, set_zone, write_entry
from backoffice.calendar.entries import Entry, EntryKind
from backoffice.calendar.lists import calendar_warnings, read_day, read_year
from backoffice.office import Office, Work
from models.office.structure import RulebookVersion
from resources.french import NARROW
from tests.factories import AGENT, NOW, RULEBOOK, TODAY, Town

YEAR = date(2026, 9, 1)
FRIDAY = date(2026, 11, 27)
WORDS = """
[[calendrier.exception]]
nature = "sans classe"
du = 2027-05-07
motif = "Pont de l'Ascension"
[[calendrier.exception]]
nature = "fermé"
du = 2027-05-10
au = 2027-05-11
motif = "Ménage"
etablissement = "STADE"
[[calendrier.exception]]
nature = "classe"
du = 2027-05-15
motif = "Rattrapage"
ecole = "MAT"
[[calendrier.ecole]]
code = "MAT"
nom = "Maternelle"
"""


def adopt(office: Office, source: str) -> None:
    def load(work: Work) -> None:
        work.session.add(
            RulebookVersion(
                effective=date(2026, 11, 1), name="essai", version="2026-2", source=source, loaded_at=NOW, loaded_by="-"
            )
        )

    office.write(load, AGENT)


def test_a_school_year_at_a_glance(office: Office, town: Town) -> None:
    page = office.read(read_year, YEAR, TODAY)
    assert (page.first, page.zone, len(page.days)) == (YEAR, "B", 365)
    natures = {day.day: day.nature for day in page.days}
    assert natures[date(2026, 10, 20)] is Nature.VACATION
    assert natures[date(2026, 11, 11)] is Nature.PUBLIC
    assert natures[TODAY] is Nature.CLASS
    assert page.days[-1].day == date(2027, 8, 31)
    first = page.entries[0].entry
    assert (first.name, first.kind) == ("Vacances de la Toussaint", EntryKind.VACATION)
    assert {row.place for row in page.entries} == {"Toute la commune"}
    assert [(school.name, sorted(school.weekdays)) for school in page.schools] == [("École du Stade", [0, 1, 3, 4])]
    assert [(row.activity, row.words, row.from_rulebook) for row in page.openings] == [
        ("Restauration scolaire", "Les jours de classe", True),
        ("Accueil périscolaire", "Les jours de classe", True),
    ]


def test_the_sources_of_today_disagree_over_the_years_kept(office: Office, town: Town) -> None:
    page = office.read(read_year, YEAR, TODAY)
    assert page.sources == ("vacances-scolaires-france", "holidays")
    assert [(row.name, row.first) for row in page.disagreements] == [
        ("Pont de l'Ascension", date(2027, 5, 9)),
        ("Vacances d'été", date(2027, 9, 1)),
    ]


def test_days_of_the_rulebook_are_shown_and_are_not_the_snapshot_s(office: Office, town: Town) -> None:
    adopt(office, RULEBOOK + WORDS)
    rows = [row for row in office.read(read_year, YEAR, TODAY).entries if row.from_rulebook]
    assert [(row.entry.name, row.place) for row in rows] == [
        ("Pont de l'Ascension", "Toutes les écoles"),
        ("Ménage", "Accueil du Stade"),
        ("Rattrapage", "MAT"),
    ]
    page = office.read(read_day, date(2027, 5, 10))
    assert [row.from_rulebook for row in page.entries] == [True]
    assert page.activities[0].closed == f"Fermé{NARROW}: Ménage"


def test_a_day_in_full_says_it_for_each_school_and_each_activity(office: Office, town: Town) -> None:
    office.write(write_entry, AGENT, Entry(EntryKind.NO_CLASS, FRIDAY, FRIDAY, "Pont", school_id=town.school_id))
    page = office.read(read_day, FRIDAY)
    assert page.sentence.replace(NARROW, " ") == (
        "Le 27/11/2026 : pont ou jour sans classe (Pont) ; École du Stade : pas de classe (Pont) ; "
        "Restauration scolaire fermé ; Accueil périscolaire fermé."
    )
    assert [row.place for row in page.entries] == ["École du Stade"]
    assert office.read(read_day, TODAY).activities[0].closed is None


def test_a_calendar_that_ends_within_six_months_is_told_until_it_is_completed(office: Office, town: Town) -> None:
    assert office.read(calendar_warnings, TODAY) == ()
    july = date(2027, 7, 5)
    warning = office.read(calendar_warnings, july)[0]
    assert warning.may_complete
    assert warning.sentence.replace(NARROW, " ") == (
        "Le calendrier finit dans moins de six mois : les vacances scolaires ne sont connues que jusqu'au 02/01/2028 ; "
        "les jours fériés ne sont connus que jusqu'au 31/12/2027. "
        "Complétez-le depuis les sources officielles."
    )
    office.clock.set(datetime(2027, 7, 5, 8, tzinfo=UTC))
    office.write(complete, AGENT)
    assert office.read(calendar_warnings, july) == ()


def test_when_the_sources_end_too_the_warning_says_what_else_to_do(office: Office, town: Town) -> None:
    office.write(complete, AGENT)
    office.clock.set(datetime(2028, 7, 1, 8, tzinfo=UTC))
    office.write(complete, AGENT)
    warning = office.read(calendar_warnings, date(2028, 7, 1))[0]
    assert not warning.may_complete
    assert "dès leur parution" in warning.sentence


def test_a_rulebook_of_another_zone_is_told(office: Office, town: Town) -> None:
    office.write(set_zone, AGENT, "A")
    warning = office.read(calendar_warnings, TODAY)[0]
    assert "zone A" in warning.sentence
    assert "règlement intérieur en vigueur dit zone B" in warning.sentence


def test_a_commune_of_alsace_or_moselle_keeps_its_own_holidays(office: Office, town: Town) -> None:
    adopt(office, RULEBOOK.replace('zone = "B"', 'zone = "B"\nalsace_moselle = true'))
    told = [row for row in office.read(read_year, YEAR, TODAY).disagreements if row.kind is EntryKind.PUBLIC]
    assert [(row.name, row.ours) for row in told] == [
        ("Saint-Étienne", "jour ordinaire"), ("Vendredi saint", "jour ordinaire"), ("Saint-Étienne", "jour ordinaire"),
    ]  # fmt: skip


def test_rows_are_known_apart(office: Office, town: Town) -> None:
    page = office.read(read_year, YEAR, TODAY)
    assert len({row.id for row in page.entries}) == len(page.entries)
    assert len({row.id for row in page.disagreements}) == len(page.disagreements)
    assert replace(page.entries[0]).id == page.entries[0].id
