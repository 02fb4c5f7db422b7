"""The way in of the plain sendings of a planning: at an opening all families send at once, and the pages would be too slow.

It stands before the pages, and answers as they would. Whatever it cannot take is handed to them untouched.
"""

import logging
import re
import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request

from backoffice.portal import quick
from backoffice.portal.accounts import digest
from backoffice.portal.context import Portal
from backoffice.portal.marks import comes_from_here, is_marked, mark_of
from backoffice.portal.pace import Pace
from backoffice.portal.quick import Asked
from backoffice.portal.sending import read_sent
from backoffice.portal.sheets import MONTHS, WEEKS

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SHEET = re.compile(r"/reservations/(\d{1,9})/(mois/)?([\w-]{1,10})")
RULES = ("/reservations/<int:child_id>/<name>", "/reservations/<int:child_id>/mois/<name>")  # as the log names pages
FORM = "application/x-www-form-urlencoded"
LARGEST = 16 * 1024  # bytes; a week's form is a few hundred
log = logging.getLogger("marelle.portal")


class Intake:
    """Takes plain sendings in, many at a time; hands the rest to the pages."""

    def __init__(self, pages: "WSGIApplication", portal: Portal, pace: Pace, headers: Mapping[str, str]) -> None:
        """Stand before the pages; `headers` are those of every answer."""
        self._pages, self._portal = pages, portal
        self._headers = [*headers.items(), ("Cache-Control", "no-store"), ("Content-Length", "0")]
        self._take: Callable[..., list[str | None]] = partial(quick.take, admits=pace.admits)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request."""
        place = SHEET.fullmatch(environ["PATH_INFO"]) if environ["REQUEST_METHOD"] == "POST" else None
        if place is None or not 0 < _length(environ) <= LARGEST:
            return self._pages(environ, start_response)
        started, request = time.perf_counter(), Request(environ)
        environ["wsgi.input"] = BytesIO(request.get_data())
        action_id = self._taken(request, place)
        if action_id is None:
            return self._pages(environ, start_response)
        log.info("POST %s 303 %.0f ms", RULES[bool(place[2])], (time.perf_counter() - started) * 1000)
        start_response("303 SEE OTHER", [("Location", f"/demandes/{action_id}"), *self._headers])
        return [b""]

    def _taken(self, request: Request, place: re.Match[str]) -> str | None:
        """Write a sending down if it is plain, and give its action's id."""
        token = request.cookies.get(self._portal.cookie, "")
        if not token or request.mimetype != FORM:
            return None
        sign_in = digest(token)
        if not (is_marked(request, mark_of(self._portal.settings.secret_key, sign_in)) and comes_from_here(request)):
            return None
        try:
            asked = Asked(
                sign_in, int(place[1]), MONTHS if place[2] else WEEKS, place[3], read_sent(request.form, request.path)
            )
            return self._portal.store.write_among(self._take, asked)
        except HTTPException:
            return None  # its page says what is wrong with it
        except Exception:
            log.exception("Une saisie n'a pu être prise avec les autres\u202f: elle passe par sa page.")
            return None


def _length(environ: "WSGIEnvironment") -> int:
    text = environ.get("CONTENT_LENGTH", "")
    return int(text) if text.isdecimal() else 0
