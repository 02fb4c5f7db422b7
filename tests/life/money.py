"""What agents do of money, of the régie and of its rules, at random."""

from dataclasses import replace

from sqlalchemy import select

from backoffice.billing.credit import credit
from backoffice.calendar.edit import write_entry
from backoffice.calendar.entries import Entry, EntryKind
from backoffice.debits.mandates import resume_mandate, revoke_mandate, sign_mandate, suspend_mandate
from backoffice.payments.receive import receive as receive_money
from backoffice.payments.reverse import reverse
from backoffice.payments.use_credit import use_credit
from backoffice.regie.edit import edit_regie
from backoffice.regie.lists import values_of
from backoffice.rulebook.adopt import adopt
from models.office.billing import Invoice
from models.office.debits import Mandate
from models.office.payments import Payment
from models.office.structure import Regie
from models.vocabulary import PaymentMeans
from tests.factories import TODAY
from tests.life.means import BY_RANK, DAYS, Means


class Money(Means):
    """Mandates, payments, credit notes, settings, the calendar, the rulebook."""

    def desk_signs_mandate(self) -> None:
        self._write(sign_mandate, self._any(Mandate.id), signed_on=TODAY, place="Contrexéville")

    def desk_stops_mandate(self) -> None:
        act = self._one(revoke_mandate, suspend_mandate)
        self._write(act, self._any(Mandate.id), "Compte fermé")

    def desk_resumes_mandate(self) -> None:
        self._write(resume_mandate, self._any(Mandate.id))

    def desk_receives_money(self) -> None:
        home, cents = self._one(*self.homes), self._one(100, 500, 1500, 99_000)
        self._write(
            receive_money, regie_id=self.town.regie_id, family_id=home.family_id, means=PaymentMeans.CASH,
            amount_cents=cents, received_on=TODAY, keep_excess=True,
        )  # fmt: skip

    def desk_reverses(self) -> None:
        self._write(reverse, self._any(Payment.id), reason="Erreur de saisie")

    def desk_uses_credit(self) -> None:
        self._write(use_credit, self.town.regie_id, self._one(*self.homes).family_id)

    def desk_credits(self) -> None:
        invoice = self._found(self.office.read(lambda session: session.scalars(select(Invoice)).all()))
        self._write(credit, invoice.id, reason="Erreur", seen_cents=invoice.net_cents - invoice.credited_cents)

    def desk_edits_regie(self) -> None:
        before = self.office.read(lambda session: values_of(session.get_one(Regie, self.town.regie_id)))
        wished = replace(
            before, phone=self._one("03 29 00 00 00", "03 29 11 11 11"), payfip_client=self._one(None, "123456")
        )
        self._write(edit_regie, self.town.regie_id, wished, seen=before)

    def desk_closes_day(self) -> None:
        day = self._one(*DAYS)
        self._write(write_entry, Entry(EntryKind.CLOSED, day, day, "Grève"))

    def desk_adopts(self) -> None:
        version = f"2026-{self.chance.randint(2, 99)}"
        text = BY_RANK.replace("2026-1", version).replace("effet = 2026-01-01", f"effet = {self._one(*DAYS)}")
        self._write(
            adopt,
            text.replace("3.60", self._one("3.70", "3.60")).replace(
                "heure = 10:00", self._one("heure = 08:00", "heure = 10:00")
            ),
        )
