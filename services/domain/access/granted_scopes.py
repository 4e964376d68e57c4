"""The SMART scopes of systems (SMART App Launch 2, 'Scopes and Launch Context'): what of the asked is granted."""

from services.domain.access.scopes import SmartScope, smart_scope


class NotAScope(ValueError):
    """A scope is written as system/*.rs or system/Patient.r; no other kind is granted to a system."""


def read_scope(text: str) -> SmartScope:
    """The scope that the text says.

    Raises:
        NotAScope: it says none that a system may have.
    """
    found = smart_scope(text)
    if found is None or found.context != "system":
        raise NotAScope(f"{text[:40]!r}: {NotAScope.__doc__}")
    return found


def read_scopes(text: str) -> list[SmartScope]:
    """The scopes that the text says, with blanks between.

    Raises:
        NotAScope: it says none, or one that no system may have.
    """
    if not text.split():
        raise NotAScope(f"At least one is needed. {NotAScope.__doc__}")
    return [read_scope(one) for one in text.split()]


def granted(asked: str, registered: str) -> frozenset[str]:
    """Those scopes asked for that are among the registered ones, as they were asked for; all of those where none is.

    A scope that nobody knows or that was not registered is left out, as RFC 6749 (3.3) allows: what is granted is told.
    """
    if not asked.split():
        return frozenset(registered.split())
    mine = read_scopes(registered)
    return frozenset(one for one in asked.split() if _is_among(one, mine))


def _is_among(asked: str, mine: list[SmartScope]) -> bool:
    wanted = smart_scope(asked)
    return wanted is not None and any(one.includes(wanted) for one in mine)
