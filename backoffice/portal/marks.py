"""The mark that every form of a sign-in carries: worth nothing outside it, known to nobody who cannot read its pages."""

import hashlib
import hmac

from flask_wtf.csrf import same_origin
from werkzeug.wrappers import Request


def mark_of(secret_key: str, sign_in: str) -> str:
    """Give the mark of a sign-in's forms."""
    return hmac.new(secret_key.encode(), f"form {sign_in}".encode(), hashlib.sha256).hexdigest()


def is_marked(request: Request, mark: str) -> bool:
    """Tell whether a form is of this sign-in's pages: cheaper than signing a mark again for each page."""
    return hmac.compare_digest(request.form.get("csrf_token", "").encode(), mark.encode())


def comes_from_here(request: Request) -> bool:
    """Tell whether a form was sent by one of our pages, as browsers say it over TLS."""
    try:
        return not request.is_secure or same_origin(request.referrer or "", f"https://{request.host}/")
    except ValueError:
        return False  # no address at all
