"""Contacter la structure: the régie and its places."""

from flask import Blueprint

from backoffice.portal.context import page
from backoffice.portal.pages.access import public

blueprint = Blueprint("contact", __name__)


@blueprint.get("/contact")
@public
def show() -> str:
    """Show whom to call; those who cannot sign in need it most."""
    return page("contact", title="Contacter la structure")
