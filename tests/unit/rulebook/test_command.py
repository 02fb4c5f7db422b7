"""The commands about rulebooks: what they print, what they answer to a script, how they end."""

import json
from pathlib import Path
from typing import Any

import pytest

from backoffice import commands
from backoffice.office import Office
from backoffice.settings import Settings, write_settings
from models.office.house import AgentAccount
from models.office.structure import RulebookVersion
from models.vocabulary import Role
from resources import FOLDER
from tests.factories import AGENT, RULEBOOK, a_commune, an_office
from tests.unit.rulebook.books import EXAMPLES, example

FILES = FOLDER / "rulebooks" / "examples"
NEXT_YEAR = (
    RULEBOOK.replace('"2026-1"', '"2099-1"').replace("effet = 2026-01-01", "effet = 2099-01-01").replace("4.15", "4.30")
)


def run(*arguments: object) -> int:
    return commands.main(["rulebook", *map(str, arguments)], open_window=lambda _folder: 77)


def told(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out.replace("\u202f", " ").replace("\xa0", " ")


def complaint(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().err.replace("\u202f", " ").replace("\xa0", " ")


def limit(capsys: pytest.CaptureFixture[str], name: str, *arguments: object) -> dict[str, Any]:
    assert run("limit", "--rulebook", FILES / f"{name}.toml", *arguments, "--json") == commands.DONE
    return json.loads(capsys.readouterr().out)


def price(capsys: pytest.CaptureFixture[str], name: str, *arguments: object) -> dict[str, Any]:
    assert run("price", "--rulebook", FILES / f"{name}.toml", *arguments, "--json") == commands.DONE
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A commune's data folder, whose agent may do everything."""
    return a_folder(tmp_path / "data", [role.value for role in AGENT.roles])


def a_folder(folder: Path, roles: list[str]) -> Path:
    folder.mkdir()
    settings = Settings(demonstration=True)
    write_settings(folder, settings)
    office = an_office(folder, settings=settings)
    a_commune(office)
    office.write(lambda work: work.session.add(AgentAccount(login="*", name="Agente", roles=roles)), AGENT)
    office.close()
    return folder


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_every_example_passes_the_check(file: Path, capsys) -> None:
    assert run("check", file) == commands.DONE
    assert "Aucune erreur" in told(capsys)


def test_a_check_counts_what_is_there_and_warns_of_what_is_not(capsys) -> None:
    run("check", FILES / "la-pinede.toml")
    held, warning = told(capsys).splitlines()
    assert held == (
        "Règlement intérieur de La Pinède, version 2026-1 : 1 activité, 1 délai, 2 règles d'absence et 1 tarif. "
        "Aucune erreur. S'applique à partir du jeudi 1er janvier 2026."
    )
    assert warning == "Attention : aucun délai pour réserver « LOISIRS » : ce sera possible jusqu'à la veille à minuit."


def test_what_has_no_price_is_a_warning(tmp_path: Path, capsys) -> None:
    file = tmp_path / "sans-prix.toml"
    head, _, _ = RULEBOOK.partition("[[tarif]]")
    head = head.replace("unites = [{ code", 'unites = [{ code = "GOUTER", nom = "Goûter" }, { code', 1)
    file.write_text(head + '[[tarif]]\ncode = "c"\ntitre = "C"\nprix.REPAS = 1\n', "utf-8")
    assert run("check", file, "--json") == commands.DONE
    answer = json.loads(capsys.readouterr().out)
    assert answer["valid"] is True
    assert [warning.replace("\xa0", " ").replace("\u202f", " ") for warning in answer["warnings"]] == [
        "Aucun prix pour GOUTER, de « CANTINE » : rien ne pourra y être facturé.",
        "Aucun tarif pour « PERI » : rien ne pourra y être facturé.",
    ]


def test_a_check_says_each_mistake_with_its_line(tmp_path: Path, capsys) -> None:
    file = tmp_path / "faux.toml"
    file.write_text(RULEBOOK.replace("nombre = 2", "nombre = -2").replace('zone = "B"', 'zone = "D"'), "utf-8")
    assert run("check", file) == commands.REFUSED
    lines = told(capsys).splitlines()
    assert "ne peut pas être appliqué" in lines[0]
    assert [line.partition(",")[0] for line in lines[1:]] == ["- ligne 7", "- ligne 29"]
    assert run("check", file, "--json") == commands.REFUSED
    answer = json.loads(capsys.readouterr().out)
    assert answer["valid"] is False
    assert [mistake["line"] for mistake in answer["mistakes"]] == [7, 29]


def test_what_cannot_be_read_is_told(tmp_path: Path, capsys) -> None:
    assert run("check", tmp_path / "absent.toml") == commands.USAGE
    assert "il n'existe pas" in complaint(capsys)
    assert run("check", tmp_path) == commands.USAGE
    file = tmp_path / "windows.toml"
    file.write_bytes(RULEBOOK.encode("cp1252"))
    assert run("check", file) == commands.REFUSED
    assert "n'est pas du texte en UTF-8, à la ligne 2" in complaint(capsys)
    file.write_bytes(b"\xef\xbb\xbf" + RULEBOOK.replace("\n", "\r\n").encode())  # as Notepad saves it
    assert run("check", file) == commands.DONE


def test_a_limit_is_an_instant_with_its_offset_and_a_verdict(capsys) -> None:
    asked = ("--activity", "CANTINE", "--unit", "REPAS", "--date", "2026-11-12")
    answer = limit(capsys, "villeneuve", *asked, "--at", "2026-11-09T23:59")
    assert answer["limit"] == "2026-11-10T00:00:00+01:00"
    assert (answer["verdict"], answer["rule"]) == ("in_time", "Deux jours ouvrés avant")
    assert (answer["code"], answer["version"]) == ("cantine", "2026-1")
    assert answer["at"] == "2026-11-09T23:59:00+01:00"
    assert len(answer["steps"]) == 5
    assert limit(capsys, "villeneuve", *asked, "--at", "2026-11-09T23:00:00Z")["verdict"] == "late_refused"
    assert (
        limit(capsys, "villeneuve", *asked, "--at", "09/11/2026 23:59", "--operation", "cancel")["verdict"] == "in_time"
    )


def test_a_limit_tells_its_opening_its_staff_limit_and_what_being_late_costs(capsys) -> None:
    asked = ("--activity", "VACANCES", "--date", "19/10/2026", "--at", "2026-09-10")
    assert limit(capsys, "toutes-les-formes", *asked)["opens"] == "2026-09-05T08:00:00+02:00"
    assert limit(capsys, "toutes-les-formes", *asked, "--outside")["verdict"] == "too_early"
    meal = limit(capsys, "toutes-les-formes", "--activity", "CANTINE", "--unit", "REPAS", "--date", "2026-11-12")
    assert meal["staff_limit"] == "2026-11-12T09:00:00+01:00"
    evening = limit(capsys, "toutes-les-formes", "--activity", "PERI", "--unit", "SOIR", "--date", "2026-11-12")
    assert evening["late"] == {"effect": "majorer", "percent": "20"}


def test_a_limit_is_read_at_a_counter(capsys) -> None:
    file = FILES / "toutes-les-formes.toml"
    assert run("limit", "--rulebook", file, "--activity", "MERCREDI", "--date", "2026-11-11", "--at", "2026-11-06") == 0
    lines = told(capsys).splitlines()
    assert lines[0] == "Reçu le vendredi 6 novembre 2026 à 0 h : trop tard, c'est accepté à un autre prix."
    assert lines[1] == "Limite : jeudi 5 novembre à minuit."
    assert lines[2] == "Attention : ce jour-là, cette activité ne reçoit pas d'enfants (Férié : Armistice)."
    assert lines[3:5] == ["Pourquoi :", "  1. Jour demandé : mercredi 11 novembre 2026."]


def test_a_limit_that_nobody_judges_is_judged_now(capsys) -> None:
    answer = limit(capsys, "villeneuve", "--activity", "CANTINE", "--date", "2020-03-02")
    assert answer["verdict"] == "late_refused"
    assert "maintenant" in answer["verdict_text"]
    assert "01/01/2026" in " ".join(answer["warnings"])
    far = limit(capsys, "villeneuve", "--activity", "CANTINE", "--date", "2090-03-02")
    assert "pas encore publiées" in " ".join(far["warnings"])
    assert "pas encore publiées" in " ".join(far["steps"])
    old = limit(capsys, "villeneuve", "--activity", "CANTINE", "--date", "1985-03-04")
    assert "ne sont pas connues" in " ".join(old["steps"])


def test_what_comes_after_the_service_has_begun_says_why_it_is_refused(capsys) -> None:
    asked = ("de-vacances-a-vacances", "--activity", "CANTINE", "--date", "2026-11-12", "--at")
    assert "n'en décide plus" in limit(capsys, *asked, "2026-11-10T10:00")["verdict_text"]
    assert "l'accueil a commencé" in limit(capsys, *asked, "2026-11-12T12:00")["verdict_text"]


def test_a_price_is_in_cents_and_in_words(capsys) -> None:
    answer = price(
        capsys,
        "herserange",
        "--activity",
        "LOISIRS",
        "--unit",
        "JOURNEE,SOIREE",
        "--date",
        "20/10/2026",
        "--quotient",
        "801",
    )
    assert (answer["cents"], answer["price"]) == (2010, "20,10\u202f€")
    assert [line["cents"] for line in answer["lines"]] == [1660, 350]
    assert [line["unit_price"] for line in answer["lines"]] == ["16.60", "3.50"]
    assert sum(line["cents"] for line in answer["lines"]) == answer["cents"]
    assert any("QF à partir de 801" in step for step in answer["steps"])


@pytest.mark.parametrize(
    ("name", "asked", "cents"),
    [
        ("chasselas", "CANTINE --unit REPAS --rank 3", 355),
        ("chasselas", "CANTINE --unit REPAS --category adulte", 545),
        ("creche-psu", "CRECHE --unit ACCUEIL --resources 3000 --children 2 --hours 8h", 1240),
        ("creche-psu", "CRECHE --unit ACCUEIL --resources 3000 --children 2 --hours 8,5", 1318),
        ("creche-psu", "CRECHE --unit ACCUEIL --resources 3000 --children 2 --disabled", 1116),
        ("creche-psu", "CRECHE --unit ACCUEIL --resources 3000 --absence unjustified", 1674),
        ("creche-psu", "CRECHE --unit ACCUEIL --absence justified --absence-code maladie --absence-day 4", 0),
        ("creche-psu", "CRECHE --month --contract 30,44,12 --resources 3000 --children 2", 17050),
        ("toutes-les-formes", "CANTINE --unit REPAS --quotient 300 --outside", 580),
        ("toutes-les-formes", "CANTINE --unit REPAS --quotient 300 --unbooked", 700),
        ("toutes-les-formes", "PERI --unit SOIR --quotient 700 --arrived 16:30 --left 17h20", 120),
        ("toutes-les-formes", "PERI --unit SOIR --quotient 700 --late-pickup 20", 1220),
        ("toutes-les-formes", "PERI --unit MATIN,SOIR --quotient 700 --late --late-pickup 5", 300 + 264 + 500),
        ("toutes-les-formes", "PERI --unit MATIN --quotient 700 --late", 300),
        ("toutes-les-formes", "VACANCES --unit JOURNEE --quotient 500 --rank 2 --age 5", 970),
        ("toutes-les-formes", "GARDERIE --month --days-a-week 2 --quotient 900", 2000),
    ],
)
def test_each_option_counts(name: str, asked: str, cents: int, capsys) -> None:
    assert price(capsys, name, "--activity", *asked.split(), "--date", "2026-11-12")["cents"] == cents


def test_an_aid_is_deducted(capsys) -> None:
    asked = ("--activity", "LOISIRS", "--unit", "JOURNEE", "--date", "2024-10-22", "--quotient", "450")
    answer = price(capsys, "caf-des-vosges", *asked, "--aid", "bons-130=3")
    assert (answer["cents"], answer["due_cents"]) == (1400, 1100)
    assert run("price", "--rulebook", FILES / "caf-des-vosges.toml", *asked, "--aid", "bons-130") == commands.DONE
    assert told(capsys).endswith("Aide « 130 bons de 1 € » : -5,00 €\nReste à payer : 9,00 €.\n")
    assert run("price", "--rulebook", FILES / "caf-des-vosges.toml", *asked, "--aid", "x") == commands.USAGE


def test_a_price_is_read_at_a_counter(capsys) -> None:
    asked = ("--rulebook", FILES / "herserange.toml", "--activity", "LOISIRS", "--date", "2026-10-20", "--unit")
    assert run("price", *asked, "JOURNEE") == commands.DONE
    assert told(capsys).splitlines()[:3] == [
        "JOURNEE, mardi 20 octobre 2026 : 16,60 €.",
        "Pourquoi :",
        "  1. Tarif « Accueil de loisirs » du règlement intérieur de Herserange (version 2026-1).",
    ]
    run("price", *asked, "JOURNEE,SOIREE", "--late")
    lines = told(capsys).splitlines()
    assert lines[1].startswith("Attention : après la limite, cette réservation serait refusée")
    assert "Garderie du soir : 1 × 3,50 € = 3,50 €" in lines


def test_a_day_of_a_package_says_where_its_price_is(capsys) -> None:
    day = price(capsys, "toutes-les-formes", "--activity", "GARDERIE", "--unit", "GARDERIE", "--date", "2026-11-12")
    assert (day["cents"], day["steps"]) == (0, [])
    assert "--month" in day["warnings"][0]
    assert (
        "ni forfait"
        in price(capsys, "boisemont", "--activity", "CANTINE", "--month", "--date", "2026-11-12")["warnings"][0]
    )


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("limit --activity CANTIN --date 2026-11-12", "Codes possibles : CANTINE."),
        ("limit --activity CANTINE --unit SOIR --date 2026-11-12", "n'a pas d'unité « SOIR »"),
        ("price --activity CANTINE --unit SOIR --date 2026-11-12", "n'a pas d'unité « SOIR »"),
        ("price --activity CANTINE --date 2026-11-12", "Il manque --unit"),
        ("price --activity CANTINE --unit REPAS --date 2026-11-12 --quotient 1 --resources 2", "l'un des deux"),
        ("price --activity CANTINE --unit REPAS,REPAS --date 2026-11-12", "demandée deux fois"),
        ("price --activity CANTINE --unit REPAS --date 2026-11-12 --hours 25", "24 heures"),
        ("price --activity CANTINE --unit REPAS --date 2026-11-12 --absence-code maladie", "demande --absence"),
        ("price --activity CANTINE --unit REPAS --date 2026-11-12 --absence justified --absence-day 999", "366 jours"),
        ("price --activity CANTINE --unit REPAS --date 0002-03-01", "hors du calendrier"),
        ("limit --activity CANTINE --date 9999-12-31", "de 1900 à 2100"),
        ("limit --activity CANTINE --date 2026-11-12 --at 0001-01-01", "hors du calendrier"),
    ],
)
def test_what_the_rulebook_does_not_have_is_misasked(command: str, sentence: str, capsys) -> None:
    name, *rest = command.split()
    assert run(name, "--rulebook", FILES / "villeneuve.toml", *rest) == commands.USAGE
    assert sentence in complaint(capsys)


