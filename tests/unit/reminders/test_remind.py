"""Reminding by hand and by the plan: letters kept, e-mails written, nothing twice."""

from datetime import date, timedelta
from io import BytesIO

import pypdfium2
import pytest
from sqlalchemy import func, select, update

from backoffice.billing.draft import draft_month
from backoffice.billing.issue import issue_month
from backoffice.billing.lists import InvoiceRow, invoices_of
from backoffice.errors import RefusedByRule, Unavailable
from backoffice.office import Office, Work
from backoffice.payments.record import record_payment
from backoffice.permissions import SYSTEM
from backoffice.reminders.levels import DEFAULTS, levels_of, save_levels
from backoffice.reminders.lists import reminder_pdf, reminders_made, unpaid
from backoffice.reminders.owed import CARRIED, PRESENTED
from backoffice.reminders.remind import remind
from backoffice.reminders.rules import Level
from backoffice.reminders.run import run_plan
from backoffice.reminders.stops import lift_stop, stop_reminders
from backoffice.sync.loop import synchronise
from models.office.billing import CarryOver, Invoice
from models.office.debits import DebitRun, DirectDebit, Mandate
from models.office.families import Guardian
from models.office.house import Mail
from models.office.structure import Regie
from models.vocabulary import DebitSequence, DebitState, MandateState, PaymentMeans
from tests.factories import AGENT, Town, another_family
from tests.months import seen
from tests.unit.reminders.conftest import DUE_ON, go


def pdf_text(content: bytes) -> str:
    with pypdfium2.PdfDocument(BytesIO(content)) as document:
        return " ".join(page.get_textpage().get_text_bounded() for page in document).replace("\u202f", " ")


def ranks(office: Office, town: Town) -> list[int]:
    return [row.rank for row in reversed(office.read(reminders_made, town.regie_id))]


def pay(office: Office, invoice: InvoiceRow, cents: int) -> None:
    office.write(
        record_payment, AGENT, invoice.id, means=PaymentMeans.CASH, amount_cents=cents, received_on=office.today()
    )


def a_mandate(work: Work, town: Town, invoice_id: int, debit_on: date) -> int:
    mandate = Mandate(
        regie_id=town.regie_id, family_id=town.home.family_id, rum="RUM-1", state=MandateState.ACTIVE, one_off=False,
        holder="Camille Martin", iban_sealed=b"x", iban_ending="2325", bic=None, signed_on=date(2026, 9, 1),
        signed_at_place=None, first_debit_on=None, last_debit_on=None, state_reason=None, created_at=work.now,
    )  # fmt: skip
    work.session.add(mandate)
    work.session.flush()
    change = update(Invoice).where(Invoice.id == invoice_id).values(mandate_id=mandate.id, debit_on=debit_on)
    work.session.execute(change)
    return mandate.id


def a_debit(work: Work, town: Town, of: tuple[int, int], state: DebitState, on: date) -> None:
    invoice_id, mandate_id = of
    run = DebitRun(
        regie_id=town.regie_id, number="P-1", scheme="pain.008.001.02", debit_on=on, made_at=work.now, made_by="x",
        count=1, amount_cents=1, file_sealed=b"x", sha256="0" * 64, settled_at=work.now,
    )  # fmt: skip
    work.session.add(run)
    work.session.flush()
    work.session.add(
        DirectDebit(
            run_id=run.id, mandate_id=mandate_id, invoice_id=invoice_id, sequence=DebitSequence.FIRST, end_to_end="E-1",
            amount_cents=1, state=state, payment_id=None, reject_code=None,
            rejected_on=on + timedelta(days=4) if state is DebitState.REJECTED else None,
        )
    )  # fmt: skip


def test_the_plan_reminds_by_itself_each_level_once(office: Office, town: Town, invoice: InvoiceRow) -> None:
    for days in range(60):
        go(office, days)
        run_plan(office, SYSTEM)
    assert ranks(office, town) == [1, 2, 3]
    dates = [row.made_at.date() for row in reversed(office.read(reminders_made, town.regie_id))]
    assert [(day - DUE_ON).days for day in dates] == [8, 21, 35]


def test_the_plan_run_twice_in_a_day_is_the_plan_run_once(office: Office, town: Town, invoice: InvoiceRow) -> None:
    go(office, 8)
    assert run_plan(office, SYSTEM) == 1
    other = another_family(office, town)
    office.write(lambda w: w.session.execute(update(Invoice).values(family_id=other.family_id)), AGENT)
    assert run_plan(office, SYSTEM) == 0
    assert office.read(lambda session: session.scalar(select(Regie.reminded_on))) == office.today()


def test_the_plan_runs_with_the_exchanges_even_when_the_portal_is_away(
    office: Office, town: Town, invoice: InvoiceRow
) -> None:
    class Away:
        def state(self) -> None:
            message = "Le portail ne répond pas."
            raise Unavailable(message)

    go(office, 8)
    with pytest.raises(Unavailable):
        synchronise(office, Away())  # type: ignore[arg-type]  # the portal, away
    assert ranks(office, town) == [1]


