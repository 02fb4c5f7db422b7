"""From a deadline to an instant: each axis of a notice period, alone and with others."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from backoffice.clock import paris_day
from backoffice.errors import RefusedByRule
from backoffice.rulebook.file.notice_parts import Deadline
from backoffice.rulebook.notices.anchors import Service, find
from tests.unit.rulebook.field import BACK, THURSDAY, TOWN, UNDER, found, local, plain, rulebook


def until(limit: str, day: date, activity: str = "CANTINE", unit: str | None = None) -> str:
    instant = found(limit, day, activity, unit).until
    assert instant is not None
    assert instant.tzinfo is UTC
    return local(instant)


@pytest.mark.parametrize(
    ("unit", "activity", "thursday", "back"),
    [
        ("calendaire", "CANTINE", "2026-11-11", "2026-11-01"),
        ("ouvré", "CANTINE", "2026-11-10", "2026-10-30"),
        ("ouvrable", "CANTINE", "2026-11-10", "2026-10-31"),
        ("école", "CANTINE", "2026-11-10", "2026-10-16"),
        ("ouverture", "CANTINE", "2026-11-10", "2026-10-16"),
        ("ouverture", "MERCREDI", "2026-11-04", "2026-10-14"),
        ("ouverture", "LOISIRS", "2026-10-30", "2026-10-30"),
    ],
)
def test_one_day_before_depends_on_what_is_counted(unit: str, activity: str, thursday: str, back: str) -> None:
    limit = f"nombre = 1, unite = '{unit}', heure = 07:00:00"
    assert until(limit, THURSDAY, activity) == f"{thursday} 07:00"
    assert until(limit, BACK, activity) == f"{back} 07:00"


@pytest.mark.parametrize(
    ("limit", "day", "last"),
    [
        # from the day
        ("heure = 10:00:00", THURSDAY, "2026-11-12 10:00"),
        ("nombre = 2, unite = 'ouvré', heure = 10:00:00", THURSDAY, "2026-11-09 10:00"),
        ("nombre = 2, unite = 'ouvré', heure = 10:00:00", date(2027, 1, 4), "2026-12-30 10:00"),
        ("nombre = 1, unite = 'ouvrable', heure = 10:00:00", date(2026, 5, 26), "2026-05-23 10:00"),
        ("nombre = 1, unite = 'école', heure = 10:00:00", date(2026, 5, 18), "2026-05-12 10:00"),
        ("nombre = 400, unite = 'calendaire', heure = 10:00:00", THURSDAY, "2025-10-08 10:00"),
        # from its week
        ("ancre = 'semaine', heure = 10:00:00", THURSDAY, "2026-11-09 10:00"),
        ("ancre = 'semaine', nombre = 1, heure = 10:00:00", THURSDAY, "2026-11-08 10:00"),
        ("ancre = 'semaine', nombre = 1, unite = 'ouvré', heure = 10:00:00", THURSDAY, "2026-11-06 10:00"),
        ("ancre = 'semaine', nombre = 1, unite = 'ouvrable', heure = 10:00:00", THURSDAY, "2026-11-07 10:00"),
        ("ancre = 'semaine', nombre = 1, unite = 'école', heure = 10:00:00", BACK, "2026-10-16 10:00"),
        ("ancre = 'semaine', nombre = 2, unite = 'ouverture', heure = 10:00:00", BACK, "2026-10-15 10:00"),
        ("ancre = 'semaine', nombre = 48, unite = 'heure'", THURSDAY, "2026-11-07 00:00"),
        # a day of a month, before the holidays or the school time that the day belongs to
        ("ancre = 'période', jour_du_mois = 15, heure = 10:00:00", THURSDAY, "2026-10-15 10:00"),
        ("ancre = 'période', jour_du_mois = 31, mois = 2, heure = 10:00:00", date(2026, 7, 9), "2026-05-31 10:00"),
        ("ancre = 'période', jour_du_mois = 1, mois = 0, heure = 10:00:00", THURSDAY, "2026-11-01 10:00"),
        # from a block of days
        ("ancre = 'bloc', bloc = ['jeudi', 'vendredi'], heure = 09:00:00", date(2026, 11, 13), "2026-11-12 09:00"),
        (
            "ancre = 'bloc', bloc = ['jeudi', 'vendredi'], nombre = 2, unite = 'ouvré', heure = 09:00:00",
            date(2026, 11, 13),
            "2026-11-09 09:00",
        ),
        (
            "ancre = 'bloc', bloc = ['samedi', 'dimanche', 'lundi'], nombre = 1, heure = 09:00:00",
            date(2026, 11, 9),
            "2026-11-06 09:00",
        ),
        (
            "ancre = 'bloc', bloc = ['jeudi', 'vendredi'], nombre = 24, unite = 'heure'",
            date(2026, 11, 13),
            "2026-11-11 11:30",
        ),
        # from the month
        ("ancre = 'mois', nombre = 1, heure = 'minuit'", THURSDAY, "2026-11-01 00:00"),
        ("ancre = 'mois', nombre = 1, unite = 'ouvré', heure = 12:00:00", THURSDAY, "2026-10-30 12:00"),
        ("ancre = 'mois', nombre = 1, unite = 'ouvrable', heure = 12:00:00", THURSDAY, "2026-10-31 12:00"),
        ("ancre = 'mois', nombre = 1, unite = 'école', heure = 12:00:00", THURSDAY, "2026-10-16 12:00"),
        ("ancre = 'mois', nombre = 72, unite = 'heure'", date(2027, 1, 12), "2026-12-29 00:00"),
        ("ancre = 'mois', heure = 12:00:00", THURSDAY, "2026-11-01 12:00"),
        # from the holidays, or the school time
        ("ancre = 'période', nombre = 15, heure = 12:00:00", date(2026, 10, 20), "2026-10-02 12:00"),
        ("ancre = 'période', nombre = 10, unite = 'ouvré', heure = 12:00:00", date(2026, 10, 30), "2026-10-05 12:00"),
        ("ancre = 'période', nombre = 1, unite = 'école', heure = 12:00:00", date(2026, 10, 20), "2026-10-16 12:00"),
        ("ancre = 'période', nombre = 1, unite = 'école', heure = 12:00:00", date(2026, 12, 18), "2026-10-16 12:00"),
        (
            "ancre = 'période', jour = 'mercredi', semaines = 3, heure = 12:00:00",
            date(2026, 10, 20),
            "2026-09-30 12:00",
        ),
        ("ancre = 'période', nombre = 24, unite = 'heure'", date(2026, 10, 20), "2026-10-16 00:00"),
        ("ancre = 'période', heure = 12:00:00", date(2026, 10, 20), "2026-10-17 12:00"),
        # from a date
        ("ancre = 'date', date = 2026-10-01, heure = 'minuit'", THURSDAY, "2026-10-02 00:00"),
        (
            "ancre = 'date', date = 2026-10-01, nombre = 3, unite = 'ouvré', heure = 17:00:00",
            THURSDAY,
            "2026-09-28 17:00",
        ),
        ("ancre = 'date', date = 2026-10-01, jour = 'lundi', heure = 17:00:00", THURSDAY, "2026-09-28 17:00"),
        ("ancre = 'date', date = 2026-10-01, nombre = 1, unite = 'heure'", THURSDAY, "2026-09-30 23:00"),
    ],
)
def test_each_anchor_counts_back_in_each_unit(limit: str, day: date, last: str) -> None:
    assert until(limit, day) == last


@pytest.mark.parametrize(
    ("limit", "day", "last"),
    [
        ("jour = 'jeudi'", date(2026, 11, 13), "2026-11-12"),
        ("jour = 'jeudi'", THURSDAY, "2026-11-05"),  # strictly before
        ("jour = 'jeudi', semaines = 3", THURSDAY, "2026-10-22"),
        ("jour = 'lundi', semaines = 0", THURSDAY, "2026-11-09"),
        ("ancre = 'semaine', jour = 'jeudi'", date(2026, 11, 15), "2026-11-05"),  # a Sunday ends its week
        ("ancre = 'semaine', jour = 'lundi'", THURSDAY, "2026-11-02"),
        ("ancre = 'semaine', jour = 'vendredi', semaines = 2", date(2027, 1, 6), "2026-12-25"),
        ("ancre = 'semaine', jour = 'mardi', semaines = 0", THURSDAY, "2026-11-10"),
        ("ancre = 'bloc', bloc = ['jeudi', 'vendredi'], jour = 'mardi'", date(2026, 11, 13), "2026-11-10"),
        ("ancre = 'mois', jour = 'vendredi'", THURSDAY, "2026-10-30"),
        ("ancre = 'mois', jour_du_mois = 20", THURSDAY, "2026-10-20"),
        ("ancre = 'mois', jour_du_mois = 20", date(2027, 1, 31), "2026-12-20"),
        ("ancre = 'mois', jour_du_mois = 31", date(2026, 12, 1), "2026-11-30"),
        ("ancre = 'mois', jour_du_mois = 31", date(2027, 3, 31), "2027-02-28"),
        ("ancre = 'mois', jour_du_mois = 31", date(2026, 8, 3), "2026-07-31"),
        ("ancre = 'mois', jour_du_mois = 1, mois = 0", THURSDAY, "2026-11-01"),
        ("ancre = 'mois', jour_du_mois = 15, mois = 2", date(2027, 1, 4), "2026-11-15"),
        ("ancre = 'mois', jour_du_mois = 29, mois = 12", date(2027, 2, 4), "2026-02-28"),
    ],
)
def test_a_weekday_or_a_day_of_the_month_may_be_named(limit: str, day: date, last: str) -> None:
    assert until(f"{limit}, heure = 08:00:00", day) == f"{last} 08:00"


@pytest.mark.parametrize(
    ("limit", "last"),
    [
        ("nombre = 2, unite = 'ouvré', francs = true", "2026-11-06"),
        ("nombre = 1, unite = 'ouvré', francs = true", "2026-11-09"),
        ("nombre = 2, unite = 'calendaire', francs = true", "2026-11-09"),
        ("nombre = 2, unite = 'école', francs = true", "2026-11-06"),
        ("ancre = 'semaine', nombre = 2, unite = 'ouvrable', francs = true", "2026-11-05"),
    ],
)
def test_free_days_exclude_both_ends(limit: str, last: str) -> None:
    assert until(f"{limit}, heure = 10:00:00", THURSDAY) == f"{last} 10:00"


@pytest.mark.parametrize(
    ("limit", "day", "kept", "moved"),
    [
        ("nombre = 1, heure = 10:00:00", BACK, "2026-11-01 10:00", "2026-10-30 10:00"),
        ("nombre = 1, heure = 'minuit'", THURSDAY, "2026-11-12 00:00", "2026-11-11 00:00"),
        ("nombre = 1, unite = 'ouvrable', heure = 10:00:00", BACK, "2026-10-31 10:00", "2026-10-30 10:00"),
        (
            "ancre = 'mois', jour_du_mois = 25, heure = 10:00:00",
            date(2027, 1, 6),
            "2026-12-25 10:00",
            "2026-12-24 10:00",
        ),
        ("nombre = 48, unite = 'heure'", BACK, "2026-10-31 11:30", "2026-10-30 11:30"),
        ("nombre = 2, unite = 'ouvré', heure = 10:00:00", THURSDAY, "2026-11-09 10:00", "2026-11-09 10:00"),
    ],
)
def test_a_limit_on_a_closed_day_stays_or_moves_back(limit: str, day: date, kept: str, moved: str) -> None:
    assert until(f"{limit}, jour_ferme = 'garder'", day) == kept
    assert until(f"{limit}, jour_ferme = 'reculer'", day) == moved


@pytest.mark.parametrize(
    ("hour", "last"),
    [
        ("10:00:00", "2026-11-10 10:00"),
        ("09:30:00", "2026-11-10 09:30"),
        ("23:59:00", "2026-11-11 00:00"),
        ("23:59:59", "2026-11-11 00:00"),
        ("08:59:00", "2026-11-10 09:00"),
        ("'minuit'", "2026-11-11 00:00"),
        ("'Minuit'", "2026-11-11 00:00"),
    ],
)
def test_an_hour_is_exact_but_fifty_nine_holds_its_minute_and_midnight_ends_the_day(hour: str, last: str) -> None:
    assert until(f"nombre = 2, heure = {hour}", THURSDAY) == last


@pytest.mark.parametrize("key", ["limite", "limite_regie"])
def test_zero_hours_is_refused_since_it_could_be_either_end_of_the_day(key: str) -> None:
    rule = f"[[delai]]\ncode = 'n'\ntitre = 'n'\nlimite = {{ nombre = 2 }}\n{key} = {{ nombre = 1, heure = 00:00:00 }}"
    with pytest.raises(RefusedByRule, match='écrivez heure = "minuit"'):
        rulebook(rule.replace("limite = { nombre = 2 }\n", "") if key == "limite" else rule)


def test_a_day_of_the_month_and_a_count_exclude_each_other() -> None:
    with pytest.raises(ValidationError, match="un seul des deux"):
        found("ancre = 'mois', jour_du_mois = 20, nombre = 2", THURSDAY)


def test_no_hour_is_the_end_of_the_day() -> None:
    assert until("nombre = 2", THURSDAY) == "2026-11-11 00:00"


@pytest.mark.parametrize(
    ("limit", "day", "instant"),
    [  # summer time ends on 25/10/2026, begins on 28/03/2027
        ("nombre = 1, unite = 'ouvré', heure = 10:00:00", date(2026, 10, 26), datetime(2026, 10, 23, 8, tzinfo=UTC)),
        ("nombre = 1, unite = 'ouvré', heure = 10:00:00", date(2026, 10, 27), datetime(2026, 10, 26, 9, tzinfo=UTC)),
        ("nombre = 1, heure = 'minuit'", date(2026, 10, 26), datetime(2026, 10, 25, 23, tzinfo=UTC)),
        ("nombre = 1, heure = 'minuit'", date(2026, 10, 25), datetime(2026, 10, 24, 22, tzinfo=UTC)),
        ("nombre = 1, heure = 'minuit'", date(2027, 3, 29), datetime(2027, 3, 28, 22, tzinfo=UTC)),
        (
            "nombre = 1, heure = 02:30:00",
            date(2026, 10, 26),
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        ),  # twice: the first
        ("nombre = 1, heure = 02:30:00", date(2027, 3, 29), datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),  # never: 3 h 30
        ("nombre = 48, unite = 'heure'", date(2026, 10, 26), datetime(2026, 10, 24, 10, 30, tzinfo=UTC)),
        ("nombre = 48, unite = 'heure'", date(2027, 3, 29), datetime(2027, 3, 27, 9, 30, tzinfo=UTC)),
    ],
)
def test_summer_time_is_right(limit: str, day: date, instant: datetime) -> None:
    assert found(limit, day).until == instant


def test_hours_are_elapsed_hours() -> None:
    """Forty-eight hours before Monday noon: one o'clock on Saturday when the clocks went back in between."""
    assert until("nombre = 48, unite = 'heure'", date(2026, 10, 26), unit="REPAS") == "2026-10-24 13:00"
    assert until("nombre = 48, unite = 'heure'", date(2027, 3, 29), unit="REPAS") == "2027-03-27 11:00"


