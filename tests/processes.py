"""The processes of a stack, and how they end."""

import psutil

from tests.stack import RunningStack


def processes_of(stack: RunningStack) -> list[psutil.Process]:
    """Every process of the stack: `up`, its children and theirs."""
    parent = psutil.Process(stack.pid)
    found = [parent, *parent.children(recursive=True)]
    assert set(stack.book.pids.values()) <= {process.pid for process in found}
    return found


def still_run(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those of the processes that have not ended; one that only waits to be buried has."""
    return [one for one in processes if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]
