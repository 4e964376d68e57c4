"""The rules by which two entries of two systems tell of one thing: one table, read from top to bottom.

The first rule that holds decides. Certain entries fold into one; of possible ones both are shown, flagged for a
person to judge. The tolerances are ours: wide enough for what systems are seen to write down of one event, and
narrower than what really happens twice (`docs/duplicates.md` gives the reasons and what was measured).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rapidfuzz.fuzz import token_set_ratio

from services.domain.identity.decision import Grade
from services.domain.record.duplicates.facet import Called, Facet
from services.domain.record.instant import DAY, MINUTE

Test = Callable[[Facet, Facet], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table."""

    name: str
    grade: Grade
    within: int
    """Ticks that the two may be apart."""
    holds: tuple[Test, ...]
    """All of these hold."""
    reason: str
    """What a person reads."""


def near(one: Facet, other: Facet, ticks: int) -> bool:
    """Whether both happened within so many ticks. A day without a time of day is anywhere in it."""
    if one.exact and other.exact:
        return abs(one.at - other.at) <= ticks
    return abs(one.at // DAY - other.at // DAY) * DAY <= ticks


def alike(one: str, other: str) -> int:
    """How alike two wordings are, in any order of words, from 0 to 100."""
    return round(token_set_ratio(one, other)) if one and other else 0


def _share(one: Sequence[str], other: Sequence[str]) -> bool:
    return not set(one).isdisjoint(other)


def _same_or_untold(one: str, other: str) -> bool:
    return not one or not other or one == other


def _shared_identifier(one: Facet, other: Facet) -> bool:
    return _share(one.shared, other.shared)


def _one_names_the_other(one: Facet, other: Facet) -> bool:
    return _share(one.names, other.own) or _share(other.names, one.own)


def _same_group(one: Facet, other: Facet) -> bool:
    return bool(one.group) and one.group == other.group


def _is_one(one: Called, other: Called) -> bool:
    """Whether both are one organisation: by their codes; where a system has none, by name."""
    by_code = one[0] and other[0]
    return one[0] == other[0] if by_code else bool(one[1]) and one[1] == other[1]


def _are_two(one: Called, other: Called) -> bool:
    """Whether both are told and are not one; a code alone and a name alone say nothing of each other."""
    comparable = (one[0] and other[0]) or (one[1] and other[1])
    return bool(comparable) and not _is_one(one, other)


def _same_asked(one: Facet, other: Facet) -> bool:
    """Whom is asked: of an onward referral somebody else."""
    return not _are_two(one.to, other.to)


def _same_parties(one: Facet, other: Facet) -> bool:
    return _is_one(one.by, other.by) and _is_one(one.to, other.to)


def _to_the_same(one: Facet, other: Facet) -> bool:
    return _is_one(one.to, other.to)


def _codes_agree(one: Facet, other: Facet) -> bool:
    """Codes of one system that differ are two things; codes of two systems say nothing of each other."""
    return _share(one.codes, other.codes) or _systems(one).isdisjoint(_systems(other))


def _systems(facet: Facet) -> set[str]:
    return {code.partition("|")[0] for code in facet.codes}


def _same_code(one: Facet, other: Facet) -> bool:
    return _share(one.codes, other.codes)


def _same_thing(one: Facet, other: Facet) -> bool:
    return _same_code(one, other) or (_codes_agree(one, other) and _same_title(one, other))


def _same_title(one: Facet, other: Facet) -> bool:
    return bool(one.title) and one.title == other.title


def _similar_words(one: Facet, other: Facet) -> bool:
    return max(alike(one.title, other.title), alike(one.why, other.why)) >= _SIMILAR


_SIMILAR = 75
"""Of 100, from which wordings are taken for one meaning: 'Review by the practice' and 'practice review' have 100."""


def _exact_times(one: Facet, other: Facet) -> bool:
    return one.exact and other.exact


def _time_untold(one: Facet, other: Facet) -> bool:
    return not _exact_times(one, other)


def _overlap(one: Facet, other: Facet) -> bool:
    """Whether both were going on at one moment; of what has no end it is not known, and assumed."""
    first, second = sorted((one, other), key=lambda facet: facet.at)
    return not first.until or second.at < first.until or first.at == second.at


def _same_place(one: Facet, other: Facet) -> bool:
    return _same_or_untold(one.place, other.place)


def _shared_person(one: Facet, other: Facet) -> bool:
    return _share(one.people, other.people)


def _same_day(one: Facet, other: Facet) -> bool:
    return one.at // DAY == other.at // DAY


def _same_value(one: Facet, other: Facet) -> bool:
    return bool(one.value) and one.value == other.value


def _value_agrees(one: Facet, other: Facet) -> bool:
    return one.value == other.value


def _both_stand(one: Facet, other: Facet) -> bool:
    """Nobody has to judge of what was taken back."""
    return not one.withdrawn and not other.withdrawn


_CERTAIN, _POSSIBLE = Grade.CERTAIN, Grade.POSSIBLE
_EVER = 200 * 366 * DAY

_IDENTIFIED = Rule(
    "shared-identifier", _CERTAIN, _EVER, (_shared_identifier,),
    "Both carry one identifier that means the same in every system.",
)  # fmt: skip

RULES: dict[str, tuple[Rule, ...]] = {
    "ServiceRequest": (
        _IDENTIFIED,
        Rule("one-names-the-other", _CERTAIN, 60 * DAY, (_one_names_the_other, _same_asked),
             "One names the other's identifier and asks the same organisation."),
        Rule("same-group", _CERTAIN, 60 * DAY, (_same_group, _same_asked, _codes_agree),
             "Both were asked for in one group, of the same organisation."),
        Rule("same-request", _CERTAIN, 7 * DAY, (_same_parties, _codes_agree),
             "The same organisation asked the same organisation within a week."),
        Rule("same-parties-lately", _POSSIBLE, 28 * DAY, (_same_parties, _both_stand),
             "The same organisation asked the same organisation within four weeks."),
        Rule("like-request", _POSSIBLE, 28 * DAY, (_to_the_same, _similar_words, _both_stand),
             "The same organisation was asked for something like it within four weeks."),
    ),
    "Encounter": (
        _IDENTIFIED,
        Rule("same-time", _CERTAIN, 10 * MINUTE, (_exact_times, _overlap, _same_place),
             "Both began within ten minutes of each other, and nobody is in two places."),
        Rule("same-worker-then", _CERTAIN, 10 * MINUTE, (_exact_times, _overlap, _shared_person),
             "Both began within ten minutes of each other, with the same worker."),
        Rule("same-worker-that-day", _CERTAIN, DAY,
             (_time_untold, _same_day, _shared_person, _same_place, _similar_words),
             "The same worker, the same day, the same kind of contact; one of them without a time."),
        Rule("overlapping", _POSSIBLE, 15 * MINUTE, (_exact_times, _both_stand),
             "Both began within 15 minutes of each other, but are told of otherwise."),
        Rule("like-contact-that-day", _POSSIBLE, DAY, (_time_untold, _same_day, _similar_words, _both_stand),
             "The same day, in like words; one of them without a time."),
    ),
    "Appointment": (
        _IDENTIFIED,
        Rule("same-booking", _CERTAIN, 5 * MINUTE, (_exact_times, _shared_person),
             "The same time with the same person."),
        Rule("like-booking", _CERTAIN, 5 * MINUTE, (_exact_times, _similar_words),
             "The same time, in like words."),
        Rule("same-time", _POSSIBLE, 5 * MINUTE, (_exact_times, _both_stand),
             "Two bookings for the same time."),
    ),
    "Observation": (
        _IDENTIFIED,
        Rule("same-score", _CERTAIN, DAY, (_same_thing, _same_value, _same_day),
             "The same measure with the same result on the same day."),
        Rule("measured-twice", _POSSIBLE, DAY, (_same_thing, _both_stand),
             "The same measure within a day: asked twice, or written down otherwise."),
    ),
    "QuestionnaireResponse": (
        _IDENTIFIED,
        Rule("same-answers", _CERTAIN, DAY, (_same_value, _same_day),
             "The same answers on the same day."),
        Rule("asked-twice", _POSSIBLE, DAY, (_same_title, _both_stand),
             "The same questionnaire within a day."),
    ),
    "Condition": (
        _IDENTIFIED,
        Rule("same-condition", _CERTAIN, 90 * DAY, (_same_thing, _value_agrees),
             "The same condition recorded within 90 days."),
        Rule("known-condition", _POSSIBLE, _EVER, (_same_thing, _both_stand),
             "The same condition recorded at another time, or with another certainty."),
    ),
    "CarePlan": (
        _IDENTIFIED,
        Rule("same-plan", _CERTAIN, DAY, (_same_title, _shared_person),
             "A plan of one title, day and author."),
        Rule("like-plan", _POSSIBLE, 28 * DAY, (_similar_words, _shared_person, _both_stand),
             "Plans of one author in like words within four weeks."),
    ),
    "Consent": (
        _IDENTIFIED,
        Rule("same-decision", _CERTAIN, DAY, (_same_code, _same_value),
             "The same decision about the same sharing within a day."),
        Rule("decided-again", _POSSIBLE, 28 * DAY, (_same_code, _same_value, _both_stand),
             "The same decision about the same sharing within four weeks."),
    ),
    "RelatedPerson": (
        _IDENTIFIED,
        Rule("same-relative", _CERTAIN, _EVER, (_shared_person, _same_thing),
             "The same name and the same relationship."),
        Rule("same-name", _POSSIBLE, _EVER, (_shared_person, _both_stand),
             "The same name; the relationship is told otherwise."),
    ),
}  # fmt: skip


def reason(kind: str, name: str) -> str:
    """What a person reads of the rule of this name among those of a resource type."""
    return next(rule.reason for rule in RULES[kind] if rule.name == name)
