"""The measurement itself: it runs, and what it reports is what it says it is."""

import json

import pytest

from tests.stack import run_command

pytestmark = pytest.mark.alone


def test_the_stream_is_held_against_the_floor() -> None:
    """A small run reports both rates, their ratio and the CPU of each stage."""
    found = json.loads(run_command("bench", "--messages", "200", "--rounds", "1", "--json").stdout)
    stream = found["throughput_stream"]
    assert stream["messages_per_s"] > 0
    assert stream["floor_per_s"] > 0
    assert stream["ratio_to_floor"] == pytest.approx(
        stream["floor_per_s"] / stream["messages_per_s"], rel=0.01
    )
    stages = {"publish", "intake", "record", "postgres", "broker"}
    assert found["cpu_us_per_message"].keys() == found["floor_cpu_us_per_message"].keys() == stages
    assert all(microseconds > 0 for microseconds in found["cpu_us_per_message"].values())
