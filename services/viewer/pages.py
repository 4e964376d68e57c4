"""The pages: a person's story and timeline. They work without JavaScript, which only tells them that they changed."""

import asyncio
from dataclasses import dataclass
from typing import Any, NamedTuple

from psycopg_pool import AsyncConnectionPool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from services.domain.access.routes import GLASS_BREAKERS
from services.domain.access.sight import Refusal, Sight
from services.domain.identity.demographics import display_name
from services.domain.record.kinds import said_when
from services.domain.record.referrals.stalling import StalledDays
from services.domain.record.taking_part import listed
from services.domain.record.telling import WITHDRAWN, news
from services.domain.record.word import Word
from services.platform.access import ASK_PARTNERS, Partner, partners_of
from services.platform.audit_request import saw
from services.platform.pages import Frame, static_route
from services.platform.postgres import Connection, together
from services.platform.sign_in import signed_in
from services.viewer.board_page import opens_board
from services.viewer.completeness import Completeness, ask_completeness, completeness_of, waiting_words
from services.viewer.directory import ask_assets, assets_in
from services.viewer.held import Held, find_with_holds
from services.viewer.live.person import read_state
from services.viewer.moments import machine_date, now_ticks, plain_date
from services.viewer.page_state import Seal
from services.viewer.person_page import PersonPage, Story, read_page
from services.viewer.reading import Alike, Entry, Known, Source
from services.viewer.referral_page import ways_to_write
from services.viewer.relatives import family_links
from services.viewer.seeing import NotSeen, seeing
from services.viewer.story_views import StoryView, story_view
from services.viewer.summaries import summary
from services.viewer.timeline import Place
from services.viewer.timeline_filter import Filter


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry as the timeline shows it."""

    kind: str
    when: str
    moment: str
    """The same for machines: a date, or an instant to the second."""
    title: str
    status: str
    withdrawn: bool
    tellers: int
    """How many systems tell of it."""
    told: list["ToldView"]
    because: list[str]
    whose: list[tuple[str, str, str]]
    """What shows of each part, and which system it is from; empty where one alone tells of the entry."""
    alike: list["AlikeView"]
    key: str


@dataclass(frozen=True, slots=True)
class AlikeView:
    """Another entry that may be the same."""

    key: str
    address: str
    """Of the entry, on this page or another."""
    when: str
    organisations: str
    reason: str


@dataclass(frozen=True, slots=True)
class ToldView:
    """What is said of the entry, once, and every system that says it in these words."""

    detail: str
    withdrawn: bool
    by: list["SourceView"]


@dataclass(frozen=True, slots=True)
class SourceView:
    """One system that tells of the entry."""

    organisation: str
    sector: str
    title: str
    versions: int
    withdrawn: bool
    relative: str
    """The id of the person whom it tells of as a relative, where the reader may open their record; else empty."""


class Pages:
    """The pages of the viewer, for signed-in browsers."""

    def __init__(
        self, pool: AsyncConnectionPool[Connection], stalled: StalledDays, partnership_key: bytes, seal: Seal
    ) -> None:
        self._pool = pool
        self._key = partnership_key
        self._stalled = stalled
        self._seal = seal
        self._frame = Frame(__package__ or "")
        self.routes: list[BaseRoute] = [
            Route("/person/{id}", self.person, methods=["GET"]),
            static_route(),
        ]

    async def person(self, request: Request) -> Response:
        """A person's story, on the first page, and their timeline."""
        if not signed_in(request):
            return self._frame.not_signed_in()
        async with self._pool.connection() as connection:
            found, held = await find_with_holds(connection, request.path_params["id"])
            if len(found) != 1:
                return self._frame.page(
                    "found.html", 404, asked=request.path_params["id"], found=[], of_number=False
                )
            saw(found)
            start = Place.read(request.query_params.get("from", ""))
            as_of = now_ticks()
            try:
                async with seeing(connection, request.state.reader, found[0]) as sight:
                    only = Filter.read(request.query_params)
                    page = await read_page(connection, found[0], start, as_of, only=only)
                    state = await read_state(connection, found[0], sight, page.state)
            except NotSeen as refused:
                return self._not_seen(request, refused.refusal)
            if held:
                return self._frame.page("held.html", 403, held=[_held(one) for one in held])
            words = {found[0]: page.story.record.words if page.story else []}
            asked = ASK_PARTNERS, *ask_completeness(page.known), *ask_assets(words)
            registered, waiting, heard, *services = await together(connection, *asked)
            sources = (source for entry in page.entries for source in entry.sources)
            relatives = await family_links(connection, found[0], sources, request.state.reader, self._key)
        names = partners_of(registered)
        complete = completeness_of(page.known, (waiting, heard))
        listed = assets_in(services, words)[found[0]]
        told_with = _ToldWith(names, relatives, listed, self._stalled, as_of)
        shown = await asyncio.to_thread(_shown, page, told_with)
        return self._frame.live_page(
            "person.html",
            **shown,
            may_break=request.state.reader.role in GLASS_BREAKERS,
            hidden=_hidden(sight, names),
            complete=_complete(complete, names),
            boards={ods for ods in names if opens_board(request.state.reader, ods)},
            ways=ways_to_write(request.state.reader, found[0].hex()) if page.story else [],
            written=request.query_params.get("written", ""),
            changes=f"/person/{found[0].hex()}/changes?since={self._seal.sealed(state)}",
        )

    def _not_seen(self, request: Request, refusal: Refusal) -> Response:
        """A person of whom not even that they are known may be told is as one who is not there."""
        if refusal.is_secret:
            return self._frame.page(
                "found.html", 404, asked=request.path_params["id"], found=[], of_number=False
            )
        given = {"reason": refusal.reason, "person": request.path_params["id"]}
        return self._frame.form_page("not_seen.html", 403, **given, may_break=refusal.may_break_glass)


