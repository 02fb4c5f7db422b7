"""What the server reads of a request before the portal sees it: as much as its page takes, and never on the disk."""

import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from waitress.adjustments import Adjustments
from waitress.parser import HTTPRequestParser
from waitress.utilities import RequestEntityTooLarge
from werkzeug.http import parse_cookie

from backoffice.portal.connections import Restful

LARGEST_FORM = 2 * 1024 * 1024
LARGEST_UPLOAD = 32 * 1024 * 1024  # what is a little too large is still told so by its page
LARGEST_PUBLICATION = 256 * 1024 * 1024
OFFICE, UPLOADS = "/sync/", "/documents/"
SENTENCE = "Ce qui a été envoyé est trop lourd. Rien n'a été enregistré. Revenez à la page précédente, et allégez."
SIGN_IN = (
    "Votre connexion est terminée. Rien n'a été enregistré. Connectez-vous de nouveau, puis recommencez cet envoi."
)
NO_KEY = "La clé de synchronisation n'est pas celle de ce portail."
PLAIN, JSON = "text/plain; charset=utf-8", "application/json"


@dataclass(frozen=True, slots=True)
class Doorkeeper:
    """Says whose large bodies are read at all: the office's, and those of who is signed in."""

    key: str = field(repr=False)  # the office's
    cookie: str  # the name of the sign-ins'
    knows: Callable[[str], bool]  # whether a sign-in is open

    def refusal(self, path: str, headers: Mapping[str, str]) -> "Refused | None":
        """Say why a body larger than a form is not read."""
        if path.startswith(OFFICE):
            given = headers.get("AUTHORIZATION", "").encode("latin-1", "replace")
            good = bool(self.key) and hmac.compare_digest(given, f"Bearer {self.key}".encode())
            return None if good else Refused("401 Unauthorized", JSON, json.dumps({"error": NO_KEY}))
        if path.startswith(UPLOADS):
            token = parse_cookie(headers.get("COOKIE", "")).get(self.cookie, "")
            return None if token and self.knows(token) else Refused("403 Forbidden", PLAIN, f"{SIGN_IN}\n")
        return None


class Refused(RequestEntityTooLarge):  # type: ignore[misc]  # waitress ships no types
    """A body that is not read, and what is said of it; without more, that it is too large."""

    def __init__(
        self, status: str = "413 Request Entity Too Large", kind: str = PLAIN, told: str = f"{SENTENCE}\n"
    ) -> None:
        super().__init__(told)
        self.status, self.kind = status, kind

    def to_response(self, *_ident: object) -> tuple[str, list[tuple[str, str]], bytes]:
        """Write the answer."""
        return self.status, [("Content-Type", self.kind)], str(self.body).encode()


class Parser(HTTPRequestParser):  # type: ignore[misc]  # waitress ships no types
    """Refuses by the address, as soon as the headers are read, a body larger than its page takes from that sender."""

    doorkeeper: ClassVar[Doorkeeper | None] = None
    adj: Any
    error: Any = None
    refused: Refused | None = None

    def parse_header(self, header_plus: bytes) -> None:
        """Read the headers, and bound what follows."""
        super().parse_header(header_plus)
        largest = largest_body(self.path)
        if self.doorkeeper and (self.chunked or self.content_length >= LARGEST_FORM):
            self.refused = self.doorkeeper.refusal(self.path, self.headers)
        if self.refused:
            largest = LARGEST_FORM
        if largest == LARGEST_PUBLICATION:
            return
        bounded = object.__new__(Adjustments)  # what waitress was told, but for the size of this body
        bounded.__dict__ |= self.adj.__dict__ | {"max_request_body_size": largest}
        self.adj = bounded

    def received(self, data: bytes) -> int:
        """Take some of the body."""
        taken = super().received(data)
        if type(self.error) is RequestEntityTooLarge:
            self.error = self.refused or Refused()
        return int(taken)


class Channel(Restful):
    """A connection whose requests are bounded by their address, and by who sends them."""

    parser_class = Parser


def channel_of(doorkeeper: Doorkeeper) -> type[Channel]:
    """Make the connections of one portal."""
    parser = type("KeptParser", (Parser,), {"doorkeeper": doorkeeper})
    return type("KeptChannel", (Channel,), {"parser_class": parser})


def largest_body(path: str) -> int:
    """Tell how much the page at an address takes."""
    if path.startswith(OFFICE):
        return LARGEST_PUBLICATION
    return LARGEST_UPLOAD if path.startswith(UPLOADS) else LARGEST_FORM
