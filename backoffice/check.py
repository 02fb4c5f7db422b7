"""`main.py check`: is this data folder sound? The first question of a support call."""

import shutil
from pathlib import Path

from sqlalchemy import func, select

from backoffice.audit import first_broken_entry
from backoffice.errors import Unavailable
from backoffice.findings import Finding
from backoffice.mail.lists import mail_counts
from backoffice.office import Office, database_of
from backoffice.sync.client import portal_client
from backoffice.sync.lists import sync_state
from backoffice.treasury.soundness import check_closings, check_papers, check_series, check_sums
from models.migrate import HEADS
from models.office.families import Family
from resources.french import number, plural

ENOUGH = 500 * 1024 * 1024  # bytes free


def check_folder(folder: Path) -> list[Finding]:
    """Look at a folder's database, journal, numbers, papers, sums, disk, portal and e-mails.

    Raises:
        Unavailable: the folder cannot be opened at all.
    """
    if not (folder / "marelle.db").exists() and not (folder / "config.toml").exists():
        message = f"Le dossier {folder} ne contient pas de données de Marelle. Choisissez-le avec --data."
        raise Unavailable(message)
    office = Office(folder)
    try:
        return [
            _database(office),
            _journal(office),
            office.read(check_series),
            office.read(check_papers),
            office.read(check_closings),
            office.read(check_sums),
            _disk(folder),
            _portal(office),
            _mails(office),
        ]
    finally:
        office.close()


def _database(office: Office) -> Finding:
    families = office.read(lambda session: session.scalar(select(func.count(Family.id)))) or 0
    sentence = f"{database_of(office.engine)}, schéma {HEADS['office']}, {plural(families, 'famille')}."
    return Finding("database", "Base de données", good=True, sentence=sentence)


def _journal(office: Office) -> Finding:
    broken = office.read(first_broken_entry)
    sentence = (
        "la chaîne des signatures est entière."
        if broken is None
        else f"l'entrée {broken} a été modifiée hors de Marelle."
    )
    return Finding("journal", "Journal signé", good=broken is None, sentence=sentence)


def _disk(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    return Finding("disk", "Disque", free > ENOUGH, f"{number(free // 1024 // 1024)} Mo libres.", outside=True)


def _portal(office: Office) -> Finding:
    try:
        with portal_client(office.settings, office.secrets) as client:
            state = client.state()
    except Unavailable as trouble:
        return Finding("portal", "Portail", good=False, sentence=str(trouble), outside=True)
    stale = office.read(sync_state).stale
    sentence = f"{office.settings.portal_url} répond ; {plural(state.waiting, 'action')} à relever, {plural(stale, 'vue')} à publier."
    return Finding("portal", "Portail", good=True, sentence=sentence)


def _mails(office: Office) -> Finding:
    counts = office.read(mail_counts)
    good = not counts.failed and not counts.uncertain
    sentence = (
        f"{number(counts.waiting)} en attente, {number(counts.failed)} refusés, {number(counts.uncertain)} incertains."
    )
    return Finding("mails", "Courriels", good, sentence, outside=True)
