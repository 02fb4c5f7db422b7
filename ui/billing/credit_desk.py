"""The dialogs of credit notes and regularisations, on the billing screen."""

from collections.abc import Callable, Sequence

from backoffice.billing.credit import CreditReport
from backoffice.billing.credit_lists import CreditNoteRow
from backoffice.billing.lists import InvoiceFile
from backoffice.billing.proposals import Proposal
from backoffice.billing.redraft import RedraftReport
from resources.french import plural
from ui.billing.credit_dialog import CreditDialog
from ui.billing.credit_presenter import CreditPresenter
from ui.billing.regularisations import RegularisationPage, SetAsideDialog
from ui.common.dialogs import Confirmation, refused_in
from ui.common.over import OverScreen, ShowsProgress
from ui.common.screen import Screen
from ui.shell.theme import State, em


class CreditDesk(OverScreen, ShowsProgress):
    """Answers the credit presenter with the screen's own bars and dialogs."""

    def __init__(self, screen: Screen, page: RegularisationPage, show_pdf: Callable[[str, bytes, str], None]) -> None:
        self._screen, self._page, self.show_pdf = screen, page, show_pdf
        self.count: Callable[[int], None] = lambda _: None
        self._dialog: CreditDialog | None = None

    def bind(self, presenter: CreditPresenter) -> None:
        """Take the presenter that decides."""
        self._presenter = presenter
        self._page.make_good_asked.connect(self._ask_make_good)
        self._page.set_aside_asked.connect(self._ask_set_aside)

    def refresh(self) -> None:
        """Read what awaits again."""
        self._presenter.refresh()

    def ask_credit(self, file: InvoiceFile) -> None:
        """Open the credit note's dialog."""
        dialog = self._dialog = CreditDialog(file, self._screen)
        dialog.submitted.connect(lambda: self._presenter.credit(file.row, dialog.typed()))
        dialog.open()

    def open_note(self, note: CreditNoteRow) -> None:
        """Show a credit note's paper."""
        self._presenter.open_note(note.id, note.number)

    def redraft(self, file: InvoiceFile) -> None:
        """Do the draft shown again."""
        self._presenter.redraft(file.row)

    def credit_done(self, report: CreditReport) -> None:
        self.say(report.sentence, State.ACCEPTED)
        if self._dialog is not None:
            self._dialog.open_note.clicked.connect(lambda: self._presenter.open_note(report.note_id, report.number))
            self._dialog.show_note(report)

    def credit_refused(self, error: Exception) -> None:
        if not refused_in(self._dialog, error):
            self.report(error, unsaved="l'avoir")

    def redraft_done(self, report: RedraftReport) -> None:
        """Say what changed; line by line where there is something to read."""
        self.say(report.sentence, State.ACCEPTED)
        if report.rows:
            lines = "\n".join(row.sentence for row in report.rows)
            dialog = Confirmation("Brouillon refait", f"{report.sentence}\n\n{lines}", "Fermer", parent=self._screen)
            dialog.keep.hide()
            dialog.setMinimumWidth(em(32))
            dialog.open()

    def show_proposals(self, found: Sequence[Proposal]) -> None:
        self._page.show_proposals(found)
        self.count(len(found))

    def begin_progress(self, title: str) -> None:
        self._open_progress(title, self._screen, self._presenter.cancel)

    def _ask_make_good(self, rows: Sequence[Proposal]) -> None:
        if len(rows) == 1:
            self._presenter.make_good(rows)
            return
        count = plural(len(rows), "régularisation")
        dialog = Confirmation(
            "Établir les régularisations",
            f"{count} vont être établies\u202f: les avoirs et les factures complémentaires reçoivent leur numéro "
            "définitif, et les familles sont prévenues par courriel. C'est irréversible.",
            f"Établir {count}",
            danger=True,
            parent=self._screen,
        )
        dialog.accepted.connect(lambda: self._presenter.make_good(rows))
        dialog.open()

    def _ask_set_aside(self, row: Proposal) -> None:
        dialog = SetAsideDialog(row, self._screen)

        def send() -> None:
            self._presenter.set_aside(row, dialog.reason)
            dialog.accept()

        dialog.submitted.connect(send)
        dialog.open()
