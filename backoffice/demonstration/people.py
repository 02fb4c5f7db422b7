"""The families: households, guardians, children, quotients, documents; drawn from a seed, the same every time."""

import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert

from backoffice.demonstration.commune import Place, Season
from backoffice.families.edit import family_search_key
from backoffice.office import Changed, Work
from models.office.documents import Document
from models.office.families import Child, Family, FamilyChild, Guardian, PickupPerson, Quotient
from models.sequences import catch_up
from models.vocabulary import Diet, DocumentState, FamilyKind
from resources import FOLDER
from resources.french import age_on, search_key

SLOW = timedelta(days=9)  # some proofs came after the month began: the price was the highest until then
SAMPLE_EMAIL = "camille.brindille@famille.example"
CLASSES = ((3, "PS"), (4, "MS"), (5, "GS"), (6, "CP"), (7, "CE1"), (8, "CE2"), (9, "CM1"), (10, "CM2"))


@dataclass(slots=True)
class Household:
    """A family as drawn, before it has rows."""

    id: int
    name: str
    kind: FamilyKind
    resident: bool
    guardians: list[int] = field(default_factory=list)
    children: list["Kid"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Kid:
    """A child as drawn."""

    id: int
    first_name: str
    last_name: str
    birth_date: date
    payer_family_id: int

    def age_in(self, season: Season) -> int:
        """The age that decides the class: that of 31 December."""
        return age_on(self.birth_date, date(season.year, 12, 31))

    def age_in_years(self, day: date) -> int:
        """The age on a day."""
        return age_on(self.birth_date, day)


@dataclass(slots=True)
class Town:
    """All that is drawn, as rows to insert in bulk."""

    random: Random
    season: Season
    words: dict[str, list[Any]]
    households: list[Household] = field(default_factory=list)
    kids: list[Kid] = field(default_factory=list)
    rows: dict[type, list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, table: type, **row: Any) -> None:
        """Keep a row for the bulk insert."""
        self.rows.setdefault(table, []).append(row)


def build_people(work: Work, place: Place, season: Season, *, families: int, random: Random) -> Town:
    """Draw and write `families` households and about five children for three of them."""
    words = tomllib.loads((FOLDER / "demo" / "people.toml").read_text("utf-8"))
    town = Town(random, season, words)
    while len(town.households) < families:
        _draw_household(work, town, place)
    _name_for_search(town)
    _add_resources(town)
    for table in (Family, Guardian, Child, FamilyChild, PickupPerson, Quotient, Document):
        if rows := town.rows.get(table):
            work.session.execute(insert(table), rows)
    catch_up(work.session, Family, Guardian, Child)
    work.changed(Changed.FAMILIES, Changed.DOCUMENTS)
    return town


def _name_for_search(town: Town) -> None:
    guardians: dict[int, list[str]] = {}
    for row in town.rows[Guardian]:
        guardians.setdefault(row["family_id"], []).append(f"{row['first_name']} {row['last_name']}")
    for row, household in zip(town.rows[Family], town.households, strict=True):
        people = [*guardians[household.id], *(f"{kid.first_name} {kid.last_name}" for kid in household.children)]
        row["search_key"] = family_search_key(row["number"], household.name, people)


def _draw_household(work: Work, town: Town, place: Place) -> None:
    draw, number = town.random, len(town.households)
    names = town.words["last_names"]
    name = names[number % len(names)] + ("" if number < len(names) else f"-{names[draw.randrange(len(names))]}")
    sample = number == 0
    separated = not sample and number % 12 == 5
    kind = FamilyKind.SEPARATED if separated else FamilyKind.SINGLE if draw.random() < 0.15 else FamilyKind.TOGETHER
    kind = FamilyKind.TOGETHER if sample else kind
    household = _add_family(town, name, kind)
    for _ in range(2 if kind is FamilyKind.TOGETHER else 1):
        _add_guardian(town, household)
    ages = [7, 4] if sample else draw.choices([1, 2, 3], weights=[36, 46, 18])[0] * [None]
    for at, age in enumerate(ages):
        _add_child(work, town, place, household, first_name="Léa" if sample and at == 0 else None, age=age)
    _add_papers(town, place, household)
    if separated:
        other = _add_family(town, names[(number * 7 + 3) % len(names)], FamilyKind.SEPARATED)
        _add_guardian(town, other)
        for kid in household.children:
            town.add(FamilyChild, family_id=other.id, child_id=kid.id)
            other.children.append(kid)
        _add_papers(town, place, other)


def _add_family(town: Town, name: str, kind: FamilyKind) -> Household:
    number = len(town.households) + 1
    household = Household(number, name, kind, resident=number == 1 or town.random.random() < 0.86)
    town.households.append(household)
    town.add(
        Family,
        id=number,
        number=f"F{number:05}",
        name=name,
        search_key="",
        kind=kind,
        resident=household.resident,
        version=1,
    )
    for starts, ends, value in _quotients(town, number):
        town.add(
            Quotient,
            family_id=number,
            value=value,
            starts=starts,
            ends=ends,
            proved_on=town.season.months[1] + SLOW if number % 23 == 7 else None,
            resources_cents=None,
            children=None,
            disabled_child=number % 31 == 9,
        )
    return household


def _add_resources(town: Town) -> None:
    """Complete the proofs of income as the CAF writes them: the quotient is what a month brings, by parts."""
    households = {household.id: household for household in town.households}
    for row in town.rows[Quotient]:
        children = len(households[row["family_id"]].children)
        halves = 4 + children + (children > 2)  # two parts, half a part a child, one for the third
        row.update(resources_cents=row["value"] * halves * 50, children=children)


def _quotients(town: Town, number: int) -> Iterator[tuple[date, date | None, int]]:
    """Most families proved their income, some last year only, some never."""
    value = 742 if number == 1 else round(town.random.triangular(180, 2400, 780))
    fate = 0.5 if number == 1 else town.random.random()
    if fate > 0.94:
        return
    first = town.season.starts
    if fate > 0.90:
        yield first, town.season.months[1] - timedelta(days=1), value
        return
    yield first, date(town.season.year, 12, 31), value
    yield date(town.season.year + 1, 1, 1), None, max(120, value + town.random.randrange(-90, 120))


def _add_guardian(town: Town, household: Household) -> None:
    draw, at = town.random, len(household.guardians)
    number = len(town.rows.get(Guardian, [])) + 1
    first = town.words["adult_first_names"][number - 1 if number < 3 else draw.randrange(32)]
    postal_code, city = ("88140", "Contrexéville") if household.resident else draw.choice(town.words["outside"])
    mate = town.rows[Guardian][-1] if at else None
    login = f"{search_key(first)}.{search_key(household.name)}"
    household.guardians.append(number)
    town.add(
        Guardian,
        id=number,
        family_id=household.id,
        position=at,
        is_payer=at == 0,
        last_name=household.name,
        first_name=first,
        email=SAMPLE_EMAIL if number == 1 else f"{login.replace(' ', '-').replace(chr(39), '')}{number if number > 2 else ''}@famille.example",
        mobile=f"06 39 98 {number // 100 % 100:02} {number % 100:02}",
        work_phone=f"03 53 01 {draw.randrange(100):02} {draw.randrange(100):02}" if draw.random() < 0.4 else None,
        street=mate["street"] if mate else f"{draw.randrange(1, 60)} {draw.choice(town.words['streets'])}",
        postal_code=mate["postal_code"] if mate else postal_code,
        city=mate["city"] if mate else city,
        account_opened=number > 1 and draw.random() < 0.7,
        version=1,
    )  # fmt: skip


def _add_child(
    work: Work, town: Town, place: Place, household: Household, *, first_name: str | None, age: int | None
) -> None:
    draw, season, number = town.random, town.season, len(town.kids) + 1
    age = draw.choices(range(12), weights=[2, 4, 5, *[10] * 8, 4])[0] if age is None else age
    birth = date(season.year - age, 1, 1) + timedelta(days=draw.randrange(364))
    birth = min(birth, season.starts - timedelta(days=75))
    used = {kid.first_name for kid in household.children}
    names = [name for name in town.words["child_first_names"] if name not in used]
    kid = Kid(number, first_name or draw.choice(names), household.name, birth, household.id)
    town.kids.append(kid)
    household.children.append(kid)
    level = next((text for year, text in CLASSES if year == kid.age_in(season)), None)
    school = None if level is None else place.schools["MAT" if kid.age_in(season) < 6 else "ELE"]
    town.add(
        Child,
        id=number,
        last_name=kid.last_name,
        first_name=kid.first_name,
        search_key=search_key(f"{kid.last_name} {kid.first_name}"),
        birth_date=birth,
        school_id=school,
        class_name=level,
        diet=draw.choices([Diet.NONE, Diet.NO_PORK, Diet.VEGETARIAN], weights=[86, 9, 5])[0],
        leaves_alone=kid.age_in(season) >= 9 and draw.random() < 0.4,
        photo_allowed=draw.random() < 0.8,
        doctor=draw.choice(town.words["doctors"]),
        health_sealed=work.sealer.seal(_health(town)),
        version=1,
    )
    town.add(FamilyChild, family_id=household.id, child_id=number)
    if draw.random() < 0.35:
        _add_pickup(town, household, number)


def _health(town: Town) -> str:
    draw = town.random
    pai, allergies = draw.random() < 0.05, [draw.choice(town.words["allergies"])] if draw.random() < 0.07 else []
    health = {"pai": pai or bool(allergies and draw.random() < 0.5), "allergies": allergies, "needs": ""}
    return json.dumps(health, ensure_ascii=False)


def _add_pickup(town: Town, household: Household, child_id: int) -> None:
    draw = town.random
    town.add(
        PickupPerson,
        child_id=child_id,
        name=f"{draw.choice(town.words['adult_first_names'])} {draw.choice(town.words['last_names'])}",
        relation=draw.choice(town.words["relations"]),
        phone=f"06 39 98 9{draw.randrange(10)} {draw.randrange(100):02}",
        allowed=draw.random() > 0.08,
        family_id=household.id,
    )


def _add_papers(town: Town, place: Place, household: Household) -> None:
    """Most documents are there, some expired, some were refused, some never came (no row)."""
    owners: list[tuple[str, int | None]] = [(code, None) for code in ("DOMICILE", "CAF", "REGLEMENT")]
    owners += [(code, kid.id) for kid in household.children for code in ("ASSURANCE", "SANITAIRE", "VACCINS")]
    received = datetime.combine(town.season.starts, time(9), UTC)
    for at, (code, child_id) in enumerate(owners):
        fate = 0.99 if household.id == 1 and at == 3 else 0.1 if household.id == 1 else town.random.random()
        if fate > 0.975:
            continue
        state = (
            DocumentState.EXPIRED if fate > 0.95 else DocumentState.REFUSED if fate > 0.94 else DocumentState.PROVIDED
        )
        expired = state is DocumentState.EXPIRED
        town.add(
            Document,
            kind_id=place.documents[code],
            family_id=household.id,
            child_id=child_id,
            state=state,
            received_at=received + timedelta(hours=town.random.randrange(200)),
            valid_until=town.season.today - timedelta(days=town.random.randrange(5, 60))
            if expired
            else town.season.ends,
            reason="Le document est illisible." if state is DocumentState.REFUSED else None,
        )
