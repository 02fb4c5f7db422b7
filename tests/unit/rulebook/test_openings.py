"""The limits beyond the families' own: the régie's later one, and the windows in which residents book first."""

from datetime import date, datetime

import pytest

from backoffice.rulebook.file.words import Operation
from backoffice.rulebook.notices.notice import desk_may, judge
from backoffice.rulebook.values import Judgement
from tests.unit.rulebook.field import (
    AUGUST,
    BACK,
    BOOK,
    CANCEL,
    SEPTEMBER,
    STAFF,
    THURSDAY,
    bound,
    opening,
    paris,
    plain,
    rule,
)  # fmt: skip

# The régie's own limit


def test_the_regie_may_decide_until_her_own_limit() -> None:
    found = bound(rule("nombre = 2, heure = 10:00:00", retard='"demander"', limite_regie=STAFF))
    at = [
        paris(f"2026-11-{moment}") for moment in ("10 09:59", "10 10:00", "11 16:59:59.999999", "11 17:00", "12 20:00")
    ]
    assert [desk_may(found, moment) for moment in at] == [True, True, True, False, False]
    assert [judge(found, moment) for moment in at] == [
        Judgement.IN_TIME, Judgement.LATE_ASK, Judgement.LATE_ASK, Judgement.LATE_REFUSED, Judgement.LATE_REFUSED,
    ]  # fmt: skip
    assert plain(found.steps).endswith("Après : la régie décide, jusqu'au mercredi 11 novembre à 17 h.")


def test_without_her_own_limit_the_regie_always_may() -> None:
    found = bound(rule("nombre = 2, heure = 10:00:00"))
    assert found.staff_until is None
    assert desk_may(found, paris("2026-11-13 10:00"))


def test_a_refusal_tells_that_the_regie_may_still_decide() -> None:
    found = bound(rule("nombre = 2, heure = 10:00:00", limite_regie=STAFF))
    assert judge(found, paris("2026-11-10 10:00")) is Judgement.LATE_REFUSED
    assert desk_may(found, paris("2026-11-10 10:00"))
    told = "Après : refusé ; la régie peut encore décider jusqu'au mercredi 11 novembre à 17 h."
    assert plain(found.steps).endswith(told)


def test_the_regies_limit_is_never_before_the_families() -> None:
    found = bound(rule("nombre = 2, heure = 10:00:00", retard='"demander"', limite_regie="{ nombre = 5 }"))
    assert found.staff_until == found.until
    assert judge(found, paris("2026-11-10 10:00")) is Judgement.LATE_REFUSED
    assert plain(found.steps).endswith("Limite pour réserver : mardi 10 novembre à 10 h. Après : refusé.")


def test_an_impossible_limit_of_the_regie_leaves_that_of_the_families() -> None:
    far = "{ nombre = 400, unite = 'école' }"
    assert bound(rule("nombre = 2", limite_regie=far)).staff_until == paris("2026-11-11 00:00")
    never = bound(rule("nombre = 400, unite = 'école'", limite_regie=far))
    assert never.staff_until is None


def test_a_surcharge_stops_at_the_limit_of_the_regie_but_an_absence_can_always_be_told() -> None:
    dearer = bound(
        rule("nombre = 2", operations='["réserver"]', retard='{ effet = "majorer", pourcent = 20 }', limite_regie=STAFF)
    )
    assert judge(dearer, paris("2026-11-11 17:00")) is Judgement.LATE_REFUSED
    billed = bound(
        rule("nombre = 2", operations='["annuler"]', retard='"facturer l\'absence"', limite_regie=STAFF),
        operation=CANCEL,
    )
    assert judge(billed, paris("2026-11-12 13:00")) is Judgement.LATE_BILLED


# Opening windows


def opens(rules: str, *, resident: bool, operation: Operation = BOOK, day: date = THURSDAY) -> datetime | None:
    return bound(rules, day, operation, resident=resident).opens


def test_residents_book_first() -> None:
    rules = opening(AUGUST, code="ici", public='"résidents"') + opening(
        SEPTEMBER, code="ailleurs", public='"extérieurs"'
    )
    assert opens(rules, resident=True) == paris("2026-08-24 08:00")
    assert opens(rules, resident=False) == paris("2026-09-01 08:00")
    found = bound(rules + rule("nombre = 2"), resident=False)
    assert judge(found, paris("2026-08-31 10:00")) is Judgement.TOO_EARLY
    assert judge(found, paris("2026-09-01 07:59:59.999999")) is Judgement.TOO_EARLY
    assert judge(found, paris("2026-09-01 08:00")) is Judgement.IN_TIME
    assert "Réservations ouvertes à partir du mardi 1er septembre à 8 h (« Rentrée »)." in plain(found.steps)


