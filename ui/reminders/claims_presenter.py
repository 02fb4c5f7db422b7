"""What the screen decides of what goes to the Treasury, and of the tax certificates."""

from collections.abc import Callable, Sequence
from typing import Protocol

from backoffice.certificates.lists import CertificateRow, certificate_pdf, certificates, years
from backoffice.certificates.make import CertificatesReport, make_certificates
from backoffice.errors import Cancelled
from backoffice.office import Office
from backoffice.permissions import Agent
from backoffice.reminders.claims import ClaimDebtor, ClaimPage, claimable, offer_of, preview
from backoffice.reminders.hand_over import hand_over
from backoffice.reminders.lists import ClaimedRow, ClaimListRow, claim_lists, claim_workbook, claimed
from resources.french import NARROW, euros, plural
from ui.common.presenter import Lanes, Presenter, View
from ui.common.tasks import Progress
from ui.reminders.bundle import bundle
from ui.shell.theme import State

MOST_PRINTED = 500


class ClaimsView(View, Protocol):
    """What the presenter asks of the screen about claims and certificates."""

    def show_claims(self, page: ClaimPage, lists: Sequence[ClaimListRow], handed: Sequence[ClaimedRow]) -> None: ...
    def show_years(self, years: Sequence[int], chosen: int) -> None: ...
    def show_certificates(self, rows: Sequence[CertificateRow]) -> None: ...
    def ask_hand_over(self, sentence: str, chosen: Sequence[ClaimDebtor]) -> None: ...
    def begin_progress(self, title: str) -> None: ...
    def show_progress(self, done: int, total: int, label: str) -> None: ...
    def end_progress(self) -> None: ...
    def show_pdf(self, title: str, content: bytes, name: str) -> None: ...
    def save_file(self, title: str, content: bytes, name: str) -> None: ...


