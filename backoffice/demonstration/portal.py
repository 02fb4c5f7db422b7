"""What the demonstration's portal has to show: enrolments to ask for, files to download, messages, documents, waiting lists."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from functools import partial
from random import Random

from sqlalchemy import select

from backoffice.billing.heading import regie_document
from backoffice.billing.letterhead import letterhead_of_regie
from backoffice.clock import monday, paris_instant
from backoffice.demonstration.commune import Place, Season
from backoffice.demonstration.months import REGISSEUR
from backoffice.demonstration.people import Household, Town
from backoffice.demonstration.requests import action_id
from backoffice.documents.publications import GivenFile, publish_file, read_given
from backoffice.enrolments.openings import create_opening
from backoffice.enrolments.rules import OpeningDraft
from backoffice.messages.reply import reply
from backoffice.office import Work
from backoffice.requests.receive import receive
from backoffice.sync.contract import (
    Action,
    BookingsChange,
    CellState,
    CellWish,
    EnrolmentAsked,
    FieldWish,
    MessageSent,
    Payload,
    PersonAdded,
)
from models.office.bookings import Booking, Enrolment, EnrolmentOpening
from models.office.families import PickupPerson
from models.office.house import Message
from models.office.structure import AgeGroup, Regie
from models.vocabulary import BookingState
from reports.pdf.letter import Head, Letter, written
from resources.french import long_date

DOTS = "." * 60
CROWDED = "MERCREDI-ELE"  # a group as small as those who come on a Wednesday in a fortnight
ASKED = 2  # enrolments asked for
LISTED = 4  # children on a waiting list
PUBLICATIONS = (
    (
        "Règlement intérieur",
        "Les règles des accueils, les délais pour réserver et annuler, les tarifs.",
        False,
        (
            "Une réservation se fait et s'annule sur l'Espace famille jusqu'à la limite que chaque case indique.",
            "Une absence annoncée après cette limite reste facturée, sauf maladie justifiée sous 48 heures.",
            "Les factures sont émises chaque mois, une par service, et se paient en totalité.",
        ),
    ),
    (
        "Autorisation de sortie",
        "À remplir pour un enfant de neuf ans ou plus qui rentre seul.",
        True,
        (
            f"Je soussigné(e) {DOTS}, responsable légal(e) de l'enfant {DOTS},",
            f"l'autorise à quitter seul(e) l'accueil périscolaire à ........ h ........ les jours suivants\u202f: {DOTS}",
            "Fait à ........................................, le ........................................ Signature\u202f:",
        ),
    ),
    (
        "Trousseau des vacances",
        "Ce qu'il faut mettre dans le sac.",
        False,
        ("Une gourde, une casquette, un vêtement de pluie, des chaussures fermées\u202f; le tout au nom de l'enfant.",),
    ),
)
THREAD = (  # who writes, how many hours before this morning, what
    ("family", 51, "Bonjour, la sortie de mercredi est-elle maintenue s'il pleut\u202f?"),
    ("regie", 49, "Bonjour, oui\u202f: le groupe ira à la médiathèque. Prévoyez tout de même un vêtement de pluie."),
    ("family", 3, "Merci beaucoup\u202f! Est-il possible d'arriver à 8 h 15 ce jour-là\u202f?"),
)
OTHERS = (
    "Bonjour, j'ai changé de numéro de téléphone, faut-il que je repasse à la mairie\u202f?",
    "Bonjour, à partir de quel âge mon fils peut-il rentrer seul\u202f?",
)


def furnish(work: Work, place: Place, season: Season) -> None:
    """Open enrolments and give files, as the structure did at the beginning of the year; one group is soon full."""
    _open_enrolments(work, place, season)
    crowd = _booked(work, place, _wednesday(season))
    work.session.get_one(AgeGroup, place.groups[CROWDED]).capacity = max(len(crowd), 1)
    regie = work.session.scalars(select(Regie).order_by(Regie.id)).one()
    for name, words, to_return, paragraphs in PUBLICATIONS:
        file = _paper(work, regie, name, season.starts, paragraphs)
        publish_file(work, name=name, words=words, to_return=to_return, file=file)


def fill_letterbox(work: Work, place: Place, town: Town) -> None:
    """Let families write, ask for enrolments, name people, wait for a place: what is there this morning."""
    draw = Random(town.random.random())  # noqa: S311 a demonstration
    families = [household for household in town.households if household.children]
    _converse(work, families, draw)
    _name_people(work, families, draw)
    _ask_enrolments(work, families, draw)
    _wait_for_wednesday(work, place, town, draw)


def _open_enrolments(work: Work, place: Place, season: Season) -> None:
    """The next holidays and the rest of the year's Wednesdays can be asked for now."""
    today, ends = season.today, season.ends
    documents = frozenset(place.documents[code] for code in ("ASSURANCE", "SANITAIRE", "VACCINS"))
    opens = paris_instant(season.starts, time(8))
    closes = paris_instant(min(today + timedelta(days=30), ends), time(18))
    for code, words, ages in (
        ("MERCREDI", "Les mercredis de l'année scolaire, à la journée avec repas ou l'après-midi.", (3, 11)),
        (
            "VACANCES",
            "Le centre de loisirs pendant les petites vacances et l'été. Les jours se réservent ensuite.",
            (3, 11),
        ),
        ("PERI", "L'accueil avant et après la classe, pour les enfants scolarisés dans la commune.", (3, 11)),
    ):
        create_opening(
            work,
            OpeningDraft(
                activity_id=place.activities[code], words=words, starts=min(today + timedelta(days=1), ends), ends=ends,
                opens_at=opens, closes_at=closes, age_from=ages[0], age_to=ages[1], documents=documents,
            ),
        )  # fmt: skip


