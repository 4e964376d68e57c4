"""People as several systems tell of them, stewards' rulings on those, and who is who when all that is known at once."""

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import orjson

from schemas.fhir.ruling import ruling_bundle
from services.domain.identity.blocking import keys
from services.domain.identity.clustering import Member, cluster
from services.domain.identity.decision import Decision, decide
from services.domain.identity.demographics import from_json, profile_of
from services.domain.identity.rulings import Pair, Ruling, Verdict, in_force, pair
from services.domain.identity.source_record import local_identity, source_record_id
from services.platform.postgres import Connection
from services.platform.topics import PARTNERSHIP
from services.record.apply import apply
from services.record.digest import compute_digest
from services.record.model import load_model
from tests.engines import PARTNERSHIP_KEY, accept
from tests.streams.fhir_builders import NHS, Demographics, Organisation, Resource, known_to, note
from tests.streams.message_lines import message
from tests.streams.norfolk_suffolk_partners import COUNCIL, LANTERN, SURGERY, TRUST

Sent = tuple[str, int, bytes]
"""Sender, ticks of `sent`, body."""

HOLDERS = (TRUST, SURGERY, COUNCIL, LANTERN)
AT = "2026-05-04T10:00:00Z"
LATER = "2026-05-05T10:00:00Z"

WREN = Demographics(
    "Wren", "Quillfeather", "female", "1990-04-02", "", "07700 900101", "4 Reed Lane", "Salthouse", "NR98 4QF"
)
"""Somebody of whom much is known, but for an NHS number."""

FERN = Demographics(
    "Fern", "Ollerby", "female", "1961-11-23", "", "07700 900111", "9 Staithe Row", "Reedmere", "NR99 1LD"
)
"""Somebody else, of whom as much is known."""

NUMBERS = ("9990000018", "9990000026", "9990000034", "9990000042")


def told(
    holder: Organisation,
    local: str,
    who: Demographics,
    at: str = AT,
    *,
    replaces: str = "",
    text: str = "We met.",
) -> Sent:
    """What a system says of a person it knows under a local number; `replaces` is the NHS number they had before."""
    known = known_to(holder, local, who, at)
    patient = known.patient
    name = {"family": who.family, "given": [who.given]}
    given = {field: value for field, value in name.items() if value not in ("", [""])}
    patient |= {"name": [given] if given else [], "birthDate": who.birth_date, "gender": who.gender}
    for field in [field for field in ("name", "birthDate", "gender") if not patient[field]]:
        del patient[field]
    if replaces:
        identifier = {"system": f"{NHS}/Id/nhs-number", "value": replaces}
        patient["link"] = [{"other": {"identifier": identifier}, "type": "replaces"}]
    said = note(known, f"note-{local}", text, on=at, by="Sam Okafor")
    return holder.ods, 1, orjson.dumps(message(holder, at, said, [patient]))


NOBODY = Demographics("", "", "", "")
"""Of whom nothing is known."""


def record_id(holder: Organisation, local: str) -> bytes:
    """The id of the source record of a holder's local number."""
    patient: Resource = known_to(holder, local, WREN, AT).patient
    return source_record_id(PARTNERSHIP_KEY, holder.ods, local_identity(patient))


def ruled(one: bytes, other: bytes, verdict: str, at: str = AT) -> Sent:
    """A steward's ruling on two source records: same, not-same or undo."""
    bundle = ruling_bundle(one.hex(), other.hex(), verdict, by="Ash Lowe", reason="Spoke to both.", at=at)
    return PARTNERSHIP, 1, orjson.dumps(bundle)


async def take_in(connection: Connection, sent: Sequence[Sent]) -> None:
    """Accept and apply, all in one batch."""
    await apply(connection, await accept(connection, sent))


async def take_in_somehow(connection: Connection, sent: Sequence[Sent], dice: random.Random) -> None:
    """In batches of any size, and some of it again."""
    left, applied = list(sent), list[bytes]()
    while left:
        size = dice.randint(1, 5)
        now, left = left[:size], left[size:]
        keys = await accept(connection, now)
        await apply(connection, [*keys, *dice.sample(applied, min(2, len(applied)))])
        applied += keys


async def take_in_one_by_one(connection: Connection, sent: Iterable[Sent]) -> None:
    """Accept and apply, each in a batch of its own."""
    for one in sent:
        await take_in(connection, [one])


async def persons(connection: Connection) -> dict[bytes, bytes]:
    """The person of each source record that has told something."""
    query = "select id, person from record.source_record where person is not null"
    return dict(await (await connection.execute(query, binary=True)).fetchall())


async def standing(connection: Connection) -> dict[str, Any]:
    """All that the record holds on who is who, and the digest: the same for the same messages."""
    rows = await connection.execute("select issues from intake.quarantine")
    assert await rows.fetchall() == [], "all that was told was accepted"
    found: dict[str, Any] = {"digest": await compute_digest(connection)}
    for name, query in _TABLES.items():
        found[name] = set(await (await connection.execute(query, binary=True)).fetchall())
    return found


