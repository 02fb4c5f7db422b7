"""Enrolling a child in an activity, and ending an enrolment: the forms, and what they do."""

from datetime import date
from typing import Protocol

from PySide6.QtWidgets import QCheckBox, QWidget

from backoffice.enrolments.choices import EnrolChoices, enrol_choices
from backoffice.enrolments.enrol import BookingsRemain, EnrolReport, Seat, SeatRefused, end_enrolment, enrol
from backoffice.enrolments.lists import EnrolmentRow
from backoffice.errors import RefusedByRule
from backoffice.office import Office
from backoffice.permissions import Agent
from models.vocabulary import Role
from resources.french import NARROW, of_name, short_date
from ui.common.dialogs import FormDialog
from ui.common.forms import choice_field, date_field, date_in
from ui.common.over import FormsOverScreen
from ui.common.presenter import Lanes, Presenter, View
from ui.common.seats import SeatFields, age_words
from ui.families.file import FamilyPanel
from ui.shell.theme import State

CHANGED = ("families", "bookings", "invoices")


class EnrolDialog(FormDialog):
    """Chooses a child, an activity, a group and dates."""

    def __init__(self, choices: EnrolChoices, parent: QWidget | None = None) -> None:
        super().__init__(f"Inscrire un enfant, famille {choices.family}", "Inscrire", parent=parent, columns=2)
        self.choices = choices
        self._children = {str(child.id): child for child in choices.children}
        self._activities = {str(activity.id): activity for activity in choices.activities}
        named = {code: age_words(child, choices.starts) for code, child in self._children.items()}
        only = next(iter(named)) if len(named) == 1 else None
        self.child = self.form.add(
            "child", "&Enfant", choice_field(named, only, blank="" if only else "Choisissez…"), required=True
        )
        self.activity = self.form.add(
            "activity", "&Activité",
            choice_field({code: one.name for code, one in self._activities.items()}, blank="Choisissez…"), required=True,
        )  # fmt: skip
        self.seat = SeatFields(self.form, choices.starts, choices.ends)
        self.explain_stars()
        for choice in (self.child, self.activity):
            choice.currentIndexChanged.connect(lambda _: self._follow())

    @property
    def wished(self) -> Seat:
        """What was chosen; ask once it is complete."""
        group, (starts, ends) = self.seat.group_id, self.seat.dates
        assert group is not None
        return Seat(
            child_id=int(self.child.currentData()), family_id=self.choices.family_id,
            activity_id=int(self.activity.currentData()), group_id=group, starts=starts, ends=ends,
        )  # fmt: skip

    def is_complete(self) -> bool:
        return self.form.check_filled() and self.form.show_faults(self.seat.faults())

    def _follow(self) -> None:
        child, activity = (
            self._children.get(self.child.currentData()),
            self._activities.get(self.activity.currentData()),
        )
        if child is not None and activity is not None:
            self.seat.show_choice(child, activity)


class EndDialog(FormDialog):
    """Asks for the last day, and what becomes of what is booked after it."""

    def __init__(self, row: EnrolmentRow, today: date, parent: QWidget | None = None) -> None:
        title = f"Terminer l'inscription {of_name(row.child)}"
        super().__init__(title, "Terminer l'inscription", parent=parent, danger=True)
        self.row = row
        self.tell(f"{row.activity}, {row.group}, du {short_date(row.starts)} au {short_date(row.ends)}.")
        self.last = self.form.add(
            "last", "&Dernier jour", date_field(min(today, row.ends)), required=True,
            help_text=f"Avant le {short_date(row.starts)}, l'inscription est annulée.",
        )  # fmt: skip
        self.cancel = self.form.add(
            "cancel", "Annuler les réservations après ce jour", QCheckBox("&Annuler les réservations après ce jour"),
            help_text="Les places vont aux enfants en liste d'attente.",
        )  # fmt: skip
        self.explain_stars()

    def is_complete(self) -> bool:
        late = date_in(self.last) >= self.row.ends
        told = f"Elle se termine déjà le {short_date(self.row.ends)}{NARROW}: choisissez un jour d'avant."
        return self.form.show_faults({"last": told} if late else {})


class EnrolView(View, Protocol):
    """The forms that the presenter opens, refuses and closes."""

    def open_enrol(self, choices: EnrolChoices) -> None: ...
    def open_end(self, row: EnrolmentRow, today: date) -> None: ...
    def refuse_form(self, error: RefusedByRule) -> None: ...
    def free_form(self) -> None: ...
    def close_form(self) -> None: ...


class EnrolPresenter(Presenter[EnrolView]):
    """One form at a time; a refusal keeps what was typed."""

    def __init__(self, view: EnrolView, lanes: Lanes, office: Office, agent: Agent) -> None:
        super().__init__(view, lanes)
        self._office, self._agent = office, agent

    def ask_enrol(self, family_id: int) -> None:
        """Open the form of a new enrolment."""
        if Role.AGENT in self._agent.roles:
            today = self._office.today()
            self.read("choices", lambda: self._office.read(enrol_choices, family_id, today), self.view.open_enrol)

    def ask_end(self, row: EnrolmentRow) -> None:
        """Open the form that ends an enrolment."""
        if Role.AGENT in self._agent.roles:
            self.view.open_end(row, self._office.today())

    def enrol(self, wished: Seat) -> None:
        """Enrol a child."""
        self.write(
            lambda: self._office.write(enrol, self._agent, wished), self._done, changes=CHANGED,
            failed=lambda error: self._failed(error, "l'inscription"),
        )  # fmt: skip

    def end(self, row: EnrolmentRow, last: date, *, cancel: bool) -> None:
        """End an enrolment."""
        self.write(
            lambda: self._office.write(end_enrolment, self._agent, row.id, last, cancel_bookings=cancel, seen=row.ends),
            self._done,
            changes=CHANGED,
            failed=lambda error: self._failed(error, f"la fin de l'inscription {of_name(row.child)}"),
        )

    def _done(self, report: EnrolReport) -> None:
        self.view.close_form()
        self.view.say(report.sentence, State.ACCEPTED)

    def _failed(self, error: Exception, what: str) -> None:
        if isinstance(error, RefusedByRule):
            self.view.refuse_form(error)
        else:
            self.view.free_form()
            self.view.report(error, unsaved=f"{what}{NARROW}: le formulaire reste ouvert")


class EnrolForms(FormsOverScreen):
    """The view of `EnrolPresenter`: its forms stand over the screen, which says the rest."""

    def bind(self, presenter: EnrolPresenter, panel: FamilyPanel) -> None:
        """Give each form, and the file's gestures, their meaning."""
        self.presenter = presenter
        panel.enrol_asked.connect(presenter.ask_enrol)
        panel.end_asked.connect(presenter.ask_end)

    def open_enrol(self, choices: EnrolChoices) -> None:
        form = EnrolDialog(choices, self._screen)
        self._open(form, lambda: self.presenter.enrol(form.wished))

    def open_end(self, row: EnrolmentRow, today: date) -> None:
        form = EndDialog(row, today, self._screen)
        self._open(form, lambda: self.presenter.end(row, date_in(form.last), cancel=form.cancel.isChecked()))

    def refuse_form(self, error: RefusedByRule) -> None:
        if self.form is None:
            return
        faults = error.faults if isinstance(error, SeatRefused) else {}
        if isinstance(error, BookingsRemain):
            faults = {"cancel": str(error)}
        self.form.refuse("" if faults else str(error), faults)
