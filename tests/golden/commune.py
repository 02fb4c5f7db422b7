"""The golden commune: three services, twelve households, one child a sort of price; October as it was seen."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path

from sqlalchemy.orm import Session

from backoffice.office import Office, Work
from backoffice.rulebook.file.calendar_parts import ActivityPart
from backoffice.rulebook.load import parse
from models.office.billing import PayerShare
from models.office.bookings import Attendance, Booking, Enrolment
from models.office.contracts import AidGrant, Contract
from models.office.families import Child, Family, FamilyChild, Guardian, Quotient
from models.office.payments import AcceptedMeans
from models.office.structure import Activity, AgeGroup, Commune, Facility, Regie, RulebookVersion, School, Service, Unit
from models.vocabulary import (
    ActivityKind,
    AttendanceState,
    BookingState,
    CustodyWeeks,
    FamilyKind,
    Origin,
    PaymentMeans,
    Section,
)
from resources.french import search_key
from tests.factories import AGENT, NOW

RULEBOOK = Path(__file__).with_name("reglement.toml")
TREASURY_IBAN = "FR7610071000008800000012325"
SERVICES = (("RESTAU", "Restauration scolaire"), ("LOISIRS", "Accueils de loisirs"), ("CRECHE", "Crèche"))
SCHOOL_DAYS = tuple(date(2026, 10, day) for day in (1, 2, 5, 6, 8, 9, 12, 13, 15, 16))
WEEK_41, WEEK_42 = date(2026, 10, 7), date(2026, 10, 14)  # Wednesdays
HOLIDAYS = tuple(date(2026, 10, day) for day in range(19, 24))
KINDS = {
    "cantine": ActivityKind.CANTEEN,
    "périscolaire": ActivityKind.PERISCOLAIRE,
    "mercredi": ActivityKind.WEDNESDAY,
    "vacances": ActivityKind.HOLIDAYS,
    "crèche": ActivityKind.CRECHE,
}


@dataclass(slots=True)
class Golden:
    """The commune's ids, by what the spreadsheet calls them."""

    regie_id: int
    services: dict[str, int]
    activities: dict[str, tuple[int, int]]  # activity, group
    units: dict[str, int]
    families: dict[str, int] = field(default_factory=dict)
    children: dict[str, int] = field(default_factory=dict)


def build(office: Office) -> Golden:
    """Write the commune and its October."""
    return office.write(_build, AGENT)


def _build(work: Work) -> Golden:
    golden = _structure(work)
    session = work.session
    _households(session, golden)
    _october(session, golden)
    return golden


def _structure(work: Work) -> Golden:
    session, source = work.session, RULEBOOK.read_text("utf-8")
    book = parse(source)
    regie = Regie(
        code="OR", name="Régie du mois d'or", street="1 place de la Mairie", postal_code="88140", city="Contrexéville",
        phone="03 29 00 00 00", email="regie@contrexeville.example", due_days=30, mentions="Paiement intégral.",
        ics="FR98ZZZ881140", iban_sealed=work.sealer.seal(TREASURY_IBAN), iban_ending="2325", bic="TRPUFRP1",
    )  # fmt: skip
    place = Facility(code="STADE", name="Stade", street="2 rue du Stade", phone="", email="")
    session.add_all([
        Commune(name="Contrexéville", siret="21880114300015", insee="88114", postal_code="88140", zone="B"),
        RulebookVersion(
            effective=book.effective, name=book.name, version=book.version, source=source, loaded_at=NOW, loaded_by="",
        ),
        School(code="STADE", name="École du Stade", weekdays="1245"), regie, place,
    ])  # fmt: skip
    session.flush()
    services = {}
    for at, (code, name) in enumerate(SERVICES):
        service = Service(code=code, name=name, regie_id=regie.id, product_code=code, account="7067", position=at)
        session.add(service)
        session.flush()
        services[code] = service.id
        session.add_all(AcceptedMeans(service_id=service.id, means=means) for means in PaymentMeans)
    golden = Golden(regie.id, services, {}, {})
    for at, part in enumerate(book.activities.values()):
        _activity(session, golden, part, place.id, at)
    return golden


