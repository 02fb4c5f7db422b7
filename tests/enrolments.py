"""An activity that families may ask to enrol in: the Wednesdays, in two groups by age."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from backoffice.enrolments.opening_lists import OpeningRow, openings_page
from backoffice.enrolments.openings import create_opening
from backoffice.enrolments.rules import OpeningDraft
from backoffice.office import Office, Work
from backoffice.permissions import SYSTEM
from backoffice.requests.file import RequestFile, request_file
from backoffice.requests.receive import receive
from backoffice.sync.contract import EnrolmentAsked
from models.office.bookings import Enrolment
from models.office.documents import Document, DocumentKind
from models.office.structure import Activity, AgeGroup, Unit
from models.vocabulary import ActivityKind, DocumentState, Section
from tests.factories import AGENT, NOW, Household, Town, a_commune, reached
from tests.letterbox import an_action

STARTS, ENDS = date(2027, 1, 4), date(2027, 7, 3)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Wednesdays:
    """The commune, and the Wednesdays' ids."""

    town: Town
    activity_id: int
    unit_id: int
    small_id: int
    tall_id: int
    insurance_id: int  # a document of each child

    @property
    def home(self) -> Household:
        """The Martins: Léa is seven."""
        return self.town.home


def wednesdays(office: Office) -> Wednesdays:
    """Create a commune with Wednesdays that nobody is enrolled in."""
    town = a_commune(office)

    def create(work: Work) -> Wednesdays:
        session = work.session
        activity = Activity(
            code="MERCREDI", name="Accueil du mercredi", kind=ActivityKind.WEDNESDAY, service_id=town.care_service_id,
            facility_id=town.facility_id, online=True, position=3,
        )  # fmt: skip
        insurance = DocumentKind(
            code="ASSURANCE", name="Assurance scolaire", per_child=True, mandatory=True, blocks="", position=1
        )
        session.add_all([activity, insurance])
        session.flush()
        unit = Unit(
            activity_id=activity.id, code="MERCREDI-JOURNEE", name="Journée", starts=time(8), ends=time(18),
            section=Section.CARE, position=1,
        )  # fmt: skip
        small = AgeGroup(activity_id=activity.id, code="M-3", name="Petits", capacity=10, age_from=3, age_to=5)
        tall = AgeGroup(activity_id=activity.id, code="M-6", name="Grands", capacity=20, age_from=6, age_to=11)
        session.add_all([unit, small, tall])
        session.flush()
        return Wednesdays(town, activity.id, unit.id, small.id, tall.id, insurance.id)

    return reached(office, "wednesdays", lambda: office.write(create, AGENT))


def a_draft(place: Wednesdays, **changes: object) -> OpeningDraft:
    """Open the Wednesdays from 6 to 11, from an hour ago and for ten days, to families of anywhere."""
    draft = OpeningDraft(
        activity_id=place.activity_id, words="Le mercredi, de 8 h à 18 h.", starts=STARTS, ends=ENDS,
        opens_at=NOW - timedelta(hours=1), closes_at=NOW + timedelta(days=10), age_from=6, age_to=11,
    )  # fmt: skip
    return replace(draft, **changes)


def opened(office: Office, place: Wednesdays, **changes: object) -> OpeningRow:
    """Open, and read the opening back."""
    report = office.write(create_opening, AGENT, a_draft(place, **changes))
    return opening(office, report.opening_id)


def opening(office: Office, opening_id: int) -> OpeningRow:
    """Read an opening as the desk lists it."""
    page = office.read(openings_page, office.now())
    return next(row for row in page.openings if row.id == opening_id)


def asks(
    office: Office, home: Household, opening_id: int, *, starts: date = STARTS, at: datetime = NOW, note: str = ""
) -> UUID:
    """Let a family ask, and the office receive it."""
    payload = EnrolmentAsked(opening_id=opening_id, child_id=home.child_id, starts=starts, note=note)
    action = an_action(home, payload, at=at)
    office.write(receive, SYSTEM, action)
    return action.id


def answer(office: Office, request_id: UUID) -> RequestFile:
    """Read a request as the desk does."""
    return office.read(request_file, request_id)


def enrolments(office: Office, child_id: int, activity_id: int) -> list[Enrolment]:
    """Read a child's enrolments in an activity."""

    def read(session) -> list[Enrolment]:
        mine = (Enrolment.child_id == child_id, Enrolment.activity_id == activity_id)
        return list(session.query(Enrolment).where(*mine).order_by(Enrolment.starts))

    return office.read(read)


def holds(office: Office, home: Household, kind_id: int, state: DocumentState, *, until: date | None = None) -> None:
    """Put a document of a child where it stands."""

    def put(work: Work) -> None:
        work.session.query(Document).where(Document.kind_id == kind_id).delete()
        work.session.add(
            Document(
                kind_id=kind_id, family_id=home.family_id, child_id=home.child_id, state=state, received_at=work.now,
                valid_until=until, reason=None,
            )
        )  # fmt: skip

    office.write(put, AGENT)
