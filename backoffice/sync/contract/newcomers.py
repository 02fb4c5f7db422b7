"""What is asked of somebody whom a family adds: the same fields on the page that asks and in the office that judges."""

from collections.abc import Mapping
from typing import Final, Literal

from backoffice.sync.contract.people import FieldView

Newcomer = Literal["child", "contact", "pickup"]
OLDEST_YEARS: Final = 20  # of a child who is added


def _asked(
    name: str, label: str, shape: Literal["text", "phone", "date"] = "text", *, required: bool = True
) -> FieldView:
    return FieldView(name=name, label=label, value="", editable=True, required=required, shape=shape)


_PERSON: Final = (
    _asked("name", "Prénom et nom"),
    _asked("relation", "Lien avec l'enfant"),
    _asked("phone", "Téléphone", "phone"),
)
NEWCOMERS: Final[Mapping[Newcomer, tuple[FieldView, ...]]] = {
    "child": (
        _asked("last_name", "Nom"),
        _asked("first_name", "Prénom"),
        _asked("birth_date", "Date de naissance", "date"),
        _asked("school", "École", required=False),
    ),
    "contact": _PERSON,
    "pickup": _PERSON,
}
