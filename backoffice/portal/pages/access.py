"""Ways in: first connection, sign-in, forgotten password, password change, devices."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from flask import Blueprint, current_app, make_response, redirect, request, session, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response

from backoffice.portal import accounts, devices, feeds, guesses, outbox
from backoffice.portal.context import found, page, portal, read, visit, visitor, write
from backoffice.portal.devices import device_name
from backoffice.portal.guesses import LINK, SIGN_IN, Tries
from backoffice.portal.outbox import Form
from backoffice.portal.passwords import RULE, why_weak
from backoffice.portal.settings import IDLE, LONGEST
from backoffice.portal.store import Work
from resources.french import plural

F = TypeVar("F", bound=Callable[..., Any])
LONGEST_TYPED = 300
LINK_TITLE = "Recevoir un nouveau lien"
OPEN_TO_ALL: set[str] = set()  # the pages that nobody signs in for

blueprint = Blueprint("access", __name__)


def public(view: F) -> F:
    """Open a page to everybody."""
    OPEN_TO_ALL.add(_full_name(view))
    return view


def is_public(view: Callable[..., Any]) -> bool:
    """Tell whether a page may be seen without signing in."""
    return _full_name(view) in OPEN_TO_ALL


def _full_name(view: Callable[..., Any]) -> str:
    return f"{view.__module__}.{view.__qualname__}"


@blueprint.route("/connexion", methods=["GET", "POST"])
@public
def sign_in() -> str | Response | tuple[str, int]:
    """Sign in; an unknown address costs the same time and reads the same sentence."""
    suite = safe_suite(request.values.get("suite", ""))
    if request.method == "GET":
        if visit().visitor:
            return redirect(suite or url_for("home.show"), 303)
        return page("sign_in", title="Se connecter", suite=suite, email="", ended="fin" in request.args)
    email = typed("email")
    tried = _tries(SIGN_IN, email)
    delay = read(guesses.delay_left, tried)
    token = None if delay else _try(tried, email, typed("password"))
    if token:
        return _enter(token, suite or url_for("home.show"))
    minutes = minutes_of(read(guesses.delay_left, tried))
    shown = page("sign_in", title="Se connecter", suite=suite, email=email, refused=True, minutes=minutes)
    return shown, 422


@blueprint.post("/deconnexion")
def sign_out() -> Response:
    """End the sign-in of this device."""
    write(accounts.sign_out, visitor())
    session.clear()
    response = redirect(url_for("access.sign_in"), 303)
    response.delete_cookie(portal().cookie, secure=portal().settings.secure, httponly=True, samesite="Lax")
    return response


@blueprint.route("/bienvenue/<token>", methods=["GET", "POST"])
@public
def welcome(token: str) -> str | Response | tuple[str, int]:
    """Choose a password with the link of an e-mail; opening the page does not use the link up."""
    owner = read(accounts.link_owner, token)
    if owner is None:
        return page("link_over", title="Ce lien n'est plus valable"), 410
    posted = request.method == "POST"
    troubles = _password_troubles(owner.email, owner.name) if posted else {}
    if troubles or not posted:
        links = read(feeds.open_links, owner.guardian_id)
        told = {"owner": owner, "rule": RULE, "troubles": troubles, "links": links, "closes": _closes_links()}
        shown = page("welcome", title="Créer mon mot de passe", **told)
        return (shown, 422) if troubles else shown
    kept = portal().passwords.hash(typed("password"))
    opened = write(_use_link, owner, token, kept, closes=_closes_links())
    if opened is None:
        return page("link_over", title="Ce lien n'est plus valable"), 410
    return _enter(opened, url_for("home.show"))


@blueprint.route("/lien", methods=["GET", "POST"])
@public
def ask_link() -> str | tuple[str, int]:
    """Ask for a new link; the answer and the delay are the same whether the address is known or not."""
    if request.method == "GET":
        return _draw_link("", None)
    email = typed("email").strip()
    if "@" not in email:
        return _draw_link(email, "Écrivez votre adresse e-mail, par exemple prenom.nom@exemple.fr."), 422
    tried = _tries(LINK, email)
    form = Form.of(request.form.get("form_key", "")[:64] or outbox.new_form_key(), ())
    if write(accounts.ask_link, tried, email, form):
        return page("ask_link", title=LINK_TITLE, asked=True, email=email)
    minutes = plural(max(1, minutes_of(read(guesses.delay_left, tried))), "minute")
    trouble = f"Un lien a déjà été demandé plusieurs fois. Patientez {minutes}, puis recommencez."
    return _draw_link(email, trouble), 429


@blueprint.route("/mot-de-passe", methods=["GET", "POST"])
def change_password() -> str | Response | tuple[str, int]:
    """Change the password at any time, and see where one is signed in."""
    troubles: dict[str, str] = {}
    if request.method == "POST":
        troubles = _password_troubles(visitor().email, visitor().name)
        if wrong := wrong_password(typed("current")):
            troubles = {"current": wrong, **troubles}
        if not troubles:
            closes = _closes_links()
            token = write(_change_password, visitor(), portal().passwords.hash(typed("password")), closes=closes)
            if token is None:
                return redirect(url_for("access.sign_in", fin=1), 303)
            done = "mot-de-passe-et-agenda" if closes else "mot-de-passe"
            return _enter(token, url_for("access.change_password", fait=done))
    shown = page(
        "password",
        title="Mot de passe et appareils",
        rule=RULE,
        troubles=troubles,
        done=request.args.get("fait", ""),
        devices=read(devices.devices, visitor()),
        idle=hours_of(IDLE),
        longest=hours_of(LONGEST),
        links=read(feeds.open_links, visitor().guardian_id),
        closes=_closes_links(),
    )
    return (shown, 422) if troubles else shown


@blueprint.post("/appareils/deconnecter")
def sign_out_others() -> Response:
    """End the sign-ins of the other devices."""
    write(accounts.sign_out_others, visitor())
    return redirect(url_for("access.change_password", fait="appareils"), 303)


@blueprint.post("/appareils/<code>/deconnecter")
def sign_out_one(code: str) -> Response:
    """End the sign-in of one device."""
    found(write(devices.revoke, visitor(), code))
    return redirect(url_for("access.change_password", fait="appareil"), 303)


def _closes_links() -> bool:
    """Tell whether a new password closes the links to calendars, that open without one: ticked until somebody unticks it."""
    return request.method == "GET" or typed("agendas") == "oui"


def _use_link(work: Work, owner: accounts.LinkOwner, token: str, password_hash: str, *, closes: bool) -> str | None:
    opened = accounts.use_link(work, _tries(SIGN_IN, owner.email), token, password_hash, _device())
    if opened and closes:
        feeds.revoke_all(work, owner.guardian_id)
    return opened


def _change_password(work: Work, who: accounts.Visitor, password_hash: str, *, closes: bool) -> str | None:
    token = accounts.change_password(work, who, password_hash)
    if token and closes:
        feeds.revoke_all(work, who.guardian_id)
    return token


def wrong_password(given: str) -> str | None:
    """Say why the visitor's own password, asked again, is not taken: a sign-in left open guesses no better than a stranger."""
    tried = _tries(SIGN_IN, visitor().email)
    if delay := read(guesses.delay_left, tried):
        return f"Trop d'essais. Patientez {plural(minutes_of(delay), 'minute')}, puis recommencez."
    if portal().passwords.fits(read(accounts.password_hash, visitor()), given):
        return None
    write(guesses.count, tried)
    return "Ce n'est pas votre mot de passe actuel."


