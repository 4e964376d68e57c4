"""Writes the Norfolk and Suffolk stream: NHS, council and charities in one team around one person."""

from pathlib import Path

import orjson

from tests.streams.fhir_builders import Resource
from tests.streams.message_lines import Line, message
from tests.streams.norfolk_suffolk_partners import PARTNERS, TIDEWELL
from tests.streams.norfolk_suffolk_people import aisha, bee, callum, derek, ewa, joan, maya, thomas

HERE = Path(__file__).parent
STREAM = HERE / "norfolk-suffolk.ndjson"
PARTNER_LIST = HERE / "norfolk-suffolk.partners.json"
PEOPLE = (maya, derek, aisha, callum, joan, bee, thomas, ewa)


def note_about_nobody() -> Line:
    """The one poison line: a note in which the charity forgot to say whom it is about."""
    at = "2026-05-21T15:42:10.5+01:00"
    lost: Resource = {
        "resourceType": "Communication",
        "id": "note-0415",
        "status": "completed",
        "sent": at,
        "payload": [{"contentString": "Rang to say the bus was late; we met at the boathouse café instead."}],
    }
    sent = "2026-05-21T14:42:12.500Z"
    return Line(TIDEWELL.ods, sent, message(TIDEWELL, at, lost, []), sent)


def lines() -> list[Line]:
    """Every line of the stream, in order of arrival."""
    told = [line for person in PEOPLE for line in person.story()]
    return sorted([*told, note_about_nobody()], key=lambda line: line.arrives)


def stream() -> bytes:
    """The stream as it is written: one JSON document a line."""
    return b"".join(line.as_json() + b"\n" for line in lines())


def partner_list() -> bytes:
    """The senders of the stream, as an operator would register them."""
    rows = [{"ods": each.ods, "name": each.name, "sector": each.sector} for each in PARTNERS]
    return orjson.dumps(rows, option=orjson.OPT_INDENT_2) + b"\n"


if __name__ == "__main__":
    STREAM.write_bytes(stream())
    PARTNER_LIST.write_bytes(partner_list())
