"""The régie writes to a household: its thread shows it, an e-mail says that it is there and not what it says."""

from dataclasses import dataclass

from sqlalchemy import select

from backoffice.errors import RefusedByRule
from backoffice.mail.queue import write_mail
from backoffice.messages.read import set_read
from backoffice.office import Changed, Work
from backoffice.sync.contract import ViewKind
from models.office.families import Family, Guardian
from models.office.house import Message
from models.vocabulary import Role
from resources.french import number, plural
from resources.plain import plain_text

LONGEST = 4000


@dataclass(frozen=True, slots=True)
class ReplySent:
    """Who is told that a message waits."""

    family_id: int
    family: str
    told: int  # guardians who get an e-mail
    readers: int  # guardians who have opened an account, and can read it

    @property
    def sentence(self) -> str:
        """Tell the agent."""
        if not self.readers:
            return (
                f"Réponse à {self.family} enregistrée. Personne n'y a encore ouvert l'Espace famille\u202f: "
                "invitez un responsable depuis son dossier, ou appelez."
            )
        return f"Réponse à {self.family} envoyée. {plural(self.told, 'responsable prévenu', 'responsables prévenus')} par e-mail."


def reply(work: Work, family_id: int, text: str, *, shown: int | None = None) -> ReplySent:
    """Write to a household; what it had written is read, up to the last message `shown` to the agent.

    Raises:
        RefusedByRule: the household is unknown, the text is empty or too long.
    """
    work.agent.must_be(Role.AGENT)
    family = work.session.get(Family, family_id)
    if family is None:
        raise RefusedByRule("Ce foyer n'existe pas, ou n'existe plus. Rien n'a été envoyé.")
    said = plain_text(text)
    if not said:
        raise RefusedByRule("La réponse est vide. Rien n'a été envoyé\u202f: écrivez-la, puis envoyez.")
    if len(said) > LONGEST:
        raise RefusedByRule(
            f"La réponse a {number(len(said))} caractères, {number(LONGEST)} au plus. "
            "Rien n'a été envoyé\u202f: raccourcissez-la."
        )
    message = Message(
        family_id=family_id,
        guardian_id=None,
        agent=work.agent.name,
        at=work.now,
        text=said,
        read_at=None,
        action_id=None,
    )
    work.session.add(message)
    work.session.flush()
    set_read(work, family_id, shown=shown)
    work.sign("reply", "family", family_id, new={"message": message.id, "length": len(said)})
    work.show(ViewKind.THREAD, "", family_id)
    work.changed(Changed.MESSAGES)
    return _tell(work, family, message)


def _tell(work: Work, family: Family, message: Message) -> ReplySent:
    query = select(Guardian).where(Guardian.family_id == family.id, Guardian.account_opened)
    guardians = work.session.scalars(query.order_by(Guardian.position, Guardian.id)).all()
    link = f"{work.settings.public_url.rstrip('/')}/connexion?suite=/contact"
    told = 0
    for guardian in guardians:
        if guardian.email:
            told += write_mail(
                work,
                cause=f"message:{message.id}:{guardian.id}",
                recipient=guardian.email,
                subject="Un message de la régie vous attend",
                template="message",
                values={"first_name": guardian.first_name, "link": link},
            )
    return ReplySent(family.id, family.name, told, len(guardians))
