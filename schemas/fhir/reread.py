"""Accepted bytes read again. It loads no models of FHIR, for whoever reads what was accepted checks nothing."""

from typing import Any

import orjson

from schemas.fhir.repair import repair
from schemas.fhir.shapes import as_message


def reread(body: bytes) -> dict[str, Any]:
    """The message Bundle in bytes that were accepted, as `message.read_message_bytes` gave it."""
    document: dict[str, Any] = orjson.loads(body)
    repair(document)
    return as_message(document)[0]
