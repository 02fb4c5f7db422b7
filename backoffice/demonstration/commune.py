"""The commune itself: régie, facilities, services, activities, schools, calendar and rulebook."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time

from backoffice.clock import previous_month
from backoffice.office import Changed, Work
from backoffice.payfip.rules import Mode
from backoffice.rulebook.load import parse
from backoffice.rulebook.seed import seed_calendar
from backoffice.sync.horizon import TO_YEAR_END
from models.office.documents import DocumentKind
from models.office.house import AgentAccount
from models.office.payments import AcceptedMeans
from models.office.requests import RefusalReason
from models.office.structure import (
    Activity,
    AgeGroup,
    Commune,
    ExceptionalDay,
    Facility,
    Regie,
    RulebookVersion,
    School,
    Service,
    Unit,
)
from models.vocabulary import ActivityKind, ExceptionalKind, PaymentMeans, Role, Section
from resources import FOLDER

ZONE = "B"
MEANS = tuple(means for means in PaymentMeans if means not in {PaymentMeans.CESU, PaymentMeans.ONLINE_DEBIT})
CESU_AGE = 6
MENTIONS = (
    "Paiement intégral exigé à la date d'échéance.\n"
    "Une réclamation se fait auprès de la régie avant l'échéance. La facture peut être contestée devant le tribunal "
    "administratif de Nancy dans les deux mois qui suivent sa réception."
)
REASONS = (
    "Pièce justificative manquante",
    "Délai de prévenance dépassé",
    "Plus de place ce jour-là",
    "Information incomplète ou inexacte",
    "Demande à formuler par l'autre responsable",
    "Autre motif",
)
DOCUMENTS = (  # the last: how many months it is valid
    ("DOMICILE", "Justificatif de domicile", False, True, "l'inscription", 12),
    ("CAF", "Attestation de quotient familial", False, False, "le tarif selon le quotient", 12),
    ("REGLEMENT", "Règlement intérieur signé", False, True, "la réservation", None),
    ("ASSURANCE", "Assurance scolaire et extrascolaire", True, True, "la réservation", 12),
    ("SANITAIRE", "Fiche sanitaire de liaison", True, True, "l'inscription", 12),
    ("VACCINS", "Copie des vaccinations", True, True, "l'inscription", None),
)


@dataclass(frozen=True, slots=True)
class Season:
    """The dates of the demonstration, from today's."""

    today: date

    @property
    def year(self) -> int:
        """The year in which the current school year began."""
        return self.today.year if self.today.month >= 9 else self.today.year - 1

    @property
    def months(self) -> tuple[date, date, date]:
        """The three months before this one, oldest first."""
        last = previous_month(self.today)
        middle = previous_month(last)
        return previous_month(middle), middle, last

    @property
    def starts(self) -> date:
        """The first day that anything is enrolled."""
        return min(self.months[0], date(self.year, 9, 1))

    @property
    def ends(self) -> date:
        """The last day of the school year's summer."""
        return date(self.year + 1, 8, 31)


@dataclass(frozen=True, slots=True)
class UnitPlan:
    """A unit of the commune, as the rest of the demonstration needs it."""

    id: int
    activity_id: int
    code: str
    starts: time
    ends: time


@dataclass(frozen=True, slots=True)
class Place:
    """Ids by code."""

    activities: Mapping[str, int]
    facilities: Mapping[str, int]  # by activity
    units: Mapping[str, UnitPlan]
    groups: Mapping[str, int]
    schools: Mapping[str, int]
    documents: Mapping[str, int]


def build_commune(work: Work, season: Season, *, scale: float) -> Place:
    """Write the commune down; `scale` multiplies the places with the number of families."""
    session = work.session
    session.add(
        Commune(
            name="Contrexéville", siret="21880114000011", insee="88114", postal_code="88140", zone=ZONE, demonstration=True,
            weeks_ahead=TO_YEAR_END,
        )
    )  # fmt: skip
    regie = _regie(work)
    session.add(regie)
    session.add(AgentAccount(login="*", name="Dominique Régie", roles=[role.value for role in Role]))
    session.add_all(RefusalReason(label=label, position=at) for at, label in enumerate(REASONS))
    documents = {
        code: DocumentKind(
            code=code, name=name, per_child=child, mandatory=must, blocks=blocks, months_valid=months, position=at
        )
        for at, (code, name, child, must, blocks, months) in enumerate(DOCUMENTS)
    }
    schools = {
        "MAT": School(code="MAT", name="École maternelle des Sources", weekdays="1245"),
        "ELE": School(code="ELE", name="École élémentaire du Parc", weekdays="1245"),
    }
    session.add_all([*documents.values(), *schools.values()])
    seed_calendar(session, zone=ZONE, first_year=season.year - 1, last_year=season.year + 2)
    _adopt_rulebook(work, season)
    session.flush()
    place = _build_activities(work, regie.id, scale, schools, documents)
    _close_for_summer(work, place, season)
    work.changed(Changed.STRUCTURE)
    return place


