"""A régie that lives at random: three households, a child of two of them, agents; all that they do is the product's."""

from collections.abc import Callable
from random import Random

from sqlalchemy import select

from backoffice.billing.draft import draft_month
from backoffice.billing.issue import issue_month
from backoffice.debits.mandates import MandateEntry, enter_mandate
from backoffice.errors import RefusedByRule
from backoffice.office import Office, Work
from backoffice.sync.contract import (
    ViewKind,
)
from models.office.billing import Invoice, InvoicePdf
from models.office.families import FamilyChild
from models.office.structure import Activity, AgeGroup, RulebookVersion
from tests.enrolments import wednesdays
from tests.factories import AGENT, another_child, another_family
from tests.life.families import Families
from tests.life.files import Files
from tests.life.means import BY_RANK, IBAN
from tests.life.money import Money
from tests.life.planning import Planning
from tests.months import OCTOBER, SCHOOL_DAYS, seen

OFTEN = ("family_books",) * 4 + ("desk_accepts",) * 2 + ("desk_proposes", "desk_unlists")


class Life(Families, Planning, Files, Money):
    """An office and what is done there; every act may be refused, and then does nothing."""

    def __init__(self, office: Office, chance: Random) -> None:
        self.office, self.chance = office, chance
        self.place = wednesdays(office)
        self.town = self.place.town
        self.homes = [
            self.town.home,
            another_family(office, self.town, "Petit"),
            another_family(office, self.town, "Roux"),
        ]
        another_child(office, self.town, self.homes[0].family_id, "Noé")
        office.write(self._settle, AGENT)
        for home in self.homes:
            seen(office, home.child_id, self.town.meal_id, *SCHOOL_DAYS[:4])
        office.write(draft_month, AGENT, OCTOBER)
        office.write(issue_month, AGENT, OCTOBER)
        office.write(self._draw, AGENT)
        names = [name for name in sorted(dir(Life)) if name.startswith(("family_", "desk_"))]
        self.acts: tuple[Callable[[], object], ...] = tuple(getattr(self, name) for name in (*names, *OFTEN))

    def step(self) -> str:
        """Do one thing, or try; say what."""
        self.office.clock.move(minutes=1)
        act = self.chance.choice(self.acts)
        try:
            act()
        except RefusedByRule as refusal:
            return f"{act.__name__}: {refusal}"
        return act.__name__

    def _settle(self, work: Work) -> None:
        """Share a child between two households, make the canteen small, and let the second child pay less."""
        work.session.add(FamilyChild(family_id=self.homes[1].family_id, child_id=self.homes[0].child_id))
        work.session.get_one(AgeGroup, self.town.canteen_group_id).capacity = 1
        work.session.get_one(Activity, self.town.canteen_id).waiting_list = True
        entry = MandateEntry(
            family_id=self.homes[0].family_id, regie_id=self.town.regie_id, holder="Camille Martin", iban=IBAN
        )
        enter_mandate(work, entry)
        work.session.scalars(select(RulebookVersion)).one().source = BY_RANK

    def _draw(self, work: Work) -> None:
        """Keep a paper of each invoice: it is published with it."""
        for invoice in work.session.scalars(select(Invoice)).all():
            work.session.add(InvoicePdf(invoice_id=invoice.id, sha256="0" * 64, content=b"%PDF-1.7"))
            work.show(ViewKind.INVOICE, invoice.id, invoice.family_id)
