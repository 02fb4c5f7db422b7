"""The commands about rulebooks: check, load, save, compare a file; ask it a limit or a price."""

import argparse
from decimal import Decimal
from pathlib import Path

from backoffice.command_line import (
    DONE,
    REFUSED,
    Argument,
    Command,
    Misasked,
    OpenWindow,
    clock,
    day,
    decimal,
    duration,
    instant,
    positive,
    say,
    whole,
)
from backoffice.errors import RefusedByRule, Unavailable
from backoffice.folders import default_folder

RULEBOOK = "vérifier, charger, comparer un règlement intérieur\u202f; lui demander une limite ou un prix"


def _check(options: argparse.Namespace, _folder: Path | None, _open_window: OpenWindow) -> int:
    from backoffice.rulebook.file.mistakes import WrongRulebook  # noqa: PLC0415 see above
    from backoffice.rulebook.file.review import counted, gaps  # noqa: PLC0415 see above
    from backoffice.rulebook.file.wording import beware  # noqa: PLC0415 see above
    from backoffice.rulebook.load import parse  # noqa: PLC0415 each command loads what it needs

    try:
        book = parse(_read(options.file))
    except WrongRulebook as error:
        told = [{"line": m.line, "key": m.key, "sentence": m.sentence} for m in error.mistakes]
        text = "\n".join(
            [f"{options.file} ne peut pas être appliqué\u202f:", *(f"- {mistake.text}" for mistake in error.mistakes)]
        )
        say(options, text, {"valid": False, "mistakes": told})
        return REFUSED
    warnings = gaps(book)
    answer = {
        "valid": True,
        "name": book.name,
        "version": book.version,
        "effective": book.effective.isoformat(),
        "warnings": list(warnings),
    }
    say(options, "\n".join([counted(book), *map(beware, warnings)]), answer)
    return DONE


def _load(options: argparse.Namespace, folder: Path | None, _open_window: OpenWindow) -> int:
    from backoffice.office import Office  # noqa: PLC0415 see _check
    from backoffice.rulebook.adopt import adopt  # noqa: PLC0415 see _check
    from backoffice.rulebook.file.wording import beware  # noqa: PLC0415 see _check

    source = _read(options.file)
    office = Office(folder or default_folder())
    told = office.write(adopt, office.agent(), source)
    lines = [
        f"Chargé. {told.sentence}" if told.stored else told.sentence,
        *(f"- {change.sentence}" for change in told.differences),
    ]
    lines += map(beware, told.warnings)
    answer = {
        "version": told.version,
        "effective": told.effective.isoformat(),
        "stored": told.stored,
        "replaced": told.replaced,
        "sentence": told.sentence,
        "differences": [change.sentence for change in told.differences],
        "warnings": list(told.warnings),
    }
    say(options, "\n".join(lines), answer)
    return DONE


def _save(options: argparse.Namespace, folder: Path | None, _open_window: OpenWindow) -> int:
    from backoffice.office import Office  # noqa: PLC0415 see _check
    from backoffice.rulebook.lists import source_of  # noqa: PLC0415 see _check

    office = Office(folder or default_folder())
    version, source = office.read(source_of, options.version, today=office.today())
    content = source.encode()
    try:
        with options.file.open("xb") as file:
            file.write(content)
    except FileExistsError as error:
        raise RefusedByRule(
            f"Le fichier {options.file} existe déjà. Rien n'a été écrit\u202f: choisissez un autre nom, ou déplacez-le."
        ) from error
    except OSError as error:
        raise Unavailable(
            f"Le fichier {options.file} ne peut pas être écrit ({error.strerror}). Choisissez un autre dossier."
        ) from error
    sentence = f"Version {version} écrite dans {options.file}."
    say(options, sentence, {"file": str(options.file.resolve()), "version": version, "bytes": len(content)})
    return DONE


def _compare(options: argparse.Namespace, _folder: Path | None, _open_window: OpenWindow) -> int:
    from backoffice.rulebook.file.compare import compare  # noqa: PLC0415 see _check
    from backoffice.rulebook.load import parse  # noqa: PLC0415 see _check

    found = compare(parse(_read(options.old)), parse(_read(options.new)))
    rows = [
        {
            "kind": d.kind,
            "subject": d.subject,
            "key": d.key,
            "before": d.before,
            "after": d.after,
            "sentence": d.sentence,
        }
        for d in found
    ]
    say(options, "\n".join(d.sentence for d in found) or "Aucune différence.", {"differences": rows})
    return DONE


def _limit(options: argparse.Namespace, _folder: Path | None, _open_window: OpenWindow) -> int:
    from backoffice.rulebook.answers import applied_around, limit_answer, limit_text  # noqa: PLC0415 see _check

    found = limit_answer(applied_around(_read(options.rulebook), options.date), options)
    say(options, limit_text(found), found)
    return DONE


def _price(options: argparse.Namespace, _folder: Path | None, _open_window: OpenWindow) -> int:
    from backoffice.rulebook.answers import applied_around, price_answer, price_text  # noqa: PLC0415 see _check

    found = price_answer(applied_around(_read(options.rulebook), options.date), options)
    say(options, price_text(found), found)
    return DONE


