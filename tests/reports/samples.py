"""Plainly fictitious families and days to print."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from reports.pdf.invoice import InvoiceDocument, InvoiceLineDocument, RegieDocument
from reports.pdf.roll_call import RollCallDocument, RollCallRow
from reports.sheets.attendance import AttendanceDocument, AttendanceGroup, AttendanceRow

REGIE = RegieDocument(
    commune="Commune de Contrexéville",
    siret="21880114000018",
    name="Régie des services à l'enfance",
    address=("Mairie, place de la Mairie", "88140 Contrexéville"),
    phone="03 29 00 00 00",
    email="regie.enfance@exemple.fr",
)


def lines_of(child: str) -> tuple[InvoiceLineDocument, ...]:
    return (
        InvoiceLineDocument(child, "care", "Accueil du matin", "3, 5 et 10 nov.", Decimal(3), 150, 450, "QF ≤ 800"),
        InvoiceLineDocument(child, "care", "Accueil du soir", "3 nov.", Decimal("1.5"), 300, 450, "QF ≤ 800", "h"),
        InvoiceLineDocument(child, "meals", "Repas", "3, 5, 10, 12 nov.", Decimal(4), 455, 1820, "QF ≤ 800"),
    )


INVOICE = InvoiceDocument(
    regie=REGIE,
    service="Accueil périscolaire",
    number="2026-PERI-000123",
    issue_date=date(2026, 12, 1),
    due_date=date(2026, 12, 21),
    period_month=date(2026, 11, 1),
    family_number="1042",
    payer_name="Mme Éloïse ÉVRARD-LŒW",
    payer_address=("127 rue de l'Abbé-Grégoire", "88140 CONTREXÉVILLE"),
    lines=(*lines_of("Léa Évrard-Lœw"), *lines_of("Łukasz Nguyễn")),
    total_cents=5440,
    deductions=(("Bons CAF des Vosges", 2000),),
    due_cents=3440,
    previous_balance_cents=123456,
    accepted_means=("carte bancaire sur le portail", "chèque"),
    payfip_reference="2026PERI000123",
    pay_online_at="famille.exemple.fr",
    mentions=("Le paiement est intégral.", "Voies de recours : le tribunal compétent, dans les deux mois."),
)

UNITS = ("Matin", "Repas", "½ journée après-midi")


def roll_call(children: int, group: str = "Petits") -> RollCallDocument:
    rows = tuple(
        RollCallRow(
            number=rank,
            last_name="ÉVRARD-LŒW" if rank % 2 else "DE LA ROCHEFOUCAULD-MONTMORENCY",
            first_name="Zoë",
            age=3 + rank % 8,
            class_name="CE2",
            expected=(True, rank % 2 == 0, True),
            has_pai=rank == 1,
            has_allergy=rank == 1,
            diet="sans porc" if rank == 2 else "",
            leaves_alone=rank == 3,
            has_forbidden_person=rank == 3,
        )
        for rank in range(1, children + 1)
    )
    return RollCallDocument(
        commune="Commune de Contrexéville",
        facility="Accueil de loisirs « Les Sources »",
        activity="Accueil périscolaire",
        group=group,
        day=date(2026, 12, 1),
        units=UNITS,
        rows=rows,
        expected_count=children,
        under_six_count=8,
    )


def attendance_row(last_name: str, day: int = 3, **changes: Any) -> AttendanceRow:
    values: dict[str, Any] = {
        "last_name": last_name,
        "first_name": "Léa",
        "birth_date": date(2020, 11, 10),
        "day": date(2026, 11, day),
        "class_name": "CP",
        "unit": "Soir",
        "booked": True,
        "state": "present",
        "arrived_at": time(16, 30),
        "left_at": time(18, 0),
        "hours": Decimal("1.50"),
    }
    return AttendanceRow(**(values | changes))


ABSENT = {"state": "unjustified", "arrived_at": None, "left_at": None, "hours": Decimal(0)}
ATTENDANCE = AttendanceDocument(
    commune="Commune de Contrexéville",
    facility="Accueil de loisirs « Les Sources »",
    service="Accueil périscolaire",
    month=date(2026, 11, 1),
    days_open=18,
    made_at=datetime(2026, 12, 1, 9, 5, 8, tzinfo=UTC),
    groups=(
        AttendanceGroup(
            "Petits [3/5 ans] : école maternelle du Centre",
            16,
            (
                attendance_row("=1+1"),
                attendance_row("-Évrard", 9),
                attendance_row("-Évrard", 10),
                attendance_row("#N/A", 10, **ABSENT),
            ),
        ),
        AttendanceGroup("Grands", 18, (attendance_row("-Évrard", 12), attendance_row("@Zola", 12, booked=False))),
        AttendanceGroup("GRANDS", 18, ()),
    ),
)
