"""Who is who, from the stream to the persons: the same whatever the order and however many workers, and right."""

from collections.abc import Callable
from pathlib import Path

import pytest

from services.workbench.synth.options import Options
from tests.identity_truth import accuracy, persons_of, synthesise
from tests.stack import RunningStack

pytestmark = pytest.mark.any_broker


async def test_shuffled_and_shared_out_the_persons_are_the_same(
    start_stack: Callable[..., RunningStack], tmp_path: Path
) -> None:
    """In order with one worker, and shuffled with repetitions over four: one digest, and the true persons."""
    stream = tmp_path / "stream.ndjson"
    truth = synthesise(Options(people=120, days=3, seed=11), stream)
    one, four = start_stack(), start_stack("--workers", "4")
    one.replay(stream)
    four.replay(stream, "--shuffle", "--duplicate", "0.5", "--seed", "1")
    assert one.json("digest") == four.json("digest")
    found = accuracy(four, await persons_of(four), truth)
    assert found.precision >= 0.999, found
    assert found.recall >= 0.97, found
    assert found.with_a_false_merge == 0, found
