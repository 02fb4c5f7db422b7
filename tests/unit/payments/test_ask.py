"""The office asks PayFiP by itself: its answers are kept, and what was paid is recorded once."""

from dataclasses import replace

import pytest

from backoffice.errors import Cancelled, NotAllowed, RefusedByRule, Unavailable
from backoffice.office import Work
from backoffice.payfip.client import Answer, Standing
from backoffice.payments.ask import ask_payfip, follow_payfip, note_answer
from backoffice.payments.lists import receipts
from backoffice.payments.online_rules import Finding
from backoffice.payments.reconcile import unsettled
from models.office.payments import Payment
from models.office.structure import Regie
from models.vocabulary import PaymentMeans
from tests.factories import AGENT
from tests.unit.payments.household import Owed
from tests.unit.payments.payfip import BOTH, IDOP, Answers, a_client_number, ask, paid, rows, tell, told


@pytest.fixture(autouse=True)
def at_payfip(owed: Owed) -> None:
    a_client_number(owed.office)


def begun(owed: Owed, count: int) -> list[str]:
    idops = [f"paiement-{rank}" for rank in range(count)]
    for rank, idop in enumerate(idops):
        tell(owed, told(owed, "started", idop=idop, reference=f"PANIER000{rank}"))
    return idops


def found(owed: Owed) -> dict[str, Finding]:
    return {row.id: row.verdict.finding for row in rows(owed)}


def test_a_payment_that_the_portal_never_told_is_recorded_once(owed: Owed) -> None:
    tell(owed, told(owed, "started"))
    assert owed.office.read(unsettled, owed.town.regie_id) == 1
    answers = Answers({IDOP: paid(at=owed.office.now(), means="debit")})
    report = ask(owed, answers)
    (row,) = owed.office.read(receipts, owed.town.regie_id)
    assert report.receipts == (row.receipt_number,)
    assert "1 encaissement de plus" in report.sentence
    assert (row.means, row.amount_cents, row.settled_cents) == (PaymentMeans.ONLINE_DEBIT, BOTH, BOTH)
    tell(owed, told(owed))  # the portal says it at last
    assert ask(owed, answers).asked == 0  # sure
    assert (owed.count(), found(owed)) == (1, {IDOP: Finding.AGREED})
    assert owed.office.read(unsettled, owed.town.regie_id) == 0


def test_the_books_take_payfips_amount_not_the_one_asked(owed: Owed) -> None:
    tell(owed, told(owed, "started"))
    ask(owed, Answers({IDOP: paid(4150, at=owed.office.now())}))
    (row,) = owed.office.read(receipts, owed.town.regie_id)
    assert (row.amount_cents, row.settled_cents) == (4150, 4150)


def test_what_is_not_decided_is_asked_again_and_what_is_sure_is_not(owed: Owed) -> None:
    idops = begun(owed, 3)
    answers = Answers({idops[0]: Answer(standing=Standing.PENDING), idops[1]: Answer(standing=Standing.REFUSED)})
    assert ask(owed, answers).sentence == "PayFiP a répondu pour 3 paiements\u202f; rien de nouveau à encaisser."
    assert ask(owed, answers).asked == 3  # still within the day: a refused one may be tried again
    owed.office.clock.move(hours=25)
    assert ask(owed, answers).asked == 3  # those of before that still wait
    assert ask(owed, answers).asked == 1  # the one that PayFiP has not decided
    assert owed.count() == 0


def test_a_line_cut_in_the_middle_keeps_what_was_answered(owed: Owed) -> None:
    idops = begun(owed, 3)
    answers = Answers({idop: paid(at=owed.office.now()) for idop in idops}, breaks_after=1)
    with pytest.raises(Unavailable, match="1 réponse reçue avant est notée"):
        ask(owed, answers)
    assert owed.count() == 1
    answers.breaks_after = None
    assert len(ask(owed, answers).receipts) == 2


def test_it_stops_between_two_payments(owed: Owed) -> None:
    begun(owed, 3)

    def stop(done: int, _total: int, _label: str) -> None:
        if done == 1:
            raise Cancelled

    answers, today = Answers(), owed.office.today()
    with pytest.raises(Cancelled):
        ask_payfip(owed.office, AGENT, owed.town.regie_id, today, today, progress=stop, payfip=answers)
    assert len(answers.asked) == 1


def test_without_a_client_number_or_the_role_nothing_is_asked(owed: Owed) -> None:
    begun(owed, 1)

    def forget(work: Work) -> None:
        work.session.get_one(Regie, owed.town.regie_id).payfip_client = None

    owed.office.write(forget, AGENT)
    with pytest.raises(RefusedByRule, match="numéro de client PayFiP"):
        ask(owed, Answers())
    with pytest.raises(NotAllowed):
        owed.office.write(note_answer, replace(AGENT, roles=frozenset()), "paiement-0", paid())


def test_the_books_follow_payfip_on_an_amount(owed: Owed) -> None:
    tell(owed, told(owed, amount_cents=400_000))
    with pytest.raises(RefusedByRule, match="disent déjà"):
        owed.office.write(follow_payfip, AGENT, IDOP)  # PayFiP was not asked
    ask(owed, Answers({IDOP: paid(at=owed.office.now())}))
    sentence = owed.office.write(follow_payfip, AGENT, IDOP)
    assert "47,30\u202f€ sont encaissés" in sentence
    amounts = [row.amount_cents for row in owed.office.read(receipts, owed.town.regie_id)]
    assert amounts == [BOTH, -400_000, 400_000]
    assert (owed.dues().due_cents, owed.dues().credit_cents) == (0, 0)
    assert Finding.AMOUNT not in found(owed).values()
    with pytest.raises(RefusedByRule, match="disent déjà"):
        owed.office.write(follow_payfip, AGENT, IDOP)
    assert owed.count() == 3


def test_the_books_follow_payfip_on_a_refusal(owed: Owed) -> None:
    tell(owed, told(owed))
    ask(owed, Answers({IDOP: Answer(standing=Standing.REFUSED)}))
    assert found(owed) == {IDOP: Finding.NOT_AT_PAYFIP}
    assert "rien n'a été encaissé" in owed.office.write(follow_payfip, AGENT, IDOP)
    assert (owed.dues().due_cents, found(owed)) == (BOTH, {IDOP: Finding.REVERSED})


def test_an_online_receipt_of_before_the_portal_is_told_apart(owed: Owed) -> None:
    report = owed.pay(BOTH)

    def of_another_software(work: Work) -> None:
        work.session.get_one(Payment, report.payment_id).means = PaymentMeans.ONLINE_CARD

    owed.office.write(of_another_software, AGENT)
    (row,) = rows(owed)
    assert (row.id, row.verdict.finding, row.told_state, row.payfip) == (
        report.receipt_number,
        Finding.ORPHAN,
        None,
        None,
    )
