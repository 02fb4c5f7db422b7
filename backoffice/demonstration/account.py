"""The sample family's way in: its real first connection, by the link of its e-mail, over HTTP."""

import re
from collections.abc import Callable
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
    """Gathers a page's hidden fields."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("type") == "hidden" and given.get("name"):
            self.fields.setdefault(str(given["name"]), []).append(given.get("value") or "")


def hidden_fields(page: str) -> dict[str, list[str]]:
    """Read the hidden fields of a page's forms, as a browser would send them."""
    reader = _Hidden()
    reader.feed(page)
    return reader.fields


def open_sample_account(
    office: Office, client: PortalClient, then: Callable[[httpx.Client, str], object] = lambda _browser, _portal: None
) -> None:
    """Invite the sample family and create its password, unless it has one; `then` is what it does once inside.

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
    with httpx.Client(follow_redirects=True, timeout=30, trust_env=False) as browser:
        link = link_of(office, SAMPLE_EMAIL)
        create_password(browser, link, SAMPLE_PASSWORD)
        then(browser, link)


def link_of(office: Office, email: str) -> str:
    """Read the link of the last e-mail waiting for an address.

    Raises:
        Unavailable: there is none.
    """
    sealed = office.read(
        lambda session: session.scalar(
            select(Mail.body_sealed).where(Mail.recipient == email).order_by(Mail.id.desc()).limit(1)
        )
    )
    found = LINK.search(office.sealer.unseal(sealed)) if sealed else None
    if found is None:
        message = "Le courriel de première connexion n'a pas de lien."
        raise Unavailable(message)
    return found.group()


def create_password(browser: httpx.Client, link: str, password: str) -> None:
    """Follow a first connection's link and choose a password.

    Raises:
        Unavailable: the portal did not accept.
    """
    form = hidden_fields(browser.get(link).text)
    answer = browser.post(link, data={**form, "password": password, "again": password})
    if answer.is_error or "/bienvenue/" in str(answer.url):
        message = "Le portail n'a pas accepté le mot de passe de la famille de démonstration."
        raise Unavailable(message)
