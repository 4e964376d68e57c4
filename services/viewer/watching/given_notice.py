"""The notice to stop showing what was given: of whom, by what their own system calls them, what and why."""

from collections.abc import Mapping, Sequence

import orjson

from schemas.notice import NoticedPerson, NoticePart, PersonIdentifier, StopShowing
from services.domain.access.given import Part, Withdrawal
from services.domain.identity.demographics import NHS_NUMBER_SYSTEMS
from services.domain.record.business_identity import resource_key
from services.domain.record.words import objects
from services.platform.access import Partner
from services.platform.postgres import Connection
from services.viewer.watching.given_rows import SQL, Holding

_WHEREABOUTS = (
    "Stop showing where they live and how they are reached: address, telephone, e-mail and practice."
)


async def own_identifiers(
    connection: Connection, source_records: Sequence[bytes]
) -> dict[bytes, list[PersonIdentifier]]:
    """What the system of each of these source records calls the person, by source record."""
    patients = {"patients": [resource_key(one, ("Patient",)) for one in source_records]}
    rows = await (await connection.execute(SQL["own_patients"], patients, binary=True)).fetchall()
    return {source_record: _identifiers(content) for source_record, content in rows}


def stop_showing(
    taken: Withdrawal,
    holding: Holding,
    identifiers: Sequence[PersonIdentifier],
    names: Mapping[str, Partner],
) -> StopShowing:
    """What the organisation is told."""
    return StopShowing(
        person=NoticedPerson(id=holding.given_as.hex(), identifiers=[*identifiers]),
        everything=taken.everything,
        whereabouts=taken.whereabouts,
        parts=[
            NoticePart(sender=one.sender, kinds=sorted(one.kinds), reason=one.reason) for one in taken.parts
        ],
        things=[*taken.things],
        text=" ".join(_sentences(taken, names)),
    )


def _sentences(taken: Withdrawal, names: Mapping[str, Partner]) -> list[str]:
    if taken.everything:
        reasons = sorted({one.reason for one in taken.parts})
        return ["Stop showing everything that others told of this person.", *reasons]
    whereabouts = [_WHEREABOUTS] if taken.whereabouts else []
    things = (
        [f"Stop showing {', '.join(taken.things)}: not shown to your system any more."]
        if taken.things
        else []
    )
    return [*(_sentence(one, names) for one in taken.parts), *whereabouts, *things]


def _sentence(one: Part, names: Mapping[str, Partner]) -> str:
    what = ", ".join(sorted(one.kinds)) if one.kinds else "everything"
    teller = names[one.sender].name if one.sender in names else one.sender
    return f"Stop showing of what {teller} told: {what}. {one.reason}"


def _identifiers(content: bytes) -> list[PersonIdentifier]:
    told = objects(orjson.loads(content).get("identifier"))
    pairs = {(str(one.get("system", "")), str(one["value"])) for one in told if one.get("value")}
    return [
        PersonIdentifier(system=system, value=value)
        for system, value in sorted(pairs)
        if system not in NHS_NUMBER_SYSTEMS
    ]
