"""How requests are told in French, to agents and to families."""

from collections.abc import Sequence
from datetime import date

from backoffice.bookings.rules import CellNow
from models.vocabulary import RequestStatus, Verdict
from resources.french import NARROW, day_and_month, plural, search_key

STATUS_WORDS = {
    RequestStatus.WAITING: "À traiter",
    RequestStatus.ACCEPTED: "Acceptée",
    RequestStatus.PARTLY: "Acceptée en partie",
    RequestStatus.REFUSED: "Refusée",
    RequestStatus.LISTED: "Sur liste d'attente",
    RequestStatus.WITHDRAWN: "Retirée par la famille",
}
VERDICT_WORDS = {
    Verdict.WAITING: "en attente",
    Verdict.ACCEPTED: "accepté",
    Verdict.REFUSED: "refusé",
    Verdict.LISTED: "sur liste d'attente",
    Verdict.WITHDRAWN: "retiré",
}
CELL_WORDS = {
    CellNow.FREE: "libre",
    CellNow.BOOKED: "réservé",
    CellNow.PRESENT: "présent",
    CellNow.ABSENT: "absent",
    "waiting": "en attente",
    "listed": "sur liste d'attente",
    "offered": "place proposée",
    "refused": "refusé",
}
WISH_WORDS = {"booked": "réserver", "free": "annuler"}
ANSWERS = {
    RequestStatus.ACCEPTED: "Votre demande est acceptée.",
    RequestStatus.PARTLY: "Votre demande est acceptée en partie.",
    RequestStatus.REFUSED: "Votre demande n'a pas pu être acceptée.",
    RequestStatus.LISTED: "Votre demande est sur liste d'attente.",
}
UNKNOWN_PERSON = "une personne inconnue"
AUTOMATIC = "Marelle"  # who decided what no agent had to


def of_name(name: str) -> str:
    """Write whose it is: « de Léa », « d'Anne »."""
    return f"d'{name}" if search_key(name)[:1] in set("aeiouy") else f"de {name}"


def field_text(label: str, person: str) -> str:
    """Name a field: « Téléphone mobile de Camille Martin »."""
    return f"{label} {of_name(person)}"


def cell_text(day: date, unit: str, child: str) -> str:
    """Name a cell: « jeudi 26 novembre, Repas, Léa »."""
    return f"{day_and_month(day)}, {unit}, {child}"


def summary(texts: Sequence[str]) -> str:
    """Sum up a request's lines in one."""
    return " · ".join([*texts[:3], *([plural(len(texts) - 3, "autre")] if len(texts) > 3 else [])])


def decided_sentence(status: RequestStatus, accepted: int, refused: int, waiting: int) -> str:
    """Tell the agent what became of a request."""
    if status is RequestStatus.WAITING:
        done = plural(accepted, "ligne acceptée", "lignes acceptées")
        return f"{done}, {plural(waiting, 'ligne reste', 'lignes restent')} à traiter."
    if status is RequestStatus.PARTLY:
        return f"Demande acceptée en partie{NARROW}: {accepted} sur {accepted + refused}."
    return f"Demande {STATUS_WORDS[status].lower()}."
