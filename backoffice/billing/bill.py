"""A month from end to end: drafts, alerts, issue, PDFs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from backoffice.billing.alerts import AlertRow, month_alerts
from backoffice.billing.draft import DraftReport, draft_month
from backoffice.billing.issue import IssueReport, issue_month
from backoffice.billing.render import RenderReport, render_missing
from backoffice.clock import month_start
from backoffice.office import Office
from backoffice.permissions import Agent

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class BillReport:
    """What became of the month; no issue and no PDF when only drafts were asked."""

    month: date
    draft: DraftReport
    alerts: tuple[AlertRow, ...]
    issued: IssueReport | None = None
    rendered: RenderReport | None = None


def bill(
    office: Office,
    agent: Agent,
    month: date,
    *,
    service_code: str | None = None,
    issue: bool = False,
    progress: Progress | None = None,
) -> BillReport:
    """Prepare a month, and issue it if asked: three separate steps, each safe to run again.

    Raises:
        RefusedByRule: as draft_month and issue_month do; what was drafted stays drafted.
    """
    draft = office.write(draft_month, agent, month, service_code=service_code, progress=progress)
    alerts = office.read(month_alerts, month, today=office.today(), service_code=service_code)
    if not issue:
        return BillReport(month_start(month), draft, alerts)
    issued, rendered = issue_and_render(office, agent, month, service_code=service_code, progress=progress)
    return BillReport(month_start(month), draft, alerts, issued, rendered)


def issue_and_render(
    office: Office,
    agent: Agent,
    month: date,
    *,
    service_code: str | None = None,
    progress: Progress | None = None,
) -> tuple[IssueReport, RenderReport]:
    """Issue the drafts of a month, then render what is not yet; a cut between the two is made good by the next run."""
    issued = office.write(issue_month, agent, month, service_code=service_code)
    return issued, render_missing(office, agent, progress=progress)