def _read(path: Path) -> str:
    """Read a rulebook's file.

    Raises:
        Misasked: there is no such file.
        RefusedByRule: it is not text in UTF-8.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Misasked(f"Le fichier {path} ne peut pas être lu ({_trouble(error)}).") from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise RefusedByRule(
            f"Le fichier {path} n'est pas du texte en UTF-8, à la ligne {line}. Enregistrez-le de nouveau en choisissant "
            "l'encodage «\xa0UTF-8\xa0»."
        ) from error


def _trouble(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "il n'existe pas"
    return "c'est un dossier" if isinstance(error, IsADirectoryError) else str(error.strerror)


def _codes(text: str) -> tuple[str, ...]:
    return tuple(code.strip() for code in text.split(",") if code.strip())


def _contract(text: str) -> tuple[Decimal, Decimal, int]:
    parts = text.replace(";", ",").split(",")
    if len(parts) != 3:
        raise argparse.ArgumentTypeError(
            f"«\xa0{text}\xa0»\u202f: écrivez heures par semaine, semaines, mois\u202f: 30,44,12"
        )
    return decimal(parts[0]), decimal(parts[1]), positive(parts[2])


def _aid(text: str) -> tuple[str, Decimal | None]:
    code, _, balance = text.partition("=")
    return code.strip(), decimal(balance) if balance else None


FILE: Argument = (("file",), {"type": Path, "metavar": "FICHIER", "help": "le fichier TOML du règlement intérieur"})
ASKED: tuple[Argument, ...] = (
    (("--rulebook",), {"required": True, "type": Path, "metavar": "FICHIER", "help": "le règlement intérieur"}),
    (("--activity",), {"required": True, "metavar": "CODE", "help": "l'activité"}),
    (("--date",), {"required": True, "type": day, "metavar": "DATE", "help": "le jour du service\u202f: 2026-11-12"}),
    (("--outside",), {"action": "store_true", "help": "la famille habite hors de la commune"}),
)
RULEBOOK_COMMANDS: dict[str, Command] = {
    "check": (_check, "vérifier un fichier", (FILE,)),
    "load": (_load, "charger un fichier dans la base\u202f: il s'applique à partir de sa date d'effet", (FILE,)),
    "save": (
        _save,
        "écrire dans un fichier la version en vigueur, telle qu'elle a été chargée",
        (FILE, (("--version",), {"metavar": "VERSION", "help": "une autre version que celle en vigueur"})),
    ),
    "compare": (
        _compare,
        "dire ce qui change d'un fichier à un autre",
        (
            (("old",), {"type": Path, "metavar": "ANCIEN", "help": "le premier fichier"}),
            (("new",), {"type": Path, "metavar": "NOUVEAU", "help": "le second fichier"}),
        ),
    ),
    "limit": (
        _limit,
        "jusqu'à quand un jour peut être réservé ou annulé, et pourquoi",
        (
            *ASKED,
            (("--unit",), {"metavar": "CODE", "help": "l'unité, si le délai en dépend"}),
            (
                ("--operation",),
                {
                    "choices": ["book", "cancel"],
                    "default": "book",
                    "help": "book\u202f: réserver\u202f; cancel\u202f: annuler (book)",
                },
            ),
            (
                ("--at",),
                {"type": instant, "metavar": "INSTANT", "help": "l'instant jugé\u202f: 2026-11-09T09:59 (maintenant)"},
            ),
        ),
    ),
    "price": (
        _price,
        "ce que coûte un jour, et pourquoi",
        (
            *ASKED,
            (("--unit",), {"type": _codes, "default": (), "metavar": "CODE,CODE…", "help": "les unités du jour"}),
            (
                ("--quotient",),
                {
                    "type": decimal,
                    "metavar": "Q",
                    "help": "le quotient familial\u202f; sans lui, le prix le plus élevé",
                },
            ),
            (("--resources",), {"type": decimal, "metavar": "R", "help": "les ressources d'un mois, en euros"}),
            (("--children",), {"type": positive, "default": 1, "metavar": "N", "help": "les enfants à charge (1)"}),
            (("--disabled",), {"action": "store_true", "help": "un enfant du foyer est handicapé"}),
            (
                ("--rank",),
                {"type": positive, "default": 1, "metavar": "K", "help": "le rang de l'enfant, l'aîné est 1 (1)"},
            ),
            (("--age",), {"type": whole, "metavar": "A", "help": "l'âge de l'enfant ce jour-là"}),
            (("--category",), {"metavar": "CODE", "help": "la catégorie\u202f: adulte, occasionnel…"}),
            (("--hours",), {"type": duration, "metavar": "H", "help": "les heures de présence\u202f: 2,5 ou 2h30"}),
            (("--arrived",), {"type": clock, "metavar": "HEURE", "help": "l'heure d'arrivée\u202f: 16:30"}),
            (("--left",), {"type": clock, "metavar": "HEURE", "help": "l'heure de départ\u202f: 18:10"}),
            (("--late",), {"action": "store_true", "help": "réservé après la limite"}),
            (("--unbooked",), {"action": "store_true", "help": "venu sans réservation"}),
            (
                ("--late-pickup",),
                {"type": whole, "default": 0, "metavar": "MINUTES", "help": "parti après la fermeture"},
            ),
            (("--absence",), {"choices": ["justified", "unjustified"], "help": "absent\u202f: justifié ou non"}),
            (("--absence-code",), {"metavar": "CODE", "help": "le motif, tel que le règlement intérieur le nomme"}),
            (
                ("--absence-day",),
                {"type": positive, "default": 1, "metavar": "N", "help": "le combientième jour d'absence (1)"},
            ),
            (("--month",), {"action": "store_true", "help": "le forfait ou le contrat du mois de cette date"}),
            (("--days-a-week",), {"type": positive, "metavar": "N", "help": "les jours par semaine d'un forfait"}),
            (
                ("--contract",),
                {"type": _contract, "metavar": "H,S,M", "help": "heures par semaine, semaines, mois\u202f: 30,44,12"},
            ),
            (
                ("--aid",),
                {
                    "type": _aid,
                    "action": "append",
                    "default": [],
                    "metavar": "CODE[=SOLDE]",
                    "help": "une aide à déduire, et ce qu'il en reste en euros",
                },
            ),
        ),
    ),
}
