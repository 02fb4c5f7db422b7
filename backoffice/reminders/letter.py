"""What a reminder says, frozen: its words, its invoices, how to pay, whom to call; on paper and by e-mail."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from backoffice.billing.heading import regie_document
from backoffice.billing.letterhead import LetterheadFacts, letterhead_of, letterhead_of_regie
from backoffice.payments.means import PRINTED
from backoffice.reminders.levels import filled
from backoffice.reminders.people import Debtor
from backoffice.reminders.rules import DueReminder
from models.office.structure import Regie
from models.vocabulary import PaymentMeans
from reports.pdf.reminder import RemindedInvoice, ReminderDocument
from resources.french import NARROW, euros, listed, long_date, plural

Content = dict[str, Any]
NOT_ASKED = (PaymentMeans.SEPA_DEBIT, PaymentMeans.AID)  # neither is what a reminded household does
ONLINE = (PaymentMeans.ONLINE_CARD, PaymentMeans.ONLINE_DEBIT)


def content_of(
    session: Session, regie: Regie, due: DueReminder, debtor: Debtor, *, others_cents: int, portal: str, made_on: date
) -> Content:
    """Freeze what a reminder says; everything in it is as JSON keeps it."""
    facts = letterhead_of_regie(session, regie.id)
    words = {
        "payeur": debtor.name,
        "montant": euros(due.cents),
        "échéance": long_date(min(item.owed.due_on for item in due.items)).partition(" ")[2],
        "factures": listed(item.owed.number for item in due.items),
        "régie": facts.regie,
        "téléphone": facts.phone,
    }
    return {
        "letterhead": facts.as_json(),
        "title": due.level.title,
        "text": filled(due.level.text, words),
        "made_on": made_on.isoformat(),
        "family_number": debtor.number,
        "payer": debtor.name,
        "address": list(debtor.address),
        "invoices": [
            {
                "number": item.owed.number,
                "service": item.owed.service,
                "month": item.owed.month.isoformat(),
                "due_on": item.owed.due_on.isoformat(),
                "due_cents": item.owed.due_cents,
                "rank": item.rank,
            }
            for item in due.items
        ],
        "how_to_pay": list(_how_to_pay(session, regie, due, portal)),
        "whom_to_call": list(_whom_to_call(facts)),
        "notes": list(_notes(others_cents)),
        "by_mail": due.level.by_mail,
        "by_letter": due.level.by_letter,
    }


def document_of(content: Mapping[str, Any]) -> ReminderDocument:
    """Give the letter that a frozen content is printed as."""
    return ReminderDocument(
        regie=regie_document(LetterheadFacts.from_json(content["letterhead"])),
        title=content["title"],
        made_on=date.fromisoformat(content["made_on"]),
        family_number=content["family_number"],
        addressee=(content["payer"], *content["address"]),
        paragraphs=tuple(line for line in content["text"].splitlines() if line.strip()),
        invoices=invoices_in(content),
        how_to_pay=tuple(content["how_to_pay"]),
        whom_to_call=tuple(content["whom_to_call"]),
        notes=tuple(content["notes"]),
    )


def invoices_in(content: Mapping[str, Any]) -> tuple[RemindedInvoice, ...]:
    """Give the invoices that a frozen content asks for."""
    return tuple(
        RemindedInvoice(
            row["number"], row["service"], date.fromisoformat(row["month"]), date.fromisoformat(row["due_on"]),
            row["due_cents"],
        )
        for row in content["invoices"]
    )  # fmt: skip


def _how_to_pay(session: Session, regie: Regie, due: DueReminder, portal: str) -> Iterator[str]:
    if regie.payfip_client and portal:
        yield f"En ligne, sur le portail des familles\u202f: {portal}"
    means = _means(session, sorted({item.owed.service_id for item in due.items}), online=bool(regie.payfip_client))
    if means:
        yield f"Moyens acceptés\u202f: {f'{NARROW}; '.join(means)}."
    where = ", ".join(part for part in (regie.name, regie.street, f"{regie.postal_code} {regie.city}") if part.strip())
    yield f"À la régie, ou par courrier\u202f: {where}. Rappelez le numéro des factures avec votre paiement."


def _means(session: Session, service_ids: Sequence[int], *, online: bool) -> tuple[str, ...]:
    """List the means that the act allows for every service of the letter, and that the family itself may use now."""
    lists = [letterhead_of(session, service_id).means for service_id in service_ids]
    left_out = {PRINTED[means] for means in (*NOT_ASKED, *(() if online else ONLINE))}
    return tuple(one for one in lists[0] if one not in left_out and all(one in others for others in lists))


def _whom_to_call(facts: LetterheadFacts) -> Iterator[str]:
    reach = " ou ".join(part for part in (facts.phone, facts.email) if part)
    if reach:
        yield f"{facts.regie}\u202f: {reach}."
    yield "Un échéancier peut être demandé. Si vous contestez cette somme, dites-nous pourquoi."


def _notes(others_cents: int) -> Iterator[str]:
    if others_cents > 0:
        yield (
            f"Cette lettre ne reprend pas {euros(others_cents)} d'autres factures en retard, déjà rappelées par ailleurs."
        )


def sentence_of(count: int, cents: int, mailed: int, letters: int) -> str:
    """Say what a run of reminders did."""
    if not count:
        return "Personne n'est à relancer."
    sent = f"{plural(mailed, 'e-mail')}, {plural(letters, 'lettre')} à imprimer"
    return f"{plural(count, 'foyer relancé', 'foyers relancés')} pour {euros(cents)}\u202f: {sent}."