@pytest.mark.parametrize(
    "command",
    [
        "limit --activity A",
        "limit --activity A --date 31/02/2026",
        "limit --activity A --date 2026-11-12 --at hier",
        "limit --activity A --date 2026-11-12 --operation changer",
        "price --activity A --date 2026-11-12 --quotient beaucoup",
        "price --activity A --date 2026-11-12 --hours longtemps",
        "price --activity A --date 2026-11-12 --left 25:00",
        "price --activity A --date 2026-11-12 --age dix",
        "price --activity A --date 2026-11-12 --contract 30",
        "price --activity A --date 2026-11-12 --quotient 1e400",
        "price --activity A --date 2026-11-12 --hours 1e30",
        f"price --activity A --date 2026-11-12 --rank {'9' * 5000}",
        "",
        "lire",
    ],
)
def test_a_command_badly_written_says_how(command: str, capsys) -> None:
    with pytest.raises(SystemExit) as left:
        run(*command.split(), "--rulebook", FILES / "villeneuve.toml")
    assert left.value.code == commands.USAGE
    assert "--help" in complaint(capsys)


def test_a_price_that_the_rulebook_cannot_give_is_refused(tmp_path: Path, capsys) -> None:
    file = tmp_path / "sans-prix.toml"
    file.write_text(RULEBOOK.partition("[[tarif]]")[0], "utf-8")
    asked = ("--rulebook", file, "--activity", "CANTINE", "--unit", "REPAS", "--date", "2026-11-12")
    assert run("price", *asked) == commands.REFUSED
    assert "REPAS" in complaint(capsys)


