"""What of a record a reader may see: decided for each system's word, before anything is folded or counted."""

from collections.abc import Mapping
from enum import IntEnum
from typing import Any, NamedTuple

from services.domain.access.kinds import ALL_KINDS, MINIMUM_OWN, MINIMUM_SEEN
from services.domain.access.reader import Reader, Role
from services.domain.access.routes import CARERS, GLASS_BREAKERS
from services.domain.access.sharing import Consent, Receiver, Terms, consent_of, terms
from services.domain.record.business_identity import named_identity
from services.domain.record.kinds import CONTEXT

_STATUTORY = frozenset({"nhs", "council"})
"""The sectors, caseless, to whose systems all kinds are opened. Those of charities and others get what a peer worker
gets: else their system would show a peer worker what their role does not."""

_KEPT_RIGHT = frozenset({"Consent"})
"""What a steward sees of words that the person does not want shared: that they do not."""

_UNKNOWN = "Nobody of this description is known."
_OPS = "Whoever runs the service reads nobody's record."
_NOT_TOLD = "Your system has told nothing of this person."
_NO_RELATIONSHIP = (
    "Your organisation does not know this person, no referral asks it, and it is not in their team: only those who "
    "take part in a person's care read their record."
)
_ASK = " Ask for a referral to your organisation."
_GLASS = (
    " Where care cannot wait you may open it for a limited time, with a reason that is looked at afterwards."
)
_MINIMUM = (
    "It is shown to clinicians and social workers. To others it is shown where the person has agreed that it is "
    "shared with their organisation."
)


class Label(IntEnum):
    """How confidential something is (HL7 v3 Confidentiality: N, R and V), the least first."""

    NORMAL = 0
    RESTRICTED = 1
    VERY_RESTRICTED = 2


class System(NamedTuple):
    """One system that knows the person."""

    source_record: bytes
    sender: str
    """The ODS code of its organisation."""
    label: Label
    """Of its Patient resource: restricted says that nobody learns where the person lives, very restricted that nobody
    learns that they are known at all."""


class ConsentWord(NamedTuple):
    """What one system currently says of what the person agreed to, or refused."""

    source_record: bytes
    sender: str
    resource: dict[str, Any]
    """A FHIR R4 Consent, accepted already; what is optional may be missing or odd."""
    instant: int
    """The version's instant, in ticks of 100 ns."""


class PersonFacts(NamedTuple):
    """All that decides who may see what of a person."""

    systems: tuple[System, ...]
    consents: tuple[ConsentWord, ...]
    involved: frozenset[str]
    """The ODS codes of the organisations that a referral about the person asks, or that their care team names."""
    sector: str = ""
    """That of the organisation that the reader acts for, whether it has told anything or not; empty where nobody knows
    it."""


class Opened(NamedTuple):
    """What may be seen of one system's word."""

    source_record: bytes
    kinds: frozenset[str] | None
    """The kinds of entry (record.kinds) and what is kept with them; None for all."""
    label: Label
    """The most confidential that may be seen."""
    referrals_with: str = ""
    """The ODS code of an organisation: referrals to and from it, and the answers, are seen too, though their kinds are
    not (organisations.is_referral_with); empty for none."""


class Hidden(NamedTuple):
    """What may not be seen, as it is told to the reader."""

    sender: str
    """The ODS code of the organisation whose words they are."""
    kinds: frozenset[str]
    """Empty for all kinds."""
    reason: str


class Sight(NamedTuple):
    """What a reader may see of one person."""

    opened: tuple[Opened, ...]
    """By source record, in order; of what is not here nothing."""
    hidden: tuple[Hidden, ...]
    whereabouts: bool
    """Whether address, telephone, e-mail and practice are shown."""


class Refusal(NamedTuple):
    """Why a reader may see nothing of a person."""

    reason: str
    may_break_glass: bool
    is_secret: bool
    """Whether not even that the person is known may be told."""
    whereabouts: bool = False
    """Whether somebody who knows where the person lives, or a telephone, may be told that it is theirs."""


def sight(reader: Reader, facts: PersonFacts, as_of: int, glass_until: int | None = None) -> Sight | Refusal:
    """What the reader may see of a person at `as_of`, in ticks; `glass_until` is when a broken glass closes again.

    The rules, each with its id, stand in docs/access.md.
    """
    is_open = reader.role in GLASS_BREAKERS and glass_until is not None and as_of < glass_until
    restricted = {one.sender for one in facts.systems if one.label is not Label.NORMAL}
    whereabouts = restricted <= {reader.organisation}
    if refusal := _refusal(reader, facts, is_open):
        return refusal._replace(whereabouts=whereabouts and not refusal.is_secret)
    consents = _consents(facts, as_of)
    receiver = Receiver(reader.organisation, facts.sector)
    agreed = {one: terms(consents, one, receiver) for one in {each.sender for each in facts.systems}}
    seen = [_seen(reader, one, receiver, agreed[one.sender], is_open) for one in facts.systems]
    opened = {one.opened for one in seen if one.opened}
    hidden = {one for each in seen for one in each.hidden}
    if not opened:
        reasons = " ".join(sorted({one.reason for one in hidden}))
        may_break = reader.role in GLASS_BREAKERS
        return Refusal(reasons + (_GLASS if may_break else ""), may_break, False, whereabouts)
    return Sight(
        tuple(sorted(opened, key=lambda one: one.source_record)),
        tuple(sorted(hidden, key=lambda one: (one.sender, one.reason, sorted(one.kinds)))),
        whereabouts,
    )


