"""A director enters what was seen of the children."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backoffice.attendance.absences import number_absences
from backoffice.attendance.reasons import reasons_on
from backoffice.attendance.rules import STATE_WORDS, day_problem, problem
from backoffice.errors import RefusedByRule, StaleRecord
from backoffice.office import Changed, Work
from backoffice.rulebook.in_force import read_rules
from backoffice.sync.contract import ViewKind, week_of
from models.office.billing import Invoice
from models.office.bookings import Attendance, Booking, Enrolment
from models.office.families import Child, FamilyChild
from models.office.house import AuditEntry
from models.office.structure import Activity, Unit
from models.vocabulary import AttendanceState, BookingState, Role
from resources.french import NARROW, listed, plural, short_date, short_instant

Key = tuple[int, int, date]  # child, unit, day
SHOWN = 5  # children that a refusal names before it counts the others


@dataclass(frozen=True, slots=True)
class AttendanceEntry:
    """A cell as the director leaves it; no state erases it. `version` is that of the cell she saw, if there was one."""

    child_id: int
    unit_id: int
    day: date
    state: AttendanceState | None
    arrived: time | None = None
    left: time | None = None
    note: str | None = None
    version: int | None = None
    absence: str | None = None  # the code of the rulebook's reason, of a justified absence

    @property
    def key(self) -> Key:
        """Name the cell."""
        return self.child_id, self.unit_id, self.day


@dataclass(frozen=True, slots=True)
class RecordReport:
    """What was kept, and who was there without a booking."""

    written: int
    erased: int
    unbooked: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """Say it in French."""
        parts = [plural(self.written, "pointage enregistré", "pointages enregistrés")]
        if self.erased:
            parts.append(plural(self.erased, "pointage effacé", "pointages effacés"))
        if self.unbooked:
            parts.append(f"sans réservation{NARROW}: {listed(self.unbooked)}")
        return ", ".join(parts) + "."


@dataclass(frozen=True, slots=True)
class Ground:
    """What the entries stand on, read at once."""

    cells: Mapping[Key, Attendance]
    names: Mapping[int, str]
    units: Mapping[int, Unit]
    enrolments: Mapping[tuple[int, int], Sequence[tuple[date, date]]]  # by child and activity
    booked: frozenset[Key]

    def words(self, entry: AttendanceEntry) -> str:
        """Name an entry's cell: Léa Martin, Repas, 12/11/2026."""
        return f"{self.names[entry.child_id]}, {self.units[entry.unit_id].name}, {short_date(entry.day)}"

    def is_enrolled(self, entry: AttendanceEntry) -> bool:
        """Tell whether the child has the right to be there."""
        spans = self.enrolments.get((entry.child_id, self.units[entry.unit_id].activity_id), ())
        return any(starts <= entry.day <= ends for starts, ends in spans)


def record(work: Work, entries: Sequence[AttendanceEntry]) -> RecordReport:
    """Write many cells in one action: all of them, or none with the reason.

    A child without a booking may be pointed, as long as it is enrolled in the activity.

    Raises:
        StaleRecord: somebody else wrote one of the cells meanwhile; the sentence says who and when.
        RefusedByRule: a cell is already billed, a day is not yet come, hours contradict each other, a child is not enrolled.
    """
    work.agent.must_be(Role.DIRECTOR)
    ground = read_ground(work.session, entries)
    refuse_impossible(entries, ground, work.today)
    _refuse_billed(work.session, entries, ground)
    refuse_stale(work.session, entries, ground)
    refuse_unknown_reasons(work.session, entries, ground)
    before = {entry.key: words_of(ground.cells.get(entry.key)) for entry in entries}
    done = [entry for entry in entries if _write(work.session, entry, ground.cells.get(entry.key))]
    _flush(work.session)
    number_absences(work.session, {(entry.child_id, entry.unit_id, entry.day) for entry in done})
    _sign(work, done, before)
    show_weeks(work, done)
    return RecordReport(
        written=sum(entry.state is not None for entry in done),
        erased=sum(entry.state is None for entry in done),
        unbooked=tuple(
            dict.fromkeys(
                ground.names[entry.child_id]
                for entry in done
                if entry.state is AttendanceState.PRESENT and entry.key not in ground.booked
            )
        ),
    )


