"""What is asked before a household is left in peace, a debt given up, a plan changed."""

from collections.abc import Sequence
from datetime import date, timedelta

from PySide6.QtWidgets import QCheckBox, QTabWidget, QVBoxLayout, QWidget

from backoffice.reminders.levels import (
    DEFAULTS,
    LONGEST_TITLE,
    MOST_DAYS,
    MOST_LEVELS,
    PLACEHOLDERS,
    faults_of,
    numbered_levels,
)
from backoffice.reminders.rules import Level
from resources.french import NARROW, euros, short_date
from ui.common.dialogs import FormDialog
from ui.common.forms import Form, date_field, date_in, note_field, number_field, text_field
from ui.common.parts import button, hint, row_of
from ui.shell.theme import em

A_MONTH = timedelta(days=30)


class StopDialog(FormDialog):
    """Asks until when a household is left in peace, and why."""

    def __init__(self, family: str, today: date, parent: QWidget | None = None) -> None:
        super().__init__(f"Suspendre les relances de la famille {family}", "Suspendre", parent=parent)
        self._today = today
        self.endless = self.form.add("endless", "Sans date de fin", QCheckBox("&Sans date de fin"))
        self.until = self.form.add("until", "&Jusqu'au, ce jour compris", date_field(today + A_MONTH))
        self.reason = self.form.add(
            "reason", "&Motif", text_field(longest=200, example="Échéancier, litige, difficulté…"), required=True
        )
        self.endless.toggled.connect(self.until.setDisabled)
        self.explain_stars()

    @property
    def ends(self) -> date | None:
        """The last day of peace; none: until somebody says otherwise."""
        return None if self.endless.isChecked() else date_in(self.until)

    def is_complete(self) -> bool:
        faults = {}
        if self.ends is not None and self.ends < self._today:
            faults["until"] = f"Cette date est passée{NARROW}: nous sommes le {short_date(self._today)}."
        if not self.reason.text().strip():
            faults["reason"] = "Dites pourquoi."
        return self.form.show_faults(faults)


class WriteOffDialog(FormDialog):
    """Asks why what is left of an invoice is given up."""

    def __init__(self, number: str, cents: int, parent: QWidget | None = None) -> None:
        super().__init__(
            f"Admettre en non-valeur la facture {number}", "Admettre en non-valeur", parent=parent, danger=True
        )
        self.tell(
            f"Ce qui reste dû de cette facture, {euros(cents)}, ne sera plus demandé à la famille. Cela ne s'annule pas."
        )
        self.reason = self.form.add("reason", "&Motif et décision", note_field(), required=True)
        self.reason.setPlaceholderText("Délibération du 12 janvier 2027, insolvabilité…")
        self.explain_stars()


class LevelPage(QWidget):
    """One level to fill in."""

    def __init__(self, level: Level) -> None:
        super().__init__()
        self.form = Form(2)
        self.days = self.form.add(
            "days", "&Jours de retard", number_field(level.days_late, least=1, most=MOST_DAYS), required=True
        )
        self.title = self.form.add("title", "&Intitulé", text_field(level.title, longest=LONGEST_TITLE), required=True)
        self.text = self.form.add("text", "&Texte", note_field(level.text, 6), required=True, wide=True)
        self.by_mail = self.form.add("by", "Par e-mail", QCheckBox("Par &e-mail, quand le payeur a une adresse"))
        self.by_letter = self.form.add("letter", "Par lettre", QCheckBox("Par &lettre à imprimer"))
        self.by_mail.setChecked(level.by_mail)
        self.by_letter.setChecked(level.by_letter)
        column = QVBoxLayout(self)
        column.setContentsMargins(em(0.8), em(0.8), em(0.8), em(0.8))
        column.addWidget(self.form)
        column.addStretch(1)

    def level(self, rank: int) -> Level:
        """Give what is filled in."""
        return Level(
            rank,
            self.days.value(),
            self.title.text(),
            self.text.toPlainText(),
            by_mail=self.by_mail.isChecked(),
            by_letter=self.by_letter.isChecked(),
        )


