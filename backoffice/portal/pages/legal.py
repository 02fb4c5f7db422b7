"""What the law asks a public site to say, open to everybody: accessibility, who publishes, what is done with data."""

from flask import Blueprint

from backoffice.portal.context import page, visit
from backoffice.portal.notices import ACCESS, DATA, LEGAL, texts
from backoffice.portal.pages.access import hours_of, public
from backoffice.portal.settings import IDLE, LONGEST

blueprint = Blueprint("legal", __name__)


@blueprint.get("/accessibilite")
@public
def accessibility() -> str:
    """Show the statement of accessibility (décret 2019-768)."""
    return page("accessibility", title="Déclaration d'accessibilité", texts=texts(visit().structure, ACCESS))


@blueprint.get("/mentions-legales")
@public
def notice() -> str:
    """Show who publishes this site and who hosts it (loi 2004-575)."""
    return page("legal", title="Mentions légales", texts=texts(visit().structure, LEGAL))


@blueprint.get("/vos-donnees")
@public
def data() -> str:
    """Show what the portal holds of families, why, how long, and their rights."""
    said = texts(visit().structure, DATA)
    return page("your_data", title="Vos données", texts=said, idle=hours_of(IDLE), longest=hours_of(LONGEST))
