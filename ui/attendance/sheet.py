"""The day's grid while it is filled: what was read, what is typed over it, and where two people met."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import time

from backoffice.attendance.lists import DayCell, DayRow, DaySheet, SheetUnit
from backoffice.attendance.reasons import AbsenceReason
from backoffice.attendance.record import AttendanceEntry
from backoffice.attendance.rules import NURSERY_AGE, STATE_WORDS, problem, suggested_hours
from models.vocabulary import AttendanceState, BookingState
from resources.french import NARROW, clock_text

Key = tuple[int, int]  # child, unit
NOT_SEEN = "Pas encore pointé"


@dataclass(frozen=True, slots=True)
class Seen:
    """What a cell says."""

    state: AttendanceState | None = None
    arrived: time | None = None
    left: time | None = None
    note: str | None = None
    absence: AbsenceReason | None = None  # why, of a justified absence

    @property
    def words(self) -> str:
        """Say it in French."""
        if self.state is None:
            return NOT_SEEN
        if self.absence is not None:
            return f"{STATE_WORDS[self.state]} ({self.absence.title})"
        hours = [f"arrivée {clock_text(self.arrived)}"] if self.arrived else []
        hours += [f"départ {clock_text(self.left)}"] if self.left else []
        return ", ".join([STATE_WORDS[self.state], *hours])


NOTHING = Seen()


@dataclass(frozen=True, slots=True)
class Edit:
    """What was typed over a cell, and the cell as it was then."""

    seen: Seen
    over: DayCell


@dataclass(frozen=True, slots=True)
class Conflict:
    """A cell that somebody else wrote while it was being filled here."""

    key: Key
    child: str
    unit: str
    mine: Seen
    theirs: Seen


@dataclass(frozen=True, slots=True)
class Heads:
    """The children of one unit, counted with what is typed."""

    unit: SheetUnit
    expected: int
    present: int
    absent: int
    not_pointed: int
    present_under_6: int


def seen_in(cell: DayCell) -> Seen:
    """Give what a cell says, as read."""
    return Seen(cell.state, cell.arrived, cell.left, cell.note, cell.absence)


class Sheet:
    """A day's grid with its unsaved edits; no edit is lost by reading the day again."""

    def __init__(self, day: DaySheet, read_only: str = "") -> None:
        self.read_only = read_only
        self.group: int | None = None
        self.added: set[int] = set()
        self._edits: dict[Key, Edit] = {}
        self._past: list[Mapping[Key, Edit]] = []
        self._take(day)

    def read_again(self, day: DaySheet) -> None:
        """Take the day as it is now; edits stay, on what they were typed over."""
        self._take(day)
        self._edits = {
            key: edit
            for key, edit in self._edits.items()
            if key in self._cells and seen_in(self._cells[key]) != edit.seen
        }

    # What is shown

    def rows(self) -> tuple[DayRow, ...]:
        """Give the children to show: expected, added or edited, in the group chosen."""
        edited = {child for child, _ in self._edits}
        return tuple(
            row
            for row in self.day.rows
            if (row.expected or row.child_id in self.added or row.child_id in edited)
            and (self.group in {None, row.group_id} or row.child_id in self.added)
        )

    def unexpected(self) -> tuple[DayRow, ...]:
        """Give the enrolled children who are not in the grid."""
        shown = {row.child_id for row in self.rows()}
        return tuple(row for row in self.day.rows if row.enrolled and not row.expected and row.child_id not in shown)

    def cell(self, key: Key) -> DayCell:
        """Give a cell as read."""
        return self._cells[key]

    def seen(self, key: Key) -> Seen:
        """Give what a cell says, edits included."""
        edit = self._edits.get(key)
        return edit.seen if edit else seen_in(self._cells[key])

    def is_edited(self, key: Key) -> bool:
        """Tell whether a cell waits to be saved."""
        return key in self._edits

    @property
    def unsaved(self) -> int:
        """How many cells wait to be saved."""
        return len(self._edits)

    def locked(self, key: Key) -> str:
        """Say why a cell cannot change; nothing when it can."""
        cell = self._cells[key]
        if cell.billed:
            return _billed(cell)
        if not self._rows[key[0]].enrolled and cell.state is None:
            return "Cet enfant n'est pas inscrit à cette activité ce jour-là."
        return self.read_only

    def can_correct(self, key: Key) -> bool:
        """Tell whether a cell is billed, and may be corrected all the same."""
        return self._cells[key].billed and not self.read_only

    def problem(self, key: Key) -> str | None:
        """Say what is wrong with what was typed."""
        seen = self.seen(key)
        return problem(seen.state, seen.arrived, seen.left) if key in self._edits else None

    def heads(self) -> tuple[Heads, ...]:
        """Count the children shown, unit by unit."""
        return tuple(_heads(self, unit) for unit in self.day.units)

    # What is typed

    def set_note(self, key: Key, note: str) -> bool:
        """Write a remark beside what was seen; False when the cell is locked."""
        return self._write({key: replace(self.seen(key), note=note or None)})

    def set_state(self, keys: Iterable[Key], state: AttendanceState | None, *, usual_hours: bool = False) -> bool:
        """Write a state in cells; an absent child has no hours, a present one the usual ones if asked."""
        written: dict[Key, Seen] = {}
        for key in keys:
            absence = self.seen(key).absence if state is AttendanceState.JUSTIFIED else None
            seen = replace(self.seen(key), state=state, absence=absence)
            if state is not AttendanceState.PRESENT:
                seen = Seen(state, note=seen.note if state else None, absence=absence)
            elif usual_hours:
                unit = self._units[key[1]]
                arrived, left = suggested_hours(state, unit.starts, unit.ends)
                seen = replace(seen, arrived=seen.arrived or arrived, left=seen.left or left)
            written[key] = seen
        return self._write(written)

    def set_hour(self, key: Key, *, arrival: bool, hour: time | None) -> bool:
        """Write an hour; who has one was there."""
        seen = self.seen(key)
        state = AttendanceState.PRESENT if hour else seen.state
        seen = replace(seen, state=state, absence=None if hour else seen.absence)
        seen = replace(seen, arrived=hour) if arrival else replace(seen, left=hour)
        return self._write({key: seen})

    def justified(self, keys: Iterable[Key]) -> tuple[Key, ...]:
        """Give the cells whose absence is justified, and may still be given a reason."""
        return tuple(key for key in keys if self.seen(key).state is AttendanceState.JUSTIFIED and not self.locked(key))

    def set_reason(self, keys: Iterable[Key], reason: AbsenceReason) -> bool:
        """Say why in every justified absence; False when there is none."""
        return self._write({key: replace(self.seen(key), absence=reason) for key in self.justified(keys)})

    def all_present(self) -> int:
        """Write present, at the usual hours, in every booked cell shown that nobody pointed."""
        keys = [
            (row.child_id, cell.unit_id)
            for row in self.rows()
            for cell in row.cells
            if cell.booking is BookingState.BOOKED and self.seen((row.child_id, cell.unit_id)).state is None
        ]
        keys = [key for key in keys if not self.locked(key)]
        self.set_state(keys, AttendanceState.PRESENT, usual_hours=True)
        return len(keys)

    def undo(self) -> bool:
        """Take the last gesture back."""
        if not self._past:
            return False
        self._edits = dict(self._past.pop())
        return True

    def forget(self) -> None:
        """Drop every edit: they are saved, or the agent gave them up."""
        self._edits, self._past = {}, []

    def entries(self) -> tuple[AttendanceEntry, ...]:
        """Give the edits as the use-case takes them."""
        return tuple(
            AttendanceEntry(
                child_id=key[0],
                unit_id=key[1],
                day=self.day.day,
                state=edit.seen.state,
                arrived=edit.seen.arrived,
                left=edit.seen.left,
                note=edit.seen.note,
                version=edit.over.version,
                absence=edit.seen.absence.code if edit.seen.absence else None,
            )
            for key, edit in self._edits.items()
        )

    def problems(self) -> dict[Key, str]:
        """Say what is wrong, cell by cell."""
        found = {key: self.problem(key) for key in self._edits}
        return {key: sentence for key, sentence in found.items() if sentence}

    def conflicts(self) -> tuple[Conflict, ...]:
        """Give the edited cells that somebody else wrote meanwhile."""
        return tuple(
            Conflict(key, self._rows[key[0]].name, self._units[key[1]].name, edit.seen, seen_in(self._cells[key]))
            for key, edit in self._edits.items()
            if self._cells[key].version != edit.over.version
        )

    def settle(self, *, keep_mine: bool) -> None:
        """End the conflicts: keep what was typed here, over what is there now, or take what is there."""
        for conflict in self.conflicts():
            if keep_mine and not self._cells[conflict.key].billed:
                self._edits[conflict.key] = Edit(conflict.mine, self._cells[conflict.key])
            else:
                del self._edits[conflict.key]
        self._past = []

    def words(self, key: Key) -> str:
        """Say a cell in full: DUPONT Léa, Matin : Présent, arrivée 8 h 15."""
        unsaved = ", non enregistré" if key in self._edits else ""
        return f"{self._rows[key[0]].name}, {self._units[key[1]].name}{NARROW}: {self.seen(key).words}{unsaved}"

    def _take(self, day: DaySheet) -> None:
        self.day = day
        self._rows = {row.child_id: row for row in day.rows}
        self._units = {unit.id: unit for unit in day.units}
        self._cells = {(row.child_id, cell.unit_id): cell for row in day.rows for cell in row.cells}

    def _write(self, written: Mapping[Key, Seen]) -> bool:
        free = {key: seen for key, seen in written.items() if not self.locked(key)}
        before = dict(self._edits)
        for key, seen in free.items():
            over = self._edits[key].over if key in self._edits else self._cells[key]
            if seen == seen_in(over) and over.version == self._cells[key].version:
                self._edits.pop(key, None)
            else:
                self._edits[key] = Edit(seen, over)
        if before != self._edits:
            self._past.append(before)
        return bool(free)


def _billed(cell: DayCell) -> str:
    """Say what a billed cell awaits."""
    said = f"Facturé{NARROW}: facture {cell.invoice_number or 'en cours'}."
    if cell.corrected:
        return f"{said} Corrigé depuis{NARROW}: la régie doit régulariser la différence."
    return f"{said} Un pointage facturé se corrige à part (F2)."


def _heads(sheet: Sheet, unit: SheetUnit) -> Heads:
    keys = [(row, (row.child_id, unit.id)) for row in sheet.rows()]
    cells = [(row, sheet.cell(key), sheet.seen(key)) for row, key in keys]
    present = [row for row, _, seen in cells if seen.state is AttendanceState.PRESENT]
    expected = [seen for _, cell, seen in cells if cell.booking is BookingState.BOOKED]
    return Heads(
        unit=unit,
        expected=len(expected),
        present=len(present),
        absent=sum(seen.state is not None for _, _, seen in cells) - len(present),
        not_pointed=sum(seen.state is None for seen in expected),
        present_under_6=sum(row.age < NURSERY_AGE for row in present),
    )
