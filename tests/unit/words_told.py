"""What systems say of one person, as the record reads it from their messages: for tests of what is read from it."""

from collections.abc import Iterable
from copy import deepcopy
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import orjson
from hypothesis import strategies as st

from schemas.fhir.message import read_message_bytes
from services.domain.identity.rulings import pair
from services.domain.message import read_message, subject_of
from services.domain.record.duplicates.decision import decide
from services.domain.record.duplicates.facet import from_row
from services.domain.record.duplicates.folding import fold
from services.domain.record.instant import instant_ticks, moment_ticks
from services.domain.record.version import Rank, Version, as_served
from services.domain.record.word import Word
from tests.streams.message_lines import Line
from tests.streams.norfolk_suffolk_partners import PARTNERS

Resource = dict[str, Any]

NAMES = {partner.ods: (partner.name, partner.sector) for partner in PARTNERS}
"""Name and sector of the partner organisations."""

_STREAM = Path(__file__).parents[1] / "streams" / "norfolk-suffolk.ndjson"
_KEY = b"k" * 32


class Heard(NamedTuple):
    """The current words, and all versions there were."""

    words: list[Word]
    earlier: list[Word]


def heard(*lines: Line) -> Heard:
    """What these lines say; each is accepted, or the test is wrong."""
    return _heard(orjson.loads(line.as_json()) for line in lines)


def heard_in_stream(*families: str) -> Heard:
    """What the Norfolk and Suffolk stream says of the people with one of these family names."""
    lines = (orjson.loads(line) for line in _STREAM.read_bytes().splitlines())
    return _heard(line for line in lines if _family(line["message"]) in families)


def ticks(moment: str) -> int:
    """The ticks of a date or dateTime that is one."""
    told = moment_ticks(moment)
    assert told is not None
    return told


def word(resource: Resource, number: int, *, sender: str = "ZZT41", entry: int | None = None) -> Word:
    """A word as it is, on a thing and an entry with these numbers."""
    key = number.to_bytes(16, "big")
    return Word(
        key, key if entry is None else entry.to_bytes(16, "big"), sender.encode(), sender, resource, number
    )


def _family(message: Resource) -> str:
    return next(
        (
            str(entry["resource"]["name"][0]["family"])
            for entry in message["entry"]
            if entry["resource"]["resourceType"] == "Patient" and entry["resource"].get("name")
        ),
        "",
    )


def _heard(lines: Iterable[dict[str, Any]]) -> Heard:
    kept: dict[bytes, dict[Rank, Version]] = {}
    by: dict[bytes, tuple[bytes, str]] = {}
    for line in lines:
        bundle = read_message_bytes(orjson.dumps(line["message"])).bundle
        record = subject_of(bundle, line["sender"], _KEY)
        sent = instant_ticks(line["sent"])
        assert sent is not None
        for one in read_message(bundle, record, sent).versions:
            kept.setdefault(one.resource_key, {})[one.rank] = one
            by[one.resource_key] = record, line["sender"]
    current = [versions[max(versions)] for versions in kept.values()]
    entries = _entries(current, {key: sender for key, (_, sender) in by.items()})

    def as_word(one: Version) -> Word:
        resource = as_served(one.content, one.rank)
        return Word(
            one.resource_key, entries[one.resource_key], *by[one.resource_key], resource, one.rank.instant
        )

    return Heard(
        [as_word(one) for one in current], [as_word(one) for told in kept.values() for one in told.values()]
    )


def _entries(current: list[Version], senders: dict[bytes, str]) -> dict[bytes, bytes]:
    """The entry of each thing, as the rules on duplicates have it."""
    facets = {one.resource_key: from_row(one.facet) for one in current if one.facet}
    decided = {pair(one, other): decide(facets[one], facets[other]) for one, other in combinations(facets, 2)}
    return fold(senders, {both: found for both, found in decided.items() if found}, {})


_BY_HAND: list[Resource] = [
    {
        "resourceType": "CareTeam",
        "status": "active",
        "period": {"start": "2026-01-05"},
        "participant": [
            {
                "role": [{"text": "Key worker", "coding": [{"code": "768820003"}]}],
                "member": {"reference": f"urn:uuid:{1:032x}", "display": "Sam Okafor, peer worker"},
                "onBehalfOf": {
                    "identifier": {"system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "ZZV58"}
                },
                "period": {"start": "2026-01-05", "end": "2026-03-01"},
            }
        ],
    },
    {
        "resourceType": "EpisodeOfCare",
        "status": "active",
        "period": {"start": "2026-01-05"},
        "careManager": {"reference": f"urn:uuid:{2:032x}"},
        "managingOrganization": {"reference": f"urn:uuid:{4:032x}"},
    },
    {
        "resourceType": "PractitionerRole",
        "id": "r",
        "practitioner": {"reference": f"urn:uuid:{3:032x}", "display": "Priya Nair"},
        "organization": {"reference": f"urn:uuid:{4:032x}"},
        "code": [{"text": "Named social worker"}],
    },
    {"resourceType": "Practitioner", "id": "p", "name": [{"given": ["Priya"], "family": "Nair"}]},
    {
        "resourceType": "Organization",
        "name": "Fen Choir",
        "identifier": [{"system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "ZZX01"}],
    },
    {"resourceType": "HealthcareService", "name": "Door", "providedBy": {"reference": f"urn:uuid:{4:032x}"}},
    {"resourceType": "RelatedPerson", "name": [{"text": "Ron"}], "relationship": [{"text": "Husband"}]},
]
_ODD: st.SearchStrategy[Any] = st.sampled_from(
    [
        None,
        True,
        0,
        -7.5,
        1e300,
        "",
        " ",
        ",",
        "NAIR, Priya",
        "Priya  NAIR",
        "Tidewell Peers",
        "PHQ-9 total score",
        "What matters to me",
        "entered-in-error",
        "completed",
        "rejected",
        "2026-03",
        "2026-02-30",
        "2026-03-20T14:00:00+01:00",
        "Practitioner/p",
        "#r",
        "urn:uuid:zz",
        "\x00\u2028<b>",
        [],
        [[]],
        {},
        {"display": "Dawn Ferreira"},
        {"coding": [{"system": "http://loinc.org", "code": "44261-6"}]},
        [{"text": "About me"}],
        *({"reference": f"urn:uuid:{number:032x}"} for number in range(6)),
    ]
)


@st.composite
def odd_words(draw: st.DrawFn, sound: list[Word]) -> Word:
    """A word in whose resource something stands that should not: on a sound one's thing, or one of a few."""
    by_hand = [word(resource, number) for number, resource in enumerate(_BY_HAND)]
    base: Word = draw(st.sampled_from([*by_hand, *sound]))
    told = deepcopy(base.resource)
    for _ in range(draw(st.integers(0, 3))):
        node: Any = told
        while True:
            places = (
                sorted(node.keys() - {"resourceType", "meta"}) if isinstance(node, dict) else range(len(node))
            )
            if not places:
                break
            place = draw(st.sampled_from(places))
            if isinstance(node[place], dict | list) and draw(st.booleans()):
                node = node[place]
                continue
            node[place] = deepcopy(draw(_ODD))
            break
    instant = ticks("2026-03-02") + draw(st.integers(0, 3)) * 10**13
    if draw(st.booleans()):
        return base._replace(resource=told, instant=instant)
    number, entry = draw(st.integers(0, 7)), draw(st.integers(0, 5))
    sender = draw(st.sampled_from(["ZZT41", "ZZC12"]))
    return word(told, number, sender=sender, entry=entry)._replace(instant=instant)
