"""The forms by which workers write of a person and answer referrals; they work without JavaScript."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from psycopg_pool import AsyncConnectionPool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from schemas.fhir.issue import Refused
from schemas.uploads.resources import Registered
from schemas.writing.messages import Writer
from services.domain.access.reader import Reader
from services.domain.record.instant import instant_ticks
from services.domain.record.referrals.organisations import Organisation
from services.domain.record.referrals.same_need import like
from services.domain.record.referrals.threads import Thread, threads
from services.domain.writing.acts import OF_THE_PERSON, ON_A_REFERRAL, Act, may_write
from services.domain.writing.referrals import is_held_by, is_urgent, offered, reference_to, referral_held
from services.platform.access import Partner, partners
from services.platform.door import Back, Door
from services.platform.forms import URLENCODED, Forms
from services.platform.outbox import is_applied
from services.platform.pages import Frame, see_other
from services.platform.postgres import Connection
from services.platform.uk_clock import in_the_uk
from services.writing.building import Referred, build, proposed
from services.writing.describing import Told, described
from services.writing.fields import FORMS, MOST_FIELDS, Filled, filled_in, unfilled
from services.writing.sending import Accept, AcceptedBefore, Written, sending_id

log = logging.getLogger(__name__)

_LARGEST = 64 * 1024

_APPLIED_WITHIN = 5.0
"""Seconds that an answer waits for the record to tell what was written; after that it says that it will."""

Read = Callable[[Reader, str], Awaitable[Told | None]]
"""What is known of the person whom an id names, as the reader may see it; None where they may not know of any."""


class NotThere(Exception):
    """There is no such person, referral or form for this reader."""


class NotYours(Exception):
    """The reader may not write this."""


class NotNow(Exception):
    """It stands otherwise than when the form was opened."""


class _Place(NamedTuple):
    """What is written, by whom, of whom, and on which referral."""

    act: Act
    reader: Reader
    told: Told
    names: dict[str, Partner]
    thread: Thread | None

    @property
    def own(self) -> Organisation:
        """The organisation for which it is written."""
        return Organisation(self.names[self.reader.organisation].name, self.reader.organisation)

    @property
    def person(self) -> str:
        """The address of the person's page."""
        return f"/person/{self.told.person.hex()}"

    @property
    def back(self) -> str:
        """Where the form was come from."""
        return f"{self.person}/referral/{self.thread.key.hex()}" if self.thread else self.person

    @property
    def address(self) -> str:
        """Of the form."""
        return f"{self.back}/{self.act}" if self.thread else f"{self.person}/write/{self.act}"

    @property
    def others(self) -> list[Partner]:
        """The registered services that may be asked, by name."""
        found = (one for ods, one in self.names.items() if ods != self.reader.organisation)
        return sorted(found, key=lambda one: (one.name.casefold(), one.ods))