def _activity(session: Session, golden: Golden, part: ActivityPart, facility_id: int, position: int) -> None:
    activity = Activity(
        code=part.code, name=part.name, kind=KINDS[part.kind.value], service_id=golden.services[part.service],
        facility_id=facility_id, online=True, position=position,
    )  # fmt: skip
    session.add(activity)
    session.flush()
    group = AgeGroup(activity_id=activity.id, code=f"{part.code}-TOUS", name="Tous", capacity=50)
    session.add(group)
    for rank, one in enumerate(part.units):
        unit = Unit(
            activity_id=activity.id, code=one.code, name=one.name, starts=one.starts, ends=one.ends,
            section=Section.MEALS if str(one.section) == "repas" else Section.CARE, position=rank,
        )  # fmt: skip
        session.add(unit)
        session.flush()
        golden.units[one.code] = unit.id
    golden.activities[part.code] = activity.id, group.id


def _households(session: Session, golden: Golden) -> None:
    family = _family(session, golden)
    family("Aubert", 600, Alice=["CANTINE"])
    family("Bernard", None, Bruno=["CANTINE"])
    family("Caron", 700, resident=False, Chloé=["CANTINE"])
    family("Dubois", 900, Diane=["CANTINE"], Denis=["CANTINE"], Daphné=["CANTINE"])
    family("Étienne", 850, Emma=["SOIR"])
    family("Faure", 500, Félix=["GARDE"])
    family("Girard", 500, Gaspard=["MERCREDI"])
    family("Henry", 1300, Hugo=["ETUDE", "VACANCES", "CANTINE"])
    family("Imbert", 1000, resources=250000, children=1, Inès=["CRECHE"])
    family("Jacquet", 800, resources=180000, children=2, Jade=["HALTE"])
    family("Klein", 900, Zoé=["CANTINE", "MERCREDI"])
    family("Lambert", 500)
    session.add(FamilyChild(family_id=golden.families["Lambert"], child_id=golden.children["Zoé"]))
    zoe, starts = golden.children["Zoé"], date(2026, 9, 1)
    for name, percent, weeks in (("Klein", 67, CustodyWeeks.ODD), ("Lambert", 33, CustodyWeeks.EVEN)):
        for service, share, parity in (("RESTAU", percent, None), ("LOISIRS", None, weeks)):
            session.add(
                PayerShare(
                    child_id=zoe, service_id=golden.services[service], family_id=golden.families[name], starts=starts,
                    ends=None, percent=share, weeks=parity,
                )
            )  # fmt: skip
    session.add(
        Contract(
            child_id=golden.children["Inès"], activity_id=golden.activities["CRECHE"][0], starts=starts,
            ends=date(2027, 8, 31), minutes_a_week=30 * 60, weeks_hundredths=4400, months=12,
        )
    )  # fmt: skip
    session.add(
        AidGrant(
            child_id=golden.children["Gaspard"], family_id=golden.families["Girard"], code="bons", reference="CAF 88",
            starts=starts, ends=date(2027, 7, 3), amount_cents=9000,
        )
    )  # fmt: skip


def _family(session: Session, golden: Golden):
    def add(name: str, quotient: int | None, *, resident: bool = True, resources=None, children=None, **enrolled):
        household = Family(
            number=f"OR-{len(golden.families) + 1:02}", name=name, search_key=search_key(name),
            kind=FamilyKind.TOGETHER, resident=resident,
        )  # fmt: skip
        session.add(household)
        session.flush()
        golden.families[name] = household.id
        session.add(
            Guardian(
                family_id=household.id, position=1, is_payer=True, last_name=name, first_name="Camille",
                email=f"{search_key(name)}@example.org", mobile=None, work_phone=None, street="3 rue des Lilas",
                postal_code="88140", city="Contrexéville", link_sha256=None, link_until=None,
            )
        )  # fmt: skip
        if quotient is not None:
            session.add(
                Quotient(
                    family_id=household.id, value=quotient, starts=date(2026, 1, 1), ends=None, proved_on=None,
                    resources_cents=resources, children=children,
                )
            )  # fmt: skip
        for rank, (first_name, activities) in enumerate(enrolled.items()):
            _child(session, golden, (name, first_name), rank, activities)

    return add


