"""What follows the lines of an invoice: the amount due, how to pay it, the mentions, and the coupon to cut off."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from reports.pdf.invoice_document import DebitNotice, InvoiceDocument
from reports.pdf.invoice_table import SECTIONS
from reports.pdf.letterhead import LEFT, RIGHT
from reports.pdf.page import (
    ACCENT,
    HAIR,
    INK,
    MM,
    MUTED,
    NOTE,
    SMALL,
    STRONG,
    TEXT,
    Paper,
    Style,
    euros,
    fit,
    wrap,
)
from reports.pdf.typeface import BOLD, REGULAR
from resources import french
from resources.french import NARROW

TOTALS_LEFT = 114 * MM
TOTALS_AMOUNT = 26 * MM
PAYMENT_WIDTH = 88 * MM
INSET = 3 * MM
ROW = 14.5
DUE_ROW = 24
MENTION = Style(REGULAR, 7, 9, MUTED)
SMALL_MUTED = replace(SMALL, colour=MUTED)
DUE = Style(BOLD, 11.5, 14, ACCENT)
DUE_BIG = Style(BOLD, 17, 20, ACCENT)
LABEL = Style(REGULAR, 7.5, 12, MUTED)
VALUE = Style(BOLD, 8.5, 12, INK)
COUPON_TOP = 242 * MM


@dataclass(frozen=True, slots=True)
class Block:
    """A piece that stays whole: its height, and how it is drawn from a height."""

    height: float
    draw: Callable[[Paper, float], None]


@dataclass(frozen=True, slots=True)
class _Total:
    """A line of the totals: what is counted, how much."""

    label: str
    cents: int
    style: Style = TEXT

    @property
    def lines(self) -> tuple[str, ...]:
        return wrap(self.label, self.style, RIGHT - TOTALS_LEFT - TOTALS_AMOUNT)

    @property
    def figures(self) -> Style:
        return STRONG if self.style is TEXT else self.style

    @property
    def height(self) -> float:
        return ROW + (len(self.lines) - 1) * self.style.leading


def closing_of(document: InvoiceDocument) -> list[Block]:
    """Give what follows the lines, piece by piece, the coupon left out."""
    totals = tuple(_total_lines(document))
    height = max(_totals_height(document, totals), _payment_height(document))
    blocks = [Block(height + 5.2 * MM, partial(_draw_closing, document, totals))]
    for mention in document.mentions:
        height = len(wrap(mention, MENTION, RIGHT - LEFT)) * MENTION.leading + 2.5
        blocks.append(Block(height, partial(_draw_mention, mention)))
    return blocks


def due_label(document: InvoiceDocument) -> str:
    """Name the amount that the family looks for."""
    if document.credited:
        return "Montant de l'avoir"
    if document.debit:
        return "Montant prélevé"
    return "Montant à payer"


def _draw_closing(document: InvoiceDocument, totals: Sequence[_Total], paper: Paper, y: float) -> None:
    _draw_totals(document, totals, paper, y + 3 * MM)
    _draw_payment(document, paper, y + 3 * MM)


def _total_lines(document: InvoiceDocument) -> Iterator[_Total]:
    yield _Total(("Total de l'avoir" if document.credited else "Total de la facture"), document.total_cents)
    sections = dict.fromkeys(SECTIONS, 0)
    for line in document.lines:
        sections[line.section] += line.amount_cents
    if len({line.section for line in document.lines}) > 1:
        for section, title in SECTIONS.items():
            if sections[section]:
                yield _Total(f"dont {title.lower()}", sections[section], SMALL_MUTED)
    for label, cents in document.deductions:
        yield _Total(label, -cents)
    if document.deductions and (document.carried_over or document.waits_below_cents):
        yield _Total("Reste à votre charge", document.net_cents)
    for number, cents in document.carried_over:
        yield _Total(f"Report de la facture n°\N{NO-BREAK SPACE}{number}", cents)
    if document.waits_below_cents:
        yield _Total("Reporté sur votre prochaine facture", -document.net_cents)


def _balance(document: InvoiceDocument) -> str:
    cents = document.previous_balance_cents
    if not cents:
        return ""
    said = "Solde antérieur encore dû" if cents > 0 else "Solde antérieur en votre faveur"
    return f"{said}{NARROW}: {euros(abs(cents))}, rappelé pour mémoire et non compris dans ce montant."


def _totals_height(document: InvoiceDocument, totals: Sequence[_Total]) -> float:
    balance = wrap(_balance(document), NOTE, RIGHT - TOTALS_LEFT - INSET) if _balance(document) else ()
    rows = sum(total.height for total in totals)
    return rows + DUE_ROW + len(balance) * NOTE.leading + 4 * MM


def _draw_totals(document: InvoiceDocument, totals: Sequence[_Total], paper: Paper, y: float) -> None:
    with paper.tag("Table"):
        for total in totals:
            _draw_total(paper, y + 10, total)
            y += total.height
        paper.fill(TOTALS_LEFT, y, RIGHT - TOTALS_LEFT, DUE_ROW - 2)
        paper.rule(TOTALS_LEFT, y, RIGHT, weight=0.9, colour=ACCENT)
        _draw_total(paper, y + 15, _Total(due_label(document), document.due_cents, DUE))
        y += DUE_ROW
    balance = _balance(document)
    if balance:
        paper.paragraph(TOTALS_LEFT + INSET, y + 10, balance, NOTE, width=RIGHT - TOTALS_LEFT - INSET)


def _draw_total(paper: Paper, feet: float, total: _Total) -> None:
    with paper.tag("TR"):
        with paper.tag("TH", scope="Row"):
            paper.lines(TOTALS_LEFT + INSET, feet, total.lines, total.style)
        with paper.tag("TD"):
            paper.text_right(RIGHT - 1.1 * MM, feet, euros(total.cents), total.figures)


def _payment(document: InvoiceDocument) -> tuple[str, tuple[str, ...]]:
    """Say how to pay: a title and its sentences."""
    if document.credited:
        credited = document.credited
        return f"Avoir sur la facture n°\N{NO-BREAK SPACE}{credited.number}", (
            f"Facture du {french.short_date(credited.issue_date)}. Motif{NARROW}: {credited.reason.rstrip('.')}.",
        )
    if document.is_draft:
        return "Aperçu sans valeur", ("Cet aperçu peut encore changer. N'envoyez aucun paiement.",)
    if document.waits_below_cents:
        below = euros(document.waits_below_cents)
        sentence = f"Montant inférieur à {below}{NARROW}: reporté sur votre prochaine facture, ne payez rien."
        return "Rien à payer pour le moment", (sentence,)
    if document.due_cents <= 0:
        covered = document.deductions and document.net_cents <= 0
        return "Rien à payer", (
            f"Cette facture est entièrement couverte{NARROW}: ne payez rien."
            if covered
            else "Cette facture est soldée.",
        )
    if document.debit:
        return "Prélèvement automatique", tuple(_debit(document.debit, document.due_cents))
    return "Comment payer", tuple(_means(document))


def _debit(debit: DebitNotice, cents: int) -> Iterator[str]:
    yield (
        f"Le {french.long_date(debit.debit_date)}, {euros(cents)} seront prélevés sur votre compte "
        f"se terminant par {debit.account_ending}. Vous n'avez rien à faire."
    )
    yield f"Référence du mandat (RUM){NARROW}: {debit.mandate_reference}"
    yield f"Identifiant du créancier (ICS){NARROW}: {debit.creditor_identifier}"


def _means(document: InvoiceDocument) -> Iterator[str]:
    if document.due_date:
        yield f"À régler en totalité, au plus tard le {french.long_date(document.due_date)}."
    if document.pay_online_at:
        yield f"En ligne{NARROW}: {document.pay_online_at}"
    if document.payfip_reference:
        yield f"Référence PayFiP{NARROW}: {document.payfip_reference}"
    if document.accepted_means:
        yield f"Moyens acceptés{NARROW}: {f'{NARROW}; '.join(document.accepted_means)}."


def _payment_height(document: InvoiceDocument) -> float:
    _, sentences = _payment(document)
    lines = sum(len(wrap(sentence, SMALL, PAYMENT_WIDTH - 2 * INSET)) for sentence in sentences)
    return 20 + lines * SMALL.leading + 2 * len(sentences) + INSET


def _draw_payment(document: InvoiceDocument, paper: Paper, y: float) -> None:
    title, sentences = _payment(document)
    paper.frame(LEFT, y, PAYMENT_WIDTH, _payment_height(document), weight=0.6, colour=HAIR)
    with paper.tag("H2"):
        paper.text(LEFT + INSET, y + 15, *fit(title, STRONG, PAYMENT_WIDTH - 2 * INSET))
    y += 29
    for sentence in sentences:
        y = paper.paragraph(LEFT + INSET, y, sentence, SMALL, width=PAYMENT_WIDTH - 2 * INSET) + 2


def _draw_mention(mention: str, paper: Paper, y: float) -> None:
    paper.paragraph(LEFT, y + MENTION.size, mention, MENTION, width=RIGHT - LEFT)


def draw_coupon(document: InvoiceDocument, paper: Paper) -> None:
    """Draw what the family cuts off and sends with its cheque."""
    paper.dashes(0, COUPON_TOP, paper.width)
    with paper.tag("H2"):
        paper.text(LEFT, COUPON_TOP + 17, "Coupon à joindre à votre paiement", STRONG)
    _draw_recipient(document, paper, COUPON_TOP + 31)
    _draw_pairs(paper, 84 * MM, COUPON_TOP + 31, _coupon_pairs(document), 60 * MM)
    left, top, width = 149 * MM, COUPON_TOP + 22, RIGHT - 149 * MM
    paper.fill(left, top, width, 19 * MM)
    with paper.tag("P"):
        paper.text(left + INSET, top + 16, due_label(document), LABEL)
        paper.text_right(RIGHT - INSET, top + 40, euros(document.due_cents), DUE_BIG)


def _coupon_pairs(document: InvoiceDocument) -> list[tuple[str, str]]:
    return [
        ("Facture n°", document.number or ""),
        ("Famille n°", document.family_number),
        ("Nom", document.payer_name),
        ("Service", document.service),
        ("Période", french.month_name(document.period_month)),
        ("Échéance", french.short_date(document.due_date)),
    ]


def _draw_recipient(document: InvoiceDocument, paper: Paper, y: float) -> None:
    with paper.tag("P"):
        paper.text(LEFT, y, "Payer à l'ordre de, et adresser à", LABEL)
        y += LABEL.leading
        paper.text(LEFT, y, *fit(document.regie.name, VALUE, 60 * MM))
        y += VALUE.leading
        for line in (document.regie.commune, *document.regie.address):
            paper.text(LEFT, y, *fit(line, SMALL, 60 * MM))
            y += SMALL.leading


def _draw_pairs(paper: Paper, x: float, y: float, pairs: Sequence[tuple[str, str]], width: float) -> None:
    for label, value in pairs:
        if value:
            draw_pair(paper, x, x + 19 * MM, y, (label, value), width=width - 19 * MM)
            y += VALUE.leading


def draw_pair(paper: Paper, x: float, x2: float, feet: float, pair: tuple[str, str], *, width: float) -> None:
    """Write a label and its value on one line."""
    with paper.tag("P"):
        paper.text(x, feet, pair[0], LABEL)
        paper.text(x2, feet, *fit(pair[1], VALUE, width))
