"""kill -9 of any process in the middle of a replay: the records come out the same, and nobody has to help."""

import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.faults.replays import Replay, go_on, midway, write_stream
from tests.stack import RunningStack, wait_for

MESSAGES, PEOPLE = 600, 60


@pytest.fixture(scope="module")
def stream(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The stream that every test here replays."""
    return write_stream(tmp_path_factory.mktemp("stream"), MESSAGES, PEOPLE)


@pytest.fixture(scope="module")
def undisturbed(shared_stack: RunningStack, stream: Path) -> Any:
    """The digest of a replay that nothing disturbed."""
    shared_stack.replay(stream)
    found = shared_stack.json("digest")
    assert found["records"] == PEOPLE
    return found


def settles_as(stack: RunningStack, undisturbed: Any) -> None:
    """All of the stream is applied, the counts add up, and the records are those of the undisturbed run."""
    counts = stack.status()
    assert (counts["applied"], counts["quarantined"], counts["in_flight"]) == (MESSAGES, 0, 0)
    assert stack.json("digest") == undisturbed


@pytest.mark.parametrize(
    "victim",
    [
        "record",
        "broker",
        *(pytest.param(one, marks=pytest.mark.any_broker) for one in ("intake", "postgres")),
    ],
)
def test_kill_minus_nine_in_the_middle_of_a_replay(
    victim: str,
    start_stack: Callable[..., RunningStack],
    stream: Path,
    undisturbed: Any,
    request: pytest.FixtureRequest,
) -> None:
    """The stack names who died, starts it again, and the replay ends as if nothing had been."""
    if victim == "broker" and request.config.getoption("--kafka") == "apache":
        pytest.skip("with a Kafka cluster of somebody else's, `up` has no broker to kill")
    stack = start_stack()
    before = stack.book.pids[victim]
    with Replay(stack, stream, "--shuffle", "--duplicate", "0.3") as replay:
        midway(stack)
        stack.kill(victim)
        go_on(stack)
        replay.succeeds()
    settles_as(stack, undisturbed)
    assert f"{victim} died (signal SIGKILL); starting it again" in stack.said
    assert stack.book.pids[victim] != before


@pytest.mark.any_broker
def test_killing_the_whole_stack_and_starting_it_again(
    start_stack: Callable[..., RunningStack], stream: Path, undisturbed: Any
) -> None:
    """A second start on the same directory goes on where the first was cut off."""
    stack = start_stack()
    with Replay(stack, stream):
        midway(stack)
        go_on(stack)
        status = stack.stop(signal.SIGKILL)
    assert status == -signal.SIGKILL
    again = start_stack(data_dir=stack.data_dir)
    wait_for(lambda: again.in_flight() == 0, "what was accepted is applied without being sent again", 60)
    again.status()
    again.replay(stream)
    settles_as(again, undisturbed)
