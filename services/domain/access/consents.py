"""What a FHIR R4 Consent says of sharing: rules, each for some recipients and some kinds of entry.

A limit that cannot be read widens a refusal and voids a permission, so nothing shows for want of understanding.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, NamedTuple

from services.domain.access.kinds import kinds_of
from services.domain.access.organisations import organisation_named
from services.domain.record.instant import DAY, instant_text, moment_ticks
from services.domain.record.words import objects, words

Resource = dict[str, Any]

SECTORS = frozenset({"nhs", "council", "charity", "school"})
"""What may stand in place of an organisation's name for all of its sector; another word there may be a name."""

_NOT_IN_FORCE = frozenset({"draft", "proposed", "entered-in-error"})
_ENDED = frozenset({"inactive", "rejected"})
"""R4 consent-state-codes of what was withdrawn, and of what the person was asked and said no to."""

_OTHER_SCOPES = frozenset({"research", "treatment", "adr"})
"""R4 consentscope of what is not about sharing: research, having a treatment, a directive made in advance."""

_CARE = frozenset({"DRC", "DIRECT CARE"})
"""Direct care, of consent-categories-bars (Booking and Referral Standard, core guide 1.5.0), or in words."""

_OTHER_CATEGORIES = frozenset({"ACD", "DNR", "HCD", "POLST", "RESEARCH", "RSDID", "RSREID"})
"""R4 consentcategorycodes and v3-ActCode: directives, and research."""

_FOR_CARE = frozenset({"TREAT", "CAREMGT"})
_NOT_FOR_CARE = frozenset({"CLINTRCH", "HMARKT", "HPAYMT", "HRESCH"})
"""v3-PurposeOfUse."""

_RECIPIENTS = frozenset({"IRCP", "PRCP"})
"""v3-ParticipationType of whoever gets information."""

_NO_ORGANISATION = ("Patient", "RelatedPerson")
_READ = frozenset({"id", "type", "period", "actor", "class", "purpose", "provision"})
"""The elements of a provision that a permission may have and still be understood whole."""


class Decision(IntEnum):
    """What a rule decides, the most restrictive last."""

    PERMIT = 0
    ENDED = 1
    """It was permitted once, or asked for; so it is refused until it is permitted again."""
    DENY = 2


class Recipients(NamedTuple):
    """Whom a rule names."""

    organisations: tuple[tuple[str, str], ...]
    """ODS code, and the name that stands beside it."""
    labels: frozenset[str]
    """Words in place of an organisation's code, caseless: sectors, or names that cannot be told for certain."""

    def name(self, organisation: str, sector: str) -> bool:
        """Whether they name the organisation, or its sector."""
        return any(organisation == code for code, _ in self.organisations) or (
            bool(sector) and sector.casefold() in self.labels
        )

    def may_mean(self, organisation: str, sector: str) -> bool:
        """Whether they name it, or it cannot be ruled out that they do."""
        unsure = bool(self.labels) if not sector else not self.labels <= SECTORS
        return unsure or self.name(organisation, sector)


@dataclass(frozen=True, slots=True)
class Rule:
    """A decision for some recipients and kinds of entry; the deeper nested is the exception from the less deep."""

    depth: int
    decision: Decision
    recipients: Recipients | None
    """None for everybody."""
    kinds: frozenset[str] | None
    """None for all."""

    def reaches(self, kind: str, organisation: str, sector: str) -> bool:
        """Whether it decides of this kind for this organisation."""
        if self.kinds is not None and kind not in self.kinds:
            return False
        if self.recipients is None:
            return True
        named = self.recipients.name if self.decision is Decision.PERMIT else self.recipients.may_mean
        return named(organisation, sector)


class _Limits(NamedTuple):
    """What bounds a provision: its own limits, and those that it is nested in."""

    recipients: Recipients | None = None
    kinds: frozenset[str] | None = None
    periods: tuple[Resource, ...] = ()
    purposes: frozenset[str] = frozenset()
    is_understood: bool = True


class _Reading(NamedTuple):
    """One Consent while it is read."""

    resource: Resource
    as_of: int
    has_ended: bool
    may_permit: bool
    """Whether it is about direct care."""
    is_given: bool
    """Whether the moment at which it was given has come."""


def read_consent(resource: Resource, as_of: int) -> tuple[Rule, ...]:
    """The rules of a Consent as they stand at `as_of`, in ticks; none where it says nothing of sharing for care."""
    status = str(resource.get("status"))
    if status in _NOT_IN_FORCE or not _is_about_sharing(resource):
        return ()
    root = part if isinstance(part := resource.get("provision"), dict) else {}
    stated = _stated(resource.get("policyRule"))
    decided = root.get("type") or stated
    has_ended = status in _ENDED
    if has_ended and decided != "permit":  # a refusal that is withdrawn refuses no more
        return ()
    given = _ticks(resource.get("dateTime"))
    reading = _Reading(
        resource,
        as_of,
        has_ended,
        may_permit=any(word.upper() in _CARE for word in words(resource.get("category"))),
        is_given=given is None or given <= as_of,
    )
    rules = [*_provision(reading, root | {"type": decided}, _Limits(), 0)]
    if decided == "permit" and stated == "deny" and not has_ended:  # nobody but those whom it permits
        rules.append(Rule(-1, Decision.DENY, None, None))
    if not decided and not any("type" in one for one in objects(root.get("provision"))):
        rules.append(Rule(0, Decision.DENY, None, None))
    return tuple(rules)


