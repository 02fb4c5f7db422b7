"""A household's message joins its thread, unread until an agent has opened it."""

from backoffice.office import Changed, Work
from backoffice.sync.contract import Action, MessageSent, ViewKind
from models.office.families import Guardian
from models.office.house import Message
from resources.plain import plain_text


def receive_message(work: Work, action: Action, guardian: Guardian) -> str:
    """Keep what a guardian wrote, and say what became of it."""
    payload = action.payload
    assert isinstance(payload, MessageSent)
    text = plain_text(payload.text)
    if not text:
        return "vide, rien n'est gardé"
    work.session.add(
        Message(
            family_id=guardian.family_id,
            guardian_id=guardian.id,
            agent=None,
            at=action.received_at,
            text=text,
            read_at=None,
            action_id=action.id,
        )
    )
    work.session.flush()
    work.sign("receive_message", "family", guardian.family_id, new={"guardian": guardian.id, "length": len(text)})
    work.show(ViewKind.THREAD, "", guardian.family_id)
    work.changed(Changed.MESSAGES)
    return "message reçu"
