"""The portal put together: its pages, who may see them, its errors in French, its log without a name."""

import hashlib
import logging
import time
from functools import cache, lru_cache, wraps
from pathlib import Path
from typing import Any

from flask import Flask, Response, g, redirect, request, url_for
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf
from markupsafe import Markup
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as BaseResponse

from backoffice.portal import accounts, sync, uploads
from backoffice.portal.context import Portal, visit, visitor, write
from backoffice.portal.errors import add_error_pages
from backoffice.portal.headers import add_headers, headers_of
from backoffice.portal.intake import Intake
from backoffice.portal.logs import be_discreet
from backoffice.portal.marks import comes_from_here, is_marked, mark_of
from backoffice.portal.menus import MENUS, room_of
from backoffice.portal.notices import conformity
from backoffice.portal.pace import Pace
from backoffice.portal.pages import PAGES, access
from backoffice.portal.passwords import Passwords
from backoffice.portal.payfip import Payments
from backoffice.portal.settings import PortalSettings
from backoffice.portal.store import Store
from backoffice.portal.words import FILTERS

RESOURCES = Path(__file__).resolve().parents[2] / "resources" / "portal"
ICON = Markup('<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>')
LARGEST_FORM = 256 * 1024
LEAVING = frozenset({"access.sign_out", "access.sign_out_others", "access.sign_out_one"})  # never kept from anybody
CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
UNSIGNED = frozenset({"sync", "payfip"})  # called by no account
log = logging.getLogger("marelle.portal")


def create_app(settings: PortalSettings) -> Flask:
    """Build the portal on its database, which is brought up to date first."""
    app = Flask("portal", template_folder=str(RESOURCES / "templates"), static_folder=str(RESOURCES / "static"))
    prefix = "__Host-" if settings.secure else ""
    app.request_class = uploads.PortalRequest
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME=f"{prefix}marelle-form",  # of the forms' tokens alone; who is who stays on the server
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None,  # a form lives as long as the sign-in it was drawn in
    )
    store = Store(settings.database_url, settings.clock)
    portal = Portal(settings, store, Passwords(settings.hasher), f"{prefix}marelle", Payments(store, settings))
    app.extensions["marelle"] = portal
    _add_templates(app)
    _guard(app, CSRFProtect(app), settings)
    app.register_blueprint(sync.blueprint)
    for blueprint in PAGES:
        app.register_blueprint(blueprint)
    app.jinja_env.globals["menus"] = MENUS
    pace = Pace(settings.form_rate)
    _limit(app, settings, pace)
    always = headers_of(secure=settings.secure, payment_page=settings.payfip_page_url)
    add_headers(app, always)
    add_error_pages(app)
    _log(app)
    app.wsgi_app = Intake(app.wsgi_app, portal, pace, always)  # type: ignore[method-assign]  # Flask's own way to wrap it
    if settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # the same
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=settings.proxies
        )
    return app


def _add_templates(app: Flask) -> None:
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.jinja_env.filters.update(FILTERS)

    @cache
    def asset(name: str) -> str:
        content = (RESOURCES / "static" / name).read_bytes()
        return url_for("static", filename=name, v=hashlib.sha256(content).hexdigest()[:12])

    @cache
    def icon(name: str) -> Markup:
        return ICON.format(asset("icons.svg"), name)

    @lru_cache(maxsize=4096)
    def address(endpoint: str, **values: Any) -> str:
        return url_for(endpoint, **values)  # a page has dozens, and nothing in them depends on who asks

    app.jinja_env.globals.update(asset=asset, icon=icon, url_for=address)

    @app.context_processor
    def common() -> dict[str, object]:
        seen = visit() if "visit" in g else accounts.NO_VISIT
        endpoint = request.endpoint or ""
        return {
            "structure": seen.structure,
            "visitor": seen.visitor,
            "endpoint": endpoint,
            "room": room_of(endpoint),
            "conformity": conformity(seen.structure),
        }


