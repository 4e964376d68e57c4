"""Where PDS may be: over TLS, or on this machine for trying it out."""

import ipaddress

import httpx


class NotAnAddress(ValueError):
    """The address of PDS is none that it may have; the words say why."""


def checked_address(base_url: str) -> str:
    """The base URL without a slash at the end.

    Raises:
        NotAnAddress: it is neither https nor on this machine, or is more than a host and a path.
    """
    try:
        url = httpx.URL(base_url)
    except httpx.InvalidURL:
        raise NotAnAddress("The address of PDS is no URL.") from None
    if url.scheme != "https" and not (url.scheme == "http" and _is_loopback(url.host)):
        raise NotAnAddress("The address of PDS has to be https; http is taken on this machine alone.")
    if url.userinfo or url.query or url.fragment or not url.host:
        raise NotAnAddress("The address of PDS is a host and a path, without user, query or fragment.")
    return str(url).rstrip("/")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
