"""Tokens that are bound to a client certificate (RFC 8705, 3): who has the token alone has nothing.

The TLS terminator says in a header which certificate the client came with. A bound token is kept as the hash of itself
and that certificate's, and every bound token that comes in is joined with the certificate of its own connection before
anybody looks it up: no door has to think of it, and without the header, or the setting, none of them opens.
"""

import base64
import re

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

MARK = "cb."
"""What a bound token begins with, and no other: those are of base64url, which has no full stop."""

_HEX = re.compile(r"[0-9A-Fa-f]{64}")
_BASE64URL = re.compile(r"[A-Za-z0-9_-]{43}")


def thumbprint(told: str) -> str:
    """x5t#S256 of a certificate: its SHA-256 in base64url, from that or from hexadecimal; empty where it is neither."""
    plain = told.replace(":", "")
    if _HEX.fullmatch(plain):
        return base64.urlsafe_b64encode(bytes.fromhex(plain)).decode().rstrip("=")
    return told if _BASE64URL.fullmatch(told) else ""


def joined(token: str, certificate: str) -> str:
    """What a bound token is kept and looked up as."""
    return f"{token}.{certificate}"


class CertificateBound:
    """An application to which bound tokens come joined with the certificate of their connection."""

    def __init__(self, app: ASGIApp, header: str) -> None:
        """`header`: in which the TLS terminator says it; empty, and nobody is believed to have one."""
        self._app = app
        self._header = header

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            scheme, _, token = headers.get("authorization", "").partition(" ")
            if scheme.lower() == "bearer" and token.strip().startswith(MARK):
                bearer = f"Bearer {joined(token.strip(), certificate_of(headers, self._header))}"
                others = [pair for pair in scope["headers"] if pair[0].lower() != b"authorization"]
                scope["headers"] = [*others, (b"authorization", bearer.encode("latin-1"))]
        await self._app(scope, receive, send)


def certificate_of(headers: Headers, header: str) -> str:
    """The thumbprint of the certificate with which the client came; empty for none, and for what cannot be one."""
    told = headers.getlist(header) if header else []
    return thumbprint(told[0].strip()) if len(told) == 1 else ""
