"""What the server reads of a request before the portal sees it: as much as its page takes, and never on the disk."""

from typing import Any

from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.utilities import RequestEntityTooLarge

LARGEST_FORM = 2 * 1024 * 1024
LARGEST_UPLOAD = 32 * 1024 * 1024  # what is a little too large is still told so by its page
LARGEST_PUBLICATION = 256 * 1024 * 1024
SENTENCE = "Ce qui a été envoyé est trop lourd. Rien n'a été enregistré. Revenez à la page précédente, et allégez."


class TooLarge(RequestEntityTooLarge):  # type: ignore[misc]  # waitress ships no types
    """Said in French, to a family whose form is refused unread."""

    def to_response(self, *_ident: object) -> tuple[str, list[tuple[str, str]], bytes]:
        """Write the answer."""
        body = f"{SENTENCE}\n".encode()
        return "413 Request Entity Too Large", [("Content-Type", "text/plain; charset=utf-8")], body


class Parser(HTTPRequestParser):  # type: ignore[misc]  # waitress ships no types
    """Refuses by the address, as soon as the headers are read, a body larger than its page takes."""

    adj: Any
    error: Any = None

    def parse_header(self, header_plus: bytes) -> None:
        """Read the headers, and bound what follows."""
        super().parse_header(header_plus)
        largest = largest_body(self.path)
        if largest == LARGEST_PUBLICATION:
            return
        bounded = object.__new__(Adjustments)  # what waitress was told, but for the size of this body
        bounded.__dict__ |= self.adj.__dict__ | {"max_request_body_size": largest}
        self.adj = bounded

    def received(self, data: bytes) -> int:
        """Take some of the body."""
        taken = super().received(data)
        if type(self.error) is RequestEntityTooLarge:
            self.error = TooLarge(self.error.body)
        return int(taken)


class Channel(HTTPChannel):  # type: ignore[misc]  # waitress ships no types
    """A connection whose requests are bounded by their address."""

    parser_class = Parser


def largest_body(path: str) -> int:
    """Tell how much the page at an address takes."""
    if path.startswith("/sync/"):
        return LARGEST_PUBLICATION
    return LARGEST_UPLOAD if path.startswith("/documents/") else LARGEST_FORM
