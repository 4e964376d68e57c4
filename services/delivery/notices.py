"""Notices to stop showing what was given, a page at a time."""

from datetime import datetime

from schemas.notice import Notice, NoticePage
from services.delivery.events import Position, Stop, stops_after
from services.platform.postgres import Connection, snapshot


def notice(stop: Stop) -> Notice:
    """What the organisation is told."""
    return Notice.model_validate(
        stop.told
        | {
            "event_id": stop.position.cursor,
            "notice": "stop-showing",
            "receiver": stop.receiver,
            "at": stop.at,
        }
    )


async def notices_since(
    connection: Connection, receiver: str, since: Position | datetime, most: int
) -> NoticePage:
    """The first `most` notices to an organisation after a position, or from a moment on."""
    async with snapshot(connection):
        found = await stops_after(connection, receiver, since, most + 1)
    told = [notice(one) for one in found[:most]]
    start = since.cursor if isinstance(since, Position) else since.isoformat().replace("+00:00", "Z")
    return NoticePage(
        notices=told, next=told[-1].event_id if told else start, complete=len(found) == len(told)
    )
