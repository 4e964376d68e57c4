"""Messages as values that can be compared, printed and drawn: what a system tells, and what a steward rules."""

import re
from functools import cache
from typing import NamedTuple, Protocol
from uuid import NAMESPACE_URL, uuid5

import orjson

from services.domain.record.duplicates.rulings import Thing
from tests.identities import AT, WREN, Sent, record_id, ruled
from tests.identities import told as identified
from tests.messages import resources
from tests.ruled_entries import entries_ruled, things_told
from tests.streams.fhir_builders import (
    Demographics,
    Resource,
    SourceRecord,
    contact,
    goal,
    known_to,
    note,
    referral,
    score,
)
from tests.streams.message_lines import message, version
from tests.streams.norfolk_suffolk_partners import COUNCIL, LANTERN, SURGERY, TRUST

HOLDERS = {"trust": TRUST, "surgery": SURGERY, "council": COUNCIL, "lantern": LANTERN}
_UUID = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

VERDICTS = ("same", "not-same", "undo")


class Message(Protocol):
    """What can be sent."""

    @property
    def sent(self) -> Sent:
        """As it is delivered."""
        ...


class Known(NamedTuple):
    """The local number under which a system knows somebody."""

    holder: str
    local: str

    @property
    def id(self) -> bytes:
        """The id of the source record."""
        return record_id(HOLDERS[self.holder], self.local)


class What(NamedTuple):
    """One of the things that a system tells of: its kind and number, and what is said of it now."""

    kind: str
    number: int
    day: int = 2
    says: int = 0

    def resource(self, known: SourceRecord) -> Resource:
        """As its system has it of this person."""
        on = f"2026-03-{self.day:02d}"
        name = f"{self.kind}-{self.number}"
        match self.kind:
            case "referral":
                return referral(known, name, TRUST, "Talking therapy", "Low", on=on, by=SURGERY)
            case "contact":
                start, end = f"{on}T10:{5 * self.says:02d}:00Z", f"{on}T11:00:00Z"
                return contact(known, name, "Home visit", start, end, "Sam Okafor")
            case "score":
                return score(known, name, "PHQ-9", 9 + self.says, on=on, by="Sam Okafor")
            case "goal":
                state = ("in-progress", "improving", "achieved")[self.says]
                return goal(known, name, "Walk twice a week", state, since=on)
        return note(known, name, ("We walked.", "We talked.", "We sat.")[self.says], on=on, by="Sam Okafor")


class Tells(NamedTuple):
    """A message of a system about somebody it knows: one version of one thing."""

    known: Known
    who: Demographics
    what: What
    at: str = AT
    """When the system says it wrote this; empty where it keeps no instants, and `ticks` counts."""
    version: int = 0
    """The number that the system gives the version; 0 for none."""
    ticks: int = 1
    """When it was sent."""

    @property
    def sent(self) -> Sent:
        """As it is delivered."""
        holder = HOLDERS[self.known.holder]
        known = known_to(holder, self.known.local, self.who, self.at)
        focus = self.what.resource(known)
        if self.version:
            focus = version(focus, self.version)
        bundle = message(holder, self.at or AT, focus, [known.patient], timed=bool(self.at))
        if not self.at:
            for resource in resources(bundle):
                resource.pop("meta", None)
        return holder.ods, self.ticks, orjson.dumps(bundle)


class Identifies(NamedTuple):
    """A message that says who somebody is; `replaces` is the NHS number that they had before."""

    known: Known
    who: Demographics
    at: str = AT
    replaces: str = ""

    @property
    def sent(self) -> Sent:
        """As it is delivered."""
        holder = HOLDERS[self.known.holder]
        return identified(holder, self.known.local, self.who, self.at, replaces=self.replaces)


class Rules(NamedTuple):
    """A steward's ruling on two source records."""

    one: Known
    other: Known
    verdict: str
    day: int

    @property
    def sent(self) -> Sent:
        """As it is delivered."""
        sent = ruled(self.one.id, self.other.id, self.verdict, f"2026-06-0{self.day}T10:00:00Z")
        return _named_alike(sent, repr(self))


class Named(NamedTuple):
    """A thing that a system tells of, or never does."""

    known: Known
    kind: str
    number: int

    @property
    def thing(self) -> Thing:
        """As a ruling names it."""
        return _thing(self)


class RulesEntries(NamedTuple):
    """A steward's ruling on two things; a misnamed one puts the first under the source record of the other."""

    one: Named
    other: Named
    verdict: str
    day: int
    misnamed: bool = False

    @property
    def sent(self) -> Sent:
        """As it is delivered."""
        one, other = self.one.thing, self.other.thing
        if self.misnamed:
            one = one._replace(source_record=other.source_record)
        sent = entries_ruled(one, other, self.verdict, f"2026-06-0{self.day}T10:00:00Z")
        return _named_alike(sent, repr(self))


def _named_alike(sent: Sent, ruling: str) -> Sent:
    """With the same ids for the same ruling, which is given new ones each time; of one instant they decide."""
    sender, at, body = sent
    for number, id_ in enumerate(dict.fromkeys(_UUID.findall(body))):
        body = body.replace(id_, str(uuid5(NAMESPACE_URL, f"{ruling}/{number}")).encode())
    return sender, at, body


@cache
def _thing(named: Named) -> Thing:
    (found,) = things_told(Tells(named.known, WREN, What(named.kind, named.number)).sent)
    return found
