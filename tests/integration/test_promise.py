"""The promise, on every scenario: any order, any repetition, the same records byte for byte."""

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from services.domain.record.instant import instant_ticks
from services.platform.postgres import connect
from services.record.apply import apply
from services.record.digest import compute_digest
from tests.engines import Engines, accept
from tests.messages import resources
from tests.record_rows import record_rows
from tests.stack import BUNDLED, RunningStack
from tests.streams.expected import alone, read_records, together
from tests.streams.norfolk_suffolk import NORFOLK_SUFFOLK
from tests.streams.replay_seeds import replay_shuffled

LINES = BUNDLED.read_bytes().splitlines()


@pytest.mark.parametrize(("seed", "workers"), [(1, 1), pytest.param(2, 4, marks=pytest.mark.any_broker)])
async def test_shuffled_and_repeated(
    seed: int, workers: int, start_stack: Callable[..., RunningStack]
) -> None:
    """Every scenario, shuffled together with half the lines twice: the records that the file of each shows.

    `python -m tests.streams.replay_seeds` does the same with more seeds.
    """
    stack = start_stack("--workers", str(workers))
    replay_shuffled(stack, seed)
    together().holds(stack, await read_records(stack))


@pytest.mark.any_broker
async def test_in_its_own_order_and_then_again(start_stack: Callable[..., RunningStack]) -> None:
    """In the order of arrival the records are the same; the second time not one row is written."""
    expected = alone(NORFOLK_SUFFOLK)
    stack = start_stack()
    stack.replay()
    expected.holds(stack, await read_records(stack))
    rows, counts = record_rows(stack), stack.status()
    stack.replay()
    assert record_rows(stack) == rows
    again = stack.status()
    assert (again["accepted"], again["applied"]) == (2 * counts["accepted"], counts["applied"])


def _sent(lines: list[Any]) -> list[tuple[str, int, bytes]]:
    return [(one["sender"], instant_ticks(one["sent"]) or 0, orjson.dumps(one["message"])) for one in lines]


def _find(lines: list[Any], resource_type: str, **fields: Any) -> Any:
    """The first resource of this type that has these fields."""
    for line in lines:
        for resource in resources(line["message"]):
            if resource["resourceType"] == resource_type and fields.items() <= resource.items():
                return resource
    raise AssertionError(f"no {resource_type} with {fields}")


def _alter_score(lines: list[Any]) -> None:
    _find(lines, "Observation", valueInteger=18)["valueInteger"] = 17


def _alter_superseded(lines: list[Any]) -> None:
    _find(lines, "Appointment", start="2026-03-18T14:00:00Z")["description"] += ", upstairs"


def _alter_instant(lines: list[Any]) -> None:
    _find(lines, "Appointment", start="2026-03-18T14:00:00Z")["meta"]["lastUpdated"] = (
        "2026-03-11T16:20:45.1021Z"
    )


@pytest.mark.any_broker
@pytest.mark.parametrize("alter", [_alter_score, _alter_superseded, _alter_instant])
async def test_one_altered_field_gives_another_digest(
    alter: Callable[[list[Any]], None], database: Engines
) -> None:
    """In a current version, in a superseded one, and in the instant of one: nothing is too small to show."""
    digests = []
    async with await connect(database.dsn) as connection:
        for altered in (False, True):
            lines = [orjson.loads(line) for line in LINES]
            if altered:
                alter(lines)
            database.empty()
            await apply(connection, await accept(connection, _sent(lines)))
            digests.append(await compute_digest(connection))
    assert digests[0].records == digests[1].records
    assert digests[0].digest != digests[1].digest