def safe_suite(suite: str) -> str:
    """Keep where somebody was going, when it is one of our own pages."""
    if not suite.startswith("/") or suite.startswith(("//", "/\\")) or not suite.isprintable():
        return ""
    try:
        endpoint, values = current_app.url_map.bind("").match(suite.partition("?")[0], method="GET")
    except (HTTPException, RequestRedirect):
        return ""
    if endpoint == "static" or endpoint.startswith("sync."):
        return ""
    if is_public(current_app.view_functions[endpoint]) and endpoint != "contact.show":  # a thread waits there
        return ""
    return url_for(endpoint, **values)


def _try(tried: Tries, email: str, password: str) -> str | None:
    accounts_of = read(accounts.candidates, email) or [accounts.Candidate(0, None)]
    passwords = portal().passwords
    right = next((one for one in accounts_of if passwords.fits(one.password_hash, password)), None)
    token = write(accounts.enter, tried, right.guardian_id if right else None, _device())
    if token and (before := visit().visitor):
        write(accounts.end, before.sign_in)  # the sign-in that this one replaces
    return token


def _draw_link(email: str, refusal: str | None) -> str:
    key = outbox.new_form_key()
    return page("ask_link", title=LINK_TITLE, asked=False, email=email, refusal=refusal, form_key=key)


def minutes_of(delay: timedelta | None) -> int:
    """Round a delay up to minutes."""
    return -(-int(delay.total_seconds()) // 60) if delay else 0


def hours_of(delay: timedelta) -> str:
    """Write a duration of whole hours."""
    return plural(int(delay.total_seconds()) // 3600, "heure")


def _enter(token: str, to: str) -> Response:
    session.clear()  # the forms drawn before are worth nothing after
    response = make_response(redirect(to, 303))
    response.set_cookie(
        portal().cookie,
        token,
        max_age=int(LONGEST.total_seconds()),
        secure=portal().settings.secure,
        httponly=True,
        samesite="Lax",
    )
    return response


def _password_troubles(email: str, name: str) -> dict[str, str]:
    troubles = {}
    if weak := why_weak(typed("password"), email=email, personal=(name, visit().structure.commune)):
        troubles["password"] = weak
    elif typed("password") != typed("again"):
        troubles["again"] = "Les deux mots de passe ne sont pas les mêmes."
    return troubles


def typed(name: str) -> str:
    """Read a field of the form, at most so long."""
    text = request.form.get(name, "")
    return text.replace("\0", "")[:LONGEST_TYPED]


def _tries(door: str, email: str) -> Tries:
    return guesses.tries(portal().settings.secret_key, door, email, request.remote_addr)


def _device() -> str:
    return device_name(request.headers.get("User-Agent", ""))
