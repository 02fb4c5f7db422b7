"""The words of a rulebook's file: its keys and its closed lists, in French, as a commune writes them."""

from datetime import date
from enum import StrEnum
from typing import Self

from resources.french import search_key

# The code's names, and the keys of the file. A key is a bare TOML word: no accent, no space.
KEYS = {
    "absences": "absence",
    "activities": "activites",
    "activity_list": "activite",
    "age_max": "age_max",
    "age_min": "age_min",
    "aids": "aide",
    "alsace_moselle": "alsace_moselle",
    "amount": "montant",
    "anchor": "ancre",
    "at": "heure",
    "balance": "solde",
    "bands": "plages",
    "base": "assiette",
    "billed_days": "jours_factures",
    "billed_percent": "facture",
    "block": "bloc",
    "bounds": "tranches",
    "calendar": "calendrier",
    "cap_minutes": "plafond_minutes",
    "categories": "categories",
    "ceiling": "plafond",
    "closed_day": "jour_ferme",
    "code": "code",
    "combinations": "combinaison",
    "count": "nombre",
    "counted": "compte",
    "cumulative": "cumul",
    "date": "date",
    "day_of_month": "jour_du_mois",
    "days": "jours",
    "disabled_child": "enfant_handicape",
    "effect": "effet",
    "effective": "effet",
    "ends": "fin",
    "exceptions": "exception",
    "facility": "etablissement",
    "first": "du",
    "fixed": "part_fixe",
    "floor": "plancher",
    "free_days": "francs",
    "from_time": "de",
    "gives": "donne",
    "hourly": "tarif_horaire",
    "in_time": "dans_le_delai",
    "justified": "justifiee",
    "kind": "nature",
    "last": "au",
    "late": "retard",
    "limit": "limite",
    "mode": "mode",
    "modifiers": "modification",
    "months_before": "mois",
    "name": "nom",
    "notices": "delai",
    "opening_at": "ouvre",
    "openings": "ouverture",
    "operations": "operations",
    "organisation": "organisme",
    "outside": "exterieurs",
    "outside_percent": "majoration_exterieurs",
    "per": "par",
    "per_days": "par_jours",
    "per_minutes": "par_minutes",
    "percent": "pourcent",
    "periods": "periodes",
    "price": "prix",
    "price_ceiling": "prix_max",
    "price_floor": "prix_min",
    "prices": "prix",
    "priority": "priorite",
    "proof_hours": "preuve_heures",
    "proportional": "prorata",
    "public": "public",
    "quotient": "quotient",
    "quotient_max": "quotient_max",
    "quotient_min": "quotient_min",
    "rank_max": "rang_max",
    "rank_min": "rang_min",
    "rates": "taux",
    "reason": "motif",
    "reference": "date",
    "retroactive": "retroactif",
    "rounding": "arrondi",
    "rounding_price": "arrondi_prix",
    "scale": "bareme",
    "school": "ecole",
    "school_days": "jours_ecole",
    "school_list": "ecole",
    "section": "rubrique",
    "service": "service",
    "services": "services",
    "siblings": "fratrie",
    "staff_limit": "limite_regie",
    "starts": "debut",
    "step_minutes": "pas_minutes",
    "tariffs": "tarif",
    "threshold_minutes": "seuil_minutes",
    "title": "titre",
    "to_time": "a",
    "together": "ensemble",
    "told_before": "prevenir_avant",
    "tolerance_minutes": "tolerance_minutes",
    "unit": "unite",
    "units": "unites",
    "version": "version",
    "weekday": "jour",
    "weeks": "semaines",
    "when": "si",
    "within": "dans",
    "zone": "zone",
}


class Word(StrEnum):
    """A closed list; accents and capitals are forgiven: « ouvre » is read as « ouvré »."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        wanted = search_key(value) if isinstance(value, str) else None
        return next((member for member in cls if search_key(member.value) == wanted), None)


class Operation(Word):
    """What a notice period limits."""

    BOOK = "réserver"
    CANCEL = "annuler"


class Weekday(Word):
    """The days of the week."""

    MONDAY = "lundi"
    TUESDAY = "mardi"
    WEDNESDAY = "mercredi"
    THURSDAY = "jeudi"
    FRIDAY = "vendredi"
    SATURDAY = "samedi"
    SUNDAY = "dimanche"

    @property
    def rank(self) -> int:
        """Monday is 0."""
        return list(Weekday).index(self)

    @classmethod
    def of(cls, day: date) -> "Weekday":
        """Give a day's weekday."""
        return list(cls)[day.weekday()]


