"""Who is who in a synthetic stream, held against the persons that a stack made of it.

`python -m tests.identity_truth` does it for 20 shuffles with 1, 2 and 4 record workers, each into a fresh directory:
the digest has to be one and the same.
"""

import argparse
import asyncio
import csv
import io
import sys
from collections import Counter
from math import comb
from pathlib import Path
from typing import NamedTuple

from services.domain.identity.source_record import source_record_id
from services.platform.postgres import connect
from services.workbench.synth.options import Options
from services.workbench.synth.organisations import ORGANISATIONS
from services.workbench.synth.stream import write_stream
from tests.stack import RunningStack, data_folder

Truth = dict[tuple[str, str], str]
"""The true person of (sender, local identifier)."""


class Accuracy(NamedTuple):
    """How the persons found compare with the true ones, over pairs of source records and over persons."""

    precision: float
    recall: float
    persons: int
    with_a_false_merge: int


def synthesise(options: Options, file: Path) -> Truth:
    """Write the stream, and say who is who in it."""
    rows = io.StringIO()
    with file.open("wb") as out:
        write_stream(options, out, rows)
    rows.seek(0)
    return {
        (row["sender"], row["id"]): row["truth"] for row in csv.DictReader(rows) if row["kind"] == "person"
    }


async def persons_of(stack: RunningStack) -> dict[bytes, bytes]:
    """The person of every source record."""
    async with await connect(stack.book.postgres.get_secret_value()) as connection:
        rows = await connection.execute("select id, person from record.source_record", binary=True)
        return dict(await rows.fetchall())


def accuracy(stack: RunningStack, persons: dict[bytes, bytes], truth: Truth) -> Accuracy:
    """Hold the persons against the truth.

    Raises:
        KeyError: a source record of the truth is not there.
    """
    key = stack.book.settings().partnership_key.get_secret_value().encode()
    systems = {one.ods: f"{one.home}/person-id" for one in ORGANISATIONS}
    found: list[tuple[bytes, str]] = []
    for (sender, local), person in truth.items():
        system = systems[sender]
        id_ = source_record_id(key, sender, f"identifier|{len(system)}|{system}|{local}")
        found.append((persons[id_], person))
    together, true = Counter(person for person, _ in found), Counter(person for _, person in found)
    right = sum(comb(count, 2) for count in Counter(found).values())
    mixed = Counter(person for person, _ in set(found))
    return Accuracy(
        right / sum(comb(count, 2) for count in together.values()),
        right / sum(comb(count, 2) for count in true.values()),
        len(together),
        sum(count > 1 for count in mixed.values()),
    )


def main() -> int:
    """Run the shuffles; exit status 1 where two of them differ."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--people", type=int, default=400)
    asked.add_argument("--days", type=int, default=4)
    asked.add_argument("--seeds", type=int, default=20)
    asked.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    given = asked.parse_args()
    digests = set()
    with data_folder() as folder:
        stream = folder / "stream.ndjson"
        truth = synthesise(Options(people=given.people, days=given.days, seed=7), stream)
        for seed in range(1, given.seeds + 1):
            workers = given.workers[seed % len(given.workers)]
            with data_folder() as fresh, RunningStack(fresh, "--workers", str(workers)) as stack:
                stack.replay(stream, "--shuffle", "--duplicate", "0.5", "--seed", str(seed))
                digest = stack.json("digest")["digest"]
                found = accuracy(stack, asyncio.run(persons_of(stack)), truth)
            digests.add(digest)
            print(f"seed {seed:2}  workers {workers}  {digest[:16]}  {found}", flush=True)
    print("One digest." if len(digests) == 1 else f"{len(digests)} digests.")
    return int(len(digests) != 1)


if __name__ == "__main__":
    sys.exit(main())
