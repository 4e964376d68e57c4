"""Who agreed to a plan that several made, who did not and why, in the words of each."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from services.domain.record.kinds import occurred
from services.domain.record.referrals.moments import happened
from services.domain.record.referrals.organisations import Directory
from services.domain.record.referrals.ties import names_of, references
from services.domain.record.telling import WITHDRAWN, tell
from services.domain.record.word import Word
from services.domain.record.words import first


class Answer(StrEnum):
    """What one party says to a plan."""

    AGREED = "agreed"
    DID_NOT_AGREE = "did not agree"
    NOT_YET = "has not answered"


_SAYS = {
    # FHIR R4 task-status; one that is not here is no answer
    **dict.fromkeys(("accepted", "ready", "in-progress", "on-hold", "completed"), Answer.AGREED),
    **dict.fromkeys(("rejected", "failed"), Answer.DID_NOT_AGREE),
    **dict.fromkeys(("requested", "received"), Answer.NOT_YET),
}
_OVER = frozenset({WITHDRAWN, "revoked", "draft"})


@dataclass(frozen=True, slots=True)
class Agreement:
    """One party's answer."""

    who: str
    """A person or an organisation, as told."""
    answer: Answer
    why: str
    """In their words; empty where they gave none."""
    at: int
    """In ticks."""


@dataclass(frozen=True, slots=True)
class AgreedPlan:
    """A plan to which somebody answered."""

    entry: bytes
    title: str
    since: int
    """In ticks."""
    agreements: tuple[Agreement, ...]
    """In order of answering; who answers again is told once, as they answered last."""


def agreed_plans(told: Iterable[Word]) -> list[AgreedPlan]:
    """The plans in what all systems currently say of one person to which somebody answered, the newest first.

    An answer is a Task whose focus is the plan. Plans that were drafted, revoked or entered in error are left out.
    """
    ordered = sorted(told, key=lambda word: (word.instant, word.resource_key))
    plans = {word.entry_key: word for word in ordered if _is(word, "CarePlan") and _status(word) not in _OVER}
    by_name = {
        name: word.entry_key
        for word in ordered
        if _is(word, "CarePlan") and word.entry_key in plans
        for name in names_of(word)
    }
    answering = [
        (happened(word).ticks, about, answer, word)
        for word in ordered
        if _is(word, "Task")
        and (about := {by_name[name] for name in references(word, "focus") if name in by_name})
        and (answer := _SAYS.get(_status(word)))
    ]
    if not answering:
        return []
    directory = Directory(ordered)
    answers: defaultdict[bytes, dict[str, Agreement]] = defaultdict(dict)
    for at, about, answer, word in sorted(answering, key=lambda one: one[0]):
        who = _who(word, directory)
        why = next(first(word.resource.get("statusReason")), "")
        for plan in about:
            answers[plan][who] = Agreement(who, answer, why, at)
    found = [
        AgreedPlan(
            entry,
            tell(word.resource, word.instant).title,
            occurred(word.resource, word.instant),
            tuple(sorted(answers[entry].values(), key=lambda one: (one.at, one.who))),
        )
        for entry, word in plans.items()
        if answers[entry]
    ]
    return sorted(found, key=lambda one: (-one.since, one.entry))


def _who(word: Word, directory: Directory) -> str:
    """Who answers, else whose system says so."""
    owner = word.resource.get("owner")
    shown = owner.get("display") if isinstance(owner, dict) else None
    named = shown if isinstance(shown, str) and shown.strip() else directory.organisation(word, owner).name
    return named or directory.sender(word).name


def _is(word: Word, kind: str) -> bool:
    return bool(word.resource["resourceType"] == kind)


def _status(word: Word) -> str:
    status = word.resource.get("status")
    return status if isinstance(status, str) else ""
