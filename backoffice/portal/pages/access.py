"""Ways in: first connection, sign-in, forgotten password, password change, devices."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, current_app, make_response, redirect, request, session, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response

from backoffice.portal import accounts, outbox
from backoffice.portal.accounts import device_name
from backoffice.portal.context import page, portal, read, visit, visitor, write
from backoffice.portal.outbox import Form
from backoffice.portal.passwords import RULE, why_weak
from backoffice.portal.settings import LONGEST

F = TypeVar("F", bound=Callable[..., Any])
LONGEST_TYPED = 300
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
    email, password = _typed("email"), _typed("password")
    delay = read(accounts.delay_left, email)
    token = None if delay else _try(email, password)
    if token:
        return _enter(token, suite or url_for("home.show"))
    delay = read(accounts.delay_left, email)
    minutes = -(-int(delay.total_seconds()) // 60) if delay else 0
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
    if request.method == "GET":
        return page("welcome", title="Créer mon mot de passe", owner=owner, rule=RULE, troubles={})
    troubles = _password_troubles(owner.email)
    if troubles:
        return page("welcome", title="Créer mon mot de passe", owner=owner, rule=RULE, troubles=troubles), 422
    kept = portal().passwords.hash(_typed("password"))
    opened = write(accounts.use_link, token, kept, _device())
    if opened is None:
        return page("link_over", title="Ce lien n'est plus valable"), 410
    return _enter(opened, url_for("home.show"))


@blueprint.route("/lien", methods=["GET", "POST"])
@public
def ask_link() -> str | tuple[str, int]:
    """Ask for a new link; the answer is the same whether the address is known or not."""
    title = "Recevoir un nouveau lien"
    if request.method == "GET":
        return page("ask_link", title=title, asked=False, email="", refusal=None, form_key=outbox.new_form_key())
    email = _typed("email").strip()
    if "@" not in email:
        trouble = "Écrivez votre adresse e-mail, par exemple prenom.nom@exemple.fr."
        shown = page("ask_link", title=title, asked=False, email=email, refusal=trouble, form_key=outbox.new_form_key())
        return shown, 422
    write(accounts.ask_link, email, Form.of(request.form.get("form_key", "")[:64] or outbox.new_form_key(), ()))
    return page("ask_link", title=title, asked=True, email=email)


@blueprint.route("/mot-de-passe", methods=["GET", "POST"])
def change_password() -> str | Response | tuple[str, int]:
    """Change the password at any time, and see where one is signed in."""
    troubles: dict[str, str] = {}
    if request.method == "POST":
        troubles = _password_troubles(visitor().email)
        if not portal().passwords.fits(read(accounts.password_hash, visitor()), _typed("current")):
            troubles = {"current": "Ce n'est pas votre mot de passe actuel.", **troubles}
        if not troubles:
            write(accounts.change_password, visitor(), portal().passwords.hash(_typed("password")))
            return redirect(url_for("access.change_password", fait="mot-de-passe"), 303)
    shown = page(
        "password",
        title="Mot de passe et appareils",
        rule=RULE,
        troubles=troubles,
        done=request.args.get("fait", ""),
        devices=read(accounts.devices, visitor()),
    )
    return (shown, 422) if troubles else shown


@blueprint.post("/appareils/deconnecter")
def sign_out_others() -> Response:
    """End the sign-ins of the other devices."""
    write(accounts.sign_out_others, visitor())
    return redirect(url_for("access.change_password", fait="appareils"), 303)


def safe_suite(suite: str) -> str:
    """Keep where somebody was going, when it is one of our own pages."""
    if not suite.startswith("/") or suite.startswith(("//", "/\\")) or not suite.isprintable():
        return ""
    try:
        endpoint, values = current_app.url_map.bind("").match(suite.partition("?")[0], method="GET")
    except (HTTPException, RequestRedirect):
        return ""
    if endpoint == "static" or is_public(current_app.view_functions[endpoint]) or endpoint.startswith("sync."):
        return ""
    return url_for(endpoint, **values)


def _try(email: str, password: str) -> str | None:
    accounts_of = read(accounts.candidates, email) or [accounts.Candidate(0, None)]
    passwords = portal().passwords
    right = next((one for one in accounts_of if passwords.fits(one.password_hash, password)), None)
    return write(accounts.enter, email, right.guardian_id if right else None, _device())


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


def _password_troubles(email: str) -> dict[str, str]:
    troubles = {}
    if weak := why_weak(_typed("password"), personal=email):
        troubles["password"] = weak
    elif _typed("password") != _typed("again"):
        troubles["again"] = "Les deux mots de passe ne sont pas les mêmes."
    return troubles


def _typed(name: str) -> str:
    text = request.form.get(name, "")
    return text.replace("\0", "")[:LONGEST_TYPED]


def _device() -> str:
    return device_name(request.headers.get("User-Agent", ""))
