"""Comparing many pairs of profiles on all the cores there are."""

import os
import signal
from array import array
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

from services.domain.identity.agreement import Comparison
from services.domain.identity.linkage import Candidates, Places, Progress, compare_here
from services.domain.identity.profile import Profile

FEW = 200_000
"""Up to so many pairs it takes less time to compare them here than to start processes that do it."""
_AT_ONCE = 20_000
"""Pairs that a process is given at once: half a second's work."""

_known: list[Profile] = []
"""In a process that compares: all profiles."""


def compare_all(
    profiles: Sequence[Profile], ones: Places, others: Places, progress: Progress, few: int = FEW
) -> Candidates:
    """Compare on every core where that pays: the same result as `compare_here` gives, in the same order."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if cores == 1 or len(ones) <= few:
        return compare_here(profiles, ones, others, progress)
    try:
        return _together(cores, profiles, ones, others, progress)
    except (OSError, BrokenProcessPool):  # no room for more processes
        return compare_here(profiles, ones, others, progress)


def _together(
    cores: int, profiles: Sequence[Profile], ones: Places, others: Places, progress: Progress
) -> Candidates:
    # a fork of a process with threads, such as that of a progress bar, may hang: each is started anew
    pool = ProcessPoolExecutor(cores, get_context("spawn"), _know, (list(profiles),))
    places: dict[Comparison, int] = {}
    which = array("I")
    try:
        for found, comparisons in pool.map(_compare, _parts(ones), _parts(others)):
            at = [places.setdefault(one, len(places)) for one in comparisons]
            which.extend(at[place] for place in found)
            progress("Comparing", len(which), len(ones))
    finally:
        pool.shutdown(cancel_futures=True)
    return Candidates(ones, others, which, list(places))


def _parts(places: Places) -> Iterator[Places]:
    for start in range(0, len(places), _AT_ONCE):
        yield places[start : start + _AT_ONCE]


def _know(profiles: list[Profile]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started this one ends it, without a traceback
    _known[:] = profiles


def _compare(ones: Places, others: Places) -> tuple[Places, list[Comparison]]:
    candidates = compare_here(_known, ones, others, lambda step, done, total: None)
    return candidates.which, candidates.comparisons
