"""The list of what may be debited: ready rows are ticked, what is in trouble cannot be."""

from collections.abc import Sequence

from backoffice.debits.candidates import Candidate
from ui.common.table import Column
from ui.common.ticks import TickTable, TickView


class CandidateTable(TickTable[Candidate]):
    """Candidates with a box where they are ready; what was rejected once is not presented again, unless chosen."""

    def has_box(self, row: Candidate) -> bool:
        return row.is_ready

    def is_offered(self, row: Candidate) -> bool:
        return not row.again


class CandidateView(TickView[Candidate]):
    """The view of that list."""

    def make_ticks(self, columns: Sequence[Column[Candidate]]) -> TickTable[Candidate]:
        return CandidateTable(columns, self)
