"""What a token is limited to: SMART App Launch 2.2.0 scopes for resources, and those of version 1 that say the same."""

import re
from enum import StrEnum
from typing import NamedTuple

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

_SCOPE = re.compile(r"(system|user|patient)/(\*|[A-Z][A-Za-z]{2,60})\.(\*|read|write|(?=[cruds])c?r?u?d?s?)")
"""One with a query behind it ('?category=...') narrows in a way that is not known here, and opens nothing."""
_OF_VERSION_1 = {"read": "rs", "write": "cud", "*": "cruds"}
"""SMART App Launch 2.2.0, 'Scopes for requesting FHIR Resources', on scopes of version 1."""


class SmartScope(NamedTuple):
    """What may be done to resources of one type, or of all."""

    context: str
    """Who may: system, user or patient."""
    kind: str
    """A FHIR type, or EVERY_TYPE."""
    verbs: frozenset[str]

    def includes(self, other: "SmartScope") -> bool:
        """Whether whoever may this may that."""
        return (
            self.context == other.context
            and self.kind in (EVERY_TYPE, other.kind)
            and self.verbs >= other.verbs
        )


def smart_scope(text: str) -> SmartScope | None:
    """The scope that the text says; None where it is none for resources."""
    found = _SCOPE.fullmatch(text)
    if found is None:
        return None
    return SmartScope(found[1], found[2], frozenset(_OF_VERSION_1.get(found[3], found[3])))


def permits(reader: Reader, kind: str, verb: Verb) -> bool:
    """Whether the reader's token reaches resources of the type `kind`, or of all types where that is EVERY_TYPE.

    It is a limit alone: whether the reader may see the person is decided elsewhere. A token or session without
    scopes is not limited by them.
    """
    if not reader.scopes:
        return True
    given = [scope for text in reader.scopes if (scope := smart_scope(text))]
    asked = [SmartScope(context, kind, frozenset(verb)) for context in _contexts(reader)]
    return any(scope.includes(one) for scope in given for one in asked)


def _contexts(reader: Reader) -> frozenset[str]:
    """A system has no user, a user is no system, and only a token that names one person is about a patient."""
    own = "system" if reader.role is Role.PARTNER_SYSTEM else "user"
    return frozenset({own} if reader.person is None else {own, "patient"})
