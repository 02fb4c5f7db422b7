"""What every answer tells the browser: load nothing from elsewhere, frame nothing, keep no private page."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from flask import Flask, Response, request

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
    "Permissions-Policy": (
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()"
    ),
}
FOR_TLS = "max-age=31536000; includeSubDomains"
FOR_EVER = "public, max-age=31536000, immutable"


def policy(payment_page: str = "") -> str:
    """Write what pages may load, and where their forms may lead: here, and to the Treasury's payment page."""
    there = urlsplit(payment_page)
    forms = f"'self' {there.scheme}://{there.netloc}" if there.netloc else "'self'"
    return (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        f"form-action {forms}; base-uri 'none'; frame-ancestors 'none'"
    )


def headers_of(*, secure: bool, payment_page: str = "") -> dict[str, str]:
    """Give the headers of every answer."""
    for_tls = {"Strict-Transport-Security": FOR_TLS} if secure else {}
    return {"Content-Security-Policy": policy(payment_page), **ALWAYS, **for_tls}


def add_headers(app: Flask, always: Mapping[str, str]) -> None:
    """Put the headers on every answer of an application."""

    @app.after_request
    def add(response: Response) -> Response:
        response.headers.extend(always)
        if request.endpoint == "static" and "v" in request.args and response.status_code < 400:
            response.headers["Cache-Control"] = FOR_EVER
        elif request.endpoint != "static":
            response.headers.setdefault("Cache-Control", "no-store")
        return response
