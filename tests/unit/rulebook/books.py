"""Rulebooks for tests: any one that is valid, and how a test writes one down."""

from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from enum import Enum
from typing import Any

from hypothesis import strategies as st

from backoffice.rulebook.file.schema import Rulebook
from resources import FOLDER

EXAMPLES = sorted((FOLDER / "rulebooks" / "examples").glob("*.toml"))
Draw = Any

WORDS = st.text(st.sampled_from("abcdé « ' \\\" é\u202f#=[]\n")).map(lambda text: f"T{text}T")
DAYS = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]
HOURS = st.times(time(6), time(20)).map(lambda hour: hour.replace(second=0, microsecond=0))
DATES = st.dates(date(2026, 1, 1), date(2028, 12, 31))
EUROS = st.decimals(0, 500, places=2)
RATES = st.decimals("0.0001", 9, places=4)


def example(name: str) -> str:
    """Read one of the examples that we ship."""
    return (FOLDER / "rulebooks" / "examples" / f"{name}.toml").read_bytes().decode()


def written(book: Rulebook) -> str:
    """Write a rulebook as TOML: what was given, under the file's own keys."""
    return "".join(
        f"{_key(key)} = {_value(key, value)}\n"
        for key, value in book.model_dump(by_alias=True, exclude_unset=True).items()
    )


def _key(key: object) -> str:
    return '"' + str(key) + '"'


def _value(key: str, value: Any) -> str:
    if isinstance(value, Mapping):
        told = {name: inner for name, inner in value.items() if inner is not None or name == "heure"}
        return "{ " + ", ".join(f"{_key(name)} = {_value(str(name), inner)}" for name, inner in told.items()) + " }"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(_value(key, inner) for inner in value) + "]"
    return _one("minuit" if value is None and key == "heure" else value)


def _one(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case Enum():
            return _text(str(value.value))
        case str():
            return _text(value)
        case date() | time():
            return value.isoformat()
        case Decimal():
            return f"{value:f}"
    return str(value)


def _text(value: str) -> str:
    escaped = {"\\": "\\\\", '"': '\\"', "\n": "\\n"}
    return '"' + "".join(escaped.get(sign, sign) for sign in value) + '"'


@st.composite
def rulebooks(draw: Draw) -> Rulebook:
    """Any valid rulebook: each rule has its own priority, so that no two quarrel."""
    count = draw(st.integers(1, 2))
    codes = [f"U{at}" for at in range(2 * count)]
    activities = [
        {
            "code": f"A{at}", "nom": draw(WORDS), "service": draw(st.sampled_from(["S", "T"])),
            "nature": draw(st.sampled_from(["périscolaire", "cantine", "mercredi", "vacances", "crèche"])),
            "unites": [
                {"code": code, "nom": draw(WORDS), "debut": draw(HOURS), "rubrique": draw(st.sampled_from(["accueil", "repas"]))}
                for code in codes[2 * at : 2 * at + 2]
            ],
        }
        for at in range(count)
    ]  # fmt: skip
    scoped = st.fixed_dictionaries(
        {},
        optional={
            "activites": st.lists(st.sampled_from([part["code"] for part in activities]), unique=True),
            "jours": st.lists(st.sampled_from(DAYS), unique=True),
            "du": st.dates(date(2026, 1, 1), date(2026, 12, 31)),
            "au": st.dates(date(2028, 1, 1), date(2028, 12, 31)),
            "public": st.sampled_from(["tous", "résidents", "extérieurs"]),
        },
    )
    rules = {
        "delai": _notices(), "ouverture": _openings(), "absence": _absences(), "tarif": _tariffs(codes),
        "modification": _modifiers(), "aide": _aids(),
    }  # fmt: skip
    data: dict[str, Any] = {
        "nom": draw(WORDS), "version": "1", "effet": draw(DATES), "activite": activities,
        "calendrier": {"zone": draw(st.sampled_from("ABC")), "exception": draw(st.lists(_exceptions(), max_size=2))},
    }  # fmt: skip
    for key, rule in rules.items():
        found = draw(st.lists(st.tuples(scoped, rule), max_size=2))
        data[key] = [
            {**({} if _has_its_own_scope(made) else scope), **made, "code": f"R{at}", "priorite": at}
            for at, (scope, made) in enumerate(found)
        ]
    return Rulebook.model_validate(data)


def _has_its_own_scope(rule: dict[str, Any]) -> bool:
    """Tell whether a rule says by its prices, or by its block, which units or days it is for."""
    return isinstance(rule.get("prix"), dict) or any("bloc" in rule.get(key, ()) for key in ("limite", "ouvre"))


def _exceptions() -> st.SearchStrategy[dict[str, Any]]:
    kinds = st.sampled_from(["sans classe", "classe", "fermé", "ouvert"])
    return st.fixed_dictionaries({"nature": kinds, "du": DATES, "motif": WORDS})


def _deadlines(hours: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    counted = {
        "ancre": st.sampled_from(["jour", "semaine", "mois", "période"]),
        "nombre": st.integers(1, 40),
        "unite": st.sampled_from(["calendaire", "ouvré", "ouvrable", "école", "ouverture"]),
        "francs": st.booleans(),
        "heure": hours,
        "jour_ferme": st.sampled_from(["garder", "reculer"]),
    }
    weekly = {"ancre": st.just("semaine"), "jour": st.sampled_from(DAYS), "semaines": st.integers(0, 4), "heure": hours}
    monthly = {"ancre": st.just("mois"), "jour_du_mois": st.integers(1, 31), "mois": st.integers(0, 3), "heure": hours}
    dated = {"ancre": st.just("date"), "date": DATES, "heure": hours}
    block = {"ancre": st.just("bloc"), "bloc": st.just(["lundi", "mardi"]), "jour": st.just("jeudi"), "heure": hours}
    return st.one_of(*map(st.fixed_dictionaries, (counted, weekly, monthly, dated, block)))


def _notices() -> st.SearchStrategy[dict[str, Any]]:
    limits = _deadlines(HOURS | st.just("minuit"))
    book = st.fixed_dictionaries(
        {
            "titre": WORDS, "operations": st.just(["réserver"]), "limite": limits,
            "retard": st.sampled_from(
                ["refuser", {"effet": "majorer", "pourcent": Decimal("12.5")}, {"effet": "prix spécial", "prix": Decimal(7)}]
            ),
        },
        optional={"limite_regie": limits, "dans_le_delai": st.sampled_from(["accepter", "demander"])},
    )  # fmt: skip
    late = st.sampled_from(["refuser", "facturer l'absence", "justifier l'absence"])
    cancel = st.fixed_dictionaries(
        {"titre": WORDS, "operations": st.just(["annuler"]), "limite": limits, "retard": late}
    )
    return book | cancel


def _openings() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"titre": WORDS, "ouvre": _deadlines(HOURS)})


