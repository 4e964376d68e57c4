"""Which entries the things of a batch are in: held against what others tell of the person, and folded anew."""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence, Set

from services.domain.identity.decision import Grade
from services.domain.identity.rulings import Pair, Verdict, pair
from services.domain.record.duplicates.decision import Decision, decide, tokens
from services.domain.record.duplicates.facet import from_row
from services.domain.record.duplicates.folding import fold
from services.domain.record.duplicates.rulings import Thing, overruled, rulings_among
from services.domain.record.kinds import CONTEXT
from services.domain.record.version import head_element
from services.platform.postgres import Connection
from services.record.assemble import Refaceted, Sums, ToldAnew
from services.record.profiles import as_token
from services.record.store import fetch, fetch_nothing


async def fold_duplicates(
    connection: Connection, told: ToldAnew, moved: Sequence[bytes], ruled_on: Set[Thing]
) -> Sums:
    """Fold anew what is told anew, what the batch rules on, and all that the `moved` source records tell: those of
    another person than before.

    The persons are written already, and all source records of theirs are locked. Returns how their sums change.
    """
    if told.refaceted:
        await _write_tokens(connection, told.refaceted)
    keys = set(told.refaceted)
    if moved:
        keys |= {key for (key,) in await fetch(connection, "facets_of_source_records", ids=list(moved))}
    keys |= await _ruled_on(connection, told.first, moved, ruled_on)
    sums = Sums()
    if not keys:
        return sums
    apart = await fetch(connection, "drop_duplicates", keys=list(keys))
    verdicts = await fetch(connection, "verdicts", keys=list(keys), context=CONTEXT)
    ruled = {(one, other): Verdict(verdict) for one, other, verdict in verdicts}
    found = overruled(await _find(connection, keys), ruled)
    if found:
        await _write(connection, found)
    reached = keys | {key for both in (*apart, *found) for key in both}
    await _fold(connection, reached, sums)
    return sums


async def _ruled_on(
    connection: Connection, first: Set[bytes], moved: Sequence[bytes], ruled_on: Set[Thing]
) -> set[bytes]:
    if not (first or moved or ruled_on):
        return set()
    rows = await fetch(
        connection,
        "things_ruled_on",
        ruled=[thing.resource_key for thing in ruled_on],
        ruled_records=[thing.source_record for thing in ruled_on],
        first=list(first),
        moved=list(moved),
    )
    return {key for (key,) in rows}


async def _write_tokens(connection: Connection, refaceted: Mapping[bytes, Refaceted]) -> None:
    def hashed() -> list[tuple[bytes, int, bytes]]:
        return [
            (one.source_record, as_token(token), key)
            for key, one in refaceted.items()
            if one.facet
            for token in tokens(from_row(one.facet))
        ]

    rows = await asyncio.to_thread(hashed)
    await fetch_nothing(connection, "drop_facet_tokens", keys=list(refaceted))
    await fetch_nothing(
        connection,
        "write_facet_tokens",
        ids=[id_ for id_, _, _ in rows],
        tokens=[token for _, token, _ in rows],
        keys=[key for _, _, key in rows],
    )


async def _find(connection: Connection, keys: Collection[bytes]) -> dict[Pair, Decision]:
    near = await fetch(connection, "duplicate_candidates", keys=list(keys))
    if not near:
        return {}
    pairs = {pair(mine, theirs) for mine, theirs in near}
    rows = await fetch(connection, "facets", keys=list({key for both in pairs for key in both}))

    def decide_all() -> dict[Pair, Decision]:
        facets = {key: from_row(facet) for key, _, facet in rows}
        decided = {both: decide(facets[both[0]], facets[both[1]]) for both in pairs}
        return {both: decision for both, decision in decided.items() if decision}

    return await asyncio.to_thread(decide_all)


async def _write(connection: Connection, found: Mapping[Pair, Decision]) -> None:
    await fetch_nothing(
        connection,
        "write_duplicates",
        ones=[one for one, _ in found],
        others=[other for _, other in found],
        grades=[decision.grade.value for decision in found.values()],
        rules=[decision.rule for decision in found.values()],
        nearness=[decision.nearness for decision in found.values()],
    )


async def _fold(connection: Connection, reached: Iterable[bytes], sums: Sums) -> None:
    members = await fetch(connection, "duplicate_components", keys=list(reached))
    senders = {key: sender for key, _, sender, *_ in members}
    rows = await fetch(connection, "duplicates_within", keys=list(senders))
    decided = {
        (one, other): Decision(Grade(grade), rule, nearness) for one, other, grade, rule, nearness in rows
    }
    entries = fold(senders, decided, rulings_among(decided))
    others = []
    for key, source_record, _, before, kind, content_hash in members:
        if (after := entries[key]) != before:
            others.append((key, after))
            sums.gone[source_record].append(head_element(source_record, key, before, kind, content_hash))
            sums.come[source_record].append(head_element(source_record, key, after, kind, content_hash))
    if others:
        await fetch_nothing(
            connection,
            "write_entry_keys",
            keys=[key for key, _ in others],
            entry_keys=[entry for _, entry in others],
        )
