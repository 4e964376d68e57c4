"""Whether a record may be shown: not while a message about consent, a restriction or safeguarding is put right."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from services.platform.postgres import Connection, together
from services.viewer.reading import ask, asked_id, fetch, find_persons

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


async def find_with_holds(connection: Connection, asked: str) -> tuple[list[bytes], list[Held]]:
    """The persons that `asked` finds; and where it is one, what their record is withheld for.

    What is asked for is a person's id, nearly always: what is held of that is asked at once.
    """
    if (id_ := asked_id(asked)) is None:
        found = await find_persons(connection, asked)
        return found, await holds(connection, found[0]) if len(found) == 1 else []
    persons, held = await together(connection, ask("persons_by_id", id=id_), ask("holds", persons=[id_]))
    found = [person for (person,) in persons]
    if found != [id_]:
        return found, await holds(connection, found[0]) if len(found) == 1 else []
    return found, _by_person(held).get(id_, [])


async def holds_of(connection: Connection, persons: Sequence[bytes]) -> dict[bytes, list[Held]]:
    """The same of each of these persons whose record is withheld."""
    return _by_person(await fetch(connection, "holds", persons=list(persons)))


def _by_person(rows: Sequence[Any]) -> dict[bytes, list[Held]]:
    found: dict[bytes, list[Held]] = {}
    for person, *told in rows:
        found.setdefault(person, []).append(Held(*told))
    return found
