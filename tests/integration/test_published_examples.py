"""The NHS's published examples through the real doors, where they lie beside the project."""

from collections import Counter

import psycopg
import pytest

from services.domain.message import message_key
from services.platform.publisher import Outgoing
from services.platform.topics import TOOLS_IN
from tests.messages import AT, fhir_client, publish, rows, send, settled, token
from tests.published.examples import FOLDER, SETS, Example, examples, fate
from tests.published.table import TABLE, table
from tests.record_rows import record_rows
from tests.stack import RunningStack, wait_for

pytestmark = [
    pytest.mark.any_broker,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="the published examples are not beside the project"),
]

SENDERS = dict(zip(SETS, ("ZZT41", "ZZC12", "ZZV33", "ZZT42"), strict=True))


@pytest.fixture(scope="module")
def told(shared_stack: RunningStack) -> RunningStack:
    """A stack that was sent every example once over Kafka, each set by a sender of its own."""
    _send_over_kafka(shared_stack)
    wait_for(lambda: shared_stack.status()["accepted"] == len(examples()), "each has its delivery")
    settled(shared_stack)
    return shared_stack


def test_the_table_is_as_it_is_written() -> None:
    """docs/published-examples.md says what intake makes of each; `python -m tests.published.table` rewrites it."""
    assert TABLE.read_text() == table()


def test_each_ends_where_the_table_says(told: RunningStack) -> None:
    """Accepted and applied, or quarantined under the rule that the table names; none is missing."""
    keys = {_key(one): fate(one) for one in examples()}
    with psycopg.connect(told.book.postgres.get_secret_value()) as connection:
        accepted = {key for (key,) in connection.execute("select message_key from intake.message")}
        aside = connection.execute("select message_key, cause from intake.quarantine").fetchall()
    assert accepted == {key for key, one in keys.items() if one.accepted}
    assert {key: cause.split()[0] for key, cause in aside} == {
        key: one.rule for key, one in keys.items() if not one.accepted
    }
    counts = told.status()
    assert (counts["in_flight"], counts["applied"]) == (0, len(accepted))


def test_messages_that_share_an_id_stay_distinct(told: RunningStack) -> None:
    """Several published messages carry one Bundle.id: each is a message of its own."""
    with psycopg.connect(told.book.postgres.get_secret_value()) as connection:
        ids = connection.execute("select sender, sender_id from intake.message where sender_id is not null")
        shared = [one for one, count in Counter(ids.fetchall()).items() if count > 1]
    assert shared


def test_all_of_them_again_change_nothing(told: RunningStack) -> None:
    """Over Kafka and over HTTP, in another order: duplicates alone, and no row of the record is written."""
    before, counts, refused = record_rows(told), told.status(), rows(told)["intake.quarantine"]
    _send_over_kafka(told, backwards=True)
    wait_for(lambda: told.status()["accepted"] == counts["accepted"] + len(examples()), "all came again")
    accepted = [one for one in examples() if fate(one).accepted]
    for name, sender in SENDERS.items():
        with fhir_client(told, token(told, sender)) as client:
            for one in accepted:
                if one.set_name == name:
                    assert send(client, one.body).status_code == 200
    settled(told)
    assert record_rows(told) == before
    assert rows(told)["intake.quarantine"] == refused
    more = len(examples()) + len(accepted)
    assert told.status() == counts | {
        "accepted": counts["accepted"] + more,
        "duplicate": counts["duplicate"] + more,
    }


def _key(example: Example) -> bytes:
    return message_key(SENDERS[example.set_name], example.body)


def _send_over_kafka(stack: RunningStack, *, backwards: bool = False) -> None:
    found = examples()[::-1] if backwards else examples()
    headers = {name: (("sender", ods.encode()), ("sent", AT.encode())) for name, ods in SENDERS.items()}
    publish(stack, *(Outgoing(TOOLS_IN, b"", one.body, headers[one.set_name]) for one in found))
