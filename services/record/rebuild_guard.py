"""What keeps a batch and a rebuilt record apart: no batch is begun on one record and ended on another."""

import psycopg

from services.domain.identity.model import Model
from services.platform.postgres import Connection, OtherRules
from services.record.model import records_version
from services.record.store import fetch

_versions: dict[int, tuple[Model, str]] = {}
"""By the model's identity, and with it, so that no other can take its place: to work one out takes 10 ms."""


class RecordReplaced(psycopg.errors.SerializationFailure):
    """A rebuilt record took the place of the one on which the batch was begun: the batch is to be tried anew."""


async def record_of(connection: Connection, model: Model) -> int:
    """Which record is in place just now: a number that no other of this database has.

    Inside a transaction it also keeps that record in its place until the end: a swap waits.

    Raises:
        OtherRules: the record is made with another model, or by other rules, than a batch would be.
    """
    (place, made_by), *_ = await fetch(connection, "made_by")
    if made_by != (ours := _version(model)):
        raise OtherRules(
            f"The record was rebuilt and follows rules and model {made_by}, and this process has {ours}: "
            "start it again with those."
        )
    return int(place)


async def keep_in_place(connection: Connection, record: int, model: Model) -> None:
    """Keep this record in its place until the transaction ends.

    Raises:
        RecordReplaced, OtherRules: another one is there.
    """
    if await record_of(connection, model) != record:
        raise RecordReplaced("Another record is in place than when the batch was begun.")


def _version(model: Model) -> str:
    if id(model) not in _versions:
        _versions[id(model)] = model, records_version(model)
    return _versions[id(model)][1]
