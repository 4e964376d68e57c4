"""Holds the promise against every scenario and many seeds: `python -m tests.streams.replay_seeds --seeds 20`.

For each seed and number of record workers all scenarios go into one fresh data directory, shuffled together with
half of the lines sent twice; the records and the digest must be those of the files beside the streams.
"""

import argparse
import asyncio
from contextlib import ExitStack

from tests.kafka.apache import ApacheKafka
from tests.stack import RunningStack, data_folder
from tests.streams.expected import read_records, together, write_together


def replay_shuffled(stack: RunningStack, seed: int) -> None:
    """Tell a stack all scenarios in the order of a seed, half of the lines twice, and wait until all is applied."""
    stream = write_together(stack.data_dir)
    stack.replay(stream, "--shuffle", "--duplicate", "0.5", "--seed", str(seed))


def hold(seed: int, workers: int, broker: str) -> None:
    """Replay by one seed into a fresh stack.

    Raises:
        AssertionError: the records are not those expected.
    """
    with ExitStack() as running:
        folder = running.enter_context(data_folder())
        kafka = ["--kafka", running.enter_context(ApacheKafka()).bootstrap] if broker == "apache" else []
        stack = running.enter_context(RunningStack(folder, *kafka, "--workers", str(workers)))
        replay_shuffled(stack, seed)
        together().holds(stack, asyncio.run(read_records(stack)))


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description="Hold the promise against every scenario.")
    asked.add_argument("--seeds", type=int, default=20, help="How many, from 1.")
    asked.add_argument(
        "--workers", type=int, nargs="+", default=[1, 4], help="Record workers, one run for each."
    )
    asked.add_argument("--kafka", choices=["embedded", "apache"], default="embedded", help="The broker.")
    given = asked.parse_args()
    for number in given.workers:
        for seed in range(1, given.seeds + 1):
            hold(seed, number, given.kafka)
            print(f"record workers {number}, seed {seed}: the same records", flush=True)
