"""One more process that answers for a benchmark's portal, at the benchmark's own moment; and a page with nothing in it."""

import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from flask import Flask

from backoffice.portal import serve
from backoffice.portal.app import create_app
from backoffice.portal.beside import help_out
from backoffice.portal.pages.access import public
from backoffice.portal.settings import PortalSettings
from backoffice.portal_host import portal_settings


def with_an_empty_page(settings: PortalSettings) -> Flask:
    """Make a portal, and beside its pages one that costs what the server itself does."""
    app = create_app(settings)
    app.add_url_rule("/vide", "empty", public(_empty))
    return app


def _empty() -> str:
    return ""


def main() -> None:
    """Answer until the standard input ends."""
    now = datetime.fromisoformat(sys.argv[2])
    serve.create_app = with_an_empty_page
    help_out(replace(portal_settings(Path(sys.argv[1]), secure=False), clock=lambda: now))


if __name__ == "__main__":
    main()
