"""« Attestation de frais de garde »: what a household paid in a year for its young children, for its tax return."""

from dataclasses import dataclass
from datetime import date

from reports.pdf.letter import Column, Head, Letter, summary_of, written
from reports.pdf.letterhead import RegieDocument, siret
from reports.pdf.page import NOTE, SMALL, euros
from resources import french

COLUMNS = (
    Column("Enfant", 70),
    Column("Né(e) le", 34),
    Column("Sommes payées", 40, to_right=True),
)
LAW = (
    "Article 200 quater B du code général des impôts\u202f: crédit d'impôt au titre des frais de garde, hors du domicile, "
    "des enfants âgés de moins de six ans au 1er janvier de l'année. Gardez cette attestation\u202f: l'administration peut "
    "la demander."
)


@dataclass(frozen=True, slots=True)
class CertifiedChild:
    """A young child, and what was paid for its care."""

    name: str
    birth_date: date
    cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateDocument:
    """What a certificate says, frozen on the day it was made."""

    regie: RegieDocument
    year: int
    edition: int
    until: date  # the last day looked at
    made_on: date
    family_number: str
    payer_name: str
    payer_address: tuple[str, ...]
    children: tuple[CertifiedChild, ...]
    signed_by: str

    @property
    def total_cents(self) -> int:
        """Give the sum to declare."""
        return sum(child.cents for child in self.children)


def render_certificate(document: CertificateDocument) -> bytes:
    """Lay the certificate out as a PDF; the same document gives the same bytes."""
    title = f"Attestation de frais de garde, année {document.year}"
    summary = summary_of(
        document.made_on,
        ("Famille n°", document.family_number),
        ("Édition", f"n° {document.edition}" if document.edition > 1 else ""),
    )
    addressee = (document.payer_name, *document.payer_address)
    subject = f"Frais de garde {document.year}, famille n° {document.family_number}"
    head = Head(document.regie, addressee, document.made_on, title, subject, summary)
    return written(head, lambda letter: _write(document, letter))


def _write(document: CertificateDocument, letter: Letter) -> None:
    regie = document.regie
    letter.paragraph(
        f"La {regie.name.replace('Régie', 'régie', 1)} de la commune de {regie.commune} "
        f"({siret(regie.siret)}) certifie avoir reçu de {document.payer_name}, du 1er janvier au "
        f"{french.long_date(document.until).partition(' ')[2]}, les sommes ci-dessous pour la garde de ses enfants de "
        "moins de six ans."
    )
    letter.space(4)
    rows = [(child.name, french.short_date(child.birth_date), euros(child.cents)) for child in document.children]
    letter.table(COLUMNS, rows, (f"Total payé en {document.year}", euros(document.total_cents)))
    letter.space(8)
    letter.paragraph(
        "Ces sommes ont été payées dans l'année, quel que soit le mois facturé. Elles ne comprennent ni les repas, ni "
        "les pénalités. Les aides versées par des tiers et les avoirs en sont déduits.",
        SMALL,
    )
    if document.edition > 1:
        letter.paragraph("Cette édition annule et remplace celle que vous avez reçue auparavant.", SMALL)
    if document.until < date(document.year, 12, 31):
        letter.paragraph(f"L'année {document.year} n'est pas terminée\u202f: cette attestation est provisoire.", SMALL)
    letter.paragraph(LAW, NOTE)
    letter.space(10)
    letter.signature(("Certifié exact,", document.signed_by, regie.name))
