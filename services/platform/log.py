"""Logs: one JSON object a line, a fixed sentence and ids. Never a payload, never a person's data."""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime

_QUIET = ("faust", "aiokafka", "kafka", "mode", "httpx", "httpcore", "uvicorn", "asyncio")


class _JsonLines(logging.Formatter):
    def __init__(self, process: str) -> None:
        super().__init__()
        self._process = process

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "process": self._process,
            "said": record.getMessage(),
        }
        if record.exc_info and record.exc_info[1]:
            told |= describe(record.exc_info[1])
        return json.dumps(told)


def describe(fault: BaseException) -> dict[str, object]:
    """An exception without its words, which could quote a person: its type and where it was raised."""
    frames = traceback.extract_tb(fault.__traceback__)[-6:]
    return {"fault": type(fault).__name__, "at_lines": [f"{frame.name}:{frame.lineno}" for frame in frames]}


def set_up(process: str, level: str = "INFO") -> None:
    """Send this process's log to standard error; libraries speak from WARNING on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonLines(process))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel("WARNING")
