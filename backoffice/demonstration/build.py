"""Build the demonstration in a data folder: the commune, three months of its life, and this morning's requests."""

import json
import shutil
from collections.abc import Callable
from datetime import date, time, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import select, update

from backoffice.billing.bill import bill
from backoffice.clock import Clock, SetClock, SystemClock, month_start, next_month, paris_day, paris_instant
from backoffice.demonstration.commune import Place, Season, build_commune
from backoffice.demonstration.days import build_days
from backoffice.demonstration.people import Town, build_people
from backoffice.demonstration.requests import build_requests
from backoffice.errors import RefusedByRule
from backoffice.folders import default_folder
from backoffice.office import Office, Work
from backoffice.payments.record import record_payment
from backoffice.permissions import SYSTEM
from backoffice.settings import FILE, Settings, read_settings, write_settings
from backoffice.sync.mark import mark_everything
from models.office.billing import Invoice
from models.office.house import Mail
from models.vocabulary import InvoiceStatus, MailState, PaymentMeans

SEED = 88140
FAMILIES = 120
NOTE = "demonstration.json"
MAILS = "courriels"
DESK = (PaymentMeans.CASH, PaymentMeans.CHEQUE, PaymentMeans.CARD, PaymentMeans.TRANSFER)
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
        for month in season.months[:2]:
            say(f"Factures de {month:%m/%Y}…")
            _live_month(office, past, month)
        past.set(now)
        say("Demandes de ce matin…")
        office.write(_this_morning, SYSTEM, place, town)
    finally:
        office.close()
    (folder / NOTE).write_text(json.dumps({"day": season.today.isoformat(), "families": families}), "utf-8")


def _begin(work: Work, season: Season, families: int) -> tuple[Place, Town]:
    random = Random(SEED)  # noqa: S311 the same people every time
    place = build_commune(work, season, scale=families / FAMILIES)
    town = build_people(work, place, season, families=families, random=random)
    build_days(work, place, town)
    return place, town


def _live_month(office: Office, clock: SetClock, month: date) -> None:
    """Issue a month on the 5th of the next one, and let most families pay."""
    following = next_month(month_start(month))
    clock.set(paris_instant(following + timedelta(days=4), time(10)))
    bill(office, SYSTEM, month, issue=True)
    clock.set(paris_instant(following + timedelta(days=20), time(15)))
    office.write(_pay_most, SYSTEM, month, following)


def _pay_most(work: Work, month: date, following: date) -> None:
    draw = Random(month.toordinal())  # noqa: S311 a demonstration
    rows = work.session.execute(
        select(Invoice.id, Invoice.total_cents, Invoice.family_id)
        .where(Invoice.month == month, Invoice.status == InvoiceStatus.ISSUED)
        .order_by(Invoice.id)
    ).all()
    for invoice_id, total_cents, family_id in rows:
        fate = draw.random()
        if family_id == 1 or fate > 0.83:
            continue
        means = draw.choices(DESK, weights=[10, 45, 25, 20])[0]
        cheque = means is PaymentMeans.CHEQUE
        record_payment(
            work,
            invoice_id,
            means=means,
            amount_cents=total_cents if fate < 0.79 else total_cents // 2 or total_cents,
            received_on=following + timedelta(days=draw.randrange(6, 20)),
            reference=f"{draw.randrange(10**6, 10**7)}" if means is not PaymentMeans.CASH else None,
            bank=draw.choice(["Banque des Sources", "Crédit du Vair"]) if cheque else None,
        )


def _this_morning(work: Work, place: Place, town: Town) -> None:
    """Let the past months' e-mails have left in their time, receive the morning's requests, publish all."""
    work.session.execute(update(Mail).values(state=MailState.SENT, sent_at=Mail.created_at, body_sealed=None, tries=1))
    build_requests(work, place, town)
    mark_everything(work)