def test_two_files_are_compared(tmp_path: Path, capsys) -> None:
    old, new = tmp_path / "ancien.toml", tmp_path / "nouveau.toml"
    old.write_text(RULEBOOK, "utf-8")
    new.write_text(NEXT_YEAR, "utf-8")
    assert run("compare", old, old) == commands.DONE
    assert told(capsys) == "Aucune différence.\n"
    assert run("compare", old, new, "--json") == commands.DONE
    found = json.loads(capsys.readouterr().out)["differences"]
    assert [row["subject"].replace("\xa0", " ") for row in found] == [
        "Règlement intérieur",
        "Règlement intérieur",
        "Tarif « cantine », REPAS",
    ]
    assert (found[2]["before"], found[2]["after"]) == ("4,15\u202f€", "4,30\u202f€")


def test_a_rulebook_is_loaded_then_saved_to_the_letter(folder: Path, tmp_path: Path, capsys) -> None:
    file, back = tmp_path / "reglement.toml", tmp_path / "retour.toml"
    file.write_bytes(NEXT_YEAR.replace("\n", "\r\n").encode())
    assert run("load", file, "--data", folder) == commands.DONE
    lines = told(capsys).splitlines()
    assert lines[0].startswith("Chargé. Règlement intérieur de Contrexéville, version 2099-1 : s'applique à partir du")
    assert "- Tarif « cantine », REPAS : 4,15 € → 4,30 € (QF de 801 à 1 200)." in lines
    assert run("load", file, "--data", folder, "--json") == commands.DONE
    assert json.loads(capsys.readouterr().out)["stored"] is False
    assert run("save", back, "--version", "2099-1", "--data", folder) == commands.DONE
    assert back.read_bytes() == file.read_bytes()
    assert run("save", back, "--data", folder) == commands.REFUSED
    assert "existe déjà" in complaint(capsys)


