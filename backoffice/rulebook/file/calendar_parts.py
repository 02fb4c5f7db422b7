"""The parts of a rulebook about days: activities and when they receive, schools, exceptional days."""

from typing import Literal

from pydantic import Field, model_validator

from backoffice.rulebook.file.parts import Code, Day, Hour, Part, Title, Yes, wrong
from backoffice.rulebook.file.words import Exceptional, Nature, Period, Weekday
from models.vocabulary import Section

SECTIONS = {"accueil": Section.CARE, "repas": Section.MEALS}
SCHOOL_WEEK = (Weekday.MONDAY, Weekday.TUESDAY, Weekday.THURSDAY, Weekday.FRIDAY)


class UnitPart(Part):
    """A unit of an activity; its hours date the limits in hours and price the durations."""

    code: Code
    name: Title
    starts: Hour | None = None
    ends: Hour | None = None
    section: Literal["accueil", "repas"] = "accueil"

    @model_validator(mode="after")
    def _forward(self) -> "UnitPart":
        if self.starts is not None and self.ends is not None and self.ends <= self.starts:
            raise wrong(
                "Une unité finit après avoir commencé\u202f: «\xa0fin\xa0» est plus tard que «\xa0debut\xa0».", "fin"
            )
        return self


class ActivityPart(Part):
    """An activity: its service, its units, and the days on which it receives children."""

    code: Code
    name: Title
    service: Code
    kind: Nature
    units: tuple[UnitPart, ...] = Field(min_length=1)
    facility: Code | None = None
    school: Code | None = None  # its days are that school's; none: any school of the commune
    periods: tuple[Period, ...] = ()  # none: those of its kind
    days: tuple[Weekday, ...] = ()  # none: those of its kind


class SchoolPart(Part):
    """A school and its week: 4 days, or 4½ with Wednesday."""

    code: Code
    name: Title
    days: tuple[Weekday, ...] = Field(default=SCHOOL_WEEK, min_length=1)


class ExceptionPart(Part):
    """Exceptional days: a bridge, a day caught up, a closure; of all, of a school or of a facility."""

    kind: Exceptional
    first: Day
    last: Day | None = None  # none: one day
    reason: Title
    school: Code | None = None
    facility: Code | None = None

    @model_validator(mode="after")
    def _forward(self) -> "ExceptionPart":
        if self.last is not None and self.last < self.first:
            raise wrong(
                "Le dernier jour précède le premier\u202f: échangez «\xa0du\xa0» et «\xa0au\xa0», ou corrigez.", "au"
            )
        classes = self.kind in {Exceptional.CLASS, Exceptional.NO_CLASS}
        if classes and self.facility is not None:
            raise wrong(
                "Une journée de classe est celle d'une école\u202f: retirez «\xa0etablissement\xa0», ou donnez «\xa0ecole\xa0».",
                "etablissement",
            )
        if not classes and self.school is not None:
            raise wrong(
                "Une ouverture ou une fermeture est celle d'un établissement\u202f: retirez «\xa0ecole\xa0», ou donnez «\xa0etablissement\xa0».",
                "ecole",
            )
        return self


class CalendarPart(Part):
    """What the calendar of the packages does not know: the zone, the schools' weeks, the exceptional days."""

    zone: Literal["A", "B", "C"]
    alsace_moselle: Yes = False
    school_days: tuple[Weekday, ...] = Field(default=SCHOOL_WEEK, min_length=1)
    school_list: tuple[SchoolPart, ...] = ()
    exceptions: tuple[ExceptionPart, ...] = ()