class ClaimsPresenter(Presenter[ClaimsView]):
    """Drives the list « à titrer » and the certificates of a régie."""

    def __init__(self, view: ClaimsView, lanes: Lanes, office: Office, agent: Agent) -> None:
        super().__init__(view, lanes)
        self._office, self._agent = office, agent
        self._running: Progress | None = None
        self.regie_id: int | None = None
        self.year = office.today().year - (office.today().month < 12)

    def read_claims(self) -> None:
        """Read who may be handed over, and what was."""
        if (regie_id := self.regie_id) is None:
            return
        today = self._office.today()

        def work() -> tuple[ClaimPage, Sequence[ClaimListRow], Sequence[ClaimedRow]]:
            page = self._office.read(claimable, regie_id, today)
            return page, self._office.read(claim_lists, regie_id), self._office.read(claimed, regie_id)

        self.read("claims", work, lambda found: self.view.show_claims(*found))

    def export(self, kind: str) -> None:
        """Write the list as it would be handed over."""
        if (regie_id := self.regie_id) is None:
            return
        today, now = self._office.today(), self._office.now()
        self.outside(
            lambda: self._office.read(preview, regie_id, today, now=now)[kind],
            lambda content: self.view.save_file("Exporter le projet", content, f"a-titrer-{today:%Y-%m-%d}.{kind}"),
        )

    def ask_hand_over(self, page: ClaimPage | None, chosen: Sequence[ClaimDebtor]) -> None:
        """Say what handing over does."""
        if page is not None and chosen:
            self.view.ask_hand_over(offer_of(page, chosen), chosen)

    def hand_over(self, chosen: Sequence[ClaimDebtor]) -> None:
        """Hand households over to the Treasury, as they were shown."""
        regie_id = self.regie_id
        seen = {invoice_id: cents for one in chosen for invoice_id, cents in one.seen.items()}

        def work() -> tuple[str, int, bytes]:
            assert regie_id is not None
            made = self._office.write(hand_over, self._agent, regie_id, list(seen), seen)
            return made.number, made.amount_cents, made.workbook

        def done(made: tuple[str, int, bytes]) -> None:
            number, cents, workbook = made
            told = plural(len(seen), "facture transmise", "factures transmises")
            self.view.say(f"Liste {number}{NARROW}: {told}, {euros(cents)}.", State.ACCEPTED)
            self.view.save_file("Enregistrer la liste transmise", workbook, f"{number}.xlsx")

        self.write(
            work, done, changes=("reminders", "invoices"), unsaved="la transmission au Trésor", failed=self._not_handed
        )

    def save_list(self, row: ClaimListRow) -> None:
        """Keep a copy of a list, as it was handed over."""
        self.read(
            "list",
            lambda: self._office.read(claim_workbook, row.id),
            lambda content: self.view.save_file("Enregistrer la liste transmise", content, f"{row.number}.xlsx"),
        )

    def read_certificates(self) -> None:
        """Read the certificates of the year."""
        if (regie_id := self.regie_id) is None:
            return
        year, this_year = self.year, self._office.today().year

        def told(found: Sequence[int]) -> None:
            self.view.show_years(found, year)

        def all_years() -> Sequence[int]:
            return sorted({*self._office.read(years, regie_id, this_year), year}, reverse=True)

        self.read("years", all_years, told)
        self.read("certificates", lambda: self._office.read(certificates, regie_id, year), self.view.show_certificates)

    def choose_year(self, year: int) -> None:
        """Show another year."""
        if year != self.year:
            self.year = year
            self.read_certificates()

    def make(self) -> None:
        """Prepare the year's certificates."""
        if (regie_id := self.regie_id) is None:
            return
        year = self.year

        def work(progress: Progress) -> CertificatesReport:
            def told(done: int, total: int) -> None:
                progress(done, total, "Attestations")

            return make_certificates(self._office, self._agent, regie_id, year, told)

        self.view.begin_progress(f"Préparer les attestations {year}")
        self._running = self.long(
            work, self._made, self.view.show_progress, changes=("reminders",), failed=self._not_made
        )

    def cancel(self) -> None:
        """Ask the long work under way to stop."""
        if self._running is not None:
            self._running.cancel()

    def show_certificates(self, rows: Sequence[CertificateRow]) -> None:
        """Show certificates as one document, to print them."""
        title = f"Attestation de {rows[0].family}" if len(rows) == 1 else f"{len(rows)} attestations"
        self._read_pdfs(rows, lambda content: self.view.show_pdf(title, content, _name(rows)))

    def save_certificates(self, rows: Sequence[CertificateRow]) -> None:
        """Keep a copy of certificates, as one document."""
        self._read_pdfs(rows, lambda content: self.view.save_file("Enregistrer", content, _name(rows)))

    def _read_pdfs(self, rows: Sequence[CertificateRow], done: Callable[[bytes], None]) -> None:
        if len(rows) > MOST_PRINTED:
            self.view.say(f"Choisissez {MOST_PRINTED} attestations au plus à la fois.", State.REFUSED)
        elif rows:
            ids = [row.id for row in rows]
            self.outside(lambda: bundle([self._office.read(certificate_pdf, at) for at in ids]), done)

    def _made(self, report: CertificatesReport) -> None:
        self.view.end_progress()
        self.view.say(report.sentence, State.ACCEPTED)

    def _not_made(self, error: Exception) -> None:
        self.view.end_progress()
        if isinstance(error, Cancelled):
            self.view.say(
                f"Arrêté{NARROW}: les attestations déjà préparées sont gardées. Relancez pour la suite.", State.WAITING
            )
            self.read_certificates()
        else:
            self.view.report(error)

    def _not_handed(self, error: Exception) -> None:
        self.view.report(error, unsaved="la transmission au Trésor")
        self.read_claims()


def _name(rows: Sequence[CertificateRow]) -> str:
    year = rows[0].year
    return f"attestation-{year}-{rows[0].family_number}.pdf" if len(rows) == 1 else f"attestations-{year}.pdf"
