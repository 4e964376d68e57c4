"""Reading a message: what it says, however it is written, and references that name things."""

import copy
import random
from typing import Any

import orjson

from services.domain.message import CareMessage, message_key, needs_sent, read_message, subject_of
from services.domain.record.version import Version
from tests.messages import a_message, resources

KEY = b"a key for tests alone"
SENDER = "ZZT41"


def read(bundle: dict[str, Any], sent: int = 7) -> CareMessage:
    """What the message says, leaving `bundle` as it was."""
    own = copy.deepcopy(bundle)
    return read_message(own, subject_of(own, SENDER, KEY), sent)


def told(bundle: dict[str, Any], sent: int = 7) -> dict[bytes, Version]:
    """Its versions by the thing they are of."""
    return {one.resource_key: one for one in read(bundle, sent).versions}


def test_whitespace_and_the_order_of_keys_are_another_message_with_the_same_versions() -> None:
    """The received bytes name a message; what it says is what it says."""
    bundle = a_message("m-1")
    spaced = orjson.dumps(bundle, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
    assert message_key(SENDER, spaced) != message_key(SENDER, orjson.dumps(bundle))
    assert read(orjson.loads(spaced)) == read(bundle)


def test_another_bundle_id_and_other_full_urls_say_the_same() -> None:
    """An export in a new envelope, with new names for its entries, gives the same versions."""
    bundle = a_message("m-2")
    text = orjson.dumps(bundle).decode()
    for number, entry in enumerate(bundle["entry"]):
        text = text.replace(entry["fullUrl"], f"urn:uuid:00000000-0000-4000-8000-{number:012}")
    other = orjson.loads(text) | {"id": "another"}
    assert other != bundle
    assert read(other) == read(bundle)


def test_the_order_of_entries_decides_nothing() -> None:
    """The header is first by the standard; the rest may stand in any order."""
    bundle = a_message("m-3")
    shuffled = copy.deepcopy(bundle)
    shuffled["entry"][1:] = random.Random(1).sample(shuffled["entry"][1:], len(shuffled["entry"]) - 1)
    assert told(shuffled) == told(bundle)


def test_references_name_things() -> None:
    """A note's subject is the person's key, which does not change from message to message."""
    patient, note = (read(a_message("m-4")).versions[place] for place in (1, 2))
    reference = orjson.loads(note.content)["subject"]["reference"]
    assert reference == f"urn:uuid:{_uuid(patient.resource_key)}"
    again = read(a_message("m-4", "They came again")).versions
    assert orjson.loads(again[2].content)["subject"]["reference"] == reference


def test_a_relative_reference_names_the_same_thing() -> None:
    """Patient/id and the entry's fullUrl are two ways of saying one thing."""
    bundle = a_message("m-5")
    relative = copy.deepcopy(bundle)
    patient, note = resources(relative)[1:]
    note["subject"]["reference"] = f"Patient/{patient['id']}"
    assert read(relative) == read(bundle)


def test_a_reference_to_what_is_not_in_the_message_stays() -> None:
    """What the message does not hold keeps the name its sender gave it."""
    bundle = a_message("m-6")
    resources(bundle)[2]["about"] = [{"reference": "Location/9"}]
    assert orjson.loads(read(bundle).versions[2].content)["about"] == [{"reference": "Location/9"}]


def test_a_thing_without_a_name_is_known_by_its_content() -> None:
    """The same again is the same thing; other content is another; and the message's names do not matter."""
    first, again, other = (a_message("m-7", text) for text in ("One", "One", "Two"))
    for bundle in (first, again, other):
        del resources(bundle)[2]["id"]
    again["entry"][2]["fullUrl"] = "urn:uuid:00000000-0000-4000-8000-000000000001"
    keys = [read(bundle).versions[2].resource_key for bundle in (first, again, other)]
    assert keys[0] == keys[1] != keys[2]


def test_senders_and_people_keep_their_things_apart() -> None:
    """The same logical id told by two senders, or of two people, is two things."""
    bundle = a_message("m-8")
    mine, theirs = (subject_of(bundle, sender, KEY) for sender in (SENDER, "ZZC12"))
    one, other = (read_message(copy.deepcopy(bundle), subject, 7) for subject in (mine, theirs))
    keys = [{version.resource_key for version in message.versions} for message in (one, other)]
    assert keys[0].isdisjoint(keys[1])
    assert subject_of(a_message("m-9"), SENDER, KEY) != mine


def test_which_instant_ranks_a_version() -> None:
    """The resource's own, else the message's timestamp, else `sent`, which a later delivery can lower."""
    bundle = a_message("m-10")
    own = told(bundle)
    for resource in resources(bundle):
        resource.pop("meta", None)
    stamped = told(bundle)
    assert not needs_sent(bundle)
    assert {one.rank.instant for one in own.values()} == {one.rank.instant for one in stamped.values()}
    del bundle["timestamp"]
    assert needs_sent(bundle)
    assert {one.rank.instant for one in told(bundle, sent=5).values()} == {5}
    assert all(one.ranked_by_sent for one in told(bundle).values())
    assert not any(one.ranked_by_sent for one in stamped.values())


def test_the_sender_and_the_bytes_make_the_key() -> None:
    """Moving a letter from the sender to the body makes another message."""
    assert message_key("AB", b"C") != message_key("A", b"BC")


def _uuid(key: bytes) -> str:
    text = key.hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
