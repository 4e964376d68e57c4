"""The record process with a fault: `python -m tests.faults.broken_record before|inside|after`.

The first batch that has anything to apply goes through and is acknowledged. The next one fails, and where it
stands says what that has done: nothing yet, all its work in a transaction that is still open, or all of it
committed. It prints the keys of the failed batch.
"""

import asyncio
import sys
import time
from collections.abc import Callable, Coroutine, Sequence
from contextlib import closing
from typing import Any

from kafka.errors import CoordinatorNotAvailableError

from services.platform.postgres import Connection
from services.platform.publisher import administer
from services.platform.settings import load_settings
from services.platform.topics import RECORD_GROUP
from services.processes import run_process
from services.record import agent, apply

_ACKNOWLEDGED_WITHIN = 15.0

Work = Callable[..., Coroutine[Any, Any, Any]]


class Faulty:
    """`apply` as the agent calls it, until it has worked once."""

    def __init__(self, where: str, kafka: str) -> None:
        self._where = where
        self._kafka = kafka
        self._apply: Work = apply.apply
        self._locked: Work = apply._apply_locked
        self._before = committed(kafka)
        self._worked = False
        vars(agent)["apply"] = self.apply
        vars(apply)["_apply_locked"] = self.apply_locked

    async def apply(self, connection: Connection, keys: Sequence[bytes], *given: Any) -> list[float]:
        """Work the first time; the second time fail before the work, or after it."""
        if self._worked:
            await asyncio.to_thread(self._wait_for_acknowledgement)
            print("\n".join(key.hex() for key in keys), flush=True)
            if self._where == "before":
                raise RuntimeError("a fault before the work")
        ages: list[float] = await self._apply(connection, keys, *given)
        if self._worked:
            raise RuntimeError("a fault after the commit")
        self._worked = bool(ages)
        return ages

    async def apply_locked(self, *given: Any) -> Any:
        """Do the work, and the second time fail while its transaction is open."""
        applied = await self._locked(*given)
        if self._worked and self._where == "inside":
            raise RuntimeError("a fault before the commit")
        return applied

    def _wait_for_acknowledgement(self) -> None:
        deadline = time.monotonic() + _ACKNOWLEDGED_WITHIN
        while committed(self._kafka) == self._before and time.monotonic() < deadline:
            time.sleep(0.1)


def committed(kafka: str) -> dict[int, int]:
    """How far the record's group has acknowledged each partition; nothing where no group has ever been."""
    with closing(administer(kafka)) as admin:
        try:
            found = admin.list_group_offsets({RECORD_GROUP: None})[RECORD_GROUP]
        except CoordinatorNotAvailableError:
            return {}
    return {place.partition: told.offset for place, told in found.items() if told.offset >= 0}


if __name__ == "__main__":
    settings = load_settings()
    Faulty(sys.argv[1], settings.kafka)
    run_process("record", settings)
