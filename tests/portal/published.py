"""A small published commune, plainly fictitious: two families, one week of everything a cell can be."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from argon2 import PasswordHasher

from backoffice.portal.settings import PortalSettings
from backoffice.sync.contract import (
    AccountView,
    ActivityWeekView,
    AttachedFile,
    CellState,
    CellView,
    DocumentLine,
    DocumentsView,
    EnrolmentLine,
    EnrolmentsView,
    FamilyView,
    FieldView,
    InvoiceState,
    InvoiceView,
    LimitView,
    Message,
    PersonView,
    PlaceView,
    Publication,
    SlotView,
    StructureView,
    ThreadLine,
    ThreadView,
    UnitView,
    View,
    ViewKind,
    WeekActivity,
    WeekView,
    week_of,
)

NOW = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)  # a Tuesday, half past nine in Contrexéville
MONDAY = date(2026, 11, 23)
DAYS = [MONDAY + timedelta(days=n) for n in range(5)]
WEEK = week_of(MONDAY)
SYNC_KEY = "cle-de-synchronisation-des-essais"
PASSWORD = "Marelle-et-craie-2026"
CLAIRE, OTHER = 11, 13  # guardians of two families
FAMILY, OTHER_FAMILY = 7, 8
LEA, TOM, OTHER_CHILD = 21, 22, 23
JEANNE, PAUL, OTHER_AROUND = 61, 62, 63  # around the children
ASKED = "0198c1f0-0000-7000-8000-000000000001"  # the request of a field that waits
CANTEEN, MORNING, EVENING, WEDNESDAY = 31, 41, 42, 51
PDF = b"%PDF-1.7\n% facture fictive\n%%EOF\n"
versions = count(1)


class Clock:
    """A clock that stands where it was put."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, **delta: float) -> None:
        self.now += timedelta(**delta)


def settings(url: str, clock: Clock | None = None, **changes: Any) -> PortalSettings:
    """Give the settings of a portal that is quick to test."""
    values: dict[str, Any] = {
        "database_url": url,
        "sync_key": SYNC_KEY,
        "secret_key": "secret-des-formulaires-d-essai",
        "secure": False,
        "clock": clock or Clock(),
        **dict.fromkeys(("sign_in_rate", "link_rate", "form_rate", "upload_rate"), "10000 per minute"),
        "hasher": PasswordHasher(time_cost=1, memory_cost=64, parallelism=1),
    }
    return PortalSettings(**values | changes)


def view(kind: ViewKind, key: object, family_id: int, body: Message | None, **more: Any) -> View:
    """Wrap a body in a view, each newer than the ones before."""
    version = more.pop("version", None) or next(versions)
    dumped = body.model_dump(mode="json") if body else None
    return View(kind=kind, key=str(key), family_id=family_id, version=version, body=dumped, **more)


def publication(views: Iterable[View]) -> str:
    """Write what the office sends."""
    return Publication(views=tuple(views)).model_dump_json()


def link_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def account(guardian_id: int = CLAIRE, token: str | None = "premier-lien", **changes: Any) -> AccountView:
    names = {CLAIRE: ("claire.martin@exemple.fr", "Claire Martin"), OTHER: ("hugo.petit@exemple.fr", "Hugo Petit")}
    email, name = names[guardian_id]
    values: dict[str, Any] = {
        "email": email,
        "name": name,
        "open": True,
        "link_sha256": link_hash(token) if token else None,
        "link_until": NOW + timedelta(hours=48) if token else None,
    }
    return AccountView(**values | changes)


def structure() -> StructureView:
    places = (
        PlaceView(name="École du Parc", street="2 rue du Parc", phone="03 29 00 00 02", email="ecole@exemple.fr"),
        PlaceView(name="Multi-accueil Pitchoun's", street="8 rue du Stade", phone="03 29 00 00 03", email=""),
    )
    return StructureView(
        commune="Contrexéville",
        regie="Régie des services à l'enfance",
        street="1 place de la Mairie",
        city="88140 Contrexéville",
        phone="03 29 00 00 01",
        email="regie@exemple.fr",
        places=places,
        demonstration=True,
        addable=("child", "contact", "pickup"),
    )


def field(name: str, label: str, value: str, **changes: Any) -> FieldView:
    return FieldView(**{"name": name, "label": label, "value": value, "editable": True, "required": False} | changes)