def _regie(work: Work) -> Regie:
    return Regie(
        code="ENFANCE",
        name="Régie Enfance de Contrexéville",
        street="Hôtel de ville, 1 place de la Fontaine",
        postal_code="88140",
        city="Contrexéville",
        phone="03 56 10 00 12",
        email="periscolaire@contrexeville.example",
        due_days=20,
        mentions=MENTIONS,
        cash_ceiling_cents=30000,
        ceiling_cents=3000000,
        carry_below_cents=700,
        claim_days=35,
        ics="FR98ZZZ881140",
        iban_sealed=work.sealer.seal("FR7610071000008800000012325"),
        iban_ending="2325",
        bic="TRPUFRP1",
        payfip_client="881140",
        payfip_mode=Mode.PRODUCTION,  # of its double: the payments of the demonstration enter its books
    )


def _adopt_rulebook(work: Work, season: Season) -> None:
    source = (FOLDER / "rulebooks" / "demonstration.toml").read_text("utf-8")
    source = source.replace("@YEAR@", str(season.year)).replace("@EFFECTIVE@", season.starts.isoformat())
    book = parse(source)
    work.session.add(
        RulebookVersion(
            effective=book.effective, name=book.name, version=book.version, source=source,
            loaded_at=work.now, loaded_by=work.agent.name,
        )
    )  # fmt: skip


FACILITIES = (
    ("PERISCOLAIRE", "Accueil périscolaire du Centre", "4 rue des Écoles", "03 56 10 00 12"),
    ("RESTAURANT", "Restaurant scolaire municipal", "6 rue des Écoles", "03 56 10 00 12"),
    ("LOISIRS", "Centre de loisirs du Lac", "12 chemin du Lac", "03 56 10 00 13"),
    ("PITCHOUNS", "Multi-accueil Pitchoun's", "2 allée des Marronniers", "03 56 10 00 14"),
)
SERVICES = (
    ("PERI", "Accueil périscolaire", "PERI", "7067"),
    ("CANTINE", "Restauration scolaire", "CANT", "7067"),
    ("ALSH", "Accueil de loisirs", "ALSH", "70632"),
    ("CRECHE", "Multi-accueil Pitchoun's", "MAC", "7066"),
)
ACTIVITIES = (
    ("PERI", "Périscolaire", ActivityKind.PERISCOLAIRE, "PERI", "PERISCOLAIRE"),
    ("CANTINE", "Restauration scolaire", ActivityKind.CANTEEN, "CANTINE", "RESTAURANT"),
    ("MERCREDI", "Mercredis", ActivityKind.WEDNESDAY, "ALSH", "LOISIRS"),
    ("VACANCES", "Centre de loisirs des vacances", ActivityKind.HOLIDAYS, "ALSH", "LOISIRS"),
    ("CRECHE", "Multi-accueil", ActivityKind.CRECHE, "CRECHE", "PITCHOUNS"),
)
UNITS = (
    ("PERI", "PERI-MATIN", "Matin", time(7, 15), time(8, 30), Section.CARE),
    ("PERI", "PERI-SOIR", "Soir", time(16, 30), time(18, 30), Section.CARE),
    ("CANTINE", "REPAS", "Repas", time(11, 45), time(13, 30), Section.MEALS),
    ("MERCREDI", "MER-JOURNEE", "Journée avec repas", time(8, 0), time(17, 30), Section.CARE),
    ("MERCREDI", "MER-APRES-MIDI", "Après-midi", time(13, 30), time(17, 30), Section.CARE),
    ("VACANCES", "ALSH-JOURNEE", "Journée avec repas", time(8, 0), time(17, 30), Section.CARE),
    ("VACANCES", "ALSH-APRES-MIDI", "Après-midi", time(13, 30), time(17, 30), Section.CARE),
    ("VACANCES", "ALSH-SOIREE", "Garderie du soir", time(17, 30), time(18, 30), Section.CARE),
    ("CRECHE", "CRECHE-MATIN", "Matin avec repas", time(7, 30), time(13, 0), Section.CARE),
    ("CRECHE", "CRECHE-APRES-MIDI", "Après-midi", time(13, 0), time(18, 30), Section.CARE),
)
GROUPS = (  # activity, code, name, places, first and last age
    ("PERI", "PERI-MAT", "Maternelles", 45, 3, 5),
    ("PERI", "PERI-ELE", "Élémentaires", 80, 6, 11),
    ("CANTINE", "CANTINE-MAT", "Maternelles", 48, 3, 5),
    ("CANTINE", "CANTINE-ELE", "Élémentaires", 110, 6, 11),
    ("MERCREDI", "MERCREDI-MAT", "3 à 5 ans", 22, 3, 5),
    ("MERCREDI", "MERCREDI-ELE", "6 à 11 ans", 48, 6, 11),
    ("VACANCES", "VACANCES-MAT", "3 à 5 ans", 32, 3, 5),
    ("VACANCES", "VACANCES-ELE", "6 à 11 ans", 48, 6, 11),
    ("CRECHE", "CRECHE-BEBES", "Bébés", 16, 0, 1),
    ("CRECHE", "CRECHE-GRANDS", "Grands", 36, 2, 3),
)
WAITING_LISTS: Mapping[str, int | None] = {"MERCREDI": 24, "VACANCES": None}  # hours to answer; none: given at once


