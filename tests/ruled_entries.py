"""Stewards' rulings on what several systems tell, and the entries that come of it when all is known at once."""

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations

import orjson

from schemas.fhir.reread import reread
from schemas.fhir.ruling import entry_ruling_bundle
from services.domain.identity.rulings import Pair, Verdict, pair
from services.domain.message import read_message
from services.domain.record.duplicates.decision import decide
from services.domain.record.duplicates.facet import from_row
from services.domain.record.duplicates.folding import fold
from services.domain.record.duplicates.rulings import Thing, overruled
from services.domain.record.kinds import CONTEXT
from services.intake.accept import Delivery, check
from services.platform.postgres import Connection
from services.platform.topics import PARTNERSHIP
from tests.engines import PARTNERSHIP_KEY
from tests.identities import LATER, Sent


def entries_ruled(one: Thing, other: Thing, verdict: str, at: str = LATER, by: str = "Ash Lowe") -> Sent:
    """A steward's ruling on two things: same, not-same or undo."""
    bundle = entry_ruling_bundle(one.name, other.name, verdict, by=by, reason="Rang both.", at=at)
    return PARTNERSHIP, 1, orjson.dumps(bundle)


def things_told(sent: Sent) -> list[Thing]:
    """The things that a message tells of and that are entries, in its order."""
    return [thing for thing, _ in _told(sent)]


def _told(sent: Sent) -> list[tuple[Thing, str]]:
    """Each with its kind."""
    sender, at, body = sent
    checked = check(Delivery(b"any", sender, at, "test", body), PARTNERSHIP_KEY)
    versions = read_message(reread(body), checked.source_record, at).versions
    return [
        (Thing(checked.source_record, one.resource_key), one.kind) for one in versions if one.kind != CONTEXT
    ]


def some_rulings(dice: random.Random, sent: Sequence[Sent]) -> list[Sent]:
    """On any two things that are told, of one kind or person or not; undone, contradicted, misnamed now and then."""
    kinds = {thing: kind for one in sent for thing, kind in _told(one)}
    things = sorted(kinds)
    things.append(Thing(things[0].source_record, b"\x07" * 16))
    found: list[Sent] = []
    for number in range(dice.randint(6, 9)):
        one, other = dice.sample(things, 2)
        alike = [thing for thing in things if thing != one and kinds.get(thing) == kinds.get(one)]
        if alike and dice.random() < 0.8:
            other = dice.choice(alike)
        if len(alike) > 1 and dice.random() < 0.4:
            third = dice.choice([thing for thing in alike if thing != other])
            found += [entries_ruled(one, third, "same"), entries_ruled(other, third, "not-same")]
        if dice.random() < 0.1:
            one = one._replace(source_record=other.source_record)
        for _ in range(dice.randint(1, 2)):
            verdict = dice.choice(("same", "same", "not-same", "not-same", "undo"))
            found.append(
                entries_ruled(one, other, verdict, f"2026-06-0{dice.randint(1, 3)}T10:0{number}:00Z")
            )
    return found


async def entries_at_once(connection: Connection) -> dict[bytes, bytes]:
    """The entry of each thing if every two things of a person are decided at once, from facets and rulings alone."""
    rows = await connection.execute(
        "select e.resource_key, e.source_record, s.sender, s.person, e.kind, e.facet "
        "from record.entry e join record.source_record s on s.id = e.source_record",
        binary=True,
    )
    told = {key: row for key, *row in await rows.fetchall()}
    by_person: defaultdict[bytes, list[bytes]] = defaultdict(list)
    for key, (_, _, person, _, _) in told.items():
        by_person[person].append(key)
    rows = await connection.execute(
        "select one, one_record, other, other_record, verdict from record.entry_ruling", binary=True
    )
    rulings: dict[Pair, Verdict] = {}
    for one, one_record, other, other_record, verdict in await rows.fetchall():
        named = one in told and other in told and (told[one][0], told[other][0]) == (one_record, other_record)
        if named and verdict != "undo" and told[one][2:4] == told[other][2:4] and told[one][3] != CONTEXT:
            rulings[one, other] = Verdict(verdict)
    found: dict[bytes, bytes] = {}
    for keys in by_person.values():
        facets = {key: from_row(told[key][4]) for key in keys if told[key][4]}
        decided = {
            pair(one, other): decision
            for one, other in combinations(facets, 2)
            if told[one][1] != told[other][1] and (decision := decide(facets[one], facets[other]))
        }
        within = {both: verdict for both, verdict in rulings.items() if set(both) <= set(keys)}
        found |= fold({key: told[key][1] for key in keys}, overruled(decided, within), within)
    return found


async def entry_keys(connection: Connection) -> dict[bytes, bytes]:
    """The entry of each thing, as the record has it."""
    rows = await connection.execute("select resource_key, entry_key from record.entry", binary=True)
    return dict(await rows.fetchall())


def groups(entries: dict[bytes, bytes], among: Iterable[Thing]) -> list[set[Thing]]:
    """Which of these things are in one entry."""
    found: defaultdict[bytes, set[Thing]] = defaultdict(set)
    for thing in among:
        found[entries[thing.resource_key]].add(thing)
    return [found[key] for key in sorted(found)]
