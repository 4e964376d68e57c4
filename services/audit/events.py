"""What the audit says: its newest events, of one person, thing or kind where that is asked for."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import orjson

from services.platform.audit_event import about_value
from services.platform.postgres import Connection
from services.platform.queries import load_queries

SQL = load_queries(__package__)


class Written(NamedTuple):
    """An event, and where it stands."""

    writer: str
    seq: int
    event: dict[str, Any]

    @property
    def kind(self) -> str:
        """Which kind of event it is (domain/access/audited.py)."""
        return str(self.event["subtype"][0]["code"])

    @property
    def doing(self) -> str:
        """By which route or command."""
        return str(self.event["entity"][0]["name"])

    @property
    def role(self) -> str:
        """The role of whoever did it."""
        roles = self.event["agent"][0].get("role")
        return str(roles[0]["coding"][0]["code"]) if roles else ""

    @property
    def organisation(self) -> str:
        """The ODS code of the organisation for which they acted; empty for none."""
        assigner = self.event["agent"][0]["who"].get("identifier", {}).get("assigner", {})
        return str(assigner.get("identifier", {}).get("value", ""))

    @property
    def who(self) -> str:
        """Their name; else their id."""
        who = self.event["agent"][0]["who"]
        return str(who.get("display") or who.get("identifier", {}).get("value", ""))


async def latest_events(
    connection: Connection, *, about: Sequence[str] | None, kind: str | None, most: int | None
) -> list[Written]:
    """The newest first; `about` are ids of persons, source records or other things, None for all."""
    given: dict[str, Any] = {"kind": kind, "most": most}
    if about is not None:
        given["about"] = [orjson.dumps([about_value(one)]).decode() for one in about]
    query = SQL["latest" if about is None else "about"]
    rows = await (await connection.execute(query, given)).fetchall()
    return [Written(*row) for row in rows]
