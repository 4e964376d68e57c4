"""What a partner's system was given of a person, and what of that it has to stop showing now that less is open to it.

What its own system told is its own, and nothing here is about that.
"""

from collections.abc import Iterator, Sequence, Set
from typing import NamedTuple

from services.domain.access.kinds import ALL_KINDS, MINIMUM_OWN
from services.domain.access.sight import Opened, Sight
from services.domain.record.kinds import CONTEXT

_ENTRIES = ALL_KINDS - {CONTEXT}
_OF_ANOTHER = "It is not known to be about the same person any more."


class Given(NamedTuple):
    """How far one other system's words were open to an organisation's system when it read of the person."""

    source_record: bytes
    sender: str
    """The ODS code of that system's organisation."""
    kinds: frozenset[str]
    """The kinds of entry (record.kinds): what goes with them goes with them here too."""
    referrals: bool
    """Whether referrals with the reading organisation, and their answers, were open."""
    whereabouts: bool
    """Whether the person's address, telephone, e-mail and practice were shown."""


class Part(NamedTuple):
    """What of one organisation's words is to be shown no more."""

    sender: str
    kinds: frozenset[str]
    """Empty for all that it told."""
    reason: str
    """As whoever reads the record again is told it."""


class Thing(NamedTuple):
    """One thing that is more confidential than it was when it could be read."""

    source_record: bytes
    kind: str
    address: str
    """Under which it was read: its resource type and id."""


class Withdrawal(NamedTuple):
    """What of all that was given is to be shown no more."""

    everything: bool
    whereabouts: bool
    """Whether the person's address, telephone, e-mail and practice are."""
    parts: tuple[Part, ...]
    """Whose words, and why. None where everything is, and why may not be told."""
    things: tuple[str, ...] = ()
    """The addresses of single things beside these."""


def how_far(opened: Opened) -> tuple[frozenset[str], bool]:
    """The kinds of entry that are open of one system's words, and whether referrals with the reader's own are."""
    kinds = _ENTRIES if opened.kinds is None else opened.kinds & _ENTRIES
    return kinds, bool(opened.referrals_with) or kinds >= MINIMUM_OWN


def withdrawal(
    given: Sequence[Given],
    now: Sight | None,
    known: Set[bytes],
    why_nothing: str = "",
    confidential: Sequence[Thing] = (),
) -> Withdrawal | None:
    """What has to be stopped of what was given, by what is open `now`; None where all of it still is.

    `known` are the source records that are known to be of the person. `now` is None where nothing is open at all, and
    `why_nothing` says why as far as that may be told. What is `confidential` by now is closed where its kind is not.
    """
    left = [still_open(one, now) for one in given]
    things = tuple(sorted({one.address for one in confidential if any(_shows(rest, one) for rest in left)}))
    if left == [*given] and not things:
        return None
    had_whereabouts = any(one.whereabouts for one in given)
    if now is None:
        senders = sorted({one.sender for one in given}) if why_nothing else []
        parts = tuple(Part(sender, frozenset(), why_nothing) for sender in senders)
        return Withdrawal(True, had_whereabouts, parts)
    found = {part for one, rest in zip(given, left, strict=True) for part in _parts(one, rest, now, known)}
    if None in found:
        return Withdrawal(True, had_whereabouts, ())
    told = (one for one in found if one is not None)
    everything = not any(left)
    return Withdrawal(
        everything,
        had_whereabouts and (everything or not now.whereabouts),
        tuple(sorted(told, key=lambda one: (one.sender, one.reason, sorted(one.kinds)))),
        things,
    )


def still_open(one: Given, now: Sight | None) -> Given | None:
    """What of it is open now; None for nothing."""
    opened = [] if now is None else [each for each in now.opened if each.source_record == one.source_record]
    if now is None or not opened:
        return None
    open_kinds, open_referrals = how_far(opened[0])
    kinds, referrals = one.kinds & open_kinds, one.referrals and open_referrals
    whereabouts = one.whereabouts and now.whereabouts
    return (
        one._replace(kinds=kinds, referrals=referrals, whereabouts=whereabouts)
        if kinds or referrals
        else None
    )


def _parts(one: Given, left: Given | None, now: Sight, known: Set[bytes]) -> Iterator[Part | None]:
    """What is closed of one system's words, by why; None where it is closed and nobody may be told why."""
    lost = _all(one) - (_all(left) if left else frozenset())
    if lost and one.source_record not in known:
        yield Part(one.sender, frozenset(), _OF_ANOTHER)
        return
    unsaid = lost
    for hidden in now.hidden:
        closed = lost & (hidden.kinds or _ENTRIES) if hidden.sender == one.sender else frozenset()
        if closed:
            unsaid -= closed
            yield Part(one.sender, frozenset() if left is None and closed == lost else closed, hidden.reason)
    if unsaid:
        yield None


def _shows(left: Given | None, thing: Thing) -> bool:
    return left is not None and left.source_record == thing.source_record and thing.kind in _all(left)


def _all(one: Given) -> frozenset[str]:
    return one.kinds | (MINIMUM_OWN if one.referrals else frozenset())
