"""The pages of the calendar beside the year: its lines, its schools and activities, its quarrels of sources."""

from collections.abc import Callable
from operator import attrgetter

from backoffice.calendar.entries import KIND_WORDS, Entry, EntryKind
from backoffice.calendar.lists import EntryRow, OpeningRow, SchoolRow, YearPage
from backoffice.calendar.rules import Disagreement
from resources.french import plural
from ui.calendar.table import DISAGREEMENT_COLUMNS, ENTRY_COLUMNS, EVERYTHING, OPENING_COLUMNS, SCHOOL_COLUMNS
from ui.common.choices import ChoiceBox
from ui.common.label import PlainLabel
from ui.common.listing import TableView
from ui.common.parts import Page, button, heading, hint, row_of

SOURCES = (
    "Marelle lit deux sources\u202f: les dates publiées ({}) et les dates calculées ({}), qui disent aussi les jours fériés. "
    "Votre calendrier l'emporte toujours\u202f: il ne change que si vous le corrigez."
)
AGREED = "Les sources et votre calendrier disent la même chose."


class LinesPage(Page):
    """Every line of the year, of one nature or of all; those of the rulebook are only read."""

    def __init__(self, edit: Callable[[Entry], None], remove: Callable[[Entry], None]) -> None:
        super().__init__()
        self._rows: tuple[EntryRow, ...] = ()
        self._may_edit = False
        self.filter = ChoiceBox("Nature des jours", 14)
        kinds = [(words, kind) for kind, words in KIND_WORDS.items()]
        self.filter.fill([(EVERYTHING, None), *kinds], None)
        self.counted = hint()
        self.table: TableView[EntryRow] = TableView(
            ENTRY_COLUMNS, name="Jours et périodes", empty="Rien de cette nature cette année.", saved_as="calendar"
        )
        self.edit_button = button("&Modifier…", lambda: self._with_chosen(edit), icon="edit")
        self.remove_button = button("&Retirer…", lambda: self._with_chosen(remove), look="danger")
        self.column.addWidget(row_of(self.filter, self.counted, self.edit_button, self.remove_button, stretch_after=1))
        self.column.addWidget(self.table, 1)
        self.filter.currentIndexChanged.connect(lambda _: self._fill())
        self.table.row_chosen.connect(lambda _: self._follow())
        self.table.row_opened.connect(lambda _: self._with_chosen(edit))
        self._follow()

    def show_rows(self, rows: tuple[EntryRow, ...], *, may_edit: bool) -> None:
        """Show the lines of a year."""
        self._rows, self._may_edit = rows, may_edit
        self._fill()

    def editable(self) -> Entry | None:
        """Give the line chosen, if it may be corrected here."""
        row = self.table.chosen()
        return row.entry if row is not None and self._may_edit and not row.from_rulebook else None

    def _fill(self) -> None:
        kind: EntryKind | None = self.filter.currentData()
        rows = [row for row in self._rows if kind in {None, row.entry.kind}]
        self.table.show_rows(rows)
        self.counted.setText(plural(len(rows), "ligne"))
        self._follow()

    def _follow(self) -> None:
        able = self.editable() is not None
        self.edit_button.setEnabled(able)
        self.remove_button.setEnabled(able)

    def _with_chosen(self, act: Callable[[Entry], None]) -> None:
        if (entry := self.editable()) is not None:
            act(entry)


class PlacesPage(Page):
    """The schools and their weeks; the activities and when they receive children; the zone."""

    def __init__(self, week: Callable[[SchoolRow], None], zone: Callable[[], None]) -> None:
        super().__init__()
        self._may_edit = False
        self.zone = PlainLabel()
        self.zone_button = button("Changer de &zone…", zone, icon="edit")
        self.schools: TableView[SchoolRow] = TableView(
            SCHOOL_COLUMNS, name="Semaines des écoles", empty="Aucune école.", saved_as="calendar-schools"
        )
        self.week_button = button("&Modifier la semaine…", lambda: self._with_chosen(week), icon="edit")
        self.openings: TableView[OpeningRow] = TableView(
            OPENING_COLUMNS, name="Jours d'ouverture", empty="Aucun accueil.", saved_as="calendar-openings"
        )
        self.column.addWidget(row_of(heading("Zone de vacances", 3), self.zone, self.zone_button, stretch_after=1))
        self.column.addWidget(row_of(heading("Semaines des écoles", 3), self.week_button, stretch_after=0))
        self.column.addWidget(self.schools, 2)
        self.column.addWidget(heading("Jours d'ouverture des accueils", 3))
        self.column.addWidget(self.openings, 3)
        self.column.addWidget(
            hint(
                "Les jours d'ouverture se règlent dans le règlement intérieur\u202f; une fermeture d'un jour s'ajoute ici, "
                "au calendrier."
            )
        )
        self.schools.row_chosen.connect(lambda _: self._follow())
        self.schools.row_opened.connect(lambda _: self._with_chosen(week))

    def show_page(self, page: YearPage, *, may_edit: bool) -> None:
        """Show the schools and the activities."""
        self._may_edit = may_edit
        self.zone.setText(f"Zone {page.zone}")
        self.zone_button.setEnabled(may_edit)
        self.schools.show_rows(page.schools)
        if self.schools.chosen() is None:
            self.schools.choose_first()
        self.openings.show_rows(page.openings)
        self._follow()

    def _follow(self) -> None:
        self.week_button.setEnabled(self._may_edit and self.schools.chosen() is not None)

    def _with_chosen(self, act: Callable[[SchoolRow], None]) -> None:
        if self._may_edit and (row := self.schools.chosen()) is not None:
            act(row)


class QuarrelsPage(Page):
    """Where the two packages and the commune do not say the same."""

    def __init__(self, take: Callable[[Disagreement, int], None]) -> None:
        super().__init__()
        self._may_edit = False
        self.told = hint()
        self.table: TableView[Disagreement] = TableView(
            DISAGREEMENT_COLUMNS,
            name="Écarts des sources",
            empty=AGREED,
            key=attrgetter("id"),
            saved_as="calendar-sources",
        )
        self.take_buttons = tuple(
            button(f"Prendre les dates {word}…", self._taking(take, at), icon="edit")
            for at, word in enumerate(("&publiées", "&calculées"))
        )
        self.keep = hint("Pour garder le vôtre, il n'y a rien à faire.")
        self.keep.setWordWrap(False)
        self.column.addWidget(self.told)
        self.column.addWidget(self.table, 1)
        self.column.addWidget(row_of(self.keep, *self.take_buttons, stretch_after=0))
        self.table.row_chosen.connect(lambda _: self._follow())
        self._follow()

    def show_page(self, page: YearPage, *, may_edit: bool) -> None:
        """Show the disagreements."""
        self._may_edit = may_edit
        self.told.setText(SOURCES.format(*page.sources))
        self.table.show_rows(page.disagreements)
        self._follow()

    def _taking(self, take: Callable[[Disagreement, int], None], source: int) -> Callable[[], None]:
        def act() -> None:
            if (row := self.table.chosen()) is not None:
                take(row, source)

        return act

    def _follow(self) -> None:
        row = self.table.chosen()
        for source, made in enumerate(self.take_buttons):
            told = row.theirs[source] if row is not None else ()
            able = row is not None and len(told) == 1 and len(row.mine) < 2 and told != row.mine
            made.setEnabled(able and self._may_edit)
