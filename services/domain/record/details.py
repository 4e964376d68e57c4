"""What a resource says beyond its title and status: answers, reasons, doses, names, what was written."""

from collections.abc import Callable, Iterator
from typing import Any

from services.domain.record.kinds import answers_a_plan, at_path
from services.domain.record.spoken import spoken
from services.domain.record.taking_part import listed, told_in_words
from services.domain.record.words import first, names, objects, sentence, values, words

Resource = dict[str, Any]

_CONSENT = {"permit": "permitted", "deny": "refused"}
_RISK = {"high": "high risk", "low": "low risk", "unable-to-assess": "risk not known"}
_ENDS = ".!?;:"
PLAN_ANSWERS = {"rejected": "declined", "requested": "asked"}
"""What a Task's status says of a plan, where it is not said in the same word."""
_ANSWERED = {"failed": "could not be done"}
"""What a Task's status says of what was asked, where it would blame somebody in the same word."""
_DOUBT = frozenset({"unconfirmed", "provisional", "differential", "presumed"})


def details(resource: Resource, names: list[str] | None = None) -> str:
    """The words in one paragraph, none of them twice; of `names`, where others are told to have taken part."""
    said = (
        words
        for say, elements in _SAY.items()
        if not (elements and elements.isdisjoint(resource))
        for words in say(resource)
    )
    told = [*dict.fromkeys(words for words in (*said, *told_in_words(resource, names)) if words)]
    return " ".join([*map(_ended, told[:-1]), *told[-1:]])


def asked(heading: str) -> str:
    """What was asked, before the answer to it: 'Hardest just now:', but 'What is hardest?' as it is."""
    told = heading.rstrip()
    return told if told[-1:] in tuple(_ENDS) else f"{told}:"


def _ended(text: str) -> str:
    """The text with a full stop, unless it has an end of its own."""
    return text if text[-1] in _ENDS else f"{text}."


def _consent(resource: Resource) -> Iterator[str]:
    """What a consent permits or refuses: without it, a refusal would read like a consent."""
    if resource["resourceType"] != "Consent":
        return
    provision = resource.get("provision")
    rules = [provision, *objects(provision.get("provision"))] if isinstance(provision, dict) else []
    told = [*_provisions(rules)]
    yield from told or first(resource.get("policyRule"))


def _provisions(rules: list[Resource]) -> Iterator[str]:
    for rule in rules:
        if said := _CONSENT.get(str(rule.get("type"))):
            whom = [words for one in objects(rule.get("actor")) for words in first(one.get("reference"))]
            yield f"Sharing with {listed(whom)} is {said}." if whom else f"Sharing is {said}."


def _score(resource: Resource) -> Iterator[str]:
    yield from values(resource)
    yield from first(resource.get("dataAbsentReason"))
    for part in objects(resource.get("component")):
        for value in values(part):
            yield f"{next(first(part.get('code')), 'Part')}: {value}."


def _answers(resource: Resource) -> Iterator[str]:
    """Every answer, also of questions within groups and of those that an answer led to."""
    for item in objects(resource.get("item")):
        given = objects(item.get("answer"))
        if said := [words for one in given for words in values(one) if words]:
            yield _ended(f"{asked(str(item.get('text', 'Answer')))} {', '.join(said)}")
        for holder in (item, *given):
            yield from _answers(holder)


def _state(resource: Resource) -> Iterator[str]:
    """A reason beside the state it explains: 'Rejected: the waiting list is closed'."""
    if answers_a_plan(resource):
        yield from _agreement(resource)
        return
    for why in first(resource.get("statusReason")):
        if resource["resourceType"] == "Task" and isinstance(resource.get("status"), str):
            yield f"{_ANSWERED.get(resource['status'], resource['status'].replace('-', ' ')).capitalize()}: {why}"
        else:
            yield why


def _agreement(task: Resource) -> Iterator[str]:
    """Who says what to a plan, and in which words: 'Declined by Lowbank High School: no lessons are moved'."""
    by = "".join(f" by {name}" for name in first(at_path(task, "owner.display")))
    why = "".join(f": {words}" for words in first(task.get("statusReason")))
    if isinstance(status := task.get("status"), str) and (by or why):
        yield f"{PLAN_ANSWERS.get(status, status.replace('-', ' ')).capitalize()}{by}{why}"


