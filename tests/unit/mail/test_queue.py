"""E-mails are written with their cause: one cause, one e-mail, in plain French."""

from datetime import date

import pytest
from jinja2 import UndefinedError
from sqlalchemy import select

from backoffice.errors import RefusedByRule
from backoffice.mail.lists import mail_counts, troubled_mails
from backoffice.mail.queue import write_mail
from backoffice.mail.retry import send_again
from backoffice.office import Office, Work
from models.office.house import Mail
from models.vocabulary import MailState
from resources import FOLDER
from tests.factories import AGENT, NOW, a_commune, an_office

INVOICE = {
    "first_name": "Camille", "number": "CANTINE-2026-000001", "service": "Restauration scolaire",
    "month": date(2026, 10, 1), "total_cents": 6640, "due_on": date(2026, 12, 24),
    "waits": False, "carried_cents": 0, "debit_on": None,
}  # fmt: skip
PLACE = {
    "first_name": "Camille", "child": "Léa", "activity": "Restauration scolaire", "unit": "Repas",
    "on": "lundi 30 novembre", "asked_at": NOW,
}  # fmt: skip
VALUES: dict[str, dict[str, object]] = {
    "invitation": {"first_name": "Camille", "link": "https://portail.example/bienvenue/x", "until": NOW},
    "link": {"first_name": "Camille", "link": "https://portail.example/bienvenue/x", "until": NOW},
    "request": {
        "first_name": "Camille", "received_at": NOW, "title": "Réservations de Léa", "answer": "Oui.",
        "lines": [{"text": "Repas", "wished": "réserver", "verdict": "refusé", "why": "Complet."}],
        "reason": None, "note": None,
    },
    "invoice": INVOICE,
    "reminder": {
        "first_name": "Camille", "title": "Rappel", "text": "Il reste 66,40 €.", "invoices": [{**INVOICE, "due_cents": 6640}],
        "total_cents": 6640, "how_to_pay": ["Espèces."], "whom_to_call": ["03 29 00 00 00."],
    },
    "credit_note": {
        "first_name": "Camille", "number": "AV-CANTINE-2026-000001", "total_cents": 415, "invoice": "CANTINE-2026-000001",
        "service": "Restauration scolaire", "month": date(2026, 10, 1), "reason": "Erreur de pointage",
        "credit_cents": 415, "due_cents": 6640, "due_on": date(2026, 12, 3),
    },
    "rejection": {
        "first_name": "Camille", "amount_cents": 6640, "debit_on": date(2026, 12, 3), "number": "CANTINE-2026-000001",
        "service": "Restauration scolaire", "month": date(2026, 10, 1), "reason": "provision insuffisante",
        "due_cents": 6640, "stopped": True,
    },
    "offer": {**PLACE, "until": "mercredi 25 novembre à 9\xa0h"},
    "place": {**PLACE, "until": ""},
    "message": {"first_name": "Camille", "link": "https://portail.example/contact"},
}  # fmt: skip


@pytest.fixture
def office(tmp_path):
    opened = an_office(tmp_path)
    yield opened
    opened.close()


def an_invoice_mail(work: Work, **changes: object) -> bool:
    values = {"cause": "invoice:1", "recipient": "camille.martin@exemple.fr", "subject": "Votre facture", **changes}
    return write_mail(work, template="invoice", values=INVOICE, **values)  # type: ignore[arg-type]  # texts


def texts(office: Office) -> list[str]:
    mails = office.read(lambda session: session.scalars(select(Mail)).all())
    return [office.sealer.unseal(mail.body_sealed) for mail in mails if mail.body_sealed]


def test_a_cause_has_one_mail(office: Office) -> None:
    a_commune(office)
    assert office.write(an_invoice_mail, AGENT)
    assert not office.write(an_invoice_mail, AGENT)
    [text] = texts(office)
    assert "Montant\u202f: 66,40\u202f€" in text
    assert "octobre 2026" in text
    assert "jeudi 24 décembre 2026" in text
    assert "regie@contrexeville.example" in text


def test_a_mail_exists_only_if_its_cause_does(office: Office) -> None:
    a_commune(office)

    def fail(work: Work) -> None:
        an_invoice_mail(work)
        raise KeyError

    with pytest.raises(KeyError):
        office.write(fail, AGENT)
    assert texts(office) == []


@pytest.mark.parametrize("template", sorted(path.stem for path in (FOLDER / "mail").glob("*.txt")))
def test_every_letter_has_its_values_and_says_who_writes(office: Office, template: str) -> None:
    a_commune(office)

    def write(work: Work) -> None:
        common = {"cause": "x", "recipient": "a@exemple.fr", "subject": "Sujet", "template": template}
        with pytest.raises(UndefinedError):
            write_mail(work, **common, values={})
        write_mail(work, **common, values=VALUES[template])

    office.write(write, AGENT)
    [text] = texts(office)
    assert text.startswith("Bonjour Camille,")
    assert "Régie des services à l'enfance" in text
    assert "{" not in text
    assert "\n\n\n" not in text


def test_an_agent_sends_a_refused_mail_again(office: Office) -> None:
    a_commune(office)
    office.write(an_invoice_mail, AGENT)

    def refused(work: Work) -> int:
        mail = work.session.scalars(select(Mail)).one()
        mail.state, mail.error = MailState.FAILED, "550 inconnu"
        return mail.id

    mail_id = office.write(refused, AGENT)
    assert office.read(mail_counts).failed == 1
    assert [row.error for row in office.read(troubled_mails)] == ["550 inconnu"]
    office.write(send_again, AGENT, mail_id)
    assert office.read(mail_counts).waiting == 1
    with pytest.raises(RefusedByRule, match="en attente"):
        office.write(send_again, AGENT, mail_id)
