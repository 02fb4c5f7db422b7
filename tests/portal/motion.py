"""A household in motion: who is being added, who is being taken away, what was asked and answered."""

from datetime import timedelta
from typing import Any

from backoffice.sync.contract import AnswerLine, FamilyView, FieldAnswer, RequestView, WaitingPerson
from tests.portal.published import ASKED, LEA, NOW, family

LEAVING, COMING = ASKED[:-1] + "2", ASKED[:-1] + "3"  # requests that wait


def family_in_motion() -> FamilyView:
    """Give the same with somebody to add and somebody to take away, who wait for the régie, and an answer on a field."""
    asked, since = family(), NOW - timedelta(days=2)
    refusal = FieldAnswer(wished="Faux nom", verdict="refused", why="Justificatif manquant.", at=since)
    fields = tuple(
        one.model_copy(update={"answer": refusal}) if one.name == "street" else one for one in asked.people[0].fields
    )
    people = (asked.people[0].model_copy(update={"fields": fields}), *asked.people[1:-1])
    leaving = asked.people[-1].model_copy(update={"waiting_request": LEAVING})
    coming = WaitingPerson(request_id=COMING, kind="pickup", name="Inès Faure", child_id=LEA, since=since)
    return asked.model_copy(update={"people": (*people, leaving), "waiting": (coming,)})


def request(kind: str = "fields", status: str = "waiting", **changes: Any) -> RequestView:
    """Give an answer, or what waits for one: a city asked for two days ago."""
    since = NOW - timedelta(days=2)
    line = AnswerLine(
        text="Ville de Claire Martin", wished="Vittel", verdict=status, why="La régie vérifie.", key="city"
    )
    values: dict[str, Any] = {"title": "Fiche de Claire Martin : ville", "received_at": since, "lines": (line,)}
    return RequestView(**{"kind": kind, "status": status} | values | changes)
