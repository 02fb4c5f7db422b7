"""What to look at before issuing."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import delete

from backoffice.billing.alerts import ALERT_WORDS, AlertKind, AlertRow, month_alerts
from backoffice.billing.draft import draft_month
from backoffice.office import Office
from models.office.billing import PayerShare
from models.office.bookings import Attendance, Enrolment
from models.office.contracts import Contract
from models.office.documents import Document, DocumentKind
from models.vocabulary import DocumentState, MandateState
from tests.factories import AGENT, Town, another_child, another_family, booked
from tests.months import OCTOBER, SCHOOL_DAYS, seen
from tests.unit.billing.issued import a_mandate


def alerts(office: Office, kind: AlertKind, *, today: date | None = None) -> list[AlertRow]:
    found = office.read(month_alerts, OCTOBER, today=today or office.today())
    return [alert for alert in found if alert.kind is kind]


def plain(sentence: str) -> str:
    return sentence.replace("\N{NARROW NO-BREAK SPACE}", " ")


def test_a_day_that_nobody_pointed_is_said_once(office: Office, town: Town) -> None:
    noe = another_child(office, town, town.home.family_id)
    for child in (noe, town.home.child_id):
        booked(office, child, town.meal_id, SCHOOL_DAYS[0])
    (alert,) = alerts(office, AlertKind.DAY_NOT_POINTED)
    assert plain(alert.sentence) == "Restauration scolaire, jeudi 1er octobre : 2 réservations, aucun pointage."
    assert (alert.activity_id, alert.day, alert.service_code) == (town.canteen_id, SCHOOL_DAYS[0], "CANTINE")
    assert not alerts(office, AlertKind.BOOKED_NOT_POINTED)
    assert not alerts(office, AlertKind.DAY_NOT_POINTED, today=SCHOOL_DAYS[0])


def test_a_child_forgotten_on_a_pointed_day_is_named(office: Office, town: Town) -> None:
    noe = another_child(office, town, town.home.family_id)
    for child in (noe, town.home.child_id):
        booked(office, child, town.meal_id, *SCHOOL_DAYS[:2])
    seen(office, noe, town.meal_id, *SCHOOL_DAYS[:2])
    (alert,) = alerts(office, AlertKind.BOOKED_NOT_POINTED)
    expected = "Léa Martin, Restauration scolaire : réservation sans pointage, le 01/10 et le 02/10."
    assert plain(alert.sentence) == expected
    assert (alert.child_id, alert.day) == (town.home.child_id, SCHOOL_DAYS[0])


def test_a_child_without_a_booking_is_named(office: Office, town: Town) -> None:
    booked(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[0])
    seen(office, town.home.child_id, town.meal_id, *SCHOOL_DAYS[:5])
    (alert,) = alerts(office, AlertKind.NOT_BOOKED)
    expected = "Léa Martin, Restauration scolaire : présence sans réservation, 4 jours depuis le 02/10."
    assert plain(alert.sentence) == expected


def test_a_family_without_a_proof_of_income_is_named(office: Office, town: Town) -> None:
    seen(office, another_family(office, town, quotient=None).child_id, town.meal_id, SCHOOL_DAYS[0])
    (alert,) = alerts(office, AlertKind.NO_QUOTIENT)
    assert alert.sentence.startswith("Petit (FPETIT)")
    assert not alert.blocking


def test_attendance_that_nobody_pays_for_is_named(office: Office, town: Town) -> None:
    seen(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[0])
    office.write(lambda work: work.session.execute(delete(Enrolment)) and None, AGENT)
    (alert,) = alerts(office, AlertKind.NOT_ENROLLED)
    assert "ne sera pas facturé" in alert.sentence


def test_drafts_that_fall_behind_are_named_and_a_month_not_begun_is_not(office: Office, town: Town) -> None:
    other = another_family(office, town)
    seen(office, town.home.child_id, town.meal_id, *SCHOOL_DAYS[:2])
    assert not alerts(office, AlertKind.NO_DRAFT)
    office.write(draft_month, AGENT, OCTOBER)
    assert not alerts(office, AlertKind.OUTDATED)
    office.write(
        lambda work: work.session.execute(delete(Attendance).where(Attendance.day == SCHOOL_DAYS[1])) and None, AGENT
    )
    seen(office, other.child_id, town.meal_id, SCHOOL_DAYS[0])
    (behind,) = alerts(office, AlertKind.OUTDATED)
    (lost,) = alerts(office, AlertKind.NO_DRAFT)
    assert (behind.family_id, behind.blocking) == (town.home.family_id, True)
    assert (lost.family_id, lost.blocking) == (other.family_id, False)


def test_every_kind_has_its_words() -> None:
    assert set(ALERT_WORDS) == set(AlertKind)


def add(office: Office, *rows: Any) -> None:
    office.write(lambda work: work.session.add_all(rows), AGENT)


def ask_documents(office: Office) -> tuple[int, int]:
    """Ask each household for an address, each child for an insurance, and nobody has to give a photo."""
    kinds = [
        DocumentKind(code=code, name=name, per_child=per_child, mandatory=mandatory, blocks="", position=position)
        for position, (code, name, per_child, mandatory) in enumerate(
            (("DOM", "Domicile", False, True), ("ASS", "Assurance", True, True), ("PHOTO", "Photo", True, False))
        )
    ]
    add(office, *kinds)
    return kinds[0].id, kinds[1].id


def given(family_id: int, kind_id: int, child_id: int | None = None, **values: Any) -> Document:
    told = {"state": DocumentState.PROVIDED, "received_at": datetime(2026, 9, 1, tzinfo=UTC)} | values
    return Document(kind_id=kind_id, family_id=family_id, child_id=child_id, **told)


def test_mandatory_documents_missing_or_expired_are_named_family_by_family(office: Office, town: Town) -> None:
    home = town.home.family_id
    address, insurance = ask_documents(office)
    noe = another_child(office, town, home)  # enrolled, and not billed
    another_family(office, town)  # not billed either
    seen(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[0])
    seen(office, town.home.child_id, town.morning_id, SCHOOL_DAYS[0])
    add(office, given(home, insurance, town.home.child_id, valid_until=date(2026, 9, 30)), given(home, insurance, noe))

    (alert,) = alerts(office, AlertKind.DOCUMENTS)

    expected = "Martin (FMARTIN) : Domicile, manquante ; Assurance (Léa Martin), expirée."
    assert plain(alert.sentence) == expected
    assert alert.place == ("families", (home, "documents"))
    add(office, given(home, address), given(home, insurance, town.home.child_id, received_at=office.now()))
    assert not alerts(office, AlertKind.DOCUMENTS)


def test_a_document_that_the_other_parent_gave_is_not_asked_again(office: Office, town: Town) -> None:
    _, insurance = ask_documents(office)
    other = another_family(office, town).family_id
    seen(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[0])
    add(office, given(other, insurance, town.home.child_id))
    (alert,) = alerts(office, AlertKind.DOCUMENTS)
    assert "Assurance" not in alert.sentence


def a_contract(town: Town, starts: date, ends: date) -> Contract:
    return Contract(
        child_id=town.home.child_id, activity_id=town.care_id, starts=starts, ends=ends, minutes_a_week=600,
        weeks_hundredths=4000, months=10,
    )  # fmt: skip


def test_contracts_that_overlap_in_the_month_are_named(office: Office, town: Town) -> None:
    add(
        office,
        a_contract(town, date(2026, 9, 1), date(2026, 10, 15)),
        a_contract(town, date(2026, 10, 10), date(2027, 7, 1)),
    )
    (alert,) = alerts(office, AlertKind.CONTRACTS_OVERLAP)
    expected = "Léa Martin, Accueil périscolaire : deux contrats se chevauchent du 10/10/2026 au 15/10/2026."
    assert plain(alert.sentence) == expected
    assert (alert.place, alert.service_code) == (("families", town.home.family_id), "PERI")
    assert not office.read(month_alerts, date(2026, 12, 1), today=office.today(), service_code="PERI")
    found = office.read(month_alerts, OCTOBER, today=office.today(), service_code="CANTINE")
    assert AlertKind.CONTRACTS_OVERLAP not in {alert.kind for alert in found}


def share(town: Town, family_id: int, percent: int, **values: Any) -> PayerShare:
    told = {"starts": date(2026, 9, 1), "ends": None} | values
    return PayerShare(
        child_id=town.home.child_id, service_id=town.canteen_service_id, family_id=family_id, percent=percent, **told
    )


def test_shares_that_do_not_make_a_whole_are_named(office: Office, town: Town) -> None:
    other = another_family(office, town).family_id
    add(office, share(town, town.home.family_id, 60), share(town, other, 40, ends=date(2026, 10, 11)))
    (alert,) = alerts(office, AlertKind.SHARES)
    expected = "Léa Martin, Restauration scolaire : les parts des payeurs font 60 % au 12/10/2026, et non 100 %."
    assert plain(alert.sentence) == expected
    add(office, share(town, other, 40, starts=date(2026, 10, 12)))
    assert not alerts(office, AlertKind.SHARES)


def test_shares_that_leave_out_the_household_of_the_enrolment_are_named(office: Office, town: Town) -> None:
    others = [another_family(office, town, name).family_id for name in ("Petit", "Grand")]
    add(office, *(share(town, family_id, 50) for family_id in others))
    (alert,) = alerts(office, AlertKind.SHARES)
    assert "le foyer de l'inscription n'est pas parmi les payeurs" in alert.sentence


@pytest.mark.parametrize(
    ("state", "words"), [(MandateState.UNSIGNED, "pas encore signé"), (MandateState.SUSPENDED, "suspendu")]
)
def test_a_mandate_asleep_of_a_family_billed_is_named(
    office: Office, town: Town, state: MandateState, words: str
) -> None:
    seen(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[0])
    a_mandate(office, town, another_family(office, town).family_id, state=state)  # billed nothing
    assert not alerts(office, AlertKind.MANDATE)
    a_mandate(office, town, state=state)
    (alert,) = alerts(office, AlertKind.MANDATE)
    assert plain(alert.sentence) == f"Martin (FMARTIN) : mandat SEPA {words}, la facture ne sera pas prélevée."
    assert alert.place == ("debits", "FMARTIN")
    a_mandate(office, town, rum="ENF-OTHER")
    assert not alerts(office, AlertKind.MANDATE)


def test_each_alert_opens_where_it_is_mended(office: Office, town: Town) -> None:
    child = another_family(office, town, quotient=None)
    seen(office, child.child_id, town.meal_id, SCHOOL_DAYS[0])
    (income,) = alerts(office, AlertKind.NO_QUOTIENT)
    (unbooked,) = alerts(office, AlertKind.NOT_BOOKED)
    assert income.place == ("families", (child.family_id, "income", SCHOOL_DAYS[0]))
    assert unbooked.place == ("attendance", (town.canteen_id, SCHOOL_DAYS[0], child.child_id))
    assert AlertRow(AlertKind.NO_DRAFT, "…", "PERI").place is None
