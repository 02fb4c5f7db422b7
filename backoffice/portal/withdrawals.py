"""What a family takes back: judged by what is published, written down once per form, shown until the office has taken it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from backoffice.portal.shown import Shown
from backoffice.sync.contract import RequestView, Withdrawn

MOST_KEYS, LONGEST_KEY = 1000, 200
WHOLE_KINDS = frozenset({"person", "enrolment", "document", "mandate"})  # answered, and taken back, all lines together
ANSWERED = "La régie a répondu entre-temps : rien n'a été retiré. Sa réponse est ci-dessous."
NOTHING = "Ces lignes n'attendent plus de réponse : rien n'a été retiré."


@dataclass(frozen=True, slots=True)
class Leaving:
    """What is on its way back, of one request: some of its lines, or all."""

    keys: frozenset[str] = frozenset()
    all: bool = False

    def has(self, key: str) -> bool:
        """Tell whether a line is on its way back."""
        return self.all or key in self.keys

    def __bool__(self) -> bool:
        return self.all or bool(self.keys)


NONE = Leaving()


def leaving(payloads: Iterable[Mapping[str, Any]]) -> dict[str, Leaving]:
    """Read the withdrawals that the office has not taken, by request."""
    found: dict[str, Leaving] = {}
    for payload in payloads:
        taken = Withdrawn.model_validate(payload)
        known = found.get(str(taken.request_id), NONE)
        found[str(taken.request_id)] = Leaving(known.keys | set(taken.keys), known.all or not taken.keys)
    return found


def leaving_of(documents: Shown) -> dict[str, Leaving]:
    """Read them among the documents of a page that asked for what is pending."""
    return leaving(document.body for document in documents.pending("withdrawn"))


def judge(
    action_id: str, view: RequestView | None, keys: Collection[str], already: Leaving
) -> tuple[Withdrawn | None, str]:
    """Say what may be taken back, or why nothing may; neither: it is on its way already."""
    asked = tuple(dict.fromkeys(key for key in keys if 0 < len(key) <= LONGEST_KEY))[:MOST_KEYS]
    if view is None:  # the office reads what was asked first, then this
        if keys and not asked:
            return None, NOTHING
        return (None, "") if already.all else (Withdrawn(request_id=UUID(action_id), keys=asked), "")
    if view.status != "waiting":
        return None, ANSWERED
    waiting = [line.key for line in view.lines if line.verdict == "waiting"]
    chosen = () if view.kind in WHOLE_KINDS or not keys else tuple(key for key in asked if key in waiting)
    if keys and not chosen and view.kind not in WHOLE_KINDS:
        return None, NOTHING
    if all(already.has(key) for key in chosen or waiting):
        return None, ""
    return Withdrawn(request_id=UUID(action_id), keys=chosen), ""
