"""A rulebook: one version of a commune's rules, complete and coherent, from a date of effect on."""

from collections.abc import Mapping
from functools import cached_property

from pydantic import Field, model_validator

from backoffice.rulebook.file.calendar_parts import ActivityPart, CalendarPart, UnitPart
from backoffice.rulebook.file.coherence import incoherences
from backoffice.rulebook.file.notice_parts import Absence, NoticeRule, Opening
from backoffice.rulebook.file.parts import Code, Day, Part, Title, wrongs
from backoffice.rulebook.file.tariff_parts import Aid, AnyTariff, Combination, Modifier, QuotientRule, Siblings


class Rulebook(Part):
    """One version of a commune's règlement intérieur."""

    name: Title
    version: Code
    effective: Day
    calendar: CalendarPart
    siblings: Siblings = Siblings()
    quotient: QuotientRule = QuotientRule()
    activity_list: tuple[ActivityPart, ...] = Field(min_length=1)
    notices: tuple[NoticeRule, ...] = ()
    openings: tuple[Opening, ...] = ()
    absences: tuple[Absence, ...] = ()
    tariffs: tuple[AnyTariff, ...] = ()
    combinations: tuple[Combination, ...] = ()
    modifiers: tuple[Modifier, ...] = ()
    aids: tuple[Aid, ...] = ()

    @model_validator(mode="after")
    def _coherent(self) -> "Rulebook":
        if found := tuple(incoherences(self)):
            raise wrongs(found)
        return self

    @cached_property
    def activities(self) -> Mapping[str, ActivityPart]:
        """Give the activities by code."""
        return {activity.code: activity for activity in self.activity_list}

    @cached_property
    def units(self) -> Mapping[str, tuple[ActivityPart, UnitPart]]:
        """Give the units by code, each with its activity."""
        return {unit.code: (activity, unit) for activity in self.activity_list for unit in activity.units}