def _build_activities(
    work: Work, regie_id: int, scale: float, schools: Mapping[str, School], documents: Mapping[str, DocumentKind]
) -> Place:
    session = work.session
    services, facilities = _services(regie_id), _facilities()
    session.add_all([*facilities.values(), *services.values()])
    session.flush()
    session.add_all(_accepted(services))
    activities = {
        code: Activity(
            code=code, name=name, kind=kind, service_id=services[service].id, facility_id=facilities[place].id,
            online=True, position=at, waiting_list=code in WAITING_LISTS, answer_hours=WAITING_LISTS.get(code),
        )
        for at, (code, name, kind, service, place) in enumerate(ACTIVITIES)
    }  # fmt: skip
    session.add_all(activities.values())
    session.flush()
    units = [
        Unit(activity_id=activities[activity].id, code=code, name=name, starts=starts, ends=ends, section=section, position=at)
        for at, (activity, code, name, starts, ends, section) in enumerate(UNITS)
    ]  # fmt: skip
    groups = _groups(activities, scale)
    session.add_all([*units, *groups])
    session.flush()
    return Place(
        activities={code: activity.id for code, activity in activities.items()},
        facilities={code: activity.facility_id for code, activity in activities.items()},
        units={unit.code: UnitPlan(unit.id, unit.activity_id, unit.code, unit.starts, unit.ends) for unit in units},
        groups={group.code: group.id for group in groups},
        schools={code: school.id for code, school in schools.items()},
        documents={code: kind.id for code, kind in documents.items()},
    )


def _groups(activities: Mapping[str, Activity], scale: float) -> list[AgeGroup]:
    return [
        AgeGroup(
            activity_id=activities[activity].id, code=code, name=name, capacity=round(capacity * max(scale, 1)),
            age_from=youngest, age_to=eldest,
        )
        for activity, code, name, capacity, youngest, eldest in GROUPS
    ]  # fmt: skip


def _services(regie_id: int) -> dict[str, Service]:
    return {
        code: Service(code=code, name=name, regie_id=regie_id, product_code=product, account=account, position=at)
        for at, (code, name, product, account) in enumerate(SERVICES)
    }


def _accepted(services: Mapping[str, Service]) -> Iterator[AcceptedMeans]:
    """What the régie's act allows: everything, but CESU for the care of young children alone."""
    for code, service in services.items():
        yield from (AcceptedMeans(service_id=service.id, means=means) for means in MEANS)
        if code != "CANTINE":
            below_age = None if code == "CRECHE" else CESU_AGE
            yield AcceptedMeans(service_id=service.id, means=PaymentMeans.CESU, below_age=below_age)


def _facilities() -> dict[str, Facility]:
    return {
        code: Facility(code=code, name=name, street=street, phone=phone, email=f"{code.lower()}@contrexeville.example")
        for code, name, street, phone in FACILITIES
    }


def _close_for_summer(work: Work, place: Place, season: Season) -> None:
    """The crèche closes for three weeks of August, the centre between Christmas and the New Year."""
    for year in (season.year, season.year + 1):
        work.session.add(
            ExceptionalDay(
                kind=ExceptionalKind.CLOSED,
                facility_id=place.facilities["CRECHE"],
                starts=date(year, 8, 1),
                ends=date(year, 8, 21),
                reason="congés d'été",
            )
        )
    work.session.add(
        ExceptionalDay(
            kind=ExceptionalKind.CLOSED,
            facility_id=place.facilities["VACANCES"],
            starts=date(season.year, 12, 24),
            ends=date(season.year + 1, 1, 1),
            reason="fermeture de fin d'année",
        )
    )
