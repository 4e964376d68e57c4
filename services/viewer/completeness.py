"""How complete a record is: what was told and is not in it yet, and when each organisation was last heard."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from schemas.fhir.issue import Issue
from services.platform.access import Partner
from services.platform.postgres import Asked, Connection, together
from services.viewer.reading import Known, ask


class Completeness(NamedTuple):
    """What a reader has to know of what they do not see."""

    waiting: int
    """Messages that name the person and could not be accepted: nothing of them is in the record."""
    heard: list[tuple[str, datetime]]
    """The ODS code of each organisation, and when its last message about the person came in; the latest first."""


async def completeness(connection: Connection, known: Known) -> Completeness:
    """How complete the record is by the systems in `known`: those that the reader sees."""
    return completeness_of(known, await together(connection, *ask_completeness(known)))


def ask_completeness(known: Known) -> list[Asked]:
    """Asks for the rows that `completeness_of` reads."""
    ids = [one.id for one in known.source_records]
    return [ask("not_taken_in", source_records=ids), ask("last_heard", source_records=ids)]


def completeness_of(known: Known, told: Sequence[Sequence[Any]]) -> Completeness:
    """The same of what was asked for before."""
    ((waiting,),), last = told
    senders = {one.id: one.sender for one in known.source_records}
    heard: dict[str, datetime] = {}
    for id_, at in last:
        if at is not None:
            heard[senders[id_]] = max(at, heard.get(senders[id_], at))
    return Completeness(waiting, sorted(heard.items(), key=lambda one: (-one[1].timestamp(), one[0])))


def waiting_words(waiting: int) -> str:
    """What is said of messages that wait; empty where none do."""
    if not waiting:
        return ""
    if waiting == 1:
        return (
            "1 message about this person is held: it could not be read as it should be, and a steward is putting it "
            "right. Nothing of it is in the record yet."
        )
    return (
        f"{waiting} messages about this person are held: they could not be read as they should be, and a steward is "
        "putting them right. Nothing of them is in the record yet."
    )


def lacking_issues(complete: Completeness, names: Mapping[str, Partner]) -> list[Issue]:
    """The same as FHIR tells it: what is incomplete first."""
    waits = [Issue("incomplete", words)] if (words := waiting_words(complete.waiting)) else []
    return waits + [
        Issue("informational", f"{_name(ods, names)} was last heard at {at.isoformat(timespec='seconds')}.")
        for ods, at in complete.heard
    ]


def _name(ods: str, names: Mapping[str, Partner]) -> str:
    return names[ods].name if ods in names else ods