def _provision(reading: _Reading, node: Resource, outer: _Limits, depth: int) -> Iterator[Rule]:
    limits = _narrowed(reading.resource, node, outer)
    decision = _decision(reading, node, limits)
    if decision is not None:
        yield Rule(depth, decision, limits.recipients, limits.kinds)
    for nested in objects(node.get("provision")):
        yield from _provision(reading, nested, limits, depth + 1)


def _decision(reading: _Reading, node: Resource, limits: _Limits) -> Decision | None:
    """What a provision comes to now; None where it decides nothing."""
    if limits.purposes and limits.purposes <= _NOT_FOR_CARE:
        return None
    if node.get("type") == "deny":
        over = any(_is_outside(period, reading.as_of) for period in limits.periods)
        return None if over else Decision.ENDED if reading.has_ended else Decision.DENY
    if node.get("type") != "permit" or not reading.may_permit:
        return None
    if reading.has_ended or not all(_is_within(period, reading.as_of) for period in limits.periods):
        return Decision.ENDED
    for_care = not limits.purposes or bool(limits.purposes & _FOR_CARE)
    return Decision.PERMIT if reading.is_given and limits.is_understood and for_care else None


def _narrowed(resource: Resource, node: Resource, outer: _Limits) -> _Limits:
    permits = node.get("type") == "permit"
    kinds = _kinds(node, permits)
    if kinds is None or (permits and outer.kinds is not None):
        kinds = outer.kinds if kinds is None else kinds & (outer.kinds or kinds)
    period = node.get("period")
    return _Limits(
        _recipients(resource, node) or outer.recipients,
        kinds,
        outer.periods + ((period,) if isinstance(period, dict) else ()),
        _codes(node.get("purpose")) or outer.purposes,
        outer.is_understood and node.keys() <= _READ,
    )


def _kinds(node: Resource, permits: bool) -> frozenset[str] | None:
    """The kinds that a provision is limited to; None for all.

    What it says of single resources closes their whole kind, and opens none, for `data` is not of _READ. A class that
    is no type of entry opens nothing, and closes everything.
    """
    types = [str(one.get("code")) for one in objects(node.get("class"))]
    types += [_type_of(one.get("reference")) for one in objects(node.get("data"))]
    found = [kinds_of(one) for one in types]
    if not found or (not permits and not all(found)):
        return None
    return frozenset().union(*found)


def _recipients(resource: Resource, node: Resource) -> Recipients | None:
    """Whom a provision names itself; None where it names nobody."""
    actors = objects(node.get("actor"))
    if not actors:
        return None
    codes, labels = set(), set()
    getting = [one for one in actors if not (roles := _codes(one.get("role"))) or roles & _RECIPIENTS]
    for reference in (one.get("reference") for one in getting):
        shown = next(words(reference), "").strip()
        if code := organisation_named(reference, resource):
            codes.add((code, shown))
        elif _type_of(reference) not in _NO_ORGANISATION:
            labels.add(shown.casefold())
    return Recipients(tuple(sorted(codes)), frozenset(labels if getting else {""}))


def _is_about_sharing(resource: Resource) -> bool:
    scopes = {code.lower() for code in _codes(resource.get("scope"))}
    categories = _codes(resource.get("category"))
    is_other = bool(scopes) and scopes <= _OTHER_SCOPES
    return not is_other and not (categories and categories <= _OTHER_CATEGORIES)


def _stated(policy: Any) -> str | None:
    """What a policyRule says for itself: v3-ActCode's OPTIN or OPTOUT with what may follow, or only in emergencies."""
    said = {word.upper().replace("-", "").replace(" ", "") for word in words(policy)}
    if any(one.startswith(("OPTOUT", "EMRGONLY")) for one in said):
        return "deny"
    return "permit" if any(one.startswith("OPTIN") for one in said) else None


def _type_of(reference: Any) -> str:
    """The resource type that a reference says it leads to; empty where it says none."""
    if not isinstance(reference, dict):
        return ""
    literal = reference.get("reference")
    path = literal.split("/") if isinstance(literal, str) else []
    return str(reference.get("type") or (path[-2] if len(path) > 1 else ""))


def _codes(node: Any) -> frozenset[str]:
    """The codes of Codings or CodeableConcepts, in capitals."""
    listed = objects(node if isinstance(node, list) else [node])
    codings = [coding for one in listed for coding in (one, *objects(one.get("coding")))]
    return frozenset(code.upper() for one in codings if isinstance(code := one.get("code"), str))


def _is_outside(period: Resource, as_of: int) -> bool:
    """Whether the moment is surely before the period or after it."""
    start, end = _ticks(period.get("start")), _end(period.get("end"))
    return (start is not None and as_of < start) or (end is not None and as_of >= end)


def _is_within(period: Resource, as_of: int) -> bool:
    """Whether the moment is surely in the period: an end that cannot be read may be past."""
    start, end = _ticks(period.get("start")), _end(period.get("end"))
    begun = "start" not in period or (start is not None and start <= as_of)
    return begun and ("end" not in period or (end is not None and as_of < end))


def _ticks(text: Any) -> int | None:
    return moment_ticks(text) if isinstance(text, str) else None


def _end(text: Any) -> int | None:
    """The first tick after a FHIR dateTime: a date lasts to the end of its day, month or year (R4, Period.end)."""
    at = _ticks(text)
    if at is None:
        return None
    lasts = {4: 366 * DAY, 7: 31 * DAY, 10: DAY}.get(len(text))
    if lasts is None:
        return at + 1
    return at + DAY if lasts == DAY else _ticks(instant_text(at + lasts)[: len(text)])