def family() -> FamilyView:
    asked = {"waiting_since": NOW - timedelta(days=2), "waiting_request": ASKED}
    claire = (
        field("first_name", "Prénom", "Claire", editable=False),
        field("mobile", "Téléphone portable", "06 12 34 56 78", shape="phone", required=True),
        field("email", "Adresse e-mail", "claire.martin@exemple.fr", shape="email", required=True),
        field("street", "Adresse", "4 rue des Sources", required=True, needs_approval=True),
        field("postal_code", "Code postal", "88140", shape="postal_code", required=True, needs_approval=True),
        field("city", "Ville", "Contrexéville", needs_approval=True, waiting="Vittel", **asked),
        field(
            "contact", "Me joindre plutôt par", "sms", shape="choice", choices=(("sms", "SMS"), ("mail", "Courriel"))
        ),
    )
    lea = (
        field("birth_date", "Date de naissance", "2018-03-05", shape="date", editable=False),
        field("school", "École", "École du Parc", editable=False),
        field("doctor", "Médecin traitant", ""),
    )
    people = (
        PersonView(kind="guardian", id=CLAIRE, name="Claire Martin", role="responsable", fields=claire),
        PersonView(kind="child", id=LEA, name="Léa Martin", role="enfant, 8 ans", fields=lea),
        PersonView(kind="child", id=TOM, name="Tom Martin", role="enfant, 4 ans", fields=lea[:2]),
        around(JEANNE, "Jeanne Roux", "grand-mère, peut venir chercher Léa"),
        around(PAUL, "Paul Roux", "grand-père, à prévenir", kind="contact"),
    )
    return FamilyView(number="F-0007", name="Famille Martin", people=people)


def around(person_id: int, name: str, role: str, **changes: Any) -> PersonView:
    phone = field("phone", "Téléphone", "03 29 00 00 09", editable=False, shape="phone")
    values: dict[str, Any] = {"kind": "pickup", "child_id": LEA, "fields": (phone,)}
    return PersonView(**{"id": person_id, "name": name, "role": role} | values | changes)


def other_family() -> FamilyView:
    hugo = (field("mobile", "Téléphone portable", "06 99 99 99 99", shape="phone"),)
    people = (
        PersonView(kind="guardian", id=OTHER, name="Hugo Petit", role="responsable", fields=hugo),
        PersonView(kind="child", id=OTHER_CHILD, name="Zoé Petit", role="enfant, 9 ans", fields=()),
        around(OTHER_AROUND, "Denise Petit", "grand-mère, peut venir chercher Zoé", child_id=OTHER_CHILD),
    )
    return FamilyView(number="F-0008", name="Famille Petit", people=people)


def paris(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour - 1, tzinfo=UTC)  # winter time


def limit(until: datetime | None, late: str = "refuse", **changes: Any) -> LimitView:
    return LimitView(until=until, late=late, rule="deux jours ouvrés avant, à 10 h", **changes)


