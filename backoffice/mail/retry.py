"""An agent decides that an e-mail must be sent again."""

from backoffice.errors import RefusedByRule
from backoffice.mail.lists import MAIL_WORDS
from backoffice.office import Changed, Work
from models.office.house import Mail
from models.vocabulary import MailState, Role


def send_again(work: Work, mail_id: int) -> None:
    """Put a refused or uncertain e-mail back in the queue.

    Raises:
        RefusedByRule: it is not one that an agent may send again.
    """
    work.agent.must_be(Role.AGENT)
    mail = work.session.get(Mail, mail_id, with_for_update=True)
    if mail is None or mail.body_sealed is None or mail.state not in {MailState.FAILED, MailState.UNCERTAIN}:
        state = f" ({MAIL_WORDS[mail.state].lower()})" if mail else ""
        raise RefusedByRule(f"Ce message ne peut pas être renvoyé{state}. Rien n'a été modifié.")
    work.sign("send_again", "mail", mail_id, old={"state": mail.state, "error": mail.error})
    mail.state, mail.error, mail.tries, mail.next_try_at = MailState.WAITING, None, 0, work.now
    work.changed(Changed.MAIL)
