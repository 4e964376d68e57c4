"""Writes what scenarios come to: `python -m tests.streams.rewrite_expected [NAME...]`, without a name all of them.

It replays each stream into a stack of its own and writes the digest and every record beside the stream; then all
of them into one, of which it writes the digest. Run it when a stream, the rules or the shape of a record have
changed on purpose, and read the difference.
"""

import argparse
import asyncio

from tests.stack import RunningStack, data_folder
from tests.streams.every_scenario import EVERY
from tests.streams.expected import TOGETHER, read_records, write, write_together
from tests.streams.scenario import Scenario


def rewrite(scenario: Scenario) -> None:
    """Replay one scenario and write what it comes to."""
    with data_folder() as folder, RunningStack(folder) as stack:
        stack.replay(scenario.stream)
        write(scenario.expected, stack.json("digest"), asyncio.run(read_records(stack)))


def rewrite_together() -> None:
    """Replay all of them into one stack and write its digest."""
    with data_folder() as folder, RunningStack(folder) as stack:
        stack.replay(write_together(folder))
        write(TOGETHER, stack.json("digest"))


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description="Write what scenarios come to.")
    by_name = {scenario.name: scenario for scenario in EVERY}
    asked.add_argument("names", metavar="NAME", nargs="*", help=", ".join(by_name))
    names = asked.parse_args().names
    if unknown := set(names) - by_name.keys():
        asked.error(f"There is no scenario {', '.join(sorted(unknown))}: {', '.join(by_name)}.")
    for name in names or by_name:
        rewrite(by_name[name])
    rewrite_together()
