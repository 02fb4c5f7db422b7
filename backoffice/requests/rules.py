"""Pure decisions on what families ask."""

from collections.abc import Collection
from dataclasses import dataclass

from backoffice.errors import RefusedByRule
from backoffice.families.fields import PersonField, cleaned
from models.vocabulary import RequestStatus, Verdict
from resources.french import NARROW


@dataclass(frozen=True, slots=True)
class FieldJudgement:
    """What was decided of one field, the value as it would be kept, and why."""

    verdict: Verdict
    value: str
    why: str


def judge_field(field: PersonField | None, *, seen: str, current: str, wished: str) -> FieldJudgement:
    """Judge a field's wish: at once where the commune lets families decide, unless the file has changed meanwhile."""
    if field is None or not (field.shown and field.family_may_edit):
        return FieldJudgement(Verdict.REFUSED, cleaned(wished), "Ce champ ne se modifie pas sur le portail.")
    try:
        value = field.read(wished)
    except RefusedByRule as error:
        return FieldJudgement(Verdict.REFUSED, cleaned(wished)[:200], str(error))
    if value == current:
        return FieldJudgement(Verdict.ACCEPTED, value, "Déjà enregistré, rien à changer.")
    if field.needs_approval:
        return FieldJudgement(Verdict.WAITING, value, "La régie vérifie cette modification.")
    if cleaned(seen) != current:
        why = f"Cette information a changé entre-temps{NARROW}: la régie vérifie."
        return FieldJudgement(Verdict.WAITING, value, why)
    return FieldJudgement(Verdict.ACCEPTED, value, "Enregistré.")


def status_of(verdicts: Collection[Verdict]) -> RequestStatus:
    """Sum up a request's verdicts; what the family has withdrawn counts only when nothing else is left."""
    if Verdict.WAITING in verdicts:
        return RequestStatus.WAITING
    answered = set(verdicts) - {Verdict.WITHDRAWN}
    if not answered:
        return RequestStatus.WITHDRAWN if verdicts else RequestStatus.REFUSED
    whole = {
        Verdict.ACCEPTED: RequestStatus.ACCEPTED,
        Verdict.REFUSED: RequestStatus.REFUSED,
        Verdict.LISTED: RequestStatus.LISTED,
    }
    return whole[answered.pop()] if len(answered) == 1 else RequestStatus.PARTLY
