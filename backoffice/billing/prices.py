"""The prices of a month: each found once per rulebook, unit, quotient and residence, however many units share it."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from backoffice.billing.scope import UnitFacts
from backoffice.rulebook.load import Rulebook, rulebook_on
from backoffice.rulebook.quotients import quotients_on
from backoffice.rulebook.tariff import Price, price


class PriceList:
    """Prices units with the rulebook and the quotient of their own day."""

    def __init__(self, session: Session, units: Mapping[int, UnitFacts]) -> None:
        self._session = session
        self._units = units
        self._days: dict[date, tuple[Rulebook, Mapping[int, int]]] = {}
        self._found: dict[tuple[int, int, int | None, bool], Price] = {}

    def price(self, unit_id: int, day: date, family_id: int, *, resident: bool) -> Price:
        """Price one unit of one day for a family.

        Raises:
            RefusedByRule: the rulebook has no price for it; the sentence says what to complete.
        """
        rulebook, quotients = self._days.get(day) or self._open(day)
        quotient = quotients.get(family_id)
        key = (id(rulebook), unit_id, quotient, resident)
        found = self._found.get(key)
        if found is None:
            unit = self._units[unit_id]
            found = price(rulebook, activity=unit.activity_code, unit=unit.code, quotient=quotient, resident=resident)
            self._found[key] = found
        return found

    def lacks_quotient(self, unit_id: int, day: date, family_id: int, *, resident: bool = True) -> bool:
        """Tell whether a family pays the highest price for want of a proof of income."""
        rulebook, quotients = self._days.get(day) or self._open(day)
        if family_id in quotients:
            return False
        tariff = rulebook.tariff_for(self._units[unit_id].activity_code)
        return len(tariff.bounds) > 1 and (resident or not tariff.outside)

    def _open(self, day: date) -> tuple[Rulebook, Mapping[int, int]]:
        self._days[day] = (rulebook_on(self._session, day), quotients_on(self._session, day))
        return self._days[day]