def _why(resource: Resource) -> Iterator[str]:
    if resource["resourceType"] != "Communication":
        yield from first(resource.get("reasonCode"))
    for told in first(resource.get("achievementStatus")):
        yield f"{told[:1].upper()}{told[1:].replace('-', ' ')}"
    for field in ("cancelationReason", "outcome", "patientInstruction"):
        yield from first(resource.get(field))


def _outputs(resource: Resource) -> Iterator[str]:
    for output in objects(resource.get("output")):
        for value in values(output):
            yield f"{next(first(output.get('type')), 'Outcome')}: {value}."


def _harm(resource: Resource) -> Iterator[str]:
    """How bad an allergy is, and how a diagnosis stands."""
    doubt = [one for one in words(resource.get("verificationStatus")) if one.lower() in _DOUBT]
    yield from sentence([one.lower() for one in doubt[:1]])
    yield from sentence([_RISK[one] for one in words(resource.get("criticality")) if one in _RISK])
    yield from (f"{one}." for one in first(resource.get("severity")))
    for reaction in objects(resource.get("reaction")):
        effects = ", ".join(one for part in objects(reaction.get("manifestation")) for one in first(part))
        severity = "".join(f"{one} reaction" for one in first(reaction.get("severity")))
        yield from sentence([": ".join(part for part in (severity, effects) if part)])


def _medicine(resource: Resource) -> Iterator[str]:
    for field in ("dosageInstruction", "dosage"):
        for dosage in objects(resource.get(field)):
            yield from first(dosage.get("text"))
    for dose in objects(resource.get("protocolApplied")):
        number = dose.get("doseNumberPositiveInt", dose.get("doseNumberString"))
        series = dose.get("seriesDosesPositiveInt", dose.get("seriesDosesString"))
        if isinstance(number, int | str):
            yield f"Dose {number} of {series}." if isinstance(series, int | str) else f"Dose {number}."


def _people(resource: Resource) -> Iterator[str]:
    if resource["resourceType"] == "RelatedPerson":
        yield from sentence([*names(resource.get("name"))])
    if resource["resourceType"] == "CareTeam":
        for one in objects(resource.get("participant")):
            roles = [spoken(role) for part in objects(one.get("role")) for role in first(part)]
            yield from sentence([*first(one.get("member")), *roles])
    for manager in first(resource.get("careManager")):
        yield f"Care manager: {manager}."


def _activities(resource: Resource) -> Iterator[str]:
    planned = objects(resource.get("activity"))
    told = (next((words for path in _ACTIVITY for words in first(at_path(one, path))), "") for one in planned)
    yield "; ".join(words for words in told if words)


_ACTIVITY = ("detail.description", "detail.code", "reference.display")


def _said(resource: Resource) -> Iterator[str]:
    for one in objects(resource.get("payload")):
        yield from first(one.get("contentString"))
        yield from first(at_path(one, "contentAttachment.title"))
    for one in objects(resource.get("content")):
        yield from first(at_path(one, "attachment.title"))
    for one in objects(resource.get("note")):
        yield from first(one.get("text"))
    if isinstance(resource.get("comment"), str):
        yield resource["comment"]


_SAY: dict[Callable[[Resource], Iterator[str]], frozenset[str]] = {
    _consent: frozenset({"provision", "policyRule"}),
    _score: frozenset(),
    _answers: frozenset({"item"}),
    _state: frozenset({"statusReason", "owner"}),
    _why: frozenset(
        {"reasonCode", "achievementStatus", "cancelationReason", "outcome", "patientInstruction"}
    ),
    _harm: frozenset({"verificationStatus", "criticality", "severity", "reaction"}),
    _medicine: frozenset({"dosageInstruction", "dosage", "protocolApplied"}),
    _people: frozenset({"name", "participant", "careManager"}),
    _outputs: frozenset({"output"}),
    _activities: frozenset({"activity"}),
    _said: frozenset({"payload", "content", "note", "comment"}),
}
"""What is said, in this order, and the elements without which it is nothing; none where that depends on others."""
