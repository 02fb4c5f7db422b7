"""The filters of the templates: French, from the house's one place."""

from collections.abc import Callable, Hashable
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from jinja2 import Environment, pass_environment
from markupsafe import Markup, escape

from backoffice.portal.cells import MEANINGS, WORDS
from backoffice.portal.wishes import signed
from backoffice.sync.contract import week_of
from resources import french


def day_key(day: date) -> str:
    """Write a date as machines read it."""
    return day.isoformat()


def clock(instant: datetime) -> str:
    """Give the hour of an instant in Paris: 9 h 45."""
    return french.clock_text(french.in_paris(instant).time())


def received(instant: datetime) -> str:
    """Say when something was received, to the minute: le mardi 24 novembre à 10 h 05."""
    return f"le {french.instant_text(instant)}"


def phone_link(number: str) -> str:
    """Write a telephone number as a link dials it."""
    return "tel:" + "".join(letter for letter in number if letter.isdecimal() or letter == "+")


def lines(text: str) -> Markup:
    """Keep the line breaks of a sentence written by the régie."""
    return Markup("<br>").join(escape(line) for line in text.splitlines())


@pass_environment
def once(environment: Environment, macro: Callable[..., str], *values: Hashable) -> str:
    """Draw the same values by the same macro once, whoever asks: a macro sees nothing else."""
    return _drawings(environment)(macro, *values)


@lru_cache(maxsize=1)
def _drawings(_environment: Environment) -> Callable[..., str]:
    return lru_cache(maxsize=4096)(lambda macro, *values: macro(*values))


FILTERS: dict[str, Callable[..., Any]] = {
    "amount": french.amount,
    "capital": french.capital,
    "clock": clock,
    "day": french.day_and_month,
    "day_key": day_key,
    "euros": french.euros,
    "instant": french.instant_text,
    "until": french.until_text,
    "until_short": french.short_until,
    "lines": lines,
    "look_meaning": MEANINGS.__getitem__,
    "look_word": WORDS.__getitem__,
    "listed": french.listed,
    "long_date": french.long_date,
    "month": french.month_name,
    "number": french.number,
    "once": once,
    "phone_link": phone_link,
    "plural": french.plural,
    "received": received,
    "short_date": french.short_date,
    "short_instant": french.short_instant,
    "signed": signed,
    "week": week_of,
}
