"""The smallest valid commune, for tests: one canteen, one morning care, one family; add what a test is about."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from backoffice.clock import SetClock
from backoffice.office import Office, Work
from backoffice.permissions import Agent
from backoffice.secrets import DemonstrationSecrets
from backoffice.settings import Settings
from models.engine import make_engine, sqlite_url
from models.migrate import Side, migrate
from models.office.bookings import Booking, Enrolment
from models.office.families import Child, Family, FamilyChild, Guardian, Quotient
from models.office.payments import AcceptedMeans
from models.office.requests import RefusalReason
from models.office.structure import (
    Activity,
    AgeGroup,
    Commune,
    Facility,
    Holiday,
    Regie,
    RulebookVersion,
    School,
    SchoolHoliday,
    Service,
    Unit,
)
from models.vocabulary import ActivityKind, BookingState, FamilyKind, Origin, PaymentMeans, Role, Section
from resources.french import search_key
from tests.engines import Shelf, compile_once, wait_for_no_disk

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)  # a Tuesday, 9 o'clock in Paris
TODAY = date(2026, 11, 24)
THURSDAY = date(2026, 11, 26)  # its meal can be booked until Tuesday 10:00: one hour left
NEXT_MONDAY = date(2026, 11, 30)
TREASURY_IBAN = "FR7610071000008800000012325"
ACCEPTED = (
    PaymentMeans.CASH, PaymentMeans.CHEQUE, PaymentMeans.CARD, PaymentMeans.TRANSFER, PaymentMeans.ONLINE_CARD,
    PaymentMeans.SEPA_DEBIT,
)  # fmt: skip
AGENT = Agent("claire", "Claire Aubry", frozenset(Role), "ACCUEIL-1")
COLLEAGUE = Agent("denis", "Denis Colin", frozenset(Role), "ACCUEIL-2")

RULEBOOK = """
nom = "règlement intérieur de Contrexéville"
version = "2026-1"
effet = 2026-01-01

[calendrier]
zone = "B"

[[activite]]
code = "CANTINE"
nom = "Restauration scolaire"
service = "CANTINE"
nature = "cantine"
etablissement = "STADE"
unites = [{ code = "REPAS", nom = "Repas", debut = 12:00:00, fin = 13:30:00, rubrique = "repas" }]

[[activite]]
code = "PERI"
nom = "Accueil périscolaire"
service = "PERI"
nature = "périscolaire"
etablissement = "STADE"
unites = [{ code = "PERI-MATIN", nom = "Matin", debut = 07:30:00, fin = 08:30:00 }]

[[delai]]
code = "cantine"
titre = "2 jours ouvrés avant, 10 h"
activites = ["CANTINE"]
limite = { nombre = 2, unite = "ouvré", heure = 10:00:00 }
retard = "refuser"

[[delai]]
code = "periscolaire"
titre = "La veille ouvrée, 17 h"
activites = ["PERI"]
limite = { nombre = 1, unite = "ouvré", heure = 17:00:00 }
retard = "demander"

[[tarif]]
code = "cantine"
titre = "Restauration scolaire"
activites = ["CANTINE"]
tranches = [0, 801, 1201]
prix.REPAS = [3.60, 4.15, 4.55]
exterieurs.REPAS = 5.80

[[tarif]]
code = "periscolaire"
titre = "Accueil périscolaire"
activites = ["PERI"]
tranches = [0, 801]
prix.PERI-MATIN = [1.20, 1.45]
"""


@dataclass(frozen=True, slots=True)
class Household:
    """A family's ids: one guardian, who pays, and one child."""

    family_id: int
    guardian_id: int
    child_id: int


@dataclass(frozen=True, slots=True)
class Town:
    """The commune's ids: two services of one activity, one unit and one group each, and the Martin family."""

    regie_id: int
    facility_id: int
    school_id: int
    canteen_service_id: int
    care_service_id: int
    canteen_id: int
    care_id: int
    meal_id: int
    morning_id: int
    canteen_group_id: int
    care_group_id: int
    reason_id: int
    home: Household


T = TypeVar("T")


