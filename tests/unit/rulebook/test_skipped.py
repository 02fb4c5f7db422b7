"""The reasoning of a limit in French: how its days were counted, which do not count, where it moved."""

from datetime import UTC, date

import pytest

from backoffice.rulebook.file.notice_parts import Deadline
from backoffice.rulebook.file.schema import Rulebook
from backoffice.rulebook.notices.anchors import Service, find
from resources.french import until_text
from tests.unit.rulebook.field import BACK, CALENDAR, THURSDAY, found, paris, part, plain, rulebook


@pytest.mark.parametrize(
    ("limit", "day", "activity", "told"),
    [
        ("heure = 10:00:00", THURSDAY, "CANTINE", "Le jour même : jeudi 12 novembre 2026."),
        ("ancre = 'semaine'", THURSDAY, "CANTINE", "Le premier jour de la semaine : lundi 9 novembre 2026."),
        ("ancre = 'mois'", THURSDAY, "CANTINE", "Le premier jour du mois : dimanche 1er novembre 2026."),
        ("ancre = 'date', date = 2026-10-01", THURSDAY, "CANTINE", "La date fixée : jeudi 1er octobre 2026."),
        ("ancre = 'date', date = 2026-10-01, nombre = 1", THURSDAY, "CANTINE", "1 jour avant le jeudi 1er octobre 2026 : mercredi 30 septembre 2026."),
        ("nombre = 2", THURSDAY, "CANTINE", "2 jours avant le jour demandé : mardi 10 novembre 2026."),
        ("ancre = 'mois', nombre = 1", THURSDAY, "CANTINE", "1 jour avant le dimanche 1er novembre 2026 : samedi 31 octobre 2026."),
        ("ancre = 'bloc', bloc = ['jeudi', 'vendredi'], nombre = 1", date(2026, 11, 13), "CANTINE", "1 jour avant le bloc jeudi et vendredi, qui commence le jeudi 12 novembre 2026 : mercredi 11 novembre 2026."),
        ("ancre = 'période', nombre = 15", date(2026, 10, 20), "CANTINE", "15 jours avant le samedi 17 octobre 2026 (premier jour, « Vacances de la Toussaint ») : vendredi 2 octobre 2026."),
        ("ancre = 'période', nombre = 15", THURSDAY, "CANTINE", "15 jours avant le lundi 2 novembre 2026 (premier jour de cette période scolaire) : dimanche 18 octobre 2026."),
        ("ancre = 'semaine', jour = 'jeudi'", THURSDAY, "CANTINE", "Le jeudi avant la semaine du lundi 9 novembre 2026 : jeudi 5 novembre 2026."),
        ("jour = 'jeudi', semaines = 2", THURSDAY, "CANTINE", "Le 2e jeudi avant le jour demandé : jeudi 29 octobre 2026."),
        ("jour = 'mardi', semaines = 0", THURSDAY, "CANTINE", "Le mardi de la même semaine : mardi 10 novembre 2026."),
        ("ancre = 'mois', jour_du_mois = 20", THURSDAY, "CANTINE", "Le 20 du mois précédent : mardi 20 octobre 2026."),
        ("ancre = 'mois', jour_du_mois = 1, mois = 0", THURSDAY, "CANTINE", "Le 1er du même mois : dimanche 1er novembre 2026."),
        ("ancre = 'mois', jour_du_mois = 31, mois = 2", THURSDAY, "CANTINE", "Le dernier jour du 2e mois précédent : mercredi 30 septembre 2026."),
        ("nombre = 48, unite = 'heure'", date(2027, 1, 4), "LOISIRS", "48 heures avant le jour demandé (lundi 4 janvier à 8 h) : samedi 2 janvier à 8 h."),
        ("nombre = 1, unite = 'ouvré', francs = true", THURSDAY, "CANTINE", "1 jour ouvré franc avant le jour demandé : lundi 9 novembre 2026.\nJours francs : ni le premier ni le dernier jour ne comptent.\nNe compte pas : mercredi 11 novembre (férié, Armistice)."),
        ("nombre = 2, unite = 'ouvrable', francs = true", THURSDAY, "CANTINE", "2 jours ouvrables francs avant le jour demandé : samedi 7 novembre 2026."),
    ],
)  # fmt: skip
def test_the_steps_tell_how_the_days_were_counted(limit: str, day: date, activity: str, told: str) -> None:
    assert told in plain(found(limit, day, activity).steps)


