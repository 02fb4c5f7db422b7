"""A household writes, the régie reads and answers; the thread goes back to the portal, the e-mail says nothing of it."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from backoffice.errors import NotAllowed, RefusedByRule
from backoffice.messages.lists import thread, threads, unread_threads
from backoffice.messages.read import mark_read, mark_unread
from backoffice.messages.reply import reply
from backoffice.office import Office
from backoffice.permissions import SYSTEM, Agent
from backoffice.requests.receive import receive
from backoffice.sync.contract import MessageSent, ViewKind
from backoffice.sync.mark import mark_everything
from models.office.families import Guardian
from models.office.house import AuditEntry, Mail, PublishedView
from models.vocabulary import Role
from tests.factories import AGENT, NOW, Household, a_commune, another_family
from tests.letterbox import Letterbox, an_action
from tests.servers import ON_BOTH

LOOKER = Agent("elise", "Élise Roy", frozenset({Role.DIRECTOR}), "ECOLE-1")


@pytest.fixture
def home(office: Office) -> Household:
    return a_commune(office).home


def writes(office: Office, home: Household, text: str = "Léa sera absente jeudi.", *, minutes_ago: float = 0):
    action = an_action(home, MessageSent(text=text), at=NOW - timedelta(minutes=minutes_ago))
    return action, office.write(receive, SYSTEM, action)


def opens_account(office: Office, home: Household) -> None:
    change = update(Guardian).where(Guardian.id == home.guardian_id).values(account_opened=True)
    office.write(lambda work: work.session.execute(change), SYSTEM)


@pytest.mark.parametrize("office", ON_BOTH, indirect=True)
def test_a_message_is_kept_once_and_waits_to_be_read(office: Office, home: Household):
    action, first = writes(office, home, "Bonjour,\r\nLéa sera absente\x00 jeudi.  ")
    assert first.outcome == "message reçu"
    assert not office.write(receive, SYSTEM, action).applied
    (row,) = office.read(threads)
    assert (row.family_id, row.text, row.unread, row.from_family) == (
        home.family_id,
        "Bonjour,\nLéa sera absente jeudi.",
        1,
        True,
    )
    assert row.by == "Camille Martin"
    assert office.read(unread_threads) == 1


def test_what_comes_in_while_an_agent_reads_or_answers_stays_to_be_read(office: Office, home: Household):
    writes(office, home)
    shown = office.read(thread, home.family_id).messages[-1].id
    writes(office, home, "Et vendredi aussi.")
    assert office.write(mark_read, AGENT, home.family_id, shown=shown) == 1
    assert office.read(unread_threads) == 1
    office.write(reply, AGENT, home.family_id, "C'est noté pour jeudi.", shown=shown)
    file = office.read(thread, home.family_id)
    assert [message.text for message in file.messages if message.unread] == ["Et vendredi aussi."]


def test_nobody_writes_in_another_household_s_thread(office: Office, home: Household):
    forged = an_action(home, MessageSent(text="Bonjour"), at=NOW).model_copy(update={"family_id": 99})
    assert office.write(receive, SYSTEM, forged).outcome.startswith("refusée")
    assert office.read(threads) == ()


def test_reading_and_unreading(office: Office, home: Household):
    writes(office, home, "Un", minutes_ago=5)
    writes(office, home, "Deux")
    assert office.write(mark_read, AGENT, home.family_id) == 2
    assert office.read(unread_threads) == 0
    assert office.write(mark_unread, AGENT, home.family_id) == 1
    found = office.read(thread, home.family_id)
    assert [(one.text, one.unread) for one in found.messages] == [("Un", False), ("Deux", True)]


def test_those_who_only_look_leave_a_message_unread(office: Office, home: Household):
    writes(office, home)
    for use_case in (mark_read, mark_unread):
        with pytest.raises(NotAllowed):
            office.write(use_case, LOOKER, home.family_id)
    with pytest.raises(NotAllowed):
        office.write(reply, LOOKER, home.family_id, "Bonjour")
    assert office.read(unread_threads) == 1


def test_a_reply_is_signed_read_and_told_without_its_text(office: Office, home: Household):
    opens_account(office, home)
    writes(office, home)
    sent = office.write(reply, AGENT, home.family_id, "C'est noté, merci.")
    assert (sent.told, sent.readers) == (1, 1)
    found = office.read(thread, home.family_id)
    assert [(one.name, one.unread) for one in found.messages] == [("Camille Martin", False), ("Claire Aubry", False)]
    mail = office.read(lambda session: session.scalars(select(Mail)).one())
    body = office.sealer.unseal(mail.body_sealed)
    assert "Un message de la régie vous attend" in body
    assert "/connexion?suite=/contact\n" in body
    assert "noté" not in body
    deeds = office.read(lambda session: session.scalars(select(AuditEntry).where(AuditEntry.action == "reply")).all())
    assert [deed.agent for deed in deeds] == ["Claire Aubry"]
    assert "noté" not in str(deeds[0].new)


def test_a_reply_that_nobody_can_read_says_so(office: Office, home: Household):
    sent = office.write(reply, AGENT, home.family_id, "Bonjour")
    assert "Personne n'y a encore ouvert l'Espace famille" in sent.sentence


@pytest.mark.parametrize(
    ("family", "text", "says"), [(0, "  \n ", "vide"), (0, "x" * 4001, "4 000 au plus"), (99, "Bonjour", "foyer")]
)
def test_a_reply_that_cannot_leave_says_why(office: Office, home: Household, family: int, text: str, says: str):
    with pytest.raises(RefusedByRule) as refused:
        office.write(reply, AGENT, family or home.family_id, text)
    assert says in str(refused.value).replace("\u202f", " ").replace("\xa0", " ")


@pytest.mark.parametrize("office", ON_BOTH, indirect=True)
def test_unread_threads_come_first_then_the_latest(office: Office):
    town = a_commune(office)
    second, third = another_family(office, town), another_family(office, town, "Évrard")
    writes(office, town.home, minutes_ago=60)
    writes(office, second, minutes_ago=30)
    writes(office, third, minutes_ago=10)
    office.write(mark_read, AGENT, third.family_id)
    order = [row.family_id for row in office.read(threads)]
    assert order == [second.family_id, town.home.family_id, third.family_id]
    assert [row.family_id for row in office.read(threads, "evrard")] == [third.family_id]


def test_the_thread_reaches_the_portal_with_what_was_written(office: Office, home: Household, tmp_path):
    action, _ = writes(office, home)
    office.write(reply, AGENT, home.family_id, "C'est noté.")
    portal = Letterbox(tmp_path, office)
    from backoffice.sync.publish import publish

    with portal.client() as client:
        publish(office, client)
    lines = portal.body(ViewKind.THREAD, "", home.family_id)["lines"]
    assert [(line["by"], line["text"]) for line in lines] == [
        ("family", "Léa sera absente jeudi."),
        ("regie", "C'est noté."),
    ]
    assert lines[0]["action_id"] == str(action.id)
    portal.close()


def test_a_repair_shows_every_thread_again(office: Office, home: Household):
    writes(office, home)
    office.write(lambda work: work.session.execute(PublishedView.__table__.delete()), SYSTEM)
    office.write(mark_everything, SYSTEM)
    shown = office.read(lambda session: session.scalars(select(PublishedView.kind)).all())
    assert ViewKind.THREAD in shown