def read_ground(session: Session, entries: Sequence[AttendanceEntry]) -> Ground:
    """Read what some entries stand on."""
    children = sorted({entry.child_id for entry in entries})
    days = sorted({entry.day for entry in entries})
    cells = session.scalars(select(Attendance).where(Attendance.child_id.in_(children), Attendance.day.in_(days)))
    names = session.execute(select(Child.id, Child.first_name, Child.last_name).where(Child.id.in_(children)))
    units = session.scalars(select(Unit).where(Unit.id.in_({entry.unit_id for entry in entries})))
    booked = session.execute(
        select(Booking.child_id, Booking.unit_id, Booking.day).where(
            Booking.child_id.in_(children), Booking.day.in_(days), Booking.state == BookingState.BOOKED
        )
    )
    enrolments: dict[tuple[int, int], list[tuple[date, date]]] = {}
    for child_id, activity_id, starts, ends in session.execute(
        select(Enrolment.child_id, Enrolment.activity_id, Enrolment.starts, Enrolment.ends).where(
            Enrolment.child_id.in_(children)
        )
    ):
        enrolments.setdefault((child_id, activity_id), []).append((starts, ends))
    return Ground(
        cells={(cell.child_id, cell.unit_id, cell.day): cell for cell in cells},
        names={child_id: f"{first} {last}" for child_id, first, last in names},
        units={unit.id: unit for unit in units},
        enrolments=enrolments,
        booked=frozenset((child_id, unit_id, day) for child_id, unit_id, day in booked),
    )


def refuse_impossible(entries: Sequence[AttendanceEntry], ground: Ground, today: date) -> None:
    """Refuse what cannot have happened.

    Raises:
        RefusedByRule: a day is not yet come, hours contradict each other, a child is not enrolled.
    """
    if len({entry.key for entry in entries}) < len(entries):
        message = "La même case est donnée deux fois. Rien n'a été enregistré."
        raise RefusedByRule(message)
    for entry in entries:
        if entry.child_id not in ground.names or entry.unit_id not in ground.units:
            message = "Cet enfant ou cette unité n'existe plus. Rien n'a été enregistré. Rouvrez la feuille du jour."
            raise RefusedByRule(message)
        wrong = day_problem(entry.day, today) or problem(entry.state, entry.arrived, entry.left)
        if wrong is None and entry.state is not None and not ground.is_enrolled(entry):
            wrong = "L'enfant n'est pas inscrit à cette activité ce jour-là. Inscrivez-le d'abord."
        if wrong:
            message = f"{ground.words(entry)}{NARROW}: {wrong} Rien n'a été enregistré."
            raise RefusedByRule(message)


def _refuse_billed(session: Session, entries: Sequence[AttendanceEntry], ground: Ground) -> None:
    billed = [
        (entry, cell.invoice_id) for entry in entries if (cell := ground.cells.get(entry.key)) and cell.invoice_id
    ]
    if not billed:
        return
    numbers = {
        row.id: row.number
        for row in session.execute(
            select(Invoice.id, Invoice.number).where(Invoice.id.in_([invoice_id for _, invoice_id in billed]))
        )
    }
    named = [f"{ground.words(entry)} (facture {numbers[invoice]})" for entry, invoice in billed if invoice]
    others = f" et {plural(len(named) - SHOWN, 'autre')}" if len(named) > SHOWN else ""
    message = (
        f"Déjà facturé{NARROW}: {f'{NARROW}; '.join(named[:SHOWN])}{others}. Rien n'a été enregistré. "
        f"Retirez ces cases de la saisie{NARROW}; une journée facturée se corrige à part, et son prix se régularise."
    )
    raise RefusedByRule(message)


def refuse_stale(session: Session, entries: Sequence[AttendanceEntry], ground: Ground) -> None:
    """Refuse to write over what the agent has not seen.

    Raises:
        StaleRecord: somebody else wrote one of the cells; the sentence says who and when.
    """
    for entry in entries:
        cell = ground.cells.get(entry.key)
        if entry.version != (cell.version if cell else None):
            now = STATE_WORDS[cell.state].lower() if cell else "case vide"
            message = (
                f"{ground.words(entry)}{NARROW}: {_who_wrote(session, entry)} a modifié cette case entre-temps "
                f"(maintenant{NARROW}: {now}). Rien n'a été enregistré. Relisez la feuille du jour."
            )
            raise StaleRecord(message)


