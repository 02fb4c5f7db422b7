"""What the debits ask: a mandate, its signature, a reason, a rejection."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from backoffice.debits.lists import DebitRow, MandateRow, Payer
from backoffice.debits.mandates import MandateEntry
from backoffice.debits.reasons import REASONS, is_code
from backoffice.families.lists import FamilyRow
from models.vocabulary import DebitState
from resources.french import euros, short_date
from ui.common.choices import ChoiceBox
from ui.common.dialogs import FormDialog
from ui.common.forms import choice_field, date_field, date_in, note_field, text_field
from ui.common.pickers import SearchField

KINDS = {"recurrent": "Récurrent\u202f: chaque facture", "one_off": "Ponctuel\u202f: une seule facture"}
SIGNING = ("signed_on", "place")
TAKEN_OVER = ("rum", "last_debit_on")


class MandateDialog(FormDialog):
    """Asks for a household and its account; the signature may come later, on paper."""

    family_searched = Signal(str)
    family_chosen = Signal(int)

    def __init__(self, regie_id: int, today: date, parent: QWidget | None = None) -> None:
        super().__init__("Nouveau mandat de prélèvement", "Enregistrer le mandat", parent=parent, columns=2)
        self._regie_id = regie_id
        form = self.form
        self.search = form.add("search", "&Chercher la famille", SearchField("Nom ou n°", "Chercher la famille"))
        self.family = form.add("family", "&Famille", ChoiceBox("Famille", 14), required=True)
        self.holder = form.add("holder", "&Titulaire du compte", text_field(longest=70), required=True)
        self.kind = form.add("kind", "T&ype", choice_field(KINDS))
        self.iban = form.add("iban", "&IBAN", text_field(longest=42, example="FR76 …"), required=True)
        self.bic = form.add("bic", "&BIC", text_field(longest=11, example="Trouvé d'après l'IBAN"))
        self.signed = form.add("signed", "", QCheckBox("Le mandat est déjà &signé"), wide=True)
        self.signed_on = form.add("signed_on", "Signé &le", date_field(today))
        self.place = form.add("place", "Signé &à", text_field(longest=80))
        self.taken = form.add("taken", "", QCheckBox("Repris d'un autre &logiciel"), wide=True)
        self.rum = form.add("rum", "&RUM d'origine", text_field(longest=35))
        self.last_debit_on = form.add("last_debit_on", "&Dernier prélèvement", date_field(today))
        self.explain_stars()
        self.search.searched.connect(self.family_searched)
        self.family.currentIndexChanged.connect(lambda _: self._chosen())
        for box in (self.signed, self.taken):
            box.toggled.connect(lambda _: self._follow())
        self._follow()
        self.search.setFocus()

    def show_families(self, rows: Sequence[FamilyRow]) -> None:
        """Offer the households that the search found; one alone is chosen."""
        blank = "Choisissez…" if rows else "Aucune famille trouvée"
        lines = [(f"{row.name} ({row.number}) — {row.guardians}", row.id) for row in rows]
        self.family.fill([(blank, None), *lines], rows[0].id if len(rows) == 1 else None)
        if len(rows) == 1:
            self._chosen()

    def show_payer(self, payer: Payer) -> None:
        """Fill in what the household's file says, where nothing is typed."""
        if payer.family_id == self.family.currentData():
            self.holder.setText(payer.holder)
            self.place.setText(self.place.text() or payer.city)

    def typed(self) -> MandateEntry:
        """Give what was typed; call it once the dialog is complete."""
        signed, taken = self.signed.isChecked(), self.taken.isChecked()
        return MandateEntry(
            family_id=int(self.family.currentData()),
            regie_id=self._regie_id,
            holder=self.holder.text(),
            iban=self.iban.text(),
            bic=self.bic.text(),
            one_off=self.kind.currentData() == "one_off",
            rum=self.rum.text() if taken else "",
            signed_on=date_in(self.signed_on) if signed else None,
            signed_at_place=self.place.text() if signed else "",
            last_debit_on=date_in(self.last_debit_on) if taken else None,
        )

    def _chosen(self) -> None:
        if (family_id := self.family.currentData()) is not None:
            self.family_chosen.emit(int(family_id))

    def _follow(self) -> None:
        for codes, box in ((SIGNING, self.signed), (TAKEN_OVER, self.taken)):
            for code in codes:
                self.form.fields[code].setVisible(box.isChecked())