def _child(session: Session, golden: Golden, name: tuple[str, str], rank: int, activities: Iterable[str]) -> None:
    family, first_name = name
    child = Child(
        last_name=family, first_name=first_name, search_key=search_key(f"{family} {first_name}"),
        birth_date=date(2017 + 2 * rank, 3, 2), school_id=None, class_name=None, doctor=None, health_sealed=None,
    )  # fmt: skip
    session.add(child)
    session.flush()
    golden.children[first_name] = child.id
    session.add(FamilyChild(family_id=golden.families[family], child_id=child.id))
    for code in activities:
        activity_id, group_id = golden.activities[code]
        session.add(
            Enrolment(
                child_id=child.id, activity_id=activity_id, age_group_id=group_id,
                payer_family_id=golden.families[family], days_a_week=4 if code == "ETUDE" else None,
                starts=date(2026, 9, 1), ends=date(2027, 8, 31),
            )
        )  # fmt: skip


def _october(session: Session, golden: Golden) -> None:
    def seen(child: str, unit: str, *days: date, hours: tuple[time, time] | None = None, **facts) -> None:
        booked = facts.pop("booked", True)
        for day in days:
            ids = {"child_id": golden.children[child], "unit_id": golden.units[unit], "day": day}
            arrived, left = hours or (None, None)
            facts = {"state": AttendanceState.PRESENT, "absence": None, **facts}
            session.add(Attendance(**ids, arrived=arrived, left=left, note=None, **facts))
            if booked:
                session.add(
                    Booking(**ids, state=BookingState.BOOKED, origin=Origin.DESK, request_id=None, changed_at=NOW)
                )

    for child in ("Alice", "Diane", "Denis", "Daphné"):
        seen(child, "REPAS", *SCHOOL_DAYS)
    seen("Bruno", "REPAS", *SCHOOL_DAYS[:9])
    seen("Bruno", "REPAS", SCHOOL_DAYS[9], state=AttendanceState.UNJUSTIFIED)
    seen("Chloé", "REPAS", *SCHOOL_DAYS[:8])
    seen("Emma", "SOIREE", *SCHOOL_DAYS[:5], hours=(time(16, 30), time(17, 20)))
    seen("Emma", "SOIREE", *SCHOOL_DAYS[5:8], hours=(time(16, 30), time(18, 10)))
    for day, arrived, left in zip(
        SCHOOL_DAYS, (time(6, 52), time(6, 18), time(7, 55)), (time(8, 30), time(8, 30), time(8, 30)), strict=False
    ):
        seen("Félix", "MATINEE", day, hours=(arrived, left))  # 1 h 38, 2 h 12, 35 min
    for unit in ("MER-MATIN", "MER-REPAS"):
        seen("Gaspard", unit, WEEK_41, WEEK_42)
    seen("Gaspard", "MER-APREM", WEEK_41)
    seen("Gaspard", "MER-APREM", WEEK_42, hours=(time(13, 30), time(18, 50)))
    seen("Hugo", "JOURNEE", *HOLIDAYS)
    seen("Hugo", "REPAS", SCHOOL_DAYS[3], booked=False)
    seen("Inès", "CRECHE-MATIN", SCHOOL_DAYS[0], state=AttendanceState.JUSTIFIED, absence="hospitalisation")
    for unit in ("CRECHE-MATIN", "CRECHE-APREM"):
        seen("Inès", unit, SCHOOL_DAYS[1], SCHOOL_DAYS[2])
    for day, hours in zip(
        SCHOOL_DAYS, ((time(9), time(12)), (time(9), time(12, 20)), (time(8, 30), time(11))), strict=False
    ):
        seen("Jade", "HALTE-JOUR", day, hours=hours)
    seen("Zoé", "REPAS", *SCHOOL_DAYS[:9])
    seen("Zoé", "MER-MATIN", WEEK_41, WEEK_42)