def test_a_plan_just_chosen_waits_for_the_next_day(office: Office, town: Town, invoice: InvoiceRow) -> None:
    go(office, 40)
    office.write(save_levels, AGENT, town.regie_id, DEFAULTS[:2])
    assert run_plan(office, SYSTEM) == 0
    go(office, 41)
    assert run_plan(office, SYSTEM) == 1


def test_the_letter_and_the_e_mail_say_what_is_owed(office: Office, town: Town, invoice: InvoiceRow) -> None:
    go(office, 22)
    report = office.write(remind, AGENT, town.regie_id)
    assert report.sentence.replace("\u202f", " ") == "1 foyer relancé pour 70,55 € : 1 e-mail, 1 lettre à imprimer."
    text = pdf_text(office.read(reminder_pdf, report.ids[0]))
    for words in ("Deuxième relance", "Camille Martin", "3 rue des Tilleuls", "CANTINE-2026-000001", "octobre 2026",
                  "03/12/2026", "Total à payer", "70,55 €", "Comment payer", "03 29 00 00 00", "espèces"):  # fmt: skip
        assert words in text
    mail = office.read(lambda session: session.scalars(select(Mail).where(Mail.cause.like("reminder:%"))).one())
    assert mail.recipient == "camille.martin@exemple.fr"
    assert mail.body_sealed
    body = office.sealer.unseal(mail.body_sealed).replace("\u202f", " ")
    assert "CANTINE-2026-000001, Restauration scolaire, octobre 2026" in body
    assert "Total à payer : 70,55 €" in body


def test_without_an_address_the_letter_must_be_printed(office: Office, town: Town, invoice: InvoiceRow) -> None:
    office.write(lambda work: work.session.execute(update(Guardian).values(email=None)), AGENT)
    go(office, 8)
    report = office.write(remind, AGENT, town.regie_id)
    assert (report.mailed, report.letters) == (0, 1)
    (row,) = office.read(reminders_made, town.regie_id)
    assert row.to_print
    assert row.mailed_to is None


def test_what_was_paid_meanwhile_is_asked_no_more(office: Office, town: Town, invoice: InvoiceRow) -> None:
    go(office, 8)
    pay(office, invoice, 2000)
    assert office.write(remind, AGENT, town.regie_id).cents == 5055
    pay(office, invoice, 5055)
    go(office, 40)
    assert office.write(remind, AGENT, town.regie_id).ids == ()


def test_a_persons_stop_holds_until_its_day_and_may_be_lifted(office: Office, town: Town, invoice: InvoiceRow) -> None:
    family_id = town.home.family_id
    until = go(office, 5) + timedelta(days=20)
    office.write(stop_reminders, AGENT, family_id, town.regie_id, until, "Échéancier de trois mois.")
    go(office, 25)
    assert office.write(remind, AGENT, town.regie_id).ids == ()
    with pytest.raises(RefusedByRule, match="Échéancier de trois mois"):
        office.write(remind, AGENT, town.regie_id, family_ids=[family_id])
    (row,) = office.read(unpaid, town.regie_id, office.today())
    assert row.stop is not None
    office.write(lift_stop, AGENT, family_id, town.regie_id)
    assert office.write(remind, AGENT, town.regie_id).ids
    with pytest.raises(RefusedByRule, match="ne sont pas suspendues"):
        office.write(lift_stop, AGENT, family_id, town.regie_id)


def test_a_stop_ends_by_itself(office: Office, town: Town, invoice: InvoiceRow) -> None:
    until = go(office, 5) + timedelta(days=5)
    office.write(stop_reminders, AGENT, town.home.family_id, town.regie_id, until, "Accord.")
    go(office, 11)
    assert len(office.write(remind, AGENT, town.regie_id).ids) == 1


@pytest.mark.parametrize(("until", "reason"), [(date(2026, 11, 2), "Accord"), (None, "  ")])
def test_a_stop_needs_a_reason_and_a_day_to_come(office: Office, town: Town, until: date | None, reason: str) -> None:
    with pytest.raises(RefusedByRule, match=r"Rien n'a été enregistré"):
        office.write(stop_reminders, AGENT, town.home.family_id, town.regie_id, until, reason)


def test_an_announced_debit_is_waited_for_and_a_rejected_one_starts_the_count(
    office: Office, town: Town, invoice: InvoiceRow
) -> None:
    debit_on = DUE_ON + timedelta(days=20)
    mandate = office.write(lambda work: a_mandate(work, town, invoice.id, debit_on), AGENT)
    go(office, 15)
    assert office.write(remind, AGENT, town.regie_id).ids == ()
    office.write(lambda work: a_debit(work, town, (invoice.id, mandate), DebitState.PRESENTED, debit_on), AGENT)
    go(office, 30)
    (row,) = office.read(unpaid, town.regie_id, office.today())
    assert row.invoices[0].in_peace == PRESENTED
    rejected = {"state": DebitState.REJECTED, "rejected_on": debit_on + timedelta(days=4)}
    office.write(lambda work: work.session.execute(update(DirectDebit).values(rejected)), AGENT)
    go(office, 31)
    assert office.write(remind, AGENT, town.regie_id).ids == ()
    go(office, 32)  # eight days after the rejection
    assert office.write(remind, AGENT, town.regie_id).ids
    assert ranks(office, town) == [1]


