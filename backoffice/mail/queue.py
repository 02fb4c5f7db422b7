"""Writing an e-mail in the transaction that causes it: it exists if and only if its cause does."""

from collections.abc import Mapping
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import select
from sqlalchemy.orm import Session
from uuid6 import uuid7

from backoffice.office import Changed, Work
from models.office.house import Mail
from models.office.structure import Commune, Regie
from models.upsert import insert_into
from models.vocabulary import MailState
from resources import FOLDER
from resources.french import euros, instant_text, long_date, month_name


def write_mail(
    work: Work, *, cause: str, recipient: str, subject: str, template: str, values: Mapping[str, object]
) -> bool:
    """Write an e-mail from a template of `resources/mail`; a cause that has had its e-mail has no second one."""
    body = render(template, {**_signature(work.session), "portal": work.settings.public_url, **values})
    row = {
        "cause": cause,
        "message_id": f"<{uuid7()}@{work.settings.mail_from.rpartition('@')[2]}>",
        "recipient": recipient,
        "subject": subject,
        "body_sealed": work.sealer.seal(body),
        "state": MailState.WAITING,
        "tries": 0,
        "created_at": work.now,
        "next_try_at": work.now,
    }
    statement = insert_into(work.session, Mail).values(**row).on_conflict_do_nothing(index_elements=["cause"])
    written = work.session.connection().execute(statement.returning(Mail.id)).first() is not None
    if written:
        work.changed(Changed.MAIL)
    return written


def render(template: str, values: Mapping[str, object]) -> str:
    """Write a template's text with its values; a missing value is a mistake, never a blank."""
    return _templates().get_template(f"{template}.txt").render(values).strip() + "\n"


@cache
def _templates() -> Environment:
    templates = Environment(
        loader=FileSystemLoader(FOLDER / "mail"),
        autoescape=False,  # noqa: S701 plain text, never read as HTML
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters.update(euros=euros, moment=instant_text, day=long_date, month=month_name)
    return templates


def _signature(session: Session) -> dict[str, str]:
    regie = session.scalars(select(Regie).order_by(Regie.id).limit(1)).first()
    commune = session.scalar(select(Commune.name).limit(1))
    return {
        "commune": commune or "",
        "regie": regie.name if regie else "La régie",
        "regie_phone": regie.phone if regie else "",
        "regie_email": regie.email if regie else "",
    }