def refuse_unknown_reasons(session: Session, entries: Sequence[AttendanceEntry], ground: Ground) -> None:
    """Refuse a reason that the rulebook does not know on the day.

    Raises:
        RefusedByRule: the sentence says which cell.
    """
    given = [entry for entry in entries if entry.absence is not None]
    rules = read_rules(session) if given else None
    if rules is None:
        return
    codes = {row.id: row.code for row in session.execute(select(Activity.id, Activity.code))}
    for entry in given:
        known = reasons_on(rules, codes[ground.units[entry.unit_id].activity_id], entry.day)
        justified = entry.state is AttendanceState.JUSTIFIED
        if justified and entry.absence in {reason.code for reason in known}:
            continue
        wrong = (
            "Ce motif d'absence n'est pas dans le règlement intérieur en vigueur ce jour-là. Choisissez-en un autre."
            if justified
            else "Un motif ne se donne qu'à une absence justifiée."
        )
        message = f"{ground.words(entry)}{NARROW}: {wrong} Rien n'a été enregistré."
        raise RefusedByRule(message)


def _who_wrote(session: Session, entry: AttendanceEntry) -> str:
    """Find in the journal who wrote a cell last."""
    deeds = session.execute(
        select(AuditEntry.agent, AuditEntry.at, AuditEntry.new)
        .where(AuditEntry.subject == "attendance", AuditEntry.subject_id == entry.day.isoformat())
        .order_by(AuditEntry.seq.desc())
        .limit(50)
    )
    name = cell_name(entry)
    return next((f"{agent} ({short_instant(at)})" for agent, at, new in deeds if name in new), "quelqu'un d'autre")


def _write(session: Session, entry: AttendanceEntry, cell: Attendance | None) -> bool:
    """Write, change or erase one cell; False when it says the same already."""
    if entry.state is None:
        if cell is not None:
            session.delete(cell)
        return cell is not None
    wished = (entry.state, entry.arrived, entry.left, entry.note, entry.absence)
    if cell is None:
        cell = Attendance(child_id=entry.child_id, unit_id=entry.unit_id, day=entry.day)
        session.add(cell)
    elif (cell.state, cell.arrived, cell.left, cell.note, cell.absence) == wished:
        return False
    cell.state, cell.arrived, cell.left, cell.note, cell.absence = wished
    if entry.state is AttendanceState.PRESENT:
        cell.absence_day = None
    return True


def _flush(session: Session) -> None:
    """Write now; two directors who fill the same empty cell at the same moment meet here."""
    try:
        session.flush()
    except IntegrityError as error:
        message = "Quelqu'un vient de pointer l'une de ces cases. Rien n'a été enregistré. Relisez la feuille du jour."
        raise StaleRecord(message) from error


def _sign(work: Work, done: Sequence[AttendanceEntry], before: Mapping[Key, str]) -> None:
    """Sign one deed for each day of the action; notes and reasons may speak of health and are left out."""
    for day in sorted({entry.day for entry in done}):
        of_day = [entry for entry in done if entry.day == day]
        work.sign(
            "attendance.record",
            "attendance",
            day.isoformat(),
            old={cell_name(entry): before[entry.key] for entry in of_day},
            new={cell_name(entry): words_of(entry) for entry in of_day},
        )


def cell_name(entry: AttendanceEntry) -> str:
    """Name a cell as the journal does."""
    return f"child {entry.child_id}, unit {entry.unit_id}"


def words_of(cell: Attendance | AttendanceEntry | None) -> str:
    """Say a cell as the journal does."""
    if cell is None or cell.state is None:
        return ""
    hours = f" {cell.arrived:%H:%M}" if cell.arrived else ""
    return f"{cell.state.value}{hours}" + (f"-{cell.left:%H:%M}" if cell.left else "")


def show_weeks(work: Work, done: Sequence[AttendanceEntry]) -> None:
    """Say that the weeks of some entries changed on the portal."""
    weeks = {(entry.child_id, week_of(entry.day)) for entry in done}
    families: dict[int, list[int]] = {}
    for child_id, family_id in work.session.execute(
        select(FamilyChild.child_id, FamilyChild.family_id).where(FamilyChild.child_id.in_({c for c, _ in weeks}))
    ):
        families.setdefault(child_id, []).append(family_id)
    for child_id, week in weeks:
        for family_id in families.get(child_id, ()):
            work.show(ViewKind.WEEK, f"{child_id}:{week}", family_id)
    if done:
        work.changed(Changed.ATTENDANCE)
