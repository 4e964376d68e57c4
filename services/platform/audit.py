"""Writing down who saw or did what: no audit, no access. Whoever shows something writes this first."""

import asyncio
import hmac
import logging
import socket
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from psycopg.pq import TransactionStatus

from services.domain.access.audited import Kind
from services.platform import metrics
from services.platform.audit_chain import Head, anchors_at, canonical, derived_key
from services.platform.audit_event import Event, Outcome, audit_event
from services.platform.log import describe
from services.platform.postgres import Connection
from services.platform.queries import load_queries

log = logging.getLogger(__name__)

SQL = load_queries(__package__, "audit.sql")

ANCHOR_EVERY = 2.0
"""Seconds between two anchors of a chain that grows."""


class NotAudited(Exception):
    """An event could not be written down, so what it is about is neither shown nor done."""


class Audit:
    """The events of one process on one machine, in a chain of their own."""

    def __init__(self, process: str, partnership_key: bytes, anchors: Path | None) -> None:
        """`anchors` is the file outside the database; without one, what is cut off the end is not found."""
        self.writer = f"{process}@{socket.gethostname()}"
        self._process = process
        self._words_key = derived_key(partnership_key, "carethread audit words")
        self._anchors = anchors_at(anchors, partnership_key)
        self._head: Head | None = None
        self._anchored: Head | None = None
        self._timer: asyncio.TimerHandle | None = None

    def hashed(self, words: str) -> bytes:
        """What stands for words that somebody searched for: who lacks the key cannot even guess at them."""
        return hmac.digest(self._words_key, words.encode(), "sha256") if words else b""

    async def audited(self, connection: Connection, event: Event) -> None:
        """Write an event, before anything of what it is about is shown. The connection is within no transaction.

        Raises:
            NotAudited: it is not written.
        """
        assert connection.info.transaction_status == TransactionStatus.IDLE, (
            "an event outlives what it is about"
        )
        try:
            written = audit_event(await _told_of(connection, event), self._process, datetime.now(UTC))
            given = {"writer": self.writer, "canonical": canonical(written).decode()}
            row = await (await connection.execute(SQL["append"], given, binary=True)).fetchone()
        except psycopg.Error as fault:
            log.error("An event could not be written to the audit: %s", describe(fault))
            raise NotAudited from fault
        assert row is not None
        self._head = max(self._head or Head(0, b""), Head(*row))
        _count(event)
        if self._anchors and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(ANCHOR_EVERY, self.anchor)

    def anchor(self) -> None:
        """Say outside the database how far the chain is; where that fails, the next event tries again."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._anchors is None or self._head is None or self._head == self._anchored:
            return
        try:
            self._anchors.add(self.writer, self._head, datetime.now(UTC).isoformat(timespec="seconds"))
        except OSError as fault:
            metrics.AUDIT_ANCHOR_FAILURES.inc()
            log.error("The audit could not be anchored: %s", describe(fault))
        else:
            self._anchored = self._head


async def _told_of(connection: Connection, event: Event) -> Event:
    """With all source records of each person: whoever they are found to be later, it is known who saw what."""
    if not event.persons:
        return event
    persons = tuple(sorted(set(event.persons)))
    rows = await (
        await connection.execute(SQL["source_records"], {"persons": list(persons)}, binary=True)
    ).fetchall()
    return event._replace(persons=persons + tuple(id_ for (id_,) in rows))


def _count(event: Event) -> None:
    metrics.AUDIT_EVENTS.labels(event.kind).inc()
    if event.outcome is Outcome.REFUSED:
        count_refusal(str(event.reader.role) if event.reader else "nobody")
    if (
        event.kind is Kind.BREAK_GLASS and event.persons and event.outcome is Outcome.DONE
    ):  # not that it is asked for
        metrics.BREAK_GLASS.inc()


def count_refusal(role: str) -> None:
    """Count that somebody of this role was refused."""
    metrics.ACCESS_DENIED.labels(role).inc()
