"""What the server reads before the portal sees it: bounded by the address, and never put on the disk."""

import pytest
from waitress import buffers
from waitress.adjustments import Adjustments

from backoffice.portal.bodies import (
    LARGEST_FORM,
    LARGEST_PUBLICATION,
    LARGEST_UPLOAD,
    Doorkeeper,
    Parser,
    channel_of,
)
from backoffice.portal.uploads import LARGEST_BODY

LIMITS = {"/documents/62": LARGEST_UPLOAD, "/famille": LARGEST_FORM, "/sync/views": LARGEST_PUBLICATION}


def reading(path: str, length: int) -> Parser:
    """Begin to read a request."""
    told = Adjustments(max_request_body_size=LARGEST_PUBLICATION, inbuf_overflow=LARGEST_UPLOAD)
    parser = Parser(told)
    parser.received(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n".encode())
    return parser


@pytest.mark.parametrize(("path", "largest"), LIMITS.items())
def test_a_body_larger_than_its_page_takes_is_refused_unread(path: str, largest: int):
    assert reading(path, largest - 1).error is None
    refused = reading(path, largest)
    assert refused.completed
    status, _, body = refused.error.to_response("")
    assert status.startswith("413")
    assert path == "/sync/views" or "Rien n'a été enregistré" in body.decode()


def test_a_body_that_hides_its_length_is_bounded_too():
    parser = reading("/famille", 0)
    parser = Parser(parser.adj)
    parser.received(b"POST /famille HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in range(3):
        parser.received(b"100000\r\n" + b"x" * 0x100000 + b"\r\n")
    assert parser.error.to_response("")[0].startswith("413")


def test_a_document_is_read_in_memory(monkeypatch: pytest.MonkeyPatch):
    def no_disk(*_: object) -> None:
        raise AssertionError("a temporary file")

    monkeypatch.setattr(buffers, "TempfileBasedBuffer", no_disk)
    parser = reading("/documents/62", LARGEST_BODY)
    parser.received(b"x" * LARGEST_BODY)
    assert parser.completed
    assert parser.error is None


def knocking(path: str, header: str, length: int) -> Parser:
    """Begin to read a request at a door that is kept."""
    kept = channel_of(Doorkeeper("la-cle", "marelle", lambda token: token == "ouvert")).parser_class
    parser = kept(Adjustments(max_request_body_size=LARGEST_PUBLICATION, inbuf_overflow=LARGEST_UPLOAD))
    parser.received(f"POST {path} HTTP/1.1\r\nHost: x\r\n{header}\r\nContent-Length: {length}\r\n\r\n".encode())
    return parser


@pytest.mark.parametrize(
    ("path", "header", "status"),
    [
        ("/documents/62", "X-Nobody: 1", "403"),
        ("/documents/62", "Cookie: marelle=ferme", "403"),
        ("/documents/62", "Cookie: autre=1; marelle=ouvert", ""),
        ("/sync/views", "Authorization: Bearer autre", "401"),
        ("/sync/views", "Authorization: Bearer la-cle", ""),
    ],
)
def test_a_large_body_is_read_only_of_the_office_and_of_who_is_signed_in(path: str, header: str, status: str):
    assert knocking(path, header, LARGEST_FORM - 1).error is None  # the page itself answers
    asked = knocking(path, header, LARGEST_FORM)
    assert bool(asked.error) is bool(status)
    if status:
        told, _, body = asked.error.to_response("")
        assert told.startswith(status)
        assert b"enregistr" in body or b"cl\\u00e9" in body


def test_a_stranger_hides_no_large_body_in_pieces():
    kept = channel_of(Doorkeeper("la-cle", "marelle", lambda _: False)).parser_class
    parser = kept(Adjustments(max_request_body_size=LARGEST_PUBLICATION, inbuf_overflow=LARGEST_UPLOAD))
    parser.received(b"POST /documents/62 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in range(3):
        parser.received(b"100000\r\n" + b"x" * 0x100000 + b"\r\n")
    assert parser.error.to_response("")[0].startswith("403")
