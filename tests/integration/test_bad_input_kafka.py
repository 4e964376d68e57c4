"""What comes over Kafka and cannot be accepted is kept aside with its reason; what is beside it goes its way."""

import re
from typing import Any

import orjson
import pytest

from schemas.fhir.parse import MAX_MESSAGE_BYTES
from services.domain.message import message_key
from services.platform.publisher import Outgoing
from services.platform.topics import TOOLS_IN, partner_in
from tests.bad_messages import FAMILY, NUMBER, REFUSED, SOUND
from tests.messages import (
    AT,
    a_message,
    a_message_with_document,
    fhir_client,
    logs_of,
    metrics_of,
    publish,
    send,
    sender_of,
    settled,
    settled_status,
    token,
)
from tests.stack import RunningStack, wait_for

SENT = ("sent", AT.encode())
OWN = {"ZZT41": (partner_in("ZZT41"), ()), "ZZC12": (TOOLS_IN, (("sender", b"ZZC12"), SENT))}


@pytest.fixture(scope="module")
def quarantined(shared_stack: RunningStack) -> dict[str, dict[str, Any]]:
    """Every refused message between sound ones, through each topic in one batch: what is listed, by key."""
    before = settled_status(shared_stack)
    for sender, (topic, headers) in OWN.items():
        batch = []
        for number, (body, *_) in enumerate(REFUSED.values()):
            batch += [body, orjson.dumps(a_message(f"{sender}-{number}"))]
        publish(shared_stack, *(Outgoing(topic, b"", body, headers) for body in batch))
    count = len(OWN) * len(REFUSED)
    _deliveries(shared_stack, before["accepted"] + 2 * count)
    assert shared_stack.status() == before | {
        "accepted": before["accepted"] + 2 * count,
        "applied": before["applied"] + count,
        "quarantined": before["quarantined"] + count,
    }
    return {one["message_key"]: one for one in shared_stack.json("quarantine", "list", "--messages")}


@pytest.mark.parametrize("sender", OWN)
@pytest.mark.parametrize("wrong", REFUSED)
def test_it_is_kept_aside_with_its_reason(
    quarantined: dict[str, dict[str, Any]], wrong: str, sender: str
) -> None:
    """Listed once, with who sent it, where it came in, and what is wrong at which place."""
    body, _, place, code = REFUSED[wrong]
    one = quarantined[message_key(sender, body).hex()]
    assert one["sender"] == sender
    assert re.fullmatch(rf"{re.escape(OWN[sender][0])}\[\d\]@\d+", one["door"])
    issue = one["issues"][0]
    assert issue["code"] == code
    assert place in issue["place"] or place in issue["text"]


def test_its_bytes_can_be_looked_at(
    shared_stack: RunningStack, quarantined: dict[str, dict[str, Any]]
) -> None:
    """`quarantine show` prints reason, marked document and body, by a key or its start; a list names every one."""
    body, _, place, _ = REFUSED["no such date"]
    key = message_key("ZZT41", body).hex()
    shown = shared_stack.json("quarantine", "show", key)
    assert quarantined[key] | {"body": body.decode()} == {k: v for k, v in shown.items() if k != "document"}
    words = shared_stack.run("quarantine", "show", key[:20]).stdout
    assert f"from ZZT41 at {shown['received_at']}" in words
    assert f"value at {place}: " in words
    assert '"birthDate": "1990-13-40"' in words
    assert shared_stack.run("quarantine", "show", key[:20], "--body").stdout == body.decode()
    listed = shared_stack.run("quarantine", "list", "--messages").stdout
    assert all(one[:16] in listed for one in quarantined)
    for asked, said in (("0" * 64, "No quarantined message"), ("", "hexadecimal"), ("xyz", "hexadecimal")):
        refused = shared_stack.run("quarantine", "show", asked, check=False)
        assert (refused.returncode, said in refused.stderr) == (1, True)


def test_it_is_kept_aside_once(shared_stack: RunningStack, quarantined: dict[str, dict[str, Any]]) -> None:
    """The same bytes delivered again are a duplicate, and the list stays as it was."""
    before = settled_status(shared_stack)
    bodies = [body for body, *_ in REFUSED.values()]
    publish(shared_stack, *(Outgoing(partner_in("ZZT41"), b"", body) for body in bodies))
    _deliveries(shared_stack, before["accepted"] + len(bodies))
    more = {name: before[name] + len(bodies) for name in ("accepted", "duplicate")}
    assert shared_stack.status() == before | more
    assert {
        one["message_key"]: one for one in shared_stack.json("quarantine", "list", "--messages")
    } == quarantined