class _ToldWith(NamedTuple):
    """What is shown of a page beside what it is made of."""

    names: dict[str, Partner]
    relatives: dict[bytes, bytes]
    listed: list[Word]
    stalled: StalledDays
    as_of: int

    def story(self, story: Story) -> StoryView:
        """The story, as it is shown."""
        return story_view(
            story.record, self.names, self.as_of, self.stalled, self.listed, story.bounds, story.about
        )


def _shown(page: PersonPage, told_with: _ToldWith) -> dict[str, Any]:
    names, timeline = told_with.names, page.timeline
    return {
        "person": summary(page.known),
        "organisations": _organisations(page.known, names),
        "story": told_with.story(page.story) if page.story else None,
        "entries": [_entry(entry, page, names, told_with.relatives) for entry in page.entries],
        "total": page.total,
        "only": page.only,
        "choices": page.choices,
        "context": page.context,
        "newer": timeline.newer,
        "is_second": timeline.is_second,
        "older": timeline.older,
    }


def _complete(complete: Completeness, names: dict[str, Partner]) -> dict[str, Any]:
    return {
        "waiting": waiting_words(complete.waiting),
        "heard": [
            {
                "organisation": _partner(ods, names).name,
                "when": plain_date(at.isoformat()),
                "moment": at.isoformat(timespec="seconds"),
            }
            for ods, at in complete.heard
        ],
    }


def _hidden(sight: Sight, names: dict[str, Partner]) -> list[dict[str, str]]:
    """What is not shown, by the organisation whose words it is, and why."""
    return [
        {
            "organisation": _partner(one.sender, names).name,
            "what": listed(sorted(one.kinds)) if one.kinds else "Everything",
            "reason": one.reason,
        }
        for one in sight.hidden
    ]


def _held(one: Held) -> dict[str, Any]:
    words = one.words
    return {
        "key": one.message_key.hex(),
        "what": f"{', '.join(words[:-1])} and {words[-1]}" if words[1:] else words[0],
        "since": plain_date(one.received_at.isoformat()),
        "moment": one.received_at.isoformat(timespec="seconds"),
    }


def _organisations(record: Known, names: dict[str, Partner]) -> list[dict[str, str]]:
    """Those that know the person; and by which name, where it is another than the record's."""
    called: dict[str, set[str]] = {}
    for one in record.source_records:
        called.setdefault(one.sender, set()).add(display_name(one.facts))
    return [
        {
            "name": _partner(sender, names).name,
            "sector": _partner(sender, names).sector,
            "called": listed(sorted(called[sender] - {record.name})),
        }
        for sender in sorted(called)
    ]


def _entry(
    entry: Entry, page: PersonPage, names: dict[str, Partner], relatives: dict[bytes, bytes]
) -> EntryView:
    telling = entry.telling
    return EntryView(
        kind=entry.kind,
        when=_when(entry),
        moment=machine_date(telling.when),
        title=telling.title,
        status=news(entry.kind, telling.status),
        withdrawn=entry.withdrawn,
        tellers=len({source.sender for source in entry.sources}),
        told=_told_by(entry, names, relatives),
        because=entry.because,
        whose=_whose(entry, names),
        alike=[_alike(one, page, names) for one in entry.alike],
        key=entry.key.hex(),
    )


def _when(entry: Entry) -> str:
    """When it was; of what nobody dates, such as who is somebody's mother, when it was told."""
    when = plain_date(entry.telling.when)
    return when if any(said_when(source.resource) for source in entry.sources) else f"told {when}"


def _whose(entry: Entry, names: dict[str, Partner]) -> list[tuple[str, str, str]]:
    if len({source.sender for source in entry.sources}) == 1:
        return []
    found = entry.survivors
    parts = (
        ("Title", found.title.value, found.title),
        ("Status", found.status.value.replace("-", " "), found.status),
        ("When", plain_date(found.when.value), found.when),
        ("Where", found.where.value, found.where),
        ("Who", found.who.value, found.who),
    )
    return [
        (part, shown, listed([_partner(sender, names).name for sender in one.senders]))
        for part, shown, one in parts
        if one.value
    ]


def _alike(alike: Alike, page: PersonPage, names: dict[str, Partner]) -> AlikeView:
    other = page.entry(alike.other)
    tellers = dict.fromkeys(_partner(source.sender, names).name for source in other.sources)
    elsewhere = f"?from={Place(other.occurred, other.key)}" if alike.other in page.others else ""
    key = other.key.hex()
    when = plain_date(other.telling.when)
    return AlikeView(key, f"{elsewhere}#{key}", when, " and ".join(tellers), alike.reason)


def _told_by(entry: Entry, names: dict[str, Partner], relatives: dict[bytes, bytes]) -> list[ToldView]:
    """In the order of the latest word on each."""
    found: dict[tuple[str, bool], list[SourceView]] = {}
    for source in entry.sources:
        view = _source(source, names, relatives)
        found.setdefault((source.telling.detail, view.withdrawn), []).append(view)
    return [ToldView(detail, withdrawn, by) for (detail, withdrawn), by in found.items()]


def _source(source: Source, names: dict[str, Partner], relatives: dict[bytes, bytes]) -> SourceView:
    partner = _partner(source.sender, names)
    telling = source.telling
    return SourceView(
        organisation=partner.name,
        sector=partner.sector,
        title=telling.title,
        versions=source.versions,
        withdrawn=telling.status == WITHDRAWN,
        relative=relatives.get(source.resource_key, b"").hex(),
    )


def _partner(sender: str, names: dict[str, Partner]) -> Partner:
    return names.get(sender) or Partner(sender, sender, "Sector not given")
