"""A régie is set: each wrong field told, the IBAN sealed, two people at once told apart."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from backoffice.errors import NotAllowed, RefusedByRule, StaleRecord
from backoffice.office import Office
from backoffice.permissions import Agent
from backoffice.regie.edit import edit_regie, edit_service
from backoffice.regie.lists import RegieSettings, ServiceSettings, regie_settings, regies
from backoffice.regie.rules import ServiceValues, regie_faults, service_faults
from models.office.house import AuditEntry
from models.office.structure import Regie
from models.vocabulary import ActivityKind, PaymentMeans, Role
from tests.factories import AGENT, TREASURY_IBAN, Town, a_commune, an_office
from tests.faults.desks import together

GOOD_IBAN = "FR14 2004 1010 0505 0001 3M02 606"
CESU, CASH = PaymentMeans.CESU, PaymentMeans.CASH


@pytest.fixture
def office(tmp_path: Path):
    opened = an_office(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def town(office: Office) -> Town:
    return a_commune(office)


@pytest.fixture
def now(office: Office, town: Town) -> RegieSettings:
    return office.read(regie_settings, town.regie_id)


def test_the_settings_are_read_without_the_iban(office: Office, town: Town, now: RegieSettings) -> None:
    assert [row.code for row in office.read(regies)] == ["ENF"]
    assert now.iban_ending == "2325"
    assert TREASURY_IBAN[4:-4] not in repr(now)
    assert [(one.code, CESU in one.values.accepted) for one in now.services] == [("CANTINE", False), ("PERI", True)]
    assert now.services[1].values.accepted[CESU] == 6
    assert regie_faults(now.values) == {}


def test_a_change_is_signed_and_kept(office: Office, town: Town, now: RegieSettings) -> None:
    wished = replace(
        now.values, name="Régie Enfance ", due_days=20, cash_ceiling_cents=50000, mentions="Un.\n\n Deux. "
    )
    assert set(office.write(edit_regie, AGENT, town.regie_id, wished, seen=now.values)) == {
        "name", "due_days", "cash_ceiling_cents", "mentions",
    }  # fmt: skip
    again = office.read(regie_settings, town.regie_id).values
    assert (again.name, again.due_days, again.mentions) == ("Régie Enfance", 20, "Un.\nDeux.")
    assert office.write(edit_regie, AGENT, town.regie_id, again, seen=again) == ()


def test_a_new_iban_is_sealed_and_never_quoted(office: Office, town: Town, now: RegieSettings) -> None:
    values = replace(now.values, bic=None)
    office.write(edit_regie, AGENT, town.regie_id, values, seen=now.values, iban=GOOD_IBAN, seen_ending="2325")
    regie = office.read(lambda session: session.get_one(Regie, town.regie_id))
    assert office.sealer.unseal(regie.iban_sealed) == "FR1420041010050500013M02606"
    assert (regie.iban_ending, regie.bic) == ("2606", "PSSTFRPP")
    deed = office.read(
        lambda session: session.scalars(select(AuditEntry).where(AuditEntry.action == "regie.edit")).one()
    )
    assert deed.new["iban"] == "remplacé"
    assert "2004" not in str(deed.new)
    seen = office.read(regie_settings, town.regie_id).values
    office.write(edit_regie, AGENT, town.regie_id, seen, seen=seen, iban="", seen_ending="2606")
    assert office.read(regie_settings, town.regie_id).iban_ending is None


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"name": " "}, "name", "nom de la régie"),
        ({"postal_code": "8814"}, "postal_code", "cinq chiffres"),
        ({"email": "regie"}, "email", "pas complète"),
        ({"due_days": 0}, "due_days", "1 à 120"),
        ({"cash_ceiling_cents": 0}, "cash_ceiling_cents", "supérieur à zéro"),
        ({"cash_ceiling_cents": 200, "ceiling_cents": 100}, "ceiling_cents", "inférieur à celui de la caisse"),
        ({"carry_below_cents": -1}, "carry_below_cents", "0 à 100 euros"),
        ({"claim_days": 0}, "claim_days", "730"),
        ({"claim_floor_cents": 100_001}, "claim_floor_cents", "15 euros"),
        ({"payfip_client": "12345"}, "payfip_client", "six chiffres"),
        ({"ics": "FR99ZZZ881140"}, "ics", "clé ne convient pas"),
        ({"bic": "TRPU"}, "bic", "8 ou 11"),
        ({"notice_days": 0}, "notice_days", "1 à 60"),
        ({"rejections_allowed": 0}, "rejections_allowed", "1 à 10"),
    ],
)
def test_a_wrong_value_is_told_and_nothing_is_kept(
    office: Office, now: RegieSettings, change: dict, field: str, sentence: str
) -> None:
    wished = replace(now.values, **change)
    found = regie_faults(wished)
    assert list(found) == [field]
    assert sentence in found[field]
    with pytest.raises(RefusedByRule, match="Rien n'a été enregistré"):
        office.write(edit_regie, AGENT, now.id, wished, seen=now.values)
    assert office.read(regie_settings, now.id) == now


@pytest.mark.parametrize("iban", ["FR7610071000008800000012326", "FR76", "abc", "DE00 1234"])
def test_an_iban_with_a_wrong_key_is_refused(office: Office, town: Town, now: RegieSettings, iban: str) -> None:
    with pytest.raises(RefusedByRule, match="IBAN n'est pas valide"):
        office.write(edit_regie, AGENT, town.regie_id, now.values, seen=now.values, iban=iban, seen_ending="2325")
    assert office.read(regie_settings, town.regie_id).iban_ending == "2325"


def test_two_people_at_once_the_second_is_told(office: Office, town: Town, now: RegieSettings) -> None:
    office.write(edit_regie, AGENT, town.regie_id, replace(now.values, due_days=20), seen=now.values)
    with pytest.raises(StaleRecord, match="modifiés par quelqu'un d'autre"):
        office.write(edit_regie, AGENT, town.regie_id, replace(now.values, due_days=25), seen=now.values)
    fresh = office.read(regie_settings, town.regie_id).values
    with pytest.raises(StaleRecord):
        office.write(edit_regie, AGENT, town.regie_id, fresh, seen=fresh, iban=GOOD_IBAN, seen_ending=None)
    canteen = now.services[0]
    changed = replace(canteen.values, account="70671")
    office.write(edit_service, AGENT, canteen.id, changed, seen=canteen.values)
    with pytest.raises(StaleRecord, match="Restauration scolaire"):
        office.write(edit_service, AGENT, canteen.id, changed, seen=canteen.values)


@pytest.mark.postgres
def test_two_people_press_at_the_same_moment_and_one_is_told(
    tmp_path: Path, new_postgres: Callable[[str], str]
) -> None:
    url = new_postgres("office")
    one, two = an_office(tmp_path, database=url), an_office(tmp_path, database=url)
    canteen = one.read(regie_settings, a_commune(one).regie_id).services[0]

    def press(desk: Office, account: str) -> object:
        return desk.write(
            edit_service, AGENT, canteen.id, replace(canteen.values, account=account), seen=canteen.values
        )

    for again in range(3):
        answers = together(lambda: press(one, "70671"), lambda: press(two, "70672"))
        assert sorted(type(answer).__name__ for answer in answers) == ["StaleRecord", "tuple"], again
        kept = one.read(regie_settings, 1).services[0].values
        one.write(edit_service, AGENT, canteen.id, canteen.values, seen=kept)
    one.close()
    two.close()


def test_the_act_says_which_means_and_for_whom(office: Office, town: Town, now: RegieSettings) -> None:
    canteen, care = now.services

    def accept(service: ServiceSettings, accepted: Mapping[PaymentMeans, int | None], seen: ServiceValues) -> None:
        office.write(edit_service, AGENT, service.id, replace(seen, accepted=accepted), seen=seen)

    accept(care, {CASH: None, CESU: 4}, care.values)
    again = office.read(regie_settings, town.regie_id).services[1]
    assert again.values.accepted == {CASH: None, CESU: 4}
    assert again.values.account == care.values.account
    with pytest.raises(RefusedByRule, match="CESU ne paient jamais la cantine"):
        accept(canteen, {CASH: None, CESU: 6}, canteen.values)
    for accepted, sentence in (
        ({}, "au moins un moyen"),
        ({CASH: 0}, "de 1 à 18 ans"),
        ({CESU: None}, "moins de 6 ans"),
        ({CESU: 7}, "moins de 6 ans"),
    ):
        with pytest.raises(RefusedByRule, match=sentence):
            accept(care, accepted, again.values)


def test_the_creche_takes_cesu_whatever_the_age(now: RegieSettings) -> None:
    values = replace(now.services[1].values, accepted={CESU: None})
    assert service_faults(values, {ActivityKind.CRECHE}, "Multi-accueil") == {}
    assert "accepted" in service_faults(values, {ActivityKind.CRECHE, ActivityKind.WEDNESDAY}, "Petite enfance")
    wrong = replace(values, account="R7067", product_code="X" * 21)
    assert set(service_faults(wrong, {ActivityKind.CRECHE}, "Multi-accueil")) == {"account", "product_code"}


def test_the_cashier_or_the_administrator_sets_nobody_else(office: Office, town: Town, now: RegieSettings) -> None:
    for role in Role:
        agent = Agent("x", "X", frozenset({role}), "P")
        if role in {Role.CASHIER, Role.ADMINISTRATOR}:
            assert office.write(edit_regie, agent, town.regie_id, now.values, seen=now.values) == ()
        else:
            with pytest.raises(NotAllowed):
                office.write(edit_regie, agent, town.regie_id, now.values, seen=now.values)
