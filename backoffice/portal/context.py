"""What every page needs at hand: the portal, the visit, and how a page is drawn."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Concatenate, ParamSpec, TypeVar

from flask import current_app, g, render_template, request
from werkzeug.exceptions import NotFound

from backoffice.portal.accounts import Visit, Visitor, identify
from backoffice.portal.passwords import Passwords
from backoffice.portal.payfip import Payments
from backoffice.portal.settings import PortalSettings
from backoffice.portal.store import Moment, Store, Work

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Portal:
    """One running portal."""

    settings: PortalSettings
    store: Store
    passwords: Passwords
    cookie: str  # the name of the sign-in's cookie
    payments: Payments

    def knows(self, token: str) -> bool:
        """Tell whether a sign-in is open."""
        return self.store.look(identify, token).visitor is not None


def portal() -> Portal:
    """Give the portal that answers."""
    found = current_app.extensions["marelle"]
    assert isinstance(found, Portal)
    return found


def visit() -> Visit:
    """Give this request's visit."""
    found = g.visit
    assert isinstance(found, Visit)
    return found


def visitor() -> Visitor:
    """Give who is signed in; a page that asks is never reached by anybody else."""
    found = visit().visitor
    assert found is not None
    return found


def read(question: Callable[Concatenate[Work, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Answer a question from the store."""
    return portal().store.read(question, *args, **kwargs)


def look(question: Callable[Concatenate[Moment, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Answer a question that needs no session from the store."""
    return portal().store.look(question, *args, **kwargs)


def write(deed: Callable[Concatenate[Work, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do a deed in the store."""
    return portal().store.write(deed, *args, **kwargs)


def found(thing: T | None) -> T:
    """Give a thing, or the page that says that nothing of this family is there."""
    if thing is None:
        raise NotFound
    return thing


def page(template: str, *, title: str, **values: object) -> str:
    """Draw a page."""
    return render_template(f"{template}.html", title=title, **values)


def public_address(path: str) -> str:
    """Write one of our paths as the world reaches it; what a browser says of itself is believed on the loopback alone."""
    return f"{(portal().settings.public_url or request.url_root).rstrip('/')}{path}"


def chosen(names: Iterable[str], given: str) -> str:
    """Keep what was chosen among the names offered, the first by default."""
    offered = list(names)
    return given if given in offered else offered[0]