_TABLES = {
    "records": b"select id, person, profile, pending from record.source_record",
    "links": b"select one, other, grade, rule, weight from record.link",
    "keys": b"select token, source_record from record.blocking",
    "numbers": b"select number, source_record from record.number",
    "rulings": b"select message_key, one, other, instant, verdict from record.ruling",
    "assets": b"select resource_key, sender, instant, version_id, own, content, names::text from record.asset",
    "entries": b"select resource_key, entry_key, facet from record.entry",
    "facet tokens": b"select source_record, token, resource_key from record.facet_token",
    "duplicates": b"select one, other, grade, rule, nearness, in_doubt from record.duplicate",
    "entry rulings": b"select one, one_record, other, other_record, verdict, message_key from record.entry_ruling",
}


async def persons_at_once(connection: Connection) -> dict[bytes, bytes]:
    """Who is who if every pair that shares a key is decided at once, from nothing but facts and rulings."""
    model = load_model()
    rows = await (
        await connection.execute("select id, demographics from record.source_record where person is not null")
    ).fetchall()
    profiles = {id_: profile_of(from_json(facts)) for id_, facts in rows}
    holders: defaultdict[str, set[bytes]] = defaultdict(set)
    for id_, profile in profiles.items():
        for key in keys(profile, model):
            holders[key].add(id_)
    decided: dict[Pair, Decision] = {
        pair(one, other): decide(profiles[one], profiles[other], model)
        for sharing in holders.values()
        for one in sharing
        for other in sharing
        if one < other
    }
    rows = await (
        await connection.execute("select instant, message_key, one, other, verdict from record.ruling")
    ).fetchall()
    rulings = in_force(
        Ruling(at, key, (one, other), Verdict(verdict)) for at, key, one, other, verdict in rows
    )
    joining = [both for both, decision in decided.items() if decision.links]
    joining += [both for both, verdict in rulings.items() if verdict is Verdict.SAME]
    found: dict[bytes, bytes] = {}
    for component in _components(set(profiles), joining):
        within = {both: decision for both, decision in decided.items() if component.issuperset(both)}
        verdicts = {both: verdict for both, verdict in rulings.items() if component.issuperset(both)}
        found |= cluster([Member(id_, profiles[id_]) for id_ in component], within, verdicts, model)
    return found


def _components(ids: set[bytes], joining: Sequence[Pair]) -> list[set[bytes]]:
    left, found = set(ids), []
    while left:
        reached = {left.pop()}
        while more := {
            id_ for both in joining if not reached.isdisjoint(both) for id_ in both if id_ in left
        }:
            reached |= more
            left -= more
        found.append(reached)
    return found


_GIVEN = ("Wren", "Wrenn", "Jayden", "Hayden", "Maya", "Tom", "Thomas", "")
_FAMILY = ("Quillfeather", "Quillfether", "Fenn", "Fenn-Larter")
_BORN = ("1990-04-02", "1990-02-04", "1991-04-02", "1990-04", "")
_PHONES = ("", "07700 900101", "07700 900102", "07700 900110")
_HOMES = (
    ("", "", ""),
    ("4 Reed Lane", "Salthouse", "NR98 4QF"),
    ("Flat 2, 4 Reed Ln", "Salthouse", "NR98 4QE"),
)


def a_muddle(dice: random.Random) -> list[Sent]:
    """What few systems say of few people who are hard to tell apart: slips, twins, moves, numbers lent, replaced and
    corrected, and rulings on any two of them, undone now and then."""
    known = [(holder, str(local)) for holder in HOLDERS for local in range(1, 3)]
    sent: list[Sent] = []
    for number in range(dice.randint(6, 14)):
        holder, local = dice.choice(known)
        at = f"2026-05-0{dice.randint(1, 9)}T10:00:00Z"
        replaces = dice.choice(NUMBERS) if dice.random() < 0.15 else ""
        sent.append(told(holder, local, _anybody(dice), at, replaces=replaces, text=f"Note {number}."))
    for _ in range(dice.randint(0, 4)):
        one, other = (record_id(*who) for who in dice.sample(known, 2))
        verdict = dice.choice([one.value for one in Verdict])
        sent.append(ruled(one, other, verdict, f"2026-06-0{dice.randint(1, 9)}T10:00:00Z"))
    return sent


def _anybody(dice: random.Random) -> Demographics:
    if dice.random() < 0.15:
        return replace(NOBODY, nhs_number=dice.choice(NUMBERS))
    street, town, postcode = dice.choice(_HOMES)
    return Demographics(
        given=dice.choice(_GIVEN),
        family=dice.choice(_FAMILY),
        gender=dice.choice(("female", "female", "male")),
        birth_date=dice.choice(_BORN),
        nhs_number=dice.choice(("", "", *NUMBERS)),
        phone=dice.choice(_PHONES),
        street=street,
        town=town,
        postcode=postcode,
    )
