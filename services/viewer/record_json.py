"""A person's record as JSON, for `carethread record --json`: nothing of the clock."""

import orjson

from services.domain.identity.demographics import Demographics
from services.domain.record.survivorship import Survivor
from services.viewer.reading import CareRecord, Entry, Source
from services.viewer.story import read_story
from services.viewer.story_json import story_json


def canonical_json(record: CareRecord) -> bytes:
    """The record as JSON, byte for byte the same for the same record; nothing of the clock, no local address."""
    document = {
        "person": record.person.hex(),
        "name": record.name,
        "nhs_numbers": record.nhs_numbers,
        "birth_date": record.facts["birth_date"].value if "birth_date" in record.facts else None,
        "source_records": [
            {
                "id": one.id.hex(),
                "sender": one.sender,
                "facts": _facts_json(one.facts),
            }
            for one in record.source_records
        ],
        "entries": [
            {
                "entry": entry.key.hex(),
                "kind": entry.kind,
                **_shown_json(entry),
                "sources": [_source_json(source) for source in entry.sources],
                "one_because": entry.because,
                "may_be_the_same": [
                    {"entry": one.other.hex(), "rule": one.rule, "reason": one.reason} for one in entry.alike
                ],
            }
            for entry in record.entries
        ],
        "context": sorted((_source_json(one) for one in record.context), key=lambda one: str(one["thing"])),
        **story_json(read_story(record.words, record.earlier)),
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)


def _shown_json(entry: Entry) -> dict[str, object]:
    """What shows of each field; and where several systems tell of the entry, from which of them it is."""
    fields: dict[str, Survivor] = entry.survivors._asdict()
    told_by = {name: one.senders for name, one in fields.items() if one.value}
    several = len({source.sender for source in entry.sources}) > 1
    return {name: one.value for name, one in fields.items()} | {"from": told_by if several else {}}


def _facts_json(facts: Demographics) -> dict[str, object]:
    """The facts by name; of names, addresses, telephones and e-mail addresses all, the current ones first."""
    said: dict[str, object] = {name: told.value for name, told in facts.items() if ":" not in name}
    for kind, (plural, between) in _LISTED.items():
        found = [(told.rank, told.value) for name, told in facts.items() if name.startswith(f"{kind}:")]
        parts = (orjson.loads(value) for _, value in sorted(found, reverse=True))
        said[plural] = [between.join(part for part in one if part) for one in parts]
    return said


_LISTED = {
    # by kind of fact: the list it stands in, and what stands between its parts
    "name": ("names", " "),
    "address": ("addresses", ", "),
    "phone": ("phones", ""),
    "email": ("emails", ""),
}


def _source_json(source: Source) -> dict[str, object]:
    return {
        "sender": source.sender,
        "source_record": source.source_record.hex(),
        "thing": source.resource_key.hex(),
        "versions": source.versions,
        "resource": source.resource,
    }
