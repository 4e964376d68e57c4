"""Writes what the Norfolk and Suffolk stream comes to: `python -m tests.streams.rewrite_expected`.

It replays the stream into a stack of its own and writes the digest and every record beside the stream. Run it
when the stream, the rules or the shape of a record have changed on purpose, and read the difference.
"""

import json
from typing import Any

import orjson

from tests.stack import BUNDLED, RunningStack, data_folder

EXPECTED = BUNDLED.with_suffix(".expected.json")


def outcome(stack: RunningStack) -> dict[str, Any]:
    """The digest and the records of a stack, as the file has them."""
    people = {person: orjson.loads(record) for person, record in stack.records().items()}
    return {**stack.json("digest"), "people": people}


def as_printed(record: Any) -> str:
    """A record as `carethread record --json` prints it."""
    return orjson.dumps(record, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode() + "\n"


def write(found: dict[str, Any]) -> None:
    """Write an outcome with its keys in order and an indent of one."""
    EXPECTED.write_text(json.dumps(found, indent=1, sort_keys=True, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    with data_folder() as folder, RunningStack(folder) as started:
        started.replay()
        write(outcome(started))
