"""How the events of one writer are chained, and how the end of a chain is signed and kept outside the database.

The signature is HMAC-SHA256, with a key derived from the partnership key by HKDF (RFC 5869): whoever may write to the
database, or to the file, and lacks that key can sign nothing, and the standard library does it.
"""

import hashlib
import hmac
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import orjson

START = bytes(32)
"""What stands for the hash before the first event."""


class Head(NamedTuple):
    """The end of a writer's chain."""

    seq: int
    hash: bytes


class NotAnAnchor(Exception):
    """A line is no anchor that was signed with this key."""


def derived_key(partnership_key: bytes, what_for: str) -> bytes:
    """A key of 32 bytes for one use alone: HKDF-SHA256 without salt, as RFC 5869 has it."""
    extracted = hmac.digest(bytes(32), partnership_key, "sha256")
    return hmac.digest(extracted, what_for.encode() + b"\x01", "sha256")


def canonical(document: Any) -> bytes:
    """JSON, byte for byte the same for the same content."""
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


def link(previous: bytes, writer: str, seq: int, event: bytes) -> bytes:
    """The hash of a writer's event number `seq`, as the database makes it (audit.append)."""
    return hashlib.sha256(previous + seq.to_bytes(8) + f"{writer}\n".encode() + event).digest()


class Anchors:
    """The file of signed ends of chains: only ever added to, by any number of processes."""

    def __init__(self, file: Path, partnership_key: bytes) -> None:
        self.file = file
        self._key = derived_key(partnership_key, "carethread audit anchors")

    def add(self, writer: str, head: Head, at: str) -> None:
        """Say how far a writer's chain is at an instant.

        Raises:
            OSError: the file cannot be written.
        """
        said = {"at": at, "hash": head.hash.hex(), "seq": head.seq, "writer": writer}
        line = canonical(said | {"signature": self._signature(said)}) + b"\n"
        descriptor = os.open(self.file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, line)  # one call, so that lines of several processes do not mix
        finally:
            os.close(descriptor)

    def read(self, line: bytes) -> tuple[str, Head]:
        """The writer and the end of its chain that a line tells.

        Raises:
            NotAnAnchor: it is none, or was not signed with this key.
        """
        try:
            said = orjson.loads(line)
            signature = said.pop("signature")
            found = said["writer"], Head(said["seq"], bytes.fromhex(said["hash"]))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise NotAnAnchor from None
        if not hmac.compare_digest(str(signature).encode(), self._signature(said).encode()):
            raise NotAnAnchor
        return found

    def latest(self, lines: Iterable[bytes]) -> tuple[dict[str, Head], list[int]]:
        """Of each writer the furthest end that is told; and the numbers of the lines that are no anchors."""
        found: dict[str, Head] = {}
        wrong: list[int] = []
        for number, line in enumerate(lines, 1):
            try:
                writer, head = self.read(line)
            except NotAnAnchor:
                wrong.append(number)
            else:
                found[writer] = max(found.get(writer, head), head)
        return found, wrong

    def _signature(self, said: dict[str, Any]) -> str:
        return hmac.digest(self._key, canonical(said), "sha256").hex()


def anchors_at(file: Path | None, partnership_key: bytes) -> Anchors | None:
    """The anchors in a file; None where none are kept."""
    return Anchors(file, partnership_key) if file else None