def _absences() -> st.SearchStrategy[dict[str, Any]]:
    more = {"jours_factures": st.integers(0, 9), "preuve_heures": st.integers(1, 99), "prevenir_avant": HOURS}
    return st.fixed_dictionaries({"titre": WORDS, "justifiee": st.booleans()}, optional=more)


def _tariffs(codes: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    def of(bounds: list[int]) -> st.SearchStrategy[dict[str, Any]]:
        row = st.lists(EUROS, min_size=len(bounds), max_size=len(bounds)) if len(bounds) > 1 else EUROS
        base = {"titre": WORDS, "tranches": st.just(bounds)}
        by_unit = {"prix": st.dictionaries(st.sampled_from(codes), row, min_size=1)}
        modes: list[dict[str, Any]] = [
            by_unit,
            {"mode": st.just("jour"), "prix": row, "exterieurs": row},
            {"mode": st.just("durée"), "prix": row, "pas_minutes": st.integers(1, 60), "plafond_minutes": st.integers(60, 600)},
            {"mode": st.just("mensuel"), "par_jours": st.dictionaries(st.sampled_from("1234"), row, min_size=1)},
            {
                "mode": st.just("plages"), "cumul": st.booleans(),
                "plages": st.tuples(WORDS, row).map(
                    lambda told: [{"titre": told[0], "de": time(16), "a": time(17), "prix": told[1]}]
                ),
            },
            {"mode": st.just("effort"), "taux": st.lists(RATES, min_size=1, max_size=3), "plafond": EUROS},
        ]  # fmt: skip
        return st.one_of(*(st.fixed_dictionaries(base | mode) for mode in modes))

    return st.sampled_from([[0], [0, 801], [0, 500, 1201]]).flatmap(of)


def _modifiers() -> st.SearchStrategy[dict[str, Any]]:
    effects = st.one_of(
        EUROS.map(lambda price: {"prix": price}),
        st.integers(-100, 100).map(lambda share: {"pourcent": share}),
        EUROS.map(lambda amount: {"montant": -amount}),
    )
    when = st.lists(st.sampled_from(["retard", "sans réservation"]), unique=True)
    return st.tuples(WORDS, when, effects).map(lambda told: {"titre": told[0], "si": told[1], **told[2]})


def _aids() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"titre": WORDS, "organisme": WORDS, "montant": EUROS}, optional={"solde": EUROS})
