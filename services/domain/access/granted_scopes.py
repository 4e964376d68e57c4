"""The SMART scopes of systems (SMART App Launch 2, 'Scopes and Launch Context'): what of the asked is granted."""

import re
from typing import NamedTuple

_SCOPE = re.compile(r"system/(\*|[A-Z][A-Za-z]{2,60})\.(c?r?u?d?s?|read|write|\*)")
_ALL = frozenset("cruds")
_OLD = {"read": frozenset("rs"), "write": frozenset("cud"), "*": _ALL}
"""As SMART 1 wrote them, which version 2 keeps."""


class NotAScope(ValueError):
    """A scope is written as system/*.rs or system/Patient.r; no other kind is granted to a system."""


class SystemScope(NamedTuple):
    """What a system may do to resources of one type, or of all."""

    resource: str
    """A FHIR type, or *."""
    actions: frozenset[str]
    """Of create, read, update, delete and search, the first letters."""

    def includes(self, other: "SystemScope") -> bool:
        """Whether whoever may this may that."""
        return self.resource in ("*", other.resource) and self.actions >= other.actions


def read_scope(text: str) -> SystemScope:
    """The scope that the text says.

    Raises:
        NotAScope: it says none that a system may have.
    """
    found = _SCOPE.fullmatch(text)
    if found is None or not found[2]:
        raise NotAScope(f"{text[:40]!r}: {NotAScope.__doc__}")
    return SystemScope(found[1], _OLD.get(found[2]) or frozenset(found[2]))


def read_scopes(text: str) -> list[SystemScope]:
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


def _is_among(asked: str, mine: list[SystemScope]) -> bool:
    try:
        wanted = read_scope(asked)
    except NotAScope:
        return False
    return any(one.includes(wanted) for one in mine)
