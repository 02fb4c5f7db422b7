"""The commands answer, in French or in JSON, with the exit code that a script can trust."""

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from backoffice import commands
from backoffice.office import Office
from backoffice.settings import Settings, write_settings
from models.office.house import AgentAccount
from tests.factories import AGENT, a_commune, an_office
from tests.months import IN_NOVEMBER, SCHOOL_DAYS, seen

NO_PORTAL = "http://127.0.0.1:9"


def run(*arguments: str) -> int:
    return commands.main(arguments, open_window=lambda _folder: 77)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    settings = Settings(demonstration=True, portal_url=NO_PORTAL)
    write_settings(tmp_path, settings)
    office = an_office(tmp_path, now=IN_NOVEMBER, settings=settings)
    town = a_commune(office)
    everybody = AgentAccount(login="*", name="Agente", roles=[role.value for role in AGENT.roles])
    office.write(lambda work: work.session.add(everybody), AGENT)
    seen(office, town.home.child_id, town.meal_id, *SCHOOL_DAYS[:3])
    office.close()
    return tmp_path


def answer(capsys: pytest.CaptureFixture[str]) -> dict:  # type: ignore[type-arg] -- JSON
    return json.loads(capsys.readouterr().out)


def test_a_month_is_drafted_then_issued(folder: Path, capsys) -> None:
    assert run("bill", "2026-10", "--data", str(folder)) == commands.DONE
    assert "1 brouillon" in capsys.readouterr().out
    assert run("--data", str(folder), "bill", "10/2026", "--service", "CANTINE", "--issue", "--json") == commands.DONE
    told = answer(capsys)
    assert told["numbers"] == ["CANTINE-2026-000001"]
    assert told["issued_cents"] == 3 * 415


def test_a_month_that_is_not_over_is_refused_by_a_rule(folder: Path, capsys) -> None:
    assert run("bill", "2099-01", "--issue", "--data", str(folder)) == commands.REFUSED
    assert "rien à facturer" in capsys.readouterr().err


def test_attendance_is_exported(folder: Path, capsys) -> None:
    file = folder / "presences.xlsx"
    command = (
        "export",
        "attendance",
        "2026-10",
        "--service",
        "CANTINE",
        "--to",
        str(file),
        "--data",
        str(folder),
        "--json",
    )
    assert run(*command) == commands.DONE
    assert answer(capsys)["file"] == str(file)
    assert len(load_workbook(file).worksheets) == 2
    assert run(*command[:4], "INCONNU", *command[5:]) == commands.REFUSED


def test_a_file_that_cannot_be_written_is_told(folder: Path, capsys) -> None:
    nowhere = folder / "absent" / "presences.xlsx"
    command = ("export", "attendance", "2026-10", "--service", "CANTINE", "--to", str(nowhere), "--data", str(folder))
    assert run(*command) == commands.UNAVAILABLE
    assert "Rien n'a été exporté" in capsys.readouterr().err


def test_without_a_portal_a_turn_is_unavailable_and_a_check_says_so(folder: Path, capsys) -> None:
    assert run("sync", "--data", str(folder)) == commands.UNAVAILABLE
    assert "Rien n'est perdu" in capsys.readouterr().err
    assert run("check", "--data", str(folder), "--json") == commands.UNAVAILABLE
    told = answer(capsys)
    assert told["portal"]["good"] is False
    assert all(told[name]["good"] for name in ("database", "journal", "series", "papers"))


def test_a_changed_paper_fails_the_check(folder: Path, capsys) -> None:
    run("bill", "2026-10", "--issue", "--data", str(folder))
    office = Office(folder)
    with office.engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.exec_driver_sql("UPDATE invoice_pdf SET content = x'2550'")
    office.close()
    capsys.readouterr()
    assert run("check", "--data", str(folder), "--json") == commands.REFUSED
    assert answer(capsys)["papers"]["good"] is False


@pytest.mark.parametrize(
    "command", [("bill",), ("bill", "octobre"), ("facturer",), ("demo", "--families", "0"), ("sync", "--every", "x")]
)
def test_a_command_badly_written_says_how(command: tuple[str, ...], capsys) -> None:
    with pytest.raises(SystemExit) as left:
        run(*command)
    assert left.value.code == commands.USAGE
    assert "--help" in capsys.readouterr().err


def test_a_folder_without_data_is_told(tmp_path: Path, capsys) -> None:
    assert run("check", "--data", str(tmp_path / "vide")) == commands.UNAVAILABLE
    assert "--data" in capsys.readouterr().err


def test_the_demonstration_never_takes_the_place_of_something_else(tmp_path: Path, capsys) -> None:
    (tmp_path / "factures.txt").write_text("important", "utf-8")
    assert run("demo", "--once", "--data", str(tmp_path)) == commands.REFUSED
    assert "Rien n'y a été touché" in capsys.readouterr().err


def test_the_window_opens_where_there_is_a_screen(monkeypatch, tmp_path: Path, capsys) -> None:
    assert run("--data", str(tmp_path)) == 77
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    assert run("--data", str(tmp_path)) == commands.UNAVAILABLE
    assert "Aucun écran" in capsys.readouterr().err


def test_an_unexpected_fault_gives_a_sentence_and_no_traceback(monkeypatch, capsys) -> None:
    def broken(_folder: Path | None) -> int:
        raise KeyError("bogue")

    assert commands.main([], open_window=broken) == commands.UNAVAILABLE
    told = capsys.readouterr().err
    assert "Une erreur inattendue" in told
    assert "Traceback" not in told
