"""The command line: one parser, one small function a command, and what their exit codes mean."""

import argparse
import logging
import logging.handlers
import signal
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from backoffice.command_line import (
    DONE,
    REFUSED,
    UNAVAILABLE,
    USAGE,
    Answer,
    Argument,
    Command,
    FrenchParser,
    Misasked,
    OpenWindow,
    month,
    positive,
    say,
    say_error,
)
from backoffice.errors import RefusedByRule, Unavailable
from backoffice.folders import default_folder, log_folder
from backoffice.rulebook.command import RULEBOOK, RULEBOOK_COMMANDS
from resources.french import of_month

CODES = "Codes de sortie : 0 fait, 1 refusé par une règle, 2 mal demandé, 3 quelque chose d'extérieur ne répond pas."


def main(arguments: Sequence[str], *, open_window: OpenWindow) -> int:
    """Run one command, or open the window when none is given; give the exit code."""
    options = _parser().parse_args(arguments)
    folder: Path | None = getattr(options, "data", None)
    _log_to_files()
    try:
        if options.command is None:
            return _window(folder, open_window)
        return int(options.run(options, folder, open_window))
    except KeyboardInterrupt:
        return DONE
    except Exception as error:  # noqa: BLE001 the last border: a sentence and a code, never a traceback
        return _code_of(error)


def _code_of(error: Exception) -> int:
    """Say in French what went wrong, and give its exit code."""
    if isinstance(error, BrokenPipeError):  # `main.py bill … | head`: the reader has seen enough
        sys.stdout = None
        return DONE
    for kind, code in ((RefusedByRule, REFUSED), (Misasked, USAGE), (Unavailable, UNAVAILABLE)):
        if isinstance(error, kind):
            say_error(str(error))
            return code
    logging.getLogger(__name__).error("unexpected", exc_info=error)
    say_error(f"Une erreur inattendue est survenue. Le détail est dans le journal : {log_folder() / 'marelle.log'}.")
    return UNAVAILABLE


def _parser() -> argparse.ArgumentParser:
    shared = FrenchParser(add_help=False)
    shared.add_argument(
        "--data", type=Path, default=argparse.SUPPRESS, metavar="DOSSIER", help="le dossier des données"
    )
    shared.add_argument("-h", "--help", action="help", help="afficher cette aide")
    scripted = FrenchParser(add_help=False)
    scripted.add_argument("--json", action="store_true", help="répondre en JSON, pour un script")
    parser = FrenchParser(
        prog="main.py", parents=[shared], add_help=False, epilog=CODES,
        description="Marelle, la régie des services à l'enfance. Sans commande, la fenêtre s'ouvre.",
    )  # fmt: skip
    commands = parser.add_subparsers(dest="command", metavar="commande", title="commandes")
    for name, command in COMMANDS.items():
        _add(commands, {name: command}, [shared] if name == "portal" else [shared, scripted])
    family = commands.add_parser("rulebook", parents=[shared], add_help=False, help=RULEBOOK, description=RULEBOOK)
    inner = family.add_subparsers(dest="rulebook_command", metavar="commande", title="commandes", required=True)
    _add(inner, RULEBOOK_COMMANDS, [shared, scripted])
    return parser


def _add(commands: Any, table: Mapping[str, Command], parents: list[argparse.ArgumentParser]) -> None:
    for name, (run, told, arguments) in table.items():
        made = commands.add_parser(name, parents=parents, add_help=False, help=told, description=told, epilog=CODES)
        made.set_defaults(run=run)
        for names, settings in arguments:
            made.add_argument(*names, **settings)


def _window(folder: Path | None, open_window: OpenWindow) -> int:
    from backoffice.screen import NO_SCREEN, has_screen  # noqa: PLC0415 each command loads what it needs

    if not has_screen():
        say_error(f"{NO_SCREEN} Les commandes, elles, fonctionnent : main.py --help.")
        return UNAVAILABLE
    return open_window(folder)


def _demo(options: argparse.Namespace, folder: Path | None, open_window: OpenWindow) -> int:
    from backoffice.demonstration.run import run_demonstration  # noqa: PLC0415 see _window
    from backoffice.screen import NO_SCREEN, has_screen  # noqa: PLC0415 see _window

    window = not options.no_window and not options.once
    if window and not has_screen():
        say_error(f"{NO_SCREEN} La démonstration joue le mois et sert le portail.")
        window = False
    with _stopping_cleanly():
        return run_demonstration(
            folder,
            families=options.families,
            once=options.once,
            as_json=options.json,
            open_window=open_window if window else None,
        )


def _portal(options: argparse.Namespace, folder: Path | None, _open_window: OpenWindow) -> int:
    from backoffice.portal_host import serve_beside, serve_portal  # noqa: PLC0415 see _window

    where = {"host": options.host, "proxies": options.proxies}
    with _stopping_cleanly():
        if options.beside:
            serve_beside(folder or default_folder(), **where)
        else:
            serve_portal(folder or default_folder(), port=options.port, processes=options.processes, **where)
    return DONE


def _sync(options: argparse.Namespace, folder: Path | None, _open_window: OpenWindow) -> int:
    from backoffice.mail.transport import transport_of  # noqa: PLC0415 see _window
    from backoffice.office import Office  # noqa: PLC0415 see _window
    from backoffice.sync.client import portal_client  # noqa: PLC0415 see _window
    from backoffice.sync.loop import synchronise  # noqa: PLC0415 see _window

    office = Office(folder or default_folder())
    with _stopping_cleanly(), portal_client(office.settings, office.secrets) as client:
        while True:
            try:
                report = synchronise(office, client, transport_of(office.settings, office.secrets))
                answer = {"collected": report.collected, "published": report.published, "mails_sent": report.mails.sent}
                say(options, report.sentence, answer)
            except Unavailable as trouble:
                if not options.every:
                    raise
                say_error(str(trouble))
            if not options.every:
                return DONE
            time.sleep(options.every)


