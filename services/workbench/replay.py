"""`carethread replay`: a stream over Kafka, in any order, any number of times, until it is applied."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

from schemas.stream import NotAStreamLine, read_line
from services.domain.message import message_key
from services.domain.record.instant import instant_ticks
from services.platform.publisher import Outgoing, Publisher, PublishFailed
from services.platform.topics import HEADER_SENDER, HEADER_SENT, TOOLS_IN, NotAnOdsCode, sender_code

_AT_ONCE = 200
_LOOK_EVERY = 0.2
_MISSING_AFTER = 5.0
"""Seconds without any progress after which what is missing is published again."""

_QUIET_AFTER = 5.0
"""Seconds without another delivery after which no more are expected."""

_UNSETTLED = """
    select key, m.message_key is null and q.message_key is null as missing
    from unnest(%(keys)s::bytea[]) as asked(key)
    left join intake.message m on m.message_key = key
    left join intake.quarantine q on q.message_key = key
    left join intake.outbox o on o.message_key = key
    where (m.message_key is null and q.message_key is null) or o.message_key is not null
"""


class BadStream(Exception):
    """The stream file cannot be replayed; the words say which line and why."""


class NotSettled(Exception):
    """The stream was not applied in time."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the stream, ready to send."""

    key: bytes
    record: Outgoing


def read_stream(path: Path) -> list[Line]:
    """The lines of an NDJSON stream, in its own order.

    Raises:
        BadStream: it does not exist, or a line is no stream line.
    """
    if not path.is_file():
        raise BadStream(f"{path} does not exist.")
    lines = []
    with path.open("rb") as file:
        for number, text in enumerate(file, 1):
            if text.strip():
                try:
                    lines.append(parse_line(text.strip()))
                except BadStream as fault:
                    raise BadStream(f"{path}:{number}: {fault}") from None
    if not lines:
        raise BadStream(f"{path} has no lines.")
    return lines


def arrange(lines: list[Line], *, shuffle: bool, duplicate: float, seed: int) -> list[Line]:
    """The order of sending: with each line sent again with probability `duplicate`, and shuffled or not.

    The same seed gives the same order.
    """
    dice = random.Random(seed)
    sent = [one for line in lines for one in ([line, line] if dice.random() < duplicate else [line])]
    if shuffle:
        dice.shuffle(sent)
    return sent


def send(publisher: Publisher, lines: Sequence[Line], rate: float | None) -> Iterator[int]:
    """Send the lines, at most `rate` a second, and say after each batch how many went.

    A batch that the broker does not take is sent again until it does.

    Raises:
        PublishFailed: it did not take it for a minute.
    """
    began, sent = time.monotonic(), 0
    size = _AT_ONCE if rate is None else max(1, min(_AT_ONCE, int(rate / 10)))
    while sent < len(lines):
        batch = lines[sent : sent + size]
        _publish(publisher, batch)
        sent += len(batch)
        if rate is not None:
            time.sleep(max(0.0, began + sent / rate - time.monotonic()))
        yield len(batch)


def count_deliveries(dsn: str) -> int:
    """How many deliveries intake has recorded so far.

    Raises:
        psycopg.OperationalError: PostgreSQL does not answer.
    """
    with psycopg.connect(dsn, connect_timeout=5) as connection:
        row = connection.execute("select count(*) from intake.delivery").fetchone()
    return int(row[0]) if row else 0


def wait_until_settled(
    dsn: str,
    publisher: Publisher,
    lines: Sequence[Line],
    *,
    deliveries: int,
    within: float,
    progress: Callable[[int], None],
) -> None:
    """Wait until every line is applied or quarantined; what was lost before acceptance is sent again.

    Then wait until intake has recorded `deliveries` in all, so that the counts have settled too, or until it
    records no more: a broker that died has taken the repeated ones with it. `progress` hears how many
    more distinct messages are settled.

    Raises:
        NotSettled: some are not, after `within` seconds.
    """
    by_key = {line.key: line for line in lines}
    waiting = set(by_key)
    deadline = time.monotonic() + within
    last_change = time.monotonic()
    while waiting:
        found = _unsettled(dsn, waiting)
        if found is not None:
            if len(found) < len(waiting):
                last_change = time.monotonic()
            progress(len(waiting) - len(found))
            waiting = set(found)
            missing = [key for key, is_missing in found.items() if is_missing]
            if missing and time.monotonic() - last_change > _MISSING_AFTER:
                _publish(publisher, [by_key[key] for key in missing])
                last_change = time.monotonic()
        if waiting and time.monotonic() > deadline:
            raise NotSettled(
                f"{len(waiting)} of {len(by_key)} messages are not applied after {within:.0f} s."
            )
        if waiting:
            time.sleep(_LOOK_EVERY)
    _wait_for_deliveries(dsn, deliveries)


def _wait_for_deliveries(dsn: str, expected: int) -> None:
    seen, last_change = -1, time.monotonic()
    while seen < expected and time.monotonic() - last_change < _QUIET_AFTER:
        with suppress(psycopg.OperationalError):
            if (now := count_deliveries(dsn)) != seen:
                seen, last_change = now, time.monotonic()
        if seen < expected:
            time.sleep(_LOOK_EVERY)


def _unsettled(dsn: str, keys: set[bytes]) -> dict[bytes, bool] | None:
    """Keys not yet settled, and whether each has not even been accepted; None while PostgreSQL is away."""
    try:
        with psycopg.connect(dsn, connect_timeout=5) as connection:
            return dict(connection.execute(_UNSETTLED, {"keys": list(keys)}, binary=True).fetchall())
    except psycopg.OperationalError:
        return None


def _publish(publisher: Publisher, lines: Sequence[Line]) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            publisher.publish_now([line.record for line in lines])
        except PublishFailed:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)
        else:
            return


def parse_line(text: bytes) -> Line:
    """A stream line, ready to send.

    Raises:
        BadStream: it is none.
    """
    try:
        told = read_line(text)
        sender = sender_code(told.sender)
    except (NotAStreamLine, NotAnOdsCode) as fault:
        raise BadStream(str(fault)) from None
    if instant_ticks(told.sent) is None:
        raise BadStream("sent is not an instant such as 2026-03-02T10:30:00Z.")
    body = bytes(told.message)
    headers = ((HEADER_SENDER, sender.encode()), (HEADER_SENT, told.sent.encode()))
    key = message_key(sender, body)
    return Line(key, Outgoing(TOOLS_IN, key, body, headers))
