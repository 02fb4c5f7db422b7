"""The régie's settings, on three pages: who it is, what its act allows, how it debits and is paid online."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from backoffice.regie.lists import RegieSettings
from backoffice.regie.rules import RegieValues, ServiceValues, regie_faults, service_faults
from resources.french import amount
from ui.billing.amounts import read_amount
from ui.common.forms import EXPLAINED, Fault, Form, choice_field, note_field, number_field, text_field
from ui.common.parts import button, heading, hint, primary_button, scrolling
from ui.payments.services import ServiceBox
from ui.payments.tender import topped
from ui.shell.theme import em

MONEY = ("cash_ceiling_cents", "ceiling_cents", "carry_below_cents", "claim_floor_cents")
NUMBERS = ("due_days", "claim_days", "notice_days", "rejections_allowed")
ASKED = frozenset({"carry_below_cents", "claim_floor_cents"})  # an amount, be it 0
OPTIONAL = frozenset({"payfip_client", "ics", "bic"})
PAYFIP_MODES = {
    "T": "Test\u202f: rien n'est débité",
    "X": "Activation de la ligne\u202f: encaissé comme en production",
    "W": "Production",
}
MODE_HELP = "En test, rien n'entre dans les comptes, et le portail en prévient les familles."
NO_IBAN = "Aucun compte n'est enregistré."


@dataclass(frozen=True, slots=True)
class Wished:
    """What the agent typed: the régie's values, a new IBAN or none, and the services that changed."""

    values: RegieValues
    iban: str | None
    services: Mapping[int, ServiceValues]