def an_office(
    folder: Path, *, now: datetime = NOW, database: str | None = None, settings: Settings | None = None
) -> Office:
    """Open an empty office whose clock stands still (`office.clock.move(hours=2)` moves it)."""
    settings = settings or Settings(database=database, portal_url="http://127.0.0.1:8765")
    fresh = not settings.database and lay_empty(folder / "marelle.db", "office")
    office = Office(folder, clock=SetClock(now), secrets=DemonstrationSecrets(), settings=settings)
    compile_once(office.engine)
    wait_for_no_disk(office.engine)
    if fresh:
        Shelf(office.engine, ("office", settings.model_dump_json()))
    return office


def reached(office: Office, state: Any, act: Callable[[], T]) -> T:
    """Do an act that other tests do too from the same state; the second time, copy what it made of the database.

    The act gives something frozen, and moves neither the clock nor a file.
    """
    return Shelf.reach(office.engine, (state, office.now()), act)


def lay_empty(file: Path, side: Side) -> bool:
    """Put an empty database of this version where there is none: migrated once for all, copied for every test."""
    if file.exists():
        return False
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(_migrated(side))
    return True


@cache
def _migrated(side: Side) -> bytes:
    with TemporaryDirectory() as folder:
        file = Path(folder, "empty.db")
        engine = make_engine(sqlite_url(file))
        migrate(engine, side)
        engine.dispose()  # the last connection to leave brings the journal's pages into the file
        return file.read_bytes()


def a_commune(office: Office, *, capacity: int = 24) -> Town:
    """Create the smallest commune in which a family can book, be billed and pay."""
    return reached(office, ("commune", capacity), lambda: office.write(_a_commune, AGENT, capacity))


def another_family(office: Office, town: Town, name: str = "Petit", *, quotient: int | None = 500) -> Household:
    """Add a family with a guardian and a child enrolled in both activities."""
    return office.write(lambda work: a_family(work.session, town, name, quotient=quotient), AGENT)


def another_child(
    office: Office, town: Town, family_id: int, first_name: str = "Noé", *, born: date = date(2021, 5, 4)
) -> int:
    """Add an enrolled child to a family."""
    return office.write(lambda work: a_child(work.session, town, family_id, first_name, born=born), AGENT)


def booked(office: Office, child_id: int, unit_id: int, *days: date, state: BookingState = BookingState.BOOKED) -> None:
    """Book days of a unit behind the rules' back."""

    def book(work: Work) -> None:
        for day in days:
            work.session.add(
                Booking(
                    child_id=child_id, unit_id=unit_id, day=day, state=state,
                    origin=Origin.DESK, request_id=None, changed_at=work.now,
                )
            )  # fmt: skip

    office.write(book, AGENT)


def _a_commune(work: Work, capacity: int) -> Town:
    session = work.session
    regie, facility, school, reason = _the_house(session)
    regie.iban_sealed, regie.iban_ending, regie.bic = work.sealer.seal(TREASURY_IBAN), "2325", "TRPUFRP1"
    canteen = _an_activity(session, regie, facility, ("CANTINE", "Restauration scolaire", ActivityKind.CANTEEN, 1))
    care = _an_activity(session, regie, facility, ("PERI", "Accueil périscolaire", ActivityKind.PERISCOLAIRE, 2))
    meal = Unit(
        activity_id=canteen.id, code="REPAS", name="Repas", starts=time(12), ends=time(13, 30),
        section=Section.MEALS, position=1,
    )  # fmt: skip
    morning = Unit(
        activity_id=care.id, code="PERI-MATIN", name="Matin", starts=time(7, 30), ends=time(8, 30),
        section=Section.CARE, position=1,
    )  # fmt: skip
    diners = AgeGroup(activity_id=canteen.id, code="CANTINE-TOUS", name="Tous", capacity=capacity)
    early = AgeGroup(activity_id=care.id, code="PERI-TOUS", name="Tous", capacity=capacity)
    session.add_all([meal, morning, diners, early])
    session.flush()
    town = Town(
        regie.id, facility.id, school.id, canteen.service_id, care.service_id, canteen.id, care.id, meal.id, morning.id,
        diners.id, early.id, reason.id, Household(0, 0, 0),
    )  # fmt: skip
    return replace(town, home=a_family(session, town, "Martin", quotient=900))


