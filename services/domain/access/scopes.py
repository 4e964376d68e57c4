"""What a token is limited to: SMART App Launch 2.2.0 scopes for resources, and those of version 1 that say the same."""

import re
from enum import StrEnum

from services.domain.access.reader import Reader, Role


class Verb(StrEnum):
    """What is done to resources of a type, by the letter that a scope has for it."""

    CREATE = "c"
    READ = "r"
    """One resource by its id."""
    UPDATE = "u"
    DELETE = "d"
    SEARCH = "s"


EVERY_TYPE = "*"

_SCOPE = re.compile(r"(system|user|patient)/(\*|[A-Za-z]+)\.(\*|read|write|(?=[cruds])c?r?u?d?s?)")
"""One with a query behind it ('?category=...') narrows in a way that is not known here, and opens nothing."""
_OF_VERSION_1 = {"read": "rs", "write": "cud", "*": "cruds"}
"""SMART App Launch 2.2.0, 'Scopes for requesting FHIR Resources', on scopes of version 1."""


def permits(reader: Reader, kind: str, verb: Verb) -> bool:
    """Whether the reader's token reaches resources of the type `kind`, or of all types where that is EVERY_TYPE.

    It is a limit alone: whether the reader may see the person is decided elsewhere. A token or session without
    scopes is not limited by them.
    """
    if not reader.scopes:
        return True
    contexts = _contexts(reader)
    for scope in reader.scopes:
        found = _SCOPE.fullmatch(scope)
        if found is None or found[1] not in contexts or found[2] not in (EVERY_TYPE, kind):
            continue
        if verb in _OF_VERSION_1.get(found[3], found[3]):
            return True
    return False


def _contexts(reader: Reader) -> frozenset[str]:
    """A system has no user, a user is no system, and only a token that names one person is about a patient."""
    own = "system" if reader.role is Role.PARTNER_SYSTEM else "user"
    return frozenset({own} if reader.person is None else {own, "patient"})
