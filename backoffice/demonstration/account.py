"""The sample family's way in: its real first connection, by the link of its e-mail, over HTTP."""

import re
from html.parser import HTMLParser

import httpx
from sqlalchemy import select

from backoffice.demonstration.people import SAMPLE_EMAIL
from backoffice.errors import Unavailable
from backoffice.families.invite import invite
from backoffice.office import Office
from backoffice.permissions import SYSTEM
from backoffice.sync.client import PortalClient
from backoffice.sync.publish import publish
from models.office.families import Guardian
from models.office.house import Mail

SAMPLE_PASSWORD = "Marelle-Demo-88"  # noqa: S105 of a person who does not exist
LINK = re.compile(r"https?://\S+/bienvenue/[\w-]+")


class _Hidden(HTMLParser):
    """Gathers a form's hidden fields."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("type") == "hidden" and given.get("name"):
            self.fields[str(given["name"])] = given.get("value") or ""


def open_sample_account(office: Office, client: PortalClient) -> None:
    """Invite the sample family and create its password, unless it has one.

    Raises:
        Unavailable: the portal did not accept.
    """
    guardian_id, opened = office.read(
        lambda session: session.execute(
            select(Guardian.id, Guardian.account_opened).where(Guardian.email == SAMPLE_EMAIL)
        ).one()
    )
    if opened:
        return
    office.write(invite, SYSTEM, guardian_id)
    publish(office, client)
    sealed = office.read(
        lambda session: session.scalar(
            select(Mail.body_sealed).where(Mail.recipient == SAMPLE_EMAIL).order_by(Mail.id.desc()).limit(1)
        )
    )
    found = LINK.search(office.sealer.unseal(sealed)) if sealed else None
    if found is None:
        message = "Le courriel de première connexion n'a pas de lien."
        raise Unavailable(message)
    _create_password(found.group())


def _create_password(link: str) -> None:
    with httpx.Client(follow_redirects=True, timeout=30, trust_env=False) as browser:
        form = _Hidden()
        form.feed(browser.get(link).text)
        answer = browser.post(link, data={**form.fields, "password": SAMPLE_PASSWORD, "again": SAMPLE_PASSWORD})
    if answer.is_error or "/bienvenue/" in str(answer.url):
        message = "Le portail n'a pas accepté le mot de passe de la famille de démonstration."
        raise Unavailable(message)
