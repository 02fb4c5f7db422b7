"""What every command shares: the French parser, how arguments are read, how an answer is said."""

import argparse
import json
import sys
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, NoReturn

from resources.french import PARIS, parse_month

DONE, REFUSED, USAGE, UNAVAILABLE = 0, 1, 2, 3
DIGITS = 9  # the longest number worth reading
OpenWindow = Callable[[Path | None], int]
Answer = dict[str, Any]
Argument = tuple[tuple[str, ...], dict[str, Any]]  # what argparse's add_argument takes
Command = tuple[Callable[[argparse.Namespace, Path | None, OpenWindow], int], str, tuple[Argument, ...]]


class Misasked(Exception):
    """The command is well written, and asks for what is not there: the sentence says what is."""


class FrenchParser(argparse.ArgumentParser):
    """Argparse, with its own words in French."""

    def error(self, message: str) -> NoReturn:
        """Say what is missing and how to be helped."""
        self.exit(USAGE, f"{self.prog}\u202f: {_in_french(message)}\nPour l'aide\u202f: {self.prog} --help\n")


def say(options: argparse.Namespace, sentence: str, answer: Answer) -> None:
    """Answer in French, or in JSON for a script."""
    print(json.dumps(answer, ensure_ascii=False) if options.json else sentence, flush=True)  # noqa: T201 a command answers


def say_error(sentence: str) -> None:
    """Say what is wrong."""
    print(sentence, file=sys.stderr, flush=True)  # noqa: T201 see say


def positive(text: str) -> int:
    """Read a whole number of at least 1."""
    if not text.isdecimal() or len(text) > DIGITS or int(text) < 1:
        raise argparse.ArgumentTypeError(f"«\xa0{text}\xa0» n'est pas un nombre d'au moins 1")
    return int(text)


def whole(text: str) -> int:
    """Read a whole number."""
    if not text.isdecimal() or len(text) > DIGITS:
        raise argparse.ArgumentTypeError(f"«\xa0{text}\xa0» n'est pas un nombre entier")
    return int(text)


def decimal(text: str) -> Decimal:
    """Read an amount or a count, with a comma or a point."""
    try:
        value = Decimal("".join(text.split()).replace(",", "."))
    except InvalidOperation:
        value = Decimal(-1)
    if not value.is_finite() or not 0 <= value < 10**DIGITS:
        raise argparse.ArgumentTypeError(f"«\xa0{text}\xa0» n'est pas un nombre")
    return value


def month(text: str) -> date:
    """Read a month written 2026-11 or 11/2026."""
    try:
        return parse_month(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def day(text: str) -> date:
    """Read a date written 2026-11-12 or 12/11/2026."""
    for layout in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text.strip(), layout).replace(tzinfo=PARIS).date()
        except ValueError:
            continue
    raise argparse.ArgumentTypeError(f"«\xa0{text}\xa0» n'est pas une date\u202f: écrivez-la 2026-11-12 ou 12/11/2026")


def clock(text: str) -> time:
    """Read a time of day written 17:45 or 17h45."""
    hours, _, minutes = text.strip().lower().replace("h", ":").partition(":")
    try:
        return time(int(hours), int(minutes or 0))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"«\xa0{text}\xa0» n'est pas une heure\u202f: écrivez-la 17:45") from error


def instant(text: str) -> datetime:
    """Read an instant written 2026-11-09T09:59, in Paris unless it says its offset."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        found = _french_instant(text)
    return found if found.tzinfo else found.replace(tzinfo=PARIS)


def duration(text: str) -> int:
    """Read hours written 2, 2,5 or 2h30, as minutes."""
    hours, sign, minutes = text.strip().lower().replace(":", "h").partition("h")
    if sign and len(text) <= DIGITS and hours.isdecimal() and (minutes or "0").isdecimal():
        return int(hours) * 60 + int(minutes or 0)
    return int((decimal(text) * 60).to_integral_value())


def _french_instant(text: str) -> datetime:
    for layout in ("%d/%m/%Y %H:%M", "%d/%m/%Y"):
        try:
            return datetime.strptime(text.strip(), layout).replace(tzinfo=PARIS)
        except ValueError:
            continue
    raise argparse.ArgumentTypeError(
        f"«\xa0{text}\xa0» n'est pas un instant\u202f: écrivez-le 2026-11-09T09:59 (heure de Paris)"
    )


def _in_french(message: str) -> str:
    for english, french in (
        ("the following arguments are required:", "il manque"),
        ("unrecognized arguments:", "inconnu\u202f:"),
        ("invalid choice:", "choix inconnu\u202f:"),
        ("choose from", "au choix\u202f:"),
        ("expected one argument", "attend une valeur"),
        ("ambiguous option:", "option ambiguë\u202f:"),
        ("could match", "peut être"),
        ("argument ", ""),
        ("invalid int value:", "n'est pas un nombre\u202f:"),
    ):
        message = message.replace(english, french)
    return message
