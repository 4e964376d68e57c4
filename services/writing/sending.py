"""What becomes of a form that was sent: one message, however often it is sent."""

import hashlib
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from services.domain.access.reader import Reader
from services.platform.postgres import Connection


class Written(NamedTuple):
    """A message that was accepted."""

    key: bytes
    source_record: bytes
    """Of the writer's organisation, for the person."""


Accept = Callable[[str, bytes, Callable[[str], bytes]], Awaitable[tuple[bytes, bytes]]]
"""Accepts, as a message of the organisation with this ODS code, what is built as of a FHIR instant; its key and its
source record. What was accepted under the same id before is not built again."""

AcceptedBefore = Callable[[Connection, bytes], Awaitable[tuple[bytes, bytes] | None]]
"""The key and the source record of what was accepted under this id; None where nothing was."""


def sending_id(reader: Reader, act: str, key: str) -> bytes:
    """The id of a form's delivery: the same for the same reader and one-time key."""
    told = "|".join(["page", reader.organisation, reader.user, act, key])
    return hashlib.sha256(told.encode()).digest()[:16]
