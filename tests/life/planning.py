"""What agents do of requests, of bookings, of enrolments, at random."""

from dataclasses import replace
from datetime import date, timedelta

from backoffice.attendance.record import AttendanceEntry, record
from backoffice.bookings.change import CellChange, change_bookings
from backoffice.bookings.waiting_desk import propose_place, put_on_list, remove_from_list
from backoffice.bookings.waiting_list import expire_offers
from backoffice.bookings.waiting_settings import set_waiting_list
from backoffice.enrolments.edit import edit_terms
from backoffice.enrolments.enrol import Seat, end_enrolment, enrol
from backoffice.enrolments.groups import edit_group
from backoffice.enrolments.openings import close_opening, create_opening, delete_opening, draft_of, edit_opening
from backoffice.families.belong import attach_child, detach_child
from backoffice.requests.accept import accept
from backoffice.requests.refuse import refuse
from models.office.bookings import Enrolment, EnrolmentOpening, WaitingEntry
from models.vocabulary import AttendanceState
from tests.enrolments import a_draft
from tests.factories import TODAY
from tests.life.means import DAYS, PAST, Means


class Planning(Means):
    """Requests, planning, waiting lists, enrolments."""

    def desk_accepts(self) -> None:
        values = {"without_documents": True, "child_id": None, "school_id": None, "group_id": self.place.tall_id}
        self._write(accept, self._waiting().id, force=True, note="Vu.", values=values)

    def desk_refuses(self) -> None:
        self._write(refuse, self._waiting().id, reason_id=self.town.reason_id, note="Non.")

    def desk_books(self) -> None:
        _, child = self._home_and_child()
        cell = CellChange(self._one(self.town.meal_id, self.town.morning_id), self._one(*DAYS), book=self._flip())
        self._write(change_bookings, child, [cell], override=True, note="Vu.")

    def desk_points(self) -> None:
        _, child = self._home_and_child()
        state = self._one(AttendanceState.PRESENT, AttendanceState.UNJUSTIFIED)
        self._write(record, [AttendanceEntry(child, self.town.meal_id, self._one(PAST, TODAY), state)])

    def desk_settles_list(self) -> None:
        hours = self._one(None, 2)
        self._write(
            set_waiting_list, self.town.canteen_id, waiting_list=self._one(True, True, False), answer_hours=hours
        )

    def desk_lists(self) -> None:
        _, child = self._home_and_child()
        self._write(put_on_list, child, [(self.town.meal_id, self._one(*DAYS))])

    def desk_proposes(self) -> None:
        self._write(propose_place, self._any(WaitingEntry.id), note="Vu.")

    def desk_unlists(self) -> None:
        self._write(remove_from_list, self._any(WaitingEntry.id), note="Vu.")

    def desk_offers_lapse(self) -> None:
        self._write(expire_offers, self.office.now() + timedelta(hours=self._one(0, 3)))

    def desk_edits_group(self) -> None:
        group = self._one(self.town.canteen_group_id, self.place.tall_id)
        self._write(edit_group, group, capacity=self._one(1, 2, 3), age_from=None, age_to=None)

    def desk_enrols(self) -> None:
        home, child = self._home_and_child()
        activity, group = self._one(
            (self.town.canteen_id, self.town.canteen_group_id), (self.place.activity_id, self.place.tall_id)
        )
        seat = Seat(
            child_id=child, family_id=home.family_id, activity_id=activity, group_id=group,
            starts=self._one(TODAY, date(2026, 12, 2)), ends=date(2027, 7, 3),
        )  # fmt: skip
        self._write(enrol, seat)

    def desk_ends_enrolment(self) -> None:
        number = self._any(Enrolment.id)
        self._write(end_enrolment, number, self._one(date(2026, 8, 1), DAYS[0], DAYS[2]), cancel_bookings=True)

    def desk_edits_terms(self) -> None:
        self._write(edit_terms, self._any(Enrolment.id), category=None, days_a_week=None)

    def desk_opens(self) -> None:
        self._write(create_opening, a_draft(self.place, documents=frozenset({self.place.insurance_id})))

    def desk_edits_opening(self) -> None:
        opening = self._opening()
        before = self.office.read(lambda session: draft_of(session, session.get_one(EnrolmentOpening, opening.id)))
        wished = replace(before, words=self._one("Le mercredi.", "Dès 8 h."), starts=self._one(*DAYS))
        self._write(edit_opening, opening.id, wished, version=opening.version)

    def desk_closes_opening(self) -> None:
        opening = self._opening()
        self._write(self._one(close_opening, delete_opening), opening.id, version=opening.version)

    def desk_attaches(self) -> None:
        _, child = self._home_and_child()
        self._write(attach_child, child, self._one("FMARTIN", "FPETIT", "FROUX"))

    def desk_detaches(self) -> None:
        home, child = self._home_and_child()
        self._write(detach_child, child, home.family_id)
