"""One action, one transaction; everything signed; sentences when the world fails."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from backoffice.audit import first_broken_entry
from backoffice.clock import SetClock
from backoffice.errors import NotAllowed, Unavailable
from backoffice.office import Changed, Office, Work
from backoffice.permissions import SYSTEM, Agent
from backoffice.sealing import Sealer
from backoffice.secrets import DemonstrationSecrets, SystemSecrets, new_key
from backoffice.settings import Settings, read_settings, write_settings
from backoffice.sync.contract import ViewKind
from models.engine import WRITES
from models.office.house import AuditEntry, PublishedView
from models.vocabulary import Role
from tests.factories import lay_empty

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)


@pytest.fixture
def office(tmp_path: Path):
    lay_empty(tmp_path / "marelle.db", "office")
    opened = Office(tmp_path, clock=SetClock(NOW), secrets=DemonstrationSecrets())
    yield opened
    opened.close()


def deed(work: Work, name: str = "chose", *, fail: bool = False) -> None:
    work.show(ViewKind.FAMILY, "", 3)
    work.sign("modifier", "family", 3, old={"name": "Évrard"}, new={"name": name})
    work.changed(Changed.FAMILIES)
    if fail:
        raise KeyError(name)


def test_an_action_that_fails_leaves_nothing_and_tells_nobody(office: Office) -> None:
    told: list[frozenset[Changed]] = []
    office.on_change(told.append)
    with pytest.raises(KeyError):
        office.write(deed, SYSTEM, fail=True)
    assert office.read(lambda session: session.scalars(select(AuditEntry)).all()) == []
    assert office.read(lambda session: session.scalars(select(PublishedView)).all()) == []
    assert told == []


def test_who_listens_hears_what_kinds_of_thing_changed(office: Office) -> None:
    told: list[frozenset[Changed]] = []
    office.on_change(told.append)
    office.write(deed, SYSTEM)
    assert told == [frozenset({Changed.FAMILIES, Changed.PORTAL})]


def test_a_view_touched_twice_counts_up(office: Office) -> None:
    office.write(deed, SYSTEM)
    office.write(deed, SYSTEM)
    assert office.read(lambda session: session.scalars(select(PublishedView.wanted)).all()) == [2]


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit_entry SET agent = 'personne' WHERE seq = 2",
        "UPDATE audit_entry SET new = '{}' WHERE seq = 2",
        "DELETE FROM audit_entry WHERE seq = 2",
        "UPDATE audit_entry SET at = '2020-01-01 00:00:00.000000' WHERE seq = 2",
    ],
)
def test_a_change_behind_the_softwares_back_shows(office: Office, tampering: str) -> None:
    for name in ("a", "b", "c"):
        office.write(deed, SYSTEM, name)
    assert office.read(first_broken_entry) is None
    with office.engine.connect().execution_options(**WRITES) as connection, connection.begin():
        connection.execute(text(tampering))
    assert office.read(first_broken_entry) == 2


def test_a_stranger_may_look_and_change_nothing(office: Office) -> None:
    stranger = office.agent()
    assert stranger.roles == frozenset()
    with pytest.raises(NotAllowed, match="régisseur"):
        stranger.must_be(Role.CASHIER)


def test_a_role_is_enough() -> None:
    Agent("c", "Claire", frozenset({Role.CASHIER}), "poste").must_be(Role.CASHIER)


def test_sealed_words_are_unreadable_without_the_key() -> None:
    sealed = Sealer(new_key()).seal("allergie à l'arachide")
    assert b"arachide" not in sealed
    with pytest.raises(Unavailable, match="clé"):
        Sealer(new_key()).unseal(sealed)


def test_a_machine_without_a_keyring_takes_its_key_from_the_environment(tmp_path: Path, monkeypatch) -> None:
    lay_empty(tmp_path / "marelle.db", "office")
    with pytest.raises(Unavailable, match="MARELLE_SEAL_KEY"):
        Office(tmp_path)
    monkeypatch.setenv("MARELLE_SEAL_KEY", new_key())
    Office(tmp_path).close()
    assert SystemSecrets(tmp_path).get("portal-key") is None


def test_a_folder_of_a_later_version_is_refused_with_a_sentence(office: Office) -> None:
    with office.engine.connect().execution_options(**WRITES) as connection, connection.begin():
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Unavailable, match="plus récente"):
        Office(office.folder, secrets=DemonstrationSecrets())


def test_a_network_share_is_refused_with_the_reason(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr("backoffice.settings._mounted_from_network", lambda _folder: True)
    with pytest.raises(Unavailable, match="partage réseau"):
        Office(tmp_path / "ici", secrets=DemonstrationSecrets())


def test_settings_are_written_and_read_back(tmp_path: Path) -> None:
    settings = Settings(demonstration=True, mail_folder='C:\\courriels "d\'essai"', smtp_port=25)
    write_settings(tmp_path, settings)
    assert read_settings(tmp_path) == settings


def test_a_wrong_setting_is_named(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('smtp_port = "vingt-cinq"', "utf-8")
    with pytest.raises(Unavailable, match="smtp_port"):
        read_settings(tmp_path)


def test_a_database_that_does_not_answer_is_told_in_french(office: Office) -> None:
    def broken(session: object) -> None:
        raise OperationalError("SELECT", {}, OSError("gone"))

    with pytest.raises(Unavailable, match="ne répond pas"):
        office.read(broken)
