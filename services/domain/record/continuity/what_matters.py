"""What matters to the person, in their own words before anybody else's."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from services.domain.identity.remembered import remembered_if_short
from services.domain.record.continuity.parties import Parties, folded
from services.domain.record.continuity.things import Things, status_of
from services.domain.record.details import details
from services.domain.record.kinds import occurred
from services.domain.record.word import Word
from services.domain.record.words import first, objects, values, words

_MATTERS = re.compile(
    r"\babout me\b|\bwhat matters\b|\bmatters (most )?to (me|you)\b|\bimportant to (me|you)\b"
    r"|\bhow i communicate\b|\bmy wellness\b|\bplease do and please don t\b|\bhow and when to support me\b"
    r"|\balso worth knowing about me\b"
)
"""The headings of the PRSB standard 'About me' (Professional Record Standards Body, 2021), and 'what matters to me'."""

_WRITTEN_WITH = re.compile(r"\bsupported to write this\b")
"""The heading of that standard under which stands who helped to write it."""

_DROPPED = frozenset({"rejected", "cancelled", "preparation", "not-done", "draft", "revoked"})


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that matters to the person."""

    words: str
    heading: str
    """What was asked, or what kind of statement it is."""
    own: bool
    """Whether the person said it; else someone wrote it of them."""
    written_by: str
    """Who wrote it down, as told; empty where nobody says."""
    at: int
    """When it was said, in ticks; said in the same words more than once, the last time."""
    told_by: tuple[str, ...]
    """The ODS codes of the senders that tell it."""
    entry_keys: tuple[bytes, ...]
    state: str = ""
    """How far it is on its way, in the word that was told; of goals alone."""


def what_matters(things: Things, parties: Parties) -> list[Said]:
    """All that is told of what matters to the person: what they said themselves first, in each the newest first.

    These are goals that the person expressed, and questionnaires, observations, notes and plans by the headings of
    the PRSB standard. What several systems tell of one entry is taken from the latest word; the same words stand
    once.
    """
    found = chain.from_iterable(
        read(told[0], parties) for kind, read in _READERS.items() for told in things.entries(kind)
    )
    alike: dict[tuple[bool, str, str], list[Said]] = {}
    for one in found:
        alike.setdefault((one.own, folded(one.heading), folded(one.words)), []).append(one)
    said = (_once(group) for group in alike.values())
    return sorted(said, key=lambda one: (not one.own, -one.at, one.heading, one.words))


def may_matter(resource: dict[str, Any]) -> bool:
    """Whether `what_matters` may find something in the resource: by its headings alone, whoever wrote it."""
    kind = resource["resourceType"]
    if kind == "QuestionnaireResponse":
        return _matches(resource.get("questionnaire")) or _has_heading(resource)
    return kind == "Goal" or _matches([resource.get(field) for field in _HEADINGS.get(kind, ())])


def _has_heading(holder: dict[str, Any]) -> bool:
    return any(
        _matches(item.get("text")) or any(_has_heading(one) for one in (item, *objects(item.get("answer"))))
        for item in objects(holder.get("item"))
    )


_HEADINGS = {
    "Observation": ("code",),
    "Communication": ("category", "topic"),
    "CarePlan": ("category", "title"),
}
"""By resource type, the elements in which a heading may stand."""


def _once(alike: list[Said]) -> Said:
    last = max(alike, key=lambda one: (one.at, one.words, one.heading, one.written_by))
    senders = {sender for one in alike for sender in one.told_by}
    keys = {key for one in alike for key in one.entry_keys}
    return replace(last, told_by=tuple(sorted(senders)), entry_keys=tuple(sorted(keys)))


def _goal(word: Word, parties: Parties) -> Iterator[Said]:
    goal = word.resource
    if status_of(word) not in _DROPPED and parties.is_own(goal.get("expressedBy"), word):
        state = next(first(goal.get("achievementStatus")), "").replace("-", " ")
        for said in _said(word, first(goal.get("description")), "Goal", own=True, writer=""):
            yield replace(said, state=state)


def _questionnaire(word: Word, parties: Parties) -> Iterator[Said]:
    """The answers under a heading that matches, or all where the form itself does. Where no source is named, the
    person answered.
    """
    source, author = word.resource.get("source"), word.resource.get("author")
    own = source is None or parties.is_own(source, word)
    writer = parties.written_as(author, word)
    whole = _matches(word.resource.get("questionnaire"))
    for heading, told in _answers(word.resource, whole):
        yield from _said(word, iter([told]), heading, own=own, writer=writer)


def _answers(holder: dict[str, Any], matched: bool) -> Iterator[tuple[str, str]]:
    for item in objects(holder.get("item")):
        text = next(first(item.get("text")), "")
        if _WRITTEN_WITH.search(_plain(text)):
            continue
        under = matched or _matches(text)
        given = objects(item.get("answer"))
        told = ", ".join(told for one in given for told in values(one) if told)
        if under and told:
            yield text, told
        for inner in (item, *given):
            yield from _answers(inner, under)


def _observation(word: Word, parties: Parties) -> Iterator[Said]:
    if _matches(word.resource.get("code")) and status_of(word) not in _DROPPED:
        by = next(iter(objects(word.resource.get("performer"))), None)
        heading = next(first(word.resource.get("code")), "")
        told = iter([", ".join(told for told in values(word.resource) if told)])
        yield from _said(
            word, told, heading, own=parties.is_own(by, word), writer=parties.written_as(by, word)
        )


def _communication(word: Word, parties: Parties) -> Iterator[Said]:
    note = word.resource
    if _matches([note.get("category"), note.get("topic")]) and status_of(word) not in _DROPPED:
        by = note.get("sender")
        told = (text for one in objects(note.get("payload")) for text in first(one.get("contentString")))
        heading = next(words([note.get("category"), note.get("topic")]), "")
        yield from _said(
            word, told, heading, own=parties.is_own(by, word), writer=parties.written_as(by, word)
        )


def _plan(word: Word, parties: Parties) -> Iterator[Said]:
    plan = word.resource
    if _matches([plan.get("category"), plan.get("title")]) and status_of(word) not in _DROPPED:
        by = plan.get("author")
        told = first([plan.get("description"), details(plan)])
        heading = next(words([plan.get("title"), plan.get("category")]), "")
        yield from _said(
            word, told, heading, own=parties.is_own(by, word), writer=parties.written_as(by, word)
        )


_READERS: dict[str, Callable[[Word, Parties], Iterator[Said]]] = {
    "Goal": _goal,
    "QuestionnaireResponse": _questionnaire,
    "Observation": _observation,
    "Communication": _communication,
    "CarePlan": _plan,
}


def _said(word: Word, told: Iterator[str], heading: str, *, own: bool, writer: str) -> Iterator[Said]:
    at = occurred(word.resource, word.instant)
    for text in told:
        if text.strip():
            yield Said(text, heading, own, writer, at, (word.sender,), (word.entry_key,))


def _matches(node: Any) -> bool:
    return any(map(_text_matches, words(node)))


@remembered_if_short
def _text_matches(text: str) -> bool:
    return _MATTERS.search(_plain(text)) is not None


def _plain(text: str) -> str:
    """Words alone: a form's address and a heading with a curly apostrophe are read alike."""
    return " ".join(re.findall(r"[^\W_]+", folded(text)))
