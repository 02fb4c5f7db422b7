"""The menus of the families' guide, in its order: the tiles of the dashboard, and the bar of every page."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Menu:
    """One menu: its page, its picture, its name, and a shorter one for the bar."""

    endpoint: str
    icon: str
    name: str
    short: str = ""

    @property
    def words(self) -> str:
        """Give the name of the bar."""
        return self.short or self.name

    @property
    def room(self) -> str:
        """Give the part of the site that it leads to."""
        return self.endpoint.partition(".")[0]


MENUS = (
    Menu("family.show", "family", "Ma famille"),
    Menu("enrolments.show", "enrolment", "Mes inscriptions"),
    Menu("bookings.show", "planning", "Mes réservations"),
    Menu("invoices.show", "invoice", "Mes factures"),
    Menu("documents.show", "document", "Mes documents"),
    Menu("answers.show", "inbox", "Mes demandes"),
    Menu("history.show", "history", "Historique de mes actions", "Historique"),
    Menu("documentation.show", "book", "Documentation"),
    Menu("contact.show", "contact", "Contacter la structure", "Contact"),
)
BELONGS = {
    "people": "family",
    "payment": "invoices",
    "mandates": "invoices",
    "feed": "bookings",
}  # pages under a menu of another room


def room_of(endpoint: str) -> str:
    """Tell under which menu a page stands."""
    room = endpoint.partition(".")[0]
    return BELONGS.get(room, room)