def test_nobody_is_served_before_the_residents_when_only_they_have_a_window() -> None:
    rules = opening(AUGUST, public='"résidents"')
    assert opens(rules, resident=False) == opens(rules, resident=True) == paris("2026-08-24 08:00")


def test_residents_book_at_once_when_only_the_others_have_a_window() -> None:
    rules = opening(SEPTEMBER, public='"extérieurs"')
    assert opens(rules, resident=True) is None
    assert opens(rules, resident=False) == paris("2026-09-01 08:00")


def test_a_window_is_for_booking_not_for_cancelling() -> None:
    assert opens(opening(AUGUST), resident=True, operation=CANCEL) is None


def test_the_most_specific_window_wins_and_it_has_its_days() -> None:
    rules = opening(AUGUST, code="tout") + opening(SEPTEMBER, code="cantine", activites='["CANTINE"]', du="2026-11-12")
    assert opens(rules, resident=True) == paris("2026-09-01 08:00")
    assert opens(rules, resident=True, day=BACK) == paris("2026-08-24 08:00")


@pytest.mark.parametrize(
    ("limits", "day", "opened"),
    [
        ("ancre = 'mois', jour_du_mois = 20, heure = 09:00:00", THURSDAY, "2026-10-20 09:00"),
        ("ancre = 'période', nombre = 45, heure = 09:00:00", date(2026, 10, 20), "2026-09-02 09:00"),
        ("ancre = 'semaine', jour = 'lundi', semaines = 2, heure = 08:59:00", THURSDAY, "2026-10-26 08:59"),
    ],
)
def test_a_window_opens_at_its_exact_hour(limits: str, day: date, opened: str) -> None:
    assert opens(opening(limits), resident=True, day=day) == paris(opened)


def test_the_limit_wins_over_a_window_that_opens_after_it() -> None:
    rules = opening("nombre = 1, heure = 08:00:00") + rule("nombre = 2, heure = 10:00:00")
    found = bound(rules)
    assert judge(found, paris("2026-11-09 10:00")) is Judgement.TOO_EARLY
    assert judge(found, paris("2026-11-10 10:00")) is Judgement.LATE_REFUSED  # not « too early »: it will never open
    assert judge(found, paris("2026-11-11 09:00")) is Judgement.LATE_REFUSED
    assert "C'est après la limite : ce jour ne se réserve qu'auprès de la régie." in plain(found.steps)


def test_a_window_holds_without_any_rule() -> None:
    found = bound(opening(AUGUST))
    assert judge(found, paris("2026-08-23 10:00")) is Judgement.TOO_EARLY
    assert plain(found.steps).startswith("Réservations ouvertes à partir du lundi 24 août à 8 h")


def test_a_window_that_the_calendar_cannot_reach_is_not_one() -> None:
    far = "nombre = 400, unite = 'école', heure = 08:00:00"
    assert opens(opening(far), resident=True) is None


def test_a_demanding_family_gets_every_step() -> None:
    rules = opening(AUGUST) + rule(
        "ancre = 'semaine', nombre = 1, jour_ferme = 'reculer', heure = 23:59:00",
        operations='["réserver"]', dans_le_delai='"demander"', retard='{ effet = "majorer", pourcent = 12.5 }', limite_regie=STAFF,
    )  # fmt: skip
    assert plain(bound(rules).steps).splitlines()[2:] == [
        "1 jour avant la semaine du lundi 9 novembre 2026 : dimanche 8 novembre 2026.",
        "La régie est fermée le dimanche 8 novembre 2026 (week-end) : la limite recule au vendredi 6 novembre 2026.",
        "Réservations ouvertes à partir du lundi 24 août à 8 h (« Rentrée »).",
        "Limite pour réserver : vendredi 6 novembre à 23 h 59. Avant : la régie valide chaque demande. Après : accepté, majoré de 12,5 %, jusqu'au mercredi 11 novembre à 17 h.",
    ]
