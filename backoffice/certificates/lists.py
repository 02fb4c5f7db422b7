"""The certificates made: the last edition of each household, and the letter kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.errors import RefusedByRule
from backoffice.papers import kept
from models.office.families import Family
from models.office.payments import Payment
from models.office.reminders import TaxCertificate
from models.vocabulary import PaperKind


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """A household's certificate."""

    id: int
    family_id: int
    family: str
    family_number: str
    payer: str
    children: tuple[str, ...]
    year: int
    edition: int
    made_at: datetime
    made_by: str
    cents: int
    sort_key: str


def certificates(session: Session, regie_id: int, year: int) -> tuple[CertificateRow, ...]:
    """List the last edition of each household's certificate, in French order."""
    last = (
        select(TaxCertificate.family_id, func.max(TaxCertificate.edition).label("edition"))
        .where(TaxCertificate.regie_id == regie_id, TaxCertificate.year == year)
        .group_by(TaxCertificate.family_id)
        .subquery()
    )
    rows = session.execute(
        select(TaxCertificate, Family)
        .join(Family, Family.id == TaxCertificate.family_id)
        .join(last, (last.c.family_id == TaxCertificate.family_id) & (last.c.edition == TaxCertificate.edition))
        .where(TaxCertificate.regie_id == regie_id, TaxCertificate.year == year)
        .order_by(Family.search_key, Family.id)
    )
    return tuple(
        CertificateRow(
            id=row.id,
            family_id=row.family_id,
            family=family.name,
            family_number=family.number,
            payer=row.content["payer"],
            children=tuple(child["name"] for child in row.content["children"]),
            year=row.year,
            edition=row.edition,
            made_at=row.made_at,
            made_by=row.made_by,
            cents=row.amount_cents,
            sort_key=family.search_key,
        )
        for row, family in rows
    )


def certificate_pdf(session: Session, certificate_id: int) -> bytes:
    """Give a certificate as it was made.

    Raises:
        RefusedByRule: it is not there, or no longer what was kept.
    """
    content = kept(session, PaperKind.TAX_CERTIFICATE, certificate_id)
    if content is None:
        raise RefusedByRule("Cette attestation n'est pas dans la base. Relisez la liste.")
    return content


def years(session: Session, regie_id: int, this_year: int) -> Sequence[int]:
    """Give the years that money was received in, latest first, this one included."""
    first = session.scalar(select(func.min(Payment.received_on)).where(Payment.regie_id == regie_id))
    return list(range(this_year, min(this_year, first.year if first else this_year) - 1, -1))