@pytest.mark.parametrize(
    ("activity", "unit", "last"),
    [
        ("PERI", "SOIR", "2026-11-11 16:30"),
        ("PERI", "MATIN", "2026-11-11 07:30"),
        ("PERI", None, "2026-11-11 07:30"),  # the first of the day
        ("PERI", "ETUDE", "2026-11-11 00:00"),  # it declares no hour
        ("SEJOUR", None, "2026-11-11 00:00"),
    ],
)
def test_hours_count_from_the_beginning_of_the_unit(activity: str, unit: str | None, last: str) -> None:
    assert until("nombre = 24, unite = 'heure'", THURSDAY, activity, unit) == last


@pytest.mark.parametrize(
    ("limit", "activity", "unit", "last"),
    [
        ("heure = 10:00:00", "PERI", "MATIN", "2026-11-12 07:30"),
        ("heure = 10:00:00", "PERI", "SOIR", "2026-11-12 10:00"),
        ("heure = 10:00:00", "PERI", None, "2026-11-12 07:30"),
        ("heure = 12:00:00", "CANTINE", "REPAS", "2026-11-12 12:00"),
        ("heure = 11:59:00", "CANTINE", "REPAS", "2026-11-12 12:00"),
        ("heure = 'minuit'", "CANTINE", "REPAS", "2026-11-12 12:00"),
        ("heure = 23:59:00", "PERI", "ETUDE", "2026-11-13 00:00"),
        ("nombre = 0, unite = 'heure'", "PERI", "SOIR", "2026-11-12 16:30"),
        ("ancre = 'semaine', jour = 'dimanche', semaines = 0, heure = 12:00:00", "SEJOUR", None, "2026-11-13 00:00"),
        ("ancre = 'date', date = 2027-06-01, heure = 12:00:00", "LOISIRS", "JOURNEE", "2026-11-12 08:00"),
        ("ancre = 'mois', jour_du_mois = 20, mois = 0, heure = 12:00:00", "LOISIRS", None, "2026-11-12 08:00"),
    ],
)
def test_a_limit_is_never_after_the_service_begins(limit: str, activity: str, unit: str | None, last: str) -> None:
    assert until(limit, THURSDAY, activity, unit) == last


