"""What a data folder says of itself: its databases, its portal, its mail server (config.toml, no secret)."""

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from backoffice.errors import Unavailable
from models.engine import sqlite_url

FILE = "config.toml"


class Settings(BaseModel):
    """One data folder's settings; addresses only, passwords are in the keyring."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    demonstration: bool = False
    database: str | None = None  # a PostgreSQL URL; none: the folder's SQLite file
    portal_database: str | None = None
    portal_url: str = "http://127.0.0.1:8765"  # where the office reaches the portal
    portal_public_url: str | None = None  # what the e-mails say, when it is another
    portal_embedded: bool = True  # the desktop starts the portal itself
    payfip_url: str | None = None  # PayFiP's web service, when it is another than the Treasury's: a double of it
    smtp_host: str | None = None
    smtp_port: int = 587
    smtp_user: str | None = None
    smtp_starttls: bool = True
    mail_folder: str | None = None  # instead of a server: e-mails are written there as files
    mail_from: str = "regie@exemple.fr"

    @property
    def public_url(self) -> str:
        """The portal's address as families know it."""
        return self.portal_public_url or self.portal_url


def read_settings(folder: Path) -> Settings:
    """Read a folder's settings; without a file, the defaults.

    Raises:
        Unavailable: the file cannot be understood.
    """
    file = folder / FILE
    if not file.exists():
        return Settings()
    try:
        return Settings.model_validate(tomllib.loads(file.read_text("utf-8")))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        message = f"Le fichier {file} ne peut pas être lu. Rien n'a été modifié. Corrigez-le{_first_reason(error)}."
        raise Unavailable(message) from error


def write_settings(folder: Path, settings: Settings) -> None:
    """Write the settings that differ from the defaults."""
    lines = []
    for name, value in settings.model_dump(exclude_defaults=True).items():
        if value is None:
            continue
        text = {True: "true", False: "false"}[value] if isinstance(value, bool) else value
        lines.append(f"{name} = {text}" if not isinstance(value, str) else f"{name} = {_quoted(value)}")
    (folder / FILE).write_text("\n".join(lines) + "\n", "utf-8")


def office_url(folder: Path, settings: Settings) -> str:
    """Give the office's database.

    Raises:
        Unavailable: it would be an SQLite file on a network share.
    """
    if settings.database:
        return settings.database
    refuse_network_share(folder)
    return sqlite_url(folder / "marelle.db")


def portal_url(folder: Path, settings: Settings) -> str:
    """Give the portal's database (see office_url)."""
    if settings.portal_database:
        return settings.portal_database
    refuse_network_share(folder)
    return sqlite_url(folder / "portail.db")


def refuse_network_share(folder: Path) -> None:
    """Refuse what SQLite cannot do: a file that several machines reach through a share.

    Raises:
        Unavailable: the folder is on a share.
    """
    if str(folder.resolve()).startswith(("\\\\", "//")) or _mounted_from_network(folder.resolve()):
        message = (
            f"Le dossier {folder} est sur un partage réseau, où un fichier SQLite peut s'abîmer. Rien n'a été ouvert. "
            "Choisissez un dossier de ce poste, ou donnez l'adresse d'une base PostgreSQL (database) dans config.toml."
        )
        raise Unavailable(message)


def _mounted_from_network(folder: Path) -> bool:
    mounts = Path("/proc/mounts")
    if not mounts.exists():
        return False
    best, kind = "", ""
    for line in mounts.read_text("utf-8").splitlines():
        _, place, file_system, *_ = line.split(" ")
        place = place.replace("\\040", " ")
        if len(place) > len(best) and (folder == Path(place) or Path(place) in folder.parents):
            best, kind = place, file_system
    return kind in {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "davfs"}


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _first_reason(error: Exception) -> str:
    if isinstance(error, ValidationError):
        names = ", ".join(str(detail["loc"][0]) for detail in error.errors() if detail["loc"])
        return f" (réglages en cause : {names})" if names else ""
    return f" ({error})"