class SignDialog(FormDialog):
    """Asks where and when a mandate was signed."""

    def __init__(self, row: MandateRow, today: date, parent: QWidget | None = None) -> None:
        super().__init__(f"Signature du mandat {row.rum}", "Activer le mandat", parent=parent, columns=2)
        self.row = row
        self.tell(f"Famille {row.family}, compte {row.account} de {row.holder}.")
        self.signed_on = self.form.add("signed_on", "&Signé le", date_field(today), required=True)
        self.place = self.form.add("place", "&À", text_field(longest=80), required=True)
        self.explain_stars()


class StopDialog(FormDialog):
    """Asks why a mandate is suspended or revoked."""

    def __init__(self, row: MandateRow, verb: str, sentence: str, parent: QWidget | None = None) -> None:
        super().__init__(f"{verb} le mandat {row.rum}", verb, parent=parent, danger=True)
        self.row = row
        self.tell(sentence)
        self.note = self.form.add("note", "&Motif", note_field(), required=True)
        self.explain_stars()


class RejectDialog(FormDialog):
    """Asks which debit the bank gave back, why and when."""

    debit_searched = Signal(str)

    def __init__(self, row: DebitRow | None, today: date, parent: QWidget | None = None) -> None:
        super().__init__("Rejet d'un prélèvement", "Enregistrer le rejet", parent=parent, danger=True, columns=2)
        self.search = self.form.add(
            "search", "&Chercher", SearchField("Famille ou n° de facture", "Chercher"), wide=True
        )
        self.debit = self.form.add("debit", "&Prélèvement", ChoiceBox("Prélèvement", 14), required=True, wide=True)
        words = {code: f"{code} — {reason.words}" for code, reason in REASONS.items()}
        self.code = self.form.add("code", "&Motif", choice_field(words, "AM04"), wide=True)
        self.other = self.form.add(
            "other", "&Autre code", text_field(longest=4, example="S'il n'est pas dans la liste")
        )
        self.on = self.form.add("on", "&Rejeté le", date_field(today), required=True)
        self.explain_stars()
        self.search.searched.connect(self.debit_searched)
        if row is not None:
            self.show_debits([row])
            self.form.fields["search"].hide()
            self.code.setFocus()

    @property
    def debit_id(self) -> int:
        """The debit chosen."""
        return int(self.debit.currentData())

    @property
    def chosen_code(self) -> str:
        """The code typed, else the one of the list."""
        return self.other.text().strip().upper() or str(self.code.currentData())

    @property
    def day(self) -> date:
        """The day on which the bank gave it back."""
        return date_in(self.on)

    def is_complete(self) -> bool:
        if not super().is_complete():
            return False
        wrong = {} if is_code(self.chosen_code) else {"other": "Quatre lettres et chiffres, par exemple AM04."}
        return self.form.show_faults(wrong)

    def show_debits(self, rows: Sequence[DebitRow]) -> None:
        """Offer the debits that the search found; one alone is chosen."""
        shown = [row for row in rows if row.state is not DebitState.REJECTED]
        lines = [(_debit_words(row), row.id) for row in shown]
        blank = "Choisissez…" if shown else "Aucun prélèvement trouvé"
        self.debit.fill([(blank, None), *lines], shown[0].id if len(shown) == 1 else None)


def _debit_words(row: DebitRow) -> str:
    return f"{row.family}, {row.end_to_end}, {euros(row.amount_cents)}, {short_date(row.debit_on)}"
