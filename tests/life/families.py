"""What families do, at random."""

import json
from datetime import date

from uuid6 import uuid7

from backoffice.documents.arrive import Kept
from backoffice.portal.sealed import seal
from backoffice.sync.contract import (
    AccountOpened,
    BookingsChange,
    CellState,
    CellWish,
    DocumentSent,
    EnrolmentAsked,
    FieldsChange,
    FieldWish,
    MandateAsked,
    MessageSent,
    PersonAdded,
    PersonRemoved,
    Withdrawn,
)
from models.office.bookings import EnrolmentOpening
from models.office.documents import DocumentKind
from models.office.families import PickupPerson
from tests.life.means import DAYS, IBAN, Means


class Families(Means):
    """Every sort of action that the portal tells of."""

    def family_books(self) -> None:
        home, child = self._home_and_child()
        wished = self._one(CellState.BOOKED, CellState.BOOKED, CellState.FREE)
        seen = CellState.FREE if wished is CellState.BOOKED else self._one(CellState.BOOKED, CellState.LISTED)
        units = (self.town.meal_id, self.town.morning_id, self.place.unit_id)
        days = self.chance.sample(DAYS, 2)
        cells = tuple(CellWish(unit_id=self._one(*units), day=day, seen=seen, wished=wished) for day in days)
        self._sends(home, BookingsChange(child_id=child, cells=cells))

    def family_writes_fields(self) -> None:
        home, child = self._home_and_child()
        if self.chance.random() < 0.5:
            wish = FieldWish(name="mobile", seen="06 12 34 56 78", wished=f"06 00 00 00 {self.chance.randint(10, 99)}")
            return self._sends(home, FieldsChange(subject="guardian", subject_id=home.guardian_id, fields=(wish,)))
        wishes = (
            FieldWish(name="first_name", seen="Léa", wished=self._one("Lea", "Zoé")),
            FieldWish(name="doctor", seen="", wished=self._one("Dr Roux", "Dr Petit")),
        )
        return self._sends(home, FieldsChange(subject="child", subject_id=child, fields=wishes))

    def family_adds(self) -> None:
        home, child = self._home_and_child()
        if self.chance.random() < 0.3:
            told = {"last_name": "Martin", "first_name": self._one("Ugo", "Léa"), "birth_date": "2019-03-02"}
            return self._sends(home, PersonAdded(person="child", fields=_wishes(told)))
        told = {"name": self._one("Anne Roux", "Luc Petit"), "relation": "tante", "phone": "06 11 22 33 44"}
        kind = self._one("contact", "pickup")
        return self._sends(home, PersonAdded(person=kind, child_id=child, fields=_wishes(told)))

    def family_removes(self) -> None:
        home, _ = self._home_and_child()
        self._sends(home, PersonRemoved(person_id=self._any(PickupPerson.id)))

    def family_asks_enrolment(self) -> None:
        home, child = self._home_and_child()
        opening = self._any(EnrolmentOpening.id)
        self._sends(home, EnrolmentAsked(opening_id=opening, child_id=child, starts=date(2027, 1, 6), note="Merci."))

    def family_sends_document(self) -> None:
        home, child = self._home_and_child()
        number = self._any(DocumentKind.id)
        kind = self.office.read(lambda session: session.get_one(DocumentKind, number))
        sent = DocumentSent(
            document_kind=number, child_id=child if kind.per_child else None, upload=uuid7(), name="scan.pdf", pages=1,
            size=3, sha256="0" * 64,
        )  # fmt: skip
        self._sends(home, sent, Kept(b"sealed", "0" * 64, 3, 1))

    def family_asks_debit(self) -> None:
        told = json.dumps({"holder": "Camille", "iban": self._one(IBAN, "FR00"), "bic": ""})
        sealed = seal(self.office.sealer.public_key, told.encode())
        self._sends(self._one(*self.homes), MandateAsked(regie_id=self.town.regie_id, sealed=sealed, holder="Camille"))

    def family_writes(self) -> None:
        self._sends(self._one(*self.homes), MessageSent(text="Bonjour"))

    def family_opens_account(self) -> None:
        self._sends(self._one(*self.homes), AccountOpened())

    def family_withdraws(self) -> None:
        asked = self._waiting()
        home = next(home for home in self.homes if home.family_id == asked.family_id)
        self._sends(home, Withdrawn(request_id=asked.id))


def _wishes(told: dict[str, str]) -> tuple[FieldWish, ...]:
    return tuple(FieldWish(name=name, seen="", wished=wished) for name, wished in told.items())
