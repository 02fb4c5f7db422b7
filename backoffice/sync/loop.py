"""One turn of the exchanges: what families did comes in, what changed goes out, e-mails leave."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from backoffice.bookings.waiting_list import expire_offers, lists_move, offers_due, serve_lists
from backoffice.clock import paris_day
from backoffice.documents.desk import throw_old_files
from backoffice.documents.expire import any_expiring, expire_documents
from backoffice.errors import Unavailable
from backoffice.mail.send import MailReport, send_waiting
from backoffice.mail.transport import Transport
from backoffice.office import Office, Work
from backoffice.permissions import SYSTEM
from backoffice.reminders.run import run_plan
from backoffice.sync.client import PortalClient
from backoffice.sync.collect import CollectReport, collect
from backoffice.sync.mark import roll_weeks, weeks_are_missing
from backoffice.sync.offers import follow_offers, offers_have_moved
from backoffice.sync.publish import PublishReport, publish
from resources.french import NARROW, plural

TOO_FAR = timedelta(minutes=2)  # a clock that is off judges limits wrongly
SETTLED = timedelta(minutes=1)  # the longest that the portal takes to write an action down once it is received


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What one turn did."""

    at: datetime
    collect: CollectReport
    publish: PublishReport
    mails: MailReport
    clock_drift: timedelta

    @property
    def collected(self) -> int:
        """Count the actions applied."""
        return self.collect.applied

    @property
    def published(self) -> int:
        """Count the views sent."""
        return self.collect.published + self.publish.sent

    @property
    def warning(self) -> str | None:
        """Say what an agent should look at."""
        if abs(self.clock_drift) > TOO_FAR:
            minutes = plural(round(abs(self.clock_drift).total_seconds() / 60), "minute")
            return f"L'horloge du portail et celle de ce poste diffèrent de {minutes}{NARROW}: réglez-les."
        if self.collect.set_aside:
            one, many = "demande illisible mise de côté", "demandes illisibles mises de côté"
            return f"{plural(self.collect.set_aside, one, many)}{NARROW}: le journal dit lesquelles."
        if self.publish.refused:
            return f"Le portail refuse {plural(self.publish.refused, 'fiche')}{NARROW}: le journal dit lesquelles."
        return None

    @property
    def sentence(self) -> str:
        """Tell the agent."""
        parts = (
            plural(self.collected, "action relevée", "actions relevées"),
            plural(self.published, "fiche publiée", "fiches publiées"),
            self.mails.sentence,
        )
        return f"{', '.join(parts)}{f' {self.warning}' if self.warning else ''}"


def synchronise(
    office: Office,
    client: PortalClient,
    transport: Transport | None = None,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> SyncReport:
    """Play one full turn; e-mails leave even when the portal does not answer.

    Raises:
        Unavailable: the portal or the database does not answer; nothing is lost.
    """
    if office.read(_time_has_passed, office.now()):
        office.write(_follow_time, SYSTEM)
    try:
        state = client.state()
        drift = state.now - office.now()
        collected = [collect(office, client)] if state.waiting else []
        heard = min(state.now, office.now()) - SETTLED  # what families did until then has been collected
        if office.read(offers_due, heard):
            office.write(expire_offers, SYSTEM, heard)
        published = publish(
            office, client, progress=progress, between=lambda: collected.extend(_heeded(office, client))
        )
    except Unavailable:
        _write_and_send(office, transport)
        raise
    mails = _write_and_send(office, transport)
    return SyncReport(office.now(), sum(collected, CollectReport()), published, mails, drift)


def _heeded(office: Office, client: PortalClient) -> list[CollectReport]:
    """Apply what families did meanwhile, if anything."""
    return [collect(office, client)] if client.state().waiting else []


def _write_and_send(office: Office, transport: Transport | None) -> MailReport:
    """Let the day's plan remind whom it must, then let the e-mails leave."""
    run_plan(office, SYSTEM)
    return send_waiting(office, transport)


def _time_has_passed(session: Session, now: datetime) -> bool:
    today = paris_day(now)
    return (
        weeks_are_missing(session, today)
        or any_expiring(session, today)
        or offers_have_moved(session, now)
        or lists_move(session, today)
    )


def _follow_time(work: Work) -> None:
    roll_weeks(work)
    expire_documents(work)
    throw_old_files(work)  # at each new week at the latest
    follow_offers(work)
    serve_lists(work)