@pytest.mark.parametrize(
    ("limit", "day", "activity", "told"),
    [
        ("nombre = 1, unite = 'ouvré'", THURSDAY, "CANTINE", "Ne compte pas : mercredi 11 novembre (férié, Armistice)."),
        ("nombre = 1, unite = 'ouvré'", BACK, "CANTINE", "Ne comptent pas : samedi 31 octobre et dimanche 1er novembre (week-end)."),
        ("nombre = 5, unite = 'ouvré'", THURSDAY, "CANTINE", "Ne comptent pas : samedi 7 novembre et dimanche 8 novembre (week-end) ; mercredi 11 novembre (férié, Armistice)."),
        ("nombre = 12, unite = 'ouvré'", THURSDAY, "CANTINE", "Ne comptent pas : 2 week-ends ; mercredi 11 novembre (férié, Armistice)."),
        ("nombre = 2, unite = 'ouvrable'", date(2026, 5, 26), "CANTINE", "Ne comptent pas : dimanche 24 mai ; lundi 25 mai (férié, Lundi de Pentecôte)."),
        ("nombre = 1, unite = 'ouvrable'", date(2026, 8, 17), "CANTINE", "Ne comptent pas : samedi 15 août (férié, Assomption) ; dimanche 16 août."),
        ("nombre = 12, unite = 'ouvrable'", THURSDAY, "CANTINE", "Ne comptent pas : 2 dimanches ; mercredi 11 novembre (férié, Armistice)."),
        ("nombre = 1, unite = 'école'", BACK, "CANTINE", "Ne comptent pas : du samedi 17 octobre au dimanche 1er novembre (Vacances de la Toussaint)."),
        ("nombre = 1, unite = 'école'", date(2026, 5, 18), "CANTINE", "Ne comptent pas : mercredi 13 mai (pas d'école) ; jeudi 14 mai (férié, Ascension) ; vendredi 15 mai (Pont de l'Ascension) ; samedi 16 mai et dimanche 17 mai (week-end)."),
        ("nombre = 10, unite = 'école'", date(2026, 10, 9), "CANTINE", "Ne comptent pas : 3 jours (pas d'école) ; 2 week-ends."),
        ("nombre = 1, unite = 'ouverture'", THURSDAY, "CANTINE", "Ne compte pas : mercredi 11 novembre (férié, Armistice)."),
        ("nombre = 1, unite = 'ouverture'", date(2026, 5, 18), "CANTINE", "Ne comptent pas : mercredi 13 mai (pas d'école ce jour) ; jeudi 14 mai (férié, Ascension) ; vendredi 15 mai (Pont de l'Ascension) ; samedi 16 mai et dimanche 17 mai (week-end)."),
        ("nombre = 2, unite = 'ouverture'", date(2026, 10, 29), "LOISIRS", "Ne comptent pas : samedi 24 octobre et dimanche 25 octobre (week-end) ; lundi 26 octobre et mardi 27 octobre (Travaux)."),
        ("nombre = 1, unite = 'ouverture'", THURSDAY, "LOISIRS", "Ne comptent pas : samedi 31 octobre (week-end) ; dimanche 1er novembre (férié, Toussaint) ; du lundi 2 novembre au mardi 10 novembre (ouvert pendant les vacances scolaires) ; mercredi 11 novembre (férié, Armistice)."),
        ("nombre = 1, unite = 'ouverture'", THURSDAY, "MERCREDI", "Ne comptent pas : du jeudi 5 novembre au mardi 10 novembre (ouvert le mercredi) ; mercredi 11 novembre (férié, Armistice)."),
    ],
)  # fmt: skip
def test_the_days_that_do_not_count_are_named_with_the_reason(limit: str, day: date, activity: str, told: str) -> None:
    assert told in plain(found(limit, day, activity).steps)


