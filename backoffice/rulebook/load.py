"""Read a rulebook: one TOML file, checked with messages that an agent can act on."""

import tomllib
from datetime import date
from decimal import Decimal
from functools import lru_cache

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.errors import RefusedByRule
from backoffice.rulebook.file.mistakes import mistakes_of, refusal, too_much
from backoffice.rulebook.file.schema import Rulebook
from models.office.structure import RulebookVersion
from resources.french import short_date


def parse(source: str) -> Rulebook:
    """Read a rulebook's text.

    Raises:
        RefusedByRule: with each mistake, its line, its key and what to write instead.
    """
    try:
        return Rulebook.model_validate(tomllib.loads(source, parse_float=Decimal))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise refusal(mistakes_of(source, error)) from error
    except (RecursionError, ValueError) as error:
        raise refusal([too_much(source, error)]) from error


parsed = lru_cache(maxsize=32)(parse)


def rulebook_on(session: Session, day: date) -> Rulebook:
    """Give the rulebook in force on a day.

    Raises:
        RefusedByRule: none is in force yet.
    """
    source = session.scalar(
        select(RulebookVersion.source)
        .where(RulebookVersion.effective <= day)
        .order_by(RulebookVersion.effective.desc(), RulebookVersion.id.desc())
        .limit(1)
    )
    if source is None:
        message = f"Aucun règlement intérieur n'est en vigueur le {short_date(day)}. Chargez-en un."
        raise RefusedByRule(message)
    return parsed(source)
