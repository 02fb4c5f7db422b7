"""What the checks before an issue say of contracts: each opens the place to mend it."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import update

from backoffice.agreements.sign import end_contract
from backoffice.billing.alerts import AlertKind, AlertRow, month_alerts
from backoffice.office import Office
from models.office.bookings import Enrolment
from models.office.structure import Activity
from models.vocabulary import ActivityKind
from tests.factories import AGENT, Town
from tests.unit.agreements.creche import MONTHS, a_creche, draft, issued, sign, there

OCTOBER = date(2026, 10, 1)


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 9, 1, 9, tzinfo=UTC)


def alerts(office: Office, kind: AlertKind, month: date) -> list[AlertRow]:
    found = office.read(month_alerts, month, today=office.today())
    return [alert for alert in found if alert.kind is kind]


def plain(sentence: str) -> str:
    return sentence.replace("\N{NARROW NO-BREAK SPACE}", " ").replace("\N{NO-BREAK SPACE}", " ")


def test_a_contract_without_enrolment_is_named_and_opens_the_file(office: Office, town: Town) -> None:
    a_creche(office, town)
    sign(office, town)
    assert not alerts(office, AlertKind.CONTRACT_ALONE, OCTOBER)
    stopped = update(Enrolment).where(Enrolment.activity_id == town.care_id).values(ends=date(2026, 10, 20))
    office.write(lambda work: work.session.execute(stopped), AGENT)
    (alert,) = alerts(office, AlertKind.CONTRACT_ALONE, OCTOBER)
    expected = "Léa Martin, Accueil périscolaire : un contrat court sans inscription depuis le 21/10/2026, "
    assert plain(alert.sentence) == f"{expected}il n'est facturé à personne."
    assert (alert.place, alert.blocking) == (("families", town.home.family_id), False)


def test_what_a_draft_could_not_give_back_is_named_and_opens_the_draft(office: Office, town: Town) -> None:
    a_creche(office, town)
    signed = sign(office, town, weeks_hundredths=1000, months=2)
    for month in MONTHS[:2]:
        issued(office, month)
    office.write(end_contract, AGENT, signed.contract_id, date(2026, 11, 9), version=1)
    file = draft(office, MONTHS[2])
    (alert,) = alerts(office, AlertKind.LEFT_TO_CREDIT, MONTHS[2])
    assert plain(alert.sentence).startswith("Martin (FMARTIN), Léa Martin : ")
    assert "à rendre par un avoir" in alert.sentence
    assert alert.place == ("billing", file.row.id)


def test_hours_billed_above_those_attended_are_told_for_a_creche_alone(office: Office, town: Town) -> None:
    a_creche(office, town)
    sign(office, town)
    there(office, town, *[date(2026, 10, day) for day in range(1, 20) if date(2026, 10, day).weekday() < 5])
    draft(office, OCTOBER)
    assert not alerts(office, AlertKind.HOURS, OCTOBER)
    creche = update(Activity).where(Activity.id == town.care_id).values(kind=ActivityKind.CRECHE)
    office.write(lambda work: work.session.execute(creche), AGENT)
    (alert,) = alerts(office, AlertKind.HOURS, OCTOBER)
    expected = "Accueil périscolaire : 117,5 h facturées pour 13 h de présence, soit 903,8 % (au plus 107 %)"
    assert plain(alert.sentence) == f"{expected} ; surtout Léa Martin (903,8 %)."
    assert alert.place == ("attendance", (town.care_id, OCTOBER, None))