class WritingPages:
    """The forms, for signed-in workers of an organisation; `accept` takes what they become."""

    def __init__(
        self,
        pool: AsyncConnectionPool[Connection],
        partnership_key: bytes,
        accept: Accept,
        accepted_before: AcceptedBefore,
        read: Read,
    ) -> None:
        self._pool = pool
        self._key = partnership_key
        self._accept = accept
        self._accepted_before = accepted_before
        self._read = read
        self._door = Door(
            Frame(__package__ or ""),
            Forms((URLENCODED,), _LARGEST),
            faults={NotThere: 404, NotYours: 403, NotNow: 409},
            back=Back("/", "Find a person"),
        )
        self.routes: list[BaseRoute] = [
            Route(path, self._door.guarded(handler), methods=[method])
            for path in ("/person/{id}/referral/{key}/{act}", "/person/{id}/write/{act}")
            for method, handler in (("GET", self.form), ("POST", self.send))
        ]

    async def form(self, request: Request) -> Response:
        """The form, as it is first shown."""
        place = await self._place(request)
        _require_offered(place)
        return self._show(place, unfilled(FORMS[place.act]))

    async def send(self, request: Request) -> Response:
        """Make a message of the form, once, and lead to where the record shows it."""
        place = await self._place(request)
        given = await request.form(max_files=0, max_fields=MOST_FIELDS)
        today = in_the_uk(datetime.now(UTC).isoformat()).date()
        filled = filled_in(FORMS[place.act], given, [one.ods for one in place.others], today)
        id_ = sending_id(place.reader, place.act, filled.key)
        async with self._pool.connection() as connection:
            before = await self._accepted_before(connection, id_)
        if before is not None:
            written = Written(*before)
        else:
            _require_offered(place)
            if filled.errors:
                return self._show(place, filled, 422)
            if place.act is Act.REFER and given.get("step") != "refer":
                return await self._ask(place, filled)
            try:
                written = await self._write(place, filled, id_)
            except Refused as refused:
                filled.errors["form"] = f"{refused.issues[0].text} Nothing was changed."
                return self._show(place, filled, 422)
            log.info("Somebody wrote on the pages: %s", {"key": written.key.hex(), "act": place.act.value})
        return await self._lead_to(place, written)

    async def _write(self, place: _Place, filled: Filled, id_: bytes) -> Written:
        referred = await asyncio.to_thread(_referred, place)
        who = described(place.told, place.reader.organisation, self._key)
        registered = Registered({ods: one.name for ods, one in place.names.items()})

        def as_of(at: str) -> bytes:
            reader = place.reader
            writer = Writer(
                ods=reader.organisation,
                organisation=registered.reference(reader.organisation),
                author=reader.name or reader.user,
                who=who,
                form=filled.key,
                at=at,
            )
            return build(place.act, writer, filled, referred)

        return Written(*await self._accept(place.reader.organisation, id_, as_of))

    async def _lead_to(self, place: _Place, written: Written) -> Response:
        """To the record, which tells it by now: done; or will: waits; or tells it of somebody else: apart."""
        if not await is_applied(self._pool, written.key, _APPLIED_WITHIN):
            return see_other(place.back, written="waits")
        now = await self._read(place.reader, place.told.person.hex())
        if now is None:
            return see_other(place.person)
        is_one = written.source_record in now.all_source_records
        return see_other(place._replace(told=now).back, written="done" if is_one else "apart")

    async def _ask(self, place: _Place, filled: Filled) -> Response:
        """What there is already for something like it, before it is sent."""
        called = {ods: one.name for ods, one in place.names.items()}
        wanted = proposed(filled, _referred(place))

        def look() -> list[dict[str, str]]:
            now = instant_ticks(datetime.now(UTC).isoformat()) or 0
            found = like(wanted, threads(place.told.words, called), now)
            return [
                {
                    "service": one.thread.service or "Referral",
                    "why": one.why,
                    "address": f"{place.person}/referral/{one.thread.key.hex()}",
                }
                for one in found
            ]

        return self._show(place, filled, asked=await asyncio.to_thread(look))

    def _show(
        self, place: _Place, filled: Filled, status: int = 200, asked: list[dict[str, str]] | None = None
    ) -> Response:
        given: dict[str, Any] = {"place": place, "form": FORMS[place.act], "filled": filled}
        return self._door.page("write.html" if asked is None else "ask.html", status, **given, asked=asked)

    async def _place(self, request: Request) -> _Place:
        reader: Reader = request.state.reader
        key = request.path_params.get("key", "")
        acts = ON_A_REFERRAL if key else OF_THE_PERSON
        act = next((one for one in acts if one.value == request.path_params["act"]), None)
        if act is None:
            raise NotThere("There is no such form.")
        told = await self._read(reader, request.path_params["id"])
        if told is None:
            raise NotThere("There is no record with this id that you may see.")
        async with self._pool.connection() as connection:
            names = await partners(connection)
        if not may_write(reader, act) or reader.organisation not in names:
            raise NotYours("Your role, or the organisation for which you are signed in, does not write this.")
        thread = await asyncio.to_thread(_thread, told, names, key) if key else None
        return _Place(act, reader, told, names, thread)


def _thread(told: Told, names: dict[str, Partner], key: str) -> Thread:
    found = threads(told.words, {ods: one.name for ods, one in names.items()})
    thread = next((one for one in found if one.key.hex() == key), None)
    if thread is None:
        raise NotThere("There is no such referral in this record.")
    return thread


def _require_offered(place: _Place) -> None:
    """That the organisation holds the referral, and it stands so that this can be done.

    Raises:
        NotYours, NotNow: it does not.
    """
    thread = place.thread
    if thread is None or place.act in offered(thread, place.own):
        return
    if not is_held_by(thread, place.own):
        holder = thread.holder
        text = f"{holder.name} holds this referral" if holder else "Nobody holds this referral any more"
        raise NotYours(f"{text}, so your organisation does not answer it.")
    raise NotNow(f"The referral is {thread.state} already.")


def _referred(place: _Place) -> Referred:
    registered = Registered({ods: one.name for ods, one in place.names.items()})
    asked = {one.ods: {"type": "Organization", **registered.reference(one.ods)} for one in place.others}
    if place.thread is None:
        return Referred({}, "", False, asked)
    held = referral_held(place.told.words, place.thread, place.own)
    return Referred(reference_to(held), held.service or place.thread.service, is_urgent(held), asked)
