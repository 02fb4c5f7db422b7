"""The real servers that other tests lean on."""

import smtplib
from collections.abc import Callable
from email.message import EmailMessage

import psycopg
import pytest
from playwright.sync_api import Browser
from pytestqt.qtbot import QtBot

from models.migrate import Side
from tests.servers import MailServer


def test_a_phone_sees_a_page(browser: Browser) -> None:
    with browser.new_context(viewport={"width": 390, "height": 844}) as phone:
        page = phone.new_page()
        page.set_content("<h1>Semaine d'Élise</h1>")
        assert page.get_by_role("heading").inner_text() == "Semaine d'Élise"


def test_each_database_is_its_own(new_postgres: Callable[[Side], str], postgres_url: str) -> None:
    sides: tuple[Side, ...] = ("office", "office", "portal")
    one, other, portal, bare = (url.replace("+psycopg", "") for url in (*map(new_postgres, sides), postgres_url))
    with psycopg.connect(one) as connection:
        connection.execute("INSERT INTO holiday (day, name) VALUES ('2026-12-25', 'Noël')")
    with psycopg.connect(other) as connection:
        assert connection.execute("SELECT count(*) FROM holiday").fetchone() == (0,)
    for url, expected in ((portal, ("account", None)), (bare, (None, None))):
        with psycopg.connect(url) as connection:
            found = connection.execute("SELECT to_regclass('account')::text, to_regclass('holiday')::text").fetchone()
            assert found == expected


def test_the_mail_server_turns_away_then_takes(smtp: MailServer) -> None:
    smtp.refusals = 1
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "regie@exemple.fr", "famille@exemple.fr", "Votre réservation"
    message.set_content("Élise mange à la cantine jeudi.")
    with smtplib.SMTP(smtp.host, smtp.port) as client:
        with pytest.raises(smtplib.SMTPDataError, match="Plus tard"):
            client.send_message(message)
        client.send_message(message)
    assert [str(received["Subject"]) for received in smtp.to("famille@exemple.fr")] == ["Votre réservation"]


def test_a_window_shows(qtbot: QtBot) -> None:
    from PySide6.QtWidgets import QLabel

    label = QLabel("Marelle")
    qtbot.addWidget(label)
    with qtbot.waitExposed(label):
        label.show()
