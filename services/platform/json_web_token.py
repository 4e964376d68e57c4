"""What those who sign JSON Web Tokens and those who check them both go by."""

from typing import Any, TypeGuard

JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
"""By what a client says that it proves with a JWT who it is (RFC 7523, 2.2)."""


def is_numeric_date(claim: Any) -> TypeGuard[float]:
    """Whether a claim is a moment, in seconds since 1970 (RFC 7519, 2, NumericDate)."""
    return isinstance(claim, int | float) and not isinstance(claim, bool)