def test_the_version_in_force_is_saved_and_another_is_named(folder: Path, tmp_path: Path, capsys) -> None:
    back = tmp_path / "en-vigueur.toml"
    assert run("save", back, "--data", folder, "--json") == commands.DONE
    assert json.loads(capsys.readouterr().out)["version"] == "2026-1"
    assert back.read_text("utf-8") == RULEBOOK
    assert run("save", tmp_path / "x.toml", "--version", "1999", "--data", folder) == commands.REFUSED
    assert "Celles qui existent : 2026-1" in complaint(capsys)
    assert run("save", tmp_path / "absent" / "x.toml", "--data", folder) == commands.UNAVAILABLE


def test_a_load_that_is_refused_keeps_nothing(folder: Path, tmp_path: Path, capsys) -> None:
    file = tmp_path / "reglement.toml"
    file.write_text(RULEBOOK.replace("4.15", "4.20"), "utf-8")
    assert run("load", file, "--data", folder) == commands.REFUSED
    assert "déjà celle d'un autre texte" in complaint(capsys)
    office = Office(folder)
    assert office.read(lambda session: session.query(RulebookVersion).count()) == 1
    office.close()


def test_only_an_administrator_loads(tmp_path: Path, capsys) -> None:
    folder, file = a_folder(tmp_path / "data", [Role.AGENT.value]), tmp_path / "reglement.toml"
    file.write_text(NEXT_YEAR, "utf-8")
    assert run("load", file, "--data", folder) == commands.REFUSED
    assert "administrateur" in complaint(capsys)


def test_an_example_can_be_loaded_as_it_is(folder: Path, tmp_path: Path, capsys) -> None:
    assert (
        run("load", FILES / "villeneuve.toml", "--data", folder, "--json") == commands.REFUSED
    )  # its version is taken
    capsys.readouterr()
    file, back = tmp_path / "villeneuve.toml", tmp_path / "retour.toml"
    file.write_text(example("villeneuve").replace('"2026-1"', '"2026-9"'), "utf-8")
    assert run("load", file, "--data", folder, "--json") == commands.DONE
    answer = json.loads(capsys.readouterr().out)
    assert answer["replaced"] == "2026-1"
    assert len(answer["warnings"]) == 3  # a date that is past, a date already used, an activity unknown
    assert run("save", back, "--data", folder) == commands.DONE
    assert run("compare", file, back) == commands.DONE
    assert told(capsys).endswith("Aucune différence.\n")
