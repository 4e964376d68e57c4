"""The last word on profiles and keys, under the lock: what was expected came true, or the batch starts over."""

from collections.abc import Mapping

from services.domain.finding.terms import terms
from services.domain.identity.demographics import Demographics
from services.domain.identity.model import Model
from services.platform.postgres import Connection
from services.record.profiles import from_row, tokens
from services.record.store import SourceRecord, fetch, fetch_nothing
from services.record.visible import Expected, Fresh, profile_row


class ToldOtherwise(Exception):
    """The facts came out otherwise than expected, or what was made visible is visible no more."""

    def __init__(self, gathered: Mapping[bytes, Demographics]) -> None:
        super().__init__()
        self.gathered = gathered


async def settle(
    connection: Connection,
    records: Mapping[bytes, SourceRecord],
    expected: Mapping[bytes, Expected],
    model: Model,
) -> None:
    """Give each of these locked records the profile that its facts come to, and exactly the keys and the terms of that.

    Raises:
        ToldOtherwise: with the facts of those whose profile or visible keys are not what candidates were read by.
    """
    visible = await _visible(connection, [id_ for id_, one in records.items() if one.pending])
    otherwise: dict[bytes, Demographics] = {}
    stale: list[tuple[int, bytes]] = []
    for id_, one in records.items():
        thought = expected[id_]
        fresh = thought.fresh
        row = thought.row if one.facts == thought.facts else profile_row(one.facts)
        if fresh is None:
            came_true = row == one.profile
        else:
            came_true = row == fresh.row and one.pending and fresh.tokens <= visible[id_]
        if not came_true:
            otherwise[id_] = one.facts
            continue
        one.profile = row
        if one.pending:
            kept = fresh.tokens if fresh else tokens(from_row(row), model)
            stale += [(token, id_) for token in visible[id_] - kept]
    if otherwise:
        raise ToldOtherwise(otherwise)
    if stale:
        await fetch_nothing(
            connection,
            "drop_tokens",
            tokens=[token for token, _ in stale],
            ids=[id_ for _, id_ in stale],
        )
    await _write_terms(
        connection, {id_: one.fresh for id_, one in expected.items() if id_ in records and one.fresh}
    )


async def _write_terms(connection: Connection, fresh: Mapping[bytes, Fresh]) -> None:
    """By what those are found whose profile is another now."""
    if not fresh:
        return
    found = [(term, id_) for id_, one in fresh.items() for term in terms(one.profile)]
    await fetch_nothing(connection, "drop_terms", ids=list(fresh))
    await fetch_nothing(
        connection, "write_terms", terms=[term for term, _ in found], ids=[id_ for _, id_ in found]
    )


async def _visible(connection: Connection, ids: list[bytes]) -> dict[bytes, set[int]]:
    visible: dict[bytes, set[int]] = {id_: set() for id_ in ids}
    if ids:
        for id_, token in await fetch(connection, "tokens", ids=ids):
            visible[id_].add(token)
    return visible
