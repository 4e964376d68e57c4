"""Who holds a referral: the organisation that has to act, one after the other."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from services.domain.record.kinds import at_path
from services.domain.record.referrals.chains import InThread
from services.domain.record.referrals.organisations import NOBODY, Directory, Organisation
from services.domain.record.referrals.referral import Referral
from services.domain.record.referrals.state import Sign, Standing, State


class Held(NamedTuple):
    """Who held a referral from when on."""

    organisation: Organisation
    since: int
    """In ticks."""


class Course(NamedTuple):
    """A referral of a thread, how it stands, and who held it."""

    placed: InThread
    standing: Standing
    held: tuple[Held, ...]


_OUT = (State.WITHDRAWN, State.ENTERED_IN_ERROR)


def holders(referral: Referral, told: Sequence[Sign], directory: Directory) -> tuple[Held, ...]:
    """Who has to act on one referral, in order, the same never twice running.

    The one who wrote it until it is sent; then the one who was asked; the one who accepted; after a rejection
    or a withdrawal the one who asked. A booking or a contact hands nothing over, but shows who has it where
    nobody was named. Nobody holds what never was.
    """
    if referral.taken_back:
        return ()
    drafted = bool(told) and all(sign.state is State.DRAFTED for sign in told)
    first = referral.requester if drafted else referral.performer
    found = [Held(first, referral.asked.ticks)] if first.name else []
    for sign in told:
        whom = _holder(referral, sign, directory)
        shown_only = sign.word.resource["resourceType"] in ("Appointment", "Encounter")
        if whom.name and not (shown_only and found):
            found.append(Held(whom, sign.ticks))
    return without_repeats(found)


def deciding(courses: Sequence[Course]) -> int:
    """The place of the referral by which the whole thread stands.

    What was withdrawn, replaced or entered in error counts only where nothing else is left. Of the rest it is
    the newest that runs and was not passed on; else the newest that was not passed on, unless a referral it
    came from goes on after that ended.
    """
    left = _left(courses)
    followed = {one for place in left for one in courses[place].placed.follows}
    ends = [place for place in left if place not in followed] or left
    if running := [place for place in ends if courses[place].standing.state.is_open]:
        return running[-1]
    last = ends[-1]
    going_on = [
        place
        for place in left
        if courses[place].standing.state.is_open
        and courses[place].standing.latest > courses[last].standing.since
    ]
    return going_on[-1] if going_on else last


def waiting(courses: Sequence[Course], decides: int) -> tuple[Held, ...]:
    """Every referral that nobody has answered or passed on, who was asked, and since when; the one that decides too."""
    left = _left(courses)
    followed = {one for place in left for one in courses[place].placed.follows} - {decides}
    unanswered = (courses[place] for place in left if place not in followed)
    return tuple(
        one.held[-1] if one.held else Held(one.placed.referral.performer, one.placed.referral.asked.ticks)
        for one in unanswered
        if one.standing.state.is_unanswered
    )


def hand_overs(courses: Sequence[Course], decides: int) -> tuple[Held, ...]:
    """Who held the referral, in order, up to whoever holds the referral that decides.

    Those are the holders of that referral and of what it came from, each until it was passed on; and of what
    was passed on beside it and came back before it was asked, or was passed on from it and has ended.
    """
    own, passed_on = courses[decides], _passed_on(courses)
    before, after = _before(courses, decides), _after(courses, decides)
    found: list[tuple[int, int, Organisation]] = []
    for place, course in enumerate(courses):
        came_back = course.standing.state in (State.REJECTED, State.WITHDRAWN) and (
            place in after or course.standing.since < own.placed.referral.asked.ticks
        )
        done = place in after and course.standing.state is State.COMPLETED
        if place in before or place == decides or came_back or done:
            until = passed_on.get(place)
            kept = (one for one in course.held if until is None or one.since <= until)
            found += ((one.since, place, one.organisation) for one in kept)
    held = [Held(organisation, since) for since, _, organisation in sorted(found, key=lambda one: one[:2])]
    if held and own.held and held[-1].organisation.key != own.held[-1].organisation.key:
        held.append(Held(own.held[-1].organisation, max(held[-1].since, own.standing.latest)))
    return without_repeats(held)


def returns(held: Sequence[Held]) -> int:
    """How often it came back to an organisation that had held it and passed it on or rejected it."""
    seen: set[str] = set()
    count = 0
    for one in held:
        count += one.organisation.key in seen
        seen.add(one.organisation.key)
    return count


def without_repeats(held: Sequence[Held]) -> tuple[Held, ...]:
    """The holders with one who stays counted once, from the first."""
    changes = (now for was, now in pairwise(held) if was.organisation.key != now.organisation.key)
    return (*held[:1], *changes)


def _holder(referral: Referral, sign: Sign, directory: Directory) -> Organisation:
    word, kind = sign.word, sign.word.resource["resourceType"]
    if sign.state in (State.REJECTED, State.WITHDRAWN):
        return referral.requester
    if kind == "ServiceRequest":
        return NOBODY
    field = {"Task": "owner", "Encounter": "serviceProvider", "EpisodeOfCare": "managingOrganization"}.get(
        kind
    )
    named = directory.organisation(word, at_path(word.resource, field) if field else None)
    if named.name:
        return named
    sender = directory.sender(word)
    return referral.performer if kind == "Task" and sender.key == referral.requester.key else sender


def _passed_on(courses: Sequence[Course]) -> dict[int, int]:
    """When each referral that another follows was first followed, in ticks."""
    found: dict[int, int] = {}
    for later in courses:
        if not later.placed.referral.taken_back:
            for place in later.placed.follows:
                asked = later.placed.referral.asked.ticks
                found[place] = min(found.get(place, asked), asked)
    return found


def _left(courses: Sequence[Course]) -> list[int]:
    every = range(len(courses))
    return [
        place
        for place in every
        if courses[place].standing.state not in _OUT and not courses[place].placed.replaced
    ] or [*every]


def _before(courses: Sequence[Course], place: int) -> set[int]:
    """The referrals that one came from, over however many steps."""
    found: set[int] = set()
    ahead = [place]
    while ahead:
        new = [one for one in courses[ahead.pop()].placed.follows if one not in found]
        found.update(new)
        ahead += new
    return found


def _after(courses: Sequence[Course], place: int) -> set[int]:
    """The referrals that came from one, over however many steps."""
    found = {place}
    for later, course in enumerate(courses):
        if not found.isdisjoint(course.placed.follows):
            found.add(later)
    return found - {place}
