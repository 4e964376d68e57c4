"""A consent that is withdrawn and given again leaves the record as it was, but for its own history."""

from copy import deepcopy
from typing import Any, NamedTuple

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.platform.postgres import Connection, connect
from services.viewer.reading import list_persons, read_record
from services.viewer.record_json import canonical_json
from tests.engines import Engines, clear
from tests.identities import AT, WREN, Sent, take_in
from tests.integration.test_duplicates import tell
from tests.message_values import HOLDERS, Message
from tests.small_sets import ON_A_DATABASE, WAITING, Comes, ComingIn, comes, one_of_each, ruled_copies
from tests.streams.fhir_builders import consent, known_to
from tests.streams.norfolk_suffolk_partners import COUNCIL, LANTERN

pytestmark = pytest.mark.any_broker

Document = dict[str, Any]


class Word(NamedTuple):
    """What a system says of whether the council and the charity may see what it tells of Wren."""

    decision: str
    day: int
    """Of May, on which that was decided."""
    at: int
    """The day of May on which the system wrote it."""
    holder: str = "trust"

    @property
    def sent(self) -> Sent:
        """As it is delivered."""
        on, at = (f"2026-05-{day:02d}T09:00:00Z" for day in (self.day, self.at))
        holder = HOLDERS[self.holder]
        known = known_to(holder, "1", WREN, AT)
        return tell(
            holder, "1", WREN, consent(known, "sharing", self.decision, COUNCIL, LANTERN, on=on), at=at
        )


GIVEN, WITHDRAWN = Word("permit", 2, 2), Word("deny", 12, 12)
THEIRS = Word("permit", 2, 2, "surgery")


@st.composite
def words(draw: st.DrawFn) -> Word:
    """What the trust says after it was given and before it is given again."""
    return Word(*draw(one_of_each(("deny", "permit"), (2, 12), (3, 4, 12))))


GIVEN_AGAIN = [Word("permit", day, 22) for day in (2, 22)]


async def served(connection: Connection) -> list[Document]:
    """Each record as it is read: who the person is, the entries and the story, without what stands behind them."""
    found = []
    for person, _, _ in await list_persons(connection, None):
        document = orjson.loads(canonical_json(await read_record(connection, person)))
        del document["context"]  # every message adds its own header
        found.append(document)
    return found


def without_history(document: Document) -> Document:
    """The record but for how often a consent was revised and when last, and so who said the latest word on it."""
    copied = deepcopy(document)
    for entry in copied["entries"]:
        if entry["kind"] == "Consent":
            del entry["from"]
            for source in entry["sources"]:
                del source["versions"], source["resource"]["meta"]
            entry["sources"].sort(key=lambda source: source["thing"])
    return copied


def without_consents(document: Document) -> Document:
    """The record but for its consents."""
    kept = [entry for entry in document["entries"] if entry["kind"] != "Consent"]
    return document | {"entries": kept}


async def test_a_withdrawn_consent_shows(database: Engines) -> None:
    """Or it would say little that it leaves no trace once it is given again."""
    async with await connect(database.dsn) as connection:
        await take_in(connection, [GIVEN.sent, THEIRS.sent])
        (before,) = await served(connection)
        assert [entry["kind"] for entry in before["entries"]].count("Consent") > 0
        await take_in(connection, [WITHDRAWN.sent])
        (withdrawn,) = await served(connection)
        assert without_history(withdrawn) != without_history(before)
        assert without_consents(withdrawn) == without_consents(before)


@ON_A_DATABASE
@given(
    ruled_copies(4),
    comes(st.just(GIVEN)),
    st.lists(comes(st.just(THEIRS)), max_size=1),
    st.lists(comes(words()), min_size=1, max_size=3),
    comes(st.sampled_from(GIVEN_AGAIN)),
    WAITING,
)
async def test_withdrawing_and_giving_again_leaves_the_record_as_it_was(
    database: Engines,
    others: list[Comes[Message]],
    first: Comes[Word],
    theirs: list[Comes[Word]],
    meanwhile: list[Comes[Word]],
    last: Comes[Word],
    waiting: frozenset[int],
) -> None:
    """In whatever order the words come; with the same word again, all of it; of another day, all but consents."""
    before = [*others, first, *theirs]
    async with await connect(database.dsn) as connection:
        await clear(connection)
        await take_in(connection, [one.message.sent for one in before])
        was = await served(connection)
        await clear(connection)
        await ComingIn([*before, *meanwhile, last], waiting).take_in(connection)
        now = await served(connection)
        assert [*map(without_consents, now)] == [*map(without_consents, was)]
        if last.message.day == GIVEN.day:
            assert [*map(without_history, now)] == [*map(without_history, was)]
