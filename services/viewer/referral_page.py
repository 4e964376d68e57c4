"""The page of one referral: what happened, who holds it, and the forms by which its holder answers."""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import quote

from psycopg_pool import AsyncConnectionPool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.domain.access.reader import Reader
from services.domain.record.referrals.organisations import Organisation
from services.domain.record.referrals.stalling import StalledDays
from services.domain.record.referrals.threads import Thread, threads
from services.domain.writing.acts import ANSWERS, OF_THE_PERSON, ON_A_REFERRAL, Act, may_write
from services.domain.writing.referrals import is_held_by, offered
from services.platform.access import Partner, partners
from services.platform.pages import Frame, see_other
from services.platform.postgres import Connection
from services.viewer.moments import now_ticks
from services.viewer.page_state import Seal
from services.viewer.referral_views import one_referral_view
from services.viewer.told import ToldOf

WORDS = {
    Act.ACCEPT: "Accept it",
    Act.REJECT: "Reject it",
    Act.HAND_OVER: "Hand it over to another service",
    Act.CLOSE: "Close it",
    Act.CONTACT: "Add a contact",
    Act.NOTE: "Write a note",
    Act.GOAL: "Add a goal",
    Act.MEETING: "Add a network meeting",
    Act.NAMED_WORKER: "Set the named worker",
    Act.REFER: "Refer to a service",
}
"""What the link to each form says."""


class Way(NamedTuple):
    """A link to a form."""

    address: str
    words: str


def ways_to_write(reader: Reader, person: str) -> list[Way]:
    """The forms by which the reader may write of the person."""
    return [
        Way(f"/person/{person}/write/{act}", WORDS[act]) for act in OF_THE_PERSON if may_write(reader, act)
    ]


class ReferralPage:
    """/person/{id}/referral/{key}, for signed-in browsers."""

    def __init__(
        self, pool: AsyncConnectionPool[Connection], stalled: StalledDays, told_of: ToldOf, seal: Seal
    ) -> None:
        self._pool = pool
        self._seal = seal
        self._stalled = stalled
        self._told_of = told_of
        self._frame = Frame(__package__ or "")
        self.routes = [Route("/person/{id}/referral/{key}", self.referral, methods=["GET"])]

    async def referral(self, request: Request) -> Response:
        """One referral, from the asking to what came of it."""
        reader: Reader = request.state.reader
        id_ = request.path_params["id"]
        told = await self._told_of(reader, id_)
        if told is None:  # why not, the person's own page says
            return see_other(f"/person/{quote(id_, safe='')}")
        async with self._pool.connection() as connection:
            names = await partners(connection)
        called = {ods: one.name for ods, one in names.items()}
        found = await asyncio.to_thread(threads, told.words, called)
        thread = next((one for one in found if one.key.hex() == request.path_params["key"]), None)
        address = f"/person/{told.person.hex()}"
        if thread is None:
            return self._frame.page("no_referral.html", 404, person=address, name=told.name)
        view = await asyncio.to_thread(one_referral_view, thread, found, names, now_ticks(), self._stalled)
        return self._frame.live_page(
            "referral.html",
            person=address,
            name=told.name,
            one=view,
            ways=_ways(reader, thread, names, f"{address}/referral/{thread.key.hex()}"),
            why_not=_why_not(reader, thread, names),
            written=request.query_params.get("written", ""),
            changes=f"{address}/changes?since={self._seal.sealed(told.state)}",
        )


def own_organisation(reader: Reader, names: dict[str, Partner]) -> Organisation:
    """The organisation for which the reader acts."""
    partner = names.get(reader.organisation)
    return Organisation(partner.name if partner else reader.organisation, reader.organisation)


def _ways(reader: Reader, thread: Thread, names: dict[str, Partner], address: str) -> Sequence[Way]:
    may = offered(thread, own_organisation(reader, names))
    return [
        Way(f"{address}/{act}", WORDS[act]) for act in ON_A_REFERRAL if act in may and may_write(reader, act)
    ]


def _why_not(reader: Reader, thread: Thread, names: dict[str, Partner]) -> str:
    """Why the reader can do nothing with it, in words."""
    if not any(may_write(reader, act) for act in ANSWERS):
        return "Only those who work with the person, for the organisation that holds it, can answer it."
    if not thread.state.is_open:
        return "It has ended, so there is nothing to answer."
    if not is_held_by(thread, own_organisation(reader, names)):
        holder = thread.holder
        return f"{holder.name} holds it, and can answer it." if holder else "Nobody is named who holds it."
    return "It has not been sent yet."