class Period(Word):
    """What time of the school year a day belongs to."""

    SCHOOL = "école"
    WEDNESDAY = "mercredi"  # a Wednesday of school time
    SMALL_HOLIDAYS = "petites vacances"
    SUMMER = "été"


class DayKind(Word):
    """Which days, or hours, an offset counts."""

    CALENDAR = "calendaire"
    WORKING = "ouvré"  # Monday to Friday, no public holiday
    WEEKDAYS = "ouvrable"  # Monday to Saturday, no public holiday
    SCHOOL = "école"  # a day with class
    OPENING = "ouverture"  # a day on which the activity receives children
    HOUR = "heure"


class Anchor(Word):
    """What a limit counts from."""

    DAY = "jour"
    WEEK = "semaine"  # its Monday
    BLOCK = "bloc"  # the first day of a block of weekdays
    MONTH = "mois"  # its first day
    PERIOD = "période"  # the first day of the holidays, or of the school time between two
    DATE = "date"


class ClosedDay(Word):
    """What to do when a limit falls on a day when the régie is closed."""

    KEEP = "garder"
    MOVE_BACK = "reculer"


class Public(Word):
    """Whom a rule concerns, by residence."""

    ALL = "tous"
    RESIDENTS = "résidents"
    OUTSIDERS = "extérieurs"


class InTime(Word):
    """What happens before the limit."""

    ACCEPT = "accepter"
    ASK = "demander"  # the régie validates


class LateEffect(Word):
    """What happens after the limit."""

    REFUSE = "refuser"
    ASK = "demander"  # the régie decides
    SURCHARGE = "majorer"  # accepted, dearer
    PRICE = "prix spécial"  # accepted, at another price
    BILL = "facturer l'absence"  # cancelled, and billed
    PROOF = "justifier l'absence"  # cancelled, billed unless a proof comes


class Mode(Word):
    """What a price list counts."""

    UNIT = "unité"
    DAY = "jour"
    DURATION = "durée"
    BANDS = "plages"
    EFFORT = "effort"
    MONTH = "mensuel"
    CONTRACT = "contrat"


class Trigger(Word):
    """What a modifier answers to."""

    LATE = "retard"  # booked after the limit
    UNBOOKED = "sans réservation"
    LATE_PICKUP = "départ tardif"


class Rounding(Word):
    """How a duration is brought to whole steps."""

    UP = "supérieur"
    DOWN = "inférieur"
    NEAREST = "proche"


class PriceRounding(Word):
    """Whether an hourly price is rounded to the cent before or after it multiplies the hours."""

    BEFORE = "avant"
    AFTER = "après"


class Base(Word):
    """What an effort rate multiplies."""

    RESOURCES = "ressources"  # monthly, in euros
    QUOTIENT = "quotient"


class Per(Word):
    """What a price or an aid is counted by."""

    UNIT = "unité"
    DAY = "jour"
    HOUR = "heure"


class Reference(Word):
    """Which day's quotient prices a service."""

    SERVICE = "service"
    INVOICE = "facture"  # the first day of the month billed
    YEAR = "année"  # the 1 September that begins the school year
    CIVIL_YEAR = "année civile"  # its 1 January


class Counted(Word):
    """Which siblings count in a child's rank."""

    ENROLLED = "inscrits"
    PRESENT = "présents"


class Within(Word):
    """Among whom the siblings are counted."""

    ACTIVITY = "activité"
    SERVICE = "service"
    HOUSEHOLD = "foyer"


class Nature(Word):
    """When an activity receives children, unless its own periods and days say otherwise."""

    PERISCOLAIRE = "périscolaire"
    CANTEEN = "cantine"
    WEDNESDAY = "mercredi"
    HOLIDAYS = "vacances"
    CRECHE = "crèche"


class Exceptional(Word):
    """What an exceptional day is."""

    NO_CLASS = "sans classe"  # a bridge, a teachers' day
    CLASS = "classe"  # a day caught up
    CLOSED = "fermé"
    OPEN = "ouvert"
