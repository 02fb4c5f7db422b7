"""Whether the parts of a rulebook agree: codes that exist, rules that can apply, and never two for one case."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from backoffice.rulebook.file.notice_parts import NoticeRule
from backoffice.rulebook.file.parts import Case, Scope, Wrong
from backoffice.rulebook.file.spelling import nearest, quoted
from backoffice.rulebook.file.tariff_parts import Combination, ContractTariff, DurationTariff, EffortTariff, UnitTariff
from backoffice.rulebook.file.words import KEYS, Per, Public

if TYPE_CHECKING:
    from backoffice.rulebook.file.schema import Rulebook

CASES = ("notices", "openings", "absences", "tariffs", "combinations", "modifiers", "aids")
QUARRELS = ("notices", "openings", "tariffs")  # an absence is chosen by its code
BOUNDS = (("first", "last"), ("age_min", "age_max"), ("rank_min", "rank_max"), ("quotient_min", "quotient_max"))
SCOPES = {"services": "service", "activities": "activité", "units": "unité"}
FEMININE = {"activité", "unité", "école"}


def incoherences(book: "Rulebook") -> Iterator[Wrong]:
    """Give each disagreement: a French sentence with its remedy, and its place by the keys of the file."""
    for check in CHECKS:
        yield from check(book)


def _one_of_each(book: "Rulebook") -> Iterator[Wrong]:
    """Find two things of one code."""
    lists: list[tuple[tuple[str, ...], list[str]]] = [
        ((KEYS[name],), [rule.code for rule in getattr(book, name)]) for name in CASES
    ]
    lists.append((("activite",), [activity.code for activity in book.activity_list]))
    lists.append((("calendrier", "ecole"), [school.code for school in book.calendar.school_list]))
    for path, codes in lists:
        for at, code in enumerate(codes):
            if code in codes[:at]:
                yield (
                    f"Le code «\xa0{code}\xa0» sert déjà plus haut\u202f: donnez-en un autre à celui-ci.",
                    (*path, at, "code"),
                )
    units: set[str] = set()
    for at, activity in enumerate(book.activity_list):
        for rank, unit in enumerate(activity.units):
            if unit.code in units:
                sentence = f"L'unité «\xa0{unit.code}\xa0» existe déjà\u202f: son code est unique dans la commune, donnez-en un autre."
                yield sentence, ("activite", at, "unites", rank, "code")
            units.add(unit.code)


def _cases(book: "Rulebook") -> Iterator[Wrong]:
    """Find the rules that name what is not declared, and those that nothing satisfies."""
    for field in CASES:
        rules: Sequence[Scope] = getattr(book, field)
        for at, rule in enumerate(rules):
            unknown = [(sentence, (KEYS[field], at, *path)) for sentence, path in _unknown_scope(book, rule)]
            yield from unknown
            if not unknown and not _covered(book, rule):
                narrowest = next(KEYS[name] for name in reversed(SCOPES) if getattr(rule, name))
                yield _NOTHING.format(_list_keys(rule)), (KEYS[field], at, narrowest)
            for least, most in BOUNDS:
                low, high = getattr(rule, least, None), getattr(rule, most, None)
                if low is not None and high is not None and high < low:
                    sentence = f"«\xa0{KEYS[most]}\xa0» est avant «\xa0{KEYS[least]}\xa0»\u202f: rien n'est entre les deux, échangez-les ou corrigez."
                    yield sentence, (KEYS[field], at, KEYS[most])


_NOTHING = (
    "Aucune unité ne répond à {} à la fois\u202f: cette règle ne servirait jamais. Retirez l'une des deux listes."
)


def _list_keys(rule: Scope) -> str:
    return " et ".join(f"«\xa0{KEYS[name]}\xa0»" for name in SCOPES if getattr(rule, name))


def _unknown_scope(book: "Rulebook", rule: Scope) -> Iterator[Wrong]:
    known: dict[str, Iterable[str]] = {
        "services": {activity.service for activity in book.activity_list},
        "activities": book.activities,
        "units": book.units,
    }
    for field, codes in known.items():
        for rank, code in enumerate(getattr(rule, field)):
            if code not in codes:
                yield _unknown(SCOPES[field], code, codes), (KEYS[field], rank)


def _places(book: "Rulebook") -> Iterator[Wrong]:
    """Find the schools and facilities that nothing declares."""
    schools = {school.code for school in book.calendar.school_list}
    facilities = {activity.facility for activity in book.activity_list if activity.facility}
    for at, activity in enumerate(book.activity_list):
        if activity.school is not None and activity.school not in schools:
            yield _unknown("école", activity.school, schools), ("activite", at, "ecole")
    for at, day in enumerate(book.calendar.exceptions):
        if day.school is not None and day.school not in schools:
            yield _unknown("école", day.school, schools), ("calendrier", "exception", at, "ecole")
        if day.facility is not None and day.facility not in facilities:
            yield _unknown("établissement", day.facility, facilities), ("calendrier", "exception", at, "etablissement")


def _prices(book: "Rulebook") -> Iterator[Wrong]:
    """Find the prices of units that do not exist, or that their price list is not for."""
    for at, tariff in enumerate(book.tariffs):
        if not isinstance(tariff, UnitTariff) or any(_unknown_scope(book, tariff)):
            continue
        for unit in tariff.prices:
            if unit not in book.units:
                yield _unknown("unité", unit, book.units), ("tarif", at, "prix", unit)
            elif unit not in _covered(book, tariff):
                sentence = f"Ce tarif n'est pas celui de l'unité «\xa0{unit}\xa0»\u202f: retirez ce prix, ou ajoutez l'unité à {_list_keys(tariff)}."
                yield sentence, ("tarif", at, "prix", unit)


def _wholes(book: "Rulebook") -> Iterator[Wrong]:
    """Find the combinations of units that do not exist, or that no activity could combine."""
    for at, whole in enumerate(book.combinations):
        units = (*whole.together, whole.gives)
        unknown = [(rank, unit) for rank, unit in enumerate(units) if unit not in book.units]
        for rank, unit in unknown:
            path = ("ensemble", rank) if rank < len(whole.together) else ("donne",)
            yield _unknown("unité", unit, book.units), ("combinaison", at, *path)
        if not unknown:
            yield from (((sentence, ("combinaison", at, key))) for sentence, key in _odd_whole(book, whole))


def _odd_whole(book: "Rulebook", whole: Combination) -> Iterator[tuple[str, str]]:
    if len({book.units[unit][0].code for unit in (*whole.together, whole.gives)}) > 1:
        yield "Une combinaison réunit les unités d'une seule activité\u202f: retirez celles des autres.", "ensemble"
    if len(set(whole.together)) < len(whole.together):
        yield "Une unité est écrite deux fois\u202f: gardez-la une seule fois.", "ensemble"
    if whole.gives in whole.together:
        yield (
            f"«\xa0{whole.gives}\xa0» ne peut pas être réunie et donnée à la fois\u202f: donnez une autre unité.",
            "donne",
        )


def _hourly(book: "Rulebook") -> Iterator[Wrong]:
    """Find the contracts that lean on no hourly price."""
    hourly = {
        tariff.code
        for tariff in book.tariffs
        if isinstance(tariff, DurationTariff) or (isinstance(tariff, EffortTariff) and tariff.per is Per.HOUR)
    }
    for at, tariff in enumerate(book.tariffs):
        if isinstance(tariff, ContractTariff) and tariff.hourly not in hourly:
            sentence = f"Aucun tarif à l'heure (mode «\xa0durée\xa0» ou «\xa0effort\xa0») n'a le code «\xa0{tariff.hourly}\xa0». {_choices(hourly)}"
            yield sentence, ("tarif", at, "tarif_horaire")


def _quarrels(book: "Rulebook") -> Iterator[Wrong]:
    """Find two rules of one level and one priority that could speak of the same case: nobody could tell which wins."""
    for field in QUARRELS:
        rules = list(enumerate(getattr(book, field)))
        for (_, one), (at, other) in combinations(rules, 2):
            if (
                one.code != other.code
                and one.weight == other.weight
                and _same_subject(one, other)
                and _meet(book, one, other)
            ):
                sentence = (
                    f"«\xa0{other.code}\xa0» et «\xa0{one.code}\xa0» disent deux choses du même cas\u202f: "
                    "précisez leurs conditions, ou donnez à l'une une «\xa0priorite\xa0» plus haute."
                )
                yield sentence, (KEYS[field], at, "code")


CHECKS: tuple[Callable[["Rulebook"], Iterator[Wrong]], ...] = (
    _one_of_each,
    _cases,
    _places,
    _prices,
    _wholes,
    _hourly,
    _quarrels,
)


def _same_subject(one: Scope, other: Scope) -> bool:
    if isinstance(one, NoticeRule) and isinstance(other, NoticeRule):
        return bool(set(one.operations) & set(other.operations))
    hourly = isinstance(one, DurationTariff | EffortTariff), isinstance(other, DurationTariff | EffortTariff)
    contract = isinstance(one, ContractTariff) or isinstance(other, ContractTariff)
    return not (contract and any(hourly))  # a contract leans on an hourly price list


def _meet(book: "Rulebook", one: Scope, other: Scope) -> bool:
    """Tell whether a case exists that both rules speak of."""
    if not _scope(book, one) & _scope(book, other):
        return False
    public = {one.public, other.public}
    sets: list[tuple[Sequence[str], Sequence[str]]] = [(one.days, other.days), (one.periods, other.periods)]
    if isinstance(one, Case) and isinstance(other, Case):
        sets.append((one.categories, other.categories))
    return (
        public != {Public.RESIDENTS, Public.OUTSIDERS}
        and all(not a or not b or set(a) & set(b) for a, b in sets)
        and all(_overlap(one, other, *span) for span in BOUNDS)
    )


def _scope(book: "Rulebook", rule: Scope) -> set[str]:
    """Give the units that a rule speaks of; those with a price, for a list by unit."""
    units = _covered(book, rule)
    return units & set(rule.prices) if isinstance(rule, UnitTariff) else units


def _covered(book: "Rulebook", rule: Scope) -> set[str]:
    return {
        code
        for code, (activity, _) in book.units.items()
        if rule.covers(service=activity.service, activity=activity.code, unit=code)
    }


def _overlap(one: Scope, other: Scope, least: str, most: str) -> bool:
    low = [value for value in (getattr(one, least, None), getattr(other, least, None)) if value is not None]
    high = [value for value in (getattr(one, most, None), getattr(other, most, None)) if value is not None]
    return not low or not high or max(low) <= min(high)


def _unknown(what: str, code: str, known: Iterable[str]) -> str:
    none = "Aucune" if what in FEMININE else "Aucun"
    near = nearest(code, known)
    meant = f" Vouliez-vous {quoted(near)}\u202f?" if near else ""
    return f"{none} {what} n'a le code {quoted(code)}.{meant} {_choices(known)}"


def _choices(codes: Iterable[str]) -> str:
    known = ", ".join(sorted(codes))
    return f"Codes possibles\u202f: {known}." if known else "Aucun n'est encore déclaré\u202f: déclarez-le d'abord."
