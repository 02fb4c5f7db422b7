"""The paper of an invoice: rendered once, frozen, verified."""

import hashlib
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select, update

from backoffice.billing.bill import bill
from backoffice.billing.documents import preview_pdf
from backoffice.billing.draft import draft_month
from backoffice.billing.issue import issue_month
from backoffice.billing.lists import invoice_file, invoice_pdf, invoices_of
from backoffice.billing.render import keep_papers, render_missing
from backoffice.errors import Cancelled, RefusedByRule
from backoffice.office import Office, Work
from models.office.billing import InvoicePdf
from models.office.families import Family, Guardian, Quotient
from models.office.house import Mail, PublishedView
from models.office.structure import Commune, Regie, RulebookVersion
from tests.factories import AGENT, RULEBOOK, Town, another_family
from tests.months import OCTOBER, SCHOOL_DAYS, an_issued_invoice, seen


def text_of(content: bytes) -> str:
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    return " ".join(text.replace("\N{NARROW NO-BREAK SPACE}", " ").split())


def causes(office: Office) -> list[str]:
    return list(office.read(lambda session: session.scalars(select(Mail.cause).order_by(Mail.id)).all()))


def views(office: Office) -> list[tuple[str, str, int]]:
    query = select(PublishedView.kind, PublishedView.key, PublishedView.family_id).where(
        PublishedView.kind == "invoice"
    )
    return [tuple(row) for row in office.read(lambda session: session.execute(query).all())]


def test_the_paper_is_kept_with_its_digest_then_shown_and_told(office: Office, town: Town) -> None:
    invoice = an_issued_invoice(office, town)
    assert views(office) == []

    report = render_missing(office, AGENT)

    assert (report.rendered, report.mailed) == (1, 1)
    content = office.read(invoice_pdf, invoice.id)
    file = office.read(invoice_file, invoice.id)
    assert file.row.has_pdf
    assert file.sha256 == hashlib.sha256(content).hexdigest()
    assert views(office) == [("invoice", str(invoice.id), town.home.family_id)]
    assert causes(office) == [f"invoice:{invoice.id}"]
    words = text_of(content)
    for expected in (
        "CANTINE-2026-000001",
        "Camille Martin",
        "70,55 €",
        "4,15 €",
        "QF de 801 à 1 200",
        "Paiement intégral.",
    ):
        assert expected in words


def test_rendering_again_renders_and_sends_nothing(office: Office, town: Town) -> None:
    an_issued_invoice(office, town)
    render_missing(office, AGENT)
    report = render_missing(office, AGENT)
    assert (report.rendered, report.mailed) == (0, 0)
    assert len(causes(office)) == 1


def test_a_paper_that_somebody_kept_first_stays(office: Office, town: Town) -> None:
    invoice = an_issued_invoice(office, town)
    render_missing(office, AGENT)
    before = office.read(invoice_pdf, invoice.id)
    assert office.write(keep_papers, AGENT, {invoice.id: b"another"}).rendered == 0
    assert office.read(invoice_pdf, invoice.id) == before


def test_nothing_that_changes_after_the_issue_changes_the_paper(office: Office, town: Town) -> None:
    """The paper made after all has changed is, byte for byte, the one made at once."""
    invoice = an_issued_invoice(office, town)
    render_missing(office, AGENT)
    at_once = office.read(invoice_pdf, invoice.id)

    def change_everything(work: Work) -> None:
        for statement in (
            update(Guardian).values(street="9 route de Nancy", last_name="Durand"),
            update(Family).values(name="Durand", resident=False),
            update(Quotient).values(value=10),
            update(Regie).values(name="Régie Jeunesse", mentions="Rien.", phone="00"),
            update(Commune).values(name="Vittel"),
            update(RulebookVersion).values(source=RULEBOOK.replace("4.15", "9.99")),
        ):
            work.session.execute(statement)
        work.session.delete(work.session.get_one(InvoicePdf, invoice.id))

    office.write(change_everything, AGENT)
    render_missing(office, AGENT)
    assert office.read(invoice_pdf, invoice.id) == at_once


def test_a_paper_changed_behind_the_software_is_not_shown(office: Office, town: Town) -> None:
    invoice = an_issued_invoice(office, town)
    render_missing(office, AGENT)
    office.write(lambda work: work.session.execute(update(InvoicePdf).values(content=b"%PDF-fake")) and None, AGENT)
    with pytest.raises(RefusedByRule, match="CANTINE-2026-000001 a été modifié en dehors de Marelle"):
        office.read(invoice_pdf, invoice.id)


def test_an_invoice_without_its_paper_yet_says_so(office: Office, town: Town) -> None:
    invoice = an_issued_invoice(office, town)
    with pytest.raises(RefusedByRule, match="pas encore prêt"):
        office.read(invoice_pdf, invoice.id)


def test_a_draft_is_previewed_as_a_draft(office: Office, town: Town) -> None:
    seen(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[0])
    office.write(draft_month, AGENT, OCTOBER)
    (draft,) = office.read(invoices_of, OCTOBER)
    words = text_of(office.read(preview_pdf, draft.id, office.today()))
    assert "BROUILLON" in words
    assert "4,15 €" in words
    office.write(issue_month, AGENT, OCTOBER)
    with pytest.raises(RefusedByRule, match="Ce brouillon n'existe plus"):
        office.read(preview_pdf, draft.id, office.today())


def test_a_family_without_an_address_is_shown_its_invoice_and_gets_no_mail(office: Office, town: Town) -> None:
    office.write(lambda work: work.session.execute(update(Guardian).values(email=None)) and None, AGENT)
    an_issued_invoice(office, town)
    report = render_missing(office, AGENT)
    assert (report.rendered, report.mailed) == (1, 0)
    assert len(views(office)) == 1


def test_a_big_month_is_rendered_on_all_cores_and_may_be_stopped(office: Office, town: Town, monkeypatch) -> None:
    monkeypatch.setattr("backoffice.billing.render.FEW", 3)
    monkeypatch.setattr("backoffice.billing.render.BATCH", 2)
    for name in ("Alix", "Bart", "Cyr", "Dax"):
        seen(office, another_family(office, town, name).child_id, town.meal_id, SCHOOL_DAYS[0])
    office.write(draft_month, AGENT, OCTOBER)
    office.write(issue_month, AGENT, OCTOBER)

    def stop(done: int, total: int) -> None:
        assert (done, total) == (2, 4)
        raise Cancelled

    with pytest.raises(Cancelled):
        render_missing(office, AGENT, progress=stop)
    assert len(causes(office)) == 2
    assert render_missing(office, AGENT).rendered == 2
    words = [text_of(office.read(invoice_pdf, row.id)) for row in office.read(invoices_of, OCTOBER)]
    assert all(f"000000{at}"[-6:] in text for at, text in enumerate(words, start=1))


def test_a_month_is_billed_from_end_to_end(office: Office, town: Town) -> None:
    seen(office, town.home.child_id, town.meal_id, *SCHOOL_DAYS[:17])
    prepared = bill(office, AGENT, OCTOBER)
    assert (prepared.draft.drafts, prepared.issued, prepared.rendered) == (1, None, None)
    report = bill(office, AGENT, OCTOBER, issue=True)
    assert report.issued
    assert report.rendered
    assert report.issued.numbers == ("CANTINE-2026-000001",)
    assert report.rendered.rendered == 1
    again = bill(office, AGENT, OCTOBER, issue=True)
    assert again.issued
    assert (again.draft.drafts, again.issued.issued) == (0, ())
