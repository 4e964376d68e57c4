"""Where PDS may be: over TLS, or on this machine for trying it out."""

from services.platform.safe_address import NotAnAddress, safe_address

__all__ = ["NotAnAddress", "checked_address"]


def checked_address(base_url: str) -> str:
    """The base URL without a slash at the end.

    Raises:
        NotAnAddress: it is neither https nor on this machine, or is more than a host and a path.
    """
    return safe_address(base_url, "PDS")
