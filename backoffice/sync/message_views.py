"""The view of a household's thread with the régie."""

from collections.abc import Sequence

from backoffice.messages.lists import MessageRow, messages_of
from backoffice.office import ViewKey
from backoffice.sync.contract import ThreadLine, ThreadView
from backoffice.sync.frame import NOTHING, Frame, Shown

MOST = 100


def threads(frame: Frame, keys: Sequence[ViewKey]) -> dict[ViewKey, Shown]:
    """Build the households' threads, their last messages; an empty one is not shown."""
    rows = messages_of(frame.session, [family_id for _, _, family_id in keys], MOST)
    return {key: _thread(rows[key[2]]) if key[2] in rows else NOTHING for key in keys}


def _thread(messages: Sequence[MessageRow]) -> Shown:
    return Shown(
        ThreadView(
            lines=tuple(
                ThreadLine(
                    id=message.id,
                    at=message.at,
                    by="family" if message.from_family else "regie",
                    name=message.name,
                    text=message.text,
                    action_id=message.action_id,
                )
                for message in messages
            )
        )
    )
