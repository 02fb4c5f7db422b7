"""The columns of the lists of reminders."""

from backoffice.certificates.lists import CertificateRow
from backoffice.reminders.claims import ClaimDebtor
from backoffice.reminders.lists import ClaimedRow, ClaimListRow, ReminderRow, UnpaidRow
from backoffice.reminders.rules import Owed
from resources.french import amount, euros, in_paris, listed, month_name, plural, short_date
from ui.common.table import Column
from ui.shell.theme import State

VERY_LATE = 35


def _late(row: UnpaidRow) -> State:
    return State.LATE if row.days_late >= VERY_LATE else State.WAITING if row.days_late else State.NEUTRAL


def _standing(row: UnpaidRow) -> str:
    """Say in a word what the plan does of a household."""
    if row.stop:
        return f"Suspendu jusqu'au {short_date(row.stop.ends)}" if row.stop.ends else "Suspendu"
    if all(one.in_peace for one in row.invoices):
        return "En attente"
    if row.credit_cents >= row.due_cents:
        return "Couvert par un crédit"
    return "Suivi"


def _standing_state(row: UnpaidRow) -> State:
    return State.NEUTRAL if _standing(row) == "Suivi" else State.INFO


def _standing_tip(row: UnpaidRow) -> str:
    if row.stop:
        return f"{row.stop.sentence} Décidé par {row.stop.decided_by}."
    return next((one.in_peace for one in row.invoices if one.in_peace), "")


def _last(row: UnpaidRow) -> str:
    return f"Niveau {row.last_rank}, le {short_date(row.last_reminded)}" if row.last_reminded else "—"


def _levels_had(row: Owed) -> str:
    return listed(f"niveau {rank} le {short_date(day)}" for rank, day in sorted(row.reminded.items()))


def _remark(row: ClaimDebtor) -> str:
    """Say why a debtor is left apart, or who owes with him."""
    if row.apart:
        return row.apart
    return f"Codébiteur\u202f: {row.debtor.other.name}" if row.debtor.other else ""


UNPAID: tuple[Column[UnpaidRow], ...] = (
    Column(
        "Famille",
        lambda row: row.family,
        order=lambda row: row.sort_key,
        tip=lambda row: f"{row.payer}, {row.family_number}\n{row.phone}".rstrip(),
        stretch=True,
    ),
    Column("Factures", lambda row: len(row.invoices), number=True),
    Column("Reste dû", lambda row: row.due_cents, amount, number=True, tip=lambda row: euros(row.due_cents)),
    Column("Crédit", lambda row: row.credit_cents or None, lambda cents: amount(cents) if cents else "", number=True),
    Column("Retard", lambda row: row.days_late, lambda days: plural(days, "jour"), state=_late),
    Column("Dernière relance", _last, order=lambda row: row.last_reminded),
    Column("Suivi", _standing, state=_standing_state, tip=_standing_tip),
)
INVOICES: tuple[Column[Owed], ...] = (
    Column("Facture", lambda row: row.number),
    Column("Service", lambda row: row.service, stretch=True),
    Column("Période", lambda row: row.month, month_name),
    Column("Échéance", lambda row: row.due_on),
    Column("Due depuis", lambda row: row.late_since),
    Column("Reste dû", lambda row: row.due_cents, amount, number=True),
    Column(
        "Relances",
        lambda row: ", ".join(map(str, sorted(row.reminded))) or "—",
        tip=_levels_had,
        spoken=_levels_had,
    ),
    Column("Remarque", lambda row: row.in_peace, tip=lambda row: row.in_peace),
)
MADE: tuple[Column[ReminderRow], ...] = (
    Column("Faite le", lambda row: row.made_at, tip=lambda row: f"Par {row.made_by}"),
    Column("Famille", lambda row: row.family, order=lambda row: row.sort_key, stretch=True),
    Column("Niveau", lambda row: f"Niveau {row.rank}", order=lambda row: row.rank, tip=lambda row: row.title),
    Column("Factures", lambda row: ", ".join(row.invoices), tip=lambda row: "\n".join(row.invoices)),
    Column("Montant", lambda row: row.cents, amount, number=True),
    Column("E-mail", lambda row: "Envoyé" if row.mailed_to else "—", tip=lambda row: row.mailed_to or ""),
    Column(
        "Lettre",
        lambda row: "À imprimer" if row.to_print else "Non demandée",
        state=lambda row: State.INFO if row.to_print else State.NEUTRAL,
    ),
)
CLAIMS: tuple[Column[ClaimDebtor], ...] = (
    Column(
        "Débiteur",
        lambda row: row.debtor.name,
        order=lambda row: row.debtor.sort_key,
        tip=lambda row: "\n".join((row.debtor.number, *row.debtor.address)),
    ),
    Column(
        "Factures",
        lambda row: ", ".join(line.owed.number for line in row.lines),
        tip=lambda row: "\n".join(line.owed.number for line in row.lines),
        stretch=True,
    ),
    Column("Reste dû", lambda row: row.cents, amount, number=True, tip=lambda row: euros(row.cents)),
    Column("Retard", lambda row: max(line.days_late for line in row.lines), lambda days: plural(days, "jour")),
    Column(
        "Relances", lambda row: len({day for line in row.lines for day in line.owed.reminded.values()}), number=True
    ),
    Column(
        "À titrer",
        lambda row: "Laissé de côté" if row.apart else "À transmettre",
        state=lambda row: State.NEUTRAL if row.apart else State.LATE,
    ),
    Column("Remarque", _remark, tip=_remark),
)
CLAIMED: tuple[Column[ClaimedRow], ...] = (
    Column("Facture", lambda row: row.number),
    Column("Famille", lambda row: row.family, order=lambda row: row.sort_key, stretch=True),
    Column("Liste", lambda row: row.list_number),
    Column("Transmise le", lambda row: row.handed_on),
    Column("Montant", lambda row: row.cents, amount, number=True),
)
LISTS: tuple[Column[ClaimListRow], ...] = (
    Column("Liste", lambda row: row.number, tip=lambda row: f"Par {row.made_by}", stretch=True),
    Column("Transmise le", lambda row: row.made_at, lambda at: short_date(in_paris(at).date())),
    Column("Montant", lambda row: row.cents, amount, number=True, tip=lambda row: plural(row.invoices, "facture")),
)
CERTIFICATES: tuple[Column[CertificateRow], ...] = (
    Column(
        "Famille",
        lambda row: row.family,
        order=lambda row: row.sort_key,
        tip=lambda row: f"{row.payer}, {row.family_number}",
        stretch=True,
    ),
    Column("Payeur", lambda row: row.payer),
    Column("Enfants", lambda row: listed(row.children) or "—"),
    Column("Montant", lambda row: row.cents, amount, number=True, tip=lambda row: euros(row.cents)),
    Column("Édition", lambda row: row.edition, number=True),
    Column("Préparée le", lambda row: row.made_at),
)
