"""The directory of services: what is listed, and which of it the referrals of somebody name."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from services.domain.record.referrals.ties import reference_tokens
from services.domain.record.version import Rank, as_served
from services.domain.record.word import Word
from services.platform.postgres import Asked, Connection, together
from services.platform.queries import load_queries

SQL = load_queries(__package__, "directory.sql")

_NAMING = {"ServiceRequest": ("performer",), "Task": ("owner",)}
"""By resource type, the elements in which a referral names the service that is asked."""


class Asset(NamedTuple):
    """A service as somebody lists it."""

    sender: str
    service: dict[str, Any]
    """The HealthcareService."""
    instant: int
    """In ticks: of when it is listed so."""


async def list_assets(connection: Connection) -> list[Asset]:
    """Every service in the directory, by sender."""
    rows = await (await connection.execute(SQL["assets"], binary=True)).fetchall()
    return [Asset(sender, as_served(content, Rank(*rank)), rank[0]) for _, sender, content, *rank in rows]


async def assets_named(connection: Connection, words: Iterable[Word]) -> list[Word]:
    """The listed services that the referrals among these words name, as words that are nobody's."""
    return (await assets_of(connection, {b"": list(words)}))[b""]


async def assets_of(connection: Connection, told: Mapping[bytes, Iterable[Word]]) -> dict[bytes, list[Word]]:
    """The same for several persons at once, by person."""
    found = await together(connection, *ask_assets(told))
    return assets_in(found, told)


def ask_assets(told: Mapping[bytes, Iterable[Word]]) -> list[Asked]:
    """Asks for the rows that `assets_in` reads: nothing where no service is named."""
    every = sorted({name for words in told.values() for name in _names(words)})
    return [Asked(SQL["assets_named"], {"names": every})] if every else []


def assets_in(
    asked: Sequence[Sequence[Any]], told: Mapping[bytes, Iterable[Word]]
) -> dict[bytes, list[Word]]:
    """The listed services that are named, by person, of what was asked for before."""
    names_of = {person: _names(words) for person, words in told.items()}
    rows = [row for rows in asked for row in rows]
    found: dict[bytes, list[Word]] = {person: [] for person in told}
    for thing, sender, content, *rank, names in rows:
        word = Word(thing, thing, b"", sender, as_served(content, Rank(*rank)), rank[0])
        for person, named in names_of.items():
            if not named.isdisjoint(names):
                found[person].append(word)
    return found


def _names(words: Iterable[Word]) -> set[str]:
    return {
        token
        for word in words
        for field in _NAMING.get(word.resource["resourceType"], ())
        for token in reference_tokens(word, word.resource.get(field))
    }
