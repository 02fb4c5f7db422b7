"""Build the demonstration in a data folder: the commune, months of its life and of its régie, and this morning's requests."""

import json
import shutil
from collections.abc import Callable
from datetime import date, time
from pathlib import Path
from random import Random

from sqlalchemy import update

from backoffice.clock import Clock, SetClock, SystemClock, paris_day, paris_instant
from backoffice.demonstration.agreements import agree
from backoffice.demonstration.commune import Place, Season, build_commune
from backoffice.demonstration.corrections import plan_reminders
from backoffice.demonstration.days import build_days
from backoffice.demonstration.months import Regie
from backoffice.demonstration.people import Town, build_people
from backoffice.demonstration.portal import fill_letterbox, furnish
from backoffice.demonstration.requests import build_requests
from backoffice.errors import RefusedByRule
from backoffice.folders import default_folder
from backoffice.office import Office, Work
from backoffice.permissions import SYSTEM
from backoffice.settings import FILE, Settings, read_settings, write_settings
from backoffice.sync.mark import mark_everything
from models.office.house import Mail
from models.vocabulary import MailState

SEED = 88140
FAMILIES = 120
NOTE = "demonstration.json"
MAILS = "courriels"
Say = Callable[[str], None]


def demonstration_folder() -> Path:
    """Name the folder of the demonstration, beside the real data and never in its place."""
    return default_folder() / "demonstration"


def is_of_today(folder: Path, families: int, today: date) -> bool:
    """Tell whether a folder holds the demonstration that would be built now."""
    note = folder / NOTE
    return note.exists() and json.loads(note.read_text("utf-8")) == {"day": today.isoformat(), "families": families}


def clear(folder: Path) -> None:
    """Empty a folder of an older demonstration, and of nothing else.

    Raises:
        RefusedByRule: the folder holds something that is not a demonstration.
    """
    if not folder.exists() or not any(folder.iterdir()):
        return
    if not (folder / FILE).exists() or not read_settings(folder).demonstration:
        message = (
            f"Le dossier {folder} contient autre chose qu'une démonstration. Rien n'y a été touché. "
            "Choisissez un dossier vide avec --data."
        )
        raise RefusedByRule(message)
    for pattern in ("marelle*.db*", "portail*.db*", NOTE):
        for file in folder.glob(pattern):
            file.unlink()
    for name in (MAILS, "exports"):
        shutil.rmtree(folder / name, ignore_errors=True)


def build(
    folder: Path,
    *,
    families: int = FAMILIES,
    clock: Clock | None = None,
    settings: Settings | None = None,
    say: Say = lambda _sentence: None,
) -> None:
    """Build the demonstration in an empty folder, as of the clock's day."""
    now = (clock or SystemClock()).now()
    season = Season(paris_day(now))
    settings = settings or Settings(demonstration=True, mail_folder=str((folder / MAILS).resolve()))
    folder.mkdir(parents=True, exist_ok=True)
    write_settings(folder, settings)
    past = SetClock(paris_instant(season.starts, time(8)))
    office = Office(folder, clock=past, settings=settings)
    try:
        say(f"Commune et familles ({families})…")
        place, town = office.write(_begin, SYSTEM, season, families)
        regie = Regie(office, past, season, town, until=now)
        for month in season.months[:2]:
            say(f"Factures de {month:%m/%Y}, encaissements et caisse…")
            regie.live(month)
        say("Ce matin…")
        regie.live_on()
        office.write(furnish, SYSTEM, place, season)
        office.write(_this_morning, SYSTEM, place, town)
    finally:
        office.close()
    (folder / NOTE).write_text(json.dumps({"day": season.today.isoformat(), "families": families}), "utf-8")


def _begin(work: Work, season: Season, families: int) -> tuple[Place, Town]:
    random = Random(SEED)  # noqa: S311 the same people every time
    place = build_commune(work, season, scale=families / FAMILIES)
    town = build_people(work, place, season, families=families, random=random)
    agree(work, place, town, build_days(work, place, town))
    plan_reminders(work)
    return place, town


def _this_morning(work: Work, place: Place, town: Town) -> None:
    """Let the past months' e-mails have left in their time, receive the morning's requests, publish all."""
    work.session.execute(update(Mail).values(state=MailState.SENT, sent_at=Mail.created_at, body_sealed=None, tries=1))
    build_requests(work, place, town)
    fill_letterbox(work, place, town)
    mark_everything(work)
