"""The truth about a synthetic stream: who is who, and which resources tell of the same real thing."""

from array import array
from typing import TextIO

from services.workbench.synth.organisations import ORGANISATIONS, Organisation
from services.workbench.synth.resources import resource_id
from services.workbench.synth.source_records import SourceRecord

HEADER = "kind,sender,id,truth\n"

_KINDS = ("Encounter", "ServiceRequest")


class Truth:
    """Gathers the truth in 8 bytes a row, so that it can be written in order at the end."""

    def __init__(self) -> None:
        # organisation, kind, serial, event and organisation, local number, person: in the order of the text
        self._entries = array("Q")
        self._people = array("Q")

    def person(self, record: SourceRecord) -> None:
        """A source record is of its person."""
        local = int(record.local[-7:])
        self._people.append(record.organisation.place << 56 | local << 32 | record.person)

    def entry(self, organisation: Organisation, kind: str, serial: int, event: int) -> None:
        """An organisation's Encounter or ServiceRequest tells of the event."""
        row = organisation.place << 61 | _KINDS.index(kind) << 60 | serial << 32 | event
        self._entries.append(row)

    def write(self, out: TextIO) -> None:
        """Write it as CSV: `kind,sender,id,truth`, in order."""
        out.write(HEADER)
        for row in sorted(self._entries):
            sender, kind = ORGANISATIONS[row >> 61], _KINDS[row >> 60 & 1]
            name = resource_id(kind, row >> 32 & 0xFFF_FFFF)
            out.write(f"entry,{sender.ods},{kind}/{name},{row & 0xFFFF_FFFF}\n")
        for row in sorted(self._people):
            sender = ORGANISATIONS[row >> 56]
            out.write(f"person,{sender.ods},{sender.prefix}{row >> 32 & 0xFF_FFFF:07d},{row & 0xFFFF_FFFF}\n")
