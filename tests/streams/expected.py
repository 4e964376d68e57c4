"""What the scenarios come to, as their files have it: written by `rewrite_expected`, held against stacks."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from schemas.stream import read_line
from services.platform.postgres import connect
from services.viewer.reading import list_persons, read_record
from services.viewer.record_json import canonical_json
from tests.stack import RunningStack
from tests.streams.every_scenario import EVERY
from tests.streams.scenario import HERE, Scenario

TOGETHER = HERE / "together.expected.json"
"""The digest of all scenarios in one record; the people are those of each alone."""

Records = dict[str, str]
"""Every record as `carethread record --json` prints it, by person."""


class Expected(NamedTuple):
    """What a stack has once it has been told some scenarios, in any order and however often."""

    digest: dict[str, Any]
    records: Records
    applied: int
    quarantined: int

    def holds(self, stack: RunningStack, records: Records) -> None:
        """Check that the stack has this, and that its counts add up.

        Raises:
            AssertionError: it does not.
        """
        assert stack.json("digest") == self.digest
        assert records == self.records
        counts = stack.status()
        settled = counts["applied"], counts["quarantined"], counts["in_flight"]
        assert settled == (self.applied, self.quarantined, 0)


def alone(scenario: Scenario) -> Expected:
    """What one scenario comes to."""
    return _expected([scenario], scenario.expected)


def together() -> Expected:
    """What all of them come to in one stack: nobody of one is anybody of another."""
    return _expected(EVERY, TOGETHER)


def write(file: Path, digest: dict[str, Any], records: Records | None = None) -> None:
    """Write the digest, and the people if there are any, with keys in order and an indent of one."""
    people = {person: orjson.loads(record) for person, record in (records or {}).items()}
    found = digest | ({"people": people} if people else {})
    file.write_text(json.dumps(found, indent=1, sort_keys=True, ensure_ascii=False) + "\n")


def write_together(folder: Path) -> Path:
    """One stream of all scenarios, in a folder."""
    stream = folder / "together.ndjson"
    stream.write_bytes(b"".join(scenario.stream.read_bytes() for scenario in EVERY))
    return stream


async def read_records(stack: RunningStack) -> Records:
    """Every record of a stack, read here: a command for each takes its time."""
    async with await connect(stack.book.postgres.get_secret_value()) as connection:
        return {
            person.hex(): canonical_json(await read_record(connection, person)).decode() + "\n"
            for person, _, _ in await list_persons(connection, None)
        }


def _expected(scenarios: Iterable[Scenario], digest_in: Path) -> Expected:
    records: Records = {}
    messages: set[tuple[str, bytes]] = set()
    lost = 0
    for scenario in scenarios:
        people = orjson.loads(scenario.expected.read_bytes())["people"]
        records |= {person: _as_printed(record) for person, record in people.items()}
        lines = map(read_line, scenario.stream.read_bytes().splitlines())
        messages |= {(line.sender, bytes(line.message)) for line in lines}
        lost += len(scenario.about_nobody)
    whole = orjson.loads(digest_in.read_bytes())
    digest = {name: whole[name] for name in ("records", "digest")}
    return Expected(digest, records, applied=len(messages) - lost, quarantined=lost)


def _as_printed(record: Any) -> str:
    return orjson.dumps(record, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode() + "\n"
