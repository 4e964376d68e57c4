"""What the person's consents leave open of one organisation's words for another: the most restrictive wins."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from services.domain.access.consents import Decision, Resource, Rule, read_consent
from services.domain.access.kinds import ALL_KINDS
from services.domain.access.organisations import organisation_named
from services.domain.record.words import objects, words


class Consent(NamedTuple):
    """A person's decision about sharing, as one system told it."""

    teller: str
    """The ODS code of the system's organisation."""
    called: str
    """What it calls itself there; else its ODS code."""
    about: frozenset[str]
    """The ODS codes of the organisations whose words it says it is about; none for the teller's alone."""
    instant: int
    """Of the version, in ticks."""
    rules: tuple[Rule, ...]

    def refuses_of(self, organisation: str) -> bool:
        """Whether its refusals bind what an organisation tells: a refusal binds wherever it was said."""
        return organisation == self.teller or organisation in self.about

    def permits_of(self, organisation: str) -> bool:
        """Whether it can permit what an organisation tells: each permits for itself alone."""
        return organisation == self.teller and (not self.about or organisation in self.about)


class Receiver(NamedTuple):
    """The organisation that wants to see."""

    organisation: str
    """Its ODS code; empty for the partnership itself."""
    sector: str
    """Empty where it is not known."""


class Terms(NamedTuple):
    """What one organisation's words may be shared with one receiver."""

    refused: Mapping[str, str]
    """By kind of entry that is refused, why."""
    permitted: frozenset[str]
    """The kinds that are permitted outright, naming the receiver, and not refused."""


def consent_of(teller: str, resource: Resource, instant: int, as_of: int) -> Consent:
    """A Consent resource as it stands at `as_of`, in ticks."""
    named = objects(resource.get("organization"))
    about = {code: next(words(one), "") for one in named if (code := organisation_named(one, resource))}
    rules = read_consent(resource, as_of)
    return Consent(teller, about.get(teller) or teller, frozenset(about), instant, rules)


def terms(consents: Iterable[Consent], sender: str, receiver: Receiver) -> Terms:
    """What the receiver may have of what the sender told."""
    listed = [one for one in consents if one.rules and one.refuses_of(sender)]
    refused: dict[str, str] = {}
    permitted: set[str] = set()
    for kinds in _decided_alike(listed):
        deciding = [(one, rule) for one in listed if (rule := _deciding(one, kinds[0], receiver)) is not None]
        again = max((one.instant for one, rule in deciding if _permits(one, rule, sender)), default=None)
        reasons = [_reason(*one, sender, receiver) for one in deciding if _refuses(*one, again)]
        if reasons:
            refused |= dict.fromkeys(kinds, min(reasons))
        elif again is not None:
            permitted.update(kinds)
    return Terms(refused, frozenset(permitted))


def _decided_alike(consents: list[Consent]) -> Iterable[list[str]]:
    """The kinds in groups that no rule tells apart."""
    limits = {rule.kinds for one in consents for rule in one.rules if rule.kinds is not None}
    groups: dict[frozenset[frozenset[str]], list[str]] = {}
    for kind in ALL_KINDS:
        groups.setdefault(frozenset(one for one in limits if kind in one), []).append(kind)
    return groups.values()


def _deciding(consent: Consent, kind: str, receiver: Receiver) -> Rule | None:
    """The deepest rule that decides of a kind for the receiver; of several the most restrictive."""
    reaching = [rule for rule in consent.rules if rule.reaches(kind, *receiver)]
    return max(reaching, key=lambda rule: (rule.depth, rule.decision), default=None)


def _permits(consent: Consent, rule: Rule, sender: str) -> bool:
    """Whether the sender's words are permitted outright: not to everybody, but naming the receiver."""
    is_named = rule.decision is Decision.PERMIT and rule.recipients is not None
    return is_named and consent.permits_of(sender)


def _refuses(consent: Consent, rule: Rule, again: int | None) -> bool:
    """Whether it refuses: what has ended does so until it is permitted again, by a later word."""
    if rule.decision is Decision.ENDED:
        return again is None or again <= consent.instant
    return rule.decision is Decision.DENY


def _reason(consent: Consent, rule: Rule, sender: str, receiver: Receiver) -> str:
    whom = _whom(rule, receiver)
    this = "" if rule.kinds is None else "this "
    of_another = "" if sender == consent.teller else f"what {sender} tells "
    if rule.decision is Decision.ENDED:
        shared = of_another or this or "anything "
        return f"{consent.called} may not share {shared}with {whom}: the person has not, or no longer, agreed to it."
    return f"{consent.called} was asked not to share {of_another or this}with {whom}."


def _whom(rule: Rule, receiver: Receiver) -> str:
    if rule.recipients is None:
        return "others"
    for code, name in rule.recipients.organisations:
        if code == receiver.organisation:
            return name or code
    if receiver.sector and receiver.sector.casefold() in rule.recipients.labels:
        return f"organisations of the sector {receiver.sector}"
    return "somebody who may be your organisation"