def slot(unit_id: int, day: date, cents: int, **changes: Any) -> SlotView:
    until = paris(day - timedelta(days=2), 10)
    values: dict[str, Any] = {
        "unit_id": unit_id,
        "day": day,
        "closed": None,
        "book": limit(until),
        "cancel": limit(until),
        "prices": {"normal": cents, "bas": cents // 2},
        "places": {},
    }
    return SlotView(**values | changes)


def canteen(monday: date = MONDAY, **changes: Any) -> ActivityWeekView:
    days = [monday + timedelta(days=n) for n in (0, 1, 3, 4)]
    places = {days[3]: {"primaire": 2}}
    slots = tuple(slot(CANTEEN, day, 455, places=places.get(day, {})) for day in days)
    values: dict[str, Any] = {
        "activity_id": 1,
        "activity": "Restauration scolaire",
        "place": "École du Parc",
        "online": True,
        "monday": monday,
        "units": (UnitView(id=CANTEEN, name="Repas", hours="11 h 30 – 13 h 30"),),
        "slots": slots,
    }
    return ActivityWeekView(**values | changes)


def around_school(monday: date = MONDAY) -> ActivityWeekView:
    days = [monday + timedelta(days=n) for n in (0, 1, 3, 4)]
    slots = [slot(MORNING, day, 150, book=limit(paris(day - timedelta(days=2), 10), "ask")) for day in days]
    slots += [slot(EVENING, day, 210, places={"primaire": 0} if day == days[2] else {}) for day in days[:3]]
    slots.append(slot(EVENING, days[3], 210, closed="Réunion des équipes"))
    units = (
        UnitView(id=MORNING, name="Matin", hours="7 h 15 – 8 h 20"),
        UnitView(id=EVENING, name="Soir", hours="16 h 30 – 18 h 30"),
    )
    return canteen(monday, activity_id=2, activity="Périscolaire", units=units, slots=tuple(slots))


def canteen_under_rules(monday: date = MONDAY) -> ActivityWeekView:
    """Draw a week of all that a rulebook may say of a day: not open yet, validated, dearer, billed, proved."""
    late, soon = NOW - timedelta(hours=1), NOW + timedelta(hours=30)
    dearer = limit(late, "charge", cost="majoré de 2,00\u202f€ par unité", late_prices={"normal": 655})
    by_day = (
        {"book": limit(soon, opens=soon)},
        {"book": limit(soon, in_time="ask"), "cancel": limit(soon, in_time="ask")},
        {"book": dearer},
        {"cancel": limit(late, "bill", cost="l'absence reste facturée")},
        {"cancel": limit(late, "proof", cost="un justificatif est demandé")},
    )
    days = [monday + timedelta(days=n) for n in range(5)]
    slots = tuple(slot(CANTEEN, day, 455, **changes) for day, changes in zip(days, by_day, strict=True))
    return canteen(monday, slots=slots)


def wednesdays(monday: date = MONDAY) -> ActivityWeekView:
    day = monday + timedelta(days=2)
    units = (UnitView(id=WEDNESDAY, name="Journée avec repas", hours="7 h 30 – 18 h 30"),)
    slots = (slot(WEDNESDAY, day, 1400),)
    return canteen(
        monday, activity_id=3, activity="Mercredis", place="La Ruche", units=units, slots=slots, online=False
    )


def week(child_id: int = LEA, child: str = "Léa", monday: date = MONDAY, cells: Iterable[CellView] = ()) -> WeekView:
    year = {"rate": "normal", "group": "primaire", "starts": date(2026, 9, 1), "ends": monday + timedelta(days=40)}
    activities = tuple(WeekActivity(activity_id=number, **year) for number in (1, 2, 3))
    return WeekView(child_id=child_id, child=child, monday=monday, activities=activities, cells=tuple(cells))


def cell(unit_id: int, day: date, state: CellState = CellState.BOOKED) -> CellView:
    return CellView(unit_id=unit_id, day=day, state=state)


def lea_cells() -> list[CellView]:
    return [
        cell(CANTEEN, DAYS[0], CellState.PRESENT),
        cell(MORNING, DAYS[0], CellState.ABSENT),
        cell(CANTEEN, DAYS[4]),
        cell(MORNING, DAYS[4], CellState.WAITING),
        cell(CANTEEN, DAYS[1]),
    ]


def invoice(number: str, state: InvoiceState = InvoiceState.TO_PAY, **changes: Any) -> InvoiceView:
    values: dict[str, Any] = {
        "number": number,
        "service": "Restauration scolaire",
        "month": date(2026, 10, 1),
        "issued_on": date(2026, 11, 5),
        "due_on": date(2026, 11, 30),
        "total_cents": 7049,
        "due_cents": 0 if state is InvoiceState.PAID else 7049,
        "state": state,
        "children": ("Léa", "Tom"),
    }
    return InvoiceView(**values | changes)


def pdf(number: str) -> AttachedFile:
    name = f"facture-{number}.pdf"
    digest = hashlib.sha256(PDF).hexdigest()
    return AttachedFile(name=name, media_type="application/pdf", sha256=digest, content=PDF)


def documents() -> DocumentsView:
    def line(owner: str, name: str, state: str, **changes: Any) -> DocumentLine:
        values: dict[str, Any] = {"mandatory": True, "blocks": "", "valid_until": None, "reason": None}
        return DocumentLine(**{"owner": owner, "name": name, "state": state} | values | changes)

    return DocumentsView(
        lines=(
            line("Famille Martin", "Avis d'imposition", "missing", blocks="le tarif au quotient familial"),
            line("Famille Martin", "Justificatif de domicile", "provided", valid_until=date(2027, 8, 31)),
            line("Léa", "Assurance scolaire", "refused", reason="La photo est illisible."),
            line("Léa", "Vaccins", "expired", valid_until=date(2026, 9, 30), blocks="les mercredis"),
            line("Tom", "Autorisation de sortie", "missing", mandatory=False),
        )
    )


def enrolments() -> EnrolmentsView:
    def line(child_id: int, child: str, activity: str, **changes: Any) -> EnrolmentLine:
        values: dict[str, Any] = {
            "child_id": child_id,
            "child": child,
            "activity": activity,
            "place": "École du Parc",
            "group": "Primaire",
            "starts": date(2026, 9, 1),
            "ends": date(2027, 7, 3),
            "online": True,
        }
        return EnrolmentLine(**values | changes)

    return EnrolmentsView(
        lines=(
            line(LEA, "Léa", "Restauration scolaire"),
            line(LEA, "Léa", "Périscolaire"),
            line(LEA, "Léa", "Mercredis", place="La Ruche", online=False),
            line(TOM, "Tom", "Restauration scolaire", group="Maternelle"),
            line(TOM, "Tom", "ALSH d'été", starts=date(2026, 7, 6), ends=date(2026, 7, 31)),
        )
    )


def thread(*, name: str = "Claire Martin") -> ThreadView:
    return ThreadView(
        lines=(
            ThreadLine(
                id=1, at=NOW - timedelta(days=2), by="family", name=name, text=f"Bonjour, {name} sera en retard jeudi."
            ),
            ThreadLine(id=2, at=NOW - timedelta(days=1), by="regie", name="Anne Roy", text="C'est noté,\nmerci."),
        )
    )


def shared_views() -> list[View]:
    views = [view(ViewKind.STRUCTURE, "", 0, structure())]
    for monday in (MONDAY, MONDAY + timedelta(days=7)):
        weeks = (canteen(monday), around_school(monday), wednesdays(monday))
        views += [view(ViewKind.ACTIVITY_WEEK, f"{one.activity_id}:{week_of(monday)}", 0, one) for one in weeks]
    return views


def family_views() -> list[View]:
    later = MONDAY + timedelta(days=7)
    return [
        view(ViewKind.ACCOUNT, CLAIRE, FAMILY, account()),
        view(ViewKind.FAMILY, "", FAMILY, family()),
        view(ViewKind.ENROLMENTS, "", FAMILY, enrolments()),
        view(ViewKind.DOCUMENTS, "", FAMILY, documents()),
        view(ViewKind.THREAD, "", FAMILY, thread()),
        view(ViewKind.WEEK, f"{LEA}:{WEEK}", FAMILY, week(cells=lea_cells())),
        view(ViewKind.WEEK, f"{TOM}:{WEEK}", FAMILY, week(TOM, "Tom")),
        view(ViewKind.WEEK, f"{LEA}:{week_of(later)}", FAMILY, week(monday=later)),
        view(ViewKind.INVOICE, 101, FAMILY, invoice("2026-000101"), file=pdf("2026-000101")),
        view(
            ViewKind.INVOICE,
            102,
            FAMILY,
            invoice("2026-000102", InvoiceState.PARTLY_PAID, service="Périscolaire", due_cents=2000, due_on=DAYS[0]),
            file=pdf("2026-000102"),
        ),
        view(
            ViewKind.INVOICE,
            90,
            FAMILY,
            invoice("2026-000090", InvoiceState.PAID, month=date(2026, 9, 1)),
            file=pdf("2026-000090"),
        ),
    ]


def other_family_views() -> list[View]:
    return [
        view(ViewKind.ACCOUNT, OTHER, OTHER_FAMILY, account(OTHER, "autre-lien")),
        view(ViewKind.FAMILY, "", OTHER_FAMILY, other_family()),
        view(ViewKind.WEEK, f"{OTHER_CHILD}:{WEEK}", OTHER_FAMILY, week(OTHER_CHILD, "Zoé")),
        view(ViewKind.THREAD, "", OTHER_FAMILY, thread(name="Hugo Petit")),
        view(ViewKind.INVOICE, 201, OTHER_FAMILY, invoice("2026-000201"), file=pdf("2026-000201")),
        view(ViewKind.ENROLMENTS, "", OTHER_FAMILY, EnrolmentsView(lines=())),
    ]


def everything() -> list[View]:
    """Publish the whole small commune."""
    return shared_views() + family_views() + other_family_views()