def test_a_debit_whose_day_has_come_is_received_before_anybody_is_reminded(
    office: Office, town: Town, invoice: InvoiceRow
) -> None:
    mandate = office.write(lambda work: a_mandate(work, town, invoice.id, DUE_ON), AGENT)
    office.write(lambda work: a_debit(work, town, (invoice.id, mandate), DebitState.PRESENTED, DUE_ON), AGENT)
    office.write(lambda work: work.session.execute(update(DebitRun).values(settled_at=None)), AGENT)
    office.write(lambda work: work.session.execute(update(DirectDebit).values(amount_cents=7055)), AGENT)
    go(office, 30)
    assert run_plan(office, SYSTEM) == 0
    assert office.read(lambda session: session.get_one(Invoice, invoice.id).due_cents) == 0
    assert run_plan(office, SYSTEM) == 0


def test_a_small_amount_carried_over_is_asked_by_the_next_invoice(
    office: Office, town: Town, invoice: InvoiceRow
) -> None:
    office.write(lambda work: work.session.execute(update(Invoice).values(carried=True)), AGENT)
    go(office, 40)
    assert office.write(remind, AGENT, town.regie_id).ids == ()
    (row,) = office.read(unpaid, town.regie_id, office.today())
    assert row.invoices[0].in_peace == CARRIED


def test_an_amount_carried_over_is_late_from_the_day_of_the_invoice_that_asks_for_it(
    office: Office, town: Town, invoice: InvoiceRow
) -> None:
    go(office, 4)  # the 7th of December: the next one is due thirty days later
    seen(office, town.home.child_id, town.meal_id, date(2026, 11, 3))
    office.write(draft_month, AGENT, date(2026, 11, 1))
    office.write(issue_month, AGENT, date(2026, 11, 1))
    (into,) = office.read(invoices_of, date(2026, 11, 1))

    def carry(work: Work) -> None:
        work.session.execute(update(Invoice).where(Invoice.id == invoice.id).values(carried=True))
        work.session.add(CarryOver(invoice_id=invoice.id, into_id=into.id, cents=7055))

    office.write(carry, AGENT)
    go(office, 34 + 8)
    assert len(office.write(remind, AGENT, town.regie_id).ids) == 1
    (letter,) = office.read(reminders_made, town.regie_id)
    assert sorted(letter.invoices) == sorted([str(invoice.number), str(into.number)])
    text = pdf_text(office.read(reminder_pdf, letter.id)).replace("\r\n", " ")
    assert "à régler depuis le 6 janvier 2027" in text
    assert "03/12/2026" not in text, "its own date was that of a paper that asked for nothing"


def test_a_person_may_remind_before_the_day_and_not_again_at_once(
    office: Office, town: Town, invoice: InvoiceRow
) -> None:
    go(office, 2)
    office.write(remind, AGENT, town.regie_id, family_ids=[town.home.family_id])
    with pytest.raises(RefusedByRule, match="attend sa réponse"):
        office.write(remind, AGENT, town.regie_id, family_ids=[town.home.family_id])
    assert ranks(office, town) == [1]


def test_a_regie_without_levels_reminds_nobody(office: Office, town: Town, invoice: InvoiceRow) -> None:
    office.write(save_levels, AGENT, town.regie_id, ())
    go(office, 60)
    assert run_plan(office, SYSTEM) == 0
    assert (
        office.read(
            lambda session: session.scalar(select(func.count()).select_from(Mail).where(Mail.cause.like("rem%")))
        )
        == 0
    )


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"days_late": 0}, "jours de retard"),
        ({"title": " "}, "intitulé"),
        ({"text": ""}, "texte"),
        ({"text": "Payez {somme}."}, "{somme}"),
        ({"by_mail": False, "by_letter": False}, "envoi"),
    ],
)
def test_a_level_that_cannot_be_is_refused(office: Office, town: Town, changed: dict[str, object], said: str) -> None:
    values = {
        "rank": 1,
        "days_late": 5,
        "title": "Rappel",
        "text": "Payez {montant}.",
        "by_mail": True,
        "by_letter": True,
    }
    with pytest.raises(RefusedByRule) as refusal:
        office.write(save_levels, AGENT, town.regie_id, [Level(**{**values, **changed})])  # type: ignore[arg-type]  # real fields
    assert said in str(refusal.value)
    assert office.read(levels_of, town.regie_id) == DEFAULTS


def test_levels_are_ranked_by_their_days(office: Office, town: Town) -> None:
    office.write(save_levels, AGENT, town.regie_id, [DEFAULTS[2], DEFAULTS[0]])
    assert [(one.rank, one.days_late) for one in office.read(levels_of, town.regie_id)] == [(1, 8), (2, 35)]
