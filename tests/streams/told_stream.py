"""What a written stream comes to, read by the rules of the record: who is who, what is current, what folds."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cache, cached_property, reduce
from typing import Any, NamedTuple

import orjson

from schemas.fhir.reread import reread
from services.domain.identity.demographics import Demographics, display_name, join, profile_of
from services.domain.identity.linkage import Linked, link
from services.domain.message import read_message, subject_of, thing_reference
from services.domain.record.duplicates.doubts import Seen, is_doubtful
from services.domain.record.duplicates.facet import from_row
from services.domain.record.instant import instant_ticks
from services.domain.record.kinds import CONTEXT
from services.domain.record.telling import WITHDRAWN
from services.domain.record.version import Rank, Version
from services.record.model import load_model
from tests.folded import Folded, folded
from tests.folded import Told as Thing
from tests.streams.fhir_builders import NHS, Resource
from tests.streams.scenario import Scenario

NHS_NUMBER = f"{NHS}/Id/nhs-number"
UBRN = f"{NHS}/Id/UBRN"
BARS = f"{NHS}/Id/BaRS-Identifier"

_KEY = b"a key for reading streams alone"


class Told(NamedTuple):
    """One version of one thing as a sender told it."""

    person: str
    """The name on the record; a second person of one name has a 2 behind it."""
    sender: str
    source_record: bytes
    version: Version
    resource: Resource
    """As it is kept: references name things, and its instant is the version's."""

    @property
    def thing(self) -> str:
        """The reference by which the record names it."""
        return thing_reference(self.version.resource_key)

    @property
    def stands(self) -> bool:
        """Whether its system has not taken it back."""
        return bool(self.resource.get("status") != WITHDRAWN)


class Arrival(NamedTuple):
    """What the record reads from one line."""

    source_record: bytes
    sender: str
    versions: list[Version]
    demographics: Demographics


