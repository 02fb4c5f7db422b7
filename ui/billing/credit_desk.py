"""The dialogs of credit notes and regularisations, on the billing screen."""

from collections.abc import Callable, Sequence
from typing import Any

from backoffice.billing.credit import CreditReport
from backoffice.billing.credit_lists import CreditNoteRow
from backoffice.billing.lists import InvoiceFile
from backoffice.billing.proposals import Proposal
from backoffice.billing.redraft import RedraftReport
from backoffice.errors import RefusedByRule
from resources.french import plural
from ui.billing.credit_dialog import CreditDialog
from ui.billing.credit_presenter import CreditPresenter
from ui.billing.regularisations import RegularisationPage, SetAsideDialog
from ui.common.dialogs import Confirmation, ProgressDialog
from ui.common.screen import Screen
from ui.shell.theme import State, em


class CreditDesk:
    """Answers the credit presenter with the screen's own bars and dialogs."""

    def __init__(self, screen: Screen, page: RegularisationPage, show_pdf: Callable[[str, bytes, str], None]) -> None:
        self._screen, self._page, self.show_pdf = screen, page, show_pdf
        self.count: Callable[[int], None] = lambda _: None
        self._dialog: CreditDialog | None = None
        self._progress: ProgressDialog | None = None

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
            self._dialog.show_done(report)

    def credit_refused(self, error: Exception) -> None:
        if self._dialog is not None and isinstance(error, RefusedByRule):
            self._dialog.refuse(str(error))
            return
        if self._dialog is not None:
            self._dialog.show_busy(False)
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
        self._progress = ProgressDialog(title, self._screen)
        self._progress.cancel_asked.connect(self._presenter.cancel)
        self._progress.open()

    def show_progress(self, done: int, total: int, label: str) -> None:
        if self._progress is not None:
            self._progress.show_progress(done, total, label)

    def end_progress(self) -> None:
        if self._progress is not None:
            self._progress.accept()
            self._progress = None

    def show_busy(self, busy: bool) -> None:  # noqa: FBT001  a presenter's view takes it so
        self._screen.show_busy(busy)

    def say(self, sentence: str, state: State = State.INFO) -> None:
        self._screen.say(sentence, state)

    def report(self, error: Exception, *, retry: Callable[[], Any] | None = None, unsaved: str = "") -> None:
        self._screen.report(error, retry=retry, unsaved=unsaved)

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