def test_nothing_is_said_of_days_not_counted_when_all_are() -> None:
    assert len(found("nombre = 2, unite = 'ouvré', heure = 10:00:00", date(2026, 12, 3)).steps) == 1


def test_a_day_without_class_for_one_school_is_told_to_that_school_only() -> None:
    book = rulebook_of_two_schools()
    under = CALENDAR.under(book)
    deadline = Deadline.model_validate(part("nombre = 1\nunite = 'école'"))
    told = [
        plain(find(deadline, Service(under, book.activities[code], date(2026, 11, 27))).steps)
        for code in ("NORD", "SUD")
    ]
    assert "mercredi 25 novembre (pas d'école) ; jeudi 26 novembre (Formation)" in told[0]
    assert "Ne compte" not in told[1]


def rulebook_of_two_schools() -> Rulebook:
    activity = """
        [[activite]]
        code = "{0}"
        nom = "Garderie"
        service = "G"
        nature = "périscolaire"
        ecole = "{0}"
        unites = [{{ code = "U-{0}", nom = "U" }}]
    """
    school = """
        [[calendrier.ecole]]
        code = "{0}"
        nom = "École"
    """
    free = """
        [[calendrier.exception]]
        nature = "sans classe"
        ecole = "NORD"
        du = 2026-11-26
        motif = "Formation"
    """
    calendar = school.format("NORD") + school.format("SUD") + free
    return rulebook(activity.format("NORD") + activity.format("SUD"), calendar=calendar)


@pytest.mark.parametrize(
    ("limit", "told"),
    [
        ("nombre = 1", "La régie est fermée le dimanche 1er novembre 2026 (week-end) : la limite recule au vendredi 30 octobre 2026."),
        ("ancre = 'date', date = 2026-05-14, heure = 10:00:00", "La régie est fermée le jeudi 14 mai 2026 (férié, Ascension) : la limite recule au mercredi 13 mai 2026."),
    ],
)  # fmt: skip
def test_the_steps_tell_that_the_limit_moved_back(limit: str, told: str) -> None:
    assert told in plain(found(f"{limit}, jour_ferme = 'reculer'", BACK).steps)


@pytest.mark.parametrize(
    ("limit", "day", "text"),
    [
        ("nombre = 2, heure = 10:00:00", THURSDAY, "mardi 10 novembre à 10 h"),
        ("nombre = 2, heure = 23:59:00", THURSDAY, "mardi 10 novembre à 23 h 59"),
        ("nombre = 2", THURSDAY, "mardi 10 novembre à minuit (fin de la journée)"),
        ("nombre = 5, heure = 09:30:00", date(2027, 1, 4), "mercredi 30 décembre 2026 à 9 h 30"),
        ("nombre = 5", date(2027, 1, 4), "mercredi 30 décembre 2026 à minuit (fin de la journée)"),
        ("nombre = 96, unite = 'heure'", date(2027, 1, 4), "jeudi 31 décembre 2026 à 11 h 30"),
    ],
)
def test_a_limit_reads_as_the_rulebook_says_it(limit: str, day: date, text: str) -> None:
    assert plain([found(limit, day).text]) == text


@pytest.mark.parametrize(
    ("activity", "text", "why"),
    [
        ("CANTINE", "jeudi 12 novembre à 11 h 30", "Jamais après le début de l'accueil : jeudi 12 novembre à 11 h 30."),
        ("SEJOUR", "jeudi 12 novembre à minuit", "Jamais après la fin du jour demandé : jeudi 12 novembre à minuit."),
    ],
)
def test_the_steps_tell_that_the_service_bounds_the_limit(activity: str, text: str, why: str) -> None:
    bounded = found("ancre = 'date', date = 2027-06-01", THURSDAY, activity)
    assert plain([bounded.text]) == text
    assert plain(bounded.steps).endswith(why)


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        ("2026-11-11 00:00", "mardi 10 novembre à minuit"),
        ("2026-11-11 10:00", "mercredi 11 novembre à 10 h"),
        ("2026-11-11 00:01", "mercredi 11 novembre à 0 h 01"),
    ],
)
def test_midnight_is_told_of_the_day_that_ends(instant: str, text: str) -> None:
    assert plain([until_text(paris(instant).astimezone(UTC))]) == text
