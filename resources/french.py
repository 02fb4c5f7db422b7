"""Plain French: amounts, dates, plurals and search keys, the same on screen, on paper and on the portal."""

import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal

PARIS = ZoneInfo("Europe/Paris")
NARROW = "\N{NARROW NO-BREAK SPACE}"
NO_BREAK = "\xa0"
LIGATURES = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "’": "'"})


def euros(cents: int) -> str:
    """Write integer cents as a French amount: 123456 → 1 234,56 €.

    >>> euros(123456).replace(NARROW, " ")
    '1 234,56 €'
    >>> euros(-5).replace(NARROW, " ")
    '-0,05 €'
    """
    return f"{amount(cents)}{NARROW}€"


@lru_cache(maxsize=4096)
def amount(cents: int) -> str:
    """Write integer cents without the euro sign: 123456 → 1 234,56."""
    return format_decimal(Decimal(cents).scaleb(-2), format="#,##0.00", locale="fr").replace("\xa0", NARROW)


def number(value: int | Decimal) -> str:
    """Write a count or a quantity: 12000 → 12 000, 1.5 → 1,5."""
    return format_decimal(value, locale="fr").replace("\xa0", NARROW)


def short_date(day: date | None) -> str:
    """Write a civil date as 22/11/2026, nothing when there is none."""
    return f"{day:%d/%m/%Y}" if day else ""


@lru_cache(maxsize=4096)
def long_date(day: date) -> str:
    """Write a civil date in full: dimanche 22 novembre 2026, and « 1er » for a first."""
    return _first(format_date(day, "EEEE d MMMM y", locale="fr"), day)


@lru_cache(maxsize=4096)
def day_and_month(day: date) -> str:
    """Write a day of the year at hand: jeudi 26 novembre."""
    return _first(format_date(day, "EEEE d MMMM", locale="fr"), day)


def short_day(day: date) -> str:
    """Write a column's head: jeu. 26/11."""
    return format_date(day, "EEE dd/MM", locale="fr")


def month_name(month: date) -> str:
    """Write a month: novembre 2026."""
    return format_date(month, "MMMM y", locale="fr")


def in_paris(instant: datetime) -> datetime:
    """Move an aware instant to the clock on the town hall's wall."""
    return instant.astimezone(PARIS)


def instant_text(instant: datetime) -> str:
    """Write an aware instant as the town hall reads it: mardi 24 novembre à 10 h 05."""
    local = in_paris(instant)
    return f"{day_and_month(local.date())} à {clock_text(local.timetz())}"


def dated_instant(instant: datetime) -> str:
    """Write an aware instant with its year, as a paper that is kept does: mardi 24 novembre 2026 à 10 h 05."""
    local = in_paris(instant)
    return f"{long_date(local.date())} à {clock_text(local.timetz())}"


def until_text(instant: datetime) -> str:
    """Write the first instant that is too late as families read a limit: midnight belongs to the day that ends."""
    local = in_paris(instant)
    if local.time() == time.min:
        return f"{day_and_month(local.date() - timedelta(days=1))} à minuit"
    return instant_text(instant)


def short_until(instant: datetime) -> str:
    """Write such a limit in few words: 24/11 à 10 h."""
    local = in_paris(instant)
    if local.time() == time.min:
        return f"{local.date() - timedelta(days=1):%d/%m} à minuit"
    return f"{local:%d/%m} à {clock_text(local.timetz())}"


def short_instant(instant: datetime) -> str:
    """Write an aware instant in a list: 24/11/2026 10:05."""
    return f"{in_paris(instant):%d/%m/%Y %H:%M}"


def clock_text(hour: time) -> str:
    """Write a time of day: 7 h 30, 10 h, 23 h 59."""
    return f"{hour.hour}\xa0h" + (f"\xa0{hour.minute:02}" if hour.minute else "")


def of_month(month: date) -> str:
    """Write a month as a complement: de novembre 2026, d'octobre 2026."""
    name = month_name(month)
    return f"d'{name}" if name[0] in "ao" else f"de {name}"


def of_name(name: str) -> str:
    """Write a name as a complement: de Léa, d'Agathe.

    >>> of_name("Émile"), of_name("Hugo"), of_name("Yann")
    ("d'Émile", "d'Hugo", 'de Yann')
    """
    return f"d'{name}" if search_key(name)[:1] in tuple("aeiouh") else f"de {name}"


def plural(count: int, one: str, many: str | None = None) -> str:
    """Count things in French, where zero is singular: 0 facture, 1 facture, 2 factures.

    >>> plural(0, "facture"), plural(2, "facture"), plural(2, "jour pointé", "jours pointés")
    ('0 facture', '2 factures', '2 jours pointés')
    """
    return f"{number(count)} {one if abs(count) < 2 else many or one + 's'}"


def listed(words: Iterable[str]) -> str:
    """Join words as a sentence does: a, b et c."""
    *first, last = list(words) or [""]
    return f"{', '.join(first)} et {last}" if first else last


def capital(text: str) -> str:
    """Begin a line with a capital, and leave the rest alone.

    >>> capital("jeudi 26 novembre, Léa")
    'Jeudi 26 novembre, Léa'
    """
    return text[:1].upper() + text[1:]


def search_key(text: str) -> str:
    """Fold a name for sorting and searching: Évrard-Lœw → evrard-loew (SQLite knows no French)."""
    flat = unicodedata.normalize("NFKD", text.translate(LIGATURES))
    return " ".join("".join(c for c in flat if not unicodedata.combining(c)).casefold().split())


def age_on(birth_date: date, day: date) -> int:
    """Give the age in whole years on a day."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def ages_text(first: int | None, last: int | None) -> str:
    """Write ages: de 3 à 5 ans, à partir de 6 ans, jusqu'à 11 ans; nothing for all ages.

    >>> [text.replace(NO_BREAK, " ") for text in (ages_text(3, 5), ages_text(6, None), ages_text(None, 1))]
    ['de 3 à 5 ans', 'à partir de 6 ans', "jusqu'à 1 an"]
    """
    if first is not None and last is not None:
        return f"à {years_text(first)}" if first == last else f"de {first} à {years_text(last)}"
    if first is not None:
        return f"à partir de {years_text(first)}"
    return f"jusqu'à {years_text(last)}" if last is not None else ""


def years_text(age: int) -> str:
    """Write an age in years: 1 an, 6 ans."""
    return f"{age}\xa0an" if age < 2 else f"{age}\xa0ans"


def birthday(born: date, age: int) -> date:
    """Give the first day of an age; who is born on a 29 February has grown on 1 March in the other years."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)


def parse_month(text: str) -> date:
    """Read a month written 2026-11 or 11/2026 as its first day.

    Raises:
        ValueError: it is neither.
    """
    for layout in ("%Y-%m", "%m/%Y"):
        try:
            return datetime.strptime(text.strip(), layout).replace(tzinfo=PARIS).date()
        except ValueError:
            continue
    message = f"« {text} » n'est pas un mois{NARROW}: écrivez-le 2026-11 ou 11/2026."
    raise ValueError(message)


def _first(text: str, day: date) -> str:
    return text.replace(" 1 ", " 1er ", 1) if day.day == 1 else text
