"""Who works at this desk, and what the role allows."""

import getpass
import platform
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.errors import NotAllowed
from models.office.house import AgentAccount
from models.vocabulary import Role

ROLE_NAMES = {
    Role.AGENT: "agent de la régie",
    Role.DIRECTOR: "directrice ou directeur",
    Role.CASHIER: "régisseur",
    Role.ADMINISTRATOR: "administrateur",
}


@dataclass(frozen=True, slots=True)
class Agent:
    """The person, or the programme, that acts."""

    login: str
    name: str
    roles: frozenset[Role]
    workstation: str

    def must_be(self, role: Role) -> None:
        """Let a use-case state the role it needs.

        Raises:
            NotAllowed: the agent does not hold it.
        """
        if role not in self.roles:
            message = (
                f"{self.name} n'a pas le rôle «\xa0{ROLE_NAMES[role]}\xa0» qu'il faut ici. Rien n'a été modifié. "
                "Demandez ce rôle à l'administrateur."
            )
            raise NotAllowed(message)


SYSTEM = Agent("systeme", "Marelle", frozenset(Role), platform.node())


def agent_at_desk(session: Session) -> Agent:
    """Find the agent by the workstation's login; a stranger may look and change nothing."""
    login = getpass.getuser()
    found = session.execute(
        select(AgentAccount.name, AgentAccount.roles).where(AgentAccount.login.in_([login, "*"]))
        .order_by(AgentAccount.login.desc())
    ).first()  # fmt: skip
    name, roles = (found.name, found.roles) if found else (login, [])
    return Agent(login, name, frozenset(Role(role) for role in roles), platform.node())