class _Seen(NamedTuple):
    """What is seen of one system's word, and what is not."""

    opened: Opened | None
    hidden: tuple[Hidden, ...] = ()


def _refusal(reader: Reader, facts: PersonFacts, is_open: bool) -> Refusal | None:
    """Why nothing at all is seen, whatever was told and agreed to."""
    knows = bool(reader.organisation) and reader.organisation in {one.sender for one in facts.systems}
    is_secret = not knows and any(one.label is Label.VERY_RESTRICTED for one in facts.systems)
    if is_secret or not facts.systems:
        return Refusal(_UNKNOWN, may_break_glass=False, is_secret=True)
    if reader.role is Role.OPS:
        return Refusal(_OPS, may_break_glass=False, is_secret=False)
    if reader.role is Role.PARTNER_SYSTEM:
        return None if knows else Refusal(_NOT_TOLD, may_break_glass=False, is_secret=True)
    takes_part = knows or (bool(reader.organisation) and reader.organisation in facts.involved)
    if reader.role is Role.STEWARD or (reader.role in CARERS and (takes_part or is_open)):
        return None
    may_break = reader.role in GLASS_BREAKERS
    return Refusal(_NO_RELATIONSHIP + (_GLASS if may_break else _ASK), may_break, is_secret=False)


def _consents(facts: PersonFacts, as_of: int) -> list[Consent]:
    """What the person agreed to, by the latest version of each thing; of one instant all, so the strictest counts."""
    newest: dict[tuple[bytes, tuple[str, ...]], int] = {}
    for word in facts.consents:
        newest[_thing(word)] = max(word.instant, newest.get(_thing(word), word.instant))
    return [
        consent_of(word.sender, word.resource, word.instant, as_of)
        for word in facts.consents
        if word.instant == newest[_thing(word)]
    ]


def _thing(word: ConsentWord) -> tuple[bytes, tuple[str, ...]]:
    """What the word is a version of; what has no name is a thing of its own."""
    named = named_identity({"resourceType": "Consent"} | word.resource)
    return word.source_record, named or ("at", str(word.instant))


def _seen(reader: Reader, system: System, receiver: Receiver, agreed: Terms, is_open: bool) -> _Seen:
    """What is seen of one system's word; of one that is very restricted nothing, and not that there is one."""
    if system.sender == reader.organisation:
        return _Seen(Opened(system.source_record, None, _own_label(reader.role)))
    if system.label is Label.VERY_RESTRICTED:
        return _Seen(None)
    refused = {} if is_open else agreed.refused
    is_minimal = _is_minimal(reader.role, receiver)
    needed = (MINIMUM_SEEN | agreed.permitted) if is_minimal else ALL_KINDS
    closed = frozenset(refused)
    kinds = (needed - closed) | (_KEPT_RIGHT if reader.role is Role.STEWARD else frozenset())
    with_own = is_minimal and bool(MINIMUM_OWN - kinds) and not MINIMUM_OWN & closed
    hidden = _hidden(system.sender, refused, kinds)
    if not kinds and not with_own:
        return _Seen(None, hidden)
    opened = Opened(
        system.source_record,
        None if kinds == ALL_KINDS else kinds,
        _label(reader.role, agreed, is_open),
        reader.organisation if with_own else "",
    )
    return _Seen(opened, hidden)


def _own_label(role: Role) -> Label:
    """What is confidential is for clinicians and social workers, and for the system that told it."""
    is_theirs = role in GLASS_BREAKERS or role is Role.PARTNER_SYSTEM
    return Label.VERY_RESTRICTED if is_theirs else Label.NORMAL


def _label(role: Role, agreed: Terms, is_open: bool) -> Label:
    """What is restricted is opened by an outright permission for all kinds, or by a broken glass in its place."""
    is_permitted = is_open or agreed.permitted == ALL_KINDS
    return Label.RESTRICTED if role in GLASS_BREAKERS and is_permitted else Label.NORMAL


def _is_minimal(role: Role, receiver: Receiver) -> bool:
    """Whether only what is needed for their part is shown."""
    is_statutory = receiver.sector.casefold() in _STATUTORY
    return role is Role.PEER_WORKER or (role is Role.PARTNER_SYSTEM and not is_statutory)


def _hidden(sender: str, refused: Mapping[str, str], kinds: frozenset[str]) -> tuple[Hidden, ...]:
    """What is not shown of a sender's words, by why; context is no kind that anybody would look for."""
    found: dict[str, set[str]] = {}
    for kind in ALL_KINDS - kinds:
        found.setdefault(refused.get(kind, _MINIMUM), set()).add(kind)
    return tuple(
        Hidden(sender, frozenset() if closed == ALL_KINDS else frozenset(closed - {CONTEXT}), reason)
        for reason, closed in found.items()
        if closed != {CONTEXT}
    )
