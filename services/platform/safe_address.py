"""Where other services may be: over TLS, or on this machine for trying things out."""

import ipaddress

import httpx


class NotAnAddress(ValueError):
    """The address is none that the service may have; the words say why."""


def safe_address(address: str, whose: str, *, may_have_query: bool = False) -> str:
    """The address without a slash at the end.

    Raises:
        NotAnAddress: it is neither https nor on this machine, or is more than a host and a path.
    """
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL:
        raise NotAnAddress(f"The address of {whose} is no URL.") from None
    if url.scheme != "https" and not (url.scheme == "http" and _is_loopback(url.host)):
        raise NotAnAddress(f"The address of {whose} has to be https; http is taken on this machine alone.")
    if url.userinfo or (url.query and not may_have_query) or url.fragment or not url.host:
        raise NotAnAddress(f"The address of {whose} is a host and a path, without user, query or fragment.")
    return str(url).rstrip("/")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