def _bill(options: argparse.Namespace, folder: Path | None, _open_window: OpenWindow) -> int:
    from backoffice.billing.bill import bill  # noqa: PLC0415 see _window
    from backoffice.office import Office  # noqa: PLC0415 see _window

    office = Office(folder or default_folder())
    report = bill(office, office.agent(), options.month, service_code=options.service, issue=options.issue)
    lines = [report.draft.sentence, *(f"Attention : {alert.sentence}" for alert in report.alerts)]
    lines += [part.sentence for part in (report.issued, report.rendered) if part]
    answer: Answer = {
        "month": f"{report.month:%Y-%m}",
        "drafts": report.draft.drafts,
        "drafted_cents": report.draft.total_cents,
        "alerts": [{"kind": alert.kind, "sentence": alert.sentence} for alert in report.alerts],
        "numbers": list(report.issued.numbers) if report.issued else [],
        "issued_cents": report.issued.total_cents if report.issued else 0,
    }
    say(options, "\n".join(lines), answer)
    return DONE


def _export(options: argparse.Namespace, folder: Path | None, _open_window: OpenWindow) -> int:
    from backoffice.attendance.export import export_attendance  # noqa: PLC0415 see _window
    from backoffice.office import Office  # noqa: PLC0415 see _window

    office = Office(folder or default_folder())
    content = office.read(export_attendance, options.service, options.month, now=office.now())
    try:
        options.to.write_bytes(content)
    except OSError as error:
        message = (
            f"Le fichier {options.to} ne peut pas être écrit ({error.strerror}). Rien n'a été exporté. "
            "Fermez-le s'il est ouvert dans Excel, ou choisissez un autre dossier."
        )
        raise Unavailable(message) from error
    sentence = f"Présences {of_month(options.month)} écrites dans {options.to}."
    say(options, sentence, {"file": str(options.to.resolve()), "bytes": len(content)})
    return DONE


def _check(options: argparse.Namespace, folder: Path | None, _open_window: OpenWindow) -> int:
    from backoffice.check import check_folder  # noqa: PLC0415 see _window

    findings = check_folder(folder or default_folder())
    text = "\n".join(
        f"[{'bon' if finding.good else '!!!'}] {finding.subject} : {finding.sentence}" for finding in findings
    )
    say(options, text, {finding.code: {"good": finding.good, "sentence": finding.sentence} for finding in findings})
    bad = [finding for finding in findings if not finding.good]
    if any(not finding.outside for finding in bad):
        return REFUSED
    return UNAVAILABLE if bad else DONE


MONTH: Argument = (("month",), {"type": month, "metavar": "MOIS", "help": "par exemple 2026-10"})
COMMANDS: dict[str, Command] = {
    "demo": (
        _demo,
        "ouvrir une commune de démonstration, aux personnes fictives",
        (
            (("--families",), {"type": positive, "default": 120, "metavar": "N", "help": "nombre de familles (120)"}),
            (("--no-window",), {"action": "store_true", "help": "sans fenêtre : jouer le mois et servir le portail"}),
            (("--once",), {"action": "store_true", "help": "finir après avoir joué le mois, sans servir le portail"}),
        ),
    ),
    "portal": (
        _portal,
        "servir le portail des familles",
        (
            (("--host",), {"default": "127.0.0.1", "metavar": "ADRESSE", "help": "adresse d'écoute (127.0.0.1)"}),
            (("--port",), {"type": int, "default": 8765, "metavar": "PORT", "help": "port d'écoute (8765)"}),
            (("--proxies",), {"type": int, "default": 0, "metavar": "N", "help": "mandataires TLS placés devant (0)"}),
            (("--processes",), {"type": positive, "default": 1, "metavar": "N", "help": "processus qui répondent (1)"}),
            (("--beside",), {"action": "store_true", "help": argparse.SUPPRESS}),
        ),
    ),
    "sync": (
        _sync,
        "relever ce que les familles ont fait, publier ce qui a changé, envoyer les courriels",
        ((("--every",), {"type": positive, "metavar": "S", "help": "recommencer toutes les S secondes"}),),
    ),
    "bill": (
        _bill,
        "préparer les factures d'un mois, et les émettre avec --issue",
        (
            MONTH,
            (("--service",), {"metavar": "CODE", "help": "un seul service"}),
            (("--issue",), {"action": "store_true", "help": "émettre : numéros, PDF et courriels, sans retour"}),
        ),
    ),
    "export": (
        _export,
        "exporter les présences d'un mois dans un classeur",
        (
            (("what",), {"choices": ["attendance"], "help": "attendance : les présences"}),
            MONTH,
            (("--service",), {"required": True, "metavar": "CODE", "help": "le service"}),
            (("--to",), {"required": True, "type": Path, "metavar": "FICHIER.xlsx", "help": "le fichier à écrire"}),
        ),
    ),
    "check": (_check, "vérifier la base, le journal signé, les PDF et le portail", ()),
}


@contextmanager
def _stopping_cleanly() -> Iterator[None]:
    """Let a polite request to end (SIGTERM, Ctrl+C) close what is open."""

    def stop(_number: int, _frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    previous = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous)


def _log_to_files() -> None:
    folder = log_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(
            folder / "marelle.log", maxBytes=2_000_000, backupCount=5, encoding="utf-8", delay=True
        )
    except OSError:
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    logging.getLogger("httpx").setLevel(logging.WARNING)