def _guard(app: Flask, csrf: CSRFProtect, settings: PortalSettings) -> None:
    @app.before_request
    def admit() -> BaseResponse | str | None:
        g.started = time.perf_counter()
        if request.endpoint == "static" or request.blueprint == "payfip" or request.path.startswith("/sync/"):
            return None
        store: Store = app.extensions["marelle"].store
        g.visit = store.look(accounts.identify, request.cookies.get(app.extensions["marelle"].cookie, ""))
        visitor = g.visit.visitor
        if visitor is None and request.endpoint and not access.is_public(app.view_functions[request.endpoint]):
            return _ask_to_sign_in()
        if visitor is not None:
            if g.visit.stale:
                write(accounts.keep_alive, visitor)
            if request.endpoint == uploads.ENDPOINT:
                request.max_content_length = uploads.LARGEST_BODY
            if request.method in CHANGING:
                _protect(mark_of(settings.secret_key, visitor.sign_in))
        else:
            csrf.protect()
        return None

    def form_token() -> str:
        who = visit().visitor if "visit" in g else None
        return mark_of(settings.secret_key, who.sign_in) if who else generate_csrf()

    app.jinja_env.globals["csrf_token"] = form_token
    app.context_processor(lambda: {"csrf_token": form_token})


def _ask_to_sign_in() -> BaseResponse | str:
    if request.method in {"GET", "HEAD"}:
        suite = request.path if request.path != "/" else None
        return redirect(url_for("access.sign_in", suite=suite), 303)
    return redirect(url_for("access.sign_in", fin=1), 303)


def _protect(mark: str) -> None:
    """Refuse a form that is not of this sign-in's pages, or comes from elsewhere."""
    if not is_marked(request, mark):
        raise CSRFError("The form is not of this sign-in.")
    if not comes_from_here(request):
        raise CSRFError("The form comes from elsewhere.")


def _limit(app: Flask, settings: PortalSettings, pace: Pace) -> None:
    before = list(app.before_request_funcs.get(None, ()))
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://")
    app.before_request_funcs[None] = before  # no limit is of all pages: those of some are looked at where they are
    rates = {
        "access.sign_in": settings.sign_in_rate,
        "access.welcome": settings.sign_in_rate,
        "access.change_password": settings.sign_in_rate,
        "access.ask_link": settings.link_rate,
        "payment.pay": settings.sign_in_rate,
        "data.download": settings.sign_in_rate,
    }
    for endpoint, rate in rates.items():
        view: Any = app.view_functions[endpoint]
        app.view_functions[endpoint] = limiter.limit(rate, methods=["POST"])(view)
    upload: Any = app.view_functions[uploads.ENDPOINT]
    app.view_functions[uploads.ENDPOINT] = limiter.limit(settings.upload_rate, key_func=_account, methods=["POST"])(
        upload
    )
    for endpoint in {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}:
        if endpoint not in {*rates, uploads.ENDPOINT, *LEAVING} and endpoint.partition(".")[0] not in UNSIGNED:
            app.view_functions[endpoint] = _paced(pace, app.view_functions[endpoint])


def _paced(pace: Pace, view: Any) -> Any:
    @wraps(view)
    def count(*args: Any, **kwargs: Any) -> Any:
        if request.method == "POST":
            pace.count(visitor().guardian_id)
        return view(*args, **kwargs)

    return count


def _account() -> str:
    return str(visitor().guardian_id)


def _log(app: Flask) -> None:
    be_discreet()

    @app.after_request
    def write_line(response: Response) -> Response:
        rule = request.url_rule.rule if request.url_rule else "inconnue"  # never the address: it names people and links
        spent = (time.perf_counter() - g.get("started", time.perf_counter())) * 1000
        log.info("%s %s %s %.0f ms", request.method, rule, response.status_code, spent)
        return response
