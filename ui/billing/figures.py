"""A month in figures, and the sentences made of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from backoffice.billing.alerts import AlertRow
from backoffice.billing.lists import InvoiceRow
from backoffice.clock import next_month
from models.vocabulary import InvoiceStatus
from resources.french import NARROW, euros, listed, month_name, plural

UNPAID = frozenset({InvoiceStatus.ISSUED, InvoiceStatus.PARTLY_PAID})


@dataclass(frozen=True, slots=True)
class Figures:
    """A month in figures."""

    drafts: int
    drafted_cents: int
    ready: int  # drafts that are not empty
    issued: int
    issued_cents: int  # aids and credit notes deducted
    paid_cents: int
    due_cents: int
    unpaid: int
    without_pdf: int


def figures_of(rows: Sequence[InvoiceRow]) -> Figures:
    """Add a month up."""
    drafts = [row for row in rows if row.status is InvoiceStatus.DRAFT]
    issued = [row for row in rows if row.status is not InvoiceStatus.DRAFT]
    return Figures(
        drafts=len(drafts),
        drafted_cents=sum(row.net_cents for row in drafts),
        ready=sum(row.total_cents > 0 for row in drafts),
        issued=len(issued),
        issued_cents=sum(row.left_cents for row in issued),
        paid_cents=sum(row.paid_cents for row in issued),
        due_cents=sum(row.due_cents for row in issued),
        unpaid=sum(row.status in UNPAID for row in issued),
        without_pdf=sum(not row.has_pdf for row in issued),
    )


@dataclass(frozen=True, slots=True)
class Offer:
    """What issuing would do, to be confirmed."""

    title: str
    sentence: str
    verb: str


def issue_offer(month: date, figures: Figures, alerts: Sequence[AlertRow], today: date) -> Offer | str:
    """Offer to issue a month, or say why it cannot be."""
    name = month_name(month)
    if today < next_month(month):
        return f"{name.capitalize()} n'est pas terminé{NARROW}: ses factures s'émettent une fois le mois fini."
    if blocking := sum(alert.blocking for alert in alerts):
        drafts = plural(blocking, "brouillon n'est plus à jour", "brouillons ne sont plus à jour")
        return f"{drafts}{NARROW}: préparez de nouveau le mois avant d'émettre."
    if figures.ready:
        verb = f"Émettre {plural(figures.ready, 'facture')}"
        return Offer(f"Émettre {name}", issue_sentence(month, figures, len(alerts)), verb)
    if figures.without_pdf:
        count = plural(figures.without_pdf, "facture émise attend son PDF", "factures émises attendent leur PDF")
        said = f"{count}{NARROW}: il sera préparé et figé, puis la famille sera prévenue par courriel."
        return Offer("Préparer les PDF manquants", said, "Préparer les PDF")
    return f"Aucun brouillon à émettre pour {name}{NARROW}: préparez d'abord le mois."


def issue_sentence(month: date, figures: Figures, alerts: int) -> str:
    """Say in plain words what issuing will do."""
    count = plural(figures.ready, "facture")
    receive = "vont recevoir leur numéro définitif" if figures.ready > 1 else "va recevoir son numéro définitif"
    paper = "leur PDF sera figé" if figures.ready > 1 else "son PDF sera figé"
    looked = f"Il reste {plural(alerts, 'point')} à vérifier dans ce mois.\n\n" if alerts else ""
    return (
        f"{looked}Pour {month_name(month)}, {count}, d'un total de {euros(figures.drafted_cents)}, {receive}, à la suite "
        f"et sans trou, et {paper}. Les familles qui ont une adresse électronique seront prévenues par courriel.\n\n"
        f"C'est irréversible{NARROW}: une facture émise ne se modifie plus et ne se supprime pas."
    )


def numbers_given(numbers: Sequence[str]) -> str:
    """Say which numbers were given, series by series.

    >>> numbers_given(["PERI-2026-000001", "PERI-2026-000002", "CANTINE-2026-000001"])
    ' Numéros PERI-2026-000001 à 000002 et CANTINE-2026-000001.'
    """
    series: dict[str, list[str]] = {}
    for given in numbers:
        name, _, rank = given.rpartition("-")
        series.setdefault(name, []).append(rank)
    spans = [f"{name}-{ranks[0]}" + (f" à {ranks[-1]}" if len(ranks) > 1 else "") for name, ranks in series.items()]
    return f" {'Numéros' if len(numbers) > 1 else 'Numéro'} {listed(spans)}." if spans else ""


def pdf_title(row: InvoiceRow) -> str:
    """Name an invoice's paper."""
    return f"Facture {row.number}" if row.number else f"Brouillon — famille {row.family}, {month_name(row.month)}"


def pdf_name(row: InvoiceRow) -> str:
    """Name its file."""
    return f"facture-{row.number}.pdf" if row.number else f"brouillon-{row.family_number}-{row.month:%Y-%m}.pdf"
