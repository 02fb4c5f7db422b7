"""What a family may ask to enrol its children in: one offer of each kind."""

from datetime import date, timedelta

from backoffice.sync.contract import (
    SHARED,
    AskedLine,
    DocumentLine,
    DocumentsView,
    EnrollableChild,
    EnrolmentsView,
    OfferLine,
    OffersView,
    View,
    ViewKind,
)
from tests.portal.published import FAMILY, LEA, NOW, OTHER_CHILD, OTHER_FAMILY, TOM, enrolments, view

DAY = timedelta(days=1)
SUMMER, EARLY, LATE, LOCALS, WEDNESDAYS, SMALL = 901, 902, 903, 904, 905, 906
INSURANCE, TAXES = 71, 72
STARTS, ENDS = date(2027, 7, 5), date(2027, 7, 30)


def offer(number: int, activity: str, **changes: object) -> OfferLine:
    values: dict[str, object] = {
        "id": number, "activity_id": 60 + number % 100, "activity": activity, "place": "La Ruche", "service": "ALSH",
        "words": "Cinq jours par semaine.\nSorties le jeudi.", "starts": STARTS, "ends": ENDS, "opens": NOW - DAY,
        "closes": NOW + 2 * DAY,
    }  # fmt: skip
    return OfferLine(**values | changes)


def offers() -> OffersView:
    return OffersView(
        lines=(
            offer(
                SUMMER, "Centre de loisirs d'été", age_from=6, age_to=11, document_kinds=(INSURANCE, TAXES),
                documents=("Assurance scolaire", "Avis d'imposition"),
            ),
            offer(EARLY, "Stage de théâtre", opens=NOW + DAY),
            offer(LATE, "Séjour de ski", closes=NOW),
            offer(LOCALS, "Jardin des habitants", residents_only=True),
            offer(WEDNESDAYS, "Mercredis", activity_id=3, starts=date(2026, 9, 1), ends=date(2027, 7, 3)),
            offer(SMALL, "Petits curieux", age_from=5, age_to=5),
        )
    )  # fmt: skip


def papers() -> DocumentsView:
    def line(kind_id: int, name: str, state: str, child_id: int | None) -> DocumentLine:
        return DocumentLine(
            owner="Léa" if child_id else "Famille", name=name, mandatory=True, blocks="", state=state, valid_until=None,
            reason=None, kind_id=kind_id, child_id=child_id,
        )  # fmt: skip

    return DocumentsView(
        lines=(
            line(INSURANCE, "Assurance scolaire", "refused", LEA),
            line(INSURANCE, "Assurance scolaire", "provided", TOM),
            line(TAXES, "Avis d'imposition", "received", None),
        )
    )


def household(*, asked: bool = False, resident: bool = True) -> EnrolmentsView:
    lines = tuple(
        line.model_copy(update={"activity_id": 3 if line.activity == "Mercredis" else 1}) for line in enrolments().lines
    )
    waits = AskedLine(
        request_id="0197c0de-0000-7000-8000-000000000001", opening_id=LOCALS, child_id=LEA, child="Léa",
        activity="Jardin des habitants", place="La Ruche", starts=STARTS, since=NOW - DAY,
    )  # fmt: skip
    children = (
        EnrollableChild(id=LEA, name="Léa", born=date(2018, 3, 5)),
        EnrollableChild(id=TOM, name="Tom", born=date(2022, 3, 5)),
    )
    return EnrolmentsView(lines=lines, asked=(waits,) if asked else (), children=children, resident=resident)


def offered_views(*, asked: bool = False, resident: bool = True) -> list[View]:
    """Publish what may be asked for, to both families."""
    zoe = EnrollableChild(id=OTHER_CHILD, name="Zoé", born=date(2017, 1, 2))
    return [
        view(ViewKind.OFFERS, "", SHARED, offers()),
        view(ViewKind.ENROLMENTS, "", FAMILY, household(asked=asked, resident=resident)),
        view(ViewKind.DOCUMENTS, "", FAMILY, papers()),
        view(ViewKind.ENROLMENTS, "", OTHER_FAMILY, EnrolmentsView(lines=(), children=(zoe,))),
    ]
