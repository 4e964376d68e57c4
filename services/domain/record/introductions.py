"""Introductions to community assets: what became of each, and whether secondary care was asked for afterwards."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from services.domain.record.continuity.parties import Partners
from services.domain.record.duplicates.plain_words import plain
from services.domain.record.instant import DAY
from services.domain.record.referrals.organisations import Organisation
from services.domain.record.referrals.referral import Referral
from services.domain.record.referrals.state import State
from services.domain.record.referrals.threads import each_referral
from services.domain.record.word import Word
from services.domain.record.words import Resource, words

WITHIN_DAYS = 180
"""Days after an introduction within which a referral counts as following it: Carethread's own rule, half a year."""

_INTRODUCTION = "introduction"
_NHS = "NHS"
"""The sector under which the partnership registers organisations of the NHS."""
_PROVIDERS = frozenset({"trust", "hospital", "hospitals"})
"""NHS secondary care is given by NHS trusts and foundation trusts (National Health Service Act 2006, sections 25 and
30), which have the word in their names; a general practice is NHS and no trust."""


class Outcome(StrEnum):
    """What became of an introduction."""

    WENT = "went"
    DID_NOT_GO = "did not go"
    NOT_KNOWN = "not known yet"

    @property
    def has_ended(self) -> bool:
        """Whether anybody knows."""
        return self is not Outcome.NOT_KNOWN


class Followed(StrEnum):
    """Whether a referral to secondary care followed an introduction within WITHIN_DAYS."""

    YES = "followed"
    NO = "not followed"
    NOT_YET = "not followed so far"
    """The days are not over."""


@dataclass(frozen=True, slots=True)
class Introduction:
    """One introduction, by however many systems it is told."""

    entry: bytes
    """The entry of its ServiceRequest: it is among the entries of one referral thread."""
    asset: Organisation
    """Where the person was introduced to."""
    made: int
    """In ticks."""
    outcome: Outcome
    followed: int | None
    """When the person was first referred to secondary care within WITHIN_DAYS after it, in ticks."""


def introductions(told: Iterable[Word], partners: Partners) -> list[Introduction]:
    """Every introduction in what all systems currently say of one person, in order.

    An introduction is a ServiceRequest that says so in its category, by its code or in words, and that was made:
    no draft, and none that every system has taken back.
    """
    kept = [*told]
    if not any(is_introduction(word.resource) for word in kept):
        return []
    found = [one for one in each_referral(kept) if one[1] not in (State.DRAFTED, State.ENTERED_IN_ERROR)]
    made = [one for one in found if _introduces(one[0])]
    asked = sorted(
        one.asked.ticks for one, _ in found if not _introduces(one) and is_secondary_care(one, partners)
    )
    read = (
        Introduction(one.key, one.performer, one.asked.ticks, _outcome(state), _next(asked, one.asked.ticks))
        for one, state in made
    )
    return sorted(read, key=lambda one: (one.made, one.entry))


def is_secondary_care(referral: Referral, partners: Partners) -> bool:
    """Whether a referral asks for secondary care.

    It does where it says so of whom it asks (ServiceRequest.performerType), and where it asks an organisation that
    the partnership has registered in the sector NHS and that is by its name a trust or a hospital.
    """
    kinds = (
        plain(text).split() for word in referral.words for text in words(word.resource.get("performerType"))
    )
    if any("secondary" in kind and "care" in kind for kind in kinds):
        return True
    name, sector = partners.get(referral.performer.ods, ("", ""))
    return sector == _NHS and not _PROVIDERS.isdisjoint(plain(name).split())


def _introduces(referral: Referral) -> bool:
    return any(is_introduction(word.resource) for word in referral.words)


def is_introduction(resource: Resource) -> bool:
    """Whether it is a ServiceRequest that says it introduces somebody."""
    if resource["resourceType"] != "ServiceRequest":
        return False
    return any(plain(text) == _INTRODUCTION for text in words(resource.get("category")))


def _outcome(state: State) -> Outcome:
    if state in (State.COMPLETED, State.IN_PROGRESS):
        return Outcome.WENT
    return Outcome.NOT_KNOWN if state.is_open else Outcome.DID_NOT_GO


def _next(asked: list[int], after: int) -> int | None:
    """The first of the instants `asked`, in order, that follows `after`."""
    at = bisect_right(asked, after)
    return asked[at] if at < len(asked) and asked[at] - after <= WITHIN_DAYS * DAY else None


class Tally:
    """The introductions of many persons, counted as of one moment."""

    def __init__(self, as_of: int) -> None:
        """`as_of` is in ticks: what was made later is not counted, and what followed later did not follow yet."""
        self.as_of = as_of
        self.counts: Counter[tuple[Outcome, Followed]] = Counter()
        self.assets: defaultdict[str, Counter[tuple[Outcome, Followed]]] = defaultdict(Counter)
        """The same by the name of the asset; the empty name is of those that name none."""
        self.persons = 0
        """Who was introduced to anything."""
        self.persons_referred = 0
        """Those of them who were referred to secondary care after an introduction."""

    def add(self, of_one_person: Iterable[Introduction]) -> None:
        """Count the introductions of one person."""
        counted = [(one, self._followed(one)) for one in of_one_person if one.made <= self.as_of]
        for one, followed in counted:
            self.counts[one.outcome, followed] += 1
            self.assets[one.asset.name][one.outcome, followed] += 1
        self.persons += bool(counted)
        self.persons_referred += any(followed is Followed.YES for _, followed in counted)

    def _followed(self, one: Introduction) -> Followed:
        if one.followed is not None and one.followed <= self.as_of:
            return Followed.YES
        return Followed.NO if self.as_of - one.made >= WITHIN_DAYS * DAY else Followed.NOT_YET