def test_a_calendar_that_does_not_go_back_far_enough_gives_no_limit() -> None:
    none = found("nombre = 400, unite = 'école', heure = 10:00:00", THURSDAY)
    assert (none.until, none.exact, none.text) == (None, None, "")
    assert "400 jours d'école avant le jour demandé : le calendrier ne compte pas autant de jours." in plain(none.steps)


DAYS = st.dates(date(2026, 2, 1), date(2027, 8, 31))
UNITS = st.sampled_from(["calendaire", "ouvré", "ouvrable", "école", "ouverture"])
WEEKDAYS = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]
ANCHORS = st.one_of(
    st.sampled_from([{"ancre": anchor} for anchor in ("jour", "semaine", "mois", "période")]),
    st.builds(lambda first: {"ancre": "bloc", "bloc": WEEKDAYS[first:]}, st.integers(0, 6)),
    st.builds(lambda day: {"ancre": "date", "date": day}, DAYS),
)
OFFSETS = st.one_of(
    st.builds(lambda count, unit: {"nombre": count, "unite": unit}, st.integers(1, 20), UNITS),
    st.builds(lambda day, weeks: {"jour": day, "semaines": weeks}, st.sampled_from(WEEKDAYS), st.integers(0, 5)),
    st.just({}),
)
ENDS = st.one_of(
    st.builds(lambda hour: {"heure": hour}, st.times().map(lambda hour: hour.replace(microsecond=0))),
    st.just({"heure": "minuit"}),
    st.just({"jour_ferme": "reculer"}),
)
DEADLINES = st.builds(lambda anchor, offset, end: {**anchor, **offset, **end}, ANCHORS, OFFSETS, ENDS)
SERVICES = st.builds(
    lambda code, day: Service(UNDER, TOWN.units[code][0], day, TOWN.units[code][1]),
    st.sampled_from(sorted(TOWN.units)),
    DAYS,
)
few = settings(max_examples=60)