def _the_house(session: Session) -> tuple[Regie, Facility, School, RefusalReason]:
    regie = Regie(
        code="ENF", name="Régie des services à l'enfance", street="1 place de la Mairie", postal_code="88140",
        city="Contrexéville", phone="03 29 00 00 00", email="regie@contrexeville.example", due_days=30,
        mentions="Paiement intégral.", ics="FR98ZZZ881140", carry_below_cents=0,
    )  # fmt: skip
    facility = Facility(
        code="STADE", name="Accueil du Stade", street="2 rue du Stade", phone="03 29 00 00 01",
        email="stade@contrexeville.example",
    )  # fmt: skip
    school = School(code="STADE", name="École du Stade", weekdays="1245")
    reason = RefusalReason(label="Justificatif manquant", position=1)
    commune = Commune(
        name="Contrexéville", siret="21880114300015", insee="88114", postal_code="88140", zone="B", demonstration=True
    )
    rules = RulebookVersion(
        effective=date(2026, 1, 1), name="règlement intérieur de Contrexéville", version="2026-1", source=RULEBOOK,
        loaded_at=NOW, loaded_by="Dominique Régie",
    )  # fmt: skip
    christmas = SchoolHoliday(name="Vacances de Noël", starts=date(2026, 12, 19), ends=date(2027, 1, 3))
    holiday = Holiday(day=date(2026, 12, 25), name="Noël")
    session.add_all([commune, rules, holiday, christmas, regie, facility, school, reason])
    session.flush()
    return regie, facility, school, reason


def _an_activity(
    session: Session, regie: Regie, facility: Facility, words: tuple[str, str, ActivityKind, int]
) -> Activity:
    code, name, kind, position = words
    service = Service(
        code=code, name=name, regie_id=regie.id, product_code=f"R{position}", account="7067", position=position
    )
    session.add(service)
    session.flush()
    session.add_all(AcceptedMeans(service_id=service.id, means=means) for means in ACCEPTED)
    if kind is not ActivityKind.CANTEEN:  # the law says: never the canteen
        session.add(AcceptedMeans(service_id=service.id, means=PaymentMeans.CESU, below_age=6))
    activity = Activity(
        code=code, name=name, kind=kind, service_id=service.id, facility_id=facility.id, online=True, position=position
    )
    session.add(activity)
    session.flush()
    return activity


def a_family(session: Session, town: Town, name: str, *, quotient: int | None, first_name: str = "Léa") -> Household:
    """Add a family with one guardian, one enrolled child and perhaps a quotient."""
    family = Family(
        number=f"F{search_key(name).upper()}",
        name=name,
        search_key=search_key(name),
        kind=FamilyKind.TOGETHER,
        resident=True,
    )
    session.add(family)
    session.flush()
    guardian = Guardian(
        family_id=family.id, position=1, is_payer=True, last_name=name, first_name="Camille",
        email=f"camille.{search_key(name)}@exemple.fr", mobile="06 12 34 56 78", work_phone=None, street="3 rue des Tilleuls",
        postal_code="88140", city="Contrexéville",
    )  # fmt: skip
    session.add(guardian)
    if quotient is not None:
        session.add(Quotient(family_id=family.id, value=quotient, starts=date(2026, 1, 1), ends=None))
    session.flush()
    return Household(family.id, guardian.id, a_child(session, town, family.id, first_name, last_name=name))


def a_child(
    session: Session,
    town: Town,
    family_id: int,
    first_name: str,
    *,
    last_name: str = "Martin",
    born: date = date(2019, 3, 2),
) -> int:
    """Add a child, enrolled for the school year in the canteen and in the morning care."""
    child = Child(
        last_name=last_name, first_name=first_name, search_key=search_key(f"{last_name} {first_name}"), birth_date=born,
        school_id=town.school_id, class_name="CE1", doctor=None, health_sealed=None,
    )  # fmt: skip
    session.add(child)
    session.flush()
    session.add(FamilyChild(family_id=family_id, child_id=child.id))
    groups = ((town.canteen_id, town.canteen_group_id), (town.care_id, town.care_group_id))
    session.add_all(
        Enrolment(
            child_id=child.id, activity_id=activity_id, age_group_id=group_id, payer_family_id=family_id,
            starts=date(2026, 9, 1), ends=date(2027, 7, 3),
        )
        for activity_id, group_id in groups
    )  # fmt: skip
    session.flush()
    return child.id
