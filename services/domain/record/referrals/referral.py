"""A referral: what was asked, of whom and why, as every system that has it tells of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.domain.record.instant import DAY
from services.domain.record.referrals.likeness import signatures
from services.domain.record.referrals.moments import Moment, asked, asked_by
from services.domain.record.referrals.organisations import NOBODY, Directory, Organisation
from services.domain.record.referrals.ties import groups_of, names_of
from services.domain.record.telling import WITHDRAWN
from services.domain.record.word import Word
from services.domain.record.words import first

TOLD_WITHIN = 7 * DAY
"""Ticks within which a system that was told of a referral writes down its copy: Carethread's own rule, seven days."""


@dataclass(frozen=True, slots=True)
class Referral:
    """One ServiceRequest, as every system that has it tells of it."""

    words: tuple[Word, ...]
    """What is told of it: what stands first, and of that the requester's own word."""
    taken_back: bool
    """Whether every system that told of it says that it was an error."""
    names: frozenset[str]
    """The tokens that it is known by (ties.names_of)."""
    groups: frozenset[str]
    """The groups of requests that it was made in (ties.groups_of)."""
    asked: Moment
    requester: Organisation
    performer: Organisation
    """Who is asked; NOBODY where nobody is named."""
    service: str
    """What is asked for, in words; may be empty."""
    reason: str
    alike: frozenset[str]
    """Signatures of what is asked for and why (likeness.signatures)."""

    @property
    def opened_by_itself(self) -> bool:
        """Whether who asks and who is asked are one organisation: it needs no answer of its own."""
        return bool(self.performer.name) and self.requester.key == self.performer.key

    @property
    def key(self) -> bytes:
        """The entry that stands for it: that of the word which is believed first."""
        return self.words[0].entry_key

    @property
    def sources(self) -> frozenset[bytes]:
        """The source records that tell of it."""
        return frozenset(word.source_record for word in self.words)


def read_referral(words: Sequence[Word], directory: Directory) -> Referral:
    """The referral that these ServiceRequests, at least one, tell of."""
    ordered = sorted(words, key=lambda word: _place(word, directory))
    standing = [word for word in ordered if not _is_error(word)] or ordered
    requester = _organisation(standing, "requester", directory)
    performer = _organisation(standing, "performer", directory)
    sender = directory.sender(standing[0])
    told = next((one for word in standing if (one := asked(word))), None)
    return Referral(
        words=tuple(ordered),
        taken_back=_is_error(ordered[0]),
        names=frozenset(name for word in ordered for name in names_of(word)),
        groups=frozenset(group for word in ordered for group in groups_of(word)),
        asked=told or min(asked_by(word) for word in standing),
        requester=requester if requester.name or sender.key == performer.key else sender,
        performer=performer,
        service=_words(standing, "code"),
        reason=_words(standing, "reasonCode") or _words(standing, "reasonReference"),
        alike=frozenset(sign for word in standing for sign in signatures(word.resource)),
    )


def is_told_again(referral: Referral, of: Referral) -> bool:
    """Whether two entries that are tied are one referral, which two systems tell of.

    They have the same requester and performer, as far as those are told, and an identifier in common or were
    made within TOLD_WITHIN of each other. Two entries of one system are two referrals.
    """
    return (
        referral.sources.isdisjoint(of.sources)
        and _may_be_same(referral.performer, of.performer)
        and _may_be_same(referral.requester, of.requester)
        and (
            not referral.names.isdisjoint(of.names)
            or abs(referral.asked.ticks - of.asked.ticks) <= TOLD_WITHIN
        )
    )


def _is_error(word: Word) -> bool:
    return word.resource.get("status") == WITHDRAWN


def _place(word: Word, directory: Directory) -> tuple[bool, bool, bool, int, bytes]:
    """The requester's own word is believed first, then the one that knows the time of day, then the earliest."""
    told = asked(word)
    return (
        _is_error(word),
        directory.organisation(word, word.resource.get("requester")).ods != word.sender,
        told is None or "T" not in told.text,
        told.ticks if told else word.instant,
        word.resource_key,
    )


def _organisation(words: Sequence[Word], field: str, directory: Directory) -> Organisation:
    told = (directory.organisation(word, word.resource.get(field)) for word in words)
    return next((one for one in told if one.name), NOBODY)


def _words(words: Sequence[Word], field: str) -> str:
    return next((one for word in words for one in first(word.resource.get(field)) if one), "")


def _may_be_same(one: Organisation, other: Organisation) -> bool:
    return not one.name or not other.name or one.key == other.key
