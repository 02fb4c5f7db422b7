"""The form of a direct-debit mandate, for the account's holder to sign; its IBAN is printed by its ends only."""

from dataclasses import dataclass
from datetime import date

from reports.pdf.letterhead import HEAD_FEET, LEFT, RIGHT, RegieDocument, draw_foot, draw_letterhead
from reports.pdf.page import (
    A4_PORTRAIT,
    ACCENT,
    HAIR,
    HEADING,
    INK,
    MM,
    MUTED,
    NOTE,
    TEXT,
    TITLE,
    Metadata,
    Paper,
    Style,
    fit,
    wrap,
)
from reports.pdf.typeface import BOLD, REGULAR

WIDTH = RIGHT - LEFT
BODY_TOP = 54 * MM
LABEL_WIDTH, INSET = 52 * MM, 3 * MM
ROW, GAP = 19.0, 7 * MM
SIGNING_HEIGHT = 36 * MM
BODY = Style(REGULAR, 9.5, 13.5)
LABEL = Style(REGULAR, 8.5, 12, MUTED)
VALUE = Style(BOLD, 10, 13)
CODE = Style(BOLD, 11, 14, ACCENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class MandateDocument:
    """All that the form says."""

    regie: RegieDocument
    ics: str
    rum: str
    one_off: bool
    holder: str
    address: tuple[str, ...]
    account: str  # masked
    bic: str
    family_number: str
    made_on: date


def render_mandate(document: MandateDocument) -> bytes:
    """Lay the form out as a PDF; the same document gives the same bytes."""
    regie = document.regie
    paper = Paper(A4_PORTRAIT, _metadata(document))
    draw_letterhead(paper, LEFT, regie, 100 * MM)
    with paper.tag("H1"):
        paper.text_right(RIGHT, HEAD_FEET + 2, "Mandat de prélèvement SEPA", TITLE)
    with paper.tag("P"):
        paper.text_right(RIGHT, HEAD_FEET + 19, f"Famille n°\xa0{document.family_number}", TEXT)
    y = _authorisation(paper)
    y = _block(paper, y, "Le mandat", (("Référence unique (RUM)", document.rum, CODE),))
    y = _kinds(document, paper, y - GAP) + GAP
    holder = [("Nom", document.holder, VALUE), ("Adresse", ", ".join(document.address), VALUE)]
    holder += [("Compte (IBAN)", document.account, VALUE), ("Banque (BIC)", document.bic or "—", VALUE)]
    y = _block(paper, y, "Titulaire du compte à débiter", tuple(holder))
    owner = (
        ("Nom", regie.full_name, VALUE),
        ("Adresse", ", ".join(regie.address), VALUE),
        ("Identifiant créancier SEPA (ICS)", document.ics, CODE),
    )
    y = _block(paper, y, "Créancier", owner)
    _signing(paper, y)
    draw_foot(paper, LEFT, RIGHT, regie.contact, page=(1, 1))
    paper.end_page()
    return paper.to_bytes()


def _metadata(document: MandateDocument) -> Metadata:
    return Metadata(
        title=f"Mandat de prélèvement SEPA {document.rum}",
        author=document.regie.full_name,
        subject=f"{document.holder}, famille n°\xa0{document.family_number}",
        made_on=document.made_on,
    )


def _authorisation(paper: Paper) -> float:
    told = (
        (
            "En signant ce formulaire de mandat, vous autorisez le créancier nommé ci-dessous à envoyer des instructions à votre banque pour "
            "débiter votre compte, et votre banque à débiter votre compte conformément à ces instructions."
        ),
        (
            "Vous bénéficiez d'un droit à remboursement par votre banque, selon les conditions de la convention que vous "
            "avez passée avec elle. Toute demande de remboursement doit être présentée dans les 8 semaines qui suivent la "
            "date du débit pour un prélèvement autorisé, et au plus tard dans les 13 mois pour un prélèvement non autorisé."
        ),
        "Chaque facture vous annonce, avant le prélèvement, son montant et sa date.",
    )
    y = BODY_TOP
    for words in told:
        y = paper.paragraph(LEFT, y, words, BODY, width=WIDTH) + 4
    return y + GAP / 2


def _block(paper: Paper, y: float, title: str, rows: tuple[tuple[str, str, Style], ...]) -> float:
    """Draw a titled block of labels and values, and give where the next one begins."""
    with paper.tag("H2"):
        paper.text(LEFT, y, title, HEADING)
    y += 6
    paper.rule(LEFT, y, RIGHT, weight=0.9, colour=ACCENT)
    for label, value, style in rows:
        lines = wrap(value, style, WIDTH - LABEL_WIDTH)
        with paper.tag("P"):
            paper.text(LEFT, y + 13, *fit(label, LABEL, LABEL_WIDTH - INSET))
            paper.lines(LEFT + LABEL_WIDTH, y + 13, lines, style)
        y += ROW + style.leading * (len(lines) - 1)
        paper.rule(LEFT, y, RIGHT, colour=HAIR)
    return y + GAP + 6


def _kinds(document: MandateDocument, paper: Paper, y: float) -> float:
    """Say whether the mandate serves once or for many debits: a box is ticked, and the words say which."""
    with paper.tag("P"):
        paper.text(LEFT, y + 7, "Type de paiement", LABEL)
        x = LEFT + LABEL_WIDTH
        for words, chosen in (("Récurrent", not document.one_off), ("Ponctuel", document.one_off)):
            paper.frame(x, y - 1, 9, 9, colour=INK)
            if chosen:
                paper.fill(x + 2, y + 1, 5, 5, INK)
            paper.text(x + 14, y + 7, f"{words}{' (choisi)' if chosen else ''}", VALUE if chosen else TEXT)
            x += 40 * MM
    paper.rule(LEFT, y + 13, RIGHT, colour=HAIR)
    return y + 13 + 6


def _signing(paper: Paper, y: float) -> None:
    with paper.tag("H2"):
        paper.text(LEFT, y, "Signature du titulaire du compte", HEADING)
    y += 8
    paper.frame(LEFT, y, WIDTH, SIGNING_HEIGHT, colour=HAIR)
    half = LEFT + WIDTH / 2
    with paper.tag("P"):
        paper.text(LEFT + INSET, y + 16, "Fait à", LABEL)
        paper.text(LEFT + INSET, y + 40, "Le", LABEL)
        paper.text(half + INSET, y + 16, "Signature", LABEL)
    for feet in (18, 42):
        paper.rule(LEFT + 16 * MM, y + feet, half - INSET, colour=MUTED)
    paper.column_rule(half, y, y + SIGNING_HEIGHT)
    told = (
        "À rendre signé à la régie, avec un relevé d'identité bancaire (RIB). L'IBAN est imprimé sans ses chiffres du "
        "milieu\u202f: vérifiez ses extrémités. Vos données ne servent qu'à la gestion de vos prélèvements\u202f; vos droits "
        "d'accès, de rectification et d'opposition s'exercent auprès de la régie."
    )
    paper.paragraph(LEFT, y + SIGNING_HEIGHT + 14, told, NOTE, width=WIDTH)
