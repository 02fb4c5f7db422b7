"""How an e-mail leaves: SMTP, with each failure told apart by what is certain."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol

from backoffice.families.fields import EMAIL
from backoffice.mail.folder import FolderTransport
from backoffice.secrets import SMTP, Secrets
from backoffice.settings import Settings

TIMEOUT = 30.0


class NotNow(Exception):
    """The e-mail has certainly not left; a later try may succeed."""


class RefusedForGood(Exception):
    """The server will never take this e-mail."""


class Uncertain(Exception):
    """The line was cut after the text was given: nobody knows whether the e-mail left."""


class Carrier(Protocol):
    """An open line to the mail server."""

    def deliver(self, message: EmailMessage) -> None:
        """Hand one e-mail over; raises NotNow, RefusedForGood or Uncertain."""


class Transport(Protocol):
    """Opens a line to the mail server; raises NotNow."""

    def line(self) -> AbstractContextManager[Carrier]: ...


class SmtpTransport:
    """The commune's mail server, TLS first unless the settings say otherwise."""

    def __init__(self, settings: Settings, password: str | None) -> None:
        self._settings, self._password = settings, password

    @contextmanager
    def line(self) -> Iterator[Carrier]:
        server = self._open()
        try:
            yield _SmtpLine(server)
        finally:
            with suppress(OSError, smtplib.SMTPException):
                server.quit()

    def _open(self) -> smtplib.SMTP:
        settings = self._settings
        assert settings.smtp_host
        try:
            server = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=TIMEOUT)
        except (OSError, smtplib.SMTPException) as error:
            message = f"Le serveur de messagerie {settings.smtp_host} ne répond pas ({error})."
            raise NotNow(message) from error
        try:
            if settings.smtp_starttls:
                server.starttls(context=ssl.create_default_context())
            if settings.smtp_user:
                server.login(settings.smtp_user, self._password or "")
        except (OSError, smtplib.SMTPException) as error:
            server.close()
            message = f"Le serveur de messagerie {settings.smtp_host} refuse la connexion ({error})."
            raise NotNow(message) from error
        return server


class _SmtpLine:
    def __init__(self, server: smtplib.SMTP) -> None:
        self._server = server

    def deliver(self, message: EmailMessage) -> None:
        try:
            self._hand_over(message)
        except (NotNow, RefusedForGood):
            with suppress(OSError, smtplib.SMTPException):
                self._server.rset()  # the next e-mail starts anew
            raise

    def _hand_over(self, message: EmailMessage) -> None:
        sender, recipient = message["From"].addresses[0].addr_spec, str(message["To"])
        if not EMAIL.fullmatch(recipient):
            raise RefusedForGood(f"«\xa0{recipient}\xa0» n'est pas une adresse e-mail.")
        try:
            self._server.ehlo_or_helo_if_needed()
            _accepted(self._server.mail(sender), for_good=NotNow)  # our own address: a setting to correct, not a fate
            _accepted(self._server.rcpt(recipient))
        except UnicodeEncodeError as error:
            raise RefusedForGood(f"L'adresse {recipient} ne peut pas être écrite sur ce serveur.") from error
        except (OSError, smtplib.SMTPException) as error:
            raise NotNow(f"Le serveur de messagerie a coupé avant l'envoi ({error}).") from error
        try:
            answer = self._server.data(message.as_bytes())
        except smtplib.SMTPDataError as error:  # it did not want the text at all
            _accepted((error.smtp_code, error.smtp_error))
        except (OSError, smtplib.SMTPException) as error:
            raise Uncertain(f"Le serveur de messagerie a coupé pendant l'envoi ({error}).") from error
        else:
            _accepted(answer)


def transport_of(settings: Settings, secrets: Secrets) -> Transport | None:
    """Give the way out for e-mail; none when no server is set: e-mails then wait."""
    if settings.mail_folder:
        return FolderTransport(Path(settings.mail_folder))
    if not settings.smtp_host:
        return None
    return SmtpTransport(settings, secrets.get(SMTP) if settings.smtp_user else None)


def _accepted(answer: tuple[int, bytes | str], *, for_good: type[Exception] = RefusedForGood) -> None:
    code, words = answer
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    if 200 <= code < 300:
        return
    sentence = f"Le serveur de messagerie répond {code} {text}".strip()
    raise (for_good if code >= 500 else NotNow)(sentence[:190])
