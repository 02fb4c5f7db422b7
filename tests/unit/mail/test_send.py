"""E-mails leave through a real server: after the commit, once, and tried again when it does not answer."""

import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from itertools import count

import pytest
from sqlalchemy import select

from backoffice.mail.queue import write_mail
from backoffice.mail.send import send_waiting
from backoffice.mail.transport import SmtpTransport, Uncertain, transport_of
from backoffice.office import Office, Work
from backoffice.secrets import DemonstrationSecrets
from backoffice.settings import Settings
from models.office.house import Mail
from models.vocabulary import MailState
from tests.factories import AGENT, a_commune, an_office
from tests.faults.cuts import Cut, PowerCut
from tests.servers import MailServer

VALUES = {
    "first_name": "Camille", "number": "CANTINE-2026-000001", "service": "Restauration scolaire",
    "month": date(2026, 10, 1), "total_cents": 6640, "due_on": date(2026, 12, 24),
    "waits": False, "carried_cents": 0, "debit_on": None,
}  # fmt: skip


@pytest.fixture
def office(tmp_path):
    opened = an_office(tmp_path)
    a_commune(opened)
    yield opened
    opened.close()


def settings_of(smtp: MailServer) -> Settings:
    return Settings(smtp_host=smtp.host, smtp_port=smtp.port, smtp_starttls=False, mail_from="regie@ville.example")


def write(office: Office, *causes: str, recipient: str = "camille@exemple.fr") -> None:
    def letters(work: Work) -> None:
        for cause in causes:
            write_mail(
                work,
                cause=cause,
                recipient=recipient,
                subject=f"Votre facture n° {cause}",
                template="invoice",
                values=VALUES,
            )

    office.write(letters, AGENT)


def mails(office: Office) -> list[Mail]:
    return list(office.read(lambda session: session.scalars(select(Mail).order_by(Mail.id)).all()))


def test_a_letter_arrives_as_the_regie_wrote_it(office: Office, smtp: MailServer) -> None:
    write(office, "é1")
    report = send_waiting(office, SmtpTransport(settings_of(smtp), None))
    assert report.sentence == "1 e-mail parti."
    [message] = smtp.messages
    mail = mails(office)[0]
    assert (
        message["From"].addresses[0].addr_spec == "regie@contrexeville.example" or message["From"].addresses[0].domain
    )
    assert message["Reply-To"] == "regie@contrexeville.example"
    assert message["Subject"] == "Votre facture n° é1"
    assert message["Message-ID"] == mail.message_id
    assert message["Date"]
    assert message.get_content_type() == "text/plain"
    assert "66,40\u202f€" in message.get_content()
    assert (mail.state, mail.body_sealed, mail.tries) == (MailState.SENT, None, 1)
    assert send_waiting(office, SmtpTransport(settings_of(smtp), None)).sent == 0
    assert len(smtp.messages) == 1


def test_a_server_that_says_later_is_tried_later_and_later(office: Office, smtp: MailServer) -> None:
    smtp.refusals = 2
    write(office, "1")
    transport = SmtpTransport(settings_of(smtp), None)
    waits = []
    for _ in range(2):
        assert send_waiting(office, transport).postponed == 1
        assert send_waiting(office, transport).sent == 0
        waits.append(mails(office)[0].next_try_at - office.now())
        office.clock.set(mails(office)[0].next_try_at)
    assert waits[1] > waits[0]
    assert send_waiting(office, transport).sent == 1
    assert len(smtp.messages) == 1


def test_a_server_that_is_away_costs_no_try(office: Office) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    settings = Settings(smtp_host="127.0.0.1", smtp_port=port, smtp_starttls=False)
    write(office, "1", "2")
    report = send_waiting(office, SmtpTransport(settings, None))
    assert (report.sent, report.postponed, report.waiting) == (0, 2, 2)
    assert [mail.tries for mail in mails(office)] == [0, 0]
    assert "ne répond pas" in (mails(office)[0].error or "")


def test_without_a_server_letters_wait(office: Office) -> None:
    write(office, "1")
    assert transport_of(Settings(), DemonstrationSecrets()) is None
    report = send_waiting(office, None)
    assert (report.sent, report.waiting) == (0, 1)


def test_an_address_that_cannot_be_is_refused_for_good(office: Office, smtp: MailServer) -> None:
    write(office, "1", recipient="pas une adresse")
    write(office, "2")
    report = send_waiting(office, SmtpTransport(settings_of(smtp), None))
    assert (report.sent, report.failed) == (1, 1)
    assert mails(office)[0].state is MailState.FAILED


class LineThatBreaks:
    """A server that takes the text, and is gone before its answer."""

    @contextmanager
    def line(self):
        yield self

    def deliver(self, message) -> None:
        raise Uncertain("coupé")


def test_a_letter_that_may_have_left_is_never_sent_again_by_itself(office: Office, smtp: MailServer) -> None:
    write(office, "1")
    assert send_waiting(office, LineThatBreaks()).uncertain == 1
    office.clock.move(days=2)
    assert send_waiting(office, SmtpTransport(settings_of(smtp), None)).sent == 0
    assert smtp.messages == []
    assert mails(office)[0].body_sealed


def test_the_programme_is_killed_at_any_statement_of_a_sending(office: Office, smtp: MailServer) -> None:
    transport = SmtpTransport(settings_of(smtp), None)
    for moment in count(1):
        causes = [f"{moment}-{n}" for n in range(2)]
        write(office, *causes)
        with PowerCut(office.engine, moment) as power:
            send_waiting(office, transport)
        office.clock.move(hours=1)
        send_waiting(office, transport)
        if not power.happened:
            break
    received = [message["Message-ID"] for message in smtp.messages]
    assert len(received) == len(set(received))
    for mail in mails(office):
        assert mail.state in {MailState.SENT, MailState.UNCERTAIN}
        if mail.state is MailState.SENT:
            assert mail.message_id in received
    assert moment > 8


def test_a_killed_sending_is_told_to_an_agent(office: Office) -> None:
    write(office, "1")

    class Killed(LineThatBreaks):
        def deliver(self, message) -> None:
            raise Cut

    with pytest.raises(Cut):
        send_waiting(office, Killed())
    assert mails(office)[0].state is MailState.SENDING
    office.clock.move(minutes=11)
    send_waiting(office, None)
    assert mails(office)[0].state is MailState.UNCERTAIN
    assert "peut-être parti" in (mails(office)[0].error or "")


def test_two_desks_that_send_together_send_each_letter_once(office: Office, smtp: MailServer) -> None:
    write(office, *(str(number) for number in range(12)))
    transport = SmtpTransport(settings_of(smtp), None)
    with ThreadPoolExecutor(3) as desks:
        reports = list(desks.map(lambda _: send_waiting(office, transport), range(3)))
    assert sum(report.sent for report in reports) == 12
    assert len({message["Message-ID"] for message in smtp.messages}) == len(smtp.messages) == 12
