"""Whether a record may be shown: not while a message about consent, a restriction or safeguarding is put right."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from services.platform.postgres import Connection
from services.viewer.reading import fetch

REASONS = {
    "safeguarding": "a safeguarding concern",
    "restriction": "a restriction on who may see the record",
    "consent": "a refusal or withdrawal of consent",
}
"""What each reason is, in words; the gravest first."""


class Held(NamedTuple):
    """A message in quarantine that keeps a person's record from being shown."""

    message_key: bytes
    received_at: datetime
    reasons: list[str]

    @property
    def words(self) -> list[str]:
        """What the message holds, the gravest first."""
        return [words for reason, words in REASONS.items() if reason in self.reasons]


async def holds(connection: Connection, person: bytes) -> list[Held]:
    """The messages for which this person's record is withheld, the oldest first; none where it may be shown."""
    return (await holds_of(connection, [person])).get(person, [])


async def holds_of(connection: Connection, persons: Sequence[bytes]) -> dict[bytes, list[Held]]:
    """The same of each of these persons whose record is withheld."""
    found: dict[bytes, list[Held]] = {}
    for person, *told in await fetch(connection, "holds", persons=list(persons)):
        found.setdefault(person, []).append(Held(*told))
    return found