class LevelsDialog(FormDialog):
    """A régie's plan: its levels, one page each; without any, nobody is reminded."""

    def __init__(self, regie: str, levels: Sequence[Level], parent: QWidget | None = None) -> None:
        super().__init__("Niveaux de relance", "Enregistrer les niveaux", parent=parent, columns=2)
        self.body.insertWidget(0, hint(self._introduction(regie, empty=not levels)))
        self.pages = QTabWidget()
        self.pages.setAccessibleName("Niveaux")
        self.pages.setMinimumHeight(em(22))
        self.add_button = button("&Ajouter un niveau", self._add, icon="add")
        self.remove_button = button("&Retirer ce niveau", self._remove, look="danger")
        self.advised_button = button("Reprendre les niveaux &conseillés", self._advise, icon="undo")
        self.body.addWidget(self.pages, 1)
        self.body.addWidget(row_of(self.add_button, self.remove_button, self.advised_button, stretch_after=1))
        words = f"{NARROW}; ".join(f"{{{word}}}, {said}" for word, said in PLACEHOLDERS.items())
        self.body.addWidget(hint(f"Dans le texte, Marelle remplace{NARROW}: {words}."))
        self.show_levels(levels or DEFAULTS)
        self.setMinimumWidth(em(44))

    def levels(self) -> tuple[Level, ...]:
        """Give the plan as filled in, page by page."""
        return tuple(page.level(at) for at, page in enumerate(self._pages(), start=1))

    def show_levels(self, levels: Sequence[Level]) -> None:
        """Show these levels, the first one in front."""
        self.pages.clear()
        for level in levels:
            self.pages.addTab(LevelPage(level), "")
        self._follow()
        self.pages.setCurrentIndex(0)

    def is_complete(self) -> bool:
        faults = faults_of(self.levels())
        for at, page in enumerate(self._pages()):
            of_page = {code.partition(":")[0]: said for code, said in faults.items() if code.endswith(f":{at}")}
            page.form.show_faults(of_page)
        wrong = min((int(code.partition(":")[2]) for code in faults), default=None)
        if wrong is not None:
            self.pages.setCurrentIndex(wrong)
        return not faults

    def show_busy(self, busy: bool) -> None:  # noqa: FBT001  the dialog's own
        super().show_busy(busy)
        self.pages.setDisabled(busy)

    @staticmethod
    def _introduction(regie: str, *, empty: bool) -> str:
        if empty:
            return (
                f"{regie} n'a pas encore de plan{NARROW}: voici les niveaux conseillés. Une fois enregistrés, Marelle relance "
                "d'elle-même, chaque jour, à partir de demain."
            )
        return (
            f"{regie}{NARROW}: chaque facture reçoit chaque niveau une fois au plus. Ce que vous changez ici vaut à "
            "partir de demain. Sans aucun niveau, personne n'est relancé."
        )

    def _pages(self) -> list[LevelPage]:
        found = [self.pages.widget(at) for at in range(self.pages.count())]
        return [page for page in found if isinstance(page, LevelPage)]

    def _add(self) -> None:
        last = numbered_levels(self.levels())[-1] if self.pages.count() else None
        days = min(last.days_late + 14, MOST_DAYS) if last else DEFAULTS[0].days_late
        like = DEFAULTS[min(self.pages.count(), len(DEFAULTS) - 1)]
        added = Level(0, days, like.title, like.text, by_mail=like.by_mail, by_letter=like.by_letter)
        self.pages.addTab(LevelPage(added), "")
        self._follow()
        self.pages.setCurrentIndex(self.pages.count() - 1)

    def _remove(self) -> None:
        if self.pages.count():
            page = self.pages.currentWidget()
            self.pages.removeTab(self.pages.currentIndex())
            page.deleteLater()
        self._follow()

    def _advise(self) -> None:
        self.show_levels(DEFAULTS)

    def _follow(self) -> None:
        for at in range(self.pages.count()):
            self.pages.setTabText(at, f"Niveau {at + 1}")
        self.remove_button.setEnabled(self.pages.count() > 0)
        self.add_button.setEnabled(self.pages.count() < MOST_LEVELS)
