"""The team around one person, across organisations: workers, peers, family, friends and community as equals."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from services.domain.record.continuity.contacts import Contact, how_many
from services.domain.record.continuity.homes import Homes
from services.domain.record.continuity.parties import COMMUNITY, FAMILY, Mention, Nature, Parties, Sure, each
from services.domain.record.continuity.things import Things, status_of
from services.domain.record.kinds import occurred
from services.domain.record.word import Word
from services.domain.record.words import first, objects

_NAMING = ("CarePlan", "CareTeam", "Appointment", "Communication", "EpisodeOfCare", "RelatedPerson")
_NOT_AGREED = frozenset({"draft", "proposed", "planned", "waitlist", "cancelled", "preparation", "not-done"})
"""States in which nobody takes part yet, or any more."""


@dataclass(frozen=True, slots=True)
class Member:
    """Someone who takes part in the person's care, once, however many systems name them."""

    name: str
    role: str
    """As told last; empty where none is told."""
    organisation: str
    """ODS code, else name; empty for family and friends."""
    organisation_name: str
    sector: str
    """The partner organisation's, else FAMILY or COMMUNITY; empty where it is not known."""
    last_seen: int | None
    """The end of their latest contact, in ticks; None where no contact is told."""
    contacts: int
    """How many times they met the person, as `how_many` counts."""


class Seen(NamedTuple):
    """One naming of someone who takes part."""

    mention: Mention
    at: int
    """In ticks."""
    contact: Contact | None = None
    """The contact that it is in, where it is in one."""


def everyone(things: Things, parties: Parties, found: list[Contact]) -> list[Seen]:
    """All who are named anywhere, as often as they are: in contacts, plans, teams, bookings and notes."""
    met = [Seen(one, contact.until, contact) for contact in found for one in contact.people]
    return [*met, *_named(things, parties)]


def team(named: list[Seen], homes: Homes, parties: Parties) -> list[Member]:
    """Everyone who takes part, once each by name and organisation; those seen last come first.

    An organisation is listed only where nobody of it is named. The person themselves is not in the list.
    `homes` are those of all who are named.
    """
    groups: dict[tuple[str, str], list[Seen]] = {}
    for one in named:
        groups.setdefault((one.mention.key, homes.of(one.mention)), []).append(one)
    peopled = {
        home
        for (_, home), group in groups.items()
        if any(one.mention.nature is not Nature.GROUP for one in group)
    }
    members = [
        _member(home, group, parties)
        for (_, home), group in groups.items()
        if home not in peopled or any(one.mention.nature is not Nature.GROUP for one in group)
    ]
    return sorted(members, key=_latest_first)


def _latest_first(member: Member) -> tuple[bool, int, str, str]:
    return member.last_seen is None, -(member.last_seen or 0), member.name, member.organisation


def _member(home: str, group: list[Seen], parties: Parties) -> Member:
    met = [one.contact for one in group if one.contact]
    nature = max(one.mention.nature for one in group)
    sector = FAMILY if nature is Nature.NETWORK else parties.sector_of(home)
    return Member(
        name=max(one.mention.name for one in group),
        role=max(((one.at, one.mention.role) for one in group if one.mention.role), default=(0, ""))[1],
        organisation=home,
        organisation_name=parties.name_of(home),
        sector=sector or (COMMUNITY if nature is Nature.GROUP else ""),
        last_seen=max((contact.until for contact in met), default=None),
        contacts=how_many(met),
    )


def _named(things: Things, parties: Parties) -> list[Seen]:
    """Those whom plans, teams, bookings and notes name, and the family and friends that are told of."""
    return [
        Seen(mention, occurred(word.resource, word.instant))
        for word in things.of_kind(*_NAMING)
        if status_of(word) not in _NOT_AGREED
        for mention in _mentions(word, parties)
    ]


def _mentions(word: Word, parties: Parties) -> Iterator[Mention]:
    resource = word.resource
    wrote = [resource.get("author"), resource.get("sender"), *objects(resource.get("contributor"))]
    told = [parties.mention(one, word, sure=Sure.WROTE) for one in wrote]
    manages = parties.organisation(resource.get("managingOrganization"), word)
    told.append(parties.mention(resource.get("careManager"), word, organisation=manages))
    for one in objects(resource.get("participant")):
        if one.get("status") != "declined":
            roles = (role for part in objects(one.get("role")) for role in first(part))
            acts_for = parties.organisation(one.get("onBehalfOf"), word)
            who = one.get("member") or one.get("actor")
            told.append(parties.mention(who, word, role=next(roles, ""), organisation=acts_for))
    if resource.get("resourceType") == "RelatedPerson" and resource.get("active") is not False:
        told.append(parties.family(word))
    yield from (who for one in told if one for who in each(one))
