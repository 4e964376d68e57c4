"""How much of what an invented partnership tells twice is folded, and whether anything else is.

`CARETHREAD_BENCH_PEOPLE=8000` asks for more people.
"""

import os

import pytest

from services.domain.identity.decision import Grade
from services.workbench.synth.options import Options
from tests.duplicate_truth import find

PEOPLE = int(os.environ.get("CARETHREAD_BENCH_PEOPLE", "1000"))


def test_what_is_told_twice_is_folded_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    """At the default hardness; what is neither folded nor told apart is flagged for a person."""
    found = find(Options(people=PEOPLE, days=40, seed=3))
    for kind in ("ServiceRequest", "Encounter"):
        folded, true = found.pairs(kind)
        right, missed = len(folded & true), true - folded
        flagged = sum(both in found.decided for both in missed)
        with capsys.disabled():
            print(
                f"\n{kind}: {len(true):,} told twice, precision {right / len(folded):.4f},"
                f" recall {right / len(true):.4f}, {flagged} of the {len(missed)} missed are flagged"
            )
        assert right >= 0.99 * len(folded)
        assert right >= 0.9 * len(true)
        assert flagged == len(missed)
    assert all(decision.grade in (Grade.CERTAIN, Grade.POSSIBLE) for decision in found.decided.values())
