"""Dans mon agenda: secret links to a household's bookings, and the calendar that they give."""

from dataclasses import dataclass
from hashlib import sha256

from flask import Blueprint, redirect, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from backoffice.portal import feeds, outbox
from backoffice.portal.context import found, page, portal, public_address, read, visit, visitor, write
from backoffice.portal.feeds import Link, Made, Meeting
from backoffice.portal.outbox import Author
from backoffice.portal.pages.access import public
from backoffice.portal.store import Work

QUARTER = "private, max-age=900"
TOO_MANY = (
    f"Vous avez déjà {feeds.MOST} liens, c'est le plus que l'on garde. Rien n'a été créé\u202f: supprimez un lien qui ne sert "
    "plus, puis recommencez."
)
REVOKED = "Ce formulaire avait déjà servi, et le lien qu'il a créé est supprimé\u202f: rien de nouveau n'a été créé. Recommencez ici."
SENTENCES = {Made.TOO_MANY: TOO_MANY, Made.REVOKED: REVOKED}
MENU = "bookings.more"  # what the menu marks as the place where one is

blueprint = Blueprint("feed", __name__)


@dataclass(frozen=True, slots=True)
class Given:
    """What a link gives."""

    meetings: list[Meeting]
    write_use: bool


@blueprint.get("/agenda")
def show() -> str:
    """List the links; the secret of none is shown again."""
    return _draw(read(feeds.links, visitor().guardian_id))


@blueprint.post("/agenda")
def create() -> str | tuple[str, int]:
    """Create a link, and show it this once."""
    key, who = request.form.get("form_key", ""), visitor()
    if not 0 < len(key) <= 64 or not key.isprintable():
        raise BadRequest
    token = feeds.token_of(portal().settings.secret_key, who.guardian_id, key)
    made, links = write(_create, who.author, token)
    if made in SENTENCES:
        return _draw(links, sentence=SENTENCES[made]), 422
    return _draw(links, fresh=public_address(url_for("feed.ics", token=token)))


@blueprint.post("/agenda/<name>/supprimer")
def revoke(name: str) -> Response:
    """Close a link: calendars that read it find nothing more."""
    closed = len(name) == 16 and write(feeds.revoke, visitor().guardian_id, name)
    found(closed or None)
    return redirect(url_for("feed.show"), 303)


@blueprint.get("/agenda/<token>.ics")
@public
def ics(token: str) -> Response:
    """Give a household's bookings to whoever has its link."""
    given = found(read(_given, token))
    if given.write_use:
        write(feeds.remember_use, token)
    commune = visit().structure.commune
    content = feeds.calendar(f"Espace famille{f' de {commune}' if commune else ''}", given.meetings)
    response = Response(content, content_type="text/calendar; charset=utf-8")
    response.headers["Cache-Control"] = QUARTER
    response.headers["Content-Disposition"] = 'inline; filename="reservations.ics"'
    response.set_etag(sha256(content).hexdigest()[:32])
    return response.make_conditional(request.environ)


def _create(work: Work, author: Author, token: str) -> tuple[Made, list[Link]]:
    made = feeds.create(work, author, token)
    return made, feeds.links(work, author.guardian_id)


def _given(work: Work, token: str) -> Given | None:
    if (who := feeds.owner(work, token)) is None:
        return None
    family_id, stale = who
    return Given(feeds.meetings(work, family_id), stale)


def _draw(links: list[Link], *, fresh: str = "", sentence: str = "") -> str:
    return page(
        "feed",
        endpoint=MENU,
        title="Dans mon agenda",
        links=links,
        fresh=fresh,
        subscribe=fresh.replace("https://", "webcal://", 1).replace("http://", "webcal://", 1),
        sentence=sentence,
        most=feeds.MOST,
        form_key=outbox.new_form_key(),
    )
