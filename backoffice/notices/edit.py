"""The commune writes a legal text of the portal, or goes back to what it says without it."""

from sqlalchemy import select

from backoffice.errors import RefusedByRule, StaleRecord
from backoffice.office import Changed, Work
from backoffice.portal.notices import BY_CODE
from backoffice.sync.contract import SHARED, ViewKind
from models.office.house import PortalNotice
from models.office.structure import Commune
from models.vocabulary import Role
from resources.french import number

LONGEST = 6000


def edit_notice(work: Work, code: str, text: str, *, seen: str | None = None) -> str:
    """Write a text; an empty one gives the default back. The sentence tells the agent.

    `seen` is the commune's own text that the agent had before her eyes.

    Raises:
        StaleRecord: somebody else has written it since.
        RefusedByRule: the text is unknown or too long.
    """
    work.agent.must_be(Role.ADMINISTRATOR)
    notice = BY_CODE.get(code)
    if notice is None:
        raise RefusedByRule("Ce texte n'existe pas. Rien n'a été modifié.")
    said = text.replace("\r\n", "\n").replace("\0", "").strip()
    if len(said) > LONGEST:
        raise RefusedByRule(
            f"Ce texte a {number(len(said))} caractères, {number(LONGEST)} au plus. "
            "Rien n'a été modifié\u202f: raccourcissez-le."
        )
    work.session.execute(select(Commune.id).with_for_update()).all()  # one administrator at a time
    row = work.session.get(PortalNotice, code)
    old = row.text if row else ""
    if seen is not None and seen != old:
        raise StaleRecord(
            "Ce texte vient d'être modifié par quelqu'un d'autre. Rien n'a été enregistré\u202f: relisez-le."
        )
    if said == old:
        return "Rien n'a changé."
    if row is None:
        work.session.add(PortalNotice(code=code, text=said))
    elif said:
        row.text = said
    else:
        work.session.delete(row)
    work.sign("edit_notice", "notice", code, old={"text": old}, new={"text": said})
    work.show(ViewKind.STRUCTURE, "", SHARED)
    work.changed(Changed.STRUCTURE)
    if not said:
        return f"«\xa0{notice.title}\xa0»\u202f: le portail reprend le texte proposé."
    return f"«\xa0{notice.title}\xa0»\u202f: les familles liront ce texte à la prochaine synchronisation."