def instant(service: Service, limit: dict[str, object], **more: object) -> datetime:
    until_ = find(Deadline.model_validate({**limit, **more}), service).until
    assert until_ is not None
    return until_


@few
@given(DEADLINES, SERVICES)
def test_a_limit_is_never_after_the_service(limit: dict[str, object], service: Service) -> None:
    assert instant(service, limit) <= service.latest


@few
@given(ANCHORS, ENDS, SERVICES, UNITS, st.integers(1, 20))
def test_more_days_asked_are_never_later(
    anchor: dict[str, object], end: dict[str, object], service: Service, unit: str, count: int
) -> None:
    limit = {**anchor, **end, "unite": unit}
    free = instant(service, limit, nombre=count, francs=True)
    assert instant(service, limit, nombre=count + 1) == free <= instant(service, limit, nombre=count)


@few
@given(SERVICES, st.integers(0, 300))
def test_an_hour_more_asked_is_an_hour_earlier(service: Service, count: int) -> None:
    hours: dict[str, object] = {"unite": "heure"}
    assert instant(service, hours, nombre=count) - instant(service, hours, nombre=count + 1) == timedelta(hours=1)


@few
@given(DEADLINES, SERVICES)
def test_moving_back_is_never_later_and_lands_on_a_working_day(limit: dict[str, object], service: Service) -> None:
    ten: dict[str, object] = {**limit, "heure": time(10)}
    kept, moved = (instant(service, ten, jour_ferme=way) for way in ("garder", "reculer"))
    assert moved <= kept
    assert moved == kept or UNDER.is_working_day(paris_day(moved))


@pytest.mark.parametrize(
    ("day", "last", "told"),
    [
        (date(2026, 3, 30), "2026-03-27 11:00", "On passe entre-temps à l'heure d'été : une journée compte une heure de moins."),
        (date(2026, 10, 26), "2026-10-23 13:00", "On passe entre-temps à l'heure d'hiver : une journée compte une heure de plus."),
        (date(2026, 10, 29), "2026-10-26 12:00", ""),
    ],
)  # fmt: skip
def test_hours_over_a_change_of_the_clocks_say_it(day: date, last: str, told: str) -> None:
    assert until("nombre = 72, unite = 'heure'", day, unit="REPAS") == last
    steps = plain(found("nombre = 72, unite = 'heure'", day, "CANTINE", "REPAS").steps)
    assert told in steps
    assert ("On passe" in steps) == bool(told)