class SettingsDialog(QDialog):
    """All the settings of a régie; it stays until its presenter says that they are kept."""

    submitted = Signal()

    def __init__(self, settings: RegieSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.settings = settings
        title = f"Réglages de la régie {settings.code}"
        self.setWindowTitle(title)
        self.setModal(True)
        self.fields: dict[str, QLineEdit | QPlainTextEdit | QSpinBox | QComboBox] = {}
        self.forms = (self._identity(), self._online())
        self.services = [ServiceBox(service) for service in settings.services]
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName("Pages des réglages")
        for page, name in (
            (topped(self.forms[0]), "Régie"),
            (self._services(), "Services et moyens"),
            (topped(self.forms[1]), "Prélèvement et PayFiP"),
        ):
            self.tabs.addTab(scrolling(page), name)
        self.fault = Fault()
        self.submit = primary_button("&Enregistrer", self._submit, "save")
        self.submit.setDefault(True)
        self.close_button = button("&Annuler", self.reject)
        self._lay_out(title)

    def wished(self) -> Wished:
        """Read what was typed; call it once it has no fault."""
        iban = self.iban.text().strip()
        changed = {box.service.id: box.values() for box in self.services if box.values() != box.service.values}
        return Wished(self._values(), iban or (None if not self.forget.isChecked() else ""), changed)

    def faults(self) -> dict[str, str]:
        """Say what is wrong of the régie, field by field."""
        wrong = {name: sentence for name in MONEY if (sentence := self._wrong_money(name))}
        return wrong or regie_faults(self._values(), iban=self.iban.text().strip() or None)

    def is_complete(self) -> bool:
        """Write each fault under its field, and show the first page that has one."""
        found = self.faults()
        services = [box for box in self.services if box.show_faults(service_faults(
            box.values(), box.service.kinds, box.service.name
        ))]  # fmt: skip
        right = [form.show_faults(found) for form in self.forms]
        if not right[0]:
            self.tabs.setCurrentIndex(0)
        elif services:
            self.tabs.setCurrentIndex(1)
        elif not right[1]:
            self.tabs.setCurrentIndex(2)
        return all(right) and not services

    def refuse(self, sentence: str) -> None:
        """Say why nothing was kept; what was typed stays."""
        self.show_busy(False)
        self.fault.show_sentence(sentence)

    def show_busy(self, busy: bool) -> None:  # noqa: FBT001  as FormDialog's
        """Wait for the answer."""
        self.submit.setDisabled(busy)
        self.tabs.setDisabled(busy)

    def _identity(self) -> Form:
        form, values = Form(2), self.settings.values
        self._text(form, "name", "&Nom de la régie", required=True, wide=True)
        self._text(form, "street", "&Rue", required=True)
        self._text(form, "postal_code", "&Code postal", required=True)
        self._text(form, "city", "&Ville", required=True)
        self._text(form, "phone", "&Téléphone")
        self._text(form, "email", "Adresse &e-mail", required=True)
        self._number(
            form, "due_days", "&Délai de paiement", " jours", "Entre l'émission d'une facture et son échéance."
        )
        mentions = form.add(
            "mentions", "&Mentions des factures", note_field(values.mentions, lines=4), wide=True,
            help_text="Une par ligne\u202f: voies de recours, paiement intégral…",
        )  # fmt: skip
        self.fields["mentions"] = mentions
        self._text(
            form, "cash_ceiling_cents", "Plafond de la c&aisse", help_text="Espèces en caisse. Vide\u202f: aucun."
        )
        self._text(
            form, "ceiling_cents", "Plafond de l'enc&aisse", help_text="Espèces, valeurs et compte. Vide\u202f: aucun."
        )
        self._text(
            form, "carry_below_cents", "Re&port des petites factures",
            help_text="En dessous, la facture suivante la demandera. 0\u202f: jamais.",
        )  # fmt: skip
        self._text(
            form, "claim_floor_cents", "Seuil de mise en &titre", help_text="Par débiteur\u202f: 15 euros au moins."
        )
        self._number(form, "claim_days", "Titre après", " jours", "De retard, avant la liste «\xa0à titrer\xa0».")
        return form

    def _online(self) -> Form:
        form, ending = Form(2), self.settings.iban_ending
        self._text(
            form,
            "payfip_client",
            "N° de client &PayFiP",
            help_text="Six chiffres. Vide\u202f: pas de paiement en ligne.",
        )
        mode = choice_field(PAYFIP_MODES, self.settings.values.payfip_mode)
        self.fields["payfip_mode"] = form.add("payfip_mode", "&Mode de PayFiP", mode, help_text=MODE_HELP)
        self._text(form, "ics", "&Identifiant de créancier (ICS)", help_text="Vide\u202f: pas de prélèvement.")
        held = f"Compte enregistré\u202f: se termine par {ending}. " if ending else f"{NO_IBAN} "
        self.iban = form.add(
            "iban", "I&BAN du compte de la régie", text_field(longest=42, example="FR76 …"), wide=True,
            help_text=f"{held}Tapez-en un autre pour le remplacer\u202f: il est chiffré, et n'est plus jamais montré.",
        )  # fmt: skip
        self._text(form, "bic", "BI&C", help_text="Trouvé d'après l'IBAN s'il est vide.")
        self.forget = QPushButton("&Oublier ce compte")
        self.forget.setCheckable(True)
        self.forget.setEnabled(ending is not None)
        form.add("forget", "Compte", self.forget, help_text="Plus aucun prélèvement ne pourra être présenté.")
        self._number(
            form, "notice_days", "&Annonce d'un prélèvement", " jours avant", "La loi dit 14, sauf accord plus court."
        )
        self._number(
            form, "rejections_allowed", "&Rejets acceptés", " de suite", "Ensuite le mandat est suspendu de lui-même."
        )
        return form

    def _services(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, em(0.4), em(0.4), 0)
        column.setSpacing(em(0.8))
        column.addWidget(hint("Ce que l'acte constitutif n'autorise pas est refusé au guichet comme en ligne."))
        for box in self.services:
            column.addWidget(box)
        column.addStretch(1)
        return page

    def _text(
        self, form: Form, name: str, label: str, *, required: bool = False, wide: bool = False, help_text: str = ""
    ) -> None:
        value = getattr(self.settings.values, name)
        text = ("" if value is None else amount(value)) if name in MONEY else value or ""
        field = form.add(name, label, text_field(text), required=required, wide=wide, help_text=help_text)
        self.fields[name] = field

    def _number(self, form: Form, name: str, label: str, suffix: str, help_text: str) -> None:
        value = getattr(self.settings.values, name)
        self.fields[name] = form.add(name, label, number_field(value, most=999, suffix=suffix), help_text=help_text)

    def _values(self) -> RegieValues:
        return RegieValues(**{name: self._value(name) for name in self.fields})

    def _value(self, name: str) -> Any:
        match self.fields[name]:
            case QSpinBox() as box:
                return box.value()
            case QComboBox() as choice:
                return choice.currentData()
            case QPlainTextEdit() as note:
                return note.toPlainText()
            case field:
                text = field.text().strip()
        if name in MONEY:
            return read_amount(text) if text or name in ASKED else None
        return (text or None) if name in OPTIONAL else text

    def _wrong_money(self, name: str) -> str:
        try:
            self._value(name)
        except ValueError as error:
            return str(error)
        return ""

    def _submit(self) -> None:
        self.fault.show_sentence("")
        if self.submit.isEnabled() and self.is_complete():
            self.show_busy(True)
            self.submitted.emit()

    def _lay_out(self, title: str) -> None:
        foot = QHBoxLayout()
        foot.setSpacing(em(0.5))
        foot.addWidget(hint(EXPLAINED), 1)
        foot.addWidget(self.close_button)
        foot.addWidget(self.submit)
        column = QVBoxLayout(self)
        column.setContentsMargins(em(1.3), em(1.1), em(1.3), em(1.1))
        column.setSpacing(em(0.8))
        column.addWidget(heading(title))
        column.addWidget(self.tabs, 1)
        column.addWidget(self.fault)
        column.addLayout(foot)
        self.resize(em(48), em(40))
