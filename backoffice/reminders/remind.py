"""Reminding: the letter kept, the e-mail written, each invoice once a level; all or nothing."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from backoffice.errors import RefusedByRule
from backoffice.mail.queue import write_mail
from backoffice.office import Changed, Work
from backoffice.papers import keep
from backoffice.reminders.letter import Content, content_of, document_of, invoices_in, sentence_of
from backoffice.reminders.owed import owed_at
from backoffice.reminders.people import Debtor, debtors
from backoffice.reminders.plan import due_reminders, reason_of
from backoffice.reminders.rules import DueReminder
from backoffice.treasury.periods import hold_regie
from models.office.reminders import Reminder, ReminderItem
from models.office.structure import Regie
from models.vocabulary import PaperKind, Role
from reports.pdf.reminder import render_reminder


@dataclass(frozen=True, slots=True)
class RemindReport:
    """What reminding did: the reminders by id, and how they leave."""

    ids: tuple[int, ...] = ()
    cents: int = 0
    mailed: int = 0
    letters: int = 0

    @property
    def sentence(self) -> str:
        """Say it in French."""
        return sentence_of(len(self.ids), self.cents, self.mailed, self.letters)


def remind(
    work: Work, regie_id: int, *, family_ids: Collection[int] | None = None, by_plan: bool = False
) -> RemindReport:
    """Remind whoever the plan says, or the households that a person chose.

    `by_plan`: the plan goes through these households; none is reminded before its day, and there may be none.

    Raises:
        RefusedByRule: a person chose, and nobody among them is to be reminded; the sentence says why.
    """
    work.agent.must_be(Role.CASHIER)
    regie = hold_regie(work.session, regie_id)
    chosen = None if by_plan else family_ids
    found = due_reminders(work.session, regie_id, work.today, family_ids=family_ids, ahead=chosen is not None)
    if chosen is not None and not found:
        raise RefusedByRule(_refusal(work, regie_id, chosen))
    return _write(work, regie, found)


def _write(work: Work, regie: Regie, found: Sequence[DueReminder]) -> RemindReport:
    people = debtors(work.session, [due.family_id for due in found])
    others = _others(work, regie.id, found)
    report = RemindReport()
    for due in found:
        debtor = people[due.family_id]
        content = content_of(
            work.session, regie, due, debtor,
            others_cents=others[due.family_id], portal=work.settings.public_url, made_on=work.today,
        )  # fmt: skip
        reminder, letter = _one(work, regie, due, debtor, content)
        report = replace(
            report,
            ids=(*report.ids, reminder.id),
            cents=report.cents + due.cents,
            mailed=report.mailed + bool(reminder.mailed_to),
            letters=report.letters + letter,
        )
    if found:
        work.changed(Changed.REMINDERS)
    return report


def _one(work: Work, regie: Regie, due: DueReminder, debtor: Debtor, content: Content) -> tuple[Reminder, bool]:
    """Write one reminder with its letter and its e-mail; tell whether the letter must be printed."""
    address = debtor.payer.email if debtor.payer and due.level.by_mail else None
    letter = content["to_print"] = due.level.by_letter or not address
    reminder = Reminder(
        regie_id=regie.id,
        family_id=due.family_id,
        rank=due.level.rank,
        made_on=work.today,
        made_at=work.now,
        made_by=work.agent.name,
        amount_cents=due.cents,
        mailed_to=address,
        content=content,
    )
    work.session.add(reminder)
    work.session.flush()
    work.session.add_all(
        ReminderItem(
            invoice_id=item.owed.invoice_id, rank=item.rank, reminder_id=reminder.id, amount_cents=item.owed.due_cents
        )
        for item in due.items
    )
    work.session.flush()
    keep(work.session, PaperKind.REMINDER, {reminder.id: render_reminder(document_of(content))})
    if address:
        _mail(work, reminder.id, debtor, address, content)
    work.sign(
        "reminder.make",
        "family",
        due.family_id,
        new={
            "level": due.level.rank,
            "invoices": [item.owed.number for item in due.items],
            "amount_cents": due.cents,
        },
    )
    return reminder, letter


def _mail(work: Work, reminder_id: int, debtor: Debtor, address: str, content: Content) -> None:
    write_mail(
        work,
        cause=f"reminder:{reminder_id}",
        recipient=address,
        subject=str(content["title"]),
        template="reminder",
        values={
            "first_name": debtor.payer.first_name if debtor.payer else "",
            "regie": content["letterhead"]["regie"],
            "title": content["title"],
            "text": content["text"],
            "invoices": invoices_in(content),
            "total_cents": sum(invoice.due_cents for invoice in invoices_in(content)),
            "how_to_pay": content["how_to_pay"],
            "whom_to_call": content["whom_to_call"],
        },
    )


def _others(work: Work, regie_id: int, found: Sequence[DueReminder]) -> dict[int, int]:
    """Sum what each household owes late besides what its letter asks."""
    asked = {item.owed.invoice_id for due in found for item in due.items}
    left = {due.family_id: 0 for due in found}
    for owed in owed_at(work.session, regie_id, work.today, family_ids=left) if found else ():
        if owed.invoice_id not in asked and owed.reminded:
            left[owed.family_id] += owed.due_cents
    return left


def _refusal(work: Work, regie_id: int, family_ids: Collection[int]) -> str:
    """Say why nobody was reminded: in words of the household when there is one."""
    return f"{reason_of(work.session, regie_id, work.today, family_ids)} Rien n'a été envoyé."
