"""An agent enters a household's proof of income: the quotient and the resources that price its days."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.errors import RefusedByRule, StaleRecord
from backoffice.families.income_rules import Income, Known, ended_by, faults_of, same_start
from backoffice.office import Changed, Work
from backoffice.sync.mark import mark_family
from models.office.families import Family, Quotient
from models.vocabulary import Role
from resources.french import NARROW, number, short_date

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class IncomeReport:
    """What the proof changed, in a sentence; the former one's last day, if it ended it."""

    sentence: str
    ended: date | None


def prove_income(work: Work, family_id: int, income: Income, *, known: Collection[int] | None = None) -> IncomeReport:
    """Enter a proof of income; it ends the one before, and corrects the one that begins the same day.

    What is issued keeps its prices; drafts are to do again. `known` are the proofs that the agent had before her eyes.

    Raises:
        StaleRecord: somebody else entered one since.
        RefusedByRule: a value or a date cannot be; or it would run into a later proof.
    """
    work.agent.must_be(Role.AGENT)
    session = work.session
    family = session.scalar(select(Family).where(Family.id == family_id).with_for_update(key_share=True))
    if family is None:
        raise RefusedByRule("Cette famille n'existe pas, ou n'existe plus. Rien n'a été enregistré. Relisez la liste.")
    found = known_proofs(session, family_id)
    if known is not None and {one.id for one in found} != set(known):
        raise StaleRecord(
            f"Les quotients de la famille {family.name} ont été modifiés entre-temps. Rien n'a été enregistré. "
            "Relisez-les, puis recommencez."
        )
    if faults := faults_of(income, found, work.today):
        raise RefusedByRule(f"{next(iter(faults.values()))} Rien n'a été enregistré.")
    former = ended_by(income, found)
    if former is not None:
        session.get_one(Quotient, former.id).ends = income.starts - ONE_DAY
    corrected = same_start(income, found)
    row = session.get_one(Quotient, corrected.id) if corrected else Quotient(family_id=family_id, starts=income.starts)
    before = _told(row) if corrected else {}
    turned = corrected is not None and row.disabled_child != income.disabled_child
    row.value, row.ends, row.proved_on = income.value, income.ends, income.proved_on
    row.resources_cents, row.children, row.disabled_child = (
        income.resources_cents, income.children, income.disabled_child,
    )  # fmt: skip
    session.add(row)
    session.flush()
    mark_family(work, family_id)
    named = {"disabled_child": "modifié"} if turned else {}  # a health fact: named, never quoted
    work.sign("income", "family", family_id, old=before, new=_told(row) | named)
    work.changed(Changed.FAMILIES, Changed.INVOICES)
    return IncomeReport(_sentence(family, income, former), income.starts - ONE_DAY if former else None)


def known_proofs(session: Session, family_id: int) -> Sequence[Known]:
    """Read the proofs that a household's file holds, oldest first."""
    query = select(Quotient.id, Quotient.value, Quotient.starts, Quotient.ends).where(Quotient.family_id == family_id)
    return [Known(*row) for row in session.execute(query.order_by(Quotient.starts))]


def _told(row: Quotient) -> dict[str, object]:
    return {
        "value": row.value,
        "starts": str(row.starts),
        "ends": str(row.ends or ""),
        "proved_on": str(row.proved_on or ""),
        "resources_cents": row.resources_cents,
        "children": row.children,
    }


def _sentence(family: Family, income: Income, former: Known | None) -> str:
    ended = (
        f" Le précédent ({number(former.value)}) s'arrête le {short_date(income.starts - ONE_DAY)}." if former else ""
    )
    told = f"quotient {number(income.value)} à partir du {short_date(income.starts)}"
    return f"Famille {family.name}{NARROW}: {told}.{ended} Refaites les brouillons qu'il concerne."
