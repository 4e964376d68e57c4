"""How long strict validation takes, beside fhir.resources on the same message in the same run."""

import statistics
import time
from collections.abc import Callable

import orjson
import pytest
from fhir.resources.R4B.bundle import Bundle

from schemas.fhir.message import read_message_bytes
from schemas.fhir.resource_tree import resources_in
from schemas.fhir.strict_schema import strict_schema
from schemas.fhir.validate import resource_issues
from tests.bench.bars_like import bars_like_message

pytestmark = pytest.mark.alone

WHOLE_GOAL, SCHEMA_GOAL = 350.0, 150.0
"""Microseconds a message: from bytes to a checked message, and the schema's part of it."""

FAST_MODELS = 4_000.0
"""Microseconds that fhir.resources takes on a machine fast enough for the goals: a slower one, which takes longer
for both, is given longer in proportion."""

LEAST_RATIO = 10.0
"""How many times as long fhir.resources takes as every rule of R4 does here."""

LEAST_ROUNDS, MOST_SECONDS = 20, 40.0


def _median(act: Callable[[], object], times: int) -> float:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        act()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken) * 1e6


def _goal(goal: float, models: list[float]) -> float:
    return goal * max(1.0, min(models) / FAST_MODELS)


def test_a_message_is_validated_fast(capsys: pytest.CaptureFixture[str]) -> None:
    """The median of the quietest of many short rounds: what else a machine does makes others longer, none shorter."""
    body = bars_like_message()
    document = orjson.loads(body)
    assert read_message_bytes(body).notes == []
    by_type: dict[str, list[object]] = {}
    for _, one in resources_in(document):
        by_type.setdefault(one["resourceType"], []).append(one)
    validator = strict_schema(by_type.keys()).validator
    whole: list[float] = []
    schema: list[float] = []
    all_rules: list[float] = []
    models: list[float] = []
    until = time.monotonic() + MOST_SECONDS
    while len(whole) < LEAST_ROUNDS or (min(whole) >= _goal(WHOLE_GOAL, models) and time.monotonic() < until):
        whole.append(_median(lambda: read_message_bytes(body), 25))
        schema.append(_median(lambda: validator.is_valid(by_type), 25))
        all_rules.append(_median(lambda: resource_issues(document), 25))
        models.append(_median(lambda: Bundle.model_validate(document), 3))
    ratio = min(models) / min(all_rules)
    told = (
        f"{len(document['entry'])} entries, {len(body):,} bytes: whole {min(whole):.0f} µs (goal {WHOLE_GOAL:.0f}), "
        f"schema {min(schema):.0f} µs (goal {SCHEMA_GOAL:.0f}), every R4 rule {min(all_rules):.0f} µs, "
        f"fhir.resources {min(models):,.0f} µs, {ratio:.0f} times as long; {len(whole)} rounds"
    )
    with capsys.disabled():
        print(f"\n{told}")
    assert min(whole) < _goal(WHOLE_GOAL, models), told
    assert min(schema) < _goal(SCHEMA_GOAL, models), told
    assert ratio >= LEAST_RATIO, told