class ToldStream:
    """The lines of a scenario, and all that the service reads from them under the model that ships."""

    def __init__(self, scenario: Scenario) -> None:
        self.raw = scenario.stream.read_bytes().splitlines()
        self.lines: list[dict[str, Any]] = [orjson.loads(line) for line in self.raw]
        self.messages: list[Resource] = [line["message"] for line in self.lines]

    def arriving(self, kind: str) -> Iterator[tuple[str, Resource]]:
        """Every (sender, resource) of one type as it is sent, in order of arrival."""
        for line in self.lines:
            for resource in resources(line["message"], kind):
                yield line["sender"], resource

    @cached_property
    def arrivals(self) -> list[Arrival]:
        """In order of arrival, all that is about somebody."""
        found = []
        for line in self.lines:
            if not resources(line["message"], "Patient"):
                continue
            bundle = reread(orjson.dumps(line["message"]))
            record = subject_of(bundle, line["sender"], _KEY)
            sent = instant_ticks(line["sent"])
            assert sent is not None, line["sent"]
            message = read_message(bundle, record, sent)
            found.append(Arrival(record, line["sender"], message.versions, message.demographics))
        return found

    @cached_property
    def told(self) -> list[Told]:
        """Every version, the earlier ones first; what is sent twice is told once."""
        found: dict[tuple[bytes, Rank], Told] = {}
        for record, sender, versions, _ in self.arrivals:
            for version in versions:
                resource = orjson.loads(version.content)
                one = Told(self.persons[record], sender, record, version, resource)
                found[version.resource_key, version.rank] = one
        return sorted(found.values(), key=lambda one: (one.version.rank, one.source_record))

    @cached_property
    def current(self) -> list[Told]:
        """What is current: the highest-ranked version of each thing."""
        return list({one.version.resource_key: one for one in self.told}.values())

    def standing(self, kind: str) -> list[Told]:
        """What is current of one resource type and has not been taken back."""
        return [one for one in self.current if one.resource["resourceType"] == kind and one.stands]

    def kind(self, kind: str, person: str = "") -> list[Resource]:
        """The current resources of one type, of one person where one is named."""
        return [
            one.resource
            for one in self.current
            if one.resource["resourceType"] == kind and person in ("", one.person)
        ]

    def versions_of(self, sender: str, kind: str, local: str) -> list[Resource]:
        """The versions of one resource, the earlier first, by its id or one of its identifiers."""
        return [
            one.resource
            for one in self.told
            if one.sender == sender and one.resource["resourceType"] == kind and local in _local(one.resource)
        ]

    @cached_property
    def persons(self) -> dict[bytes, str]:
        """The person of each source record."""
        clusters: defaultdict[int, list[bytes]] = defaultdict(list)
        for record, cluster in zip(self.facts, self._linked.clusters, strict=True):
            clusters[cluster].append(record)
        found: dict[bytes, str] = {}
        for records in clusters.values():
            name = display_name(reduce(join, (self.facts[record] for record in records)))
            found |= dict.fromkeys(records, f"{name} 2" if name in found.values() else name)
        return found

    def for_review(self) -> list[set[str]]:
        """The pairs that a steward would be asked about, by the names their systems have."""
        known = list(self.facts.values())
        return [
            {display_name(known[one]), display_name(known[other])} for one, other, _ in self._linked.review
        ]

    def systems(self) -> dict[str, set[str]]:
        """The senders that know each person."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for one in self.told:
            found[one.person].add(one.sender)
        return dict(found)

    def entry(self, one: Told) -> bytes:
        """The key of the entry that a current thing is in."""
        key = one.version.resource_key
        return self._folded.entries.get(key, key)

    def folded(self) -> Counter[tuple[str, str, tuple[str, ...]]]:
        """How many entries several systems tell, by person, resource type and senders."""
        tellers: defaultdict[bytes, list[Told]] = defaultdict(list)
        for one in self.current:
            if one.version.kind != CONTEXT:
                tellers[self.entry(one)].append(one)
        return Counter(
            (told[0].person, told[0].resource["resourceType"], tuple(sorted(one.sender for one in told)))
            for told in tellers.values()
            if len(told) > 1
        )

    def flagged(self) -> Counter[tuple[str, str, frozenset[str]]]:
        """What may be one and stands as two, for a person to judge: by person, rule and local ids."""
        by_key = {one.version.resource_key: one for one in self.current}
        entries = self._folded.entries
        seen = self._seen()
        return Counter(
            (
                by_key[one].person,
                decision.rule,
                frozenset(_local(by_key[key].resource)[0] for key in (one, other)),
            )
            for (one, other), decision in self._folded.decided.items()
            if entries[one] != entries[other] and is_doubtful(seen[entries[one]], seen[entries[other]])
        )

    def _seen(self) -> dict[bytes, Seen]:
        tellers: defaultdict[bytes, list[Told]] = defaultdict(list)
        for one in self.current:
            tellers[self.entry(one)].append(one)
        return {
            key: Seen({one.sender for one in told}, not any(one.stands for one in told))
            for key, told in tellers.items()
        }

    def redelivered(self) -> list[int]:
        """How often each message comes that comes more than once."""
        deliveries = Counter((line["sender"], orjson.dumps(line["message"])) for line in self.lines)
        return sorted(count for count in deliveries.values() if count > 1)

    def under_two_ids(self) -> int:
        """How many messages are sent again under another Bundle id."""
        bodies = {(line["sender"], orjson.dumps(line["message"])) for line in self.lines}
        return len(bodies) - len({(sender, _without_id(body)) for sender, body in bodies})

    def overtaken(self) -> set[str]:
        """The ids of what a system told again at a later instant, which arrived before what it had told first."""
        highest: dict[bytes, Rank] = {}
        found: set[str] = set()
        for arrival in self.arrivals:
            for version in arrival.versions:
                if version.rank < highest.setdefault(version.resource_key, version.rank):
                    resource = orjson.loads(version.content)
                    if resource["resourceType"] not in {"Patient", "RelatedPerson"} and "id" in resource:
                        found.add(resource["id"])
                highest[version.resource_key] = max(highest[version.resource_key], version.rank)
        return found

    @cached_property
    def facts(self) -> dict[bytes, Demographics]:
        """Who each source record says that its person is, in an order that arrival has no part in."""
        told: dict[bytes, Demographics] = {}
        for arrival in self.arrivals:
            told[arrival.source_record] = join(told.get(arrival.source_record, {}), arrival.demographics)
        return dict(sorted(told.items()))

    @cached_property
    def _linked(self) -> Linked:
        return who_is_who(self.facts.values())

    @cached_property
    def _folded(self) -> Folded:
        return folded(
            {
                one.version.resource_key: Thing(one.sender, one.person, from_row(one.version.facet))
                for one in self.current
                if one.version.facet
            }
        )


@cache
def told_stream(scenario: Scenario) -> ToldStream:
    """A scenario's stream, read once."""
    return ToldStream(scenario)


def who_is_who(facts: Iterable[Demographics]) -> Linked:
    """The persons that source records are of, and the pairs for review, under the model that ships."""
    return link([profile_of(one) for one in facts], load_model())


def resources(message: Resource, kind: str = "") -> list[Resource]:
    """The resources of a message, or those of one type."""
    found = [entry["resource"] for entry in message["entry"]]
    return [each for each in found if kind in {"", each["resourceType"]}]


def identifiers(resource: Resource, system: str) -> list[str]:
    """The resource's identifiers of one system."""
    return [each["value"] for each in resource.get("identifier", []) if each["system"] == system]


def references(node: object) -> Iterator[str]:
    """Every reference written as a URL, at any depth."""
    if isinstance(node, dict):
        if isinstance(node.get("reference"), str):
            yield node["reference"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def _local(resource: Resource) -> list[str]:
    """Its id, where it has one, and its identifiers."""
    named = [resource["id"]] if "id" in resource else []
    return [*named, *(each["value"] for each in resource.get("identifier", []))]


def _without_id(body: bytes) -> bytes:
    message: Resource = orjson.loads(body)
    return orjson.dumps({name: told for name, told in message.items() if name != "id"})
