"""What comes of a steward's form: the ruling, or why there is none; and whether the record follows it yet."""

from collections.abc import Awaitable

from psycopg_pool import AsyncConnectionPool
from starlette.requests import Request

from schemas.fhir.issue import Refused
from services.platform.outbox import is_applied
from services.platform.postgres import Connection
from services.review.form import RulingForm, is_key
from services.review.rulings import CannotRule

_FOLLOWED_WITHIN = 5.0
"""Seconds that a page waits for the record to follow a ruling; after that it says that it will."""


async def try_ruling(form: RulingForm, ruling: Awaitable[bytes]) -> bytes | int:
    """The key of the ruling; or, where it is not made and the form says why, the status of the answer."""
    try:
        return await ruling
    except CannotRule as fault:
        form.errors["ruling"] = str(fault)
        return 409
    except Refused as refused:
        form.errors["ruling"] = f"{refused.issues[0].text} Nothing was changed."
        return 422


async def follows(pool: AsyncConnectionPool[Connection], request: Request) -> bool | None:
    """Just after a ruling, whether the record follows it, for which this waits; None at any other time."""
    ruled = request.query_params.get("ruled", "")
    return await is_applied(pool, bytes.fromhex(ruled), _FOLLOWED_WITHIN) if is_key(ruled) else None
