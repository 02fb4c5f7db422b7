"""Who is reminded, decided on values alone."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice.reminders.levels import DEFAULTS
from backoffice.reminders.rules import Owed, answered_by, late_since, reminders_of, why_not

DUE = date(2026, 12, 3)


def owed(invoice_id: int = 1, family_id: int = 7, **changed: object) -> Owed:
    made = Owed(
        invoice_id=invoice_id, family_id=family_id, number=f"CANTINE-2026-{invoice_id:06}", service_id=1, service="Cantine",
        month=date(2026, 10, 1), issued_on=date(2026, 11, 3), due_on=DUE, late_since=DUE, due_cents=2000,
    )  # fmt: skip
    return replace(made, **changed)  # type: ignore[arg-type]  # the test names real fields


def ranks(invoice: Owed, days: int, **asked: object) -> list[int]:
    found = reminders_of(DEFAULTS, [invoice], DUE + timedelta(days=days), **asked)  # type: ignore[arg-type]  # idem
    return [item.rank for due in found for item in due.items]


def test_each_level_comes_on_its_day_and_not_before() -> None:
    first = {1: DUE + timedelta(days=8)}
    assert ranks(owed(), 7) == []
    assert ranks(owed(), 8) == [1]
    assert ranks(owed(reminded=first), 20) == []
    assert ranks(owed(reminded=first), 21) == [2]
    assert ranks(owed(reminded={**first, 2: DUE + timedelta(days=21)}), 35) == [3]
    assert ranks(owed(reminded={**first, 2: DUE, 3: DUE}), 400) == []


def test_a_late_discovery_jumps_to_the_highest_level_and_never_goes_back() -> None:
    assert ranks(owed(), 40) == [3]
    assert ranks(owed(reminded={3: DUE + timedelta(days=40)}), 60) == []


def test_a_letter_is_given_a_week_to_be_answered() -> None:
    """The workstation was off until day 20: the second level does not follow the first by one day."""
    late = owed(reminded={1: DUE + timedelta(days=20)})
    assert ranks(late, 21) == []
    assert ranks(late, 26) == []
    assert ranks(late, 27) == [2]
    close = [replace(DEFAULTS[0], days_late=3), replace(DEFAULTS[1], days_late=5)]
    assert answered_by(close, owed(reminded={1: DUE})) == DUE + timedelta(days=2)


def test_one_letter_a_household_with_the_tone_of_its_highest_level() -> None:
    younger = owed(2, late_since=DUE + timedelta(days=30))
    (due,) = reminders_of(DEFAULTS, [owed(), younger], DUE + timedelta(days=40))
    assert due.level.rank == 3
    assert [(item.owed.invoice_id, item.rank) for item in due.items] == [(1, 3), (2, 1)]
    assert due.cents == 4000


def test_who_is_left_in_peace() -> None:
    assert ranks(owed(), 40, stopped={7}) == []
    assert ranks(owed(in_peace="Un prélèvement est annoncé."), 40) == []
    assert ranks(owed(due_cents=0), 40) == []
    assert ranks(owed(), 40, credits_of={7: 2000}) == []
    assert ranks(owed(), 40, credits_of={7: 1999}) == [3]
    assert reminders_of((), [owed()], DUE + timedelta(days=40)) == ()


def test_a_person_may_take_the_next_level_before_its_day() -> None:
    assert ranks(owed(), 1, ahead=True) == [1]
    assert ranks(owed(), 0, ahead=True) == []
    asked = owed(reminded={1: DUE + timedelta(days=1)})
    assert ranks(asked, 2, ahead=True) == []
    assert ranks(asked, 8, ahead=True) == [2]


def test_a_level_put_before_the_others_does_not_send_the_same_letter_again() -> None:
    had = owed(reminded={1: DUE + timedelta(days=8)})
    earlier = replace(DEFAULTS[0], days_late=3, title="Avis")
    plan = [earlier, *(replace(level, rank=level.rank + 1) for level in DEFAULTS)]

    def due(day: int) -> list[int]:
        found = reminders_of(plan, [had], DUE + timedelta(days=day))
        return [item.rank for one in found for item in one.items]

    assert due(16) == [], "the eighth day's letter, now the second of the plan, was sent"
    assert due(21) == [3]


def test_lateness_counts_from_the_last_day_on_which_nothing_was_owed() -> None:
    rejected = date(2026, 12, 20)
    assert late_since(DUE, [None, None]) == DUE
    assert late_since(DUE, [None, rejected]) == rejected
    assert late_since(DUE, [date(2026, 11, 25)]) == DUE


def test_a_household_that_is_not_reminded_is_told_why() -> None:
    def said(invoice: Owed, days: int, stop: str = "", credit: int = 0) -> str:
        return why_not(DEFAULTS, [invoice], DUE + timedelta(days=days), stop, credit)

    assert said(owed(), 40, stop="Relances suspendues.") == "Relances suspendues."
    assert said(owed(), 0) == "Aucune facture n'est en retard."
    assert said(owed(in_peace="Reporté."), 40) == "Reporté."
    assert "crédit du foyer" in said(owed(), 40, credit=2000)
    assert (
        said(owed(reminded={1: DUE + timedelta(days=8)}), 9)
        == "La dernière relance attend sa réponse jusqu'au 18/12/2026."
    )
    assert said(owed(reminded={3: DUE}), 40) == "Toutes les relances prévues ont été faites."


@given(st.lists(st.tuples(st.integers(1, 30), st.booleans()), max_size=25))
@settings(max_examples=60, deadline=None)
def test_whatever_the_days_and_the_hands_no_level_comes_twice(steps: list[tuple[int, bool]]) -> None:
    invoice, day, had = owed(), DUE, []
    for wait, ahead in steps:
        day += timedelta(days=wait)
        for due in reminders_of(DEFAULTS, [invoice], day, ahead=ahead):
            had += [item.rank for item in due.items]
            invoice = replace(invoice, reminded={**invoice.reminded, due.items[0].rank: day})
    assert had == sorted(set(had))
