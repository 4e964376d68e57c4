"""Writes the Norfolk and Suffolk stream: NHS, council and charities in one team around one person."""

from tests.streams.fhir_builders import Resource
from tests.streams.message_lines import Line, message
from tests.streams.norfolk_suffolk_partners import PARTNERS, TIDEWELL
from tests.streams.norfolk_suffolk_people import aisha, bee, callum, derek, ewa, joan, maya, thomas
from tests.streams.scenario import Scenario


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


NORFOLK_SUFFOLK = Scenario(
    "norfolk-suffolk",
    PARTNERS,
    tuple(person.story for person in (maya, derek, aisha, callum, joan, bee, thomas, ewa)),
    about_nobody=(note_about_nobody(),),
)

if __name__ == "__main__":
    NORFOLK_SUFFOLK.write()
