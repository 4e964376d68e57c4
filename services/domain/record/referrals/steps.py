"""What happened to a referral, step by step, in plain words."""

from collections.abc import Iterable, Iterator, Sequence, Set
from typing import NamedTuple

from services.domain.record.instant import instant_text
from services.domain.record.referrals.moments import Moment, happened
from services.domain.record.referrals.organisations import Directory, Organisation
from services.domain.record.referrals.referral import Referral
from services.domain.record.referrals.state import State, says_of
from services.domain.record.referrals.wording import (
    REFERRAL,
    introduces,
    what_happened,
    what_was_said,
)
from services.domain.record.spoken import spoken
from services.domain.record.word import Word


class Step(NamedTuple):
    """One thing that happened, as one system tells it."""

    ticks: int
    """When, in ticks; never before the referral it belongs to was made."""
    when: str
    """When, as its source gave it."""
    words: str
    said: str
    """The words told with it: the reason, the outcome, the note; empty where there are none."""
    sender: str
    """The ODS code of the organisation whose system tells it."""
    resource_key: bytes


class _Placed(NamedTuple):
    """A step with what orders it among those of one moment: its referral, then the asking before all else."""

    ticks: int
    place: int
    is_later: bool
    step: Step


def steps(
    referrals: Sequence[Referral],
    belonging: Sequence[Iterable[Word]],
    directory: Directory,
    presumed: Set[bytes] = frozenset(),
) -> tuple[Step, ...]:
    """The steps of a thread in order; `belonging` are the words, one an entry, that belong to each referral.

    Of those whose resource key is in `presumed` it is said that they name no referral.

    What belongs to several of its referrals is one step.
    """
    found: dict[tuple[bytes, str], _Placed] = {}
    asked: set[str] = set()
    for place, (referral, words) in enumerate(zip(referrals, belonging, strict=True)):
        for number, step in enumerate(_of_referral(referral, asked)):
            found[step.resource_key, step.words] = _Placed(step.ticks, place, number > 0, step)
        asked.add(referral.performer.key)
        for word in words:
            for step in _of_word(referral, word, directory, word.resource_key in presumed):
                found.setdefault((step.resource_key, step.words), _Placed(step.ticks, place, True, step))
    ordered = sorted(found.values(), key=lambda one: (*one[:3], one.step.resource_key, one.step.words))
    return tuple(_once(one.step for one in ordered))


def _once(ordered: Iterable[Step]) -> Iterator[Step]:
    """The steps without an answer that another system gives in the same words on the same day."""
    told: dict[tuple[str, str], str] = {}
    for step in ordered:
        first_by = told.setdefault((step.when[:10], step.words), step.sender)
        if not step.said or first_by == step.sender or not step.words.endswith(f": {step.said}"):
            yield step


def _of_referral(referral: Referral, asked: set[str]) -> Iterator[Step]:
    """That it was asked, and how far its own status says that it went; only once, whoever tells it as well."""
    if referral.taken_back:
        yield _step(referral, referral.words[0], None, "entered in error")
        return
    yield _step(referral, referral.words[0], referral.asked, _asked_words(referral, asked), referral.reason)
    told: set[str] = set()
    for word in sorted(referral.words, key=lambda one: (one.instant, one.resource_key)):
        state = says_of(referral, word)
        words = REFERRAL.get(state, "") if state else ""
        if words and words not in told:
            told.add(words)
            yield _step(referral, word, None, words)


def _asked_words(referral: Referral, asked: set[str]) -> str:
    who, whom = referral.requester, referral.performer
    to = f" {whom.name}" if whom.name else ""
    if all(says_of(referral, word) is State.DRAFTED for word in referral.words):
        words = f"{who.name or 'Somebody'} wrote a referral{' to' if to else ''}{to}"
    elif to and who.key == whom.key:
        words = f"{who.name} opened a referral"
    elif to and introduces(referral.service):
        return f"{who.name or 'Somebody'} introduced them to{to}{' again' if whom.key in asked else ''}"
    elif who.name and who.key in asked:
        words = f"{who.name} passed it on{' to' if to else ''}{to}"
    else:
        words = f"{who.name or 'Somebody'} asked{to}"
    again = " again" if to and whom.key in asked and who.key != whom.key else ""
    return f"{words}{again}{f' for {spoken(referral.service)}' if referral.service else ''}"


def _of_word(referral: Referral, word: Word, directory: Directory, is_presumed: bool) -> Iterator[Step]:
    resource = word.resource
    if resource["resourceType"] == "Task" and resource.get("status") == "requested":
        words = _asked_of(referral, directory.organisation(word, resource.get("owner")))
    else:
        words = what_happened(resource)
    if words:
        said = what_was_said(resource)
        reason = f": {said}" if said and resource["resourceType"] in ("Task", "Appointment") else ""
        note = " (names no referral; only this one was open)" if is_presumed else ""
        yield _step(referral, word, happened(word), f"{words}{note}{reason}", said)


def _asked_of(referral: Referral, owner: Organisation) -> str:
    """A Task that asks the one who was asked already is no step."""
    return f"{owner.name} was asked" if owner.name and owner.key != referral.performer.key else ""


def _step(referral: Referral, word: Word, moment: Moment | None, words: str, said: str = "") -> Step:
    when = moment or Moment(word.instant, instant_text(word.instant))
    return Step(max(when.ticks, referral.asked.ticks), when.text, words, said, word.sender, word.resource_key)
