"""Who reads, while one request is answered: what a page shows around itself depends on it."""

from contextvars import ContextVar

from services.domain.access.reader import Reader

reads_now: ContextVar[Reader | None] = ContextVar("reads_now", default=None)
"""Set by the gate; None for nobody, and for what is open to everybody."""