def _paper(work: Work, regie: Regie, name: str, day: date, paragraphs: Iterable[str]) -> GivenFile:
    sender = regie_document(letterhead_of_regie(work.session, regie.id))
    head = Head(sender, (), day, name, name, (("Mis à jour le", long_date(day)),))

    def write(letter: Letter) -> None:
        for paragraph in paragraphs:
            letter.paragraph(paragraph)

    return read_given(f"{name}.pdf", written(head, write))


def _converse(work: Work, families: list[Household], draw: Random) -> None:
    sample = families[0]
    for who, hours, text in THREAD:
        if who == "regie":
            reply(work, sample.id, text)
            answer = work.session.scalars(select(Message).order_by(Message.id.desc()).limit(1)).one()
            answer.agent, answer.at = REGISSEUR.name, work.now - timedelta(hours=hours)
        else:
            _act(work, sample, draw, timedelta(hours=hours), MessageSent(text=text))
    for household, text in zip(families[3:], OTHERS, strict=False):
        _act(work, household, draw, timedelta(minutes=draw.randrange(20, 600)), MessageSent(text=text))


def _name_people(work: Work, families: list[Household], draw: Random) -> None:
    """The sample family has a grandmother to call, and asks that a neighbour may come."""
    child = families[0].children[0]
    work.session.add(
        PickupPerson(
            child_id=child.id, name="Jeanne Brindille", relation="grand-mère", phone="06 39 98 90 12", allowed=True,
            contact=True, family_id=families[0].id,
        )
    )  # fmt: skip
    fields = (("name", "Paul Noisetier"), ("relation", "voisin"), ("phone", "06 39 98 90 34"))
    wishes = tuple(FieldWish(name=name, seen="", wished=value) for name, value in fields)
    _act(work, families[0], draw, timedelta(hours=2), PersonAdded(person="pickup", child_id=child.id, fields=wishes))


def _ask_enrolments(work: Work, families: list[Household], draw: Random) -> None:
    """Two families ask for an enrolment that their child does not have."""
    openings = work.session.scalars(select(EnrolmentOpening).order_by(EnrolmentOpening.id)).all()
    asked: set[int] = set()
    for household in families[5:]:
        child = household.children[0]
        had = set(work.session.scalars(select(Enrolment.activity_id).where(Enrolment.child_id == child.id)))
        offered = [one for one in openings if one.activity_id not in had]
        if offered and 3 <= child.age_in_years(work.today) <= 11 and child.id not in asked and len(asked) < ASKED:
            asked.add(child.id)
            wish = EnrolmentAsked(opening_id=offered[0].id, child_id=child.id, starts=offered[0].starts)
            _act(work, household, draw, timedelta(minutes=90 * len(asked)), wish)


def _wait_for_wednesday(work: Work, place: Place, town: Town, draw: Random) -> None:
    """Some ask for the Wednesday whose group is full: they wait their turn."""
    unit, day = place.units["MER-JOURNEE"], _wednesday(town.season)
    idle = _seats(work, place, day) - _booked(work, place, day)
    for rank, kid in enumerate([kid for kid in town.kids if kid.id in idle][:LISTED]):
        cell = CellWish(unit_id=unit.id, day=day, seen=CellState.FREE, wished=CellState.BOOKED)
        household = next(one for one in town.households if one.id == kid.payer_family_id)
        before = timedelta(minutes=40 - 5 * rank)
        _act(work, household, draw, before, BookingsChange(child_id=kid.id, cells=(cell,)))


def _wednesday(season: Season) -> date:
    return monday(season.today) + timedelta(days=16)


def _seats(work: Work, place: Place, day: date) -> set[int]:
    seats = select(Enrolment.child_id).where(Enrolment.age_group_id == place.groups[CROWDED])
    return set(work.session.scalars(seats.where(Enrolment.starts <= day, Enrolment.ends >= day)))


def _booked(work: Work, place: Place, day: date) -> set[int]:
    unit_id = place.units["MER-JOURNEE"].id
    here = (Booking.unit_id == unit_id, Booking.day == day, Booking.state == BookingState.BOOKED)
    return set(work.session.scalars(select(Booking.child_id).where(*here))) & _seats(work, place, day)


def _act(work: Work, household: Household, draw: Random, before: timedelta, payload: Payload) -> None:
    at: datetime = work.now - before
    act: Callable[..., Action] = partial(Action, id=action_id(at, draw), received_at=at, payload=payload)
    receive(work, act(guardian_id=household.guardians[0], family_id=household.id))
