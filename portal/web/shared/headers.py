"""What every answer tells the browser: what may run, who may frame it, what may be kept."""

import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, g, request

_YEAR = 365 * 24 * 3600
_STATIC_SECONDS = _YEAR
_HOUR = 3600
# No view sets any of these itself.
_ALWAYS = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "geolocation=(), microphone=(), camera=(), payment=()"),
)


def csp_nonce() -> str:
    """Give the nonce of this answer, for our own scripts."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def add_headers(app: Flask, *, secure: bool, logo_url: str | None) -> None:
    """Send the headers with every answer; secure where the portal is reached by HTTPS."""
    app.jinja_env.globals["csp_nonce"] = csp_nonce
    logo = urlsplit(logo_url or "")
    pictures = f"'self' data: {logo.scheme}://{logo.netloc}" if logo.netloc else "'self' data:"

    always = _ALWAYS + ((("Strict-Transport-Security", f"max-age={_YEAR}; includeSubDomains"),) if secure else ())

    def send_headers(response: Response) -> Response:
        headers = response.headers
        # A view that serves what a customer sent may shut it in more tightly.
        headers.setdefault("Content-Security-Policy", _policy(pictures))
        headers.extend(always)
        _say_what_may_be_kept(response)
        return response

    app.after_request(send_headers)


def _policy(pictures: str) -> str:
    script = f"'nonce-{g.csp_nonce}'" if "csp_nonce" in g else "'none'"
    return (
        f"default-src 'none'; script-src {script}; style-src 'self'; img-src {pictures}; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
    )


def _say_what_may_be_kept(response: Response) -> None:
    """Let files with their content's hash in the address be kept for good, and pages not at all."""
    if request.endpoint == "static" and response.status_code in {200, 304}:
        lasting = (
            f"public, max-age={_STATIC_SECONDS}, immutable" if request.args.get("v") else f"public, max-age={_HOUR}"
        )
        response.headers["Cache-Control"] = lasting
    elif "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
        response.vary.update(("Cookie", "Accept-Language"))
