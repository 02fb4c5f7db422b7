"""Notice periods: the rules really in force, what each effect answers, and what must always hold."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice.errors import RefusedByRule
from backoffice.rulebook.file.schema import Rulebook
from backoffice.rulebook.file.words import InTime, LateEffect, Operation
from backoffice.rulebook.notices.notice import LATE, desk_may, judge, limit
from backoffice.rulebook.values import Judgement, Limit
from tests.unit.rulebook.field import (
    BACK,
    BOOK,
    CALENDAR,
    CANCEL,
    STAFF,
    THURSDAY,
    TUESDAY,
    bound,
    local,
    paris,
    plain,
    rule,
    rulebook,
)  # fmt: skip

MICROSECOND = timedelta(microseconds=1)


# The rules of the field


@pytest.mark.parametrize(
    ("limits", "thursday", "back", "tuesday"),
    [  # the table of vectors
        ("nombre = 1, unite = 'ouvré'", "2026-11-10", "2026-10-30", "2026-11-30"),
        ("nombre = 2, unite = 'ouvré'", "2026-11-09", "2026-10-29", "2026-11-27"),
        ("nombre = 1, unite = 'école'", "2026-11-10", "2026-10-16", "2026-11-30"),
        ("ancre = 'semaine', jour = 'jeudi'", "2026-11-05", "2026-10-29", "2026-11-26"),
    ],
)
def test_the_vectors_of_the_field(limits: str, thursday: str, back: str, tuesday: str) -> None:
    rules = rule(f"{limits}, heure = 10:00:00")
    found = [local(bound(rules, day).until) for day in (THURSDAY, BACK, TUESDAY)]
    assert found == [f"{day} 10:00" for day in (thursday, back, tuesday)]


@pytest.mark.parametrize(
    ("day", "last"),
    [
        (date(2026, 11, 9), "2026-11-05 10:00"),
        (date(2026, 11, 10), "2026-11-05 10:00"),
        (date(2026, 11, 12), "2026-11-10 10:00"),
        (date(2026, 11, 13), "2026-11-10 10:00"),
        (date(2027, 1, 4), "2026-12-31 10:00"),  # over the year's end
        (date(2027, 3, 30), "2027-03-25 10:00"),  # over Easter and the summer time
    ],
)
@pytest.mark.parametrize("by_block", [True, False])
def test_saint_jean_du_bois_two_blocks_of_days(by_block: bool, day: date, last: str) -> None:
    first, second = ("jeudi", '["lundi", "mardi"]'), ("mardi", '["jeudi", "vendredi"]')
    rules = ""
    for weekday, days in (first, second):
        limits = f"jour = '{weekday}', heure = 10:00:00"
        rules += (
            rule(f"ancre = 'bloc', bloc = {days}, {limits}", code=weekday)
            if by_block
            else rule(limits, code=weekday, jours=days)
        )
    assert local(bound(rules, day).until) == last


@pytest.mark.parametrize(
    ("limits", "day", "last"),
    [
        # Vigneux: Thursday before the week
        ("ancre = 'semaine', jour = 'jeudi'", THURSDAY, "2026-11-06 00:00"),
        ("ancre = 'semaine', jour = 'jeudi'", date(2027, 1, 4), "2027-01-01 00:00"),
        # Boisemont: Thursday 09:00 of the week before
        ("ancre = 'semaine', jour = 'jeudi', heure = 09:00:00", date(2026, 11, 13), "2026-11-05 09:00"),
        (
            "ancre = 'semaine', jour = 'jeudi', heure = 09:00:00",
            date(2026, 5, 18),
            "2026-05-14 09:00",
        ),  # Ascension, kept
        (
            "ancre = 'semaine', jour = 'jeudi', heure = 09:00:00, jour_ferme = 'reculer'",
            date(2026, 5, 18),
            "2026-05-13 09:00",
        ),
        # Le Crès, La Pinède: 8 days before
        ("nombre = 8", THURSDAY, "2026-11-05 00:00"),
        ("nombre = 8", date(2027, 1, 4), "2026-12-28 00:00"),
        ("nombre = 8", date(2026, 10, 30), "2026-10-23 00:00"),  # over the end of summer time
        # Montagnac: Wednesday midnight for next week
        ("ancre = 'semaine', jour = 'mercredi', heure = 'minuit'", THURSDAY, "2026-11-05 00:00"),
        ("ancre = 'semaine', jour = 'mercredi', heure = 'minuit'", date(2026, 11, 16), "2026-11-12 00:00"),
        # Altkirch: the day before 17:00
        ("nombre = 1, heure = 17:00:00", THURSDAY, "2026-11-11 17:00"),
        ("nombre = 1, heure = 17:00:00", date(2027, 3, 29), "2027-03-28 17:00"),
        # Villeneuve: 2 working days
        ("nombre = 2, unite = 'ouvré'", date(2026, 5, 26), "2026-05-22 00:00"),
        ("nombre = 2, unite = 'ouvré'", date(2027, 1, 4), "2026-12-31 00:00"),
        # Le Rové: asked in month M, valid from M+1
        ("ancre = 'mois', nombre = 1", THURSDAY, "2026-11-01 00:00"),
        ("ancre = 'mois', nombre = 1", date(2027, 1, 29), "2027-01-01 00:00"),
        ("ancre = 'mois', jour_du_mois = 31", date(2027, 3, 1), "2027-03-01 00:00"),
    ],
)
def test_the_rules_of_the_field(limits: str, day: date, last: str) -> None:
    assert local(bound(rule(limits), day).until) == last


def test_altkirch_validates_what_comes_in_time() -> None:
    found = bound(rule("nombre = 1, heure = 17:00:00", dans_le_delai='"demander"', retard='"demander"'))
    assert found.in_time is InTime.ASK
    assert judge(found, paris("2026-11-11 16:59:59")) is Judgement.IN_TIME_ASK
    assert judge(found, paris("2026-11-11 17:00")) is Judgement.LATE_ASK
    assert "Avant : la régie valide chaque demande." in plain(found.steps)


def test_la_pinede_cancels_late_against_a_proof() -> None:
    found = bound(rule("nombre = 8", operations='["annuler"]', retard='"justifier l\'absence"'), operation=CANCEL)
    assert judge(found, paris("2026-11-04 23:59:59")) is Judgement.IN_TIME
    assert judge(found, paris("2026-11-05 00:00")) is Judgement.LATE_PROOF


# Which rule


SPECIFIC = (
    rule("nombre = 1, heure = 01:00:00", code="tout")
    + rule("nombre = 1, heure = 02:00:00", code="service", services='["ENFANCE"]')
    + rule("nombre = 1, heure = 03:00:00", code="activite", activites='["CANTINE"]')
    + rule("nombre = 1, heure = 04:00:00", code="unite", unites='["REPAS"]')
)


@pytest.mark.parametrize(
    ("activity", "unit", "code"),
    [
        ("CANTINE", "REPAS", "unite"),
        ("CANTINE", "PANIER", "activite"),
        ("CANTINE", None, "activite"),
        ("PERI", "SOIR", "service"),
        ("MERCREDI", None, "tout"),
    ],
)
def test_the_most_specific_rule_wins(activity: str, unit: str | None, code: str) -> None:
    assert bound(SPECIFIC, activity=activity, unit=unit).code == code


def test_at_equal_scope_the_priority_decides_but_never_over_the_scope() -> None:
    rules = (
        rule("nombre = 1", code="bas", activites='["CANTINE"]')
        + rule("nombre = 2", code="haut", activites='["CANTINE"]', priorite="2", jours='["jeudi"]')
        + rule("nombre = 3", code="large", priorite="100")
    )
    assert bound(rules).code == "haut"
    assert bound(rules, BACK).code == "bas"
    assert bound(rules, activity="PERI").code == "large"


@pytest.mark.parametrize(
    ("condition", "day", "concerned"),
    [
        ("du = 2026-11-12", THURSDAY, True),
        ("du = 2026-11-13", THURSDAY, False),
        ("au = 2026-11-12", THURSDAY, True),
        ("au = 2026-11-11", THURSDAY, False),
        ('jours = ["jeudi"]', THURSDAY, True),
        ('jours = ["lundi"]', THURSDAY, False),
        ('periodes = ["école"]', THURSDAY, True),
        ('periodes = ["petites vacances"]', date(2026, 10, 22), True),
        ('periodes = ["été"]', date(2026, 7, 20), True),
        ('periodes = ["petites vacances"]', date(2026, 7, 20), False),
        ('periodes = ["mercredi"]', date(2026, 11, 18), True),
    ],
)
def test_a_rule_speaks_of_its_days_only(condition: str, day: date, concerned: bool) -> None:
    key, _, value = condition.partition(" = ")
    found = bound(rule("nombre = 3", **{key: value}), day)
    assert found.code == ("n" if concerned else None)


def test_a_rule_may_be_for_residents_or_for_others() -> None:
    rules = rule("nombre = 2", code="ici", public='"résidents"') + rule(
        "nombre = 9", code="ailleurs", public='"extérieurs"'
    )
    assert [bound(rules, resident=resident).code for resident in (True, False)] == ["ici", "ailleurs"]


def test_each_operation_has_its_rule() -> None:
    rules = rule("nombre = 2", code="r", operations='["réserver"]') + rule(
        "nombre = 5", code="a", operations='["annuler"]'
    )
    assert [bound(rules, operation=operation).code for operation in (BOOK, CANCEL)] == ["r", "a"]


def test_a_rule_by_block_leaves_the_other_days_to_others() -> None:
    rules = rule("ancre = 'bloc', bloc = ['lundi', 'mardi'], jour = 'jeudi'", code="bloc") + rule(
        "nombre = 1", code="autres", jours='["jeudi"]'
    )
    assert [bound(rules, day).code for day in (TUESDAY, THURSDAY)] == ["bloc", "autres"]


def test_a_rule_by_block_cannot_speak_of_days_outside_it() -> None:
    with pytest.raises(RefusedByRule, match="sort du bloc"):
        rulebook(rule("ancre = 'bloc', bloc = ['lundi', 'mardi'], jour = 'jeudi'", jours='["lundi", "jeudi"]'))


@pytest.mark.parametrize("operation", [BOOK, CANCEL])
def test_without_a_rule_the_eve_is_the_limit(operation: Operation) -> None:
    found = bound("", operation=operation)
    assert (found.code, found.rule, found.version) == (None, "Avant le jour même", "7")
    assert local(found.until) == "2026-11-12 00:00"
    assert judge(found, paris("2026-11-12 00:00")) is Judgement.LATE_REFUSED
    assert plain(found.steps) == f"Aucun délai n'est fixé pour {operation} : jusqu'à la veille à minuit."


def test_an_activity_or_a_unit_unknown_to_the_rulebook_is_refused_with_those_it_knows() -> None:
    with pytest.raises(RefusedByRule) as refused:
        bound("", activity="CRECHE")
    assert "« CRECHE ». Celles qu'il connaît : CANTINE, LOISIRS, MERCREDI, PERI, SEJOUR." in plain([str(refused.value)])
    with pytest.raises(RefusedByRule) as refused:
        bound("", activity="CANTINE", unit="SOIR")
    assert "n'a pas d'unité « SOIR ». Les siennes : REPAS, PANIER." in plain([str(refused.value)])


# Before and after


@pytest.mark.parametrize(
    ("operation", "late", "judgement", "told"),
    [
        (BOOK, '"refuser"', Judgement.LATE_REFUSED, "Après : refusé."),
        (BOOK, '"demander"', Judgement.LATE_ASK, "Après : la régie décide."),
        (BOOK, '{ effet = "majorer", pourcent = 50 }', Judgement.LATE_CHARGED, "Après : accepté, majoré de 50 %."),
        (BOOK, '{ effet = "majorer", montant = 1.5 }', Judgement.LATE_CHARGED, "majoré de 1,50 € par unité."),
        (
            BOOK,
            '{ effet = "prix spécial", prix = 6 }',
            Judgement.LATE_CHARGED,
            "Après : accepté au prix de 6,00 € par unité.",
        ),
        (CANCEL, '"facturer l\'absence"', Judgement.LATE_BILLED, "Après : annulé, mais facturé."),
        (CANCEL, '"justifier l\'absence"', Judgement.LATE_PROOF, "Après : annulé, et facturé sauf justificatif."),
    ],
)
def test_each_effect_of_being_late(operation: Operation, late: str, judgement: Judgement, told: str) -> None:
    verb = f'["{operation}"]'
    found = bound(rule("nombre = 2, heure = 10:00:00", operations=verb, retard=late), operation=operation)
    assert judge(found, paris("2026-11-10 09:59:59")) is Judgement.IN_TIME
    assert judge(found, paris("2026-11-10 10:00")) is judgement
    assert plain(found.steps).endswith(told)


def test_every_effect_has_a_judgement() -> None:
    assert set(LATE) == set(LateEffect)


@pytest.mark.parametrize("late", ['{ effet = "majorer", pourcent = 50 }', '{ effet = "prix spécial", prix = 6 }'])
def test_nothing_is_sold_dearer_once_the_service_has_begun(late: str) -> None:
    found = bound(rule("nombre = 2", operations='["réserver"]', retard=late), unit="REPAS")
    assert judge(found, paris("2026-11-12 11:59:59")) is Judgement.LATE_CHARGED
    assert judge(found, paris("2026-11-12 12:00")) is Judgement.LATE_REFUSED


def test_twenty_three_fifty_nine_holds_to_the_end_of_its_minute() -> None:
    found = bound(rule("ancre = 'semaine', jour = 'jeudi', heure = 23:59:00"), date(2026, 11, 26))
    assert judge(found, paris("2026-11-19 23:59:59.999999")) is Judgement.IN_TIME
    assert judge(found, paris("2026-11-20 00:00")) is Judgement.LATE_REFUSED
    assert "Limite pour réserver : jeudi 19 novembre à 23 h 59." in plain(found.steps)


def test_a_calendar_too_short_makes_a_day_impossible() -> None:
    found = bound(rule("nombre = 400, unite = 'école', heure = 10:00:00", retard='"demander"'))
    assert found.until is None
    assert judge(found, paris("2020-01-01 00:00")) is Judgement.LATE_ASK
    assert plain(found.steps).endswith("Ce jour ne peut pas être demandé dans le délai. Après : la régie décide.")


# The explanation


def test_the_steps_tell_the_rule_its_version_and_each_date() -> None:
    found = bound(rule("nombre = 2, unite = 'ouvré', heure = 10:00:00", retard='"demander"'))
    assert plain(found.steps).splitlines() == [
        "Jour demandé : jeudi 12 novembre 2026.",
        "Règle « Le délai » du règlement intérieur (version 7).",
        "2 jours ouvrés avant le jour demandé : lundi 9 novembre 2026.",
        "Ne compte pas : mercredi 11 novembre (férié, Armistice).",
        "Limite pour réserver : lundi 9 novembre à 10 h. Après : la régie décide.",
    ]
    assert (found.code, found.rule, found.version) == ("n", "Le délai", "7")


def test_the_steps_name_a_rulebook_that_is_not_called_one() -> None:
    book = rulebook(rule("nombre = 2")).model_copy(update={"name": "Accueils de loisirs"})
    found = limit(book, CALENDAR.under(book), activity="CANTINE", operation=BOOK, day=THURSDAY)
    assert "Règle « Le délai » de « Accueils de loisirs » (version 7)." in plain(found.steps)


# What always holds


EFFECTS = ('"refuser"', '"demander"', '{ effet = "majorer", pourcent = 10 }')
LIMITS = (
    "nombre = 2, unite = 'ouvré', heure = 10:00:00",
    "nombre = 1, unite = 'école', heure = 23:59:00",
    "ancre = 'semaine', jour = 'jeudi'",
    "ancre = 'mois', jour_du_mois = 31, heure = 12:00:00",
    "ancre = 'période', nombre = 10, unite = 'ouvrable', heure = 18:00:00",
    "nombre = 36, unite = 'heure'",
    "heure = 09:00:00",
)
BOOKS = {
    (limits, late, staff): rulebook(
        rule(limits, operations='["réserver"]', retard=late, **({"limite_regie": STAFF} if staff else {}))
    )
    for limits in LIMITS
    for late in EFFECTS
    for staff in (True, False)
}
UNITS = {"REPAS": "CANTINE", "SOIR": "PERI", "MATIN": "PERI", "JOURNEE": "LOISIRS", "NUIT": "SEJOUR"}
BOUNDS = st.builds(
    lambda book, unit, day: limit(book, CALENDAR.under(book), activity=UNITS[unit], operation=BOOK, day=day, unit=unit),
    st.sampled_from(list(BOOKS.values())),
    st.sampled_from(sorted(UNITS)),
    st.dates(date(2026, 2, 1), date(2027, 8, 31)),
)
ORDER = [Judgement.IN_TIME, Judgement.LATE_CHARGED, Judgement.LATE_ASK, Judgement.LATE_REFUSED]
few = settings(max_examples=60)


@few
@given(BOUNDS)
def test_no_limit_is_after_the_service(found: Limit) -> None:
    assert found.until is not None
    assert found.starts is not None
    assert found.until <= (found.staff_until or found.until) <= found.starts


@few
@given(BOUNDS)
def test_the_limit_itself_is_too_late_and_one_microsecond_before_is_in_time(found: Limit) -> None:
    assert found.until is not None
    assert judge(found, found.until - MICROSECOND) is Judgement.IN_TIME
    assert judge(found, found.until) is not Judgement.IN_TIME


@few
@given(BOUNDS, st.integers(-400_000, 400_000), st.integers(0, 400_000))
def test_later_never_allows_more(found: Limit, start: int, more: int) -> None:
    assert found.until is not None
    first = found.until + timedelta(seconds=start)
    last = first + timedelta(seconds=more)
    assert ORDER.index(judge(found, first)) <= ORDER.index(judge(found, last))
    assert desk_may(found, first) >= desk_may(found, last)


@pytest.fixture(params=["America/Montreal", "Pacific/Auckland"])
def elsewhere(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="Windows sets its time zone for the whole machine")
@pytest.mark.usefixtures("elsewhere")
def test_the_machines_time_zone_changes_nothing() -> None:
    assert os.environ["TZ"] in {"America/Montreal", "Pacific/Auckland"}
    found = bound(rule("nombre = 2, heure = 23:59:00"), date(2026, 10, 26))
    assert found.until == datetime(2026, 10, 24, 22, tzinfo=UTC)
    assert "samedi 24 octobre à 23 h 59" in plain(found.steps)


def test_the_same_question_has_the_same_answer() -> None:
    book: Rulebook = rulebook(SPECIFIC)
    once, again = (limit(book, CALENDAR.under(book), activity="PERI", operation=BOOK, day=THURSDAY) for _ in range(2))
    assert once == again