def test_the_tools_topic_wants_a_sender(shared_stack: RunningStack) -> None:
    """Without an ODS code in the header a message is nobody's, and is kept aside as such."""
    before = settled_status(shared_stack)
    headers = [(), (("sender", b""),), (("sender", b"Trust & Co"),), (("sender", b"ZZ\xff1"),)]
    bodies = [orjson.dumps(a_message(f"nobodys-{number}")) for number in range(len(headers))]
    good = Outgoing(TOOLS_IN, b"", orjson.dumps(a_message("somebodys")), (("sender", b"zzv33"), SENT))
    bad = (Outgoing(TOOLS_IN, b"", body, given) for body, given in zip(bodies, headers, strict=True))
    publish(shared_stack, *bad, good)
    _deliveries(shared_stack, before["accepted"] + len(headers) + 1)
    assert shared_stack.status()["quarantined"] == before["quarantined"] + len(headers)
    listed = {one["message_key"]: one for one in shared_stack.json("quarantine", "list", "--messages")}
    for body in bodies:
        one = listed[message_key("", body).hex()]
        assert (one["sender"], one["issues"][0]["code"]) == ("", "security")
    assert sender_of(shared_stack, message_key("ZZV33", good.value)) == "ZZV33"


def test_a_partners_topic_speaks_for_its_owner_alone(shared_stack: RunningStack) -> None:
    """A header that names another sender changes nothing."""
    body = orjson.dumps(a_message("owner"))
    before = settled_status(shared_stack)
    publish(shared_stack, Outgoing(partner_in("ZZT41"), b"", body, (("sender", b"ZZC12"), SENT)))
    _deliveries(shared_stack, before["accepted"] + 1)
    assert sender_of(shared_stack, message_key("ZZT41", body)) == "ZZT41"
    assert sender_of(shared_stack, message_key("ZZC12", body)) == ""


def test_the_largest_message_goes_in_through_both_doors(shared_stack: RunningStack) -> None:
    """8 MiB exactly is accepted and applied; a byte more is kept aside with the limit."""
    before = settled_status(shared_stack)
    over = orjson.dumps(a_message("over"))
    over += b" " * (MAX_MESSAGE_BYTES + 1 - len(over))
    for body in (_largest("by-kafka"), over):
        publish(shared_stack, Outgoing(partner_in("ZZT41"), b"", body))
    with fhir_client(shared_stack, token(shared_stack, "ZZT41")) as client:
        assert send(client, _largest("by-http")).status_code == 200
    _deliveries(shared_stack, before["accepted"] + 3)
    after = shared_stack.status()
    assert after["applied"] == before["applied"] + 2
    issues = [one["issues"][0] for one in shared_stack.json("quarantine", "list", "--messages")]
    assert [f"{MAX_MESSAGE_BYTES:,}" in one["text"] for one in issues if one["code"] == "too-long"] == [True]


def test_nothing_that_was_sent_commands_a_terminal(shared_stack: RunningStack) -> None:
    """Escape sequences and markup in a name, a number or a quarantined body are printed, not obeyed."""
    loud = a_message(
        "loud", "\x1b[31mred[/]", family="Hill\x1b[2J[/bold]", given="Ash\x9b\x07", nhs_number="[/red]12\x1b"
    )
    bad = b'{"resourceType": "\x1b]0;owned\x07[/dim]"'
    before = shared_stack.status()["accepted"]
    for body in (orjson.dumps(loud), bad):
        publish(shared_stack, Outgoing(partner_in("ZZT41"), b"", body))
    _deliveries(shared_stack, before + 2)
    person = next(one["person"] for one in shared_stack.json("people") if "Hill" in one["name"])
    shown = [
        shared_stack.run(*command).stdout
        for command in (
            ["people"],
            ["record", person],
            ["quarantine", "show", message_key("ZZT41", bad).hex()],
        )
    ]
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", "".join(shown))
    assert "Hill\ufffd[2J[/bold]" in shown[0]
    assert "[/red]12" in shown[1]
    assert "[/dim]" in shown[2]


def test_no_log_tells_of_whom_they_were(
    shared_stack: RunningStack, quarantined: dict[str, dict[str, Any]]
) -> None:
    """Neither the logs nor the metrics hold anything of what was kept aside."""
    assert len(quarantined) >= len(OWN) * len(REFUSED)
    assert FAMILY.encode() in SOUND
    for place, words in (logs_of(shared_stack) | metrics_of(shared_stack)).items():
        for canary in (FAMILY, NUMBER, "kestrel", "canary-4471"):
            assert canary not in words, f"{canary} is in {place}"


def _largest(local: str) -> bytes:
    """A sound message of as many bytes as are taken, almost all of them a document."""
    body = a_message_with_document(local, bytes(6_280_000))
    assert len(body) > MAX_MESSAGE_BYTES - 100_000
    return body + b" " * (MAX_MESSAGE_BYTES - len(body))


def _deliveries(stack: RunningStack, expected: int) -> None:
    """Wait until intake has recorded so many deliveries, and all that was accepted is applied."""
    count = "select count(*) from intake.delivery"
    wait_for(lambda: stack.scalar(count) >= expected, f"{expected} deliveries are recorded")
    settled(stack)
