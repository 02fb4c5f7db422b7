"""Inviting a guardian to the portal: a link that serves once, for two days, and lives in the e-mail alone."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from backoffice.errors import RefusedByRule
from backoffice.families.lists import full_name
from backoffice.mail.queue import write_mail
from backoffice.office import Changed, Work
from backoffice.sync.contract import ViewKind
from models.office.families import Guardian
from models.vocabulary import Role
from resources.french import instant_text

LINK_HOURS = 48


@dataclass(frozen=True, slots=True)
class InviteReport:
    """Who was invited, where, and until when the link serves."""

    guardian_id: int
    email: str
    until: datetime

    @property
    def sentence(self) -> str:
        """Tell the agent."""
        return f"Invitation envoyée à {self.email}, valable jusqu'au {instant_text(self.until)}."


def invite(work: Work, guardian_id: int) -> InviteReport:
    """Send a guardian a new link to create a password; an earlier link serves no longer.

    Raises:
        RefusedByRule: the guardian is unknown, or has no e-mail address.
    """
    work.agent.must_be(Role.AGENT)
    guardian = work.session.get(Guardian, guardian_id)
    if guardian is None:
        raise RefusedByRule("Ce responsable n'existe pas, ou n'existe plus.")
    return send_link(work, guardian, template="invitation", cause=f"invitation:{guardian_id}:{secrets.token_hex(8)}")


def send_link(work: Work, guardian: Guardian, *, template: str, cause: str) -> InviteReport:
    """Draw a link, keep its hash, publish it, and write the e-mail that carries it.

    Raises:
        RefusedByRule: the guardian has no e-mail address.
    """
    if not guardian.email:
        raise RefusedByRule(f"{full_name(guardian)} n'a pas d'adresse e-mail. Ajoutez-la à sa fiche, puis invitez.")
    token = secrets.token_urlsafe(32)
    guardian.link_sha256 = hashlib.sha256(token.encode()).hexdigest()
    guardian.link_until = work.now + timedelta(hours=LINK_HOURS)
    write_mail(
        work,
        cause=cause,
        recipient=guardian.email,
        subject="Votre accès au portail des familles",
        template=template,
        values={
            "first_name": guardian.first_name,
            "link": f"{work.settings.public_url.rstrip('/')}/bienvenue/{token}",
            "until": guardian.link_until,
        },
    )
    work.show(ViewKind.ACCOUNT, guardian.id, guardian.family_id)
    work.sign("invite", "guardian", guardian.id, new={"email": guardian.email, "until": str(guardian.link_until)})
    work.changed(Changed.FAMILIES)
    return InviteReport(guardian.id, guardian.email, guardian.link_until)


def link_drawn_at(guardian: Guardian) -> datetime | None:
    """Tell when the link that still serves was drawn."""
    return guardian.link_until - timedelta(hours=LINK_HOURS) if guardian.link_until else None
